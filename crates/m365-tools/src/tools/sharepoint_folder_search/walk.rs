//! Folders by a look at the tree, folder by folder: exact, and never behind as the index may be.

use jiff::Timestamp;
use m365_graph::{DriveApi, DriveId, DriveItem, DriveItemRequest, ItemId, NextLink, Page};
use serde::{Deserialize, Serialize};

use super::{Found, Next, Wanted, hit::Folder, start::Start};
use crate::{
    ToolContext, ToolError,
    drives::fields,
    sites,
    uri::{FileItem, FileUri},
};

/// How many requests one call sends before it answers with what it has.
const MAX_REQUESTS: usize = 40;

/// How deep a tree is followed.
const MAX_DEPTH: usize = 30;

const OWN: &str = "Missing scope 'Files.Read.All': only the user's own OneDrive was searched.";
const TOO_DEEP: &str =
    "Folders more than 30 below one another were not looked into; name one as parent.";

/// Where a walk stopped; it travels sealed.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct WalkPlace {
    /// How many hits are still to be skipped.
    skip: u32,
    /// Which of several libraries it is in.
    root: usize,
    /// The folders that are open, from the top.
    open: Vec<Open>,
}

/// A folder that is being looked through; the topmost one has no id.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
struct Open {
    id: Option<ItemId>,
    /// The page of what it holds that is being looked at; the first one if absent.
    link: Option<NextLink>,
    /// How many entries of that page were looked at.
    seen: usize,
}

impl WalkPlace {
    /// Starts at the top, and leaves out the first `skip` hits.
    pub(super) fn skipping(skip: u32) -> Self {
        Self { skip, ..Self::default() }
    }
}

/// Where a walk starts: a library, or a folder in it.
struct Root {
    uri: FileUri,
    /// The library itself, where that may be a hit.
    library: Option<Folder>,
}

/// Goes on from `place` until enough folders fit, none are left, or the call has done enough.
pub(super) async fn run(
    ctx: &ToolContext,
    wanted: &Wanted,
    start: &Start,
    place: WalkPlace,
) -> Result<Found, ToolError> {
    let roots = roots(ctx, start).await?;
    let mut walk = Walk::new(ctx, wanted, place);
    if matches!(start, Start::Own) {
        walk.found.notices.push(OWN.to_owned());
    }
    while let Some(root) = roots.get(walk.place.root) {
        if !walk.root(root).await? {
            walk.found.next = Next::Place(walk.place);
            break;
        }
        walk.place.root += 1;
    }
    Ok(walk.found)
}

async fn roots(ctx: &ToolContext, start: &Start) -> Result<Vec<Root>, ToolError> {
    match start {
        Start::Folder(uri) => Ok(vec![Root { uri: uri.clone(), library: None }]),
        Start::Site(site) => libraries(ctx, site).await,
        Start::Own | Start::Anywhere => {
            let own = ctx.graph().my_drive().get().await?;
            let uri = own.id.map(|id| FileUri::new(id, FileItem::Root));
            Ok(uri.map(|uri| Root { uri, library: None }).into_iter().collect())
        }
    }
}

async fn libraries(ctx: &ToolContext, site: &sites::FoundSite) -> Result<Vec<Root>, ToolError> {
    let libraries = ctx.graph().sites().site(&site.id).libraries().await?.items;
    let root = |library: m365_graph::Library| {
        let uri = FileUri::new(library.id?, FileItem::Root);
        let library = Folder {
            uri: uri.clone(),
            name: library.name,
            web_url: library.web_url,
            child_count: None,
            last_modified: library.last_modified_date_time,
        };
        Some(Root { uri, library: Some(library) })
    };
    Ok(libraries.into_iter().filter_map(root).collect())
}

/// A walk in progress.
struct Walk<'a> {
    ctx: &'a ToolContext,
    wanted: &'a Wanted,
    place: WalkPlace,
    /// For each open folder the page that is being looked at, once it was read.
    pages: Vec<Option<Page<DriveItem>>>,
    found: Found,
    requests: usize,
    started: Timestamp,
}

impl<'a> Walk<'a> {
    fn new(ctx: &'a ToolContext, wanted: &'a Wanted, place: WalkPlace) -> Self {
        let pages = place.open.iter().map(|_| None).collect();
        let found = Found::default();
        Self { ctx, wanted, place, pages, found, requests: 0, started: ctx.now() }
    }

    /// Walks through one root; says whether it was walked to its end.
    async fn root(&mut self, root: &Root) -> Result<bool, ToolError> {
        if self.place.open.is_empty() {
            if self.is_full() {
                return Ok(false);
            }
            if let Some(library) = &root.library {
                self.take(self.place.clone(), library.clone());
            }
            self.enter(None);
        }
        while let Some(page) = self.pages.last() {
            if page.is_none() {
                if self.is_spent() {
                    self.stop();
                    return Ok(false);
                }
                self.read(root).await?;
            }
            if self.is_full() && self.has_more() {
                return Ok(false);
            }
            self.step(&root.uri.drive);
        }
        Ok(true)
    }

    fn enter(&mut self, folder: Option<ItemId>) {
        self.place.open.push(Open { id: folder, ..Open::default() });
        self.pages.push(None);
    }

    /// Looks at the next entry of the innermost open folder; behind the last one of a page, turns it, and
    /// behind the last page closes the folder.
    fn step(&mut self, drive: &DriveId) {
        let here = self.place.clone();
        let (Some(open), Some(Some(page))) = (self.place.open.last_mut(), self.pages.last_mut())
        else {
            return;
        };
        let Some(entry) = page.items.get(open.seen).cloned() else {
            return self.turn();
        };
        open.seen += 1;
        let Some(folder) = folder(drive, &entry) else { return };
        let holds_some = folder.child_count != Some(0) && entry.remote_item.is_none();
        self.take(here, folder);
        match holds_some {
            true if self.place.open.len() >= MAX_DEPTH => self.notice(TOO_DEEP.to_owned()),
            true => self.enter(entry.id),
            false => {}
        }
    }

    fn turn(&mut self) {
        match self.pages.last_mut().and_then(Option::take).and_then(|page| page.next) {
            Some(link) => {
                if let Some(open) = self.place.open.last_mut() {
                    (open.link, open.seen) = (Some(link), 0);
                }
            }
            None => {
                self.pages.pop();
                self.place.open.pop();
            }
        }
    }

    /// Takes a folder that fits; `here` is where the walk comes by it.
    fn take(&mut self, here: WalkPlace, folder: Folder) {
        if !self.wanted.name.fits(&folder.name) {
            return;
        }
        match self.place.skip {
            0 => self.found.hits.push((Next::Place(here), folder)),
            _ => self.place.skip -= 1,
        }
    }

    fn is_full(&self) -> bool {
        self.found.hits.len() >= self.wanted.limit
    }

    fn is_spent(&self) -> bool {
        let passed = self.ctx.now().duration_since(self.started).unsigned_abs();
        self.requests >= MAX_REQUESTS || passed > self.ctx.limits().deadline / 3 * 2
    }

    /// Says how far the walk got.
    fn stop(&mut self) {
        self.notice(format!(
            "Not all folders were looked at, after {} requests; nextCursor goes on with the rest.",
            self.requests
        ));
    }

    fn notice(&mut self, notice: String) {
        if !self.found.notices.contains(&notice) {
            self.found.notices.push(notice);
        }
    }

    /// Tells whether anything in the open folders is still to be looked at.
    fn has_more(&self) -> bool {
        let mut open = self.place.open.iter().zip(&self.pages);
        open.any(|(open, page)| {
            page.as_ref().is_none_or(|page| open.seen < page.items.len() || page.next.is_some())
        })
    }

    /// Reads the page of the innermost open folder that is to be looked at.
    async fn read(&mut self, root: &Root) -> Result<(), ToolError> {
        let (Some(open), Some(page)) = (self.place.open.last(), self.pages.last_mut()) else {
            return Ok(());
        };
        self.requests += 1;
        let at = u32::try_from(self.requests).unwrap_or(u32::MAX);
        self.ctx.progress(at, None, "Looking through folders").await;
        let drive: DriveApi = self.ctx.graph().drive(&root.uri.drive);
        let folder: DriveItemRequest = match &open.id {
            Some(id) => drive.item(id),
            None => sites::file_item(self.ctx, &root.uri)?,
        };
        *page = Some(match &open.link {
            Some(link) => drive.next_page(link).await?,
            None => folder.children().order_by("name").page().await?,
        });
        Ok(())
    }
}

fn folder_facet(entry: &DriveItem) -> Option<&m365_graph::FolderFacet> {
    let target = entry.remote_item.as_deref();
    entry.folder.as_ref().or_else(|| target?.folder.as_ref())
}

/// Describes a folder; a shortcut bears the address of what it leads to.
fn folder(drive: &DriveId, entry: &DriveItem) -> Option<Folder> {
    let facet = folder_facet(entry)?;
    let here = entry.id.as_ref().map(|id| (drive, id));
    let (drive, id) = entry.target().or(here)?;
    Some(Folder {
        uri: FileUri::new(drive.clone(), FileItem::Id(id.clone())),
        name: fields::name(entry),
        web_url: entry.web_url.clone().unwrap_or_default(),
        child_count: facet.child_count,
        last_modified: entry.last_modified_date_time,
    })
}
