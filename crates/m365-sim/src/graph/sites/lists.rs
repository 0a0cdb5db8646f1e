//! Lists: those of a site's own, and those behind its libraries.

use serde_json::{Value, json};

use super::items;
use crate::{
    graph::{
        call::ok,
        drives::{
            View,
            drive::{Drive, encoded, person},
            ids::Guid,
            listing,
        },
        fail::Fail,
        select::{Type, selected},
        sites::site::{List, Site},
    },
    http::Response,
};

/// What may be selected of a list.
const LIST: Type = Type {
    name: "list",
    members: &[
        "createdBy",
        "createdDateTime",
        "description",
        "displayName",
        "eTag",
        "id",
        "lastModifiedBy",
        "lastModifiedDateTime",
        "list",
        "name",
        "parentReference",
        "sharepointIds",
        "system",
        "webUrl",
    ],
};

/// A list of a site.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Listed<'a> {
    Own(&'a List),
    /// The list behind a drive, by the drive's place.
    Library(usize, &'a Drive),
}

impl Listed<'_> {
    pub(crate) fn guid(&self) -> Guid {
        match self {
            Self::Own(list) => list.guid,
            Self::Library(_, drive) => drive.list,
        }
    }

    fn is(&self, name: &str) -> bool {
        let names = match self {
            Self::Own(list) => [list.name, list.title],
            Self::Library(_, drive) => [drive.url_name, drive.name],
        };
        Guid::parse(name) == Some(self.guid())
            || names.iter().any(|own| own.eq_ignore_ascii_case(name))
    }
}

/// Returns the lists of a site.
pub(crate) fn of_site<'a>(view: &View<'a>, place: usize) -> Vec<Listed<'a>> {
    let drives = view.contents.drives.iter().enumerate();
    let libraries = drives
        .filter(|(_, drive)| drive.site == place)
        .map(|(place, drive)| Listed::Library(place, drive));
    libraries.chain(view.contents.sites[place].lists.iter().map(Listed::Own)).collect()
}

/// Answers a request below `lists` of a site.
pub(crate) fn route(view: &View<'_>, place: usize, path: &[&str]) -> Result<Response, Fail> {
    let site = &view.contents.sites[place];
    let all = of_site(view, place);
    let [name, rest @ ..] = path else { return lists(view, site, &all) };
    let found = all.into_iter().find(|list| list.is(name)).ok_or_else(Fail::files_not_found)?;
    list(view, site, found, rest)
}

/// Answers a request to the list behind a drive.
pub(crate) fn list_of_drive(
    view: &View<'_>,
    drive: usize,
    path: &[&str],
) -> Result<Response, Fail> {
    let site = view.contents.site_of(drive);
    view.enters(site)?;
    list(view, site, Listed::Library(drive, &view.contents.drives[drive]), path)
}

fn list(view: &View<'_>, site: &Site, list: Listed<'_>, path: &[&str]) -> Result<Response, Fail> {
    match path {
        [] => {
            listing::only(view, &["$select"])?;
            let select = LIST.selection(view.call.query)?;
            let mut body = selected(json(site, list), select.as_deref());
            body["@odata.context"] = format!("{}/$entity", context(view, site)).into();
            Ok(ok(&body))
        }
        ["items", rest @ ..] => items::route(view, site, list, rest),
        ["drive", rest @ ..] => match list {
            Listed::Library(drive, _) => crate::graph::drives::drive(view, drive, rest),
            Listed::Own(_) => Err(Fail::files_not_found()),
        },
        [segment @ ("columns" | "contentTypes" | "operations" | "subscriptions"), ..] => {
            Err(Fail::not_here(&format!("/sites/{{id}}/lists/{{id}}/{segment}")))
        }
        [segment, ..] => Err(Fail::no_segment(segment)),
    }
}

fn lists(view: &View<'_>, site: &Site, all: &[Listed<'_>]) -> Result<Response, Fail> {
    listing::only(view, &["$select", "$top"])?;
    let select = LIST.selection(view.call.query)?;
    listing::write(view, &context(view, site), all, |list| {
        selected(json(site, *list), select.as_deref())
    })
}

/// Returns the context of a site's lists.
pub(crate) fn context(view: &View<'_>, site: &Site) -> String {
    let id = site.id().replace(',', "%2C");
    format!("{}/$metadata#sites('{id}')/lists", view.call.root())
}

/// Writes a list.
pub(crate) fn json(site: &Site, list: Listed<'_>) -> Value {
    let mut json = match list {
        Listed::Own(list) => own(site, list),
        Listed::Library(_, drive) => library(drive),
    };
    let guid = list.guid().to_string();
    json["@odata.etag"] = format!("\"{guid},7\"").into();
    json["eTag"] = format!("\"{guid},7\"").into();
    json["id"] = guid.into();
    json["parentReference"] = json!({"siteId": site.id()});
    json
}

fn own(site: &Site, list: &List) -> Value {
    json!({
        "createdDateTime": list.created.to_string(),
        "description": list.description,
        "lastModifiedDateTime": list.modified.to_string(),
        "name": list.name,
        "webUrl": format!("{}/Lists/{}", site.url(), encoded(list.name)),
        "displayName": list.title,
        "createdBy": {"user": person(&list.author)},
        "list": {"contentTypesEnabled": false, "hidden": false, "template": "genericList"},
    })
}

fn library(drive: &Drive) -> Value {
    let root = &drive.items[0];
    let template = if drive.of_pages { "webPageLibrary" } else { "documentLibrary" };
    json!({
        "createdDateTime": root.created.to_string(),
        "description": "",
        "lastModifiedDateTime": root.modified.to_string(),
        "name": drive.url_name,
        "webUrl": drive.web_url,
        "displayName": drive.name,
        "createdBy": {"user": person(&drive.owner)},
        "list": {"contentTypesEnabled": drive.of_pages, "hidden": false, "template": template},
    })
}
