use futures_util::future::try_join_all;
use m365_extract::excerpt;
use m365_graph::{
    DriveId, ErrorKind, FoundItem, FoundKind, ItemHit, ItemKind, ItemSearch, Library, SearchPage,
    SiteId, kql,
};

use super::{
    FoundSite, SITES_ALL, WebPlace,
    folders::{ANYTHING, place_of},
};
use crate::{ToolContext, ToolError, mail::fields::line, named, words::same_name};

/// How many libraries of one name are searched at once; more make a query too long.
const MOST: usize = 20;

/// How many lists one request asks for, and how many requests one look-up sends.
const PAGE: u32 = 200;
const PAGES: u32 = 3;

/// Returns where the libraries called `name` lie: of `site`, or of all sites.
///
/// # Errors
///
/// `NOT_FOUND` with names that come near, `VALIDATION_ERROR` where there are too many, `FORBIDDEN` that
/// names the scope, and what a request to Graph can meet.
pub(crate) async fn places_of_library(
    ctx: &ToolContext,
    name: &str,
    site: Option<&FoundSite>,
) -> Result<Vec<WebPlace>, ToolError> {
    if let Some(place) = WebPlace::parse(name, ctx.cloud()) {
        return Ok(vec![place]);
    }
    match site {
        Some(site) => of_site(ctx, name, site).await,
        None => of_all_sites(ctx, name).await,
    }
}

async fn of_site(
    ctx: &ToolContext,
    name: &str,
    site: &FoundSite,
) -> Result<Vec<WebPlace>, ToolError> {
    let libraries = ctx.graph().sites().site(&site.id).libraries().await?.items;
    let called = libraries.iter().filter(|one| is_called(name, &one.name, &one.web_url));
    let places: Vec<_> = called.filter_map(library_place).collect();
    if places.is_empty() {
        let names = libraries.iter().map(|one| one.name.as_str());
        return Err(named::not_found("library", "library", name, names));
    }
    Ok(places)
}

/// Returns where a library lies.
fn library_place(library: &Library) -> Option<WebPlace> {
    WebPlace::of(&library.web_url)
}

async fn of_all_sites(ctx: &ToolContext, name: &str) -> Result<Vec<WebPlace>, ToolError> {
    ctx.require_scope(SITES_ALL).await?;
    // The usual library bears this name in its address only.
    let shown = if name.eq_ignore_ascii_case("Shared Documents") { "Documents" } else { name };
    let mut places: Vec<WebPlace> = Vec::new();
    for page in 0..PAGES {
        let found = lists(ctx, &kql::words(shown), page).await?;
        let libraries = found.hits.iter().map(|hit| &hit.item).filter(|list| is_library(list));
        let called = libraries.filter(|list| {
            is_called(name, &shown_name(list), list.web_url.as_deref().unwrap_or_default())
        });
        places.extend(called.filter_map(place_of));
        match (found.more, places.len()) {
            (false, 0) => return Err(unknown(ctx, name).await),
            (false, 1..=MOST) => return Ok(places),
            (_, many) if many > MOST => break,
            _ => {}
        }
    }
    Err(ToolError::validation(format!(
        "library: too many sites have a library {:?}; name the site too.",
        excerpt(name, 100)
    )))
}

async fn lists(
    ctx: &ToolContext,
    words: &str,
    page: u32,
) -> Result<SearchPage<ItemHit>, ToolError> {
    let query = ItemSearch::new(ItemKind::List, words).skip(page * PAGE).size(PAGE);
    Ok(ctx.graph().search_items(&query).await?)
}

/// Says that no site has such a library, with the names of some that there are.
async fn unknown(ctx: &ToolContext, name: &str) -> ToolError {
    let known = lists(ctx, ANYTHING, 0).await.map(|page| page.hits).unwrap_or_default();
    let names = known.iter().map(|hit| &hit.item).filter(|list| is_library(list)).map(shown_name);
    let names: Vec<_> = names.collect();
    named::not_found("library", "library", name, names.iter().map(String::as_str))
}

fn shown_name(list: &FoundItem) -> String {
    line(list.display_name.as_deref().or(list.name.as_deref()))
}

/// Reads the libraries of the sites in which the lists among `found` are: a list does not tell its drive.
/// A site whose libraries the user may not list has none.
///
/// # Errors
///
/// What a request to Graph can meet otherwise.
pub(crate) async fn libraries_of(
    ctx: &ToolContext,
    found: impl Iterator<Item = &FoundItem>,
) -> Result<Vec<Library>, ToolError> {
    let mut sites: Vec<SiteId> = Vec::new();
    for list in found.filter(|item| item.kind == FoundKind::List) {
        match &list.parent_reference.site_id {
            Some(site) if !sites.contains(site) => sites.push(site.clone()),
            _ => {}
        }
    }
    let read = sites.iter().map(|site| {
        let api = ctx.graph().sites().site(site);
        async move {
            match api.libraries().await {
                Ok(page) => Ok(page.items),
                Err(error)
                    if matches!(error.kind(), ErrorKind::Forbidden | ErrorKind::NotFound) =>
                {
                    Ok(Vec::new())
                }
                Err(error) => Err(error),
            }
        }
    });
    Ok(try_join_all(read).await?.into_iter().flatten().collect())
}

/// Returns the drive of a library that a search found.
pub(crate) fn drive_of(list: &FoundItem, libraries: &[Library]) -> Option<DriveId> {
    let place = place_of(list)?;
    let same = |one: &&Library| library_place(one).as_ref() == Some(&place);
    libraries.iter().find(same)?.id.clone()
}

/// Tells whether a list holds files: other lists lie below `Lists`.
pub(crate) fn is_library(list: &FoundItem) -> bool {
    place_of(list).is_some_and(|place| !place.path().to_lowercase().contains("/lists/"))
}

fn is_called(name: &str, shown: &str, web_url: &str) -> bool {
    let place = WebPlace::of(web_url);
    let in_address = place.as_ref().and_then(WebPlace::last).unwrap_or_default();
    same_name(shown, name) || same_name(in_address, name)
}
