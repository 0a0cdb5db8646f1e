use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Deserialize;
use serde_json::{Map, Value};

use crate::{ToolError, schema::OR_ARRAY};

mod check;

/// Names that models are used to, and the parameters that they stand for.
const ALIASES: [(&str, &str); 14] = [
    ("duration", "durationMinutes"),
    ("attendees", "participants"),
    ("startDate", "afterDateTime"),
    ("startDateTime", "afterDateTime"),
    ("after", "afterDateTime"),
    ("endDate", "beforeDateTime"),
    ("endDateTime", "beforeDateTime"),
    ("before", "beforeDateTime"),
    ("from", "sender"),
    ("to", "recipient"),
    ("top", "limit"),
    ("count", "limit"),
    ("maxResults", "limit"),
    ("skip", "offset"),
];

/// Returns `arguments` under the names of `schema`, checked against it.
///
/// A null counts as absent, as some hosts send one for each optional parameter.
///
/// # Errors
///
/// [`ErrorCode::ValidationError`](crate::ErrorCode::ValidationError) that names field, value and what
/// is accepted.
pub(crate) fn accept(
    schema: &Value,
    arguments: Map<String, Value>,
) -> Result<Map<String, Value>, ToolError> {
    let mut accepted = Map::new();
    for (given, value) in arguments {
        let name = parameter(schema, &given, &value)?;
        if value.is_null() {
            continue;
        }
        if accepted.insert(name.to_owned(), value).is_some() {
            return Err(given_twice(name));
        }
    }
    check::check(schema, &mut accepted)?;
    Ok(accepted)
}

fn parameter<'a>(schema: &'a Value, given: &'a str, value: &Value) -> Result<&'a str, ToolError> {
    let has = |name: &str| schema["properties"].get(name).is_some();
    if has(given) {
        return Ok(given);
    }
    ALIASES
        .iter()
        .find(|(alias, name)| *alias == given && has(name))
        .map(|(_, name)| *name)
        .ok_or_else(|| unknown(schema, given, value))
}

fn unknown(schema: &Value, given: &str, value: &Value) -> ToolError {
    let names: Vec<_> = schema["properties"]
        .as_object()
        .into_iter()
        .flat_map(Map::keys)
        .map(String::as_str)
        .collect();
    let (given, value) = (check::shown(&given.into()), check::shown(value));
    ToolError::validation(match names.as_slice() {
        [] => format!("{given}: {value} is not accepted; this tool takes no parameters."),
        names => format!(
            "{given}: {value} is not accepted, as there is no such parameter; accepted are {}.",
            names.join(", ")
        ),
    })
}

fn given_twice(name: &str) -> ToolError {
    let aliases: Vec<_> =
        ALIASES.iter().filter(|(_, target)| *target == name).map(|(alias, _)| *alias).collect();
    ToolError::validation(format!(
        "{name} is given twice; pass either {name} or one of its aliases ({}).",
        aliases.join(", ")
    ))
}

/// One string or several, where the schema shows the string.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(from = "Repr")]
pub struct OneOrMany(Vec<String>);

#[derive(Deserialize)]
#[serde(untagged)]
enum Repr {
    One(String),
    Many(Vec<String>),
}

impl From<Repr> for OneOrMany {
    fn from(repr: Repr) -> Self {
        Self(match repr {
            Repr::One(one) => vec![one],
            Repr::Many(many) => many,
        })
    }
}

impl OneOrMany {
    /// Returns the strings in the caller's order.
    #[must_use]
    pub fn as_slice(&self) -> &[String] {
        &self.0
    }
}

impl JsonSchema for OneOrMany {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "OneOrMany".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({"type": "string", OR_ARRAY: true})
    }
}
