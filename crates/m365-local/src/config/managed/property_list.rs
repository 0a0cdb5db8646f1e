use serde_json::Value;

use super::refuse;
use crate::config::{ConfigError, document::Document};

/// Reads a property list, XML or binary: `managedMcpServers` as an array of dictionaries, or as JSON text.
pub(in crate::config) fn document(place: &str, bytes: &[u8]) -> Result<Document, ConfigError> {
    let value: Value = plist::from_bytes(bytes).map_err(|error| {
        refuse(
            place,
            format_args!(
                "it is not a property list of strings, numbers, booleans, arrays and dictionaries: \
                 {error}"
            ),
        )
    })?;
    match value {
        Value::Object(_) => Ok(Document::new(place, value)),
        _ => Err(refuse(place, "expected a dictionary with `managedMcpServers`")),
    }
}
