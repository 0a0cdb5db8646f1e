use m365_extract::excerpt;
use m365_graph::{FoundItem, ItemKind, ItemSearch, Library, kql};

use super::{FoundSite, SITES_ALL, WebPlace, folders::place_of};
use crate::{ToolContext, ToolError, mail::fields::line, named, words::same_name};

/// How many libraries of one name are searched at once; more make a query too long.
const MOST: usize = 20;

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
pub(crate) fn library_place(library: &Library) -> Option<WebPlace> {
    WebPlace::of(&library.web_url)
}

async fn of_all_sites(ctx: &ToolContext, name: &str) -> Result<Vec<WebPlace>, ToolError> {
    ctx.require_scope(SITES_ALL).await?;
    // The usual library bears this name in its address only.
    let shown = if name.eq_ignore_ascii_case("Shared Documents") { "Documents" } else { name };
    let query = ItemSearch::new(ItemKind::List, kql::words(shown)).size(200);
    let lists = ctx.graph().search_items(&query).await?.hits;
    let libraries = lists.iter().map(|hit| &hit.item).filter(|list| is_library(list));
    let called = libraries.filter(|list| {
        let shown = line(list.display_name.as_deref().or(list.name.as_deref()));
        is_called(name, &shown, list.web_url.as_deref().unwrap_or_default())
    });
    let places: Vec<_> = called.filter_map(place_of).collect();
    match places.len() {
        0 => Err(named::not_found("library", "library", name, [])),
        1..=MOST => Ok(places),
        many => Err(ToolError::validation(format!(
            "library: {many} sites have a library {:?}; name the site too.",
            excerpt(name, 100)
        ))),
    }
}

/// Tells whether a list holds files: other lists lie below `Lists`.
pub(crate) fn is_library(list: &FoundItem) -> bool {
    place_of(list).is_some_and(|place| !place.path().contains("/Lists/"))
}

fn is_called(name: &str, shown: &str, web_url: &str) -> bool {
    let place = WebPlace::of(web_url);
    let in_address = place.as_ref().and_then(WebPlace::last).unwrap_or_default();
    same_name(shown, name) || same_name(in_address, name)
}
