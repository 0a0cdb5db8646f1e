//! Numbers of lists and headings, as Word draws them.

use std::collections::{HashMap, HashSet};

use crate::xml::Element;

/// The levels of a list.
const LEVELS: usize = 9;
/// The longest label of an item, in bytes; Word allows 255 characters of pattern.
const MAX_LABEL: usize = 120;

/// The lists that a document defines.
#[derive(Debug, Default)]
pub(super) struct Numbering {
    lists: HashMap<String, List>,
    /// Instances of the lists by their number.
    instances: HashMap<String, Instance>,
    /// Lists by the style that they belong to.
    by_style: HashMap<String, String>,
}

#[derive(Debug, Default)]
struct List {
    levels: HashMap<usize, Level>,
    /// The style that says which list to take instead.
    instead: Option<String>,
}

#[derive(Debug, Default)]
struct Instance {
    list: String,
    levels: HashMap<usize, Level>,
    starts: HashMap<usize, usize>,
}

#[derive(Clone, Debug, Default)]
struct Level {
    format: String,
    pattern: String,
    start: usize,
    is_legal: bool,
    never_restarts: bool,
    style: Option<String>,
}

/// What stands before an item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Marker {
    Bullet,
    /// A number or letter with what stands around it.
    Label(String),
}

/// How far the lists of a document have been counted.
#[derive(Debug, Default)]
pub(super) struct Counters {
    lists: HashMap<String, [Option<usize>; LEVELS]>,
    started: HashSet<String>,
}

impl Numbering {
    /// Reads the part with the lists.
    pub(super) fn of(root: &Element<'_>) -> Self {
        let mut numbering = Self::default();
        for element in root.elements() {
            match element.name() {
                ("w", "abstractNum") => numbering.add_list(element),
                ("w", "num") => numbering.add_instance(element),
                _ => {}
            }
        }
        numbering
    }

    fn add_list(&mut self, element: &Element<'_>) {
        let Some(id) = element.attribute("w:abstractNumId") else { return };
        if let Some(style) = value(element, "w:styleLink") {
            self.by_style.insert(style.to_owned(), id.to_owned());
        }
        let instead = value(element, "w:numStyleLink").map(str::to_owned);
        self.lists.insert(id.to_owned(), List { levels: levels(element), instead });
    }

    fn add_instance(&mut self, element: &Element<'_>) {
        let Some(id) = element.attribute("w:numId") else { return };
        let mut instance = Instance {
            list: value(element, "w:abstractNumId").unwrap_or_default().to_owned(),
            ..Instance::default()
        };
        for change in element.elements().filter(|child| child.is("w:lvlOverride")) {
            let Some(level) = change.number("w:ilvl").filter(|level| *level < LEVELS) else {
                continue;
            };
            if let Some(start) = change.child("w:startOverride").and_then(|s| s.number("w:val")) {
                instance.starts.insert(level, start);
            }
            instance.levels.extend(levels(change));
        }
        self.instances.insert(id.to_owned(), instance);
    }

    /// The level that a list keeps for paragraphs of a style.
    pub(super) fn level_of_style(&self, number: &str, style: &str) -> Option<usize> {
        let instance = self.instances.get(number)?;
        let (_, list) = self.list(instance)?;
        let is_of_style = |(_, level): &(&usize, &Level)| level.style.as_deref() == Some(style);
        list.levels.iter().find(is_of_style).map(|(at, _)| *at)
    }

    fn list<'s>(&'s self, instance: &'s Instance) -> Option<(&'s str, &'s List)> {
        let list = self.lists.get(&instance.list)?;
        let instead = list.instead.as_ref().and_then(|style| self.by_style.get(style));
        match instead.and_then(|id| self.lists.get_key_value(id)) {
            Some((id, list)) => Some((id, list)),
            None => Some((&instance.list, list)),
        }
    }

    fn level<'s>(&'s self, instance: &'s Instance, list: &'s List, at: usize) -> Option<&'s Level> {
        instance.levels.get(&at).or_else(|| list.levels.get(&at))
    }
}

impl Counters {
    /// Counts an item and says what stands before it; nothing where Word draws nothing.
    pub(super) fn next(&mut self, all: &Numbering, number: &str, at: usize) -> Option<Marker> {
        let at = at.min(LEVELS - 1);
        let instance = all.instances.get(number)?;
        let (id, list) = all.list(instance)?;
        let level = all.level(instance, list, at)?;
        let counts = self.lists.entry(id.to_owned()).or_default();
        if self.started.insert(number.to_owned()) {
            for (level, start) in &instance.starts {
                counts[*level] = start.checked_sub(1);
            }
        }
        let start = instance.starts.get(&at).copied().unwrap_or(level.start);
        counts[at] = Some(counts[at].map_or(start, |count| count.saturating_add(1)));
        for (deeper, count) in counts.iter_mut().enumerate().skip(at + 1) {
            if !all.level(instance, list, deeper).is_some_and(|level| level.never_restarts) {
                *count = None;
            }
        }
        let counts = *counts;
        let count = |at: usize| {
            let level = all.level(instance, list, at);
            let count = counts.get(at).copied().flatten();
            (count.or(level.map(|l| l.start)).unwrap_or(1), level.map_or("", |l| l.format.as_str()))
        };
        level.marker(count)
    }
}

impl Level {
    fn of(element: &Element<'_>) -> Self {
        Self {
            format: value(element, "w:numFmt").unwrap_or("decimal").to_owned(),
            pattern: value(element, "w:lvlText").unwrap_or_default().to_owned(),
            start: element.child("w:start").and_then(|s| s.number("w:val")).unwrap_or(1),
            is_legal: super::styles::flag(element, "w:isLgl").unwrap_or_default(),
            never_restarts: value(element, "w:lvlRestart") == Some("0"),
            style: value(element, "w:pStyle").map(str::to_owned),
        }
    }

    fn marker<'s>(&self, count: impl Fn(usize) -> (usize, &'s str)) -> Option<Marker> {
        if self.format == "bullet" {
            return Some(Marker::Bullet);
        }
        let mut label = String::new();
        let mut chars = self.pattern.chars().peekable();
        while let Some(c) = chars.next() {
            let digit = chars.peek().filter(|_| c == '%').and_then(|c| c.to_digit(10));
            match digit.and_then(|digit| usize::try_from(digit).ok()?.checked_sub(1)) {
                Some(at) => {
                    chars.next();
                    let (count, format) = count(at);
                    let format = if self.is_legal { "decimal" } else { format };
                    label.push_str(&numeral(count, format));
                }
                None => label.push(c),
            }
            if label.len() > MAX_LABEL {
                break;
            }
        }
        let label = label.trim().to_owned();
        (!label.is_empty()).then_some(Marker::Label(label))
    }
}

fn levels(element: &Element<'_>) -> HashMap<usize, Level> {
    let levels = element.elements().filter(|child| child.is("w:lvl"));
    let at = |level: &Element<'_>| level.number("w:ilvl").filter(|at| *at < LEVELS);
    levels.filter_map(|level| Some((at(level)?, Level::of(level)))).collect()
}

fn value<'e>(element: &'e Element<'_>, name: &str) -> Option<&'e str> {
    element.child(name)?.attribute("w:val")
}

/// A number as a list writes it.
pub(in crate::formats) fn numeral(number: usize, format: &str) -> String {
    match format {
        "none" => String::new(),
        "decimalZero" => format!("{number:02}"),
        "lowerLetter" => letters(number).to_lowercase(),
        "upperLetter" => letters(number),
        "lowerRoman" => roman(number).to_lowercase(),
        "upperRoman" => roman(number),
        _ => number.to_string(),
    }
}

/// A to Z, then AA, BB and so on, as Word counts.
fn letters(number: usize) -> String {
    let Some(index) = number.checked_sub(1) else { return number.to_string() };
    let letter = u8::try_from(index % 26).map_or('?', |offset| char::from(b'A' + offset));
    String::from(letter).repeat((index / 26 + 1).min(8))
}

fn roman(number: usize) -> String {
    const SIGNS: [(usize, &str); 13] = [
        (1000, "M"),
        (900, "CM"),
        (500, "D"),
        (400, "CD"),
        (100, "C"),
        (90, "XC"),
        (50, "L"),
        (40, "XL"),
        (10, "X"),
        (9, "IX"),
        (5, "V"),
        (4, "IV"),
        (1, "I"),
    ];
    if number == 0 || number >= 4000 {
        return number.to_string();
    }
    let mut left = number;
    let mut out = String::new();
    for (value, sign) in SIGNS {
        while left >= value {
            left -= value;
            out.push_str(sign);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_as_the_list_wants() {
        assert_eq!(numeral(14, "lowerRoman"), "xiv");
        assert_eq!(numeral(28, "upperLetter"), "BB");
        assert_eq!(numeral(7, "decimalZero"), "07");
        assert_eq!(numeral(0, "lowerLetter"), "0");
    }

    #[test]
    fn levels_count_within_those_above_and_start_again() {
        let part = r#"<w:numbering xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">
            <w:abstractNum w:abstractNumId="0">
            <w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%1."/></w:lvl>
            <w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="lowerLetter"/><w:lvlText w:val="%1.%2)"/></w:lvl>
            </w:abstractNum><w:num w:numId="3"><w:abstractNumId w:val="0"/></w:num></w:numbering>"#;
        let numbering = Numbering::of(&crate::xml::parse(part).unwrap());
        let mut counters = Counters::default();

        let drawn = [0, 1, 1, 0, 1].map(|level| counters.next(&numbering, "3", level));

        let labels = ["1.", "1.a)", "1.b)", "2.", "2.a)"];
        assert_eq!(drawn, labels.map(|label| Some(Marker::Label(label.to_owned()))));
    }
}
