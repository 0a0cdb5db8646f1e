use jiff::Timestamp;
use serde::Deserialize;

use super::{FoundBy, Resource, lenient};
use crate::{PageId, SiteId};

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
