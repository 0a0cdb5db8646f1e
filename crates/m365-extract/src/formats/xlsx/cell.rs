//! One cell: how its value is shown.

use std::borrow::Cow;

use super::Workbook;
use crate::formats::sheets::number::{NumberFormat, serial_of_iso};

/// What a cell holds (ECMA-376 part 1, 18.18.11).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Boolean,
    Date,
    Error,
    Number,
    Shared,
    Text,
}

/// The elements in a cell that have text.
#[derive(Clone, Copy, Debug)]
pub(super) enum Slot {
    Formula,
    Inline,
    Value,
}

/// A cell while it is read.
#[derive(Debug)]
pub(super) struct CellInProgress {
    pub(super) place: (u32, u32),
    pub(super) style: usize,
    /// Whether its value stands elsewhere, as that of a picture in a cell does.
    pub(super) has_rich_value: bool,
    /// Whether there is anything in it, where that alone is of interest.
    pub(super) has_content: bool,
    kind: Kind,
    value: String,
    inline: String,
    formula: String,
}

impl CellInProgress {
    pub(super) fn at(place: (u32, u32)) -> Self {
        Self {
            place,
            style: 0,
            has_rich_value: false,
            has_content: false,
            kind: Kind::Number,
            value: String::new(),
            inline: String::new(),
            formula: String::new(),
        }
    }

    pub(super) fn set_kind(&mut self, name: &str) {
        self.kind = match name {
            "b" => Kind::Boolean,
            "d" => Kind::Date,
            "e" => Kind::Error,
            "s" => Kind::Shared,
            "str" | "inlineStr" => Kind::Text,
            _ => Kind::Number,
        };
    }

    pub(super) fn slot(&mut self, slot: Slot) -> &mut String {
        match slot {
            Slot::Formula => &mut self.formula,
            Slot::Inline => &mut self.inline,
            Slot::Value => &mut self.value,
        }
    }

    /// The text that the cell shows; a formula that was never computed is shown itself.
    pub(super) fn text(&self, book: &Workbook<'_>) -> String {
        let format = book.formats.at(self.style);
        let value = if self.inline.is_empty() { self.value.as_str() } else { self.inline.as_str() };
        match self.kind {
            Kind::Text if value.is_empty() => String::new(),
            _ if value.is_empty() => self.formula_text(),
            Kind::Boolean if matches!(value.trim(), "1" | "true") => "TRUE".to_owned(),
            Kind::Boolean => "FALSE".to_owned(),
            Kind::Error if self.has_rich_value => String::new(),
            Kind::Error => value.to_owned(),
            Kind::Shared => {
                let index = value.trim().parse().ok();
                text(index.and_then(|index| book.strings.get(index)).unwrap_or_default(), format)
            }
            Kind::Text => text(value, format),
            Kind::Date => match (serial_of_iso(value, book.epoch), format) {
                (Some(serial), Some(format)) if format.is_date() => format.show(serial, book.epoch),
                _ => value.to_owned(),
            },
            Kind::Number => match value.trim().parse::<f64>() {
                Ok(number) => format.map_or_else(
                    || NumberFormat::default().show(number, book.epoch),
                    |format| format.show(number, book.epoch),
                ),
                Err(_) => value.to_owned(),
            },
        }
    }

    fn formula_text(&self) -> String {
        let formula = self.formula.trim();
        if formula.is_empty() { String::new() } else { format!("={formula}") }
    }

    /// Where a formula leads that is a link to a fixed place.
    pub(super) fn formula_target(&self) -> Option<String> {
        let arguments = self.formula.trim().strip_prefix("HYPERLINK(\"")?;
        let (target, _) = arguments.split_once('"')?;
        Some(target.to_owned())
    }
}

/// A text as the cell shows it.
fn text(raw: &str, format: Option<&NumberFormat>) -> String {
    let text = unescaped(raw);
    format.and_then(|format| format.show_text(&text)).unwrap_or_else(|| text.into_owned())
}

/// Resolves `_x000D_` and the like, by which characters are written that XML does not allow.
fn unescaped(raw: &str) -> Cow<'_, str> {
    if !raw.contains("_x") {
        return Cow::Borrowed(raw);
    }
    let mut out = String::with_capacity(raw.len());
    let mut rest = raw;
    while let Some(at) = rest.find("_x") {
        let (before, escape) = rest.split_at(at);
        out.push_str(before);
        match escaped_char(escape) {
            Some(c) => {
                out.push(c);
                rest = &escape[7..];
            }
            None => {
                out.push('_');
                rest = &escape[1..];
            }
        }
    }
    out.push_str(rest);
    Cow::Owned(out)
}

fn escaped_char(text: &str) -> Option<char> {
    let digits = text.get(2..6).filter(|digits| digits.bytes().all(|b| b.is_ascii_hexdigit()))?;
    let is_closed = text.as_bytes().get(6) == Some(&b'_');
    let code = u32::from_str_radix(digits, 16).ok()?;
    is_closed.then(|| char::from_u32(code).unwrap_or('\u{fffd}'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escaped_characters_are_resolved_and_others_stay() {
        assert_eq!(unescaped("a_x000D_\nb"), "a\r\nb");
        assert_eq!(unescaped("_x005F_x000D_"), "_x000D_");
        assert_eq!(unescaped("snake_x00 _xyz_ é_x"), "snake_x00 _xyz_ é_x");
    }

    #[test]
    fn only_a_fixed_address_is_the_target_of_a_formula() {
        let target = |formula: &str| {
            let mut cell = CellInProgress::at((0, 0));
            cell.formula = formula.to_owned();
            cell.formula_target()
        };

        assert_eq!(
            target("HYPERLINK(\"https://contoso.example\",\"Contoso\")").as_deref(),
            Some("https://contoso.example"),
        );
        assert_eq!(target("HYPERLINK(A1)"), None);
    }
}
