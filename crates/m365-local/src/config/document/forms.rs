use serde_json::Value;

use super::{MAX_BYTES, json};
use crate::config::ConfigError;

/// Reads the value of a JSON text in any Unicode encoding that editors and shells write.
pub(super) fn value(place: &str, bytes: &[u8]) -> Result<Value, ConfigError> {
    let refuse = |why: String| ConfigError::new(format!("{place}: {why}"));
    if bytes.len() > MAX_BYTES {
        return Err(refuse(format!("it is larger than 1 MiB; expected {EXPECTED}")));
    }
    let Some(text) = text(bytes) else {
        return Err(refuse(format!("it is neither UTF-8 nor UTF-16; expected {EXPECTED}")));
    };
    if text.trim().is_empty() {
        return Err(refuse(format!("it is empty; expected {EXPECTED}")));
    }
    json::parse(&text).map_err(|error| refuse(format!("it is not JSON: {error}")))
}

/// Unwraps the four forms of a document.
pub(super) fn entries(place: &str, document: &Value) -> Result<Vec<Value>, ConfigError> {
    match document {
        Value::Object(object) => match object.get("managedMcpServers") {
            Some(_) if json::own_twice(object).is_some() => Err(ConfigError::new(format!(
                "{place}: a key stands twice beside `managedMcpServers`: remove one"
            ))),
            Some(inner @ (Value::Array(_) | Value::String(_))) => listed(place, inner),
            Some(_) => Err(unusable(place)),
            None => Ok(vec![document.clone()]),
        },
        other => listed(place, other),
    }
}

/// Unwraps an array, or the JSON string of a document.
fn listed(place: &str, document: &Value) -> Result<Vec<Value>, ConfigError> {
    match document {
        Value::Array(entries) => Ok(entries.clone()),
        Value::String(text) => match json::parse(text) {
            Ok(inner @ (Value::Array(_) | Value::Object(_))) => entries(place, &inner),
            Ok(_) => Err(unusable(place)),
            Err(error) => {
                Err(ConfigError::new(format!("{place}: the string in it is not JSON: {error}")))
            }
        },
        _ => Err(unusable(place)),
    }
}

/// What a document is.
const EXPECTED: &str = "an object with `managedMcpServers`, an array of entries, one entry, or the \
                        array as a JSON string";

fn unusable(place: &str) -> ConfigError {
    ConfigError::new(format!("{place}: expected {EXPECTED}"))
}

/// Decodes UTF-8, and UTF-16 with the mark that Windows puts in front.
fn text(bytes: &[u8]) -> Option<String> {
    match bytes {
        [0xff, 0xfe, rest @ ..] => utf16(rest, u16::from_le_bytes),
        [0xfe, 0xff, rest @ ..] => utf16(rest, u16::from_be_bytes),
        [0xef, 0xbb, 0xbf, rest @ ..] => String::from_utf8(rest.to_vec()).ok(),
        plain => String::from_utf8(plain.to_vec()).ok(),
    }
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Option<String> {
    let (pairs, rest) = bytes.as_chunks::<2>();
    let units: Vec<u16> = pairs.iter().map(|pair| unit(*pair)).collect();
    String::from_utf16(&units).ok().filter(|_| rest.is_empty())
}
