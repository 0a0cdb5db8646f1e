//! All files and pages that the main user may see, found by a look at each folder.

use std::collections::BTreeSet;

use jiff::{Timestamp, civil::Date, tz::TimeZone};
use m365_graph::{DriveId, DriveItem, GraphClient, ItemId};
use percent_encoding::percent_decode_str;
use serde_json::{Value, json};

use crate::office::{Office, text};

pub(crate) const SCOPES: [&str; 4] =
    ["User.Read", "Calendars.Read", "Files.Read.All", "Sites.Read.All"];

pub(crate) const HOST: &str = "https://fjordlight.sharepoint.com";

/// A file, page or folder.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    /// The address, decoded.
    pub(crate) url: String,
    pub(crate) name: String,
    pub(crate) author: String,
    pub(crate) modified: Timestamp,
    pub(crate) is_folder: bool,
    pub(crate) is_page: bool,
}

/// Everything in the sites that can be listed.
pub(crate) struct Library {
    pub(crate) entries: Vec<Entry>,
}

impl Library {
    pub(crate) async fn of(office: &Office) -> Self {
        let graph = office.graph();
        let mut entries = Vec::new();
        for site in graph.sites().search("*").await.unwrap().items {
            let site = graph.sites().site(&site.id.unwrap());
            let lists = site.libraries().await.unwrap().items;
            for drive in lists.iter().filter_map(|one| one.id.clone()) {
                entries.extend(files(&graph, &drive).await);
            }
            entries.extend(site.pages(100, None).await.unwrap().items.into_iter().map(|page| {
                Entry {
                    url: decoded(&page.web_url.unwrap()),
                    name: page.name.unwrap(),
                    author: page.created_by.display_name.unwrap(),
                    modified: page.last_modified_date_time.unwrap(),
                    is_folder: false,
                    is_page: true,
                }
            }));
        }
        Self { entries }
    }

    /// The addresses of the files and pages that fit `arguments`; the words of a query are not compared.
    pub(crate) fn expected(&self, arguments: &Value) -> BTreeSet<String> {
        let fitting =
            self.entries.iter().filter(|entry| !entry.is_folder && fits(entry, arguments));
        fitting.map(|entry| entry.url.clone()).collect()
    }

    /// Whether a look at each folder finds this address at all: what was deleted lately and what others
    /// share from their OneDrives is in the index alone.
    pub(crate) fn knows(&self, url: &str) -> bool {
        self.entries.iter().any(|entry| entry.url == url)
    }
}

fn fits(entry: &Entry, arguments: &Value) -> bool {
    let given = |name: &str| arguments[name].as_str();
    let below =
        |place: &str| entry.url.to_lowercase().starts_with(&format!("{}/", place.to_lowercase()));
    let kind = match given("contentType") {
        Some("page") => entry.is_page,
        Some("file") => !entry.is_page,
        _ => true,
    };
    let is_type = |one: &str| entry.name.to_lowercase().ends_with(&format!(".{one}"));
    let has_type = match &arguments["fileType"] {
        Value::Array(types) => types.iter().any(|one| is_type(one.as_str().unwrap())),
        Value::String(one) => is_type(one),
        _ => true,
    };
    kind && has_type
        && given("author").is_none_or(|author| entry.author == author)
        && given("site").is_none_or(|site| below(&format!("{HOST}/sites/{site}")))
        && given("library").is_none_or(|name| in_library(&entry.url, name))
        && given("path").is_none_or(|path| below(&decoded(path)))
        && given("folderName").is_none_or(|path| entry.url.contains(&format!("/{path}/")))
        && given("afterDateTime").is_none_or(|day| starts(day) <= entry.modified)
        && given("beforeDateTime").is_none_or(|day| entry.modified < ends(day))
}

/// The library's address has another name than the library, but in a person's OneDrive.
fn in_library(url: &str, name: &str) -> bool {
    let is_own = url.contains("-my.sharepoint.com/personal/");
    let name = if name == "Documents" && !is_own { "Shared Documents" } else { name };
    url.contains(&format!("/{name}/"))
}

fn day(text: &str) -> jiff::Zoned {
    text.parse::<Date>().unwrap().to_zoned(TimeZone::get("Europe/Berlin").unwrap()).unwrap()
}

fn starts(text: &str) -> Timestamp {
    day(text).timestamp()
}

fn ends(text: &str) -> Timestamp {
    day(text).tomorrow().unwrap().timestamp()
}

pub(crate) fn decoded(url: &str) -> String {
    percent_decode_str(url).decode_utf8().unwrap().into_owned()
}

/// Reads a drive folder by folder; who made each file is read in batches.
async fn files(graph: &GraphClient, drive: &DriveId) -> Vec<Entry> {
    let api = graph.drive(drive);
    let mut open: Vec<Option<ItemId>> = vec![None];
    let mut ids = Vec::new();
    while let Some(folder) = open.pop() {
        let folder = folder.map_or_else(|| api.root(), |id| api.item(&id));
        let mut page = folder.children().page().await.unwrap();
        loop {
            for item in &page.items {
                ids.push(item.id.clone().unwrap());
                if item.folder.is_some() && item.remote_item.is_none() {
                    open.push(item.id.clone());
                }
            }
            let Some(next) = page.next else { break };
            page = api.next_page(&next).await.unwrap();
        }
    }
    let parts = ids.iter().map(|id| api.item(id).batched()).collect();
    let items = graph.batch(parts).await.unwrap();
    items.into_iter().map(|item| entry(item.unwrap())).collect()
}

fn entry(item: DriveItem) -> Entry {
    let author = item.created_by.and_then(|by| by.user).and_then(|user| user.display_name);
    Entry {
        url: decoded(&item.web_url.unwrap()),
        name: item.name.unwrap(),
        author: author.unwrap_or_default(),
        modified: item.last_modified_date_time.unwrap(),
        is_folder: item.folder.is_some() || item.package.is_some() || item.remote_item.is_some(),
        is_page: false,
    }
}

/// All results of a search, page by page.
pub(crate) async fn all(office: &Office, tool: &str, arguments: &Value) -> Vec<Value> {
    let mut results = Vec::new();
    let mut next = arguments.clone();
    for _ in 0..200 {
        let found = match office.call(tool, next.clone()).await {
            Ok(found) => found,
            Err(error) => panic!("{next}: {error}"),
        };
        results.extend(found["results"].as_array().unwrap().iter().cloned());
        if found["moreResults"] == false {
            return results;
        }
        next = arguments.clone();
        match (&found["nextOffset"], &found["nextCursor"]) {
            (offset @ Value::Number(_), Value::Null) => next["offset"] = offset.clone(),
            (Value::Null, cursor @ Value::String(_)) => next["cursor"] = cursor.clone(),
            other => panic!("{arguments}: {other:?}"),
        }
    }
    panic!("{arguments}: no end")
}

pub(crate) async fn search(office: &Office, arguments: Value) -> Value {
    match office.call("sharepoint_search", arguments.clone()).await {
        Ok(found) => found,
        Err(error) => panic!("{arguments}: {error}"),
    }
}

pub(crate) fn urls(results: &[Value]) -> Vec<String> {
    results.iter().map(|hit| decoded(text(hit, "webUrl"))).collect()
}

/// The arguments with `name` set to `value`.
pub(crate) fn with(arguments: &Value, name: &str, value: &Value) -> Value {
    let mut arguments = arguments.clone();
    arguments[name] = value.clone();
    arguments
}

pub(crate) fn nothing() -> Value {
    json!({})
}
