//! Entra ID: sign-in pages, tokens, keys and metadata.

pub(crate) mod apps;
pub(crate) mod bearer;
pub(crate) mod failure;
pub(crate) mod interaction;
pub(crate) mod mint;
pub(crate) mod scopes;
pub(crate) mod store;

mod authorize;
mod claims;
mod consent;
mod interactive;
mod keys;
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
    let get = request.method == Method::GET;
    match rest {
        "oauth2/v2.0/authorize" => authorize::handle(state, request, tenant, ids).await,
        "oauth2/v2.0/token" => token::handle(state, request, tenant, ids),
        "oauth2/v2.0/login" if request.method == Method::POST => {
            interactive::submit(state, request, ids)
        }
        "oauth2/v2.0/logout" if get => interactive::sign_out(state, request),
        "oauth2/v2.0/devicecode" => token::public_flows_off().token_response(ids),
        "v2.0/.well-known/openid-configuration" if get => {
            metadata::configuration(state, tenant, 2, ids)
        }
        ".well-known/openid-configuration" if get => metadata::configuration(state, tenant, 1, ids),
        "discovery/v2.0/keys" | "discovery/keys" if get => metadata::keys(state, tenant, ids),
        "discovery/instance" if get && tenant == "common" => {
            metadata::instances(state, request, ids)
        }
        "adminconsent" => consent::handle(state, request, tenant, 1, ids),
        "v2.0/adminconsent" => consent::handle(state, request, tenant, 2, ids),
        _ => Response::empty(StatusCode::NOT_FOUND),
    }
}

/// Answers as the token endpoint does when it fails with this number.
pub(crate) fn refusal(state: &State, request: &Request, code: u32) -> Response {
    let ids = Ids::new(state, request);
    let failure = Failure::new(code, "The request was refused.");
    let response = if code == 50_076 { tenant::mfa_needed() } else { failure };
    failure::with_ids(response.token_response(&ids), &ids, request)
}
