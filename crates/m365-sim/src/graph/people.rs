//! People: the directory's list, and those who matter to someone.

use crate::{
    graph::{call::Call, fail::Fail, owner::Owner},
    http::Response,
};

/// Answers a request to `/users`.
pub(crate) fn users(_: &Call<'_>) -> Result<Response, Fail> {
    Err(Fail::not_here("/users"))
}

/// Answers a request to `people` of a user.
pub(crate) fn route(_: &Call<'_>, _: &Owner<'_>, _: &[&str]) -> Result<Response, Fail> {
    Err(Fail::not_here("/me/people"))
}
