//! What a folder of a drive holds.

use jiff::tz::TimeZone;
use m365_graph::{self as graph, DriveItem, NextLink, Page};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::{
    file::Source,
    item::Item,
    reader::{Read, moment},
    request::Position,
};
use crate::{
    ToolError,
    drives::{
        access::{self, Reach},
        fields,
    },
    mail::fields::known,
    uri::{FileItem, FileUri},
};

/// How many entries one answer lists.
const ENTRIES: u32 = 50;

/// Where a listing goes on.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
struct Place {
    /// The page of Graph's; the first one if absent.
    link: Option<NextLink>,
    /// How many entries of it were given.
    given: usize,
}

/// Lists what a folder holds, by name.
pub(super) async fn read(source: &Source<'_>, folder: &DriveItem) -> Result<Read, ToolError> {
    source.request.refuse_sheet()?;
    source.request.refuse_format("a folder")?;
    source.request.refuse_pages("a folder")?;
    let place: Place = source.request.list_place();
    let page = match page(source, &place).await {
        Ok(page) => page,
        Err(error) => return Err(source.explain(error).await),
    };
    let (zone, _) = source.reader.zone().await;
    let item = source.describe("folder", folder).await;
    Ok(list(source, item, place, page, zone))
}

async fn page(source: &Source<'_>, place: &Place) -> graph::Result<Page<DriveItem>> {
    match &place.link {
        Some(link) => source.drive().next_page(link).await,
        None => source.asked()?.children().order_by("name").top(ENTRIES).page().await,
    }
}

/// Puts what fits into an answer.
fn list(
    source: &Source<'_>,
    item: Item,
    place: Place,
    page: Page<DriveItem>,
    zone: &TimeZone,
) -> Read {
    let mut room = source.reader.room_beside(&item);
    let mut read = Read { item, ..Read::default() };
    for (at, child) in page.items.iter().enumerate().skip(place.given) {
        let entry = entry(source, child, zone);
        let length = source.reader.length(&entry);
        if length > room && !read.item.items.is_empty() {
            let rest = Place { given: at, ..place };
            read.next = Some(Position::listing(&rest));
            return noted(source, read);
        }
        room = room.saturating_sub(length);
        read.item.items.push(entry);
    }
    if let Some(link) = page.next {
        read.next = Some(Position::listing(&Place { link: Some(link), given: 0 }));
    }
    if let Some(why) = page.incomplete {
        read.notices.push(format!("The list is not complete: {why}."));
    }
    noted(source, read)
}

/// Says what of a list cannot be opened.
fn noted(source: &Source<'_>, mut read: Read) -> Read {
    let elsewhere = read.item.items.iter().any(|entry| entry.get("shortcut").is_some());
    if elsewhere && source.reach == Reach::Own {
        let scope = access::FILES_ALL;
        read.notices
            .push(format!("Missing scope '{scope}': shortcuts to other drives cannot be opened."));
    }
    read
}

/// Describes what a folder holds; a shortcut bears the address of what it leads to.
fn entry(source: &Source<'_>, child: &DriveItem, zone: &TimeZone) -> Map<String, Value> {
    let here = child.id.as_ref().map(|id| (&source.uri.drive, id));
    let address = child.target().or(here);
    let uri = address
        .map(|(drive, id)| FileUri::new(drive.clone(), FileItem::Id(id.clone())).to_string());
    let target = child.remote_item.as_deref();
    let folder = child.folder.as_ref().or(target.and_then(|target| target.folder.as_ref()));
    known(json!({
        "uri": uri,
        "type": kind(child),
        "name": fields::name(child),
        "size": child.size.filter(|_| child.file.is_some()),
        "lastModifiedDateTime": moment(child.last_modified_date_time, zone),
        "childCount": folder.and_then(|folder| folder.child_count),
        "shortcut": target.map(|_| true),
        "malware": child.malware.as_ref().map(|_| true),
    }))
}

fn kind(child: &DriveItem) -> &'static str {
    let target = child.remote_item.as_deref();
    let has = |own: bool, theirs: Option<bool>| own || theirs.unwrap_or_default();
    if has(child.folder.is_some(), target.map(|target| target.folder.is_some())) {
        return "folder";
    }
    match has(child.package.is_some(), target.map(|target| target.package.is_some())) {
        true => "package",
        false => "file",
    }
}
