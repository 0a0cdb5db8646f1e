//! The paragraphs of a shape.

use std::{cell::Cell, rc::Rc};

use super::{
    bullet::{Bullet, Bullets, Counter},
    package::Relations,
};
use crate::{
    formats::{
        docx::equation,
        office::span::{self, Look, Span},
    },
    markdown::{Blocks, Gap},
    xml::Element,
};

/// Where a text stands.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place<'p> {
    pub(super) relations: &'p Relations,
    pub(super) bullets: &'p Bullets,
    /// Where a click on the whole shape leads.
    pub(super) link: Option<&'p Rc<str>>,
    pub(super) look: Look,
    /// Is set where text is left out that no one sees.
    pub(super) has_hidden: &'p Cell<bool>,
}

/// Writes the paragraphs of a text body.
pub(super) fn write(body: &Element<'_>, place: Place<'_>, blocks: &mut Blocks) {
    let own = body.child("a:lstStyle").map(Bullets::of).unwrap_or_default();
    let bullets = own.or(place.bullets);
    let mut counter = Counter::default();
    let (mut open, mut is_in_list) = (Vec::new(), false);
    for paragraph in body.elements().filter(|element| element.is("a:p")) {
        let spans = spans(paragraph, place);
        if spans.iter().all(Span::is_blank) {
            continue;
        }
        let properties = paragraph.child("a:pPr");
        let level = properties.and_then(|one| one.number("lvl")).unwrap_or(0).min(8);
        let bullet = properties.and_then(Bullet::of).or_else(|| bullets.at(level).cloned());
        let marker = counter.next(level, &bullet.unwrap_or(Bullet::None));
        close_to(marker.as_ref().map_or(0, |_| level), &mut open, blocks);
        if marker.is_some() && !is_in_list {
            blocks.end_list();
        }
        is_in_list = marker.is_some();
        span::write(&spans, blocks.inline(), place.look);
        match marker {
            Some(marker) => {
                blocks.open_item(&marker, 0);
                open.push(level);
                blocks.flush(Gap::Line);
            }
            None => blocks.flush(Gap::Paragraph),
        }
    }
    close_to(0, &mut open, blocks);
}

/// Ends the items that are not around one of this level.
fn close_to(level: usize, open: &mut Vec<usize>, blocks: &mut Blocks) {
    while open.last().is_some_and(|last| *last >= level) {
        blocks.close();
        open.pop();
    }
}

/// The paragraphs of a text body on one line.
pub(super) fn line(body: &Element<'_>, place: Place<'_>) -> String {
    let paragraphs = body.elements().filter(|element| element.is("a:p"));
    let lines = paragraphs.map(|paragraph| span::line(&spans(paragraph, place), place.look));
    let lines: Vec<String> = lines.filter(|line| !line.is_empty()).collect();
    lines.join(" ").replace('\n', " ")
}

fn spans(paragraph: &Element<'_>, place: Place<'_>) -> Vec<Span> {
    let mut spans = Vec::new();
    for element in paragraph.elements() {
        match element.name() {
            ("a", "r" | "fld") if is_tiny(element) => {
                let is_text = !element.text().trim().is_empty();
                place.has_hidden.set(place.has_hidden.get() || is_text);
            }
            ("a", "r") => spans.push(run(element, place)),
            ("a", "br") => spans.push(Span::line_break()),
            ("a", "fld") if element.attribute("type") == Some("slidenum") => {}
            ("a", "fld") => spans.push(run(element, place)),
            (_, "m") => spans.push(Span::text(equation(element))),
            (_, "AlternateContent") => {
                let formula = element.descendants().find(|inner| inner.name().1 == "m");
                spans.extend(formula.map(|formula| Span::text(equation(formula))));
            }
            _ => {}
        }
    }
    spans
}

/// Whether no one can read letters of this size, which is in hundredths of a point.
fn is_tiny(run: &Element<'_>) -> bool {
    let size = run.child("a:rPr").and_then(|properties| properties.attribute("sz"));
    size.and_then(|size| size.trim().parse::<u32>().ok()).is_some_and(|size| size <= 150)
}

fn run(run: &Element<'_>, place: Place<'_>) -> Span {
    let text = run.child("a:t").map(Element::text).unwrap_or_default();
    let properties = run.child("a:rPr");
    let value = |name| properties.and_then(|one| one.attribute(name));
    let link = properties.and_then(|one| one.child("a:hlinkClick"));
    let link = link.and_then(|link| place.relations.link(link.attribute("r:id")?));
    Span {
        bold: matches!(value("b"), Some("1" | "true")),
        strike: value("strike").is_some_and(|kind| kind != "noStrike"),
        link: link.or(place.link).cloned(),
        ..Span::text(text)
    }
}

/// Whether a text holds only fields, which programs fill in.
pub(super) fn is_only_fields(body: &Element<'_>) -> bool {
    let has_text = |run: &Element<'_>| !run.text().trim().is_empty();
    !body.descendants().any(|element| element.is("a:r") && has_text(element))
}
