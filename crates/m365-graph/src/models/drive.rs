use jiff::Timestamp;
use serde::Deserialize;

use super::{IdentitySet, Resource, lenient};
use crate::{DriveId, ItemId};

mod facets;

pub use facets::{
    FileFacet, FolderFacet, ItemReference, ListItemIds, Malware, Package, RemoteItem,
};

/// A [drive](https://learn.microsoft.com/graph/api/resources/drive): a document library of a site,
/// or somebody's OneDrive.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct Drive {
    /// Its id.
    #[serde(deserialize_with = "lenient::parsed")]
    pub id: Option<DriveId>,
    /// The library's name, e.g. `Documents`.
    pub name: Option<String>,
    /// What its owner says it is for.
    pub description: Option<String>,
    /// `personal`, `business` or `documentLibrary`.
    pub drive_type: Option<String>,
    /// Opens it in the browser; the addresses of its items start with this one.
    pub web_url: Option<String>,
    /// When something in it changed last.
    #[serde(deserialize_with = "lenient::moment")]
    pub last_modified_date_time: Option<Timestamp>,
    /// Whose it is.
    pub owner: Option<IdentitySet>,
}

impl Resource for Drive {
    fn is_whole(&self) -> bool {
        self.id.is_some()
    }
}

/// A [drive item](https://learn.microsoft.com/graph/api/resources/driveitem): a file, a folder, or
/// what looks like one; its facets tell which.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct DriveItem {
    /// Its id, valid together with its drive's.
    #[serde(deserialize_with = "lenient::parsed")]
    pub id: Option<ItemId>,
    /// The name, with its extension.
    pub name: Option<String>,
    /// In bytes; that of a folder is the sum of what it holds.
    pub size: Option<u64>,
    /// Opens it in the browser.
    pub web_url: Option<String>,
    /// Changes whenever anything of it does.
    pub e_tag: Option<String>,
    /// When it was made or uploaded.
    #[serde(deserialize_with = "lenient::moment")]
    pub created_date_time: Option<Timestamp>,
    /// When it changed last.
    #[serde(deserialize_with = "lenient::moment")]
    pub last_modified_date_time: Option<Timestamp>,
    /// Who made or uploaded it.
    pub created_by: Option<IdentitySet>,
    /// Who changed it last.
    pub last_modified_by: Option<IdentitySet>,
    /// Where it lies.
    pub parent_reference: Option<ItemReference>,
    /// Present where it has content.
    pub file: Option<FileFacet>,
    /// Present where it holds others.
    pub folder: Option<FolderFacet>,
    /// Present where it is several files that look like one, such as a notebook; it has no content.
    pub package: Option<Package>,
    /// Present in a shortcut: what it leads to, in another drive.
    pub remote_item: Option<Box<RemoteItem>>,
    /// Present where a scan found something; such content is not given out.
    pub malware: Option<Malware>,
    /// Present, and empty, in the topmost folder of a drive.
    pub root: Option<serde_json::Value>,
    /// Its ids as SharePoint knows them.
    pub sharepoint_ids: Option<ListItemIds>,
}

impl DriveItem {
    /// Returns the drive that holds it.
    #[must_use]
    pub fn drive_id(&self) -> Option<&DriveId> {
        self.parent_reference.as_ref()?.drive_id.as_ref()
    }

    /// Returns where it leads, if it is a shortcut whose target can be addressed.
    #[must_use]
    pub fn target(&self) -> Option<(&DriveId, &ItemId)> {
        let target = self.remote_item.as_ref()?;
        Some((target.parent_reference.as_ref()?.drive_id.as_ref()?, target.id.as_ref()?))
    }
}

impl Resource for DriveItem {
    fn is_whole(&self) -> bool {
        self.id.is_some() || self.name.is_some() || self.remote_item.is_some()
    }
}
