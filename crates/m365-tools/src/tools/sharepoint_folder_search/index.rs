//! Folders and libraries by Graph's search.

use m365_graph::{
    BatchGet, DriveItem, ErrorKind, FoundItem, FoundKind, ItemHit, ItemId, ItemKind, ItemSearch,
    Library,
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

/// Says which libraries the answer lacks.
pub(super) const NO_DRIVE: &str = "Libraries that hold no files, such as Site Pages, are left out; read_resource \
     lists a site's pages by the site's uri.";

const REFUSED: &str = "Microsoft Graph does not open some of the folders found; they are left out.";

const STOPPED: &str = "Not all hits were looked at; nextOffset goes on with the rest.";

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
        let placed = (from..).zip(page.hits);
        let fitting = placed.filter(|(_, hit)| fits(wanted, place.as_ref(), &hit.item));
        let folders = complete(ctx, fitting.collect(), &mut found.notices).await?;
        let wanted_ones = folders.into_iter().filter(|(_, one)| wanted.name.fits(&one.name));
        found.hits.extend(wanted_ones.map(|(at, folder)| (Next::Offset(at), folder)));
        from = from.saturating_add(size);
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
    let places = place.map(std::slice::from_ref).unwrap_or_default();
    sites::folders_query(&wanted.name.kql(), places)
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
    /// The offset at which the search gives it.
    at: u32,
    item: FoundItem,
    uri: FileUri,
    part: BatchGet<DriveItem>,
}

/// Reads the folders behind hits in one `$batch`; what is no folder, or gone, is left out.
async fn complete(
    ctx: &ToolContext,
    hits: Vec<(u32, ItemHit)>,
    notices: &mut Vec<String>,
) -> Result<Vec<(u32, Folder)>, ToolError> {
    let lists = hits.iter().map(|(_, hit)| &hit.item);
    let libraries = sites::libraries_of(ctx, lists).await?;
    let mut candidates = Vec::new();
    for (at, ItemHit { item, .. }) in hits {
        let is_list = item.kind == FoundKind::List;
        match candidate(ctx, at, item, &libraries) {
            Some(candidate) => candidates.push(candidate),
            None if is_list => say(notices, NO_DRIVE),
            None => {}
        }
    }
    if candidates.is_empty() {
        return Ok(Vec::new());
    }
    let parts = candidates.iter().map(|one| one.part.clone()).collect();
    let answers = ctx.graph().batch(parts).await?;
    let mut folders = Vec::new();
    for (one, answer) in candidates.into_iter().zip(answers) {
        let at = one.at;
        match answer {
            Ok(read) => folders.extend(folder(one, read).map(|folder| (at, folder))),
            Err(error) => match error.kind() {
                ErrorKind::NotFound | ErrorKind::Gone => {}
                ErrorKind::Forbidden => say(notices, REFUSED),
                _ => return Err(error.into()),
            },
        }
    }
    Ok(folders)
}

fn say(notices: &mut Vec<String>, notice: &str) {
    if !notices.iter().any(|one| one == notice) {
        notices.push(notice.to_owned());
    }
}

fn candidate(
    ctx: &ToolContext,
    at: u32,
    item: FoundItem,
    libraries: &[Library],
) -> Option<Candidate> {
    if item.kind == FoundKind::List {
        let drive = sites::drive_of(&item, libraries)?;
        let part = ctx.graph().drive(&drive).root().batched();
        return Some(Candidate { at, item, uri: FileUri::new(drive, FileItem::Root), part });
    }
    let drive = item.parent_reference.drive_id.clone()?;
    let id = ItemId::new(item.id.as_deref()?).ok()?;
    let part = ctx.graph().drive(&drive).item(&id).batched();
    Some(Candidate { at, item, uri: FileUri::new(drive, FileItem::Id(id)), part })
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
