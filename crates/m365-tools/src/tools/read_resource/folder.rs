use jiff::tz::TimeZone;
use m365_graph::{FolderId, FolderQuery, MailFolder, Message, Page};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::{item::Item, mail::Source, reader::Read, request::Position};
use crate::{
    ToolError,
    mail::{
        access::{self, Access},
        fields,
        hit::{self, Hit},
    },
    uri::MailItem,
};

/// How many folders, and how many messages, one answer lists.
const FOLDERS: u32 = 100;
const MESSAGES: u32 = 25;

/// How many folders and messages were listed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct ListPlace {
    folders: u32,
    /// `None` until all folders are listed.
    messages: Option<u32>,
}

/// Lists the folders at the top of a mailbox.
pub(super) async fn read_top(source: &Source<'_>) -> Result<Read, ToolError> {
    refuse(source)?;
    let place: ListPlace = source.request.list_place();
    let (page, _) = source.ask(folders(source.mail().folders(), place)).await?;
    let mut list = List::new(source, source.item("folder", "Mail folders".to_owned()), place);
    list.add_folders(page);
    Ok(list.read)
}

/// Lists the folders of a folder, then its messages, newest first.
pub(super) async fn read(source: &Source<'_>, id: &FolderId) -> Result<Read, ToolError> {
    refuse(source)?;
    let place: ListPlace = source.request.list_place();
    let mail = source.mail();
    let (folder, zone) = source.ask(mail.folder(id)).await?;
    let mut list = List::new(source, describe(source, &folder), place);
    if place.messages.is_none() && folder.child_folder_count != Some(0) {
        let page = folders(mail.child_folders(id), place).await;
        if !list.add_folders(page.map_err(|error| source.explain(error))?) {
            return Ok(list.read);
        }
    }
    let skip = place.messages.unwrap_or_default();
    let fields = hit::fields(source.access);
    let query = mail.messages_in(id).order_by("receivedDateTime desc").select(fields);
    let page = query.top(MESSAGES).skip(skip).page().await;
    list.add_messages(page.map_err(|error| source.explain(error))?, skip, zone)?;
    if source.access == Access::Basic {
        list.read
            .notices
            .push(format!("Missing scope '{}': summaries are left out.", access::READ));
    }
    Ok(list.read)
}

/// Refuses what a list knows nothing of.
fn refuse(source: &Source<'_>) -> Result<(), ToolError> {
    source.request.refuse_sheet()?;
    source.request.refuse_format("a folder")?;
    source.request.refuse_pages("a folder")
}

async fn folders(query: FolderQuery, place: ListPlace) -> m365_graph::Result<Page<MailFolder>> {
    query.top(FOLDERS).skip(place.folders).page().await
}

fn describe(source: &Source<'_>, folder: &MailFolder) -> Item {
    Item {
        folder_count: folder.child_folder_count,
        message_count: folder.total_item_count,
        unread_count: folder.unread_item_count,
        ..source.item("folder", fields::one_line(&folder.display_name))
    }
}

/// A listing that grows while it fits.
struct List<'a> {
    source: &'a Source<'a>,
    place: ListPlace,
    room: usize,
    read: Read,
}

impl<'a> List<'a> {
    fn new(source: &'a Source<'a>, item: Item, place: ListPlace) -> Self {
        let room = source.reader.room_beside(&item);
        Self { source, place, room, read: Read { item, ..Read::default() } }
    }

    /// Adds folders; says whether all are listed.
    fn add_folders(&mut self, page: Page<MailFolder>) -> bool {
        for folder in page.items {
            let entry = self.folder(&folder);
            if !self.push(entry) {
                return self.stop();
            }
            self.place.folders += 1;
        }
        if page.next.is_some() { self.stop() } else { true }
    }

    fn add_messages(
        &mut self,
        page: Page<Message>,
        skip: u32,
        zone: &TimeZone,
    ) -> Result<(), ToolError> {
        let mut listed = skip;
        let more = page.next.is_some();
        for message in page.items {
            let entry = Hit::new(message, None, self.source.mailbox(), zone).entry()?;
            if !self.push(entry) {
                self.place.messages = Some(listed);
                self.stop();
                return Ok(());
            }
            listed += 1;
        }
        if more {
            self.place.messages = Some(listed);
            self.stop();
        }
        Ok(())
    }

    /// Adds an entry if it fits; the first one always does.
    fn push(&mut self, entry: Map<String, Value>) -> bool {
        let length = self.source.reader.length(&entry);
        let fits = length <= self.room || self.read.item.items.is_empty();
        if fits {
            self.room = self.room.saturating_sub(length);
            self.read.item.items.push(entry);
        }
        fits
    }

    fn stop(&mut self) -> bool {
        self.read.next = Some(Position::listing(&self.place));
        false
    }

    fn folder(&self, folder: &MailFolder) -> Map<String, Value> {
        let uri = folder.id.clone().map(|id| self.source.sibling(MailItem::Folder(id)));
        fields::known(json!({
            "uri": uri,
            "type": "folder",
            "name": fields::one_line(&folder.display_name),
            "folderCount": folder.child_folder_count,
            "messageCount": folder.total_item_count,
            "unreadCount": folder.unread_item_count,
        }))
    }
}
