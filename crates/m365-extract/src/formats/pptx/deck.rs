//! A presentation: its slides in order, and what they have in common.

use std::{
    collections::{HashMap, HashSet},
    rc::Rc,
};

use super::{
    comments::Authors,
    layout::Layout,
    package::{Package, Relations},
};
use crate::{
    format::Format,
    refusal::{Refusal, RefusalKind},
    xml::{self, Element},
};

/// An open presentation.
#[derive(Debug)]
pub(super) struct Deck<'p> {
    package: Package<'p>,
    /// The paths of the slides, each with the section that begins there.
    pub(super) slides: Vec<(String, Option<String>)>,
    /// Footers and dates that were written already.
    pub(super) footers: HashSet<String>,
    /// Why a part could not be read, or not to its end: the first of the reasons.
    pub(super) lost: Option<Refusal>,
    /// Whether text was left out that no one sees.
    pub(super) has_hidden: bool,
    /// The width and height of slides.
    pub(super) size: Option<(f64, f64)>,
    /// How many pictures have no description.
    pub(super) pictures: usize,
    authors: Authors,
    layouts: HashMap<String, Rc<Layout>>,
}

impl<'p> Deck<'p> {
    /// Opens a presentation and finds its slides.
    ///
    /// # Errors
    ///
    /// [`RefusalKind::Damaged`] without a part that lists the slides, and those of
    /// [`Archive`](crate::archive::Archive).
    pub(super) fn open(bytes: &'p [u8]) -> Result<Self, Refusal> {
        let mut package = Package::open(bytes, Format::Pptx)?;
        let relations = package.relations("")?;
        let main = relations.of_kind("officeDocument").first().map(|path| (*path).to_owned());
        let main = main.unwrap_or_else(|| "ppt/presentation.xml".to_owned());
        let damaged = || Refusal::of(RefusalKind::Damaged, Format::Pptx);
        let part = package.part(&main)?.ok_or_else(damaged)?;
        let root = xml::parse(&part).map_err(|problem| problem.refusal(Format::Pptx))?;
        let relations = package.relations(&main)?;
        let slides = slides(&root, &relations);
        let mut deck = Self {
            package,
            slides,
            footers: HashSet::new(),
            lost: None,
            has_hidden: false,
            size: size(&root),
            pictures: 0,
            authors: Authors::default(),
            layouts: HashMap::new(),
        };
        for path in Authors::parts(&relations) {
            let part = deck.part(&path).unwrap_or_default();
            deck.authors.add(&part);
        }
        Ok(deck)
    }

    /// The title that the author gave to the presentation.
    pub(super) fn title(&mut self) -> Option<String> {
        let part = self.part("docProps/core.xml")?;
        let (root, _) = xml::parse_partly(&part);
        root?.child("dc:title").map(Element::text)
    }

    /// The text of a slide. It is listed, so that its part ought to be there.
    pub(super) fn slide(&mut self, path: &str) -> Option<String> {
        let part = self.part(path);
        part.or_else(|| self.lose(Refusal::of(RefusalKind::Damaged, Format::Pptx)))
    }

    /// The text of a part, if it can be read.
    pub(super) fn part(&mut self, path: &str) -> Option<String> {
        match self.package.part(path) {
            Ok(part) => part,
            Err(refusal) => self.lose(refusal),
        }
    }

    /// The root of a part as far as it can be read.
    pub(super) fn parse<'a>(&mut self, part: &'a str) -> Option<Element<'a>> {
        let (root, problem) = xml::parse_partly(part);
        problem.and_then(|problem| self.lose::<()>(problem.refusal(Format::Pptx)));
        root
    }

    /// Notes that something is missing, and why.
    pub(super) fn lose<T>(&mut self, why: Refusal) -> Option<T> {
        self.lost.get_or_insert(why);
        None
    }

    /// What a part refers to.
    pub(super) fn relations(&mut self, path: &str) -> Relations {
        match self.package.relations(path) {
            Ok(relations) => relations,
            Err(refusal) => self.lose(refusal).unwrap_or_default(),
        }
    }

    /// The comments in a part.
    pub(super) fn comments(&mut self, path: &str) -> Vec<String> {
        let part = self.part(path).unwrap_or_default();
        self.authors.comments(&part)
    }

    /// The layout at a path together with its master; each is read once.
    pub(super) fn layout(&mut self, path: &str) -> Rc<Layout> {
        if let Some(layout) = self.layouts.get(path) {
            return Rc::clone(layout);
        }
        let master = self.relations(path).of_kind("slideMaster").first().map(|p| (*p).to_owned());
        let master = master.and_then(|path| self.part(&path));
        let master = master.as_deref().and_then(|part| self.parse(part));
        let master = master.as_ref().map(Layout::of_master).unwrap_or_default();
        let part = self.part(path).unwrap_or_default();
        let layout = self.parse(&part).map(|root| Layout::of_layout(&root, &master));
        let layout = Rc::new(layout.unwrap_or(master));
        self.layouts.insert(path.to_owned(), Rc::clone(&layout));
        layout
    }
}

fn size(root: &Element<'_>) -> Option<(f64, f64)> {
    let size = root.child("p:sldSz")?;
    let length = |name| size.attribute(name)?.trim().parse().ok();
    Some((length("cx")?, length("cy")?))
}

fn slides(root: &Element<'_>, relations: &Relations) -> Vec<(String, Option<String>)> {
    let mut sections = sections(root);
    let list = root.child("p:sldIdLst").into_iter().flat_map(Element::elements);
    let slide = |slide: &Element<'_>| {
        let path = relations.part(slide.attribute("r:id")?)?.to_owned();
        Some((path, sections.remove(slide.attribute("id").unwrap_or_default())))
    };
    list.filter_map(slide).collect()
}

/// The names of sections by the ids of their first slides; none where there is only one.
fn sections(root: &Element<'_>) -> HashMap<String, String> {
    let sections = root.descendants().filter(|element| element.name().1 == "section");
    let first = |section: &Element<'_>| {
        let mut slides = section.descendants().filter(|element| element.name().1 == "sldId");
        let id = slides.next()?.attribute("id")?.to_owned();
        Some((id, section.attribute("name")?.to_owned()))
    };
    let found: HashMap<String, String> = sections.filter_map(first).collect();
    if found.len() > 1 { found } else { HashMap::new() }
}
