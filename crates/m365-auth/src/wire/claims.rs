use serde_json::{Map, Value, json};

use crate::{Error, ErrorKind, Result};

/// The longest challenge that is taken seriously, in bytes.
const MAX_CHALLENGE: usize = 8 * 1024;

/// Returns the `claims` parameter: what we can do (`cp1`, claims challenges), and the challenge.
///
/// # Errors
///
/// [`ErrorKind::Protocol`] when `challenge` is not a JSON object of sensible size.
pub(crate) fn parameter(challenge: Option<&str>) -> Result<String> {
    let mut claims = json!({"access_token": {"xms_cc": {"values": ["cp1"]}}});
    if let Some(challenge) = challenge {
        merge(&mut claims, parse(challenge)?.into());
    }
    Ok(claims.to_string())
}

/// Tells whether `text` is a challenge that can be passed on.
#[cfg(feature = "server")]
pub(crate) fn is_challenge(text: &str) -> bool {
    parse(text).is_ok()
}

fn parse(challenge: &str) -> Result<Map<String, Value>> {
    let sensible = Some(challenge).filter(|text| text.len() <= MAX_CHALLENGE);
    sensible.and_then(|text| serde_json::from_str(text).ok()).ok_or_else(|| {
        Error::new(ErrorKind::Protocol).with_message("The claims challenge is not a JSON object")
    })
}

/// Puts `theirs` into `ours`, member by member; theirs wins.
fn merge(ours: &mut Value, theirs: Value) {
    match (ours, theirs) {
        (Value::Object(ours), Value::Object(theirs)) => {
            for (name, value) in theirs {
                merge(ours.entry(name).or_insert(Value::Null), value);
            }
        }
        (ours, theirs) => *ours = theirs,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn merged(challenge: Option<&str>) -> Value {
        serde_json::from_str(&parameter(challenge).unwrap()).unwrap()
    }

    #[test]
    fn the_capability_is_declared_without_a_challenge() {
        assert_eq!(merged(None), json!({"access_token": {"xms_cc": {"values": ["cp1"]}}}));
    }

    #[test]
    fn a_challenge_is_joined_with_the_capability() {
        let challenge = r#"{"access_token":{"nbf":{"essential":true,"value":"1790000000"}}}"#;

        assert_eq!(
            merged(Some(challenge)),
            json!({"access_token": {
                "xms_cc": {"values": ["cp1"]},
                "nbf": {"essential": true, "value": "1790000000"},
            }})
        );
    }

    #[test]
    fn the_challenge_wins_a_conflict() {
        let challenge = r#"{"access_token":{"xms_cc":{"values":["cp2"]}},"id_token":{"x":null}}"#;

        assert_eq!(
            merged(Some(challenge)),
            json!({"access_token": {"xms_cc": {"values": ["cp2"]}}, "id_token": {"x": null}})
        );
    }

    #[test]
    fn what_is_no_object_or_too_long_is_refused() {
        let long = format!(r#"{{"a":"{}"}}"#, "x".repeat(MAX_CHALLENGE));

        for challenge in ["", "[]", "null", "{", &long] {
            assert_eq!(parameter(Some(challenge)).unwrap_err().kind(), ErrorKind::Protocol);
        }
    }
}
