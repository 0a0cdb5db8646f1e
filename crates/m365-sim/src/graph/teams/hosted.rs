//! What lies in Teams itself: pasted pictures, code snippets.

use http::StatusCode;

use crate::{
    graph::{
        call::Call,
        fail::Fail,
        teams::{
            list::{entity, page},
            message::Message,
            message_json, only,
        },
    },
    http::Response,
};

/// Answers a request to `hostedContents` of a message, or below.
pub(super) fn route(
    call: &Call<'_>,
    message: &Message,
    context: &str,
    path: &[&str],
) -> Result<Response, Fail> {
    only(call, &[])?;
    // What belongs to a deleted message is gone with it.
    let all = if message.deleted { &[][..] } else { &message.hosted[..] };
    let context = format!("{context}/hostedContents");
    let find = |id: &str| {
        let found = all.iter().find(|hosted| hosted.id == id);
        found.ok_or_else(|| Fail::teams_not_found("No hosted content found with this id."))
    };
    match path {
        [] => page(call, &context, all, all.len().max(1), message_json::hosted),
        [id] => Ok(entity(call, &context, message_json::hosted(find(id)?))),
        [id, "$value"] => {
            let hosted = find(id)?;
            Ok(Response::bytes(StatusCode::OK, hosted.content_type, hosted.bytes))
        }
        [_, segment, ..] => Err(Fail::no_segment(segment)),
    }
}

/// The store of pictures says it in its own words.
pub(super) fn refused() -> Fail {
    Fail::teams_forbidden("AclCheckFailed-Acl check failed for fetching the object.")
}
