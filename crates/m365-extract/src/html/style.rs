//! Which elements and texts a reader sees.

use super::{
    color::{self, Color, Rgb},
    dom::{Dom, Element, Id},
    sheet::{Sheet, declarations},
};

/// Places further out than this many pixels are off the screen.
const OFF_SCREEN: f32 = -500.0;

/// How text looks at one place of a page, as far as it decides whether it is seen.
#[derive(Clone, Copy, Debug)]
pub(super) struct Style {
    color: Option<Rgb>,
    background: Option<Rgb>,
    unseen: bool,
    tiny: bool,
}

impl Style {
    /// Black on white.
    pub(super) fn page() -> Self {
        Self { color: Some(Rgb::BLACK), background: Some(Rgb::WHITE), unseen: false, tiny: false }
    }

    /// The style inside of an element, or none when nothing in it is seen.
    pub(super) fn inside(self, dom: &Dom, id: Id, sheet: &Sheet) -> Option<Self> {
        let element = dom.element(id)?;
        if element.attribute("hidden").is_some() {
            return None;
        }
        let mut look = Look::new(self);
        look.read_attributes(element);
        let mut rules = sheet.declarations(dom, id, element);
        rules.extend(element.attribute("style"));
        for weight in [Weight::Normal, Weight::Important] {
            rules.iter().for_each(|rule| look.declare_all(rule, weight));
        }
        look.shown().then_some(look.style)
    }

    /// Whether text is seen here.
    pub(super) fn shows_text(self) -> bool {
        let blends_in = match (self.color, self.background) {
            (Some(color), Some(background)) => color.looks_like(background),
            _ => false,
        };
        !self.unseen && !self.tiny && !blends_in
    }
}

/// An element's declarations, gathered before it is decided whether it is seen.
#[derive(Debug)]
struct Look {
    style: Style,
    gone: bool,
    clear: bool,
    flat: bool,
    zero: bool,
    clips: bool,
    placed: bool,
    outside: bool,
}

/// Declarations marked `!important` go before all others, wherever they stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Weight {
    Normal,
    Important,
}

impl Look {
    fn new(style: Style) -> Self {
        Self {
            style,
            gone: false,
            clear: false,
            flat: false,
            zero: false,
            clips: false,
            placed: false,
            outside: false,
        }
    }

    fn shown(&self) -> bool {
        let clipped = self.flat || (self.zero && self.clips);
        let away = self.placed && self.outside;
        !self.gone && !self.clear && !clipped && !away
    }

    fn read_attributes(&mut self, element: &Element) {
        match element.name() {
            "a" if element.attribute("href").is_some() => self.style.color = Some(Rgb::BLUE),
            "mark" => self.style.background = None,
            _ => {}
        }
        for name in ["color", "text"] {
            if let Some(value) = element.attribute(name) {
                self.set_color(value);
            }
        }
        if let Some(value) = element.attribute("bgcolor") {
            self.set_background(value);
        }
        if element.attribute("background").is_some() {
            self.style.background = None;
        }
    }

    /// Takes the declarations of one weight.
    fn declare_all(&mut self, text: &str, weight: Weight) {
        for (name, value) in declarations(text) {
            let value = value.to_ascii_lowercase();
            let (value, found) = match value.rsplit_once('!') {
                Some((value, mark)) if mark.trim() == "important" => (value, Weight::Important),
                _ => (value.as_str(), Weight::Normal),
            };
            if found == weight {
                self.declare(&name, value.trim());
            }
        }
    }

    fn declare(&mut self, name: &str, value: &str) {
        match name {
            "display" => self.gone = value == "none",
            "mso-hide" => self.gone |= value == "all",
            "visibility" => self.style.unseen = matches!(value, "hidden" | "collapse"),
            "opacity" => self.clear = value.parse::<f32>().is_ok_and(|opacity| opacity <= 0.05),
            "font-size" => self.style.tiny = pixels(value).is_some_and(|size| size <= 1.0),
            "color" => self.set_color(value),
            "background" | "background-color" => self.set_background(value),
            "background-image" if value != "none" => self.style.background = None,
            "max-height" | "max-width" => self.flat |= is_zero(value),
            "height" | "width" => self.zero |= is_zero(value),
            "overflow" | "overflow-x" | "overflow-y" => self.clips = value == "hidden",
            "position" => self.placed = matches!(value, "absolute" | "fixed"),
            "left" | "top" | "right" | "bottom" => self.outside |= is_outside(value),
            "text-indent" | "margin-left" | "margin-top" => self.gone |= is_outside(value),
            "clip" => self.gone |= value.starts_with("rect(0") || value.starts_with("rect(1px"),
            "clip-path" => self.gone |= value.starts_with("inset(100%") || value == "circle(0)",
            "content-visibility" => self.gone |= value == "hidden",
            "font" => self.style.tiny = is_tiny_font(value),
            "-webkit-text-fill-color" => self.set_color(value),
            "transform" => self.gone |= moves_away(value),
            _ => {}
        }
    }

    fn set_color(&mut self, value: &str) {
        match color::parse(value) {
            Some(Color::Solid(rgb)) => self.style.color = Some(rgb),
            Some(Color::Transparent) => self.style.color = self.style.background,
            None if value == "inherit" => {}
            None => self.style.color = None,
        }
    }

    /// A picture or a gradient may have any colour, so text in front of it counts as seen.
    fn set_background(&mut self, value: &str) {
        if value.contains("url(") || value.contains("gradient") {
            self.style.background = None;
            return;
        }
        let named = color::parse(value).or_else(|| value.split(' ').find_map(color::parse));
        match named {
            Some(Color::Solid(rgb)) => self.style.background = Some(rgb),
            Some(Color::Transparent) => {}
            None if matches!(value, "none" | "inherit" | "initial" | "") => {}
            None => self.style.background = None,
        }
    }
}

/// Whether a property says something about what is seen.
pub(super) fn decides(property: &str) -> bool {
    matches!(
        property,
        "display"
            | "mso-hide"
            | "visibility"
            | "opacity"
            | "font-size"
            | "font"
            | "color"
            | "-webkit-text-fill-color"
            | "background"
            | "background-color"
            | "background-image"
            | "max-height"
            | "max-width"
            | "height"
            | "width"
            | "overflow"
            | "overflow-x"
            | "overflow-y"
            | "position"
            | "left"
            | "top"
            | "right"
            | "bottom"
            | "text-indent"
            | "margin-left"
            | "margin-top"
            | "clip"
            | "clip-path"
            | "content-visibility"
            | "transform"
    )
}

/// Whether the size in a `font` shorthand, which stands before a slash, is too small to read.
fn is_tiny_font(value: &str) -> bool {
    let words = value.split('/').next().unwrap_or_default().split(' ');
    let mut sizes = words.filter_map(pixels);
    sizes.any(|size| size <= 1.0)
}

/// Whether a `transform` shrinks to nothing or moves off the screen.
fn moves_away(value: &str) -> bool {
    let value = value.replace(' ', "");
    let mut arguments = value.split(['(', ',', ')']);
    value.contains("scale(0)") || (value.contains("translate") && arguments.any(is_outside))
}

fn is_zero(value: &str) -> bool {
    pixels(value).is_some_and(|length| length <= 0.0)
}

fn is_outside(value: &str) -> bool {
    pixels(value).is_some_and(|length| length <= OFF_SCREEN)
}

/// A length in pixels, roughly; none for shares and words.
pub(super) fn pixels(value: &str) -> Option<f32> {
    let value = value.trim();
    let end = value.find(|c: char| !matches!(c, '0'..='9' | '.' | '-' | '+'));
    let (number, unit) = value.split_at(end.unwrap_or(value.len()));
    let number = number.parse::<f32>().ok()?;
    match unit.trim() {
        "" | "px" => Some(number),
        "pt" => Some(number * 4.0 / 3.0),
        "em" | "rem" | "ex" => Some(number * 16.0),
        "in" => Some(number * 96.0),
        "cm" => Some(number * 37.8),
        "mm" => Some(number * 3.78),
        _ if number == 0.0 => Some(0.0),
        _ => None,
    }
}
