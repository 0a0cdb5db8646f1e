//! The routes below a mailbox.

use http::StatusCode;

use crate::{
    graph::{
        call::Call,
        fail::Fail,
        mail::{Mailbox, View, attachments, folders, get, ids::Item, list, mime},
        owner::Owner,
    },
    http::Response,
};

/// Answers a request to `messages` or `mailFolders` of a user.
pub(crate) fn route(call: &Call<'_>, owner: &Owner<'_>, path: &[&str]) -> Result<Response, Fail> {
    call.reading()?;
    let (mailbox, basic) = open(call, owner, path)?;
    let view = View::new(call, mailbox, basic);
    match path {
        ["messages"] => list::messages(&view, None, "/messages"),
        ["messages", "$count"] => count(&view, None),
        ["messages", "delta" | "delta()"] => Err(Fail::not_here("/messages/delta")),
        ["messages", id, rest @ ..] => message(&view, id, rest),
        ["mailFolders"] => folders::list(&view, None),
        ["mailFolders", "delta" | "delta()"] => Err(Fail::not_here("/mailFolders/delta")),
        ["mailFolders", id, rest @ ..] => folder(&view, id, rest),
        _ => Err(Fail::no_segment(path.last().unwrap_or(&""))),
    }
}

/// Opens a mailbox, and tells whether its bodies stay closed.
fn open<'a>(
    call: &Call<'a>,
    owner: &Owner<'_>,
    path: &[&str],
) -> Result<(&'a Mailbox, bool), Fail> {
    let mailbox = call.grant.tenant.mail.mailbox(&owner.user.oid);
    if owner.is_caller {
        call.need(&["Mail.Read", "Mail.ReadBasic"])?;
        return Ok((mailbox.ok_or_else(Fail::no_mailbox)?, !call.has(&["Mail.Read"])));
    }
    call.need(&["Mail.Read.Shared"])?;
    let mailbox = mailbox.ok_or_else(Fail::no_mailbox)?;
    if mailbox.is_open_to(&call.grant.upn) {
        return Ok((mailbox, false));
    }
    Err(if names_item(path) { Fail::item_not_found() } else { Fail::access_denied() })
}

/// Who has no rights does not learn whether an item exists.
fn names_item(path: &[&str]) -> bool {
    path.get(1).is_some_and(|id| id.len() > 64)
}

fn message(view: &View<'_>, id: &str, rest: &[&str]) -> Result<Response, Fail> {
    let message = view.message(id)?;
    match rest {
        [] => get::message(view, message),
        _ if view.basic => Err(Fail::access_denied()),
        ["$value"] => {
            let mime = mime::message(view.mailbox, message);
            Ok(Response::bytes(StatusCode::OK, "text/plain", mime))
        }
        ["attachments"] => attachments::list(view, message),
        ["attachments", id, rest @ ..] => {
            let place = match view.parse(id)? {
                Some(Item::Attachment(key, place)) if key == message.key => place,
                _ => return Err(Fail::item_not_found()),
            };
            match rest {
                [] => attachments::get(view, message, place),
                ["$value"] => attachments::value(message, place),
                [segment, ..] => Err(Fail::no_segment(segment)),
            }
        }
        [
            "extensions"
            | "event"
            | "multiValueExtendedProperties"
            | "singleValueExtendedProperties",
            ..,
        ] => Err(Fail::not_here(&format!("/messages/{{id}}/{}", rest[0]))),
        [segment, ..] => Err(Fail::no_segment(segment)),
    }
}

fn folder(view: &View<'_>, id: &str, rest: &[&str]) -> Result<Response, Fail> {
    let place = view.folder(id)?;
    match rest {
        [] => folders::get(view, place),
        ["childFolders"] => folders::list(view, Some((place, id))),
        ["messages"] => {
            list::messages(view, Some(place), &format!("/mailFolders('{id}')/messages"))
        }
        ["messages", "$count"] => count(view, Some(place)),
        ["messages", "delta" | "delta()"] => {
            Err(Fail::not_here("/mailFolders/{id}/messages/delta"))
        }
        ["messages", id, rest @ ..] => message(view, id, rest),
        ["messageRules" | "userConfigurations", ..] => {
            Err(Fail::not_here(&format!("/mailFolders/{{id}}/{}", rest[0])))
        }
        [segment, ..] => Err(Fail::no_segment(segment)),
    }
}

fn count(view: &View<'_>, folder: Option<usize>) -> Result<Response, Fail> {
    let count = list::count(view, folder)?.to_string();
    Ok(Response::bytes(StatusCode::OK, "text/plain", count))
}
