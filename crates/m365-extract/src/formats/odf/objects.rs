//! Charts and formulas, which are small documents in the package.

use std::collections::HashMap;

use crate::{
    formats::office::chart::{Chart, MAX_COLUMNS, MAX_ROWS},
    xml::{self, Element},
};

/// The objects of a document by the path that the text refers to them with.
#[derive(Debug, Default)]
pub(in crate::formats) struct Objects {
    by_path: HashMap<String, Object>,
}

/// What an object shows.
#[derive(Debug)]
pub(super) enum Object {
    Chart(Chart),
    Formula(String),
}

impl Objects {
    /// Reads the objects of a package, each with the name of its folder.
    pub(super) fn of(parts: &[(String, Vec<u8>)]) -> Self {
        let read = |(name, part): &(String, Vec<u8>)| {
            let source = xml::decode(part);
            Some((name.clone(), Object::of(&xml::parse(&source).ok()?)?))
        };
        Self { by_path: parts.iter().filter_map(read).collect() }
    }

    /// The object that a link in the text leads to.
    pub(super) fn at(&self, href: &str) -> Option<&Object> {
        self.by_path.get(href.trim_start_matches("./").trim_end_matches('/'))
    }
}

impl Object {
    fn of(root: &Element<'_>) -> Option<Self> {
        if root.is("math:math") {
            return Some(Self::Formula(formula(root)));
        }
        let chart = root.descendants().find(|element| element.is("chart:chart"))?;
        let title = chart.child("chart:title").map(Element::text).unwrap_or_default();
        let data = chart.descendants().find(|element| element.is("table:table"));
        Some(Self::Chart(Chart { title, rows: data.map(rows).unwrap_or_default() }))
    }
}

/// A formula as its author typed it, or else its signs in order.
fn formula(math: &Element<'_>) -> String {
    let typed = math.descendants().find(|element| element.is("math:annotation"));
    typed.unwrap_or(math).text()
}

fn rows(table: &Element<'_>) -> Vec<Vec<String>> {
    let rows = table.descendants().filter(|element| element.is("table:table-row"));
    let mut rows: Vec<Vec<String>> = rows.take(MAX_ROWS).map(cells).collect();
    rows.retain(|row| row.iter().any(|cell| !cell.is_empty()));
    rows
}

fn cells(row: &Element<'_>) -> Vec<String> {
    let cells = row.elements().filter(|cell| cell.is("table:table-cell"));
    let text = |cell: &Element<'_>| match cell.child("text:p").map(Element::text) {
        Some(text) if text == "NaN" || text == "1.#NAN" => String::new(),
        Some(text) => text.trim().to_owned(),
        None => cell.attribute("office:value").unwrap_or_default().to_owned(),
    };
    cells.take(MAX_COLUMNS).map(text).collect()
}
