use super::refuse;
use crate::config::{ConfigError, document::Document};

/// The key of the policy below `HKEY_LOCAL_MACHINE`, which only administrators can write.
#[cfg(windows)]
const KEY: &str = r"SOFTWARE\Policies\m365-local";

/// The value that holds the document.
const NAME: &str = "managedMcpServers";

/// The view of 64-bit programs, see
/// [registry key security](https://learn.microsoft.com/windows/win32/sysinfo/registry-key-security-and-access-rights).
#[cfg(windows)]
const KEY_WOW64_64KEY: u32 = 0x0100;

/// What a value of the registry holds.
#[derive(Clone, Debug)]
pub(in crate::config) enum Stored {
    /// `REG_SZ` or `REG_EXPAND_SZ`; nothing in it is expanded.
    Text(String),
    /// `REG_MULTI_SZ`: one JSON text on several lines.
    Lines(Vec<String>),
    /// Any other type.
    Other,
}

impl Stored {
    /// Reads the document that the value holds.
    pub(in crate::config) fn document(self, key: &str) -> Result<Document, ConfigError> {
        let place = format!(r"{key}\{NAME}");
        match self {
            Self::Text(text) => Document::parse(place, text.as_bytes()),
            Self::Lines(lines) => Document::parse(place, lines.join("\n").as_bytes()),
            Self::Other => Err(refuse(&place, "expected a REG_SZ or REG_MULTI_SZ with JSON text")),
        }
    }
}

/// Reads the policy of this device.
#[cfg(windows)]
pub(super) fn read() -> Result<Document, ConfigError> {
    let key = format!(r"HKLM\{KEY}");
    stored().map_err(|error| absent(&key, &error))?.document(&key)
}

#[cfg(windows)]
fn stored() -> windows_registry::Result<Stored> {
    use windows_registry::Type;

    let mut options = windows_registry::LOCAL_MACHINE.options();
    let value = options.read().access(KEY_WOW64_64KEY).open(KEY)?.get_value(NAME)?;
    Ok(match value.ty() {
        Type::String | Type::ExpandString => Stored::Text(value.try_into()?),
        Type::MultiString => Stored::Lines(value.try_into()?),
        _ => Stored::Other,
    })
}

#[cfg(windows)]
fn absent(key: &str, error: &impl std::fmt::Display) -> ConfigError {
    refuse(
        key,
        format_args!(
            "device management has put no `{NAME}` there that can be read ({error}); ask whoever \
             manages this device, or give --config instead"
        ),
    )
}
