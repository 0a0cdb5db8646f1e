//! Folders by a look at the tree, folder by folder: exact, and never behind as the index may be.

use m365_graph::{DriveApi, DriveId, DriveItem, DriveItemRequest, ItemId};
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

const STOPPED: &str = "Not all folders were looked at; nextCursor goes on with the rest.";
const OWN: &str = "Missing scope 'Files.Read.All': only the user's own OneDrive was searched.";

/// Where a walk stopped; it travels sealed.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct WalkPlace {
    /// How many hits are still to be skipped.
    skip: u32,
    /// Which of several libraries it is in.
    root: usize,
    /// The folders that are open, from the top: each with how many of its entries were looked at.
    open: Vec<Open>,
}

/// A folder that is being looked through; the topmost one has no id.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Open {
    id: Option<ItemId>,
    seen: usize,
    /// What it holds, once that was read.
    #[serde(skip)]
    entries: Option<Vec<DriveItem>>,
}

impl Open {
    const fn new(id: Option<ItemId>) -> Self {
        Self { id, seen: 0, entries: None }
    }
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
    let mut walk = Walk { ctx, wanted, place, found: Found::default(), requests: 0 };
    if matches!(start, Start::Own) {
        walk.found.notices.push(OWN.to_owned());
    }
    while let Some(root) = roots.get(walk.place.root) {
        if !walk.root(root).await? {
            let place = std::mem::take(&mut walk.place);
            walk.found.next = Next::Place(place);
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
    found: Found,
    requests: usize,
}

impl Walk<'_> {
    /// Walks through one root; says whether it was walked to its end.
    async fn root(&mut self, root: &Root) -> Result<bool, ToolError> {
        if self.place.open.is_empty() {
            if self.is_full() {
                return Ok(false);
            }
            if let Some(library) = &root.library {
                self.take(library.clone());
            }
            self.place.open.push(Open::new(None));
        }
        while let Some(open) = self.place.open.last() {
            if open.entries.is_none() {
                if self.requests >= MAX_REQUESTS {
                    self.found.notices.push(STOPPED.to_owned());
                    return Ok(false);
                }
                let entries = self.entries(root, open.id.clone()).await?;
                if let Some(open) = self.place.open.last_mut() {
                    open.entries = Some(entries);
                }
            }
            if self.is_full() && self.has_more() {
                return Ok(false);
            }
            self.step(&root.uri.drive);
        }
        Ok(true)
    }

    /// Looks at the next entry of the innermost open folder, and closes it behind the last one.
    fn step(&mut self, drive: &DriveId) {
        let depth = self.place.open.len();
        let Some(open) = self.place.open.last_mut() else { return };
        let entries = open.entries.as_deref().unwrap_or_default();
        let Some(entry) = entries.get(open.seen).cloned() else {
            self.place.open.pop();
            return;
        };
        open.seen += 1;
        let Some(folder) = folder(drive, &entry) else { return };
        let holds_some = folder.child_count != Some(0) && entry.remote_item.is_none();
        if self.wanted.name.fits(&folder.name) {
            self.take(folder);
        }
        if holds_some && depth < MAX_DEPTH {
            self.place.open.push(Open::new(entry.id));
        }
    }

    fn take(&mut self, folder: Folder) {
        if !self.wanted.name.fits(&folder.name) {
            return;
        }
        match self.place.skip {
            0 => self.found.hits.push(folder),
            _ => self.place.skip -= 1,
        }
    }

    fn is_full(&self) -> bool {
        self.found.hits.len() >= self.wanted.limit
    }

    /// Tells whether anything in the open folders is still to be looked at.
    fn has_more(&self) -> bool {
        self.place
            .open
            .iter()
            .any(|open| open.entries.as_ref().is_none_or(|entries| open.seen < entries.len()))
    }

    /// Reads all that a folder holds.
    async fn entries(
        &mut self,
        root: &Root,
        id: Option<ItemId>,
    ) -> Result<Vec<DriveItem>, ToolError> {
        let drive: DriveApi = self.ctx.graph().drive(&root.uri.drive);
        let folder: DriveItemRequest = match id {
            Some(id) => drive.item(&id),
            None => sites::file_item(self.ctx, &root.uri)?,
        };
        self.count().await;
        let mut page = folder.children().order_by("name").page().await?;
        let mut entries = std::mem::take(&mut page.items);
        while let Some(link) = page.next.take() {
            self.count().await;
            page = drive.next_page(&link).await?;
            entries.append(&mut page.items);
        }
        entries.retain(|entry| folder_facet(entry).is_some());
        Ok(entries)
    }

    async fn count(&mut self) {
        self.requests += 1;
        let at = u32::try_from(self.requests).unwrap_or(u32::MAX);
        self.ctx.progress(at, None, "Looking through folders").await;
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
