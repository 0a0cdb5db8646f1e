//! Entra ID: sign-in pages, tokens, keys and metadata.

pub(crate) mod bearer;

use std::sync::Arc;

use http::StatusCode;

use crate::{
    http::{Request, Response},
    state::State,
};

/// What Entra ID remembers.
#[derive(Debug, Default)]
pub(crate) struct Store {}

/// Answers a request to the sign-in host.
pub(crate) async fn handle(_state: &Arc<State>, _request: Request) -> Response {
    Response::empty(StatusCode::NOT_FOUND)
}
