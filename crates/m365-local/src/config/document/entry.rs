use m365_auth::{ClientId, Cloud, TenantId};
use m365_tools::ToolPolicy;
use serde_json::{Map, Value};

use super::json;
use crate::config::{ConfigError, Setting};

/// Keys that mean something here, each a string unless `plain` says otherwise.
const KEYS: [&str; 15] = [
    "name",
    "server",
    "tenantId",
    "clientId",
    "azureCloud",
    "scope",
    "scopes",
    "toolPolicy",
    "toolPolicyByHost",
    "account",
    "loginEndpoint",
    "graphEndpoint",
    "caFile",
    "answerLimit",
    "markUntrusted",
];

/// Keys that lead away from the cloud's own addresses.
const ENDPOINTS: [&str; 2] = ["loginEndpoint", "graphEndpoint"];

/// Keys of entries that the host serves in another way.
const FOREIGN: [&str; 3] = ["url", "transport", "command"];

/// One entry that is right in itself.
#[derive(Clone, Debug)]
pub(in crate::config) struct Entry {
    pub(in crate::config) name: String,
    pub(in crate::config) policy: ToolPolicy,
    file: String,
    values: Map<String, Value>,
}

impl Entry {
    /// Checks an entry as a whole; what a host may have added to it is a warning.
    pub(super) fn parse(
        file: &str,
        name: String,
        value: Value,
        warnings: &mut Vec<String>,
    ) -> Result<Self, ConfigError> {
        let at = |key: &str| place(file, &name, key);
        if let Some(key) = json::named_twice(&value) {
            return Err(wrong(&at, key, "the key is there twice"));
        }
        let Value::Object(values) = value else {
            return Err(ConfigError::new(format!("{file}, entry `{name}`: it is not an object")));
        };
        required(&values, &at)?;
        let values = plain(values, &at)?;
        check(&values, &at)?;
        let policy = policy(&values, &at)?;
        let foreign = values.keys().filter(|key| !KEYS.contains(&key.as_str()));
        warnings.extend(
            foreign.map(|key| format!("{}: the key means nothing here and is ignored", at(key))),
        );
        Ok(Self { name, policy, file: file.to_owned(), values })
    }

    /// Returns a value as the text that a flag would hold.
    pub(in crate::config) fn value(&self, key: &str) -> Option<&str> {
        self.values.get(key).and_then(Value::as_str).filter(|value| !value.is_empty())
    }

    /// Says where `key` stands.
    pub(in crate::config) fn place(&self, key: &str) -> String {
        place(&self.file, &self.name, key)
    }

    /// Returns the document that it stands in.
    pub(in crate::config) fn document(&self) -> &str {
        &self.file
    }
}

/// Drops from an entry what leads away from the cloud's own addresses, and says where that stood.
pub(super) fn without_endpoints(file: &str, name: &str, value: &mut Value) -> Vec<String> {
    let Some(values) = value.as_object_mut() else { return Vec::new() };
    let dropped = ENDPOINTS.iter().filter(|key| values.remove(**key).is_some());
    dropped.map(|key| place(file, name, key)).collect()
}

/// Returns the name of an entry, or which one it is.
pub(super) fn name_of(value: &Value, index: usize) -> String {
    value["name"].as_str().map_or_else(|| format!("#{}", index + 1), str::to_owned)
}

fn place(file: &str, entry: &str, key: &str) -> String {
    format!("{file}, entry `{entry}`, `{key}`")
}

/// What is wrong at a key, in words that a person can act on.
fn wrong(at: &dyn Fn(&str) -> String, key: &str, why: &str) -> ConfigError {
    ConfigError::new(format!("{}: {why}", at(key)))
}

fn required(values: &Map<String, Value>, at: &dyn Fn(&str) -> String) -> Result<(), ConfigError> {
    if let Some(key) = FOREIGN.iter().find(|key| values.contains_key(**key)) {
        return Err(wrong(at, key, foreign(values.contains_key("server"))));
    }
    for (key, example) in [
        ("name", "such as `Microsoft 365`"),
        ("server", "`microsoft365`"),
        ("tenantId", "a GUID such as 11111111-2222-4333-8444-555555555555"),
        ("clientId", "a GUID such as aaaaaaaa-0000-4000-8000-000000000001"),
    ] {
        if values.get(key).and_then(Value::as_str).is_none_or(|text| text.trim().is_empty()) {
            return Err(wrong(at, key, &format!("it is required, as a string: {example}")));
        }
    }
    match values.get("server").and_then(Value::as_str) {
        Some("microsoft365") => Ok(()),
        other => Err(Setting::new(at("server"), other.unwrap_or_default()).refuse("microsoft365")),
    }
}

/// Says why a key of [`FOREIGN`] has no place here.
const fn foreign(names_server: bool) -> &'static str {
    if names_server {
        "an entry with `server` has no `url`, `transport` or `command`; remove it, or `server`"
    } else {
        "the entry is of a server that the host reaches itself; one for this program has `server`: \
         `microsoft365` instead"
    }
}

/// Brings numbers, switches and lists into the text form of flags.
fn plain(
    mut values: Map<String, Value>,
    at: &dyn Fn(&str) -> String,
) -> Result<Map<String, Value>, ConfigError> {
    if let Some(list) = values.remove("scopes") {
        if values.contains_key("scope") {
            return Err(wrong(at, "scopes", "give `scope` or `scopes`, not both"));
        }
        values.insert("scope".into(), Value::String(joined(&list, at)?));
    }
    for (key, value) in &mut values {
        let known = KEYS.contains(&key.as_str());
        match value {
            Value::Number(number) if key == "answerLimit" => *value = number.to_string().into(),
            Value::Bool(on) if is_switch(key) => *value = on.to_string().into(),
            Value::String(_) => {}
            _ if !known || key == "toolPolicy" => {}
            _ if is_switch(key) => return Err(wrong(at, key, "expected true or false")),
            _ if key == "answerLimit" => return Err(wrong(at, key, "expected a number")),
            _ => return Err(wrong(at, key, "expected a string")),
        }
    }
    Ok(values)
}

fn is_switch(key: &str) -> bool {
    matches!(key, "markUntrusted" | "toolPolicyByHost")
}

fn joined(list: &Value, at: &dyn Fn(&str) -> String) -> Result<String, ConfigError> {
    let names: Option<Vec<&str>> =
        list.as_array().and_then(|list| list.iter().map(Value::as_str).collect());
    names
        .map(|names| names.join(" "))
        .ok_or_else(|| wrong(at, "scopes", "expected an array of strings"))
}

/// Checks each value, so that one wrong field rejects the entry, whichever flag overrides it.
fn check(values: &Map<String, Value>, at: &dyn Fn(&str) -> String) -> Result<(), ConfigError> {
    let setting = |key: &str| {
        values.get(key).and_then(Value::as_str).map(|value| Setting::new(at(key), value))
    };
    setting("tenantId").map(|it| it.accepted::<TenantId>()).transpose()?;
    setting("clientId").map(|it| it.accepted::<ClientId>()).transpose()?;
    for key in ENDPOINTS {
        setting(key).map(|it| it.endpoint()).transpose()?;
    }
    setting("scope").map(|it| it.scopes()).transpose()?;
    setting("azureCloud").map(|it| it.accepted::<Cloud>()).transpose()?;
    setting("answerLimit").map(|it| it.answer_limit()).transpose()?;
    for key in ["markUntrusted", "toolPolicyByHost"] {
        setting(key).map(|it| it.switch()).transpose()?;
    }
    Ok(())
}

fn policy(
    values: &Map<String, Value>,
    at: &dyn Fn(&str) -> String,
) -> Result<ToolPolicy, ConfigError> {
    let Some(policy) = values.get("toolPolicy") else { return Ok(ToolPolicy::default()) };
    let rules = policy.as_object().ok_or_else(|| {
        wrong(at, "toolPolicy", "expected an object such as {\"teams_*\": \"blocked\"}")
    })?;
    let text = |mode: &Value| mode.as_str().map_or_else(|| mode.to_string(), str::to_owned);
    ToolPolicy::from_rules(rules.iter().map(|(key, mode)| (key, text(mode))))
        .map_err(|error| wrong(at, "toolPolicy", &error.to_string()))
}
