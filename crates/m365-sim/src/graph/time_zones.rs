//! The time zones that a mailbox understands.

use crate::{
    graph::{call::Call, fail::Fail, owner::Owner},
    http::Response,
};

/// Answers a request below `outlook`.
pub(crate) fn route(_: &Call<'_>, _: &Owner<'_>, _: &[&str]) -> Result<Response, Fail> {
    Err(Fail::not_here("/me/outlook"))
}
