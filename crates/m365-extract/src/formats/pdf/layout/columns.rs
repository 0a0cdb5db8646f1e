//! Tables without lines: texts in rows whose places agree.

mod zone;

use self::zone::Zone;
use super::{Segment, Table};

/// The texts on one line.
type Row = Vec<Segment>;

/// Takes the tables without lines out of the texts of a page. Says of what is left whether it has
/// columns whose lines were drawn by turns.
pub(super) fn tables(segments: Vec<Segment>) -> (Vec<Table>, Vec<Segment>, bool) {
    let (mut rest, others) = flowing(segments);
    let mut tables = Vec::new();
    let mut is_mixed = false;
    for part in parts(rows(others)) {
        match part {
            Part::Line(row) => rest.extend(row),
            Part::Zone(zone) => {
                is_mixed |= zone.is_prose();
                let (table, others) = zone.table();
                tables.extend(table);
                rest.extend(others);
            }
        }
    }
    (tables, rest, is_mixed)
}

/// Parts the lines of paragraphs, which were drawn one below the other, from other texts.
fn flowing(mut segments: Vec<Segment>) -> (Vec<Segment>, Vec<Segment>) {
    segments.sort_by_key(|segment| segment.order);
    let runs = segments.chunk_by_mut(flows);
    for run in runs.filter(|run| is_paragraph(run)) {
        run.iter_mut().for_each(|segment| segment.is_flowing = true);
    }
    segments.into_iter().partition(|segment| segment.is_flowing)
}

/// Whether a text stands right below another one.
fn flows(last: &Segment, next: &Segment) -> bool {
    let gap = (next.y - last.y) / last.size;
    let common = last.x1.min(next.x1) - last.x0.max(next.x0);
    let shorter = (last.x1 - last.x0).min(next.x1 - next.x0);
    (0.7..2.0).contains(&gap)
        && (0.85..1.18).contains(&(next.size / last.size))
        && common > shorter * 0.6
        && (next.x0 - last.x0).abs() < last.size * 3.0
}

fn is_paragraph(run: &[Segment]) -> bool {
    let words: usize = run.iter().map(Segment::words).sum();
    run.len() >= 3 && words * 2 >= run.len() * 7
}

/// A line of text, or rows that may be a table.
enum Part {
    Line(Row),
    Zone(Zone),
}

fn parts(rows: Vec<Row>) -> Vec<Part> {
    let mut parts: Vec<Part> = Vec::new();
    let mut rows = rows.into_iter().peekable();
    while let Some(row) = rows.next() {
        if row.len() < 2 {
            parts.push(Part::Line(row));
            continue;
        }
        let mut zone = Zone::new(row);
        while let Some(row) = rows.peek().map(|row| zone.refined(row)) {
            if !zone.takes(&row) {
                break;
            }
            zone.push(row);
            rows.next();
        }
        add(&mut parts, zone);
    }
    parts
}

/// Adds rows; those of the same table as others before a single line, with that line.
fn add(parts: &mut Vec<Part>, zone: Zone) {
    let is_same = match parts.as_slice() {
        [.., Part::Zone(last), Part::Line(line)] => last.goes_on(line, &zone),
        _ => false,
    };
    if !is_same {
        return parts.push(Part::Zone(zone));
    }
    let line = parts.pop();
    if let (Some(Part::Line(line)), Some(Part::Zone(last))) = (line, parts.last_mut()) {
        last.absorb(line, zone);
    }
}

fn rows(mut segments: Vec<Segment>) -> Vec<Row> {
    segments.sort_by(|a, b| a.line.cmp(&b.line).then(a.x0.total_cmp(&b.x0)));
    let mut rows: Vec<Row> = Vec::new();
    for segment in segments {
        match rows.last_mut() {
            Some(row) if row.last().is_some_and(|last| last.line == segment.line) => {
                row.push(segment);
            }
            _ => rows.push(vec![segment]),
        }
    }
    rows.sort_by(|a, b| y(a).total_cmp(&y(b)));
    rows
}

fn y(row: &Row) -> f32 {
    row.first().map_or(0.0, |segment| segment.y)
}

fn size(row: &Row) -> f32 {
    row.iter().map(|segment| segment.size).fold(1.0, f32::max)
}
