//! A drive item as Graph writes it.

use base64::{Engine as _, prelude::BASE64_STANDARD};
use serde_json::{Map, Value, json};

use super::{
    View,
    drive::person,
    item::{Item, Kind, Lock, Sharing, media_type},
    link,
    store::At,
};
use crate::graph::select::Type;

/// The member with an address that needs no token.
const LINK: &str = "@microsoft.graph.downloadUrl";

/// What may be selected of an item.
pub(crate) const DRIVE_ITEM: Type = Type { name: "driveItem", members: MEMBERS };

const MEMBERS: &[&str] = &[
    "audio",
    "bundle",
    "cTag",
    "children",
    "content",
    "content.downloadUrl",
    "createdBy",
    "createdDateTime",
    "deleted",
    "description",
    "eTag",
    "file",
    "fileSystemInfo",
    "folder",
    "id",
    "image",
    "lastModifiedBy",
    "lastModifiedDateTime",
    "listItem",
    "location",
    "malware",
    "name",
    "package",
    "parentReference",
    "pendingOperations",
    "permissions",
    "photo",
    "publication",
    "remoteItem",
    "root",
    "searchResult",
    "shared",
    "sharepointIds",
    "size",
    "specialFolder",
    "thumbnails",
    "video",
    "webDavUrl",
    "webUrl",
    "workbook",
];

fn is_link(name: &str) -> bool {
    name == LINK || name == "content.downloadUrl"
}

/// Writes an item, or the members of it that are selected.
pub(crate) fn item(view: &View<'_>, at: At, select: Option<&[&str]>) -> Map<String, Value> {
    let mut all = described(view, at);
    all.extend(facets(view, at));
    if let Some(names) = select {
        all.retain(|name, _| names.contains(&name.as_str()) || name == "@odata.etag");
        if names.contains(&"sharepointIds") {
            all.insert("sharepointIds".to_owned(), sharepoint_ids(view, at));
        }
    }
    let asked = select.is_none_or(|names| names.iter().any(|name| is_link(name)));
    let own = view.contents.item(at);
    if asked && own.body().is_some() && own.lock == Lock::None {
        all.insert(LINK.to_owned(), link::of(view, at, link::HOUR, None).into());
    }
    all
}

fn described(view: &View<'_>, at: At) -> Map<String, Value> {
    let (drive, own) = (view.contents.drive(at), view.contents.item(at));
    let (created, modified) = (own.created.to_string(), own.modified.to_string());
    let json = json!({
        "@odata.etag": own.etag(),
        "createdDateTime": created,
        "eTag": own.etag(),
        "id": own.id,
        "lastModifiedDateTime": modified,
        "name": own.name,
        "webUrl": drive.url(at.item),
        "size": drive.size(at.item),
        "createdBy": {"user": person(&own.author)},
        "lastModifiedBy": {"user": person(&own.editor)},
        "parentReference": parent(view, at),
        "fileSystemInfo": {"createdDateTime": created, "lastModifiedDateTime": modified},
    });
    object(json)
}

/// Writes where an item lies; who may not see the folder is not told its path.
fn parent(view: &View<'_>, at: At) -> Value {
    let drive = view.contents.drive(at);
    let mut reference = json!({"driveType": drive.kind, "driveId": drive.id});
    reference["siteId"] = view.contents.site_of(at.drive).collection.to_string().into();
    if let Some(folder) = drive.items[at.item].parent {
        let own = &drive.items[folder];
        let name = if own.parent.is_none() { drive.url_name } else { &own.name };
        reference["id"] = own.id.clone().into();
        reference["name"] = name.into();
        if view.contents.may_see(view.user, At { item: folder, ..at }) {
            let path = format!("/drives/{}/root:{}", drive.id, drive.path(folder));
            reference["path"] = path.into();
        }
    }
    reference
}

/// Writes the ids by which SharePoint itself knows an item.
fn sharepoint_ids(view: &View<'_>, at: At) -> Value {
    let (drive, site) = (view.contents.drive(at), view.contents.site_of(at.drive));
    let own = view.contents.item(at);
    json!({
        "listId": drive.list.to_string(),
        "listItemId": own.number.to_string(),
        "listItemUniqueId": own.guid.to_string(),
        "siteId": site.collection.to_string(),
        "siteUrl": site.url(),
        "webId": site.web.to_string(),
    })
}

fn facets(view: &View<'_>, at: At) -> Map<String, Value> {
    let own = view.contents.item(at);
    let mut facets = kind(view, at, own);
    if own.parent.is_none() {
        facets.insert("root".to_owned(), json!({}));
    }
    if !matches!(own.sharing, Sharing::Inherited) {
        facets.insert("shared".to_owned(), json!({"scope": "users"}));
    }
    if own.lock == Lock::Malware {
        facets.insert("malware".to_owned(), json!({"description": "Virus:Invented.Sample"}));
    }
    facets
}

fn kind(view: &View<'_>, at: At, own: &Item) -> Map<String, Value> {
    object(match &own.kind {
        Kind::Folder => json!({"folder": {"childCount": view.children(at).count()}}),
        Kind::Package(kind) => json!({"package": {"type": kind}}),
        Kind::Shortcut { drive, item } => {
            json!({"remoteItem": remote(view, At { drive: *drive, item: *item })})
        }
        Kind::File(body) => {
            let mut file = json!({"mimeType": media_type(&own.extension())});
            if let Some(hash) = body.hash() {
                file["hashes"] = json!({"quickXorHash": BASE64_STANDARD.encode(hash)});
            }
            json!({"file": file, "cTag": format!("\"c:{{{}}},2\"", own.guid.upper())})
        }
    })
}

/// Writes what a shortcut stands for, or what is shared from another drive.
pub(crate) fn remote(view: &View<'_>, at: At) -> Value {
    let (drive, own) = (view.contents.drive(at), view.contents.item(at));
    let mut remote = json!({
        "id": own.id,
        "name": own.name,
        "size": drive.size(at.item),
        "webUrl": drive.url(at.item),
        "lastModifiedDateTime": own.modified.to_string(),
        "parentReference": parent(view, at),
    });
    for (name, value) in kind(view, at, own) {
        remote[name] = value;
    }
    remote
}

/// Writes an item of another drive as it looks from one's own.
pub(crate) fn foreign(view: &View<'_>, at: At) -> Value {
    let (drive, own) = (view.contents.drive(at), view.contents.item(at));
    json!({
        "id": own.id,
        "name": own.name,
        "webUrl": drive.url(at.item),
        "lastModifiedDateTime": own.modified.to_string(),
        "remoteItem": remote(view, at),
        "searchResult": {},
    })
}

/// Takes an object's members.
pub(crate) fn object(json: Value) -> Map<String, Value> {
    match json {
        Value::Object(members) => members,
        _ => Map::new(),
    }
}
