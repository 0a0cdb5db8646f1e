//! The order in which the shapes of a slide are read: rows from the top, columns from the left.

/// More shapes than this are read in the order of the file.
const MAX_SHAPES: usize = 400;

/// Where a shape is, in any unit.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(in crate::formats) struct Area {
    pub(in crate::formats) left: f64,
    pub(in crate::formats) top: f64,
    pub(in crate::formats) width: f64,
    pub(in crate::formats) height: f64,
}

/// Along which direction shapes are looked at.
#[derive(Clone, Copy)]
enum Axis {
    Across,
    Down,
}

impl Area {
    /// Where it begins and ends; a twentieth on each side may lie over its neighbours.
    fn extent(&self, axis: Axis) -> (f64, f64) {
        let (from, size) = match axis {
            Axis::Across => (self.left, self.width),
            Axis::Down => (self.top, self.height),
        };
        (from + size * 0.05, from + size * 0.95)
    }
}

/// The numbers of shapes in the order in which they are read. Those whose place is not known come
/// first: they are where the layout puts them.
pub(in crate::formats) fn reading_order(areas: &[Option<Area>]) -> Vec<usize> {
    let all: Vec<usize> = (0..areas.len()).collect();
    if areas.len() > MAX_SHAPES {
        return all;
    }
    let (mut order, unplaced): (Vec<_>, Vec<_>) = (Vec::new(), all);
    let mut placed = Vec::new();
    for at in unplaced {
        match areas.get(at).copied().flatten() {
            Some(area) => placed.push((at, area)),
            None => order.push(at),
        }
    }
    sort(placed, &mut order);
    order
}

/// Splits shapes where the widest gap runs through all of them, and orders both parts so.
fn sort(mut shapes: Vec<(usize, Area)>, order: &mut Vec<usize>) {
    let rows = widest_gap(&mut shapes, Axis::Down);
    let columns = widest_gap(&mut shapes, Axis::Across);
    let (axis, at) = match (rows, columns) {
        (Some(row), Some(column)) if column.0 > row.0 => (Axis::Across, column.1),
        (Some(row), _) => (Axis::Down, row.1),
        (None, Some(column)) => (Axis::Across, column.1),
        (None, None) => {
            shapes
                .sort_by(|(_, a), (_, b)| a.top.total_cmp(&b.top).then(a.left.total_cmp(&b.left)));
            return order.extend(shapes.iter().map(|(at, _)| at));
        }
    };
    sort_along(&mut shapes, axis);
    let rest = shapes.split_off(at);
    sort(shapes, order);
    sort(rest, order);
}

fn sort_along(shapes: &mut [(usize, Area)], axis: Axis) {
    shapes.sort_by(|(_, a), (_, b)| a.extent(axis).0.total_cmp(&b.extent(axis).0));
}

/// The widest gap along an axis: how wide it is, and how many shapes lie before it.
fn widest_gap(shapes: &mut [(usize, Area)], axis: Axis) -> Option<(f64, usize)> {
    sort_along(shapes, axis);
    let mut end = f64::NEG_INFINITY;
    let mut widest: Option<(f64, usize)> = None;
    for (number, (_, area)) in shapes.iter().enumerate() {
        let (from, to) = area.extent(axis);
        let gap = from - end;
        if number > 0 && gap >= 0.0 && widest.is_none_or(|(width, _)| gap > width) {
            widest = Some((gap, number));
        }
        end = end.max(to);
    }
    widest
}

#[cfg(test)]
mod tests {
    use super::*;

    fn area(left: f64, top: f64, width: f64, height: f64) -> Option<Area> {
        Some(Area { left, top, width, height })
    }

    #[test]
    fn columns_are_read_one_after_the_other() {
        let areas = [
            area(12.0, 6.0, 8.0, 4.0),
            area(1.0, 10.0, 8.0, 4.0),
            area(1.0, 5.0, 8.0, 4.5),
            area(1.0, 1.0, 19.0, 3.0),
        ];

        assert_eq!(reading_order(&areas), [3, 2, 1, 0]);
    }

    #[test]
    fn rows_that_stand_apart_are_read_from_the_top() {
        let areas = [
            area(10.0, 20.0, 8.0, 4.0),
            area(1.0, 20.0, 8.5, 4.0),
            area(10.0, 1.0, 8.0, 4.0),
            area(1.0, 1.0, 8.5, 4.0),
        ];

        assert_eq!(reading_order(&areas), [3, 2, 1, 0]);
    }

    #[test]
    fn shapes_over_each_other_are_read_from_the_top() {
        let areas = [area(2.0, 3.0, 5.0, 1.0), area(1.0, 1.0, 9.0, 9.0), None];

        assert_eq!(reading_order(&areas), [2, 1, 0]);
    }

    #[test]
    fn places_that_are_no_numbers_are_ordered_too() {
        let areas = [area(f64::NAN, 1.0, 1.0, 1.0), area(0.0, f64::INFINITY, 1.0, f64::NAN)];

        assert_eq!(reading_order(&areas).len(), 2);
    }
}
