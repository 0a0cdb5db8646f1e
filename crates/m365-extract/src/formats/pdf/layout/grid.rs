//! Tables that are ruled: lines tell where their cells are.

use std::collections::BTreeMap;

use hayro_font::kurbo::Rect;

use super::{Bounds, Segment, Table};

/// Lines closer than this are one, in points.
const NEAR: f32 = 3.0;
/// A page with more lines than this is a drawing.
const MAX_RULES: usize = 4_000;
/// The most pairs of texts and lines that are compared.
const MAX_WORK: usize = 1_000_000;
/// The most rows and columns of a table.
const MAX_SIDE: usize = 500;
/// The most text in a cell on average; a page with more in its boxes is laid out, not a table.
const MAX_CELL: usize = 400;

/// A line of a table: `at` is its place across, `from` and `to` its ends.
#[derive(Clone, Copy, Debug)]
struct Rule {
    at: f32,
    from: f32,
    to: f32,
}

/// Lines that touch each other.
#[derive(Debug, Default)]
struct Grid {
    levels: Vec<Rule>,
    uprights: Vec<Rule>,
    xs: Vec<f32>,
    ys: Vec<f32>,
}

/// Takes the ruled tables out of the texts of a page.
pub(super) fn tables(segments: Vec<Segment>, rules: &[Rect]) -> (Vec<Table>, Vec<Segment>) {
    let mut tables = Vec::new();
    let mut rest = segments;
    if rules.len() > MAX_RULES {
        return (tables, rest);
    }
    for grid in grids(rules) {
        let bounds = grid.bounds();
        let (inside, outside): (Vec<Segment>, Vec<Segment>) =
            rest.into_iter().partition(|segment| bounds.holds(segment.middle()));
        rest = outside;
        match grid.table(inside) {
            Ok(table) => tables.push(table),
            Err(inside) => rest.extend(inside),
        }
    }
    (tables, rest)
}

/// The groups of lines that touch each other.
fn grids(rules: &[Rect]) -> Vec<Grid> {
    let (levels, uprights) = split(rules);
    let mut parent: Vec<usize> = (0..levels.len() + uprights.len()).collect();
    for (number, upright) in uprights.iter().enumerate() {
        for (other, level) in levels.iter().enumerate() {
            if touches(level, upright) {
                let (a, b) = (root(&mut parent, other), root(&mut parent, levels.len() + number));
                if let Some(place) = parent.get_mut(a) {
                    *place = b;
                }
            }
        }
    }
    let mut groups: BTreeMap<usize, Grid> = BTreeMap::new();
    for (number, level) in levels.iter().enumerate() {
        groups.entry(root(&mut parent, number)).or_default().levels.push(*level);
    }
    for (number, upright) in uprights.iter().enumerate() {
        let group = root(&mut parent, levels.len() + number);
        groups.entry(group).or_default().uprights.push(*upright);
    }
    groups.into_values().filter_map(Grid::measured).collect()
}

fn split(rules: &[Rect]) -> (Vec<Rule>, Vec<Rule>) {
    let (mut levels, mut uprights) = (Vec::new(), Vec::new());
    for rule in rules {
        let [x0, y0, x1, y1] = [rule.x0, rule.y0, rule.x1, rule.y1].map(|part| part as f32);
        if rule.width() >= rule.height() {
            levels.push(Rule { at: (y0 + y1) / 2.0, from: x0, to: x1 });
        } else {
            uprights.push(Rule { at: (x0 + x1) / 2.0, from: y0, to: y1 });
        }
    }
    (joined(levels), joined(uprights))
}

/// Lines that go on in each other as one.
fn joined(mut rules: Vec<Rule>) -> Vec<Rule> {
    rules.sort_by(|a, b| a.at.total_cmp(&b.at).then(a.from.total_cmp(&b.from)));
    let mut done: Vec<Rule> = Vec::new();
    for rule in rules {
        let same = |last: &&mut Rule| {
            (rule.at - last.at).abs() < 1.0 && rule.from <= last.to + NEAR && rule.to >= last.from
        };
        match done.iter_mut().rev().take(8).find(same) {
            Some(last) => {
                last.from = last.from.min(rule.from);
                last.to = last.to.max(rule.to);
            }
            None => done.push(rule),
        }
    }
    done
}

fn touches(level: &Rule, upright: &Rule) -> bool {
    let meets = |at: f32, rule: &Rule| rule.from - NEAR <= at && at <= rule.to + NEAR;
    meets(upright.at, level) && meets(level.at, upright)
}

fn root(parent: &mut [usize], of: usize) -> usize {
    let mut at = of;
    while let Some(up) = parent.get(at).copied().filter(|up| *up != at) {
        let above = parent.get(up).copied().unwrap_or(up);
        if let Some(place) = parent.get_mut(at) {
            *place = above;
        }
        at = above;
    }
    at
}

/// Places in order, those that are near each other once.
fn places(rules: &[Rule]) -> Vec<f32> {
    let mut all: Vec<f32> = rules.iter().map(|rule| rule.at).collect();
    all.sort_by(f32::total_cmp);
    all.dedup_by(|next, kept| *next - *kept < NEAR);
    all
}

impl Grid {
    /// The grid with its rows and columns; none if it has too few to be a table.
    fn measured(mut self) -> Option<Self> {
        self.xs = places(&self.uprights);
        self.ys = places(&self.levels);
        self.open_sides();
        let is_table = self.xs.len() >= 3 && self.ys.len() >= 3;
        (is_table && self.xs.len() <= MAX_SIDE && self.ys.len() <= MAX_SIDE).then_some(self)
    }

    /// Many tables have no line at their left and right, or at their top and bottom.
    fn open_sides(&mut self) {
        let left = self.levels.iter().map(|rule| rule.from).fold(f32::MAX, f32::min);
        let right = self.levels.iter().map(|rule| rule.to).fold(f32::MIN, f32::max);
        extend(&mut self.xs, left, right);
        let top = self.uprights.iter().map(|rule| rule.from).fold(f32::MAX, f32::min);
        let bottom = self.uprights.iter().map(|rule| rule.to).fold(f32::MIN, f32::max);
        extend(&mut self.ys, top, bottom);
    }

    fn bounds(&self) -> Bounds {
        let ends = |all: &[f32]| (all.first().copied(), all.last().copied());
        let (x, y) = (ends(&self.xs), ends(&self.ys));
        Bounds {
            x0: x.0.unwrap_or_default(),
            y0: y.0.unwrap_or_default(),
            x1: x.1.unwrap_or_default(),
            y1: y.1.unwrap_or_default(),
        }
    }

    /// The table with its texts, or the texts if they do not make one.
    fn table(&self, segments: Vec<Segment>) -> Result<Table, Vec<Segment>> {
        let rules = self.levels.len() + self.uprights.len();
        if segments.len().saturating_mul(rules) > MAX_WORK {
            return Err(segments);
        }
        let cells = segments.iter().map(|segment| self.cell(segment.middle()));
        let cells: Vec<(usize, usize)> = cells.collect();
        let (columns, rows) = (self.xs.len() - 1, self.ys.len() - 1);
        let used = |of: &dyn Fn(&(usize, usize)) -> usize| {
            let mut all: Vec<usize> = cells.iter().map(of).collect();
            all.sort_unstable();
            all.dedup();
            all
        };
        let (used_rows, used_columns) = (used(&|cell| cell.0), used(&|cell| cell.1));
        let filled = used(&|cell| cell.0 * columns + cell.1).len();
        let chars: usize = segments.iter().map(Segment::chars).sum();
        let split = beside(&segments, &cells);
        let is_table = used_rows.len() >= 2
            && used_columns.len() >= 2
            && filled * 5 >= used_rows.len() * used_columns.len()
            && filled * 8 >= rows * columns
            && chars < filled * MAX_CELL
            && split * 4 <= segments.len();
        if !is_table {
            return Err(segments);
        }
        let order = segments.iter().map(|segment| segment.order).min().unwrap_or_default();
        let mut texts = vec![vec![Vec::new(); used_columns.len()]; used_rows.len()];
        for (segment, (row, column)) in segments.into_iter().zip(cells) {
            let row = used_rows.partition_point(|used| *used < row);
            let column = used_columns.partition_point(|used| *used < column);
            if let Some(cell) = texts.get_mut(row).and_then(|row| row.get_mut(column)) {
                cell.push(segment);
            }
        }
        texts.iter_mut().flatten().for_each(|cell| read(cell));
        Ok(Table { rows: texts, rect: self.bounds(), order })
    }

    /// The row and column of a text; of the first cell where several are merged.
    fn cell(&self, (x, y): (f32, f32)) -> (usize, usize) {
        let mut row = interval(&self.ys, y);
        let mut column = interval(&self.xs, x);
        while column > 0 && !self.is_ruled(&self.uprights, self.xs[column], y) {
            column -= 1;
        }
        while row > 0 && !self.is_ruled(&self.levels, self.ys[row], x) {
            row -= 1;
        }
        (row, column)
    }

    /// Whether a line at a place goes past another place across it.
    fn is_ruled(&self, rules: &[Rule], at: f32, across: f32) -> bool {
        rules.iter().any(|rule| {
            (rule.at - at).abs() < NEAR && rule.from - NEAR <= across && across <= rule.to + NEAR
        })
    }
}

/// How many texts share a cell and a line with another one.
fn beside(segments: &[Segment], cells: &[(usize, usize)]) -> usize {
    let mut counts: BTreeMap<((usize, usize), usize), usize> = BTreeMap::new();
    for (segment, cell) in segments.iter().zip(cells) {
        *counts.entry((*cell, segment.line)).or_default() += 1;
    }
    counts.values().filter(|count| **count > 1).sum()
}

fn extend(places: &mut Vec<f32>, from: f32, to: f32) {
    if places.first().is_some_and(|first| from < first - 2.0 * NEAR) {
        places.insert(0, from);
    }
    if places.last().is_some_and(|last| to > last + 2.0 * NEAR) {
        places.push(to);
    }
}

fn interval(places: &[f32], at: f32) -> usize {
    let after = places.partition_point(|place| *place <= at);
    after.saturating_sub(1).min(places.len().saturating_sub(2))
}

/// Orders the texts of a cell line by line.
pub(super) fn read(cell: &mut [Segment]) {
    cell.sort_by(|a, b| if a.line == b.line { a.x0.total_cmp(&b.x0) } else { a.y.total_cmp(&b.y) });
}
