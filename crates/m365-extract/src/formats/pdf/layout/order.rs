//! The order in which the parts of a page are read.

use super::{Bounds, Item};

/// A page of more parts than this is read in the order in which it was drawn.
const MAX_PARTS: usize = 4_000;
/// Regions within each other are cut to this depth.
const MAX_DEPTH: usize = 40;
/// The least width of a gap between columns, in points.
const MIN_GUTTER: f32 = 8.0;

/// Puts the parts of a page in order. Most are drawn as they are read; where the drawing jumps back,
/// their places decide, as they do where the lines of columns are drawn by turns.
pub(super) fn ordered(mut items: Vec<Item>, is_mixed: bool) -> Vec<Item> {
    items.sort_by_key(Item::order);
    let runs = runs(&items);
    if (runs.len() <= 1 && !is_mixed) || items.len() > MAX_PARTS {
        return items;
    }
    let bounds: Vec<Bounds> = runs.iter().filter_map(|run| around(&items[run.clone()])).collect();
    if !is_mixed && runs.len() * 6 <= items.len().max(18) && are_apart(&bounds) {
        let mut order: Vec<usize> = (0..runs.len()).collect();
        order.sort_by(|a, b| bounds[*a].y0.total_cmp(&bounds[*b].y0));
        let places = order.into_iter().flat_map(|run| runs[run].clone()).collect();
        return pick(items, places);
    }
    let mut places = Vec::with_capacity(items.len());
    let all: Vec<Bounds> = items.iter().map(Item::bounds).collect();
    cut(&all, (0..items.len()).collect(), 0, &mut places);
    pick(items, places)
}

fn pick(items: Vec<Item>, places: Vec<usize>) -> Vec<Item> {
    let mut items: Vec<Option<Item>> = items.into_iter().map(Some).collect();
    places.into_iter().filter_map(|place| items.get_mut(place)?.take()).collect()
}

/// The stretches in which each part follows the one before: to its right, below it, or at the top of
/// a column further right.
fn runs(items: &[Item]) -> Vec<std::ops::Range<usize>> {
    let mut runs = Vec::new();
    let mut start = 0;
    for (at, pair) in items.windows(2).enumerate() {
        let (last, next) = (pair[0].bounds(), pair[1].bounds());
        let height = (last.y1 - last.y0).min(next.y1 - next.y0);
        let is_below = next.y0 > last.y0 - height * 0.5 && next.y1 > last.y1 - height * 0.5;
        let is_level = (next.y1 - last.y1).abs() < height * 0.5;
        let is_right = next.x0 > last.x1 - height;
        if !(is_right || (is_below && !is_level)) {
            runs.push(start..at + 1);
            start = at + 1;
        }
    }
    runs.push(start..items.len());
    runs
}

fn around(items: &[Item]) -> Option<Bounds> {
    items.iter().map(Item::bounds).reduce(Bounds::and)
}

/// Whether none stands beside another one.
fn are_apart(bounds: &[Bounds]) -> bool {
    let mut sorted: Vec<&Bounds> = bounds.iter().collect();
    sorted.sort_by(|a, b| a.y0.total_cmp(&b.y0));
    sorted.windows(2).all(|pair| pair[0].y1 <= pair[1].y0 + 2.0)
}

/// Cuts a region into columns, or else into what is above and below, until nothing is left to cut.
fn cut(all: &[Bounds], places: Vec<usize>, depth: usize, done: &mut Vec<usize>) {
    let gap = if depth < MAX_DEPTH {
        columns(all, &places).or_else(|| bands(all, &places))
    } else {
        None
    };
    let Some(gap) = gap else {
        return done.extend(lines(all, places));
    };
    let is_before = |place: &usize| match gap {
        Gap::Across(x) => all[*place].x1 <= x,
        Gap::Down(y) => all[*place].y1 <= y,
    };
    let (before, after): (Vec<usize>, Vec<usize>) = places.into_iter().partition(is_before);
    cut(all, before, depth + 1, done);
    cut(all, after, depth + 1, done);
}

#[derive(Clone, Copy)]
enum Gap {
    Across(f32),
    Down(f32),
}

/// The widest gap between columns, each of which has several lines.
fn columns(all: &[Bounds], places: &[usize]) -> Option<Gap> {
    let spans = places.iter().map(|place| (all[*place].x0, all[*place].x1)).collect();
    let (width, at) = widest(spans)?;
    let lines =
        |is_left: bool| places.iter().filter(|place| (all[**place].x1 <= at) == is_left).count();
    (width >= MIN_GUTTER && lines(true) >= 3 && lines(false) >= 3).then_some(Gap::Across(at))
}

/// The widest gap from left to right.
fn bands(all: &[Bounds], places: &[usize]) -> Option<Gap> {
    let spans = places.iter().map(|place| (all[*place].y0, all[*place].y1)).collect();
    let (height, at) = widest(spans)?;
    (height > 0.0).then_some(Gap::Down(at))
}

/// The widest gap between spans, and the end of what is before it.
fn widest(mut spans: Vec<(f32, f32)>) -> Option<(f32, f32)> {
    spans.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut end = spans.first()?.1;
    let mut widest: Option<(f32, f32)> = None;
    for (from, to) in spans {
        let gap = from - end;
        if gap > 0.0 && widest.is_none_or(|(width, _)| gap > width) {
            widest = Some((gap, end));
        }
        end = end.max(to);
    }
    widest
}

/// Parts from the top down, those on a line from left to right.
fn lines(all: &[Bounds], mut places: Vec<usize>) -> Vec<usize> {
    places.sort_by(|a, b| all[*a].y1.total_cmp(&all[*b].y1));
    let mut rest = places.as_mut_slice();
    while let Some(first) = rest.first() {
        let (bottom, height) = (all[*first].y1, all[*first].y1 - all[*first].y0);
        let is_level = |place: &&usize| all[**place].y1 - bottom < height * 0.4;
        let count = rest.iter().take_while(is_level).count();
        let (line, others) = rest.split_at_mut(count.max(1));
        line.sort_by(|a, b| all[*a].x0.total_cmp(&all[*b].x0));
        rest = others;
    }
    places
}
