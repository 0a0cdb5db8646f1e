//! OpenDocument presentations.

use super::{
    Reader,
    odf::{Package, Styles, Writer},
    odt,
    office::HIDDEN,
    slide::{Area, Slide, Slides, reading_order},
};
use crate::{
    document::{Document, Input, Options},
    format::Format,
    refusal::Refusal,
    xml::{Element, Event, XmlReader},
};

/// Reads OpenDocument presentations ([ODF 1.3], part 3).
///
/// [ODF 1.3]: https://docs.oasis-open.org/office/OpenDocument/v1.3/
#[derive(Debug)]
pub(super) struct Odp;

impl Reader for Odp {
    fn read(&self, input: &Input<'_>, options: &Options) -> Result<Document, Refusal> {
        let package = Package::open(input.bytes, Format::Odp)?;
        let (content, objects) = (package.content(), package.objects());
        let mut styles = Styles::default();
        styles.add_part(&package.styles());
        styles.add_part(&content);
        let mut writer = Writer::without_pages(&styles, &objects, options.links);
        let mut reader = XmlReader::new(&content);
        let slides = slides(&mut reader, &mut writer, &styles);
        if let Some(problem) = reader.problem().filter(|_| !slides.has_text()) {
            return Err(problem.refusal(Format::Odp));
        }
        let warning = odt::warning(&reader, slides.is_full() || writer.is_cut(), &package);
        let hidden = writer.has_hidden().then_some(HIDDEN);
        Ok(slides.into_document(package.title(), [warning, hidden]))
    }
}

fn slides<'a>(reader: &mut XmlReader<'a>, writer: &mut Writer<'a>, styles: &Styles) -> Slides {
    let mut slides = Slides::default();
    while let Some(event) = reader.read().filter(|_| !slides.is_full()) {
        let Event::Start(element) = event else { continue };
        match element.name() {
            ("office", "document-content" | "document" | "body" | "presentation") => {}
            ("draw", "page") => slides.push(read_slide(&reader.finish(element), writer, styles)),
            _ => reader.skip(),
        }
    }
    slides
}

fn read_slide<'a>(page: &Element<'a>, writer: &mut Writer<'a>, styles: &Styles) -> Slide {
    let mut shapes = Vec::new();
    collect(page, &mut shapes);
    let title_at = shapes.iter().position(|shape| is_class(shape, "title"));
    let title = title_at.map(|at| writer.heading_line(shapes.remove(at))).unwrap_or_default();
    let areas: Vec<Option<Area>> = shapes.iter().map(|shape| area(shape)).collect();
    for at in reading_order(&areas) {
        shapes.get(at).into_iter().for_each(|shape| writer.drawn(shape));
    }
    let annotations = page.elements().filter(|element| element.is("office:annotation"));
    let body = writer.take_text();
    annotations.for_each(|annotation| writer.comment(annotation));
    let comments = writer.take_due();
    let notes = page.child("presentation:notes").map(|notes| read_notes(notes, writer));
    Slide {
        title,
        is_hidden: styles.hides_slide(page.attribute("draw:style-name")),
        body,
        notes: notes.unwrap_or_default(),
        comments,
    }
}

/// What the speaker says: the notes page without its thumbnail, date and number.
fn read_notes<'a>(notes: &Element<'a>, writer: &mut Writer<'a>) -> String {
    let mut shapes = Vec::new();
    collect(notes, &mut shapes);
    writer.apart(|writer| shapes.iter().for_each(|shape| writer.drawn(shape)))
}

/// The shapes of a page, also those in groups, without what its master repeats on all pages.
fn collect<'e, 'a>(parent: &'e Element<'a>, shapes: &mut Vec<&'e Element<'a>>) {
    for element in parent.elements() {
        match element.name() {
            ("draw", "g" | "a") => collect(element, shapes),
            ("draw", "page-thumbnail" | "layer-set") => {}
            ("draw" | "dr3d", _) if !repeats(element) => shapes.push(element),
            ("table", "table") => shapes.push(element),
            _ => {}
        }
    }
}

fn is_class(shape: &Element<'_>, class: &str) -> bool {
    shape.attribute("presentation:class") == Some(class)
}

/// Whether a shape is the same on all pages, or waits to be filled.
fn repeats(shape: &Element<'_>) -> bool {
    const CLASSES: [&str; 5] = ["date-time", "footer", "header", "page", "page-number"];
    CLASSES.iter().any(|class| is_class(shape, class))
        || shape.attribute("presentation:placeholder") == Some("true")
}

/// Where a shape is, in millimetres.
fn area(shape: &Element<'_>) -> Option<Area> {
    let length = |name| shape.attribute(name).and_then(millimetres);
    let moved = shape.attribute("draw:transform").and_then(moved);
    let (left, top) = moved.or_else(|| Some((length("svg:x")?, length("svg:y")?)))?;
    let [width, height] = ["svg:width", "svg:height"].map(|name| length(name).unwrap_or_default());
    Some(Area { left, top, width, height })
}

/// Where a shape is that was turned, e.g. `rotate (0.3) translate (2.1cm 3cm)`.
fn moved(transform: &str) -> Option<(f64, f64)> {
    let (_, place) = transform.split_once("translate")?;
    let place = place.trim().strip_prefix('(')?.split(')').next()?;
    let mut lengths = place.split([' ', ',']).filter_map(millimetres);
    Some((lengths.next()?, lengths.next().unwrap_or_default()))
}

/// A length in any unit of [XSL 5.9.13](https://www.w3.org/TR/xsl11/#d0e5752).
fn millimetres(length: &str) -> Option<f64> {
    const UNITS: [(&str, f64); 6] = [
        ("mm", 1.0),
        ("cm", 10.0),
        ("in", 25.4),
        ("pt", 25.4 / 72.0),
        ("pc", 4.233),
        ("px", 0.265),
    ];
    let length = length.trim();
    let unit = UNITS.iter().find_map(|(unit, factor)| Some((length.strip_suffix(unit)?, factor)));
    let (number, factor) = unit?;
    let number: f64 = number.trim().parse().ok()?;
    Some(number * factor)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_are_read_in_any_unit() {
        assert_eq!(millimetres("2.5cm"), Some(25.0));
        assert_eq!(millimetres(" 1in "), Some(25.4));
        assert_eq!(millimetres("wide"), None);
    }

    #[test]
    fn a_turned_shape_is_where_it_was_moved() {
        assert_eq!(moved("rotate (0.3) translate (2cm 30mm)"), Some((20.0, 30.0)));
    }
}
