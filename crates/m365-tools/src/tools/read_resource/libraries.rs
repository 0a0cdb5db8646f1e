//! The document libraries of a site.

use m365_graph::{Library, SiteId};
use serde_json::{Map, Value, json};

use super::{
    item::Item,
    reader::{Read, Reader, moment},
    request::{Position, Request},
};
use crate::{
    ToolError,
    drives::access::{self, Reach},
    mail::fields::{known, one_line},
    uri::{FileItem, FileUri, SiteUri},
};

/// Lists the libraries of a site; each can be listed in turn.
pub(super) async fn read(
    reader: &Reader<'_>,
    request: &Request,
    site: SiteId,
) -> Result<Read, ToolError> {
    request.refuse_sheet()?;
    request.refuse_format("a list of libraries")?;
    request.refuse_pages("a list of libraries")?;
    let reach = access::check(reader.ctx).await?;
    let api = reader.ctx.graph().sites().site(&site);
    // Files.Read.All opens libraries, and not what is said of their site.
    let (libraries, about, _) = tokio::join!(api.libraries(), api.get(), reader.zone());
    let libraries = libraries.map_err(|error| explain(reach, error))?;
    let about = about.ok();
    let name = about.as_ref().and_then(|site| site.display_name.as_deref());
    let title = name.map_or_else(|| "Document libraries".to_owned(), one_line);
    let mut item = Item::new(SiteUri::Drives(site).to_string(), "libraries", title);
    item.web_url = about.and_then(|site| site.web_url);
    let (zone, _) = reader.zone().await;
    let entries = libraries.items.into_iter().map(|library| entry(library, zone)).collect();
    Ok(list(reader, request, item, entries))
}

fn entry(library: Library, zone: &jiff::tz::TimeZone) -> Map<String, Value> {
    let uri = library.id.map(|id| FileUri::new(id, FileItem::Root).to_string());
    let description = library.description.filter(|text| !text.is_empty());
    known(json!({
        "uri": uri,
        "type": "library",
        "name": one_line(&library.name),
        "description": description.as_deref().map(one_line),
        "webUrl": library.web_url,
        "lastModifiedDateTime": moment(library.last_modified_date_time, zone),
    }))
}

/// Puts what fits into an answer; a site has few enough libraries to read them all each time.
fn list(
    reader: &Reader<'_>,
    request: &Request,
    item: Item,
    entries: Vec<Map<String, Value>>,
) -> Read {
    let given: usize = request.list_place();
    let mut room = reader.room_beside(&item);
    let mut read = Read { item, ..Read::default() };
    for (at, entry) in entries.into_iter().enumerate().skip(given) {
        let length = reader.length(&entry);
        if length > room && !read.item.items.is_empty() {
            read.next = Some(Position::listing(&at));
            break;
        }
        room = room.saturating_sub(length);
        read.item.items.push(entry);
    }
    read
}

fn explain(reach: Reach, error: m365_graph::Error) -> ToolError {
    let denied = error.kind() == m365_graph::ErrorKind::Forbidden;
    let error = ToolError::from(error);
    match reach {
        Reach::Own if denied => error.with_message(access::beyond_own()),
        Reach::Selected if denied => error.with_message(access::beyond_selected()),
        _ => error,
    }
}
