use m365_extract::excerpt;

use super::input::SharepointFolderSearchInput;
use crate::{
    ToolContext, ToolError, asked,
    drives::{
        access::{self, Reach},
        links::{self, Target},
    },
    sites::{self, FILES_ALL, FoundSite, SITES_ALL, WebPlace},
    uri::{FileItem, FileUri, ResourceUri, SiteUri, WebLink},
};

/// Where folders are looked for.
#[derive(Clone, Debug)]
pub(super) enum Start {
    /// Everywhere.
    Anywhere,
    /// In a site.
    Site(FoundSite),
    /// In the user's own OneDrive, as far as the scopes reach.
    Own,
    /// Below a folder.
    Folder(FileUri),
}

impl Start {
    /// Finds the site or the parent that is named, and checks what the scopes allow.
    ///
    /// # Errors
    ///
    /// `NOT_FOUND`, `VALIDATION_ERROR` and `FORBIDDEN` that say which name or scope is meant.
    pub(super) async fn find(
        ctx: &ToolContext,
        input: &SharepointFolderSearchInput,
    ) -> Result<Self, ToolError> {
        let reach = access::check(ctx).await?;
        let site = match asked::given(input.site.as_ref()) {
            Some(site) => Some(sites::find(ctx, &site).await?),
            None => None,
        };
        let parent = asked::given(input.parent.as_ref());
        match (parent, site) {
            (Some(parent), site) => Self::below(ctx, reach, &parent, site).await,
            (None, Some(site)) => Ok(Self::Site(site)),
            (None, None) if reach == Reach::Own => Ok(Self::Own),
            (None, None) if reach == Reach::Selected => {
                ctx.require_scope(SITES_ALL).await.map(|()| Self::Anywhere)
            }
            (None, None) => Ok(Self::Anywhere),
        }
    }

    async fn below(
        ctx: &ToolContext,
        reach: Reach,
        parent: &str,
        site: Option<FoundSite>,
    ) -> Result<Self, ToolError> {
        let start = match ResourceUri::parse(parent, ctx.cloud()) {
            Ok(ResourceUri::File(uri)) => Self::Folder(uri),
            Ok(ResourceUri::Site(SiteUri::Site(id) | SiteUri::Drives(id))) => {
                Self::Site(sites::find(ctx, id.as_str()).await?)
            }
            Ok(ResourceUri::Link(WebLink::Sharing(url))) => {
                Self::of_target(ctx, links::resolve(ctx, reach, "parent", &url).await?).await?
            }
            _ => return Err(refused(parent)),
        };
        match site {
            Some(site) => start.within(ctx, site).await,
            None => Ok(start),
        }
    }

    async fn of_target(ctx: &ToolContext, target: Target) -> Result<Self, ToolError> {
        match target {
            Target::Item(item) if item.folder.is_some() => {
                let (Some(drive), Some(id)) = (item.drive_id().cloned(), item.id) else {
                    return Err(refused(item.web_url.as_deref().unwrap_or_default()));
                };
                Ok(Self::Folder(FileUri::new(drive, FileItem::Id(id))))
            }
            Target::Site(id) => Ok(Self::Site(sites::find(ctx, id.as_str()).await?)),
            _ => Err(ToolError::validation(
                "parent: this is a file or page; a folder, library or site is expected.",
            )),
        }
    }

    /// Makes sure that the parent lies in the site, where both are named.
    async fn within(self, ctx: &ToolContext, site: FoundSite) -> Result<Self, ToolError> {
        let place = match &self {
            Self::Folder(uri) => {
                let folder = sites::file_item(ctx, uri)?.get().await?;
                folder.web_url.as_deref().and_then(WebPlace::of)
            }
            Self::Site(inner) => inner.place(),
            Self::Anywhere | Self::Own => None,
        };
        let outer = site.place();
        match (outer, place) {
            (Some(outer), Some(inner)) if outer.contains(&inner) => Ok(self),
            _ => Err(ToolError::validation(format!(
                "parent: it does not lie in the site {:?}; leave one of them out.",
                excerpt(&site.name, 100)
            ))),
        }
    }

    /// Tells whether the index is of no use: for exact places, and without the scope for it.
    pub(super) const fn is_walked(&self) -> bool {
        matches!(self, Self::Folder(_) | Self::Own)
    }
}

/// Tells whether the scopes open Graph's search.
pub(super) async fn is_searchable(ctx: &ToolContext) -> Result<bool, ToolError> {
    Ok(ctx.has_scope(SITES_ALL).await? || ctx.has_scope(FILES_ALL).await?)
}

fn refused(parent: &str) -> ToolError {
    ToolError::validation(format!(
        "parent: {:?} is not accepted; the uri of a folder (file:///…) or site, or its https:// address in \
         SharePoint or OneDrive, is.",
        excerpt(parent, 100)
    ))
}
