//! The `claims` parameter.

use serde_json::Value;

use super::failure::Failure;

/// What a client asks of, or declares for, its tokens.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Claims {
    /// The client can handle claims challenges (`cp1`).
    pub(crate) cae: bool,
    /// A policy or an authentication context asks for multi-factor authentication.
    pub(crate) needs_mfa: bool,
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
            cae: capabilities.is_some_and(cp1),
            needs_mfa: ["capolids", "polids", "acrs"].iter().any(|name| access.get(name).is_some()),
        })
    }
}
