use serde::Deserialize;

use super::super::lenient;
use crate::{DriveId, ItemId};

/// Where an item lies.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct ItemReference {
    /// The drive.
    #[serde(deserialize_with = "lenient::parsed")]
    pub drive_id: Option<DriveId>,
    /// `personal`, `business` or `documentLibrary`.
    pub drive_type: Option<String>,
    /// The folder.
    #[serde(deserialize_with = "lenient::parsed")]
    pub id: Option<ItemId>,
    /// The folder's name.
    pub name: Option<String>,
    /// The folder's place, `/drives/{id}/root:/…`, percent-encoded; absent in many search hits and
    /// shared items.
    pub path: Option<String>,
    /// The GUID of the site collection, or the whole id of the site.
    pub site_id: Option<String>,
}

/// What is known of content.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct FileFacet {
    /// The media type that the server takes it for.
    pub mime_type: Option<String>,
}

/// What is known of a folder.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct FolderFacet {
    /// How many items it holds.
    pub child_count: Option<u64>,
}

/// Several files that look like one.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct Package {
    /// E.g. `oneNote`.
    pub r#type: Option<String>,
}

/// That a scan found something.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct Malware {
    /// What it found.
    pub description: Option<String>,
}

/// An item in another drive.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct RemoteItem {
    /// Its id in that drive.
    #[serde(deserialize_with = "lenient::parsed")]
    pub id: Option<ItemId>,
    /// Its name there.
    pub name: Option<String>,
    /// In bytes.
    pub size: Option<u64>,
    /// Opens it in the browser.
    pub web_url: Option<String>,
    /// Where it lies.
    pub parent_reference: Option<ItemReference>,
    /// Present where it has content.
    pub file: Option<FileFacet>,
    /// Present where it holds others.
    pub folder: Option<FolderFacet>,
    /// Present where it is several files that look like one.
    pub package: Option<Package>,
}

/// The ids under which SharePoint knows an item; they come only where they are asked for.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct ListItemIds {
    /// The list that holds it.
    pub list_id: Option<String>,
    /// Its number in that list.
    pub list_item_id: Option<String>,
    /// Its GUID, which is a page's id too.
    pub list_item_unique_id: Option<String>,
    /// The GUID of the site collection.
    pub site_id: Option<String>,
    /// The address of the site.
    pub site_url: Option<String>,
    /// The GUID of the site within its collection.
    pub web_id: Option<String>,
}
