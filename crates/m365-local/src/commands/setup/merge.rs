//! One server put into a host's file; whatever else is in it stays as it is, comments and all.

use std::collections::BTreeSet;

use jsonc_parser::{
    ParseOptions,
    cst::{CstInputValue, CstObject, CstObjectProp, CstRootNode},
};
use serde_json::{Map, Value};

/// Windows's editors begin a file with it.
const BYTE_ORDER_MARK: char = '\u{feff}';

/// Where a server stands in a file.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place<'a> {
    pub(super) container: &'a str,
    pub(super) name: &'a str,
}

/// What had to be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Change {
    Nothing,
    Added,
    Updated,
}

/// The file as it is to be.
#[derive(Debug)]
pub(super) struct Merged {
    pub(super) text: String,
    pub(super) change: Change,
    /// Our variables in the `env` of an entry that was there before.
    pub(super) variables: Vec<String>,
}

/// Why the file is left alone, and what to do about it.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub(super) struct Refusal(String);

/// Puts `entry` at `place`. An entry of ours that is there gets its keys and keeps its others.
pub(super) fn merge(
    text: &str,
    place: Place<'_>,
    entry: &Map<String, Value>,
) -> Result<Merged, Refusal> {
    let (mark, body) = match text.strip_prefix(BYTE_ORDER_MARK) {
        Some(body) => (BYTE_ORDER_MARK.to_string(), body),
        None => (String::new(), text),
    };
    let root = parsed(if body.trim().is_empty() { "{}\n" } else { body })?;
    let before = value_of(&root)?;
    let (change, variables) = put(&root, place, entry)?;
    if change == Change::Nothing {
        return Ok(Merged { text: text.to_owned(), change, variables });
    }
    let after = root.to_string();
    verify(&after, before, place, entry)?;
    Ok(Merged { text: mark + &after, change, variables })
}

/// Comments and commas at the end are common in these files, whatever the host makes of them.
fn parsed(text: &str) -> Result<CstRootNode, Refusal> {
    let options = ParseOptions {
        allow_comments: true,
        allow_trailing_commas: true,
        allow_loose_object_property_names: false,
        allow_missing_commas: false,
        allow_single_quoted_strings: false,
        allow_hexadecimal_numbers: false,
        allow_unary_plus_numbers: false,
        allow_bare_decimal_point_numbers: false,
        allow_non_finite_numbers: false,
        allow_extended_string_escapes: false,
    };
    CstRootNode::parse(text, &options).map_err(|error| {
        let (line, column) = (error.line_display(), error.column_display());
        let kind = error.kind().to_string().to_lowercase();
        Refusal(format!("it is not JSON: {kind} in line {line}, column {column}; mend it first"))
    })
}

fn value_of(root: &CstRootNode) -> Result<Value, Refusal> {
    root.to_serde_value().ok_or_else(|| Refusal("it is not JSON".into()))
}

fn put(
    root: &CstRootNode,
    place: Place<'_>,
    entry: &Map<String, Value>,
) -> Result<(Change, Vec<String>), Refusal> {
    let whole = root.object_value().ok_or_else(|| no_object("the file"))?;
    let servers = match only(&whole, place.container)? {
        Some(servers) => servers.object_value().ok_or_else(|| no_object(place.container))?,
        None => whole.object_value_or_set(place.container),
    };
    match only(&servers, place.name)? {
        None => {
            servers.append(place.name, object(entry));
            Ok((Change::Added, Vec::new()))
        }
        Some(there) => {
            let there = there.object_value().ok_or_else(|| foreign(place.name, None))?;
            update(&there, place.name, entry)
        }
    }
}

/// Looks `key` up; a key that stands there twice means another thing to each reader.
fn only(object: &CstObject, key: &str) -> Result<Option<CstObjectProp>, Refusal> {
    let named = |property: &CstObjectProp| property.decoded_name().as_deref() == Some(key);
    let mut found = object.properties().into_iter().filter(named);
    match (found.next(), found.next()) {
        (_, Some(_)) => Err(Refusal(format!("`{key}` stands there twice: remove one"))),
        (first, None) => Ok(first),
    }
}

fn no_object(what: &str) -> Refusal {
    Refusal(format!("{what} is not a JSON object, so no server can be put there: mend it first"))
}

fn foreign(name: &str, command: Option<&str>) -> Refusal {
    let starts = command.map(|it| format!(" that starts {it}")).unwrap_or_default();
    Refusal(format!(
        "there is another server `{name}`{starts}: choose a name for this one with --name"
    ))
}

fn update(
    there: &CstObject,
    name: &str,
    entry: &Map<String, Value>,
) -> Result<(Change, Vec<String>), Refusal> {
    let old = there.to_serde_value().unwrap_or_default();
    let command = old["command"].as_str();
    let is_this = || command == entry.get("command").and_then(Value::as_str);
    if !command.is_some_and(is_ours) && !is_this() {
        return Err(foreign(name, command));
    }
    let mut change = Change::Nothing;
    for (key, value) in entry.iter().filter(|(key, value)| old.get(key.as_str()) != Some(*value)) {
        change = Change::Updated;
        match only(there, key)? {
            Some(property) => property.set_value(input(value)),
            None => drop(there.append(key, input(value))),
        }
    }
    Ok((change, variables(&old)))
}

/// Tells whether a command is this program, wherever it lay.
fn is_ours(command: &str) -> bool {
    let file = command.rsplit(['/', '\\']).next().unwrap_or_default().to_ascii_lowercase();
    file.strip_suffix(".exe").unwrap_or(&file) == env!("CARGO_PKG_NAME")
}

fn variables(entry: &Value) -> Vec<String> {
    let env = entry["env"].as_object();
    let names: BTreeSet<&String> = env.into_iter().flat_map(Map::keys).collect();
    names.into_iter().filter(|name| name.starts_with("M365_")).cloned().collect()
}

fn object(entry: &Map<String, Value>) -> CstInputValue {
    CstInputValue::Object(entry.iter().map(|(key, value)| (key.clone(), input(value))).collect())
}

fn input(value: &Value) -> CstInputValue {
    match value {
        Value::Null => CstInputValue::Null,
        Value::Bool(on) => CstInputValue::Bool(*on),
        Value::Number(number) => CstInputValue::Number(number.to_string()),
        Value::String(text) => CstInputValue::String(text.clone()),
        Value::Array(items) => CstInputValue::Array(items.iter().map(input).collect()),
        Value::Object(fields) => object(fields),
    }
}

/// Reads the result again: the server must be in it, and nothing else may have changed.
fn verify(
    after: &str,
    mut before: Value,
    place: Place<'_>,
    entry: &Map<String, Value>,
) -> Result<(), Refusal> {
    let mut after = value_of(&parsed(after)?)?;
    let server = taken(&mut after, place).unwrap_or_default();
    taken(&mut before, place);
    let is_there = entry.iter().all(|(key, value)| server.get(key) == Some(value));
    if is_there && after == before {
        return Ok(());
    }
    Err(Refusal(
        "it cannot be changed safely: put the printed configuration into it by hand".into(),
    ))
}

/// Takes the server out, and its container if that was all in it.
fn taken(file: &mut Value, place: Place<'_>) -> Option<Value> {
    let whole = file.as_object_mut()?;
    let servers = whole.get_mut(place.container)?.as_object_mut()?;
    let server = servers.shift_remove(place.name);
    if servers.is_empty() {
        whole.shift_remove(place.container);
    }
    server
}

#[cfg(test)]
mod tests;
