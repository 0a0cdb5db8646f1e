use jiff::Timestamp;
use serde::{Deserialize, Deserializer};

use super::{Hit, Resource, lenient, marked};
use crate::{DriveId, ItemId, ListId, PageId, SiteId};

/// Something in SharePoint or OneDrive that a search found.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ItemHit {
    /// The text around the words found, these between `**`; may be empty.
    pub summary: String,
    /// What the index holds of it.
    pub item: FoundItem,
}

/// What the search index holds of a file, folder, page, list or site: of each only some fields, and
/// neither facets nor content.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct FoundItem {
    /// What it is.
    #[serde(rename = "@odata.type")]
    pub kind: FoundKind,
    /// Its id, spelled as its kind has it.
    pub id: Option<String>,
    /// The name: of a file with its extension, of a list or site as in its address.
    pub name: Option<String>,
    /// The name of a list or site for people.
    pub display_name: Option<String>,
    /// What a site is about.
    pub description: Option<String>,
    /// Opens it in the browser.
    pub web_url: Option<String>,
    /// In bytes.
    #[serde(deserialize_with = "lenient::nullable")]
    pub size: Option<u64>,
    /// Who made it.
    pub created_by: FoundBy,
    /// Who changed it last.
    pub last_modified_by: FoundBy,
    /// When it was changed last.
    #[serde(deserialize_with = "lenient::moment")]
    pub last_modified_date_time: Option<Timestamp>,
    /// Where it lies.
    #[serde(deserialize_with = "lenient::nullable")]
    pub parent_reference: FoundParent,
    /// What it is in SharePoint's own terms, on some items.
    pub sharepoint_ids: SharepointIds,
    /// The list item behind a file.
    #[serde(deserialize_with = "lenient::nullable")]
    pub list_item: FoundListItem,
    /// What was asked for by name of a list item.
    #[serde(deserialize_with = "lenient::nullable")]
    pub fields: FoundFields,
    /// Whether the index says that it is a folder; many folders come without it.
    #[serde(rename = "folder", deserialize_with = "present")]
    pub is_folder: bool,
    /// The label that protects it.
    pub sensitivity_label: Option<SensitivityLabel>,
}

/// What kind of thing a search found.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum FoundKind {
    /// A file, folder or page.
    DriveItem,
    /// A list or library.
    List,
    /// An item of a list.
    ListItem,
    /// Something else.
    #[default]
    Other,
    /// A site.
    Site,
}

/// Who did something.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(from = "Option<ByUser>")]
#[non_exhaustive]
pub struct FoundBy {
    /// The name to show.
    pub display_name: Option<String>,
    /// The address.
    pub email: Option<String>,
}

/// The place of something that was found.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct FoundParent {
    /// The drive.
    #[serde(deserialize_with = "lenient::parsed")]
    pub drive_id: Option<DriveId>,
    /// The folder.
    #[serde(deserialize_with = "lenient::parsed")]
    pub id: Option<ItemId>,
    /// The site.
    #[serde(deserialize_with = "lenient::parsed")]
    pub site_id: Option<SiteId>,
    /// What the thing itself is in SharePoint's terms.
    pub sharepoint_ids: SharepointIds,
}

/// SharePoint's own ids of an item.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(from = "Option<Ids>")]
#[non_exhaustive]
pub struct SharepointIds {
    /// The list that it is in.
    pub list_id: Option<ListId>,
    /// The GUID of its list item, which is a page's id.
    pub list_item_unique_id: Option<PageId>,
}

/// The list item behind a file.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct FoundListItem {
    /// Its GUID; absent where Graph gives its number in the list.
    #[serde(deserialize_with = "lenient::parsed")]
    pub id: Option<PageId>,
    /// What was asked for by name.
    #[serde(deserialize_with = "lenient::nullable")]
    pub fields: FoundFields,
}

/// Fields of a list item that were asked for.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(from = "Titles")]
#[non_exhaustive]
pub struct FoundFields {
    /// The title of a page or document.
    pub title: Option<String>,
}

/// The label that an organisation protects a file with.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct SensitivityLabel {
    /// Its GUID.
    pub id: Option<String>,
    /// Its name.
    pub display_name: Option<String>,
}

/// The title under the name that was asked for, and under that of its column.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Titles {
    title: Option<String>,
    #[serde(rename = "Title")]
    column: Option<String>,
}

#[derive(Deserialize)]
struct ByUser {
    user: Option<User>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct User {
    display_name: Option<String>,
    email: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Ids {
    #[serde(deserialize_with = "lenient::parsed")]
    list_id: Option<ListId>,
    #[serde(deserialize_with = "lenient::parsed")]
    list_item_unique_id: Option<PageId>,
}

impl FoundItem {
    /// Returns the GUID of the list item behind it, which is the id of a page.
    #[must_use]
    pub fn unique_id(&self) -> Option<&PageId> {
        let ids = [&self.parent_reference.sharepoint_ids, &self.sharepoint_ids];
        let known = ids.into_iter().find_map(|ids| ids.list_item_unique_id.as_ref());
        known.or(self.list_item.id.as_ref())
    }

    /// Returns the title of a page or document, where the index has one.
    #[must_use]
    pub fn title(&self) -> Option<&str> {
        let titles = [&self.list_item.fields.title, &self.fields.title];
        titles.into_iter().flatten().map(String::as_str).find(|title| !title.is_empty())
    }
}

impl Resource for FoundItem {
    fn is_whole(&self) -> bool {
        self.id.is_some()
    }
}

impl<'de> Deserialize<'de> for FoundKind {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let name = Option::<String>::deserialize(deserializer)?.unwrap_or_default();
        Ok(match name.rsplit('.').next().unwrap_or_default() {
            "driveItem" => Self::DriveItem,
            "list" => Self::List,
            "listItem" => Self::ListItem,
            "site" => Self::Site,
            _ => Self::Other,
        })
    }
}

impl From<Titles> for FoundFields {
    fn from(Titles { title, column }: Titles) -> Self {
        Self { title: title.or(column) }
    }
}

impl From<Option<ByUser>> for FoundBy {
    fn from(by: Option<ByUser>) -> Self {
        let user = by.and_then(|by| by.user);
        user.map_or_else(Self::default, |user| Self {
            display_name: user.display_name,
            email: user.email,
        })
    }
}

impl From<Option<Ids>> for SharepointIds {
    fn from(ids: Option<Ids>) -> Self {
        let Ids { list_id, list_item_unique_id } = ids.unwrap_or_default();
        Self { list_id, list_item_unique_id }
    }
}

impl From<FoundItem> for ItemHit {
    fn from(item: FoundItem) -> Self {
        Self { summary: String::new(), item }
    }
}

impl From<Hit<FoundItem>> for ItemHit {
    fn from(hit: Hit<FoundItem>) -> Self {
        let Hit { hit_id, summary, resource: mut item, .. } = hit;
        item.id = item.id.filter(|id| !id.is_empty()).or(Some(hit_id));
        Self { summary: marked(&summary), item }
    }
}

/// Reads a facet: whatever it holds, it is there.
fn present<'de, D: Deserializer<'de>>(deserializer: D) -> Result<bool, D::Error> {
    let facet = Option::<serde::de::IgnoredAny>::deserialize(deserializer)?;
    Ok(facet.is_some())
}
