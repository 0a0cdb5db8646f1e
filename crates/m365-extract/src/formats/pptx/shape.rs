//! The shapes of a slide in the order in which they are read.

use std::rc::Rc;

use super::{
    bullet::Bullets,
    layout::Role,
    package::Relations,
    slide::SlideWriter,
    text::{self, Place},
};
use crate::{
    format::Format,
    formats::{
        office::{
            chart::Chart,
            diagram,
            grid::{Cell, Grid},
            is_decoration, says_something,
            span::Look,
        },
        slide::{Area, MAX_TEXT, reading_order},
    },
    links::Target,
    markdown::{Gap, picture},
    refusal::{Refusal, RefusalKind},
    xml::{self, Element},
};

impl SlideWriter<'_, '_> {
    /// Writes shapes, those in groups together.
    pub(super) fn shapes(&mut self, shapes: &[&Element<'_>]) {
        let areas: Vec<Option<Area>> = shapes.iter().map(|shape| self.area(shape)).collect();
        for at in reading_order(&areas) {
            shapes.get(at).into_iter().for_each(|shape| self.shape(shape));
        }
    }

    /// The shapes in a tree or group that are shown.
    pub(super) fn visible<'e, 'a>(&mut self, tree: &'e Element<'a>) -> Vec<&'e Element<'a>> {
        self.retain_seen(shapes(tree), is_hidden)
    }

    /// The shapes of a slide that are shown and not beside it.
    pub(super) fn on_slide<'e, 'a>(&mut self, tree: &'e Element<'a>) -> Vec<&'e Element<'a>> {
        let shapes = self.visible(tree);
        let Some(size) = self.deck.size else { return shapes };
        self.retain_seen(shapes, |shape| area(shape).is_some_and(|area| is_outside(area, size)))
    }

    fn retain_seen<'e, 'a>(
        &mut self,
        mut shapes: Vec<&'e Element<'a>>,
        is_unseen: impl Fn(&Element<'a>) -> bool,
    ) -> Vec<&'e Element<'a>> {
        shapes.retain(|shape| {
            let is_unseen = is_unseen(shape);
            self.deck.has_hidden |= is_unseen && has_text(shape);
            !is_unseen
        });
        shapes
    }

    fn area(&self, shape: &Element<'_>) -> Option<Area> {
        let inherited = || self.layout.area(&placeholder(shape)?);
        area(shape).or_else(inherited)
    }

    fn shape(&mut self, shape: &Element<'_>) {
        if self.blocks.size() > MAX_TEXT {
            return;
        }
        match shape.name() {
            ("p", "grpSp") => {
                let shapes = self.visible(shape);
                self.shapes(&shapes);
            }
            ("p", "graphicFrame") => self.frame(shape),
            ("p", "pic") => self.picture(shape),
            _ => self.text_shape(shape),
        }
    }

    fn text_shape(&mut self, shape: &Element<'_>) {
        let role = placeholder(shape);
        let Some(body) = shape.child("p:txBody") else { return self.picture(shape) };
        if role.as_ref().is_some_and(Role::is_repeated) && !self.is_first(body) {
            return;
        }
        let before = self.blocks.done();
        let bullets = self.layout.bullets(role.as_ref()).clone();
        let link = self.link_of(shape);
        let link = link.as_ref();
        let place = Place {
            relations: &self.relations,
            bullets: &bullets,
            link,
            look: self.look,
            has_hidden: &self.has_hidden,
        };
        text::write(body, place, &mut self.blocks);
        if self.blocks.done() == before {
            self.picture(shape);
        }
    }

    /// Whether the text of a footer or date is written by the author, and new in this deck.
    fn is_first(&mut self, body: &Element<'_>) -> bool {
        !text::is_only_fields(body) && self.deck.footers.insert(body.text())
    }

    /// The text for those who do not see a picture, and where a film is.
    fn picture(&mut self, shape: &Element<'_>) {
        let properties = properties(shape);
        let is_adornment = properties.is_some_and(|one| one.descendants().any(is_decoration));
        let description = properties.and_then(|one| one.attribute("descr"));
        let film = self.film(shape);
        match description.filter(|text| says_something(text)) {
            _ if is_adornment => {}
            Some(text) => self.blocks.inline().push_markdown(&picture(text)),
            None if shape.is("p:pic") && film.is_none() => self.deck.pictures += 1,
            None => {}
        }
        if let Some(target) = film {
            let link = target.write("video", self.look.links);
            self.blocks.inline().push_markdown(&link);
        }
        self.blocks.flush(Gap::Paragraph);
    }

    fn film(&self, shape: &Element<'_>) -> Option<Target> {
        let film = shape.descendants().find(|element| element.is("a:videoFile"))?;
        Target::parse(self.relations.link(film.attribute("r:link")?)?, None)
    }

    fn link_of(&self, shape: &Element<'_>) -> Option<Rc<str>> {
        let link = properties(shape)?.child("a:hlinkClick")?.attribute("r:id")?;
        self.relations.link(link).cloned()
    }

    fn frame(&mut self, frame: &Element<'_>) {
        let data = frame.descendants().find(|element| element.is("a:graphicData"));
        let Some(content) = data.and_then(|data| data.elements().next()) else { return };
        match content.name() {
            ("a", "tbl") => self.table(content),
            (_, "chart") => self.chart(content),
            (_, "relIds") => self.diagram(content),
            _ => self.picture(frame),
        }
    }

    fn table(&mut self, table: &Element<'_>) {
        let mut grid = Grid::default();
        let rows = table.elements().filter(|element| element.is("a:tr"));
        for (number, row) in rows.enumerate() {
            let is_kept = |cell: &&Element<'_>| {
                let is_covered = |name| matches!(cell.attribute(name), Some("1" | "true"));
                cell.is("a:tc") && !is_covered("hMerge") && !is_covered("vMerge")
            };
            let cells = row.elements().filter(is_kept).map(|cell| self.cell(cell, number == 0));
            grid.push(cells.collect::<Vec<_>>());
        }
        if grid.write(&mut self.blocks) {
            self.deck.lose::<()>(Refusal::of(RefusalKind::TooLarge, Format::Pptx));
        }
    }

    fn cell(&self, cell: &Element<'_>, is_head: bool) -> Cell {
        let look = Look { marks_bold: self.look.marks_bold && !is_head, ..self.look };
        let place = self.place(look);
        let text = cell.child("a:txBody").map(|body| text::line(body, place)).unwrap_or_default();
        let span = |name| cell.number(name).unwrap_or(1);
        Cell { text, columns: span("gridSpan"), rows: span("rowSpan") }
    }

    fn chart(&mut self, reference: &Element<'_>) {
        if let Some(part) = self.related(reference.attribute("r:id")) {
            let (Some(root), _) = xml::parse_partly(&part) else { return };
            Chart::of_part(&root).write(&mut self.blocks);
        }
    }

    fn diagram(&mut self, reference: &Element<'_>) {
        if let Some(part) = self.related(reference.attribute("r:dm")) {
            let (Some(root), _) = xml::parse_partly(&part) else { return };
            let (relations, bullets) = (Relations::default(), Bullets::default());
            let place = Place {
                relations: &relations,
                bullets: &bullets,
                link: None,
                look: self.look,
                has_hidden: &self.has_hidden,
            };
            diagram::write(&root, |body| text::line(body, place), &mut self.blocks);
        }
    }

    /// A part that the slide refers to.
    fn related(&mut self, id: Option<&str>) -> Option<String> {
        let path = self.relations.part(id?)?.to_owned();
        self.deck.part(&path)
    }
}

/// The shapes in a tree or group. Where a program that cannot draw one has another, the first that we
/// know counts.
fn shapes<'e, 'a>(tree: &'e Element<'a>) -> Vec<&'e Element<'a>> {
    let shapes = tree.elements().filter_map(|element| match element.name() {
        ("p", "sp" | "pic" | "graphicFrame" | "grpSp" | "cxnSp" | "contentPart") => Some(element),
        (_, "AlternateContent") => alternative(element),
        _ => None,
    });
    shapes.collect()
}

fn alternative<'e, 'a>(element: &'e Element<'a>) -> Option<&'e Element<'a>> {
    let choices = element.elements().filter(|one| matches!(one.name().1, "Choice" | "Fallback"));
    choices.flat_map(Element::elements).find(|one| one.name().0 == "p")
}

fn is_hidden(shape: &Element<'_>) -> bool {
    let hidden = properties(shape).and_then(|one| one.attribute("hidden"));
    matches!(hidden, Some("1" | "true"))
}

fn has_text(shape: &Element<'_>) -> bool {
    shape.descendants().any(|element| element.is("a:t") && !element.text().trim().is_empty())
}

/// Whether a shape lies wholly beside a slide of this size, however it is turned.
fn is_outside(area: Area, (width, height): (f64, f64)) -> bool {
    let turned = (area.width - area.height).abs() / 2.0;
    let [right, bottom] = [area.left + area.width, area.top + area.height];
    right + turned < 0.0
        || bottom + turned < 0.0
        || area.left - turned > width
        || area.top - turned > height
}

/// What is said of a shape that is no text and no look.
fn properties<'e, 'a>(shape: &'e Element<'a>) -> Option<&'e Element<'a>> {
    shape.elements().next()?.child("p:cNvPr")
}

/// What a shape fills in the layout.
pub(super) fn placeholder(shape: &Element<'_>) -> Option<Role> {
    let role = shape.elements().next()?.child("p:nvPr")?.child("p:ph")?;
    let value = |name, default: &str| role.attribute(name).unwrap_or(default).to_owned();
    Some(Role { kind: value("type", "obj"), index: value("idx", "0") })
}

/// Where a shape says that it is.
pub(super) fn area(shape: &Element<'_>) -> Option<Area> {
    let look = ["p:spPr", "p:grpSpPr"].iter().find_map(|name| shape.child(name));
    let place = look.and_then(|look| look.child("a:xfrm")).or(shape.child("p:xfrm"))?;
    let number = |name, value| place.child(name)?.attribute(value)?.trim().parse::<f64>().ok();
    Some(Area {
        left: number("a:off", "x")?,
        top: number("a:off", "y")?,
        width: number("a:ext", "cx").unwrap_or_default(),
        height: number("a:ext", "cy").unwrap_or_default(),
    })
}
