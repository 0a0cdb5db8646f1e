//! The search for messages of chats and channels.

mod hit;
mod indexed;

use std::cmp::Reverse;

use http::StatusCode;
use serde_json::Value;

use self::{hit::written, indexed::Indexed};
use crate::{
    graph::{
        call::Call,
        fail::Fail,
        search::{self, request::SearchRequest},
        teams::{access, message_json::Place},
    },
    kql::Field,
};

/// Searches the conversations that the caller is in, newest message first.
pub(crate) fn container(call: &Call<'_>, request: &SearchRequest<'_>) -> Result<Value, Fail> {
    let mailbox =
        call.grant.tenant.mail.mailbox(&call.grant.user_id).ok_or_else(Fail::no_mailbox)?;
    let query = request.parse(call.now())?;
    if query.names(Field::IsRead) {
        let message = "An error occurred while the property 'IsRead' was resolved.";
        return Err(Fail::new(StatusCode::INTERNAL_SERVER_ERROR, "InternalServerError", message));
    }
    let mut found: Vec<_> = all(call).filter(|indexed| query.matches(indexed)).collect();
    found.sort_by_key(|indexed| Reverse(indexed.message.created));
    let words = query.words();
    let page = found.iter().skip(request.from).take(request.size);
    let hits = page.map(|indexed| written(call, mailbox, indexed, &words));
    Ok(search::container(request, found.len(), hits))
}

/// Returns the messages of people that are still there.
fn all<'a>(call: &Call<'a>) -> impl Iterator<Item = Indexed<'a>> {
    let caller = call.grant.user_id.as_str();
    let of_chats = access::chats(call).flat_map(move |chat| {
        let messages = chat.messages.iter();
        messages.map(move |message| Indexed { place: Place::Chat(chat), message, caller })
    });
    let call = *call;
    let of_channels = call.grant.tenant.teams.teams().iter().flat_map(move |team| {
        access::channels(&call, team).flat_map(move |channel| {
            let posts = channel.posts.iter();
            let messages = posts.flat_map(|post| std::iter::once(&post.root).chain(&post.replies));
            let place = Place::Channel(team, channel);
            messages.map(move |message| Indexed { place, message, caller })
        })
    });
    of_chats.chain(of_channels).filter(|indexed| indexed.message.is_readable())
}
