//! The items of lists, and the files of libraries as such.

mod filter;

use serde_json::{Map, Value, json};

use self::filter::Column;
use super::{
    lists::{Listed, context},
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
            listing,
            store::At,
        },
        fail::Fail,
        filter::Value as Own,
        page,
        select::{Type, selected},
    },
    http::Response,
};

/// How many items a page has unless told otherwise, and at most.
const PAGE: usize = 200;
const MAX_TOP: usize = 5000;

/// What may be selected of an item.
const LIST_ITEM: Type = Type {
    name: "listItem",
    members: &[
        "contentType",
        "createdBy",
        "createdDateTime",
        "description",
        "driveItem",
        "eTag",
        "fields",
        "id",
        "lastModifiedBy",
        "lastModifiedDateTime",
        "name",
        "parentReference",
        "sharepointIds",
        "webUrl",
    ],
};

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

    /// Returns the value of a column, as filters compare it.
    fn value(&self, view: &View<'_>, column: &Column) -> Own {
        let fields = fields(view, *self);
        let text = fields.get(&column.0).and_then(Value::as_str);
        let time = text.filter(|_| column.is_time()).and_then(|text| text.parse().ok());
        time.map_or_else(|| Own::text(text), Own::Time)
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
            listing::only(view, &["$expand", "$select"])?;
            let select = LIST_ITEM.selection(view.call.query)?;
            let mut body = row(view, site, entry, select.as_deref(), &expansions(view)?);
            body["@odata.context"] = format!("{context}/items/$entity").into();
            Ok(ok(&body))
        }
        ["fields"] => {
            listing::only(view, &["$select"])?;
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
    listing::only(view, &["$expand", "$filter", "$select", "$top"])?;
    let cut = listing::uncounted(query.top(PAGE, MAX_TOP)?);
    let select = LIST_ITEM.selection(query)?;
    let filter = query.get("$filter").map(|text| filter::parse(view, list, text)).transpose()?;
    let passes = |entry: &&Entry<'_>| {
        filter.as_ref().is_none_or(|filter| filter.passes(|column| entry.value(view, &column)))
    };
    let found: Vec<_> = all.iter().filter(passes).collect();
    let expansions = expansions(view)?;
    let context = format!("{}('{}')/items", context(view, site), list.guid());
    page::write(view.call, cut, &context, &found, |entry| {
        row(view, site, **entry, select.as_deref(), &expansions)
    })
}

/// Writes an item as the query options ask for it.
fn row(
    view: &View<'_>,
    site: &Site,
    entry: Entry<'_>,
    select: Option<&[&str]>,
    expansions: &[Expand<'_>],
) -> Value {
    let mut row = selected(plain(view, site, entry), select);
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
