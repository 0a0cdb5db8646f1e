use std::fmt;

use m365_graph::{PageId, SiteId};

use super::Rest;

/// The forms of a site's address as URI templates (RFC 6570).
pub(crate) const SITE: &str = "site:///{siteId}";
pub(crate) const DRIVES: &str = "drive:///sites/{siteId}";
pub(crate) const PAGE: &str = "page:///sites/{siteId}/pages/{pageId}";

/// The address of a site or of something in it that is no file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum SiteUri {
    /// What a site is about, with its libraries and pages.
    Site(SiteId),
    /// A site's libraries.
    Drives(SiteId),
    /// A page.
    Page { site: SiteId, page: PageId },
}

/// Reads what stands behind `site:///`, `drive:///` or `page:///`.
pub(super) fn parse(scheme: &str, rest: &Rest) -> Option<SiteUri> {
    let uri = match (scheme, &rest.only_segments()?[..]) {
        ("site", [id]) => SiteUri::Site(SiteId::new(id).ok()?),
        ("drive", ["sites", id]) => SiteUri::Drives(SiteId::new(id).ok()?),
        ("page", ["sites", site, "pages", page]) => {
            SiteUri::Page { site: SiteId::new(site).ok()?, page: PageId::new(page).ok()? }
        }
        _ => return None,
    };
    Some(uri)
}

/// Says what is accepted.
pub(super) fn forms() -> String {
    format!("{SITE}, {DRIVES} or {PAGE} (siteId: host,guid,guid; pageId: a GUID)")
}

impl fmt::Display for SiteUri {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Site(site) => write!(f, "site:///{site}"),
            Self::Drives(site) => write!(f, "drive:///sites/{site}"),
            Self::Page { site, page } => write!(f, "page:///sites/{site}/pages/{page}"),
        }
    }
}
