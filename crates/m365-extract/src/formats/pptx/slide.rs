//! One slide with its notes and comments.

use std::{cell::Cell, rc::Rc};

use super::{
    deck::Deck,
    layout::Layout,
    package::Relations,
    shape::placeholder,
    text::{self, Place},
};
use crate::{
    formats::{office::span::Look, slide::Slide},
    markdown::{Blocks, Gap},
    xml::{self, Element},
};

/// Writes the shapes of one slide.
pub(super) struct SlideWriter<'w, 'p> {
    pub(super) deck: &'w mut Deck<'p>,
    pub(super) relations: Relations,
    pub(super) layout: Rc<Layout>,
    pub(super) look: Look,
    pub(super) blocks: Blocks,
    /// Whether text was left out that no one sees.
    pub(super) has_hidden: Cell<bool>,
}

/// Reads the slide at a path; none when there is nothing that can be read.
pub(super) fn read(deck: &mut Deck<'_>, path: &str, look: Look) -> Option<Slide> {
    let part = deck.slide(path)?;
    let root = deck.parse(&part)?;
    let relations = deck.relations(path);
    let layout = relations.of_kind("slideLayout").first().map(|path| deck.layout(path));
    let notes = relations.of_kind("notesSlide").first().map(|path| (*path).to_owned());
    let comments: Vec<String> =
        relations.of_kind("comments").iter().map(|path| (*path).to_owned()).collect();
    let layout = layout.unwrap_or_default();
    let mut writer = SlideWriter::new(deck, relations, layout, look);
    let (title, body) = writer.write(&root);
    Some(Slide {
        title,
        is_hidden: matches!(root.attribute("show"), Some("0" | "false")),
        body,
        notes: notes.map(|path| read_notes(deck, &path, look)).unwrap_or_default(),
        comments: comments.iter().flat_map(|path| deck.comments(path)).collect(),
    })
}

impl<'w, 'p> SlideWriter<'w, 'p> {
    fn new(deck: &'w mut Deck<'p>, relations: Relations, layout: Rc<Layout>, look: Look) -> Self {
        let (blocks, has_hidden) = (Blocks::default(), Cell::new(false));
        Self { deck, relations, layout, look, blocks, has_hidden }
    }

    /// Where text without a role stands.
    pub(super) fn place(&self, look: Look) -> Place<'_> {
        let bullets = self.layout.bullets(None);
        let (relations, has_hidden) = (&self.relations, &self.has_hidden);
        Place { relations, bullets, link: None, look, has_hidden }
    }

    /// The title of a slide, and all else on it.
    fn write(&mut self, root: &Element<'_>) -> (String, String) {
        let tree = root.child("p:cSld").and_then(|slide| slide.child("p:spTree"));
        let mut shapes = tree.map(|tree| self.on_slide(tree)).unwrap_or_default();
        let is_title =
            |shape: &&Element<'_>| placeholder(shape).is_some_and(|role| role.is_title());
        let titles = shapes.iter().enumerate().filter(|(_, shape)| is_title(shape));
        let mut titles = titles.map(|(at, shape)| (at, self.title(shape)));
        let found = titles.find(|(_, title)| !title.is_empty());
        if let Some((at, _)) = found {
            shapes.remove(at);
        }
        self.shapes(&shapes);
        (found.map(|(_, title)| title).unwrap_or_default(), self.take())
    }

    fn title(&self, shape: &Element<'_>) -> String {
        let look = Look { marks_bold: false, ..self.look };
        let place = self.place(look);
        shape.child("p:txBody").map(|body| text::line(body, place)).unwrap_or_default()
    }

    fn take(&mut self) -> String {
        self.deck.has_hidden |= self.has_hidden.get();
        self.blocks.flush(Gap::Paragraph);
        self.blocks.take_page()
    }
}

/// What the speaker says: the text of the notes page without its picture, date and number.
fn read_notes(deck: &mut Deck<'_>, path: &str, look: Look) -> String {
    let Some(part) = deck.part(path) else { return String::new() };
    let (Some(root), _) = xml::parse_partly(&part) else { return String::new() };
    let relations = deck.relations(path);
    let tree = root.child("p:cSld").and_then(|page| page.child("p:spTree"));
    let mut writer = SlideWriter::new(deck, relations, Rc::default(), look);
    let mut shapes = tree.map(|tree| writer.visible(tree)).unwrap_or_default();
    shapes.retain(|shape| {
        placeholder(shape).is_none_or(|role| !role.is_repeated() && role.kind != "sldImg")
    });
    writer.shapes(&shapes);
    writer.take()
}
