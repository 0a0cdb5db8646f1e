//! The token endpoint: what is checked before a code or refresh token is looked at.

mod assertion;
mod basic;
mod client;
mod grant;
mod jwt;
mod on_behalf_of;

use http::{StatusCode, header};
use serde_json::Value;

use self::grant::Exchange;
use super::{
    apps::App,
    failure::{Failure, Ids},
    params::Params,
    tenant::{self, Authority},
};
use crate::{
    http::{Request, Response},
    state::State,
};

const ON_BEHALF_OF: &str = "urn:ietf:params:oauth:grant-type:jwt-bearer";

/// Answers a token request.
pub(crate) fn handle(state: &State, request: &Request, tenant: &str, ids: &Ids) -> Response {
    match exchange(state, request, tenant) {
        Ok(body) => Response::json(StatusCode::OK, &body).named("x-ms-clitelem", "1,0,0,,"),
        Err(failure) => failure.at(state).token_response(ids),
    }
}

/// Makes the refusal that a request asking for a fault gets, with claims where a user can help.
pub(crate) fn refusal(request: &Request, code: u32) -> Failure {
    let failure = match code {
        50_076 => tenant::mfa_needed(),
        50_072 | 50_074 | 50_078 | 50_079 | 50_158 => tenant::mfa_needed().numbered(code),
        _ => Failure::new(code, "The request was refused."),
    };
    let grant = Params::parse(&request.body);
    if grant.get("grant_type") == Some(ON_BEHALF_OF) { failure.on_behalf() } else { failure }
}

fn exchange(state: &State, request: &Request, tenant: &str) -> Result<Value, Failure> {
    let params = basic::added(form(request)?, request)?;
    let authority = Authority::find(state, tenant)?;
    let client_id = params.get("client_id").ok_or_else(|| Failure::missing("client_id"))?;
    let grant_type = params.get("grant_type").ok_or_else(|| Failure::missing("grant_type"))?;
    let grant_type = grant_type.to_owned();
    let app = app(state, client_id, &grant_type, &authority)?;
    let origin = request.headers.contains_key(header::ORIGIN);
    let exchange = Exchange { state, authority, params, app, origin };
    match grant_type.as_str() {
        ON_BEHALF_OF => exchange.on_behalf_of(),
        "refresh_token" => exchange.refresh(),
        _ => exchange.redeem(),
    }
}

/// Reads the form after media type and duplicates are found right.
fn form(request: &Request) -> Result<Params, Failure> {
    let kind = request.header(header::CONTENT_TYPE).unwrap_or_default();
    let form = kind
        .split(';')
        .next()
        .is_some_and(|kind| kind.trim().eq_ignore_ascii_case("application/x-www-form-urlencoded"));
    let params = if form { Params::parse(&request.body) } else { Params::default() };
    let query = Params::parse(request.query.as_deref().unwrap_or_default().as_bytes());
    match params.duplicate().or_else(|| query.duplicate()).or_else(|| query.shared(&params)) {
        Some(name) => Err(duplicate(name)),
        None => Ok(params),
    }
}

/// Refuses a parameter that was sent twice.
pub(crate) fn duplicate(name: &str) -> Failure {
    let text = format!("The request is malformed. The parameter '{name}' is duplicated.");
    Failure::new(9_000_411, text)
}

fn app(
    state: &State,
    client_id: &str,
    grant_type: &str,
    authority: &Authority,
) -> Result<App, Failure> {
    match grant_type {
        "authorization_code" | "refresh_token" | ON_BEHALF_OF => {}
        "urn:ietf:params:oauth:grant-type:device_code" | "device_code" => {
            return Err(public_flows_off());
        }
        other => {
            let text = format!("The app requested an unsupported grant type '{other}'.");
            return Err(Failure::new(70_003, text));
        }
    }
    tenant::app(state, authority, client_id)
}

/// Refuses flows without a redirect, for which no app here is registered.
pub(crate) fn public_flows_off() -> Failure {
    client::nothing()
}
