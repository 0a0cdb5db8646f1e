//! Drawings: what is written in them, and the descriptions of pictures.

use super::{
    package::{Package, Relation},
    run::{Extra, Runs},
};
use crate::{
    charset,
    document::LinkStyle,
    escape,
    formats::office::{says_something, span::Piece},
    html,
    markdown::{picture, table},
    xml::{self, Element},
};

/// The most charts and diagrams of a document that are read.
const MAX_DRAWINGS: usize = 200;
/// The most points of a chart that are written.
const MAX_POINTS: usize = 500;

/// Collects what a drawing says to its reader.
pub(super) fn collect<'e>(runs: &mut Runs<'_, '_, 'e>, drawing: &'e Element<'e>) {
    runs.story.pages.has_ink = true;
    let before = runs.extras();
    inside(runs, drawing);
    let description = drawing.descendants().find_map(description);
    if let Some(text) = description.filter(|text| says_something(text) && runs.extras() == before) {
        runs.push(Piece::Markdown(picture(text)));
    }
}

fn inside<'e>(runs: &mut Runs<'_, '_, 'e>, parent: &'e Element<'e>) {
    for element in parent.elements() {
        match element.name() {
            ("w", "txbxContent") => runs.push_extra(Extra::Box(element)),
            ("v", "textpath") => lettering(runs, element),
            ("c", "chart") => part(runs, element.attribute("r:id")),
            ("dgm", "relIds") => part(runs, element.attribute("r:dm")),
            ("a", "p") => drawn(runs, element),
            ("mc", "AlternateContent") => alternate(runs, element),
            _ => inside(runs, element),
        }
    }
}

fn alternate<'e>(runs: &mut Runs<'_, '_, 'e>, element: &'e Element<'e>) {
    for choice in element.elements() {
        let before = runs.extras();
        inside(runs, choice);
        if runs.extras() > before {
            break;
        }
    }
}

/// Letters that are drawn, as in a watermark.
fn lettering(runs: &mut Runs<'_, '_, '_>, element: &Element<'_>) {
    let text = element.attribute("string").unwrap_or_default().to_owned();
    runs.push(Piece::Text(text));
}

/// A paragraph that is a part of the drawing itself.
fn drawn(runs: &mut Runs<'_, '_, '_>, element: &Element<'_>) {
    let text = paragraph(element);
    if !text.trim().is_empty() {
        runs.push_extra(Extra::Markdown(escape::text(&text)));
    }
}

/// What a chart or diagram says, whose content is a part of its own.
fn part(runs: &mut Runs<'_, '_, '_>, id: Option<&str>) {
    let text = id.and_then(|id| runs.story.shared.drawings.get(id));
    if let Some(text) = text.cloned() {
        runs.push_extra(Extra::Markdown(text));
    }
}

fn description<'e>(element: &'e Element<'_>) -> Option<&'e str> {
    let text = match element.name() {
        ("wp", "docPr") => element.attribute("descr").or(element.attribute("title")),
        ("v", "shape" | "rect" | "roundrect" | "group") => element.attribute("alt"),
        _ => None,
    };
    text.filter(|text| !text.trim().is_empty())
}

/// What the charts, diagrams and inserted files of a document say, by the ids of their parts.
pub(super) fn parts(package: &mut Package<'_>, links: LinkStyle) -> Vec<(String, String)> {
    let all = package.relations().all();
    let mut wanted: Vec<(String, Relation)> =
        all.filter(is_drawing).map(|(id, relation)| (id.to_owned(), relation.clone())).collect();
    wanted.sort_by(|(a, _), (b, _)| a.cmp(b));
    wanted.truncate(MAX_DRAWINGS);
    let read = |(id, relation): (String, Relation)| {
        let bytes = package.related(&id)?;
        let text = match relation.kind.as_str() {
            "aFChunk" => inserted(&bytes, &relation.target, links)?,
            kind => drawing(&bytes, kind)?,
        };
        (!text.is_empty()).then_some((id, text))
    };
    wanted.into_iter().filter_map(read).collect()
}

fn is_drawing((_, relation): &(&str, &Relation)) -> bool {
    matches!(relation.kind.as_str(), "chart" | "diagramData" | "aFChunk")
}

fn drawing(bytes: &[u8], kind: &str) -> Option<String> {
    let source = xml::decode(bytes);
    let root = xml::parse(&source).ok()?;
    Some(if kind == "chart" { chart(&root) } else { diagram(&root) })
}

/// A web page that a program put into the package for Word to insert.
fn inserted(bytes: &[u8], target: &str, links: LinkStyle) -> Option<String> {
    let (_, extension) = target.rsplit_once('.')?;
    let is_page = ["htm", "html", "xhtml"].iter().any(|one| extension.eq_ignore_ascii_case(one));
    is_page.then(|| html::render(&charset::decode_html(bytes, None), links).markdown())
}

/// A diagram as a list of what is written in it.
fn diagram(root: &Element<'_>) -> String {
    let points = root.descendants().filter(|element| element.is("dgm:pt"));
    let texts = points.map(drawn_text).filter(|text| !text.is_empty());
    texts.map(|text| format!("- {text}")).collect::<Vec<_>>().join("\n")
}

/// The paragraphs of drawn text on one line.
fn drawn_text(element: &Element<'_>) -> String {
    let paragraphs = element.descendants().filter(|inner| inner.is("a:p"));
    let texts: Vec<String> =
        paragraphs.map(paragraph).filter(|text| !text.trim().is_empty()).collect();
    escape::text(&texts.join(" "))
}

fn paragraph(element: &Element<'_>) -> String {
    let runs = element.descendants().filter(|inner| inner.is("a:t"));
    runs.map(Element::text).collect()
}

/// A chart as a table: a row for each category, a column for each series.
fn chart(root: &Element<'_>) -> String {
    let titles = root.descendants().filter(|element| element.is("c:title"));
    let titles: Vec<String> = titles.map(drawn_text).filter(|text| !text.is_empty()).collect();
    let series: Vec<&Element<'_>> = root.descendants().filter(|e| e.is("c:ser")).take(50).collect();
    let mut head = vec![String::new()];
    head.extend(series.iter().map(|one| values(one, &["c:tx"]).join(" ")));
    let categories =
        series.first().map(|one| values(one, &["c:cat", "c:xVal"])).unwrap_or_default();
    let columns: Vec<Vec<String>> =
        series.iter().map(|one| values(one, &["c:val", "c:yVal"])).collect();
    let count = columns.iter().map(Vec::len).max().unwrap_or_default().min(MAX_POINTS);
    let row = |at: usize| {
        let cell = |column: &Vec<String>| column.get(at).cloned().unwrap_or_default();
        let name = categories.get(at).cloned().unwrap_or_default();
        std::iter::once(name).chain(columns.iter().map(cell)).collect::<Vec<_>>()
    };
    let mut rows = vec![head];
    rows.extend((0..count).map(row));
    let title = format!("**Chart: {}**", titles.join(", "));
    let blocks =
        [(!titles.is_empty()).then_some(title), (count > 0).then(|| table::markdown(&rows))];
    blocks.into_iter().flatten().collect::<Vec<_>>().join("\n\n")
}

/// The values that the file keeps of a series.
fn values(series: &Element<'_>, names: &[&str]) -> Vec<String> {
    let part = names.iter().find_map(|name| series.child(name));
    let values = part.into_iter().flat_map(|part| part.descendants()).filter(|e| e.is("c:v"));
    values.take(MAX_POINTS).map(|value| escape::text(value.text().trim())).collect()
}
