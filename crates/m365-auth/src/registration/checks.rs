//! What may stand in a registration, and what is said of the rest.

use crate::{Endpoint, InvalidSetting};

pub(super) fn text(flag: &str, value: &str, most: usize) -> Result<String, InvalidSetting> {
    let value = value.trim();
    let is_plain = |it: char| !it.is_control() && !matches!(it, '\u{2028}' | '\u{2029}' | '\u{85}');
    match !value.is_empty() && value.chars().count() <= most && value.chars().all(is_plain) {
        true => Ok(value.to_owned()),
        false => Err(refused(
            flag,
            value,
            &format!("a text of 1 to {most} characters without control characters"),
        )),
    }
}

pub(super) fn https(flag: &str, value: &str) -> Result<String, InvalidSetting> {
    let is_https = Endpoint::parse(value).is_ok_and(|url| url.scheme() == "https");
    match is_quotable(value) && is_https && !value.ends_with('/') {
        true => Ok(value.to_owned()),
        false => Err(refused(
            flag,
            value,
            "an https address without query, fragment or slash at its end, such as \
             https://m365.example.com/mcp",
        )),
    }
}

pub(super) fn is_quotable(value: &str) -> bool {
    value.bytes().all(|it| it.is_ascii_graphic() && !matches!(it, b'"' | b'\\'))
}

pub(super) fn refused(flag: &str, value: &str, expected: &str) -> InvalidSetting {
    InvalidSetting(format!("{flag}: '{}' is not {expected}", value.escape_debug()))
}
