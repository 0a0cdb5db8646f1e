//! The routes to drives and items.

use serde_json::Value;

use super::{
    View,
    address::{inner_path, searched},
    children, content,
    drive::DRIVE,
    get, listing, search,
    store::At,
};
use crate::{
    graph::{
        call::{Call, ok},
        fail::Fail,
        owner::Owner,
        select::selected,
        sites,
    },
    http::Response,
};

/// What Graph has below an item or a drive and the demo tenant has not.
const ELSEWHERE: &[&str] = &[
    "analytics",
    "bundles",
    "delta",
    "delta()",
    "following",
    "getActivitiesByInterval",
    "permissions",
    "preview",
    "recent",
    "recent()",
    "sharedWithMe",
    "sharedWithMe()",
    "special",
    "subscriptions",
    "thumbnails",
    "versions",
    "workbook",
];

/// Answers a request below `/drives`.
pub(crate) fn route(call: &Call<'_>, path: &[&str]) -> Result<Response, Fail> {
    let view = View::new(call)?;
    match path {
        [] => Err(Fail::not_here("/drives")),
        [id, rest @ ..] => drive(&view, find(&view, id)?, rest),
    }
}

fn find(view: &View<'_>, id: &str) -> Result<usize, Fail> {
    if !id.starts_with("b!") {
        return Err(Fail::files_invalid(
            "The provided drive id appears to be malformed, or does not represent a valid drive.",
        ));
    }
    view.contents.find_drive(id).ok_or_else(Fail::files_not_found)
}

/// Answers a request below `/me/drive`, `/me/drives` and the same of a user.
pub(crate) fn of_owner(
    call: &Call<'_>,
    owner: &Owner<'_>,
    path: &[&str],
) -> Result<Response, Fail> {
    let view = View::new(call)?;
    let scopes: &[&str] = match path {
        ["drive"] if owner.is_caller => {
            &["User.Read", "Files.Read", "Files.Read.All", "Sites.Read.All"]
        }
        _ if owner.is_caller => &["Files.Read", "Files.Read.All", "Sites.Read.All"],
        _ => &["Files.Read.All", "Sites.Read.All"],
    };
    if !call.has(scopes) {
        return Err(Fail::files_denied());
    }
    let own = view.contents.personal(owner.user).ok_or_else(Fail::no_drive)?;
    let root = view.sees(At { drive: own, item: 0 })?;
    match path {
        ["drive"] => whole(&view, root),
        ["drive", rest @ ..] => drive(&view, own, rest),
        ["drives"] => list(&view, &[own]),
        [_, segment, ..] => Err(Fail::no_segment(segment)),
        _ => Err(Fail::no_segment("drives")),
    }
}

/// Answers a request below `/groups/{id}`, where only drives are.
pub(crate) fn of_group(call: &Call<'_>, path: &[&str]) -> Result<Response, Fail> {
    let view = View::new(call)?;
    let [id, kind @ ("drive" | "drives"), rest @ ..] = path else {
        return Err(Fail::not_here("/groups"));
    };
    let of_group = |site: &sites::site::Site| site.group == Some(id);
    let site = view.contents.sites.iter().position(of_group);
    let site = site.ok_or_else(Fail::files_not_found)?;
    match (*kind, view.contents.drives_of(site).next()) {
        ("drives", _) => drives_of(&view, site),
        (_, Some(first)) => drive(&view, first, rest),
        _ => Err(Fail::files_not_found()),
    }
}

/// Answers with the drives of a site.
pub(crate) fn drives_of(view: &View<'_>, site: usize) -> Result<Response, Fail> {
    if !view.contents.may_enter(view.user, &view.contents.sites[site]) {
        return Err(Fail::files_denied());
    }
    let drives: Vec<_> = view.contents.drives_of(site).collect();
    list(view, &drives)
}

fn list(view: &View<'_>, drives: &[usize]) -> Result<Response, Fail> {
    listing::only(view, &["$select", "$top"])?;
    drives.iter().try_for_each(|drive| opens(view, *drive))?;
    let select = DRIVE.selection(view.call.query)?;
    let context = format!("{}/$metadata#drives", view.call.root());
    listing::write(view, &context, drives, |drive| {
        selected(view.contents.drives[*drive].json(), select.as_deref())
    })
}

/// Lists of drives are open to every token that opens some drive.
fn opens(view: &View<'_>, drive: usize) -> Result<(), Fail> {
    if view.call.has(&["Files.Read"]) { Ok(()) } else { view.opens(drive) }
}

/// Answers a request to a drive, or to what is in it.
pub(crate) fn drive(view: &View<'_>, drive: usize, path: &[&str]) -> Result<Response, Fail> {
    view.opens(drive)?;
    let root = At { drive, item: 0 };
    match path {
        [] => whole(view, view.sees(root)?),
        ["root", rest @ ..] => item(view, view.sees(root)?, rest),
        ["root:", rest @ ..] => by_path(view, root, rest),
        ["items", id, rest @ ..] if id.ends_with(':') => {
            by_path(view, anchor(view, drive, id.trim_end_matches(':'))?, rest)
        }
        ["items", id, rest @ ..] => item(view, anchor(view, drive, id)?, rest),
        ["list", rest @ ..] => sites::list_of_drive(view, drive, rest),
        [segment] if searched(segment).is_some() => search::everywhere(view, root, segment),
        [segment, ..] if ELSEWHERE.contains(segment) => {
            Err(Fail::not_here(&format!("/drives/{{id}}/{segment}")))
        }
        [segment, ..] => Err(Fail::no_segment(segment)),
    }
}

fn anchor(view: &View<'_>, drive: usize, id: &str) -> Result<At, Fail> {
    if id == "root" { view.sees(At { drive, item: 0 }) } else { view.find(drive, id) }
}

fn by_path(view: &View<'_>, from: At, path: &[&str]) -> Result<Response, Fail> {
    let (names, rest) = inner_path(path);
    if names.iter().any(|name| name.contains(['"', '*', ':', '<', '>', '?', '\\', '|'])) {
        return Err(Fail::files_invalid("The provided path is not valid."));
    }
    let found = view.contents.drive(from).walk(from.item, &names);
    let place = found.ok_or_else(Fail::files_not_found)?;
    item(view, view.sees(At { item: place, ..from })?, rest)
}

fn whole(view: &View<'_>, at: At) -> Result<Response, Fail> {
    listing::only(view, &["$select"])?;
    let select = DRIVE.selection(view.call.query)?;
    let mut body = selected(view.contents.drive(at).json(), select.as_deref());
    body["@odata.context"] = Value::from(format!("{}/$metadata#drives/$entity", view.call.root()));
    Ok(ok(&body))
}

/// Answers a request to an item.
pub(crate) fn item(view: &View<'_>, at: At, path: &[&str]) -> Result<Response, Fail> {
    match path {
        [] => get::item(view, at),
        ["children"] => children::list(view, at),
        ["content"] => content::redirect(view, at),
        ["listItem", rest @ ..] => sites::list_item_of(view, at, rest),
        [segment] if searched(segment).is_some() => search::below(view, at, segment),
        [segment, ..] if ELSEWHERE.contains(segment) => {
            Err(Fail::not_here(&format!("/drives/{{id}}/items/{{id}}/{segment}")))
        }
        [segment, ..] => Err(Fail::no_segment(segment)),
    }
}
