//! Entra ID: sign-in pages, tokens, keys and metadata.

pub(crate) mod apps;
pub(crate) mod bearer;
pub(crate) mod failure;
pub(crate) mod interaction;
pub(crate) mod keys;
pub(crate) mod mint;
pub(crate) mod policy;
pub(crate) mod scopes;
pub(crate) mod store;

mod authorize;
mod claims;
mod consent;
mod interactive;
mod metadata;
mod pages;
mod params;
mod reply;
mod session;
mod tenant;
mod token;

use std::sync::Arc;

use http::{Method, StatusCode};

use self::failure::{Failure, Ids};
use crate::{
    http::{Request, Response},
    state::State,
};

pub(crate) use self::store::Store;

/// Answers a request to the sign-in host.
pub(crate) async fn handle(state: &Arc<State>, request: Request) -> Response {
    let ids = Ids::new(state, &request);
    let response = route(state, &request, &ids).await;
    failure::with_ids(response, &ids, &request)
}

async fn route(state: &State, request: &Request, ids: &Ids) -> Response {
    let path = request.path.trim_start_matches('/');
    let (tenant, rest) = path.split_once('/').unwrap_or((path, ""));
    if let Some(failure) = verbs(rest).and_then(|verbs| wrong_verb(request, verbs)) {
        return failure.token_response(ids);
    }
    match rest {
        "oauth2/v2.0/authorize" => authorize::handle(state, request, tenant, ids).await,
        "oauth2/v2.0/token" => token::handle(state, request, tenant, ids),
        "oauth2/v2.0/login" => interactive::submit(state, request, ids),
        "oauth2/v2.0/logout" => interactive::sign_out(state, request),
        "oauth2/v2.0/devicecode" => token::public_flows_off().token_response(ids),
        "v2.0/.well-known/openid-configuration" => metadata::configuration(state, tenant, 2, ids),
        ".well-known/openid-configuration" => metadata::configuration(state, tenant, 1, ids),
        "discovery/v2.0/keys" | "discovery/keys" => metadata::keys(state, tenant, ids),
        "discovery/instance" if tenant == "common" => metadata::instances(state, request, ids),
        "adminconsent" => consent::handle(state, request, tenant, 1, ids),
        "v2.0/adminconsent" => consent::handle(state, request, tenant, 2, ids),
        _ if is_absent(path) => Response::empty(StatusCode::NOT_FOUND),
        _ => not_here(path),
    }
}

/// Returns the methods of a route, unless it takes them all or looks at them itself.
fn verbs(route: &str) -> Option<&'static [Method]> {
    match route {
        "oauth2/v2.0/token" | "oauth2/v2.0/login" | "oauth2/v2.0/devicecode" => {
            Some(&[Method::POST])
        }
        "oauth2/v2.0/logout"
        | "v2.0/.well-known/openid-configuration"
        | ".well-known/openid-configuration"
        | "discovery/v2.0/keys"
        | "discovery/keys"
        | "discovery/instance" => Some(&[Method::GET]),
        "adminconsent" | "v2.0/adminconsent" => Some(&[Method::GET, Method::POST]),
        _ => None,
    }
}

fn wrong_verb(request: &Request, verbs: &[Method]) -> Option<Failure> {
    if verbs.contains(&request.method) {
        return None;
    }
    let names: Vec<_> = verbs.iter().map(Method::as_str).collect();
    let text = format!(
        "The endpoint only accepts {} requests. Received a {} request.",
        names.join(", "),
        request.method
    );
    Some(Failure::new(900_561, text))
}

/// Returns whether Entra ID is known not to have a route that other servers have.
fn is_absent(path: &str) -> bool {
    let last = path.rsplit('/').next().unwrap_or_default();
    path.contains(".well-known/")
        || matches!(last, "favicon.ico" | "register" | "registration" | "revoke" | "revocation")
        || matches!(last, "introspect" | "introspection")
}

/// Names a route that the demo tenant does not have, whether or not Entra ID has it.
fn not_here(path: &str) -> Response {
    let text = format!("The demo tenant does not answer /{path}.");
    Response::bytes(StatusCode::NOT_IMPLEMENTED, "text/plain; charset=utf-8", text)
}

/// Answers as the token endpoint does when it fails with this number.
pub(crate) fn refusal(state: &State, request: &Request, code: u32) -> Response {
    let ids = Ids::new(state, request);
    let failure = token::refusal(request, code).at(state);
    failure::with_ids(failure.token_response(&ids), &ids, request)
}
