//! Online meetings.

use crate::{
    graph::{call::Call, fail::Fail, owner::Owner},
    http::Response,
};

pub(crate) fn route(_: &Call<'_>, _: &Owner<'_>, _: &[&str]) -> Result<Response, Fail> {
    Err(Fail::not_here("/me/onlineMeetings"))
}

pub(crate) fn copilot(_: &Call<'_>, _: &[&str]) -> Result<Response, Fail> {
    Err(Fail::not_here("/copilot"))
}
