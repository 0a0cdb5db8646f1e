//! Graph's view of a bearer token.

use std::sync::Arc;

use base64::{Engine, engine::general_purpose::STANDARD};
use http::{HeaderMap, StatusCode, header};
use serde_json::{Value, json};

use super::{
    scopes::{GRAPH_APP, Resource},
    store::Distrust,
};
use crate::{
    cloud::SimCloud,
    graph::trace::Trace,
    http::Response,
    state::{Grant, State},
};

/// Reads the bearer token of a Graph request.
///
/// # Errors
///
/// The 401 to answer with.
pub(crate) fn grant(state: &State, headers: &HeaderMap, trace: &Trace) -> Result<Grant, Response> {
    let now = state.clock.now();
    let token = bearer(headers).ok_or_else(|| plain(state, trace, "Access token is empty."))?;
    let found = state.entra.with(|memory| {
        let record = memory.access_tokens.get(token).cloned()?;
        let disabled = memory.account(&record.user).disabled;
        Some((record, disabled))
    });
    let (record, disabled) =
        found.ok_or_else(|| plain(state, trace, "IDX14100: JWT is not well formed."))?;
    if record.resource != Resource::Graph {
        return Err(plain(state, trace, "Access token validation failure. Invalid audience."));
    }
    if now >= record.expires {
        return Err(plain(state, trace, "Lifetime validation failed, the token is expired."));
    }
    let distrusted = record.distrusted.or_else(|| disabled.then(|| Distrust::since(now)));
    if let Some(distrust) = distrusted.filter(|_| record.cae) {
        return Err(evaluated(state, trace, &distrust));
    }
    let tenant = state.tenants.named(&record.user.tenant);
    let found = tenant.and_then(|tenant| Some((tenant, tenant.directory.find(&record.user.oid)?)));
    let (tenant, user) =
        found.ok_or_else(|| plain(state, trace, "The user account does not exist."))?;
    let (user_id, upn) = (user.oid.clone(), user.upn.clone());
    Ok(Grant { tenant: Arc::clone(tenant), user_id, upn, scopes: record.scopes })
}

/// Answers 401 without a challenge that claims could meet.
pub(crate) fn plain(state: &State, trace: &Trace, message: &str) -> Response {
    unauthorized(trace, message, &realm(state.cloud))
}

/// Answers 401 with a claims challenge, as after a revocation.
pub(crate) fn challenge(state: &State, trace: &Trace, claims: &Value) -> Response {
    challenge_because(state, trace, "TokenIssuedBeforeRevocationTimestamp", claims)
}

fn challenge_because(state: &State, trace: &Trace, code: &str, claims: &Value) -> Response {
    let message = format!(
        "Continuous access evaluation resulted in challenge with result: InteractionRequired and \
         code: {code}"
    );
    let claims = STANDARD.encode(claims.to_string());
    let realm = realm(state.cloud);
    let header = format!(
        "{realm}, error=\"insufficient_claims\", error_description=\"{message}\", \
         claims=\"{claims}\""
    );
    unauthorized(trace, &message, &header)
}

/// Challenges a token that is not trusted any more: a later one will do.
fn evaluated(state: &State, trace: &Trace, distrust: &Distrust) -> Response {
    let second = distrust.since.as_second().to_string();
    let mut claims = json!({"access_token": {"nbf": {"essential": true, "value": second}}});
    let Some(address) = &distrust.address else {
        return challenge(state, trace, &claims);
    };
    claims["access_token"]["xms_rp_ipaddr"] = json!({ "value": address });
    challenge_because(state, trace, "LocationConditionEvaluationSatisfied", &claims)
}

fn realm(cloud: SimCloud) -> String {
    format!(
        "Bearer realm=\"\", authorization_uri=\"https://{}/common/oauth2/authorize\", \
         client_id=\"{GRAPH_APP}\"",
        cloud.login_host()
    )
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    let mut all = headers.get_all(header::AUTHORIZATION).iter();
    let only = all.next().filter(|_| all.next().is_none())?.to_str().ok()?;
    let (scheme, token) = only.split_once(' ')?;
    Some(token.trim()).filter(|_| scheme.eq_ignore_ascii_case("bearer"))
}

fn unauthorized(trace: &Trace, message: &str, header: &str) -> Response {
    let body = json!({"error": {
        "code": "InvalidAuthenticationToken",
        "message": message,
        "innerError": trace.inner_error(),
    }});
    Response::json(StatusCode::UNAUTHORIZED, &body).header(header::WWW_AUTHENTICATE, header)
}
