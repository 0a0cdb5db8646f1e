use std::time::Duration;

use jiff::Timestamp;
use secrecy::SecretString;
use serde::Deserialize;
use serde_json::Value;

use super::transport::Reply;
use crate::{clock::after, scope::granted_names};

/// The longest life that is believed: of an ordinary token, and of one that can be revoked early.
const MAX_LIFE: Duration = Duration::from_secs(24 * 3600);
pub(crate) const MAX_REVOCABLE_LIFE: Duration = Duration::from_secs(28 * 3600);

/// A token endpoint's success, see
/// [its fields](https://learn.microsoft.com/entra/identity-platform/v2-oauth2-auth-code-flow).
///
/// Only a client on a device has use for more than the access token.
pub(crate) struct TokenAnswer {
    pub(crate) access: Granted,
    #[cfg(feature = "client")]
    pub(crate) refresh_token: Option<SecretString>,
    #[cfg(feature = "client")]
    pub(crate) id_token: Option<String>,
    #[cfg(feature = "client")]
    pub(crate) home: Option<String>,
    #[cfg(feature = "client")]
    pub(crate) server_time: Option<Timestamp>,
}

/// An access token as it was granted.
pub(crate) struct Granted {
    pub(crate) secret: SecretString,
    /// Short names.
    pub(crate) scopes: Vec<String>,
    pub(crate) expires_on: Timestamp,
    /// When Entra ID wants it to be renewed early.
    pub(crate) refresh_on: Option<Timestamp>,
    pub(crate) obtained_at: Timestamp,
}

/// Why a success is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Unreadable {
    #[error("the answer is not JSON of the right form")]
    NotJson,
    #[error("the answer has no access token")]
    NoAccessToken,
    #[error("the answer's token is of an unknown type")]
    TokenType,
    #[error("the answer's token has no lifetime")]
    Lifetime,
}

#[derive(Deserialize)]
struct Raw {
    token_type: Option<String>,
    scope: Option<String>,
    expires_in: Option<Value>,
    refresh_in: Option<Value>,
    access_token: Option<String>,
    #[cfg(feature = "client")]
    refresh_token: Option<String>,
    #[cfg(feature = "client")]
    id_token: Option<String>,
    #[cfg(feature = "client")]
    client_info: Option<String>,
}

impl TokenAnswer {
    /// Reads an answer of status 200; `requested` are the scopes if it names none (RFC 6749 5.1).
    ///
    /// `spread` in 0..1 delays the early refresh so that processes do not all come at once.
    pub(crate) fn read(reply: &Reply, requested: &str, spread: f64) -> Result<Self, Unreadable> {
        let raw: Raw = serde_json::from_slice(&reply.body).map_err(|_| Unreadable::NotJson)?;
        let access = raw.access_token(reply.received_at, requested, spread)?;
        Ok(Self {
            access,
            #[cfg(feature = "client")]
            refresh_token: filled(raw.refresh_token).map(SecretString::from),
            #[cfg(feature = "client")]
            id_token: filled(raw.id_token),
            #[cfg(feature = "client")]
            home: raw.client_info.as_deref().and_then(super::id_token::home_account),
            #[cfg(feature = "client")]
            server_time: reply.server_time(),
        })
    }
}

impl Raw {
    fn access_token(
        &self,
        obtained_at: Timestamp,
        requested: &str,
        spread: f64,
    ) -> Result<Granted, Unreadable> {
        let secret = filled(self.access_token.clone()).ok_or(Unreadable::NoAccessToken)?;
        if !self.token_type.as_deref().unwrap_or_default().eq_ignore_ascii_case("Bearer") {
            return Err(Unreadable::TokenType);
        }
        let life = self.life().ok_or(Unreadable::Lifetime)?;
        let refresh_in = seconds(self.refresh_in.as_ref()).filter(|early| *early < life);
        let refresh_in = refresh_in.map(|early| early + (life - early).mul_f64(spread * 0.1));
        Ok(Granted {
            secret: secret.into(),
            scopes: granted_names(self.scope.as_deref().unwrap_or(requested)),
            expires_on: after(obtained_at, life),
            refresh_on: refresh_in.map(|early| after(obtained_at, early)),
            obtained_at,
        })
    }

    fn life(&self) -> Option<Duration> {
        let longest = if self.refresh_in.is_some() { MAX_REVOCABLE_LIFE } else { MAX_LIFE };
        seconds(self.expires_in.as_ref()).map(|life| life.min(longest))
    }
}

/// Reads a positive number of seconds; v1 endpoints write them as text.
fn seconds(value: Option<&Value>) -> Option<Duration> {
    let number = match value? {
        Value::String(text) => text.trim().parse().ok()?,
        value => value.as_u64()?,
    };
    Some(Duration::from_secs(number)).filter(|life| !life.is_zero())
}

fn filled(text: Option<String>) -> Option<String> {
    text.filter(|text| !text.is_empty())
}

#[cfg(test)]
mod tests {
    use reqwest::header::HeaderMap;
    use serde_json::json;

    use super::*;

    fn read(changed: &str, value: Value) -> Result<TokenAnswer, Unreadable> {
        let mut body = json!({"token_type": "bearer", "expires_in": 3599, "access_token": "at"});
        body[changed] = value;
        let body = body.to_string().into_bytes();
        let reply = Reply {
            status: 200,
            headers: HeaderMap::new(),
            body,
            received_at: Timestamp::UNIX_EPOCH,
        };
        TokenAnswer::read(&reply, "openid Mail.Read", 0.0)
    }

    fn life(expires_in: Value) -> Result<i64, Unreadable> {
        read("expires_in", expires_in).map(|answer| answer.access.expires_on.as_second())
    }

    #[test]
    fn e09_a_lifetime_may_be_text_and_is_clamped() {
        assert_eq!(life(json!(3599)), Ok(3599));
        assert_eq!(life(json!("3599")), Ok(3599));
        assert_eq!(life(json!(1_000_000_000)), Ok(24 * 3600));
    }

    #[test]
    fn e09_a_lifetime_of_nothing_is_refused() {
        for nothing in [json!(0), json!(-1), json!("0"), json!("soon"), Value::Null, json!(1.5)] {
            assert_eq!(life(nothing), Err(Unreadable::Lifetime));
        }
    }

    #[test]
    fn a_token_that_can_be_revoked_early_lives_up_to_28_hours() {
        let body = json!({"token_type": "Bearer", "expires_in": 999_999, "refresh_in": "43200",
            "access_token": "at"});
        let reply = Reply {
            status: 200,
            headers: HeaderMap::new(),
            body: body.to_string().into_bytes(),
            received_at: Timestamp::UNIX_EPOCH,
        };

        let access = TokenAnswer::read(&reply, "", 0.0).unwrap().access;

        assert_eq!(access.expires_on.as_second(), 28 * 3600);
        assert_eq!(access.refresh_on.map(Timestamp::as_second), Some(43_200));
    }

    #[test]
    fn e09_what_lacks_a_bearer_token_is_refused() {
        assert_eq!(read("access_token", json!("")).err(), Some(Unreadable::NoAccessToken));
        assert_eq!(read("access_token", Value::Null).err(), Some(Unreadable::NoAccessToken));
        assert_eq!(read("token_type", json!("pop")).err(), Some(Unreadable::TokenType));
        assert_eq!(read("access_token", json!(7)).err(), Some(Unreadable::NotJson));
    }

    #[test]
    fn the_granted_scopes_are_those_answered_or_else_those_requested() {
        let scopes = |value| read("scope", value).unwrap().access.scopes;

        assert_eq!(scopes(json!("https://graph.microsoft.com/User.Read")), ["User.Read"]);
        assert_eq!(scopes(Value::Null), ["openid", "Mail.Read"]);
    }
}
