//! Styles: what a paragraph or run is by the name it was given.

use std::collections::HashMap;

use crate::xml::Element;

/// How many styles a style may be based on, one on the other.
const MAX_CHAIN: usize = 20;

/// The largest size that cannot be read, in half points.
const MAX_TINY: usize = 3;

/// The styles of a document.
#[derive(Debug, Default)]
pub(super) struct Styles {
    by_id: HashMap<String, Style>,
    default: Option<String>,
}

/// What a style says; the rest is said by the one it is based on.
#[derive(Debug, Default)]
struct Style {
    /// Its name in lower case, which is English whatever the language of Word.
    name: String,
    based_on: Option<String>,
    paragraph: Properties,
    run: Looks,
}

/// Properties of a paragraph, as far as they are written.
#[derive(Clone, Debug, Default)]
pub(super) struct Properties {
    /// 0 for the highest heading, 9 for text.
    pub(super) outline: Option<usize>,
    pub(super) list: Option<String>,
    pub(super) level: Option<usize>,
    pub(super) breaks_page: Option<bool>,
    /// Whether it stands on a colour.
    pub(super) shaded: Option<bool>,
}

/// Looks of a run, as far as they are written.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Looks {
    pub(super) bold: Option<bool>,
    pub(super) strike: Option<bool>,
    pub(super) hidden: Option<bool>,
    /// Whether it is written in white, or nearly so.
    pub(super) pale: Option<bool>,
    /// Whether it is too small to be read.
    pub(super) tiny: Option<bool>,
    pub(super) shaded: Option<bool>,
}

impl Styles {
    /// Reads the part with the styles.
    pub(super) fn of(root: &Element<'_>) -> Self {
        let mut styles = Self::default();
        for element in root.elements().filter(|element| element.is("w:style")) {
            let id = element.attribute("w:styleId").unwrap_or_default();
            let is_default = element.attribute("w:default").is_some_and(is_on);
            if is_default && element.attribute("w:type") == Some("paragraph") {
                styles.default = Some(id.to_owned());
            }
            styles.by_id.insert(id.to_owned(), Style::of(element));
        }
        styles
    }

    /// The name of a style, or its id where it has none; in lower case.
    pub(super) fn name(&self, id: &str) -> String {
        let name = self.by_id.get(id).map(|style| style.name.clone());
        name.unwrap_or_else(|| id.to_lowercase())
    }

    /// Whether this style or one that it is based on has such a name.
    pub(super) fn is_kind_of(&self, id: &str, is_it: impl Fn(&str) -> bool) -> bool {
        is_it(&self.name(id)) || self.chain(id).any(|(_, style)| is_it(&style.name))
    }

    /// What a paragraph is by its style, and the style in which its list was found.
    pub(super) fn paragraph(&self, id: Option<&str>) -> (Properties, Option<String>) {
        let mut found = Properties::default();
        let mut list_style = None;
        for (id, style) in self.chain(id.or(self.default.as_deref()).unwrap_or_default()) {
            let said = &style.paragraph;
            if found.list.is_none() && said.list.is_some() {
                found.list.clone_from(&said.list);
                list_style = Some(id.to_owned());
            }
            found.level = found.level.or(said.level);
            found.outline = found.outline.or(said.outline);
            found.breaks_page = found.breaks_page.or(said.breaks_page);
            found.shaded = found.shaded.or(said.shaded);
        }
        (found, list_style)
    }

    /// How a run looks by a style.
    pub(super) fn looks(&self, id: Option<&str>) -> Looks {
        let mut found = Looks::default();
        for (_, style) in self.chain(id.unwrap_or_default()) {
            found = found.or(style.run);
        }
        found
    }

    fn chain<'s>(&'s self, id: &'s str) -> impl Iterator<Item = (&'s str, &'s Style)> {
        let mut next = Some(id);
        std::iter::from_fn(move || {
            let id = next.take()?;
            let style = self.by_id.get(id)?;
            next = style.based_on.as_deref();
            Some((id, style))
        })
        .take(MAX_CHAIN)
    }
}

impl Style {
    fn of(element: &Element<'_>) -> Self {
        let value = |name: &str| element.child(name).and_then(|child| child.attribute("w:val"));
        Self {
            name: value("w:name").unwrap_or_default().trim().to_lowercase(),
            based_on: value("w:basedOn").map(str::to_owned),
            paragraph: element.child("w:pPr").map(Properties::of).unwrap_or_default(),
            run: element.child("w:rPr").map(Looks::of).unwrap_or_default(),
        }
    }
}

impl Properties {
    /// Reads `w:pPr`.
    pub(super) fn of(element: &Element<'_>) -> Self {
        let list = element.child("w:numPr");
        let number = |list: &Element<'_>| {
            list.child("w:numId").and_then(|id| id.attribute("w:val")).map(str::to_owned)
        };
        let level = |list: &Element<'_>| list.child("w:ilvl").and_then(|l| l.number("w:val"));
        Self {
            outline: element.child("w:outlineLvl").and_then(|level| level.number("w:val")),
            list: list.and_then(number),
            level: list.and_then(level),
            breaks_page: flag(element, "w:pageBreakBefore"),
            shaded: shaded(element),
        }
    }
}

impl Looks {
    /// Reads `w:rPr`.
    pub(super) fn of(element: &Element<'_>) -> Self {
        Self {
            bold: flag(element, "w:b"),
            strike: flag(element, "w:strike").or(flag(element, "w:dstrike")),
            hidden: flag(element, "w:vanish").or(flag(element, "w:webHidden")),
            pale: element.child("w:color").and_then(|c| c.attribute("w:val")).map(is_pale),
            tiny: element
                .child("w:sz")
                .and_then(|s| s.number("w:val"))
                .map(|half| half <= MAX_TINY),
            shaded: shaded(element),
        }
    }

    /// These looks, with what they leave open as in `other`.
    pub(super) fn or(self, other: Self) -> Self {
        Self {
            bold: self.bold.or(other.bold),
            strike: self.strike.or(other.strike),
            hidden: self.hidden.or(other.hidden),
            pale: self.pale.or(other.pale),
            tiny: self.tiny.or(other.tiny),
            shaded: self.shaded.or(other.shaded),
        }
    }

    /// Whether a reader of the page sees such text.
    pub(super) fn is_seen(self, on_white: bool) -> bool {
        let is_white = on_white && self.pale == Some(true) && self.shaded != Some(true);
        self.hidden != Some(true) && self.tiny != Some(true) && !is_white
    }
}

/// Whether something stands on a colour other than white, where that is written.
fn shaded(element: &Element<'_>) -> Option<bool> {
    if element.child("w:highlight").is_some() {
        return Some(true);
    }
    let shading = element.child("w:shd")?;
    let fill = shading.attribute("w:fill").unwrap_or("auto");
    let pattern = shading.attribute("w:val").unwrap_or("clear");
    Some((fill != "auto" && !is_pale(fill)) || !matches!(pattern, "clear" | "nil"))
}

/// Whether a colour such as `FFFFFF` cannot be told from white.
fn is_pale(color: &str) -> bool {
    let channel = |at: usize| color.get(at..at + 2).and_then(|c| u8::from_str_radix(c, 16).ok());
    [0, 2, 4].into_iter().all(|at| channel(at).is_some_and(|value| value >= 0xf8))
}

/// A property that is on or off, where it is written.
pub(super) fn flag(element: &Element<'_>, name: &str) -> Option<bool> {
    element.child(name).map(|flag| flag.attribute("w:val").is_none_or(is_on))
}

fn is_on(value: &str) -> bool {
    !matches!(value, "0" | "false" | "off" | "none")
}
