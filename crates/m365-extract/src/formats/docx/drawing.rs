//! Drawings: what is written in them, and the descriptions of pictures.

use super::{
    package::{Package, Relation},
    run::{Extra, Runs},
};
use crate::{
    charset,
    document::LinkStyle,
    escape,
    formats::office::{
        chart::Chart, diagram, is_decoration, is_picture, says_something, span::Piece,
    },
    html,
    markdown::{Blocks, picture},
    xml::{self, Element},
};

/// The most charts and diagrams of a document that are read.
const MAX_DRAWINGS: usize = 200;

/// Collects what a drawing says to its reader.
pub(super) fn collect<'e>(runs: &mut Runs<'_, '_, 'e>, drawing: &'e Element<'e>) {
    runs.story.pages.has_ink = true;
    let before = runs.extras();
    inside(runs, drawing);
    if runs.extras() > before {
        return;
    }
    let description = drawing.descendants().find_map(description);
    match description.filter(|text| says_something(text)) {
        Some(text) => runs.push(Piece::Markdown(picture(text))),
        None if says_nothing(drawing) => runs.story.pictures += 1,
        None => {}
    }
}

/// Whether a drawing is a picture that is more than an adornment.
fn says_nothing(drawing: &Element<'_>) -> bool {
    drawing.descendants().any(is_picture) && !drawing.descendants().any(is_decoration)
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

/// A chart or diagram, whose content is a part of its own.
fn part<'e>(runs: &mut Runs<'_, '_, 'e>, id: Option<&'e str>) {
    if let Some(id) = id.filter(|id| runs.story.shared.drawings.contains_key(*id)) {
        runs.push_extra(Extra::Part(id));
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
    wanted.truncate(MAX_DRAWINGS);
    let read = |(id, relation): (String, Relation)| {
        let bytes = package.related(&id)?;
        let text = match relation.kind.as_str() {
            "aFChunk" => inserted(&bytes, &relation.target, links)?,
            kind => drawing(package, &bytes, kind)?,
        };
        (!text.is_empty()).then_some((id, text))
    };
    wanted.into_iter().filter_map(read).collect()
}

fn is_drawing((_, relation): &(&str, &Relation)) -> bool {
    matches!(relation.kind.as_str(), "chart" | "diagramData" | "aFChunk")
}

fn drawing(package: &mut Package<'_>, bytes: &[u8], kind: &str) -> Option<String> {
    let source = xml::decode(bytes);
    let root = package.root(&source)?;
    let mut blocks = Blocks::default();
    match kind {
        "chart" => Chart::of_part(&root).write(&mut blocks),
        _ => diagram::write(&root, drawn_text, &mut blocks),
    }
    Some(blocks.into_markdown().0)
}

/// A web page that a program put into the package for Word to insert.
fn inserted(bytes: &[u8], target: &str, links: LinkStyle) -> Option<String> {
    let (_, extension) = target.rsplit_once('.')?;
    let is_page = ["htm", "html", "xhtml"].iter().any(|one| extension.eq_ignore_ascii_case(one));
    is_page.then(|| html::render(&charset::decode_html(bytes, None), links).markdown())
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
