//! The items of lists, and the files of libraries as such.

mod filter;

use serde_json::{Map, Value, json};

use self::filter::Filter;
use super::{
    lists::{Listed, context},
    routes::selected,
    site::{List, Row, Site},
};
use crate::{
    graph::{
        call::ok,
        drives::{
            self, View,
            drive::person,
            expand::{self, Expand},
            ids::Guid,
            item::Person,
            store::At,
        },
        fail::Fail,
        page,
    },
    http::Response,
};

/// How many items a page has unless told otherwise, and at most.
const PAGE: usize = 200;
const MAX_TOP: usize = 5000;

/// An item of a list.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Entry<'a> {
    Row(&'a List, &'a Row),
    File(At),
}

impl Entry<'_> {
    fn number(&self, view: &View<'_>) -> usize {
        match self {
            Self::Row(_, row) => row.number,
            Self::File(at) => view.contents.item(*at).number,
        }
    }

    fn guid(&self, view: &View<'_>) -> Guid {
        match self {
            Self::Row(_, row) => row.guid,
            Self::File(at) => view.contents.item(*at).guid,
        }
    }

    /// Returns the value of a column.
    fn value(&self, view: &View<'_>, column: &str) -> String {
        let fields = fields(view, *self);
        fields.get(column).and_then(Value::as_str).unwrap_or_default().to_owned()
    }
}

fn entries<'a>(view: &View<'a>, list: Listed<'a>) -> Vec<Entry<'a>> {
    match list {
        Listed::Own(list) => list.rows.iter().map(|row| Entry::Row(list, row)).collect(),
        Listed::Library(drive, own) => (1..own.items.len())
            .map(|item| At { drive, item })
            .filter(|at| !view.contents.item(*at).gone && view.contents.may_see(view.user, *at))
            .map(Entry::File)
            .collect(),
    }
}

/// Answers a request below `items` of a list.
pub(crate) fn route(
    view: &View<'_>,
    site: &Site,
    list: Listed<'_>,
    path: &[&str],
) -> Result<Response, Fail> {
    let all = entries(view, list);
    let [id, rest @ ..] = path else { return items(view, site, list, &all) };
    let right = |entry: &&Entry<'_>| {
        entry.number(view).to_string() == *id || Guid::parse(id) == Some(entry.guid(view))
    };
    let entry = *all.iter().find(right).ok_or_else(Fail::files_not_found)?;
    match (entry, rest) {
        (Entry::File(at), ["driveItem", rest @ ..]) => drives::item(view, at, rest),
        (_, ["driveItem", ..]) => Err(Fail::files_not_found()),
        _ => item(view, site, entry, rest),
    }
}

fn item(view: &View<'_>, site: &Site, entry: Entry<'_>, path: &[&str]) -> Result<Response, Fail> {
    let context = context(view, site);
    match path {
        [] => {
            let mut body = row(view, site, entry, &expansions(view)?);
            body["@odata.context"] = format!("{context}/items/$entity").into();
            Ok(ok(&body))
        }
        ["fields"] => {
            let select = view.call.query.select();
            let mut body = selected(Value::Object(fields(view, entry)), select.as_deref());
            body["@odata.context"] = format!("{context}/items/fields/$entity").into();
            Ok(ok(&body))
        }
        [segment, ..] => Err(Fail::no_segment(segment)),
    }
}

fn expansions<'a>(view: &View<'a>) -> Result<Vec<Expand<'a>>, Fail> {
    expand::parse(view.call.query.get("$expand"), &["driveItem", "fields"])
}

fn items(
    view: &View<'_>,
    site: &Site,
    list: Listed<'_>,
    all: &[Entry<'_>],
) -> Result<Response, Fail> {
    let query = view.call.query;
    if query.get("$orderby").is_some() || query.get("$search").is_some() {
        return Err(Fail::files_invalid("The list cannot be ordered or searched."));
    }
    let (top, start) = (query.top(PAGE, MAX_TOP)?, page::start(view.call)?);
    let filter = query.get("$filter").map(|text| Filter::parse(view, list, text)).transpose()?;
    let passes = |entry: &&Entry<'_>| {
        filter.as_ref().is_none_or(|filter| filter.passes(|name| entry.value(view, name)))
    };
    let found: Vec<_> = all.iter().filter(passes).collect();
    let expansions = expansions(view)?;
    let rows: Vec<_> = found
        .iter()
        .skip(start)
        .take(top)
        .map(|entry| row(view, site, **entry, &expansions))
        .collect();
    let guid = list.guid();
    let context = format!("{}('{guid}')/items", context(view, site));
    let mut body = json!({"@odata.context": context, "value": rows});
    if found.len() > start + top {
        body["@odata.nextLink"] = page::token_link(view.call, start + top).into();
    }
    Ok(ok(&body))
}

/// Writes an item as the query options ask for it.
fn row(view: &View<'_>, site: &Site, entry: Entry<'_>, expansions: &[Expand<'_>]) -> Value {
    let select = view.call.query.select();
    let mut row = selected(plain(view, site, entry), select.as_deref());
    for expand in expansions {
        row[expand.name] = match (expand.name, entry) {
            ("driveItem", Entry::File(at)) => Value::Object(drives::json::item(view, at, None)),
            ("driveItem", _) => Value::Null,
            _ => selected(Value::Object(fields(view, entry)), expand.select.as_deref()),
        };
    }
    row
}

fn plain(view: &View<'_>, site: &Site, entry: Entry<'_>) -> Value {
    let (created, modified, author, editor, url, kind) = match entry {
        Entry::Row(list, row) => {
            let url = format!("{}/Lists/{}/{}_.000", site.url(), list.name, row.number);
            (row.created, row.modified, &row.author, &row.author, url, "Item")
        }
        Entry::File(at) => {
            let item = view.contents.item(at);
            let kind = if item.is_folder() { "Folder" } else { "Document" };
            let url = view.contents.drive(at).url(at.item);
            (item.created, item.modified, &item.author, &item.editor, url, kind)
        }
    };
    let user = |who: &Person| json!({"user": person(who)});
    let etag = format!("\"{},4\"", entry.guid(view));
    json!({
        "@odata.etag": etag,
        "eTag": etag,
        "createdDateTime": created.to_string(),
        "id": entry.number(view).to_string(),
        "lastModifiedDateTime": modified.to_string(),
        "webUrl": url,
        "createdBy": user(author),
        "lastModifiedBy": user(editor),
        "parentReference": {"siteId": site.id()},
        "contentType": {"id": "0x0100", "name": kind},
    })
}

/// Writes the columns of an item.
pub(crate) fn fields(view: &View<'_>, entry: Entry<'_>) -> Map<String, Value> {
    let mut fields = Map::new();
    let mut set = |name: &str, value: String| fields.insert(name.to_owned(), value.into());
    set("@odata.etag", format!("\"{},4\"", entry.guid(view)));
    set("id", entry.number(view).to_string());
    match entry {
        Entry::Row(list, row) => {
            for (column, value) in list.columns.iter().zip(row.values) {
                set(column.name, (*value).to_owned());
            }
            set("Created", row.created.to_string());
            set("Modified", row.modified.to_string());
            set("ContentType", "Item".to_owned());
        }
        Entry::File(at) => {
            let item = view.contents.item(at);
            set("Title", item.title.to_string());
            set("FileLeafRef", item.name.to_string());
            set("LinkFilename", item.name.to_string());
            set("Created", item.created.to_string());
            set("Modified", item.modified.to_string());
            set("DocIcon", item.extension());
            let kind = if item.is_folder() { "Folder" } else { "Document" };
            set("ContentType", kind.to_owned());
        }
    }
    fields
}

/// Answers a request to the list item behind a file.
pub(crate) fn list_item_of(view: &View<'_>, at: At, path: &[&str]) -> Result<Response, Fail> {
    let site = view.contents.site_of(at.drive);
    view.enters(site)?;
    item(view, site, Entry::File(at), path)
}

/// Writes the list item behind a file, with its columns where they are expanded.
pub(crate) fn list_item_json(view: &View<'_>, at: At, expansions: &[Expand<'_>]) -> Value {
    let mut row = plain(view, view.contents.site_of(at.drive), Entry::File(at));
    for expand in expansions.iter().filter(|expand| expand.name == "fields") {
        let fields = Value::Object(fields(view, Entry::File(at)));
        row["fields"] = selected(fields, expand.select.as_deref());
    }
    row
}
