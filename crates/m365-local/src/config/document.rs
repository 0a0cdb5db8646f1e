//! The `managedMcpServers` document: an object with that key, the bare array, one entry, or the
//! array as a JSON string, as it stands in a property list or registry value.

use std::{fs, path::Path};

use m365_auth::{ClientId, Cloud, TenantId};
use m365_tools::ToolPolicy;
use serde_json::{Map, Value};

use super::{ConfigError, Environment, Setting, setting::Source};
use crate::cli::Options;

/// The largest document that is read, in bytes.
const MAX_BYTES: u64 = 1024 * 1024;

/// Keys that mean something here, each a string unless `Entry::parse` says otherwise.
const KEYS: [&str; 13] = [
    "name",
    "server",
    "tenantId",
    "clientId",
    "azureCloud",
    "scope",
    "scopes",
    "toolPolicy",
    "account",
    "loginEndpoint",
    "graphEndpoint",
    "answerLimit",
    "markUntrusted",
];

/// One entry that is right in itself.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    pub(super) name: String,
    pub(super) policy: ToolPolicy,
    file: String,
    values: Map<String, Value>,
}

impl Entry {
    /// Returns a value as the text that a flag would hold.
    pub(super) fn value(&self, key: &str) -> Option<&str> {
        self.values.get(key).and_then(Value::as_str).filter(|value| !value.is_empty())
    }

    /// Says where `key` stands.
    pub(super) fn place(&self, key: &str) -> String {
        place(&self.file, &self.name, key)
    }
}

/// Finds the entry that this run uses, if a document was given.
pub(super) fn entry(
    options: &Options,
    env: &Environment,
    warnings: &mut Vec<String>,
) -> Result<Option<Entry>, ConfigError> {
    let source = Source::new(env, None);
    let wanted = source.text(&options.entry, "--entry", "M365_ENTRY", "");
    match source.path(options.config.as_ref(), "M365_CONFIG") {
        Some(path) => choose(&path, wanted.as_deref(), warnings).map(Some),
        None if wanted.is_some() => {
            Err(ConfigError::new("--entry names an entry of a document: give --config as well"))
        }
        None => Ok(None),
    }
}

fn choose(
    path: &Path,
    wanted: Option<&str>,
    warnings: &mut Vec<String>,
) -> Result<Entry, ConfigError> {
    let file = path.display().to_string();
    let entries = entries(&file, &read(path, &file)?)?;
    let mut parsed: Vec<(String, Result<Entry, ConfigError>)> = Vec::new();
    for (index, value) in entries.into_iter().enumerate() {
        let name = name_of(&value, index);
        if wanted.is_none_or(|wanted| wanted == name) {
            parsed.push((name, Entry::parse(&file, index, value, warnings)));
        }
    }
    pick(&file, wanted, parsed, warnings)
}

fn pick(
    file: &str,
    wanted: Option<&str>,
    parsed: Vec<(String, Result<Entry, ConfigError>)>,
    warnings: &mut Vec<String>,
) -> Result<Entry, ConfigError> {
    let (good, bad): (Vec<_>, Vec<_>) = parsed.into_iter().partition(|(_, entry)| entry.is_ok());
    let mut good: Vec<Entry> = good.into_iter().filter_map(|(_, entry)| entry.ok()).collect();
    let mut bad: Vec<ConfigError> = bad.into_iter().filter_map(|(_, entry)| entry.err()).collect();
    match (good.len(), wanted) {
        (1, _) => {
            warnings.extend(bad.iter().map(ToString::to_string));
            Ok(good.remove(0))
        }
        (0, _) if !bad.is_empty() => Err(bad.remove(0)),
        (0, Some(wanted)) => Err(ConfigError::new(format!("{file}: no entry is named `{wanted}`"))),
        (0, None) => Err(ConfigError::new(format!("{file}: there is no entry in it"))),
        (_, Some(wanted)) => {
            Err(ConfigError::new(format!("{file}: more than one entry is named `{wanted}`")))
        }
        (_, None) => {
            let names: Vec<_> = good.iter().map(|entry| format!("`{}`", entry.name)).collect();
            Err(ConfigError::new(format!(
                "{file}: it has several entries, choose one with --entry: {}",
                names.join(", ")
            )))
        }
    }
}

fn read(path: &Path, file: &str) -> Result<Value, ConfigError> {
    let fail = |error: &dyn std::fmt::Display| ConfigError::new(format!("{file}: {error}"));
    let size = fs::metadata(path).map_err(|error| fail(&error))?.len();
    if size > MAX_BYTES {
        return Err(fail(&"it is larger than 1 MiB; expected a managedMcpServers document"));
    }
    let text = fs::read_to_string(path).map_err(|error| fail(&error))?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
    serde_json::from_str(text).map_err(|error| fail(&format_args!("it is not JSON: {error}")))
}

/// Unwraps the four forms of a document.
fn entries(file: &str, document: &Value) -> Result<Vec<Value>, ConfigError> {
    match document {
        Value::Array(entries) => Ok(entries.clone()),
        Value::String(text) => {
            let inner: Value = serde_json::from_str(text).map_err(|error| {
                ConfigError::new(format!("{file}: the string in it is not JSON: {error}"))
            })?;
            if inner.is_string() { Err(unusable(file)) } else { entries(file, &inner) }
        }
        Value::Object(object) => match object.get("managedMcpServers") {
            Some(inner @ (Value::Array(_) | Value::String(_))) => entries(file, inner),
            Some(_) => Err(unusable(file)),
            None => Ok(vec![document.clone()]),
        },
        _ => Err(unusable(file)),
    }
}

fn unusable(file: &str) -> ConfigError {
    ConfigError::new(format!(
        "{file}: expected an object with `managedMcpServers`, an array of entries, one entry, or \
         the array as a JSON string"
    ))
}

fn name_of(value: &Value, index: usize) -> String {
    value["name"].as_str().map_or_else(|| format!("#{}", index + 1), str::to_owned)
}

fn place(file: &str, entry: &str, key: &str) -> String {
    format!("{file}, entry `{entry}`, `{key}`")
}

impl Entry {
    fn parse(
        file: &str,
        index: usize,
        value: Value,
        warnings: &mut Vec<String>,
    ) -> Result<Self, ConfigError> {
        let name = name_of(&value, index);
        let Value::Object(values) = value else {
            return Err(ConfigError::new(format!("{file}, entry `{name}`: it is not an object")));
        };
        let at = |key: &str| place(file, &name, key);
        required(&values, &at)?;
        let values = plain(values, &at)?;
        check(&values, &at)?;
        warnings.extend(
            values
                .keys()
                .filter(|key| !KEYS.contains(&key.as_str()))
                .map(|key| format!("{}: the key means nothing here and is ignored", at(key))),
        );
        let policy = policy(&values, &at)?;
        Ok(Self { name, policy, file: file.to_owned(), values })
    }
}

fn required(values: &Map<String, Value>, at: &dyn Fn(&str) -> String) -> Result<(), ConfigError> {
    if let Some(key) = ["url", "transport", "command"].iter().find(|key| values.contains_key(**key))
    {
        return Err(ConfigError::new(format!(
            "{}: an entry with `server` has no `url`, `transport` or `command`; remove it, or \
             `server`",
            at(key)
        )));
    }
    for key in ["name", "server", "tenantId", "clientId"] {
        if values.get(key).and_then(Value::as_str).is_none_or(str::is_empty) {
            return Err(ConfigError::new(format!("{}: it is required, as a string", at(key))));
        }
    }
    match values["server"].as_str() {
        Some("microsoft365") => Ok(()),
        other => Err(Setting::new(at("server"), other.unwrap_or_default()).refuse("microsoft365")),
    }
}

/// Brings numbers, switches and lists into the text form of flags.
fn plain(
    mut values: Map<String, Value>,
    at: &dyn Fn(&str) -> String,
) -> Result<Map<String, Value>, ConfigError> {
    if let Some(list) = values.remove("scopes") {
        if values.contains_key("scope") {
            return Err(ConfigError::new(format!("{}: give `scope` or `scopes`", at("scopes"))));
        }
        values.insert("scope".into(), Value::String(joined(&list, at)?));
    }
    for (key, value) in &mut values {
        let known = KEYS.contains(&key.as_str());
        match value {
            Value::Number(number) if key == "answerLimit" => *value = number.to_string().into(),
            Value::Bool(on) if key == "markUntrusted" => *value = on.to_string().into(),
            Value::String(_) => {}
            _ if !known || key == "toolPolicy" => {}
            _ => return Err(ConfigError::new(format!("{}: expected a string", at(key)))),
        }
    }
    Ok(values)
}

fn joined(list: &Value, at: &dyn Fn(&str) -> String) -> Result<String, ConfigError> {
    let names: Option<Vec<&str>> =
        list.as_array().and_then(|list| list.iter().map(Value::as_str).collect());
    names
        .map(|names| names.join(" "))
        .ok_or_else(|| ConfigError::new(format!("{}: expected an array of strings", at("scopes"))))
}

/// Checks each value, so that one wrong field rejects the entry, whichever flag overrides it.
fn check(values: &Map<String, Value>, at: &dyn Fn(&str) -> String) -> Result<(), ConfigError> {
    let setting = |key: &str| {
        values.get(key).and_then(Value::as_str).map(|value| Setting::new(at(key), value))
    };
    setting("tenantId").map(|it| it.accepted::<TenantId>()).transpose()?;
    setting("clientId").map(|it| it.accepted::<ClientId>()).transpose()?;
    for key in ["loginEndpoint", "graphEndpoint"] {
        setting(key).map(|it| it.endpoint()).transpose()?;
    }
    setting("scope").map(|it| it.scopes()).transpose()?;
    setting("azureCloud").map(|it| it.accepted::<Cloud>()).transpose()?;
    Ok(())
}

fn policy(
    values: &Map<String, Value>,
    at: &dyn Fn(&str) -> String,
) -> Result<ToolPolicy, ConfigError> {
    let Some(policy) = values.get("toolPolicy") else { return Ok(ToolPolicy::default()) };
    let rules = policy.as_object().ok_or_else(|| {
        ConfigError::new(format!("{}: expected an object of tool names", at("toolPolicy")))
    })?;
    let modes = rules.iter().map(|(key, mode)| (key, mode.as_str().unwrap_or_default()));
    ToolPolicy::from_rules(modes)
        .map_err(|error| ConfigError::new(format!("{}: {error}", at("toolPolicy"))))
}
