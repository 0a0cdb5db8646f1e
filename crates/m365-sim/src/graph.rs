//! Microsoft Graph.

pub(crate) mod mail;

use std::sync::Arc;

use http::StatusCode;

use crate::{
    http::{Request, Response},
    state::State,
};

/// Answers a request to Graph or to the download host.
pub(crate) async fn handle(_state: &Arc<State>, _request: Request) -> Response {
    Response::empty(StatusCode::NOT_IMPLEMENTED)
}
