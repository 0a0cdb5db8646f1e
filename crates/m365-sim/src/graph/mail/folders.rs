//! Folders as Graph writes them.

use serde_json::{Map, Value};

use crate::{
    graph::{
        call::ok,
        fail::Fail,
        mail::{
            View,
            folder::{Folder, ROOT},
            list::columns,
        },
        page::{self, Count, Cut, Link},
    },
    http::Response,
};

const PROPERTIES: [&str; 7] = [
    "id",
    "displayName",
    "parentFolderId",
    "childFolderCount",
    "unreadItemCount",
    "totalItemCount",
    "isHidden",
];

/// Answers with the folders that lie in `parent`; nothing means the mailbox's top.
pub(crate) fn list(view: &View<'_>, parent: Option<(usize, &str)>) -> Result<Response, Fail> {
    let query = view.call.query;
    refuse_search(view)?;
    let select = checked(view)?;
    let hidden = query.flag("includehiddenfolders")?;
    let (place, tail) = match parent {
        Some((place, id)) => (place, format!("/mailFolders('{id}')/childFolders")),
        None => (ROOT, "/mailFolders".to_owned()),
    };
    let named = query.get("$filter").map(wanted_name).transpose()?;
    let all: Vec<_> = view
        .mailbox
        .folders()
        .children(place)
        .filter(|(_, folder)| hidden || !folder.hidden)
        .filter(|(_, folder)| {
            named.as_ref().is_none_or(|name| folder.name.to_lowercase() == name.to_lowercase())
        })
        .collect();
    let cut = Cut { top: query.top(10, 1000)?, count: Count::OfAll, link: Link::Skip };
    let context = view.context(&format!("{tail}{}", columns(select.as_deref())));
    page::write(view.call, cut, &context, &all, |(place, folder)| {
        write(view, *place, folder, select.as_deref())
    })
}

/// Answers with one folder.
pub(crate) fn get(view: &View<'_>, place: usize) -> Result<Response, Fail> {
    let select = checked(view)?;
    let folder = view.mailbox.folders().get(place).ok_or_else(Fail::item_not_found)?;
    let mut body = write(view, place, folder, select.as_deref());
    let tail = format!("/mailFolders{}/$entity", columns(select.as_deref()));
    body["@odata.context"] = view.context(&tail).into();
    Ok(ok(&body))
}

fn checked<'a>(view: &View<'a>) -> Result<Option<Vec<&'a str>>, Fail> {
    let select = view.call.query.select();
    let unknown = select.iter().flatten().find(|name| !PROPERTIES.contains(name));
    match unknown {
        None => Ok(select),
        Some(name) => Err(Fail::parse_uri(format!(
            "Could not find a property named '{name}' on type 'microsoft.graph.mailFolder'."
        ))),
    }
}

fn refuse_search(view: &View<'_>) -> Result<(), Fail> {
    match view.call.query.get("$search") {
        None => Ok(()),
        Some(_) => Err(Fail::bad_request("The query parameter '$search' is not supported.")),
    }
}

/// Folders can be filtered by their name and nothing else.
fn wanted_name(filter: &str) -> Result<String, Fail> {
    let quoted = filter.trim().strip_prefix("displayName eq '");
    let name = quoted.and_then(|rest| rest.strip_suffix('\''));
    let name = name.ok_or_else(|| {
        Fail::new(
            http::StatusCode::BAD_REQUEST,
            "ErrorInvalidUrlQueryFilter",
            "The query filter contains one or more invalid nodes.",
        )
    });
    Ok(name?.replace("''", "'"))
}

fn write(view: &View<'_>, place: usize, folder: &Folder, select: Option<&[&str]>) -> Value {
    let mut out = Map::new();
    if folder.search {
        out.insert("@odata.type".into(), "#microsoft.graph.mailSearchFolder".into());
    }
    for name in select.unwrap_or(&PROPERTIES).iter().chain(&["id"]) {
        out.insert((*name).to_owned(), property(view, place, folder, name));
    }
    Value::Object(out)
}

fn property(view: &View<'_>, place: usize, folder: &Folder, name: &str) -> Value {
    let count = |unread: bool| {
        let own = view.mailbox.messages().filter(|message| view.mailbox.holds(place, message));
        own.filter(|message| !unread || message.unread).count()
    };
    match name {
        "id" => view.folder_id(place).into(),
        "displayName" => folder.name.as_ref().into(),
        "parentFolderId" => view.folder_id(folder.parent).into(),
        "childFolderCount" => view.mailbox.folders().children(place).count().into(),
        "unreadItemCount" => count(true).into(),
        "totalItemCount" => count(false).into(),
        _ => folder.hidden.into(),
    }
}
