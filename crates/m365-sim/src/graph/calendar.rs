//! Calendars.

use crate::{
    graph::{call::Call, fail::Fail, owner::Owner},
    http::Response,
};

/// The calendars of the tenant.
#[derive(Debug, Default)]
pub(crate) struct Store {}

/// Answers a request to the calendars or events of a user.
pub(crate) fn route(_: &Call<'_>, _: &Owner<'_>, path: &[&str]) -> Result<Response, Fail> {
    Err(Fail::not_here(&format!("/me/{}", path.first().unwrap_or(&""))))
}
