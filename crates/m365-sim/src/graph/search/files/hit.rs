//! Hits: less than the resource, and in their own spelling.

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::index::{Entry, Found};
use crate::graph::{
    drives::{
        ids::Guid,
        item::{Item, Person, media_type},
        json::object,
        store::At,
    },
    search::{request::SearchRequest, summary::summary},
    sites,
};

/// Writes a hit.
pub(crate) fn write(found: &Found<'_>, words: &[&str], request: &SearchRequest<'_>) -> Value {
    let mut resource = resource(found, request);
    let id = resource.get("id").cloned().unwrap_or_default();
    if let Some(fields) = request.fields() {
        let kept = |name: &str| matches!(name, "id" | "fields" | "listItem");
        resource.retain(|name, _| kept(name) || fields.contains(&name.as_str()));
    }
    resource.insert("@odata.type".to_owned(), format!("#microsoft.graph.{}", found.kind).into());
    json!({"hitId": id, "summary": summary(&found.text(), words), "resource": resource})
}

fn resource(found: &Found<'_>, request: &SearchRequest<'_>) -> Map<String, Value> {
    match found.entry {
        Entry::Item(at) if found.kind == "driveItem" => drive_item(found, at, request),
        Entry::Item(at) => list_item(found, sites::Entry::File(at), request),
        Entry::Row(_, list, row) => list_item(found, sites::Entry::Row(list, row), request),
        Entry::List(site, list) => object(sites::list_json(site, list)),
        Entry::Site(site) => site.json(true),
        Entry::Drive(drive) => object(found.view.contents.drives[drive].json()),
    }
}

fn drive_item(found: &Found<'_>, at: At, request: &SearchRequest<'_>) -> Map<String, Value> {
    let (drive, item) = (found.view.contents.drive(at), found.view.contents.item(at));
    let (created, modified) = (time(item, item.created), time(item, item.modified));
    let mut list_item = json!({
        "@odata.type": "#microsoft.graph.listItem", "id": item.guid.to_string(),
    });
    list_item["fields"] = fields(found, sites::Entry::File(at), request);
    let mut resource = object(json!({
        "size": drive.size(at.item),
        "fileSystemInfo": {"createdDateTime": created, "lastModifiedDateTime": modified},
        "listItem": list_item,
        "id": item.id,
        "createdBy": {"user": user(&item.author)},
        "createdDateTime": created,
        "lastModifiedBy": {"user": user(&item.editor)},
        "lastModifiedDateTime": modified,
        "name": item.name,
        "parentReference": parent(found, at),
        "webUrl": drive.url(at.item),
    }));
    resource.extend(kind(item));
    resource
}

/// Hits mostly do not say whether they are files or folders.
fn kind(item: &Item) -> Map<String, Value> {
    if !item.guid.number().is_multiple_of(4) {
        return Map::new();
    }
    object(match item.body() {
        Some(_) => json!({"file": {"mimeType": media_type(&item.extension())}}),
        None => json!({"folder": {}}),
    })
}

/// Some hits have an offset where others have a `Z`.
fn time(item: &Item, time: Timestamp) -> String {
    let text = time.to_string();
    if item.guid.number().is_multiple_of(3) { text.replace('Z', "+00:00") } else { text }
}

fn user(person: &Person) -> Value {
    json!({"displayName": person.name, "email": person.address})
}

fn parent(found: &Found<'_>, at: At) -> Value {
    let (drive, item) = (found.view.contents.drive(at), found.view.contents.item(at));
    let folder = item.parent.map(|place| drive.items[place].id.clone());
    json!({
        "driveId": drive.id,
        "id": folder,
        "sharepointIds": sharepoint_ids(drive.list, item.number, item.guid),
        "siteId": found.site().id(),
    })
}

fn sharepoint_ids(list: Guid, number: usize, item: Guid) -> Value {
    json!({
        "listId": list.to_string(),
        "listItemId": number.to_string(),
        "listItemUniqueId": item.to_string(),
    })
}

fn list_item(
    found: &Found<'_>,
    entry: sites::Entry<'_>,
    request: &SearchRequest<'_>,
) -> Map<String, Value> {
    let (list, guid, number, modified, url) = match entry {
        sites::Entry::File(at) => {
            let (drive, item) = (found.view.contents.drive(at), found.view.contents.item(at));
            (drive.list, item.guid, item.number, item.modified, drive.url(at.item))
        }
        sites::Entry::Row(list, row) => {
            let url = format!("{}/Lists/{}/{}_.000", found.site().url(), list.name, row.number);
            (list.guid, row.guid, row.number, row.modified, url)
        }
    };
    let ids = sharepoint_ids(list, number, guid);
    object(json!({
        "id": guid.to_string(),
        "fields": fields(found, entry, request),
        "parentReference": {"siteId": found.site().id(), "sharepointIds": ids},
        "sharepointIds": ids,
        "webUrl": url,
        "lastModifiedDateTime": modified.to_string(),
    }))
}

/// Writes the title, and those columns that are asked for.
fn fields(found: &Found<'_>, entry: sites::Entry<'_>, request: &SearchRequest<'_>) -> Value {
    let all = sites::fields(found.view, entry);
    let asked = request.fields().unwrap_or_default();
    let mut fields = Map::new();
    for name in asked.into_iter().chain(["title"]) {
        let column = all.iter().find(|(own, _)| own.eq_ignore_ascii_case(name));
        if let Some((_, value)) = column.filter(|(own, _)| own.as_str() != "id") {
            fields.insert(name.to_owned(), value.clone());
        }
    }
    fields.into()
}
