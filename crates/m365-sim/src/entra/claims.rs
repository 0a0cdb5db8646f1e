//! The `claims` parameter.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::{failure::Failure, policy::Demand};

/// What a client asks of, or declares for, its tokens.
#[derive(Clone, Debug, Default)]
pub(crate) struct Claims {
    /// The client can handle claims challenges (`cp1`).
    pub(crate) cae: bool,
    /// The earliest start of a token that a challenge asks for.
    pub(crate) not_before: Option<Timestamp>,
    /// What policies and authentication contexts ask for.
    pub(crate) demand: Demand,
    /// What a challenge demanded, without what the client declares of itself.
    pub(crate) demanded: Option<Value>,
}

impl Claims {
    /// Reads a `claims` parameter.
    ///
    /// # Errors
    ///
    /// 9002313 for what is not a JSON object.
    pub(crate) fn parse(text: Option<&str>) -> Result<Self, Failure> {
        let Some(text) = text else {
            return Ok(Self::default());
        };
        let malformed = || Failure::new(9_002_313, "The 'claims' parameter is malformed.");
        let claims: Value = serde_json::from_str(text).map_err(|_| malformed())?;
        let access = match &claims {
            Value::Object(members) => members.get("access_token").unwrap_or(&Value::Null),
            _ => return Err(malformed()),
        };
        let capabilities = access.pointer("/xms_cc/values").and_then(Value::as_array);
        let cp1 = |values: &Vec<Value>| values.iter().any(|value| value == "cp1");
        Ok(Self {
            demanded: demanded(access),
            not_before: access.pointer("/nbf/value").and_then(seconds),
            cae: capabilities.is_some_and(cp1),
            demand: demand(access),
        })
    }
}

fn demand(access: &Value) -> Demand {
    let ids = |name: &str| access.get(name).map(values);
    let named: Vec<_> = ["capolids", "polids"].iter().filter_map(|name| ids(name)).collect();
    let vague = named.iter().any(Vec::is_empty);
    Demand { mfa: vague || access.get("acrs").is_some(), policies: named.concat() }
}

/// Returns the values that a claim may have.
fn values(claim: &Value) -> Vec<String> {
    let several = claim.get("values").and_then(Value::as_array).into_iter().flatten();
    let all = several.chain(claim.get("value"));
    all.filter_map(Value::as_str).map(str::to_owned).collect()
}

/// Takes the client's own capabilities out of its claims.
fn demanded(access: &Value) -> Option<Value> {
    let mut members = access.as_object()?.clone();
    members.remove("xms_cc");
    (!members.is_empty()).then(|| json!({ "access_token": members }))
}

/// Reads seconds since 1970, as a number or as text.
fn seconds(value: &Value) -> Option<Timestamp> {
    let text = || value.as_str().and_then(|text| text.parse().ok());
    Timestamp::from_second(value.as_i64().or_else(text)?).ok()
}
