//! Messages: hits in the caller's own mailbox, newest first.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::{
    graph::{
        call::Call,
        fail::Fail,
        mail::{Indexed, Mailbox, View},
        search::{self, hit::Found, request::SearchRequest, same},
    },
    kql,
};

/// Searches the caller's own mailbox.
pub(crate) fn container(call: &Call<'_>, request: &SearchRequest<'_>) -> Result<Value, Fail> {
    let mailbox =
        call.grant.tenant.mail.mailbox(&call.grant.user_id).ok_or_else(Fail::no_mailbox)?;
    let query = request.parse(call.now())?;
    if !call.grant.tenant.mail.searched.admits(same(call, request), request.from) {
        return Err(Fail::search_entity("The first page must start at from=0"));
    }
    let found = found(mailbox, &query, request);
    let view = View::new(call, mailbox, false);
    Ok(page(&view, &found, &query, request))
}

/// Returns the words in subjects and names of senders, by which misspelled ones are known.
pub(crate) fn vocabulary(call: &Call<'_>) -> BTreeSet<String> {
    let mailbox = call.grant.tenant.mail.mailbox(&call.grant.user_id);
    mailbox.into_iter().flat_map(Mailbox::indexed).flat_map(|indexed| indexed.heading()).collect()
}

/// Newest first, after the best three where those are asked for; no further than needed.
fn found<'a>(
    mailbox: &'a Mailbox,
    query: &kql::Query,
    request: &SearchRequest<'_>,
) -> Vec<Indexed<'a>> {
    let matching = mailbox.indexed().filter(|indexed| query.matches(indexed));
    if !request.top_results {
        return matching.take(request.from + request.size + 1).collect();
    }
    let mut all: Vec<_> = matching.collect();
    let words = query.words();
    let weight =
        |indexed: &Indexed<'_>| words.iter().map(|word| indexed.weight(word)).sum::<usize>();
    for place in 0..all.len().min(3) {
        let rest = all[place..].iter().enumerate();
        let best = rest.max_by_key(|(at, indexed)| (weight(indexed), std::cmp::Reverse(*at)));
        let best = best.map_or(0, |(at, _)| at);
        all[place..=place + best].rotate_right(1);
    }
    all
}

/// The index still lists what is gone from the mailbox; such a place on a page stays empty.
fn page(
    view: &View<'_>,
    found: &[Indexed<'_>],
    query: &kql::Query,
    request: &SearchRequest<'_>,
) -> Value {
    let page = found.iter().skip(request.from).take(request.size);
    let words = query.words();
    let present = page.filter(|indexed| !indexed.message.gone);
    let hits = present.map(|indexed| Found { view, indexed, words: &words }.write(request));
    search::container(request, found.len(), hits)
}
