//! Charts: what they are called, and the numbers that they show.

use crate::{
    clean::excerpt,
    escape,
    markdown::{Blocks, Gap, table},
    xml::Element,
};

/// The most rows of a chart's data that are read.
pub(crate) const MAX_ROWS: usize = 200;
/// The most columns of a chart's data that are read.
pub(crate) const MAX_COLUMNS: usize = 50;
/// The longest title, in characters.
const MAX_TITLE: usize = 200;

/// A chart.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Chart {
    pub(crate) title: String,
    /// The data with a head: the names of the series.
    pub(crate) rows: Vec<Vec<String>>,
}

impl Chart {
    /// Writes the title, then the data as a table.
    pub(crate) fn write(&self, blocks: &mut Blocks) {
        if self.title.trim().is_empty() && self.rows.is_empty() {
            return;
        }
        blocks.push(&heading(&self.title), Gap::Paragraph);
        let escaped = |row: &Vec<String>| row.iter().map(|cell| escape::text(cell)).collect();
        let rows: Vec<Vec<String>> = self.rows.iter().map(escaped).collect();
        if !rows.is_empty() {
            blocks.push(&table::markdown(&rows), Gap::Paragraph);
        }
    }

    /// Reads the part of a chart in a package of Office (ECMA-376 part 1, 21.2).
    pub(crate) fn of_part(root: &Element<'_>) -> Self {
        let title = root.descendants().find(|element| element.name().1 == "title");
        let title = title.map(words).unwrap_or_default();
        let series: Vec<Series> = root
            .descendants()
            .filter(|element| element.is("c:ser"))
            .take(MAX_COLUMNS)
            .map(Series::of)
            .collect();
        Self { title, rows: rows(&series) }
    }
}

/// The line above the data of a chart.
pub(crate) fn heading(title: &str) -> String {
    let title = escape::text(&excerpt(title, MAX_TITLE));
    format!("**Chart:** {title}").trim_end().to_owned()
}

/// The texts of a title without the references that some of them come from.
fn words(title: &Element<'_>) -> String {
    let texts =
        title.descendants().filter(|element| matches!(element.name(), ("a", "t") | ("c", "v")));
    let texts: Vec<String> = texts.map(|text| text.text().trim().to_owned()).collect();
    texts.join(" ")
}

/// The values of one line, bar or slice.
struct Series {
    name: String,
    categories: Vec<(usize, String)>,
    values: Vec<(usize, String)>,
}

impl Series {
    fn of(element: &Element<'_>) -> Self {
        let part = |names: [&str; 2]| names.iter().find_map(|name| element.child(name));
        Self {
            name: element.child("c:tx").map(words).unwrap_or_default(),
            categories: part(["c:cat", "c:xVal"]).map(points).unwrap_or_default(),
            values: part(["c:val", "c:yVal"]).map(points).unwrap_or_default(),
        }
    }
}

/// The values that a chart keeps of its sheet, each with its place; of several levels of
/// categories the innermost.
fn points(data: &Element<'_>) -> Vec<(usize, String)> {
    let level = data.descendants().find(|element| element.is("c:lvl")).unwrap_or(data);
    let points = level.descendants().filter(|element| element.is("c:pt")).take(MAX_ROWS);
    let value = |point: &Element<'_>| {
        let text = point.child("c:v").map(Element::text).unwrap_or_default();
        Some((point.number("idx").filter(|at| *at < MAX_ROWS)?, number(text.trim())))
    };
    points.filter_map(value).collect()
}

/// A number without the digits that only rounding left; a text as it is.
fn number(text: &str) -> String {
    match text.parse::<f64>() {
        Ok(value) if text.len() > 12 && value.abs() < 1e12 => {
            let digits = format!("{value:.6}");
            digits.trim_end_matches('0').trim_end_matches('.').to_owned()
        }
        _ => text.to_owned(),
    }
}

fn rows(series: &[Series]) -> Vec<Vec<String>> {
    let places = series.iter().flat_map(|one| one.values.iter().chain(&one.categories));
    let Some(last) = places.map(|(at, _)| *at).max() else { return Vec::new() };
    let names = series.iter().map(|one| one.name.clone());
    let mut rows = vec![std::iter::once(String::new()).chain(names).collect()];
    for at in 0..=last {
        let found = |points: &[(usize, String)]| {
            points.iter().find(|(place, _)| *place == at).map(|(_, text)| text.clone())
        };
        let category = series.iter().find_map(|one| found(&one.categories));
        let values = series.iter().map(|one| found(&one.values).unwrap_or_default());
        rows.push(std::iter::once(category.unwrap_or_default()).chain(values).collect());
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::xml;

    #[test]
    fn the_data_of_a_chart_is_a_table() {
        let part = "<c:chartSpace xmlns:c='http://schemas.openxmlformats.org/drawingml/2006/chart' \
                    xmlns:a='http://schemas.openxmlformats.org/drawingml/2006/main'><c:chart>\
                    <c:title><a:t>Sales</a:t></c:title><c:ser><c:tx><c:strRef><c:f>A1</c:f><c:pt \
                    idx='0'><c:v>2025</c:v></c:pt></c:strRef></c:tx><c:cat><c:pt idx='0'><c:v>North\
                    </c:v></c:pt><c:pt idx='1'><c:v>South</c:v></c:pt></c:cat><c:val><c:pt idx='1'>\
                    <c:v>4.2999999999999998</c:v></c:pt></c:val></c:ser></c:chart></c:chartSpace>";

        let chart = Chart::of_part(&xml::parse(part).unwrap());

        assert_eq!(chart.title, "Sales");
        assert_eq!(chart.rows, [["", "2025"], ["North", ""], ["South", "4.3"]]);
    }
}
