//! `findMeetingTimes`: when people could meet.

use crate::{
    graph::{call::Call, fail::Fail, owner::Owner},
    http::Response,
};

/// Answers a request to `findMeetingTimes`.
pub(crate) fn route(_: &Call<'_>, _: &Owner<'_>) -> Result<Response, Fail> {
    Err(Fail::not_here("/me/findMeetingTimes"))
}
