//! Values as OData's query options want them.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// RFC 3986 §2.3: what needs no encoding anywhere.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// Names of options keep their `$`, and the signs that only separate values stay readable.
const OPTION: &AsciiSet =
    &RESERVED.remove(b'$').remove(b',').remove(b':').remove(b'/').remove(b'(').remove(b')');

/// Writes `text` as an OData string: in single quotes, with its own doubled.
///
/// ```
/// assert_eq!(m365_graph::odata::string("O'Neil"), "'O''Neil'");
/// ```
#[must_use]
pub fn string(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

/// Encodes one path segment, `/` and dots' neighbours included.
pub(crate) fn segment(text: &str) -> String {
    utf8_percent_encode(text, RESERVED).to_string()
}

/// Encodes options into `a=1&b=2`; blanks become `%20`, since Graph reads `+` as itself in places.
pub(crate) fn query<'a>(options: impl IntoIterator<Item = (&'a str, &'a str)>) -> String {
    let pairs =
        options.into_iter().map(|(name, value)| format!("{}={}", encode(name), encode(value)));
    pairs.collect::<Vec<_>>().join("&")
}

fn encode(text: &str) -> String {
    utf8_percent_encode(text, OPTION).to_string()
}
