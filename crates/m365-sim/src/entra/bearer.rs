//! Graph's view of a bearer token.

use http::{HeaderMap, StatusCode};

use crate::{
    http::Response,
    state::{Grant, State},
};

pub(crate) fn grant(_state: &State, _headers: &HeaderMap) -> Result<Grant, Response> {
    Err(Response::empty(StatusCode::UNAUTHORIZED))
}
