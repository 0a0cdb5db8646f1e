//! The lines of calendar and contact files (RFC 5545 3.1, RFC 6350 3.3).

use crate::charset;

/// The most parameters of a line that are looked at.
const MAX_PARAMETERS: usize = 64;

/// `group.NAME;PARAMETER=value:value`.
#[derive(Debug, Default, PartialEq)]
pub(super) struct ContentLine {
    pub(super) group: Option<String>,
    /// In upper case.
    pub(super) name: String,
    parameters: Vec<(String, String)>,
    /// As it is written, but for its transfer encoding.
    pub(super) value: String,
}

impl ContentLine {
    /// The values of a parameter, joined with commas; of vCard 2.1 also a value without its name.
    pub(super) fn parameter(&self, name: &str) -> Option<&str> {
        self.parameters.iter().find(|(its, _)| its == name).map(|(_, value)| value.as_str())
    }

    /// The values of all parameters of that name.
    pub(super) fn parameters<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        let named = self.parameters.iter().filter(move |(its, _)| its == name);
        named.flat_map(|(_, value)| value.split(','))
    }

    /// The value as text, without backslashes (RFC 5545 3.3.11).
    pub(super) fn text(&self) -> String {
        unescape(&self.value)
    }

    /// The values of a list or a structure, each as text.
    pub(super) fn values(&self, separator: char) -> Vec<String> {
        split(&self.value, separator).into_iter().map(unescape).collect()
    }
}

/// The lines of a file, with those joined that were folded.
pub(super) fn lines(text: &str) -> impl Iterator<Item = ContentLine> {
    let mut rest = text.lines().peekable();
    std::iter::from_fn(move || {
        let mut line = rest.next()?.to_owned();
        while let Some(more) = rest.next_if(|next| next.starts_with([' ', '\t'])) {
            line.push_str(&more[1..]);
        }
        let may_go_on = is_quoted(&line);
        while may_go_on && line.ends_with('=') && rest.peek().is_some() {
            line.pop();
            line.push_str(rest.next().unwrap_or_default());
        }
        Some(parse(&line))
    })
}

/// Whether a line of vCard 2.1 that ends in `=` goes on in the next one (RFC 2045 6.7).
fn is_quoted(line: &str) -> bool {
    let head = line.split(':').next().unwrap_or_default().to_ascii_uppercase();
    [";ENCODING=QUOTED-PRINTABLE", ";QUOTED-PRINTABLE"].iter().any(|coding| head.contains(coding))
}

fn parse(line: &str) -> ContentLine {
    let (head, value) = split_once_unquoted(line, ':');
    let mut parts = split_unquoted(head, ';').into_iter();
    let name = parts.next().unwrap_or_default().trim();
    let (group, name) = match name.rsplit_once('.') {
        Some((group, name)) => (Some(group.to_ascii_lowercase()), name),
        None => (None, name),
    };
    let parameters = parts.take(MAX_PARAMETERS).map(parameter).collect();
    let name = name.to_ascii_uppercase();
    let mut line = ContentLine { group, name, parameters, value: value.to_owned() };
    line.decode();
    line
}

fn parameter(part: &str) -> (String, String) {
    let (name, value) = part.split_once('=').unwrap_or(("TYPE", part));
    (name.trim().to_ascii_uppercase(), value.replace('"', ""))
}

impl ContentLine {
    /// Undoes what vCard 2.1 does to characters beyond ASCII.
    fn decode(&mut self) {
        let is_quoted = |value: &str| value.eq_ignore_ascii_case("quoted-printable");
        if !self.parameters.iter().any(|(_, value)| is_quoted(value)) {
            return;
        }
        let bytes = unquote(self.value.as_bytes());
        let text = charset::decode(&bytes, self.parameter("CHARSET"));
        self.value = text.replace('\\', "\\\\").replace("\r\n", "\n").replace('\n', "\\n");
    }
}

/// Bytes of which some are written as `=` and two digits.
fn unquote(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some((&byte, after)) = rest.split_first() {
        let code = after.get(..2).filter(|_| byte == b'=');
        match code.and_then(|code| u8::from_str_radix(std::str::from_utf8(code).ok()?, 16).ok()) {
            Some(decoded) => {
                out.push(decoded);
                rest = &after[2..];
            }
            None => {
                out.push(byte);
                rest = after;
            }
        }
    }
    out
}

fn split_once_unquoted(text: &str, mark: char) -> (&str, &str) {
    let mut quoted = false;
    let at = text.char_indices().find(|(_, c)| {
        quoted ^= *c == '"';
        *c == mark && !quoted
    });
    // A quote that never ends takes nothing with it.
    let at = at.map(|(at, _)| at).or_else(|| text.find(mark));
    at.map_or((text, ""), |at| (&text[..at], &text[at + mark.len_utf8()..]))
}

fn split_unquoted(text: &str, mark: char) -> Vec<&str> {
    let mut quoted = false;
    let split = text.split(|c: char| {
        quoted ^= c == '"';
        c == mark && !quoted
    });
    split.collect()
}

/// Splits at separators that no backslash escapes.
fn split(text: &str, separator: char) -> Vec<&str> {
    let mut escaped = false;
    let split = text.split(|c: char| {
        let ends = c == separator && !escaped;
        escaped = c == '\\' && !escaped;
        ends
    });
    split.collect()
}

fn unescape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => match chars.next() {
                Some('n' | 'N') => out.push('\n'),
                Some(escaped @ ('\\' | ';' | ',' | ':' | '"')) => out.push(escaped),
                Some(other) => out.extend(['\\', other]),
                None => out.push('\\'),
            },
            _ => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn only(text: &str) -> ContentLine {
        lines(text).next().unwrap()
    }

    #[test]
    fn a_folded_line_is_joined() {
        assert_eq!(only("NOTE:one\r\n  two\r\n\tthree\r\n").value, "one twothree");
    }

    #[test]
    fn a_colon_in_a_quoted_parameter_does_not_end_the_name() {
        let line = only("ATTENDEE;CN=\"Ann: A; B\";ROLE=CHAIR:mailto:ann@contoso.example");

        assert_eq!(line.parameter("CN"), Some("Ann: A; B"));
        assert_eq!(line.parameter("ROLE"), Some("CHAIR"));
        assert_eq!(line.value, "mailto:ann@contoso.example");
    }

    #[test]
    fn escaped_separators_are_text() {
        let line = only(r"ADR:;;One\; Street,\nYard;Town");

        assert_eq!(line.values(';'), ["", "", "One; Street,\nYard", "Town"]);
        assert_eq!(only(r"SUMMARY:a\, b\\n").text(), r"a, b\n");
    }

    #[test]
    fn quoted_printable_of_old_contacts_is_decoded() {
        let line = only("FN;CHARSET=ISO-8859-1;ENCODING=QUOTED-PRINTABLE:M=FCller=\n=20Ann=3D\n");

        assert_eq!(line.text(), "Müller Ann=");
    }

    #[test]
    fn a_group_is_no_part_of_the_name() {
        let line = only("item1.tel;home:+1");

        assert_eq!((line.group.as_deref(), line.name.as_str()), (Some("item1"), "TEL"));
        assert_eq!(line.parameters("TYPE").collect::<Vec<_>>(), ["home"]);
    }
}
