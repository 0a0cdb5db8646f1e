//! What styles say about text: only what a reader of the text needs.

use std::collections::HashMap;

use super::label::Level;
use crate::xml::{Element, Event, XmlReader};

/// The most styles that go back to each other.
const MAX_PARENTS: usize = 16;

/// The styles of a document by family and name.
#[derive(Debug, Default)]
pub(in crate::formats) struct Styles {
    styles: HashMap<(String, String), Style>,
    lists: HashMap<String, Vec<Level>>,
    /// The numbers of headings.
    outline: Vec<Level>,
    /// Whether there are pages of a colour.
    pub(super) has_background: bool,
}

/// A style, and what it says itself: what it does not say, its parent does.
#[derive(Clone, Debug, Default)]
struct Style {
    parent: Option<String>,
    list: Option<String>,
    level: Option<usize>,
    bold: Option<bool>,
    strike: Option<bool>,
    is_hidden: Option<bool>,
    tiny: Option<bool>,
    /// Whether it is written in white, or nearly so.
    pale: Option<bool>,
    /// Whether it stands on another colour.
    shaded: Option<bool>,
    breaks_before: Option<bool>,
    breaks_after: Option<bool>,
}

/// How text looks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::formats) struct Looks {
    pub(super) bold: bool,
    pub(super) strike: bool,
    pub(super) is_hidden: bool,
    tiny: bool,
    pale: bool,
    shaded: bool,
}

impl Styles {
    /// Adds the styles of a part.
    pub(in crate::formats) fn add_part(&mut self, source: &str) {
        let mut reader = XmlReader::new(source);
        while let Some(event) = reader.read() {
            let Event::Start(element) = event else { continue };
            match element.name() {
                ("office", "styles" | "automatic-styles") => self.add(&reader.finish(element)),
                ("office", "body" | "master-styles") => return,
                _ => {}
            }
        }
    }

    /// Adds the styles in an element.
    pub(in crate::formats) fn add(&mut self, styles: &Element<'_>) {
        for element in styles.elements() {
            match element.name() {
                ("style", "style") => self.add_style(element),
                ("text", "list-style") => self.add_list(element),
                ("style", "page-layout") => {
                    self.has_background |= element.elements().any(is_shaded)
                }
                ("text", "outline-style") => self.outline = levels(element),
                _ => {}
            }
        }
    }

    fn add_style(&mut self, element: &Element<'_>) {
        let value = |name| element.attribute(name).unwrap_or_default().to_owned();
        let style = Style::of(element);
        self.styles.insert((value("style:family"), value("style:name")), style);
    }

    fn add_list(&mut self, element: &Element<'_>) {
        let name = element.attribute("style:name").unwrap_or_default();
        self.lists.insert(name.to_owned(), levels(element));
    }

    /// The looks of text in this style, where the text around it looks like `around`.
    pub(super) fn looks(&self, family: &str, name: Option<&str>, around: Looks) -> Looks {
        let said = |ask: fn(&Style) -> Option<bool>| self.find(family, name, ask);
        Looks {
            bold: said(|style| style.bold).unwrap_or(around.bold),
            strike: said(|style| style.strike).unwrap_or(around.strike),
            is_hidden: said(|style| style.is_hidden).unwrap_or(around.is_hidden),
            tiny: said(|style| style.tiny).unwrap_or(around.tiny),
            pale: said(|style| style.pale).unwrap_or(around.pale),
            shaded: around.shaded || said(|style| style.shaded).unwrap_or_default(),
        }
    }

    /// Whether a section stands on a colour.
    pub(super) fn shades_section(&self, name: Option<&str>) -> bool {
        self.find("section", name, |style| style.shaded).unwrap_or_default()
    }

    /// Whether a new page begins before what has this style, and after it.
    pub(super) fn breaks(&self, family: &str, name: Option<&str>) -> (bool, bool) {
        let said = |ask: fn(&Style) -> Option<bool>| self.find(family, name, ask);
        let before = said(|style| style.breaks_before).unwrap_or_default();
        (before, said(|style| style.breaks_after).unwrap_or_default())
    }

    /// Whether slides of this style are not shown.
    pub(in crate::formats) fn hides_slide(&self, name: Option<&str>) -> bool {
        self.find("drawing-page", name, |style| style.is_hidden).unwrap_or_default()
    }

    /// The list to which paragraphs of this style belong.
    pub(super) fn list_of(&self, name: Option<&str>) -> Option<String> {
        self.find("paragraph", name, |style| style.list.clone())
    }

    /// The level of headings of this style.
    pub(super) fn level_of(&self, name: Option<&str>) -> Option<usize> {
        self.find("paragraph", name, |style| style.level)
    }

    /// The style that the authors chose: an automatic one stands for it with a change.
    pub(super) fn named<'s>(&'s self, name: Option<&'s str>) -> Option<&'s str> {
        let name = name?;
        let style = self.styles.get(&("paragraph".to_owned(), name.to_owned()));
        style.and_then(|style| style.parent.as_deref()).or(Some(name))
    }

    /// How items of a list are marked, the outermost first.
    pub(super) fn levels(&self, list: &str) -> &[Level] {
        self.lists.get(list).map(Vec::as_slice).unwrap_or_default()
    }

    /// How headings are numbered, the highest first.
    pub(super) fn outline(&self) -> &[Level] {
        &self.outline
    }

    fn find<T>(
        &self,
        family: &str,
        name: Option<&str>,
        ask: impl Fn(&Style) -> Option<T>,
    ) -> Option<T> {
        let mut key = (family.to_owned(), name?.to_owned());
        for _ in 0..MAX_PARENTS {
            let style = self.styles.get(&key)?;
            if let Some(said) = ask(style) {
                return Some(said);
            }
            key.1 = style.parent.clone()?;
        }
        None
    }
}

impl Style {
    fn of(element: &Element<'_>) -> Self {
        let named = |name| element.attribute(name).map(str::to_owned);
        let mut style = Self {
            parent: named("style:parent-style-name"),
            list: named("style:list-style-name").filter(|name| !name.is_empty()),
            level: element.number("style:default-outline-level"),
            ..Self::default()
        };
        let has_master = element.attribute("style:master-page-name").is_some_and(|m| !m.is_empty());
        style.breaks_before = has_master.then_some(true);
        for properties in element.elements() {
            style.add(properties);
        }
        style
    }

    fn add(&mut self, properties: &Element<'_>) {
        if properties.attribute("fo:background-color").is_some() {
            self.shaded = Some(self.shaded.unwrap_or_default() || is_shaded(properties));
        }
        match properties.name() {
            ("style", "text-properties") => {
                self.bold = properties.attribute("fo:font-weight").map(is_bold);
                self.strike = strike(properties);
                self.is_hidden = properties.attribute("text:display").map(|shown| shown == "none");
                self.tiny = properties.attribute("fo:font-size").and_then(is_tiny);
                self.pale = pale(properties);
            }
            ("style", "paragraph-properties" | "table-properties") => {
                let breaks = |name| properties.attribute(name).map(|kind| kind == "page");
                self.breaks_before = breaks("fo:break-before").or(self.breaks_before);
                self.breaks_after = breaks("fo:break-after");
            }
            ("style", "drawing-page-properties") => {
                let shown = properties.attribute("presentation:visibility");
                self.is_hidden = shown.map(|shown| shown == "hidden");
            }
            _ => {}
        }
    }
}

impl Looks {
    /// Whether a reader does not see text that looks like this.
    pub(super) fn is_unseen(self, is_on_white: bool) -> bool {
        self.is_hidden || self.tiny || (is_on_white && self.pale && !self.shaded)
    }
}

/// Whether something stands on a colour other than white.
fn is_shaded(properties: &Element<'_>) -> bool {
    let color = properties.attribute("fo:background-color");
    color.is_some_and(|color| color != "transparent" && !is_pale(color))
}

/// Whether text is white, or nearly so, where that is written.
fn pale(properties: &Element<'_>) -> Option<bool> {
    let is_automatic = properties.attribute("style:use-window-font-color") == Some("true");
    properties.attribute("fo:color").map(|color| !is_automatic && is_pale(color))
}

fn is_pale(color: &str) -> bool {
    let channel = |at: usize| color.get(at..at + 2).and_then(|c| u8::from_str_radix(c, 16).ok());
    [1, 3, 5].into_iter().all(|at| channel(at).is_some_and(|value| value >= 0xf8))
}

/// Whether no one can read letters of this size; nothing where that depends on others.
fn is_tiny(size: &str) -> Option<bool> {
    let points: f64 = size.strip_suffix("pt")?.trim().parse().ok()?;
    Some(points <= 1.5)
}

fn is_bold(weight: &str) -> bool {
    weight == "bold" || weight.parse().is_ok_and(|weight: u16| weight >= 600)
}

fn strike(properties: &Element<'_>) -> Option<bool> {
    let style = properties.attribute("style:text-line-through-style");
    let kind = style.or(properties.attribute("style:text-line-through-type"))?;
    Some(kind != "none")
}

fn levels(list: &Element<'_>) -> Vec<Level> {
    let mut levels: Vec<Level> = Vec::new();
    for element in list.elements() {
        let at = element.number("text:level").unwrap_or(1).clamp(1, 10);
        levels.resize(levels.len().max(at), Level::default());
        if let Some(level) = levels.get_mut(at - 1) {
            *level = Level::of(element);
        }
    }
    levels
}
