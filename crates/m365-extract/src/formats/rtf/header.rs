//! What a document says of its styles, colours and authors before its text.

use std::collections::HashMap;

/// The levels of the styles that are headings.
#[derive(Debug, Default)]
pub(super) struct Styles {
    levels: HashMap<i32, usize>,
    open: Open,
}

#[derive(Debug, Default)]
struct Open {
    id: i32,
    level: Option<usize>,
    is_of_characters: bool,
}

impl Styles {
    /// A control word within the style sheet.
    pub(super) fn define(&mut self, word: &str, value: i32) {
        match word {
            "s" => self.open.id = value,
            "cs" | "ds" | "ts" => self.open.is_of_characters = true,
            "outlinelevel" => self.open.level = outline_level(value),
            _ => {}
        }
    }

    /// Ends an entry of the style sheet with the style's name.
    pub(super) fn close(&mut self, name: &str) {
        let Open { id, level, is_of_characters } = std::mem::take(&mut self.open);
        if let Some(level) = named_level(name).or(level).filter(|_| !is_of_characters) {
            self.levels.insert(id, level);
        }
    }

    /// The level of the headings in this style.
    pub(super) fn level(&self, id: i32) -> Option<usize> {
        self.levels.get(&id).copied()
    }
}

/// The level of a heading, from 1, by its place in the outline, from 0; 9 is that of ordinary text.
pub(super) fn outline_level(value: i32) -> Option<usize> {
    let level = usize::try_from(value).ok().filter(|level| *level < 9)?;
    Some((level + 1).min(6))
}

/// Programs write the names of the styles that all of them know in English.
fn named_level(name: &str) -> Option<usize> {
    let name = name.trim().to_ascii_lowercase();
    if name == "title" {
        return Some(1);
    }
    let level: usize = name.strip_prefix("heading")?.trim().parse().ok()?;
    (1..=9).contains(&level).then_some(level.min(6))
}

/// Which colours of the colour table are white, so that text in them is not seen on paper.
#[derive(Debug, Default)]
pub(super) struct Colors {
    is_white: Vec<bool>,
    open: [i32; 3],
}

impl Colors {
    /// A control word within the colour table.
    pub(super) fn define(&mut self, word: &str, value: i32) {
        match word {
            "red" => self.open[0] = value,
            "green" => self.open[1] = value,
            "blue" => self.open[2] = value,
            _ => {}
        }
    }

    /// Ends an entry of the colour table.
    pub(super) fn close(&mut self) {
        let open = std::mem::take(&mut self.open);
        self.is_white.push(open.iter().all(|part| *part >= 250));
    }

    /// Whether this colour is white.
    pub(super) fn is_white(&self, id: i32) -> bool {
        usize::try_from(id).ok().and_then(|id| self.is_white.get(id)).copied().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_are_known_by_outline_or_name() {
        let mut styles = Styles::default();
        styles.define("s", 7);
        styles.define("outlinelevel", 2);
        styles.close("Kop 3");
        styles.define("s", 8);
        styles.close("heading 1");
        styles.define("cs", 9);
        styles.close("Heading 1 Char");

        assert_eq!(styles.level(7), Some(3));
        assert_eq!(styles.level(8), Some(1));
        assert_eq!(styles.level(0), None);
    }
}
