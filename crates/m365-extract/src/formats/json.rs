use serde::de::IgnoredAny;

use super::{Reader, text};
use crate::{
    clean::clean_text,
    document::{Document, Input, Options},
    escape,
    format::Format,
    pages::CUT,
    refusal::Refusal,
};

/// The most text that is laid out, in bytes.
const MAX_LAID_OUT: usize = 64 * 1024 * 1024;

/// Deeper values stand below each other: nobody counts so many blanks.
const MAX_INDENT: usize = 32;

/// JSON (RFC 8259): indented when it can be parsed, else as it is; in a fenced block either way.
pub(crate) struct Json;

impl Reader for Json {
    fn read(&self, input: &Input<'_>, _: &Options) -> Result<Document, Refusal> {
        let raw = text::decode(input.bytes, input);
        let is_valid = serde_json::from_str::<IgnoredAny>(&raw).is_ok();
        let (shown, is_cut) = if is_valid { indent(&raw, MAX_LAID_OUT) } else { (raw, false) };
        let code = escape::fenced(&clean_text(&shown), "json");
        let mut document = text::whole(Format::Json, None, code)?;
        if !is_valid {
            document.warnings.push("The JSON cannot be parsed; it is shown as it is.".to_owned());
        }
        document.warnings.extend(is_cut.then(|| CUT.to_owned()));
        Ok(document)
    }
}

/// Lays out valid JSON over lines, keeping its order and its numbers as they are written. It ends
/// soon after `max` bytes, and says so: white space makes a text longer.
fn indent(json: &str, max: usize) -> (String, bool) {
    let mut layout = Layout::default();
    for c in json.chars() {
        if layout.out.len() > max {
            return (layout.out, true);
        }
        layout.push(c);
    }
    (layout.out, false)
}

#[derive(Default)]
struct Layout {
    out: String,
    depth: usize,
    in_string: bool,
    escaped: bool,
    opened: bool,
}

impl Layout {
    fn push(&mut self, c: char) {
        if self.in_string {
            self.out.push(c);
            self.in_string = c != '"' || self.escaped;
            self.escaped = c == '\\' && !self.escaped;
        } else if !c.is_whitespace() {
            self.push_token(c);
        }
    }

    fn push_token(&mut self, c: char) {
        let closes = matches!(c, '}' | ']');
        self.depth -= usize::from(closes);
        if self.opened != closes {
            self.line();
        }
        self.out.push(c);
        match c {
            '"' => self.in_string = true,
            ':' => self.out.push(' '),
            ',' => self.line(),
            _ => {}
        }
        self.opened = matches!(c, '{' | '[');
        self.depth += usize::from(self.opened);
    }

    fn line(&mut self) {
        self.out.push('\n');
        self.out.extend(std::iter::repeat_n("  ", self.depth.min(MAX_INDENT)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn order_and_numbers_stay_as_they_are() {
        let json = r#"{"b": [1.0, {}], "a": "x\"{,", "c": []}"#;

        assert_eq!(
            indent(json, 1000).0,
            "{\n  \"b\": [\n    1.0,\n    {}\n  ],\n  \"a\": \"x\\\"{,\",\n  \"c\": []\n}",
        );
    }

    #[test]
    fn a_layout_that_grows_without_end_is_cut_and_says_so() {
        let deep = format!("{}{}", "[".repeat(100), "]".repeat(100));

        assert!(indent(&deep, 1000).1);
        assert!(!indent(&deep, 100_000).1);
    }
}
