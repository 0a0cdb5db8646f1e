//! Numbers as a cell shows them: the number formats of ECMA-376 part 1, 18.8.30 and 18.8.31.

mod builtin;
mod date;
mod decimal;
mod names;
mod parse;
mod write;

pub(crate) use self::{
    builtin::builtin,
    date::{Epoch, serial_of_iso},
};

/// How the number of a cell is shown.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct NumberFormat {
    /// For positive numbers, negative ones, zero and text, or as their conditions say.
    sections: Vec<Section>,
}

/// One of the parts between semicolons.
#[derive(Clone, Debug, Default, PartialEq)]
struct Section {
    condition: Option<Condition>,
    tokens: Vec<Token>,
    /// The language of the names of months and days (MS-LCID), 0 when not said.
    language: u32,
}

/// `[>=100]`.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Condition {
    comparison: Comparison,
    bound: f64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Comparison {
    Equal,
    Greater,
    GreaterOrEqual,
    Less,
    LessOrEqual,
    NotEqual,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Token {
    /// `AM/PM` or `A/P`, with the two texts.
    AmPm(String, String),
    Comma,
    Date(DatePart),
    /// `0`, `#` or `?`.
    Digit(char),
    /// `[h]`, `[mm]`, `[ss]`: time that does not wrap, with at least so many digits.
    Elapsed(Unit, usize),
    /// `E+` or `E-`, and whether a plus is shown.
    Exponent(bool),
    General,
    Literal(String),
    Percent,
    Point,
    Slash,
    /// `.00` after seconds: so many digits.
    SubSecond(usize),
    /// `@`
    Text,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Unit {
    Hours,
    Minutes,
    Seconds,
}

/// A part of a date or time, with the number of its letters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum DatePart {
    Year(usize),
    /// The year that Thailand counts.
    BuddhistYear(usize),
    Month(usize),
    Day(usize),
    Hour(usize),
    Minute(usize),
    Second(usize),
}

impl NumberFormat {
    /// Shows a number; dates count from `epoch`.
    pub(crate) fn show(&self, value: f64, epoch: Epoch) -> String {
        let Some((section, is_signed)) = self.section(value) else {
            return decimal::general(value);
        };
        let is_negative = value < 0.0 && is_signed;
        if is_negative && section.is_date() {
            return decimal::general(value);
        }
        let Some(shown) = section.show(value.abs(), epoch) else {
            return decimal::general(value);
        };
        let text = shown.trim();
        if is_negative && !text.is_empty() { format!("-{text}") } else { text.to_owned() }
    }

    /// Shows a text, which a format may put other text around.
    pub(crate) fn show_text(&self, text: &str) -> Option<String> {
        let has_text = |section: &&Section| section.tokens.contains(&Token::Text);
        let section = match self.sections.get(3) {
            Some(section) => section,
            None => self.sections.last().filter(has_text)?,
        };
        let parts = section.tokens.iter().map(|token| match token {
            Token::Text => text,
            Token::Literal(literal) => literal.as_str(),
            _ => "",
        });
        Some(parts.collect())
    }

    /// Whether a number is shown as a date or time.
    pub(crate) fn is_date(&self) -> bool {
        self.sections.first().is_some_and(Section::is_date)
    }

    /// The section for a number, and whether a negative one keeps its sign there.
    fn section(&self, value: f64) -> Option<(&Section, bool)> {
        let is_of_text = |(at, section): (usize, &Section)| {
            at == 3 || (at > 0 && section.tokens.contains(&Token::Text))
        };
        let end = self.sections.iter().enumerate().position(is_of_text);
        let sections = self.sections.get(..end.unwrap_or(self.sections.len())).unwrap_or_default();
        if sections.iter().any(|section| section.condition.is_some()) {
            return conditional(sections, value);
        }
        let at = match sections.len() {
            3 if value == 0.0 => 2,
            2 | 3 if value < 0.0 => 1,
            _ => 0,
        };
        Some((sections.get(at)?, at == 0))
    }
}

/// The first section whose condition holds; the last one needs none.
fn conditional(sections: &[Section], value: f64) -> Option<(&Section, bool)> {
    let implied = Condition { comparison: Comparison::Less, bound: 0.0 };
    let holds = |(at, section): &(usize, &Section)| match section.condition {
        Some(condition) => condition.holds(value),
        None if *at == 1 && sections.len() == 3 => implied.holds(value),
        None => true,
    };
    let (at, section) = sections.iter().enumerate().find(holds)?;
    let condition = section.condition.or((at == 1 && sections.len() == 3).then_some(implied));
    Some((section, !condition.is_some_and(Condition::is_of_negatives)))
}

impl Condition {
    fn holds(self, value: f64) -> bool {
        match self.comparison {
            Comparison::Equal => value == self.bound,
            Comparison::Greater => value > self.bound,
            Comparison::GreaterOrEqual => value >= self.bound,
            Comparison::Less => value < self.bound,
            Comparison::LessOrEqual => value <= self.bound,
            Comparison::NotEqual => value != self.bound,
        }
    }

    /// Whether it holds for negative numbers alone, so that their sign need not be shown.
    fn is_of_negatives(self) -> bool {
        match self.comparison {
            Comparison::Less => self.bound <= 0.0,
            Comparison::Equal | Comparison::LessOrEqual => self.bound < 0.0,
            _ => false,
        }
    }
}

impl Section {
    fn is_date(&self) -> bool {
        let is_date =
            |token: &Token| matches!(token, Token::Date(_) | Token::Elapsed(..) | Token::AmPm(..));
        self.tokens.iter().any(is_date)
    }

    /// Shows a number that is not negative; none when the section cannot show it.
    fn show(&self, value: f64, epoch: Epoch) -> Option<String> {
        if self.is_date() { date::show(self, value, epoch) } else { write::number(self, value) }
    }
}

#[cfg(test)]
mod tests;
