//! Sites of SharePoint by what people call them: a name, an address or an id.

mod address;
mod folders;
mod libraries;

use m365_extract::excerpt;
use m365_graph::{self as graph, ErrorKind, Site, SiteId};

pub(crate) use self::{
    address::WebPlace,
    folders::{find_folder, folders_query, item as file_item, path as path_restriction, place_of},
    libraries::{drive_of, is_library, libraries_of, places_of_library},
};
pub(crate) use crate::drives::access::{FILES, FILES_ALL, SITES_ALL, SITES_SELECTED};
use crate::{
    ErrorCode, ToolContext, ToolError,
    drives::form,
    mail::fields::line,
    named,
    uri::{ResourceUri, SiteUri},
    words::{has_words, same_name},
};

/// A site that was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct FoundSite {
    pub(crate) id: SiteId,
    pub(crate) name: String,
    pub(crate) web_url: String,
}

impl FoundSite {
    fn of(site: Site) -> Option<Self> {
        let name = line(site.display_name.as_deref().or(site.name.as_deref()));
        Some(Self { id: site.id?, name, web_url: site.web_url.unwrap_or_default() })
    }

    /// Returns where the site lies.
    pub(crate) fn place(&self) -> Option<WebPlace> {
        WebPlace::of_site(&self.web_url)
    }
}

/// Finds the site that `text` names: by its display name, the last part of its address, its whole
/// address, or its id.
///
/// # Errors
///
/// `NOT_FOUND` with names that come near, `VALIDATION_ERROR` that lists the sites of one name or says what
/// else the text is, `FORBIDDEN` that names the scope, and what a request to Graph can meet.
pub(crate) async fn find(ctx: &ToolContext, text: &str) -> Result<FoundSite, ToolError> {
    let text = text.trim();
    ctx.require_any_scope(&[SITES_ALL, SITES_SELECTED]).await?;
    if text.contains("://") {
        return by_address(ctx, text).await;
    }
    if let Some(id) = id(text) {
        let site = ctx.graph().sites().site(&id).get().await;
        return found(site, text);
    }
    refuse_other_ids(text)?;
    if let Some(owner) = text.strip_prefix(address::ONEDRIVE).filter(|owner| form::is_name(owner)) {
        return of_onedrive(ctx, owner, text).await;
    }
    by_name(ctx, text).await
}

/// Takes a text for an id where no name looks so.
fn id(text: &str) -> Option<SiteId> {
    let id = SiteId::new(text).ok()?;
    let is_guid = text.len() == 36 && !text.contains('.') && text.matches('-').count() == 4;
    (text.contains(',') || is_guid || text.contains(".sharepoint")).then_some(id)
}

/// Finds the site of a person's OneDrive, which the name of a hit's site tells: it lies on the host that
/// goes with that of the sites.
async fn of_onedrive(ctx: &ToolContext, owner: &str, text: &str) -> Result<FoundSite, ToolError> {
    let Ok(root) = SiteId::new("root") else { return by_name(ctx, text).await };
    let root = ctx.graph().sites().site(&root).get().await?;
    let host = root.web_url.as_deref().and_then(WebPlace::of).and_then(|place| {
        let (tenant, domain) = place.host().split_once('.')?;
        Some(format!("{tenant}-my.{domain}"))
    });
    let Some(host) = host else { return by_name(ctx, text).await };
    found(ctx.graph().sites().at(&host, &format!("/personal/{owner}")).await, text)
}

async fn by_address(ctx: &ToolContext, text: &str) -> Result<FoundSite, ToolError> {
    if let Some(place) = WebPlace::parse(text, ctx.cloud()) {
        let site = ctx.graph().sites().at(place.host(), &place.path()).await;
        return found(site, text);
    }
    match ResourceUri::parse(text, ctx.cloud()) {
        Ok(ResourceUri::Site(SiteUri::Site(id) | SiteUri::Drives(id))) => {
            found(ctx.graph().sites().site(&id).get().await, text)
        }
        _ => Err(ToolError::validation(format!(
            "site: {:?} is not accepted; the name of a site, its address such as \
             https://contoso.sharepoint.com/sites/Finance, or its id (host,guid,guid) is.",
            excerpt(text, 100)
        ))),
    }
}

/// Says which kind an id is of that is no site's.
fn refuse_other_ids(text: &str) -> Result<(), ToolError> {
    let kind = match text {
        _ if text.starts_with("b!") => "a drive",
        _ if text.starts_with("19:") => "a chat or channel",
        _ if graph::ItemId::new(text).is_ok() => "a file or folder",
        _ => return Ok(()),
    };
    Err(ToolError::validation(format!(
        "site: {:?} is the id of {kind}; a site's name, address or id (host,guid,guid) is expected.",
        excerpt(text, 100)
    )))
}

fn found(site: graph::Result<Site>, text: &str) -> Result<FoundSite, ToolError> {
    let missing = || {
        let message = format!(
            "site: there is no site {:?}, or none that the user may open.",
            excerpt(text, 100)
        );
        ToolError::new(ErrorCode::NotFound, message)
    };
    match site {
        Ok(site) => FoundSite::of(site).ok_or_else(missing),
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::BadRequest) => {
            Err(missing().with_details(ToolError::from(error).details().clone()))
        }
        Err(error) => Err(error.into()),
    }
}

async fn by_name(ctx: &ToolContext, name: &str) -> Result<FoundSite, ToolError> {
    ctx.require_scope(SITES_ALL).await?;
    let sites = ctx.graph().sites().search(name).await?.items;
    let sites: Vec<_> = sites.into_iter().filter_map(FoundSite::of).collect();
    match choose(name, sites).as_slice() {
        [only] => Ok(only.clone()),
        [] => Err(unknown(ctx, name).await),
        several => {
            let each = several.iter().map(|site| format!("{} ({})", site.name, site.web_url));
            Err(named::ambiguous("site", "site", name, each))
        }
    }
}

/// Keeps the sites that `name` names in full, or else those that have all its words.
fn choose(name: &str, sites: Vec<FoundSite>) -> Vec<FoundSite> {
    let is_called = |site: &FoundSite| {
        let place = site.place();
        let in_address = place.as_ref().and_then(WebPlace::last);
        same_name(&site.name, name) || in_address.is_some_and(|last| same_name(last, name))
    };
    let (exact, others): (Vec<_>, Vec<_>) = sites.into_iter().partition(is_called);
    if !exact.is_empty() {
        return exact;
    }
    others.into_iter().filter(|site| has_words(&site.name, name)).collect()
}

/// Says that there is no such site, with the names of some that there are.
async fn unknown(ctx: &ToolContext, name: &str) -> ToolError {
    let all = ctx.graph().sites().search("*").await.map(|page| page.items).unwrap_or_default();
    let names: Vec<_> = all.into_iter().filter_map(FoundSite::of).map(|site| site.name).collect();
    named::not_found("site", "site", name, names.iter().map(String::as_str))
}
