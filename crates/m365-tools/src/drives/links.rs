//! Where a pasted link of SharePoint or OneDrive leads; Graph is asked, the link is never opened.

use m365_extract::excerpt;
use m365_graph::{self as graph, DriveApi, DriveItem, ErrorKind, ItemId, PageId, SiteId, SitePage};
use url::Url;

use super::{
    access::{self, Reach},
    form::{self, Form},
};
use crate::{ErrorCode, ToolContext, ToolError};

mod place;

use place::Place;

/// How many pages of a site's list of pages are looked through, and how long one is.
const PAGES: usize = 10;
const PER_PAGE: u32 = 100;

/// How many libraries of a site a file is looked for in.
const LIBRARIES: usize = 20;

/// What a link leads to.
#[derive(Clone, Debug)]
pub(crate) enum Target {
    /// A file or folder.
    Item(Box<DriveItem>),
    /// A page of a site.
    Page { site: SiteId, page: PageId },
    /// A site.
    Site(SiteId),
}

/// Finds what `url` leads to, the value of the argument `field`, which must be one of the cloud's SharePoint
/// hosts.
///
/// # Errors
///
/// `FORBIDDEN` and `NOT_FOUND` with what the user can do, `VALIDATION_ERROR` for what Graph does not take for
/// an address of the user's organisation, and what Graph can meet.
pub(crate) async fn resolve(
    ctx: &ToolContext,
    reach: Reach,
    field: &str,
    url: &Url,
) -> Result<Target, ToolError> {
    let link = Link { ctx, reach, field, url };
    match Form::of(url) {
        Form::Opaque => link.shared(url.as_str()).await.map_err(|error| link.refused(&error)),
        Form::Unique { site, id } => link.unique(&site, &id).await,
        Form::Path(path) => link.at(&path).await,
    }
}

/// A link that is being followed.
#[derive(Clone, Copy)]
struct Link<'a> {
    ctx: &'a ToolContext,
    reach: Reach,
    field: &'a str,
    url: &'a Url,
}

impl Link<'_> {
    async fn shared(&self, url: &str) -> graph::Result<Target> {
        let item = self.ctx.graph().shared_item(url).await?;
        Ok(Target::Item(Box::new(item)))
    }

    /// Follows a path: a site by its address, a page by the site's list, all else as a link first, and
    /// where Graph refuses that, by way of the site and its libraries.
    async fn at(&self, path: &[String]) -> Result<Target, ToolError> {
        if let Some(site) = page(path) {
            return self.page(site, path).await;
        }
        if !place::is_site(path) {
            match self.shared(&self.canonical(path)).await {
                Err(error) if !is_about_link(&error) => return Err(error.into()),
                Err(_) => (),
                found => return found.map_err(ToolError::from),
            }
        }
        match place::find(self.ctx, self.host(), path).await {
            Ok(Place::Site(site)) => Ok(Target::Site(site)),
            Ok(Place::Drive { drive, rest }) => {
                let api = self.ctx.graph().drive(&drive);
                let item = below(&api, &rest).await;
                match item {
                    Ok(item) => Ok(Target::Item(Box::new(item))),
                    Err(error) => Err(access::explain(self.ctx, self.reach, &drive, error).await),
                }
            }
            Ok(Place::Nowhere) => Err(self.nowhere()),
            Err(error) => Err(self.no_site(error).await),
        }
    }

    /// Finds a file by its GUID: as a link, or else in one of the site's libraries.
    async fn unique(&self, site: &[String], id: &ItemId) -> Result<Target, ToolError> {
        match self.shared(self.url.as_str()).await {
            Err(error) if !is_about_link(&error) => return Err(error.into()),
            Err(_) => (),
            found => return found.map_err(ToolError::from),
        }
        let drives = match place::drives(self.ctx, self.host(), site).await {
            Ok(drives) => drives,
            Err(error) => return Err(self.no_site(error).await),
        };
        for drive in drives.into_iter().take(LIBRARIES) {
            match self.ctx.graph().drive(&drive).item(id).get().await {
                Ok(item) => return Ok(Target::Item(Box::new(item))),
                Err(error) if is_about_link(&error) => (),
                Err(error) => return Err(error.into()),
            }
        }
        Err(self.nowhere())
    }

    /// Finds the page of the site at `folder` that lies at `path`: those in folders may share a name.
    async fn page(&self, folder: &[String], path: &[String]) -> Result<Target, ToolError> {
        let found = self.ctx.graph().sites().at(self.host(), &folder.join("/")).await;
        let site = match found.map(|site| site.id) {
            Ok(Some(site)) => site,
            Ok(None) => return Err(self.nowhere()),
            Err(error) => return Err(self.no_site(error).await),
        };
        let pages = self.ctx.graph().sites().site(&site);
        let mut link = None;
        for _ in 0..PAGES {
            let listed = pages.pages(PER_PAGE, link.as_ref()).await?;
            let found = listed.items.iter().find(|page| is_at(page, path));
            if let Some(page) = found.and_then(|page| page.id.clone()) {
                return Ok(Target::Page { site, page });
            }
            link = listed.next;
            if link.is_none() {
                break;
            }
        }
        Err(self.no_page())
    }

    fn host(&self) -> &str {
        self.url.host_str().unwrap_or_default()
    }

    /// Writes the address of a place without what a browser adds to it.
    fn canonical(&self, path: &[String]) -> String {
        form::address(self.host(), path)
    }

    /// Says why a sharing link leads nowhere for this user.
    fn refused(&self, error: &graph::Error) -> ToolError {
        let error = ToolError::from(error);
        let error = match error.code() {
            ErrorCode::Forbidden => error.with_message(format!(
                "Microsoft Graph does not follow this sharing link for the signed-in user{}. Links are \
                 never redeemed here: open it once in a browser, which gives the access that it offers, \
                 or search for the file by its name.",
                self.narrow()
            )),
            ErrorCode::NotFound | ErrorCode::ValidationError => {
                error.with_code(ErrorCode::NotFound).with_message(
                    "The link leads to nothing that the signed-in user may see: it may have been revoked, \
                     or the file deleted. Ask who sent it, or search for the file by its name.",
                )
            }
            _ => error,
        };
        self.openable(error)
    }

    /// Says what narrower scopes than usual have to do with it.
    fn narrow(&self) -> String {
        match self.reach {
            Reach::All => String::new(),
            Reach::Own => format!(" (scope '{}': own files only)", access::FILES),
            Reach::Selected => format!(" (scope '{}': chosen sites only)", access::SITES_SELECTED),
        }
    }

    fn nowhere(&self) -> ToolError {
        self.openable(ToolError::new(
            ErrorCode::NotFound,
            "The link leads to no file, folder, page or site that the signed-in user may see; lists are \
             not read. Search for the file by its name.",
        ))
    }

    /// Graph refuses the host of another organisation as it does a malformed address.
    fn elsewhere(&self) -> String {
        format!(
            "{}: {:?} is not accepted; a link to a site, page, folder or file of the user's own \
             organisation is, and Microsoft Graph does not know this one there.",
            self.field,
            excerpt(self.url.as_str(), 100),
        )
    }

    fn no_page(&self) -> ToolError {
        self.openable(ToolError::new(
            ErrorCode::NotFound,
            "The site has no such page, or it is one in the classic style, which Microsoft Graph does not \
             give. Open it on the web (details.webLink).",
        ))
    }

    /// Says why a site could not be looked into.
    async fn no_site(&self, error: graph::Error) -> ToolError {
        let kind = error.kind();
        let error = ToolError::from(error);
        let may_look = self.ctx.has_scope(access::SITES_ALL).await.unwrap_or_default();
        let error = match (kind, self.reach) {
            (ErrorKind::NotFound, _) => return self.nowhere(),
            (ErrorKind::BadRequest, _) => error.with_message(self.elsewhere()),
            (ErrorKind::Forbidden, Reach::Own) => error.with_message(access::beyond_own()),
            (ErrorKind::Forbidden, Reach::Selected) => error.with_message(access::beyond_selected()),
            (ErrorKind::Forbidden, Reach::All) if !may_look => error.with_message(format!(
                "Missing scope '{}': without it a link into a site cannot be followed. Search for the \
                 file by its name.",
                access::SITES_ALL
            )),
            _ => error,
        };
        self.openable(error)
    }

    /// A person may still open the link.
    fn openable(&self, error: ToolError) -> ToolError {
        let missing = matches!(error.code(), ErrorCode::NotFound | ErrorCode::Forbidden);
        if missing { error.with_web_link(self.url.as_str()) } else { error }
    }
}

/// Tells an answer about this link from one about the service.
fn is_about_link(error: &graph::Error) -> bool {
    use ErrorKind::{BadRequest, Forbidden, Gone, NotFound, NotSupported};
    matches!(error.kind(), BadRequest | Forbidden | Gone | NotFound | NotSupported)
}

async fn below(drive: &DriveApi, rest: &[String]) -> graph::Result<DriveItem> {
    drive.at(&rest.join("/"))?.get().await
}

/// Returns the path of the site whose page lies at `path`.
fn page(path: &[String]) -> Option<&[String]> {
    let (name, folder) = path.split_last()?;
    let at = form::position(folder, "sitepages")?;
    name.to_ascii_lowercase().ends_with(".aspx").then_some(folder.get(..at)?)
}

/// Tells whether a page lies at `path`; one without an address is known by its name.
fn is_at(page: &SitePage, path: &[String]) -> bool {
    let same = |one: &str, other: &str| one.to_lowercase() == other.to_lowercase();
    match page.web_url.as_deref().and_then(names) {
        Some((_, own)) => {
            own.len() == path.len() && own.iter().zip(path).all(|(one, other)| same(one, other))
        }
        None => page.name.as_deref().zip(path.last()).is_some_and(|(one, other)| same(one, other)),
    }
}

/// Takes the address of a library, a site or an item apart.
fn names(url: &str) -> Option<(String, Vec<String>)> {
    let url = Url::parse(url).ok()?;
    Some((url.host_str()?.to_owned(), form::names(url.path())?))
}
