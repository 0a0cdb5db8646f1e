use jiff::{Timestamp, tz::TimeZone};
use m365_extract::excerpt;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

use crate::{ErrorCode, ToolError, mail::fields::one_line, sites::WebPlace, time, uri::FileUri};

/// A folder that was found.
#[derive(Clone, Debug)]
pub(super) struct Folder {
    pub(super) uri: FileUri,
    pub(super) name: String,
    pub(super) web_url: String,
    pub(super) child_count: Option<u64>,
    pub(super) last_modified: Option<Timestamp>,
}

/// A folder as it is answered.
#[derive(Clone, Debug, Default, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Hit {
    /// Lists what it holds: pass it to `read_resource`.
    uri: String,
    /// The name.
    name: String,
    /// Opens it in the browser.
    web_url: String,
    /// The folder that it is in, from the library on.
    path: String,
    /// The site, by its name in addresses.
    site: String,
    /// How many files and folders it holds.
    child_count: Option<u64>,
    /// When something in it was changed last.
    last_modified_date_time: Option<String>,
}

impl Hit {
    pub(super) fn new(folder: Folder, zone: &TimeZone) -> Self {
        let place = WebPlace::of(&folder.web_url);
        Self {
            uri: folder.uri.to_string(),
            name: excerpt(&one_line(&folder.name), 150),
            path: place.as_ref().map(WebPlace::folder).unwrap_or_default(),
            site: place.as_ref().map(WebPlace::site_name).unwrap_or_default(),
            web_url: folder.web_url,
            child_count: folder.child_count,
            last_modified_date_time: folder.last_modified.map(|at| time::format(at, zone)),
        }
    }

    /// Returns what the model sees, and the whole.
    pub(super) fn values(self) -> Result<(Value, Value), ToolError> {
        let whole = serde_json::to_value(&self)
            .map_err(|_| ToolError::new(ErrorCode::ServiceError, "A hit could not be written."))?;
        Ok((whole.clone(), whole))
    }
}
