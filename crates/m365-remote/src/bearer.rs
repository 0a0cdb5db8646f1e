//! The caller's token, and the answers to those that are not accepted.

use base64::{Engine, prelude::BASE64_STANDARD};
use http::{HeaderMap, HeaderValue, StatusCode, header, request::Parts};
use m365_auth::{Rejection, RejectionClass, RejectionReason};

use crate::{
    answer::{self, Answer},
    metadata::Resource,
};

/// The longest token that is looked at.
const LONGEST: usize = 16 * 1024;

/// Why there is no token to look at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NoToken {
    /// None was sent.
    Missing,
    /// Two were sent, or one in a way that leaves traces.
    Misplaced(&'static str),
}

/// Finds the token of a request.
pub(crate) fn token(parts: &Parts) -> Result<&str, NoToken> {
    misplaced(parts)?;
    let mut fields = parts.headers.get_all(header::AUTHORIZATION).iter();
    let Some(field) = fields.next() else { return Err(NoToken::Missing) };
    if fields.next().is_some() {
        return Err(NoToken::Misplaced("Send one Authorization header"));
    }
    // What another scheme sends is no token: its sender is told which one is wanted.
    let (scheme, token) =
        field.to_str().ok().and_then(|it| it.split_once(' ')).ok_or(NoToken::Missing)?;
    let token = token.trim_matches([' ', '\t']);
    if token.is_empty() || !scheme.eq_ignore_ascii_case("bearer") {
        return Err(NoToken::Missing);
    }
    let is_one = !token.contains([' ', ',', '\t']);
    is_one.then_some(token).ok_or(NoToken::Misplaced("Send Authorization: Bearer and one token"))
}

/// Tells whether a token is too long to be one.
pub(crate) const fn is_too_long(token: &str) -> bool {
    token.len() > LONGEST
}

/// A token in the address or a cookie ends up in logs and histories, whoever accepts it.
fn misplaced(parts: &Parts) -> Result<(), NoToken> {
    let query = parts.uri.query().unwrap_or_default();
    if query.split('&').any(is_token) {
        return Err(NoToken::Misplaced(
            "Send the token in the Authorization header, not in the address",
        ));
    }
    let cookies = parts.headers.get_all(header::COOKIE).iter();
    if cookies.flat_map(|it| it.as_bytes().split(|byte| *byte == b';')).any(is_token_cookie) {
        return Err(NoToken::Misplaced(
            "Send the token in the Authorization header, not in a cookie",
        ));
    }
    Ok(())
}

fn is_token_cookie(cookie: &[u8]) -> bool {
    std::str::from_utf8(cookie).is_ok_and(|cookie| is_token(cookie.trim()))
}

fn is_token(pair: &str) -> bool {
    let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
    let name = name.to_ascii_lowercase().replace('-', "_");
    let named = ["access_token", "id_token", "token", "bearer", "authorization", "jwt"];
    let is_signed = value.starts_with("eyJ") && value.matches('.').count() == 2;
    named.contains(&name.as_str()) || is_signed
}

/// Answers a request that is wrong in itself.
pub(crate) fn invalid_request(description: &'static str) -> Answer {
    let answer = answer::error(StatusCode::BAD_REQUEST, "invalid_request", description);
    let challenge =
        format!("Bearer error=\"invalid_request\", error_description=\"{description}\"");
    challenged(answer, &challenge)
}

impl Resource {
    /// Answers a request without a token that is accepted.
    pub(crate) fn unauthorized(&self, had_token: bool) -> Answer {
        let (resource, scope) = (self.metadata_url(), self.scope());
        let mut challenge = format!("Bearer resource_metadata=\"{resource}\", scope=\"{scope}\"");
        let description = match had_token {
            true => "The access token is invalid or expired",
            false => "Send an access token for this resource",
        };
        if had_token {
            challenge += &format!(", error=\"invalid_token\", error_description=\"{description}\"");
        }
        let error = if had_token { "invalid_token" } else { "unauthorized" };
        challenged(answer::error(StatusCode::UNAUTHORIZED, error, description), &challenge)
    }

    /// Answers a token that is refused.
    pub(crate) fn rejected(&self, rejection: &Rejection) -> Answer {
        match rejection.reason().class() {
            RejectionClass::InsufficientScope => self.insufficient(rejection.reason()),
            RejectionClass::NotAllowed => answer::error(
                StatusCode::FORBIDDEN,
                "unauthorized_client",
                "Client application is not authorized for this resource",
            ),
            RejectionClass::Unavailable => {
                let text = "Tokens cannot be checked at the moment; try again";
                let status = StatusCode::SERVICE_UNAVAILABLE;
                let answer = answer::error(status, "temporarily_unavailable", text);
                answer::retry_after(answer, rejection.retry_after().unwrap_or_default())
            }
            _ => self.unauthorized(true),
        }
    }

    fn insufficient(&self, reason: RejectionReason) -> Answer {
        let description = match reason {
            RejectionReason::AppOnly => "A token of a signed-in user is required",
            _ => "The token does not grant access_as_user",
        };
        let (resource, scope) = (self.metadata_url(), self.scope());
        let challenge = format!(
            "Bearer error=\"insufficient_scope\", scope=\"{scope}\", \
             error_description=\"{description}\", resource_metadata=\"{resource}\""
        );
        let answer = answer::error(StatusCode::FORBIDDEN, "insufficient_scope", description);
        challenged(answer, &challenge)
    }

    /// Asks the caller for a token that fulfils `claims`, a JSON text.
    pub(crate) fn insufficient_claims(&self, claims: &str) -> Answer {
        let description = "Additional authentication is required";
        let (resource, scope) = (self.metadata_url(), self.scope());
        let claims = BASE64_STANDARD.encode(claims);
        let challenge = format!(
            "Bearer error=\"insufficient_claims\", claims=\"{claims}\", \
             error_description=\"{description}\", resource_metadata=\"{resource}\", scope=\"{scope}\""
        );
        let answer = answer::error(StatusCode::UNAUTHORIZED, "insufficient_claims", description);
        challenged(answer, &challenge)
    }
}

fn challenged(mut answer: Answer, challenge: &str) -> Answer {
    let value = HeaderValue::from_str(challenge).unwrap_or(HeaderValue::from_static("Bearer"));
    answer.headers_mut().insert(header::WWW_AUTHENTICATE, value);
    answer
}

/// Takes the secret out of what goes on to handlers.
pub(crate) fn strip(headers: &mut HeaderMap) {
    headers.remove(header::AUTHORIZATION);
    headers.remove(header::COOKIE);
}

#[cfg(test)]
mod tests {
    use http::Request;

    use super::*;

    fn found(address: &str, fields: &[(&str, &str)]) -> Result<String, bool> {
        let request = fields
            .iter()
            .fold(Request::post(address), |request, (name, value)| request.header(*name, *value));
        let (parts, ()) = request.body(()).unwrap().into_parts();
        token(&parts).map(str::to_owned).map_err(|none| none == NoToken::Missing)
    }

    #[test]
    fn one_token_in_the_header_is_found() {
        assert_eq!(found("/mcp", &[("authorization", "bEaReR abc")]), Ok("abc".into()));
        assert_eq!(found("/mcp", &[]), Err(true));
    }

    #[test]
    fn r30_a_token_elsewhere_or_twice_is_refused() {
        let bearer = ("authorization", "Bearer abc");
        for (address, fields) in [
            ("/mcp?access_token=abc", vec![bearer]),
            ("/mcp?a=1&Access-Token=abc", vec![]),
            ("/mcp?x=eyJhbGciOiJub25lIn0.e30.x", vec![]),
            ("/mcp", vec![bearer, bearer]),
            ("/mcp", vec![bearer, ("cookie", "a=1; access_token=abc")]),
            ("/mcp", vec![("cookie", "session=eyJhbGciOiJub25lIn0.e30.x")]),
            ("/mcp", vec![("authorization", "Bearer a, Bearer b")]),
        ] {
            assert_eq!(found(address, &fields), Err(false), "{address} {fields:?}");
        }
    }

    #[test]
    fn another_scheme_or_an_empty_token_is_none() {
        for field in ["Basic YTpi", "Bearer", "Bearer ", "bearer \t", "Negotiate", "Token a b", ""]
        {
            assert_eq!(found("/mcp", &[("authorization", field)]), Err(true), "{field:?}");
        }
    }

    #[test]
    fn other_cookies_and_queries_do_no_harm() {
        let fields = [("authorization", "Bearer abc"), ("cookie", "theme=dark")];

        assert_eq!(found("/mcp?version=2", &fields), Ok("abc".into()));
    }
}
