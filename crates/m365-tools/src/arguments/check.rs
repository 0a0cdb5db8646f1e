use serde_json::{Map, Value};

use crate::{ToolError, schema::OR_ARRAY};

/// How much of a wrong value an error repeats, in characters.
const SHOWN: usize = 80;

/// Checks `arguments` against the `schema` of the object that holds them.
pub(super) fn check(schema: &Value, arguments: &mut Map<String, Value>) -> Result<(), ToolError> {
    for (name, value) in arguments.iter_mut() {
        let schema = &schema["properties"][name];
        whole_number(schema, value);
        if !fits(schema, value) {
            return Err(mistyped(name, schema, value));
        }
    }
    let required = schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str);
    match required.into_iter().find(|name| !arguments.contains_key(*name)) {
        Some(name) => Err(missing(name, &schema["properties"][name])),
        None => Ok(()),
    }
}

/// JSON does not tell 10 from 10.0, so neither do we.
fn whole_number(schema: &Value, value: &mut Value) {
    if schema["type"] == "integer"
        && let Some(number) = value.as_f64().filter(|n| n.fract() == 0.0 && n.abs() < 9e15)
        && let Ok(whole) = format!("{number:.0}").parse::<i64>()
    {
        *value = whole.into();
    }
}

fn fits(schema: &Value, value: &Value) -> bool {
    if schema[OR_ARRAY] == true
        && let Value::Array(items) = value
    {
        return !items.is_empty() && items.iter().all(Value::is_string);
    }
    has_type(schema, value) && is_in_enum(schema, value) && is_large_enough(schema, value)
}

fn has_type(schema: &Value, value: &Value) -> bool {
    match schema["type"].as_str() {
        Some("string") => value.is_string(),
        Some("integer") => value.is_i64() || value.is_u64(),
        Some("number") => value.is_number(),
        Some("boolean") => value.is_boolean(),
        Some("array") => value
            .as_array()
            .is_some_and(|items| items.iter().all(|item| fits(&schema["items"], item))),
        Some("object") => value.is_object(),
        _ => true,
    }
}

fn is_in_enum(schema: &Value, value: &Value) -> bool {
    schema["enum"].as_array().is_none_or(|values| values.contains(value))
}

fn is_large_enough(schema: &Value, value: &Value) -> bool {
    match (schema["minimum"].as_f64(), value.as_f64()) {
        (Some(least), Some(value)) => value >= least,
        _ => true,
    }
}

fn mistyped(name: &str, schema: &Value, value: &Value) -> ToolError {
    ToolError::validation(format!(
        "{name}: {} is not accepted; {} is.",
        shown(value),
        expected(schema)
    ))
}

fn missing(name: &str, schema: &Value) -> ToolError {
    ToolError::validation(format!("{name} is required: {}.", expected(schema)))
}

/// Says in words what `schema` accepts.
fn expected(schema: &Value) -> String {
    if let Some(values) = schema["enum"].as_array() {
        let values: Vec<_> = values.iter().map(ToString::to_string).collect();
        return format!("one of {}", values.join(", "));
    }
    let least = schema["minimum"].as_i64().map(|n| format!(" from {n} on")).unwrap_or_default();
    match schema["type"].as_str() {
        Some("string") if schema[OR_ARRAY] == true => "a string, or an array of strings".to_owned(),
        Some("integer") => format!("a whole number{least}"),
        Some("number") => format!("a number{least}"),
        Some("boolean") => "true or false".to_owned(),
        Some("array") => format!("an array, each of it {}", expected(&schema["items"])),
        Some("object") => "an object".to_owned(),
        _ => "a string".to_owned(),
    }
}

/// Returns `value` as JSON, cut when it is long.
pub(super) fn shown(value: &Value) -> String {
    let text = value.to_string();
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}
