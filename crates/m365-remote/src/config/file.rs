use std::{collections::BTreeMap, fs, path::Path};

use serde::{Deserialize, de::IgnoredAny};
use toml::Spanned;

use super::ConfigError;

type Text = Option<Spanned<String>>;
/// A number that is looked at when it is known what it may be.
pub(super) type Number = Option<Spanned<toml::Value>>;
type Switch = Option<Spanned<bool>>;

/// The configuration file as it is written, before anything is checked but its shape.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct File {
    pub(super) listen: Text,
    pub(super) admin_listen: Text,
    pub(super) public_url: Text,
    pub(super) allowed_origins: Vec<Spanned<String>>,
    pub(super) scopes: Option<Vec<Spanned<String>>>,
    pub(super) trusted_proxies: Vec<Spanned<String>>,
    pub(super) state_key_file: Text,
    pub(super) state_key_env: Text,
    pub(super) state_key: Option<Spanned<IgnoredAny>>,
    pub(super) switches_file: Text,
    pub(super) ca_file: Text,
    pub(super) answer_limit: Number,
    pub(super) mark_untrusted: Switch,
    pub(super) tool_policy_by_host: Switch,
    pub(super) login_endpoint: Text,
    pub(super) graph_endpoint: Text,
    pub(super) entra: Entra,
    pub(super) allow: Vec<Allow>,
    pub(super) tls: Option<Spanned<Tls>>,
    pub(super) limits: Limits,
    pub(super) cache: Cache,
    pub(super) audit: Audit,
    pub(super) telemetry: Telemetry,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Entra {
    pub(super) azure_cloud: Text,
    pub(super) client_id: Text,
    pub(super) application_id_uri: Text,
    pub(super) accept_v1_tokens: bool,
    pub(super) credential: Option<Spanned<Credential>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Credential {
    pub(super) client_secret_env: Text,
    pub(super) client_secret_file: Text,
    pub(super) certificate_file: Text,
    pub(super) private_key_file: Text,
    pub(super) federated_token_file: Text,
    pub(super) client_secret: Option<Spanned<IgnoredAny>>,
    pub(super) private_key: Option<Spanned<IgnoredAny>>,
    pub(super) federated_token: Option<Spanned<IgnoredAny>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Allow {
    pub(super) tenant_id: Spanned<String>,
    pub(super) client_ids: Spanned<Vec<Spanned<String>>>,
    #[serde(default)]
    pub(super) tool_policy: BTreeMap<String, Spanned<String>>,
    #[serde(default)]
    pub(super) tenant_per_minute: Number,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Tls {
    pub(super) certificate_file: Text,
    pub(super) private_key_file: Text,
    pub(super) client_ca_file: Text,
    pub(super) private_key: Option<Spanned<IgnoredAny>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Limits {
    pub(super) user_per_minute: Number,
    pub(super) user_burst: Number,
    pub(super) tenant_per_minute: Number,
    pub(super) rejections_per_minute: Number,
    pub(super) user_concurrency: Number,
    pub(super) tenant_concurrency: Number,
    pub(super) concurrency: Number,
    pub(super) connections: Number,
    pub(super) body_bytes: Number,
    pub(super) header_seconds: Number,
    pub(super) body_seconds: Number,
    pub(super) idle_seconds: Number,
    pub(super) call_seconds: Number,
    pub(super) grace_seconds: Number,
    pub(super) drain_seconds: Number,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Cache {
    pub(super) obo_entries: Number,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Audit {
    pub(super) sink: Option<Spanned<toml::Value>>,
    pub(super) on_loss: Text,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Telemetry {
    pub(super) otlp_endpoint: Text,
    pub(super) service_name: Text,
}

/// A configuration file with its text, so that each value can be found again.
#[derive(Debug)]
pub(super) struct Document {
    name: String,
    text: String,
}

impl Document {
    /// Reads the file.
    pub(super) fn read(path: &Path) -> Result<Self, ConfigError> {
        let name = path.display().to_string();
        match fs::read_to_string(path) {
            Ok(text) => Ok(Self { name, text }),
            Err(error) => Err(ConfigError::new(format!("--config {name}: {error}"))),
        }
    }

    /// Takes a text that is in hand already.
    #[cfg(any(test, feature = "demo"))]
    pub(super) fn of(name: &str, text: &str) -> Self {
        Self { name: name.to_owned(), text: text.to_owned() }
    }

    pub(super) fn name(&self) -> &str {
        &self.name
    }

    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// Reads the shape. The text of a wrong line is not repeated: it may hold what it should not.
    pub(super) fn parse(&self) -> Result<File, ConfigError> {
        toml::from_str(&self.text).map_err(|error| {
            let place = error.span().map_or(self.name.clone(), |span| self.line(span.start));
            let key = error.span().and_then(|span| self.key(span.start)).unwrap_or_default();
            ConfigError::new(format!("{place}: {key}{}", plain(error.message())))
        })
    }

    /// Names the key of the line in which `offset` lies.
    fn key(&self, offset: usize) -> Option<String> {
        let start = self.text.get(..offset)?.rfind('\n').map_or(0, |at| at + 1);
        let (key, _) = self.text.get(start..)?.lines().next()?.split_once('=')?;
        let is_key = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.' | ' ');
        key.chars().all(is_key).then(|| format!("{}: ", key.trim()))
    }

    /// Names the line in which `offset` lies.
    pub(super) fn line(&self, offset: usize) -> String {
        let before = self.text.as_bytes().iter().take(offset);
        let line = 1 + before.filter(|byte| **byte == b'\n').count();
        format!("{}:{line}", self.name)
    }
}

/// Words an error of the parser for people: with the value, unless that may be what belongs elsewhere.
fn plain(message: &str) -> String {
    let message = message.replace('\n', " ");
    let Some((found, expected)) = message
        .strip_prefix("invalid type: ")
        .or_else(|| message.strip_prefix("invalid value: "))
        .and_then(|rest| rest.rsplit_once(", expected "))
    else {
        return message;
    };
    let expected = match expected {
        "a boolean" => "true or false",
        "a sequence" => "a list in brackets",
        "a string" => "a text in quotes",
        other if other.starts_with("struct ") || other == "a map" => "a table in braces",
        other => other,
    };
    match value(found).filter(|value| !value.starts_with('"') || expected == "true or false") {
        Some(value) => format!("`{value}` is not {expected}"),
        None => format!("another type is expected: {expected}"),
    }
}

/// Returns the value that the parser names, as it stands in the file.
fn value(found: &str) -> Option<&str> {
    let text = || found.strip_prefix("string ");
    let bare = || found.split_once('`')?.1.strip_suffix('`');
    text().or_else(bare)
}
