use jiff::Timestamp;
use serde::Deserialize;

use super::{FoundBy, Resource, lenient};
use crate::{DriveId, ListId, PageId, SiteId};

mod canvas;

pub use canvas::{Canvas, CanvasSection, KeyValue, PartContent, PartData, WebPart};

/// A [site](https://learn.microsoft.com/graph/api/resources/site) of SharePoint.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct Site {
    /// Its id, `{host},{guid},{guid}`.
    #[serde(deserialize_with = "lenient::parsed")]
    pub id: Option<SiteId>,
    /// The last part of its address.
    pub name: Option<String>,
    /// The name for people.
    pub display_name: Option<String>,
    /// What it is about.
    pub description: Option<String>,
    /// Opens it in the browser.
    pub web_url: Option<String>,
    /// When something in it was changed last.
    #[serde(deserialize_with = "lenient::moment")]
    pub last_modified_date_time: Option<Timestamp>,
}

impl Resource for Site {
    fn is_whole(&self) -> bool {
        self.id.is_some()
    }
}

/// A document library as a [drive](https://learn.microsoft.com/graph/api/resources/drive).
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct Library {
    /// The id of the drive.
    #[serde(deserialize_with = "lenient::parsed")]
    pub id: Option<DriveId>,
    /// The name for people, e.g. `Documents`.
    #[serde(deserialize_with = "lenient::nullable")]
    pub name: String,
    /// What it is for.
    pub description: Option<String>,
    /// Opens it in the browser; its last part may differ from the name, e.g. `Shared%20Documents`.
    #[serde(deserialize_with = "lenient::nullable")]
    pub web_url: String,
    /// When something in it was changed last.
    #[serde(deserialize_with = "lenient::moment")]
    pub last_modified_date_time: Option<Timestamp>,
}

impl Resource for Library {
    fn is_whole(&self) -> bool {
        self.id.is_some()
    }
}

/// A [list](https://learn.microsoft.com/graph/api/resources/list), of which a library is one.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct SiteList {
    /// Its id.
    #[serde(deserialize_with = "lenient::parsed")]
    pub id: Option<ListId>,
    /// Opens it in the browser.
    #[serde(deserialize_with = "lenient::nullable")]
    pub web_url: String,
}

impl Resource for SiteList {
    fn is_whole(&self) -> bool {
        self.id.is_some()
    }
}

/// An [item of a list](https://learn.microsoft.com/graph/api/resources/listitem), such as the file
/// of a page.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct ListItem {
    /// Its number in the list.
    pub id: Option<String>,
    /// Opens it in the browser.
    pub web_url: Option<String>,
    /// When it was changed last.
    #[serde(deserialize_with = "lenient::moment")]
    pub last_modified_date_time: Option<Timestamp>,
    /// Who made it.
    pub created_by: FoundBy,
    /// Its columns.
    #[serde(deserialize_with = "lenient::nullable")]
    pub fields: ListFields,
}

impl Resource for ListItem {
    fn is_whole(&self) -> bool {
        self.id.is_some()
    }
}

/// The columns of a page's item that hold text.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
#[non_exhaustive]
pub struct ListFields {
    /// The title.
    pub title: Option<String>,
    /// The name of the file.
    pub file_leaf_ref: Option<String>,
    /// The HTML of a wiki page.
    pub wiki_field: Option<String>,
    /// The HTML of a publishing page.
    pub publishing_page_content: Option<String>,
}

/// A [page](https://learn.microsoft.com/graph/api/resources/sitepage) of a site.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct SitePage {
    /// The GUID of its list item.
    #[serde(deserialize_with = "lenient::parsed")]
    pub id: Option<PageId>,
    /// The name of its file, e.g. `Home.aspx`.
    pub name: Option<String>,
    /// The title.
    pub title: Option<String>,
    /// What it is about.
    pub description: Option<String>,
    /// Opens it in the browser.
    pub web_url: Option<String>,
    /// `page` or `newsPost`.
    pub promotion_kind: Option<String>,
    /// When it was changed last.
    #[serde(deserialize_with = "lenient::moment")]
    pub last_modified_date_time: Option<Timestamp>,
    /// Who changed it last.
    pub last_modified_by: FoundBy,
    /// Who made it.
    pub created_by: FoundBy,
    /// How far it is from being published.
    #[serde(deserialize_with = "lenient::nullable")]
    pub publishing_state: PublishingState,
    /// What stands on it, where that was asked for.
    pub canvas_layout: Option<Canvas>,
}

/// How far a page is from being published.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct PublishingState {
    /// `published`, `draft` or `checkout`.
    pub level: Option<String>,
}

impl Resource for SitePage {
    fn is_whole(&self) -> bool {
        self.id.is_some()
    }
}
