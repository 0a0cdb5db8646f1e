//! The routes to sites.

use std::cmp::Reverse;

use serde_json::Value;

use super::{
    find, lists, pages,
    site::{SITE, Site},
};
use crate::{
    graph::{
        call::{Call, ok},
        drives::{self, View, listing},
        fail::Fail,
        owner::Owner,
        select::selected,
    },
    http::Response,
};

/// What Graph has below a site and the demo tenant has not.
const ELSEWHERE: &[&str] = &[
    "analytics",
    "columns",
    "contentTypes",
    "delta",
    "delta()",
    "externalColumns",
    "items",
    "onenote",
    "operations",
    "permissions",
    "termStore",
    "termStores",
];

/// Answers a request below `/sites`.
pub(crate) fn route(call: &Call<'_>, path: &[&str]) -> Result<Response, Fail> {
    let view = View::new(call)?;
    match path {
        [] => search(&view),
        [host, rest @ ..] if host.ends_with(':') => {
            let (found, rest) = find::by_path(&view, host.trim_end_matches(':'), rest)?;
            site(&view, found, rest)
        }
        [id, rest @ ..] => site(&view, find::by_id(&view, id)?, rest),
    }
}

/// Lists the sites whose names or descriptions have the words; `*` stands for all.
fn search(view: &View<'_>) -> Result<Response, Fail> {
    if !view.call.has(&["Sites.Read.All"]) {
        return Err(Fail::files_denied());
    }
    let words = view.call.query.bare("$search").ok_or_else(|| {
        Fail::files_invalid("The parameter 'search' is required, without a dollar sign.")
    })?;
    listing::only(view, &["$orderby", "$search", "$select", "$top"])?;
    let found = find::by_words(view, words);
    let mut found: Vec<_> = found.iter().map(|site| &view.contents.sites[*site]).collect();
    match view.call.query.get("$orderby") {
        None => {}
        Some("createdDateTime" | "createdDateTime asc") => found.sort_by_key(|site| site.created),
        Some("createdDateTime desc") => found.sort_by_key(|site| Reverse(site.created)),
        Some(order) => {
            return Err(Fail::files_invalid(format!("Sites cannot be ordered by '{order}'.")));
        }
    }
    page(view, &found, false)
}

/// Lists sites that are not searched for.
fn many(view: &View<'_>, sites: &[&Site]) -> Result<Response, Fail> {
    listing::only(view, &["$select", "$top"])?;
    page(view, sites, true)
}

fn page(view: &View<'_>, sites: &[&Site], described: bool) -> Result<Response, Fail> {
    let select = SITE.selection(view.call.query)?;
    let context = format!("{}/$metadata#sites", view.call.root());
    listing::write(view, &context, sites, |site| {
        selected(Value::Object(site.json(described)), select.as_deref())
    })
}

/// Answers a request to a site, or to what it has.
pub(crate) fn site(view: &View<'_>, place: usize, path: &[&str]) -> Result<Response, Fail> {
    let own = &view.contents.sites[place];
    match path {
        ["drives"] => return drives::drives_of(view, place),
        ["drive", rest @ ..] => {
            let first = view.contents.drives_of(place).next().ok_or_else(Fail::files_not_found)?;
            return drives::drive(view, first, rest);
        }
        _ => view.enters(own)?,
    }
    match path {
        [] => one(view, place),
        ["sites"] => subsites(view, place),
        ["lists", rest @ ..] => lists::route(view, place, rest),
        ["pages", rest @ ..] => pages::route(view, place, rest),
        [segment, ..] if ELSEWHERE.contains(segment) => {
            Err(Fail::not_here(&format!("/sites/{{id}}/{segment}")))
        }
        [segment, ..] => Err(Fail::no_segment(segment)),
    }
}

fn one(view: &View<'_>, place: usize) -> Result<Response, Fail> {
    listing::only(view, &["$select"])?;
    let select = SITE.selection(view.call.query)?;
    let json = Value::Object(view.contents.sites[place].json(true));
    let mut body = selected(json, select.as_deref());
    body["@odata.context"] = format!("{}/$metadata#sites/$entity", view.call.root()).into();
    Ok(ok(&body))
}

fn subsites(view: &View<'_>, place: usize) -> Result<Response, Fail> {
    let all = view.contents.sites.iter().filter(|site| site.parent == Some(place));
    let open: Vec<_> = all.filter(|site| view.contents.may_enter(view.user, site)).collect();
    many(view, &open)
}

/// Answers with the sites that a user follows.
pub(crate) fn followed(call: &Call<'_>, owner: &Owner<'_>) -> Result<Response, Fail> {
    let view = View::new(call)?;
    if !call.has(&["Sites.Read.All"]) || !owner.is_caller {
        return Err(Fail::files_denied());
    }
    let follows = owner.user.upn == crate::directory::MAIN_USER;
    let all = view.contents.sites.iter().filter(|site| follows && site.followed);
    many(&view, &all.collect::<Vec<_>>())
}
