//! Folders and libraries by Graph's search.

use futures_util::future::join_all;
use m365_graph::{
    BatchGet, DriveItem, FoundItem, FoundKind, ItemHit, ItemId, ItemKind, ItemSearch, Library,
    SiteId,
};

use super::{
    Found, Next, Wanted,
    hit::Folder,
    start::{self, Start},
};
use crate::{
    ToolContext, ToolError,
    mail::fields::line,
    sites::{self, SITES_ALL, WebPlace},
    uri::{FileItem, FileUri},
};

/// How many searches one call sends.
const MAX_REQUESTS: u32 = 6;

/// Says what the index cannot find.
pub(super) const BEGINNINGS: &str = "The search index knows how words of a name begin, and no parts inside \
     them: name a site or a parent to have its folders looked through.";

const STOPPED: &str = "Not all hits were looked at; nextOffset goes on with the rest.";

/// What is no folder: `isDocument` is not set on all that are none.
const NO_FILES: &str = "NOT isDocument=true NOT contentclass:STS_ListItem_WebPageLibrary";

/// Asks page after page until enough folders fit; each asks for no more than is still wanted.
pub(super) async fn run(
    ctx: &ToolContext,
    wanted: &Wanted,
    start: &Start,
) -> Result<Found, ToolError> {
    let mut found = Found::default();
    if !start::is_searchable(ctx).await? {
        // The site is one that was granted by itself, which no search knows.
        return Ok(found);
    }
    let with_libraries = ctx.has_scope(SITES_ALL).await?;
    if !with_libraries {
        found.notices.push(format!("Missing scope '{SITES_ALL}': libraries were not searched."));
    }
    let place = site_place(start);
    let query = query(wanted, place.as_ref());
    let mut from = wanted.offset;
    for request in 1..=MAX_REQUESTS {
        ctx.progress(request, None, "Searching folders").await;
        let size = u32::try_from(wanted.limit - found.hits.len()).unwrap_or(1);
        let search = ItemSearch::new(ItemKind::DriveItem, &query).skip(from).size(size);
        let search = if with_libraries { search.and(ItemKind::List) } else { search };
        let page = ctx.graph().search_items(&search).await?;
        from = from.saturating_add(size);
        let fitting = page.hits.into_iter().filter(|hit| fits(wanted, place.as_ref(), &hit.item));
        let folders = complete(ctx, fitting.collect()).await?;
        found.hits.extend(folders.into_iter().filter(|folder| wanted.name.fits(&folder.name)));
        if !page.more {
            return Ok(found);
        }
        if found.hits.len() >= wanted.limit {
            found.next = Next::Offset(from);
            return Ok(found);
        }
    }
    found.notices.push(STOPPED.to_owned());
    found.next = Next::Offset(from);
    Ok(found)
}

fn site_place(start: &Start) -> Option<WebPlace> {
    match start {
        Start::Site(site) => site.place(),
        _ => None,
    }
}

fn query(wanted: &Wanted, place: Option<&WebPlace>) -> String {
    let words = format!("({}) {NO_FILES}", wanted.name.kql());
    let path = place.and_then(|place| sites::path_restriction(std::slice::from_ref(place)));
    path.map(|path| format!("{words} AND {path}")).unwrap_or(words)
}

/// Tells whether a hit may be a folder or library that is wanted.
fn fits(wanted: &Wanted, within: Option<&WebPlace>, item: &FoundItem) -> bool {
    let Some(place) = sites::place_of(item) else { return false };
    let is_there = within.is_none_or(|site| site.contains(&place));
    let is_kind = match item.kind {
        FoundKind::DriveItem => !place.is_page(),
        FoundKind::List => sites::is_library(item),
        _ => false,
    };
    is_there && is_kind && wanted.name.fits(&name(item))
}

fn name(item: &FoundItem) -> String {
    line(item.display_name.as_deref().or(item.name.as_deref()))
}

/// A hit with the way to read what the index does not know.
struct Candidate {
    item: FoundItem,
    uri: FileUri,
    part: BatchGet<DriveItem>,
}

/// Reads the folders behind hits in one `$batch`; what is no folder, or gone, is left out.
async fn complete(ctx: &ToolContext, hits: Vec<ItemHit>) -> Result<Vec<Folder>, ToolError> {
    let libraries = libraries(ctx, &hits).await;
    let candidates: Vec<_> =
        hits.into_iter().filter_map(|hit| candidate(ctx, hit.item, &libraries)).collect();
    if candidates.is_empty() {
        return Ok(Vec::new());
    }
    let parts = candidates.iter().map(|one| one.part.clone()).collect();
    let answers = ctx.graph().batch(parts).await?;
    let pairs = candidates.into_iter().zip(answers);
    Ok(pairs.filter_map(|(one, answer)| folder(one, answer.ok()?)).collect())
}

/// Reads the libraries of the sites that libraries among the hits are in: a list does not tell its drive.
async fn libraries(ctx: &ToolContext, hits: &[ItemHit]) -> Vec<Library> {
    let mut of: Vec<SiteId> = Vec::new();
    for hit in hits.iter().filter(|hit| hit.item.kind == FoundKind::List) {
        match &hit.item.parent_reference.site_id {
            Some(site) if !of.contains(site) => of.push(site.clone()),
            _ => {}
        }
    }
    let read = of.iter().map(|site| {
        let api = ctx.graph().sites().site(site);
        async move { api.libraries().await.map(|page| page.items).unwrap_or_default() }
    });
    join_all(read).await.into_iter().flatten().collect()
}

fn candidate(ctx: &ToolContext, item: FoundItem, libraries: &[Library]) -> Option<Candidate> {
    if item.kind == FoundKind::List {
        let place = sites::place_of(&item)?;
        let same = |one: &&Library| sites::library_place(one).as_ref() == Some(&place);
        let drive = libraries.iter().find(same)?.id.clone()?;
        let part = ctx.graph().drive(&drive).root().batched();
        return Some(Candidate { item, uri: FileUri::new(drive, FileItem::Root), part });
    }
    let drive = item.parent_reference.drive_id.clone()?;
    let id = ItemId::new(item.id.as_deref()?).ok()?;
    let part = ctx.graph().drive(&drive).item(&id).batched();
    Some(Candidate { item, uri: FileUri::new(drive, FileItem::Id(id)), part })
}

fn folder(one: Candidate, read: DriveItem) -> Option<Folder> {
    let facet = read.folder?;
    Some(Folder {
        uri: one.uri,
        name: name(&one.item),
        web_url: one.item.web_url.or(read.web_url).unwrap_or_default(),
        child_count: facet.child_count,
        last_modified: read.last_modified_date_time.or(one.item.last_modified_date_time),
    })
}
