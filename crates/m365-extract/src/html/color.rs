//! Colours, as far as it takes to see that text has the colour of what is behind it.

/// Channels closer than this look the same.
const SAME: u8 = 12;

/// A colour that is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Rgb(u8, u8, u8);

/// What a declaration says about a colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Color {
    Transparent,
    Solid(Rgb),
}

impl Rgb {
    pub(super) const BLACK: Self = Self(0, 0, 0);
    pub(super) const BLUE: Self = Self(0, 0, 238);
    pub(super) const WHITE: Self = Self(255, 255, 255);

    /// Whether a reader cannot tell the two apart.
    pub(super) fn looks_like(self, other: Self) -> bool {
        let pairs = [(self.0, other.0), (self.1, other.1), (self.2, other.2)];
        pairs.iter().all(|(one, two)| one.abs_diff(*two) <= SAME)
    }
}

/// Reads a colour of CSS or of an attribute; none when it is of a kind that is not known.
pub(super) fn parse(value: &str) -> Option<Color> {
    let value = value.trim().to_ascii_lowercase();
    if let Some(digits) = value.strip_prefix('#') {
        return hex(digits);
    }
    if let Some(arguments) = value.strip_prefix("rgb") {
        return function(arguments.trim_start_matches('a'));
    }
    if value.len() == 6 && value.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return hex(&value);
    }
    named(&value)
}

fn hex(digits: &str) -> Option<Color> {
    let digit = |at: usize| u8::from_str_radix(digits.get(at..=at)?, 16).ok();
    let pair = |at: usize| u8::from_str_radix(digits.get(at..at + 2)?, 16).ok();
    let (red, green, blue, clear) = match digits.len() {
        3 | 4 => (digit(0)? * 17, digit(1)? * 17, digit(2)? * 17, digit(3) == Some(0)),
        6 | 8 => (pair(0)?, pair(2)?, pair(4)?, pair(6) == Some(0)),
        _ => return None,
    };
    Some(if clear { Color::Transparent } else { Color::Solid(Rgb(red, green, blue)) })
}

/// The arguments of `rgb()` or `rgba()`, with commas or blanks between them.
fn function(arguments: &str) -> Option<Color> {
    let inner = arguments.trim().strip_prefix('(')?.strip_suffix(')')?;
    let parts: Vec<&str> =
        inner.split([',', ' ', '/']).filter(|part| !part.is_empty()).take(4).collect();
    let [red, green, blue, ..] = parts.as_slice() else { return None };
    let alpha = parts.get(3).and_then(|part| part.trim_end_matches('%').parse::<f32>().ok());
    if alpha.is_some_and(|alpha| alpha <= 0.02) {
        return Some(Color::Transparent);
    }
    Some(Color::Solid(Rgb(channel(red)?, channel(green)?, channel(blue)?)))
}

fn channel(text: &str) -> Option<u8> {
    match text.strip_suffix('%') {
        Some(share) => scaled(share.parse::<f32>().ok()? * 2.55),
        None => scaled(text.parse().ok()?),
    }
}

fn scaled(value: f32) -> Option<u8> {
    value.is_finite().then(|| value.clamp(0.0, 255.0).round() as u8)
}

fn named(name: &str) -> Option<Color> {
    let (red, green, blue) = match name {
        "transparent" => return Some(Color::Transparent),
        "black" | "windowtext" | "canvastext" => (0, 0, 0),
        "white" | "window" | "canvas" => (255, 255, 255),
        "snow" => (255, 250, 250),
        "ivory" => (255, 255, 240),
        "ghostwhite" => (248, 248, 255),
        "floralwhite" => (255, 250, 240),
        "whitesmoke" => (245, 245, 245),
        "silver" => (192, 192, 192),
        "lightgray" | "lightgrey" => (211, 211, 211),
        "gray" | "grey" => (128, 128, 128),
        "red" => (255, 0, 0),
        "maroon" => (128, 0, 0),
        "yellow" => (255, 255, 0),
        "olive" => (128, 128, 0),
        "orange" => (255, 165, 0),
        "lime" => (0, 255, 0),
        "green" => (0, 128, 0),
        "aqua" | "cyan" => (0, 255, 255),
        "teal" => (0, 128, 128),
        "blue" => (0, 0, 255),
        "navy" => (0, 0, 128),
        "fuchsia" | "magenta" => (255, 0, 255),
        "purple" => (128, 0, 128),
        _ => return None,
    };
    Some(Color::Solid(Rgb(red, green, blue)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_ways_to_write_white_are_white() {
        for text in
            ["#fff", "#FFFFFF", "ffffff", "white", "rgb(255, 255,255)", "rgb(100% 100% 100%)"]
        {
            assert_eq!(parse(text), Some(Color::Solid(Rgb::WHITE)), "{text}");
        }
    }

    #[test]
    fn what_is_not_drawn_is_transparent() {
        for text in ["transparent", "#fff0", "rgba(0,0,0,0)", "#00000000"] {
            assert_eq!(parse(text), Some(Color::Transparent), "{text}");
        }
    }

    #[test]
    fn colours_of_other_kinds_are_not_known() {
        for text in ["", "inherit", "#12", "hsl(1,2%,3%)", "rgb(a,b,c)", "#é1"] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
