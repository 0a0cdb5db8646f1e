//! The document that device management has put on this device.

#[cfg(unix)]
mod file;
#[cfg(any(target_os = "macos", test))]
pub(super) mod property_list;
#[cfg(any(windows, test))]
pub(super) mod registry;

use super::{ConfigError, document::Document};

/// Reads the document where device management puts it on this system.
#[cfg(target_os = "macos")]
pub(super) fn read() -> Result<Document, ConfigError> {
    let place = "/Library/Managed Preferences/m365-local.plist";
    property_list::document(place, &file::read(place, file::ROOT)?)
}

/// Reads the document where device management puts it on this system.
#[cfg(windows)]
pub(super) fn read() -> Result<Document, ConfigError> {
    registry::read()
}

/// Reads the document where device management puts it on this system.
#[cfg(not(any(target_os = "macos", windows)))]
pub(super) fn read() -> Result<Document, ConfigError> {
    let place = "/etc/m365-local/managed.json";
    Document::parse(place, &file::read(place, file::ROOT)?)
}

/// Says why there is no managed document.
fn refuse(place: &str, why: impl std::fmt::Display) -> ConfigError {
    ConfigError::new(format!("--managed: {place}: {why}"))
}
