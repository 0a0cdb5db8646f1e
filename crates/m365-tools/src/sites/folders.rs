use m365_extract::excerpt;
use m365_graph::{DriveItemRequest, FoundItem, ItemHit, ItemKind, ItemSearch, kql};

use super::{SITES_ALL, WebPlace, places_of_library};
use crate::{
    ErrorCode, ToolContext, ToolError, named,
    uri::{FileItem, FileUri, ResourceUri},
};

/// How many hits one request asks for, and how many requests one look-up sends.
const PAGE: u32 = 200;
const PAGES: u32 = 3;

/// What is no folder: `isDocument` is not set on all that are none.
const NO_FILES: &str = "NOT isDocument=true NOT contentclass:STS_ListItem_WebPageLibrary";

/// Holds for everything: Graph takes no query that only says what is not wanted.
pub(super) const ANYTHING: &str = "lastmodifiedtime>=1990-01-01";

/// Finds the folder that `name` names within `places`: by its name, by the end of its path, or by its
/// address.
///
/// # Errors
///
/// `NOT_FOUND` with names that come near, `VALIDATION_ERROR` that lists the folders of one name, and what
/// a request to Graph can meet.
pub(crate) async fn find_folder(
    ctx: &ToolContext,
    name: &str,
    places: &[WebPlace],
) -> Result<Vec<WebPlace>, ToolError> {
    if let Some(place) = addressed(ctx, name).await? {
        return Ok(vec![place]);
    }
    let names: Vec<&str> = name.split(['/', '\\']).filter(|name| !name.trim().is_empty()).collect();
    let Some(last) = names.last().filter(|name| name.chars().any(char::is_alphanumeric)) else {
        return Err(ToolError::validation(format!(
            "folderName: {:?} is not accepted; a name or a path such as Documents/Budget is.",
            excerpt(name, 100)
        )));
    };
    let called = all(ctx, &kql::words(last), places).await?;
    let mut found: Vec<WebPlace> = Vec::new();
    for place in called.places.into_iter().filter(|place| place.ends_with(&names)) {
        if !found.contains(&place) {
            found.push(place);
        }
    }
    match found.as_slice() {
        [] | [_] if called.more => Err(too_many(name)),
        [_] => Ok(found),
        [] => library_or_unknown(ctx, name, places).await,
        several => {
            Err(named::ambiguous("folderName", "folder", name, several.iter().map(WebPlace::link)))
        }
    }
}

/// Takes a folder's address: in the browser, or that of a hit.
async fn addressed(ctx: &ToolContext, name: &str) -> Result<Option<WebPlace>, ToolError> {
    if let Some(place) = WebPlace::parse(name, ctx.cloud()) {
        return Ok(Some(place));
    }
    let Ok(ResourceUri::File(uri)) = ResourceUri::parse(name, ctx.cloud()) else { return Ok(None) };
    let folder = item(ctx, &uri)?.get().await?;
    Ok(folder.web_url.as_deref().and_then(WebPlace::of))
}

/// Addresses a file or folder in Graph.
pub(crate) fn item(ctx: &ToolContext, uri: &FileUri) -> Result<DriveItemRequest, ToolError> {
    let drive = ctx.graph().drive(&uri.drive);
    Ok(match &uri.item {
        FileItem::Root => drive.root(),
        FileItem::Id(id) => drive.item(id),
        FileItem::Path(path) => drive.at(path)?,
    })
}

/// Writes a query for folders that have `words`, within `places` where there are some.
pub(crate) fn folders_query(words: &str, places: &[WebPlace]) -> String {
    let words = if words.is_empty() { ANYTHING } else { words };
    let path = path(places).map(|path| format!(" AND {path}")).unwrap_or_default();
    format!("({words}) {NO_FILES}{path}")
}

/// What a look-up found, and whether there is more that was not looked at.
#[derive(Debug, Default)]
struct Called {
    places: Vec<WebPlace>,
    more: bool,
}

/// Returns the places of the folders within `places` that fit `words`.
async fn all(ctx: &ToolContext, words: &str, places: &[WebPlace]) -> Result<Called, ToolError> {
    let query = folders_query(words, places);
    let mut found = Called::default();
    for page in 0..PAGES {
        let search = ItemSearch::new(ItemKind::DriveItem, &query).skip(page * PAGE).size(PAGE);
        let answer = ctx.graph().search_items(&search).await?;
        found.places.extend(answer.hits.into_iter().filter_map(|hit| folder(hit, places)));
        found.more = answer.more;
        if !found.more {
            break;
        }
    }
    Ok(found)
}

fn folder(hit: ItemHit, places: &[WebPlace]) -> Option<WebPlace> {
    let place = place_of(&hit.item)?;
    let fits = places.is_empty() || places.iter().any(|one| one.contains(&place));
    (fits && !place.is_page()).then_some(place)
}

/// Returns where something lies that a search found.
pub(crate) fn place_of(item: &FoundItem) -> Option<WebPlace> {
    WebPlace::of(item.web_url.as_deref()?)
}

/// Restricts a query to `places`; nothing where there are none.
pub(crate) fn path(places: &[WebPlace]) -> Option<String> {
    let each: Vec<_> = places.iter().map(one_path).collect();
    match each.as_slice() {
        [] => None,
        [one] => Some(one.clone()),
        _ => Some(format!("({})", each.join(" OR "))),
    }
}

fn one_path(place: &WebPlace) -> String {
    let path = |url: &str| kql::restriction("path", url);
    let others = place.exceptions().into_iter().map(|url| format!(" NOT {}", path(&url)));
    let others: String = others.collect();
    if others.is_empty() { path(&place.url()) } else { format!("({}{others})", path(&place.url())) }
}

/// A library is a folder for people too.
async fn library_or_unknown(
    ctx: &ToolContext,
    name: &str,
    places: &[WebPlace],
) -> Result<Vec<WebPlace>, ToolError> {
    let fits = |one: &WebPlace| places.is_empty() || places.iter().any(|place| place.contains(one));
    let libraries: Vec<_> = libraries(ctx, name).await?.into_iter().filter(fits).collect();
    match libraries.as_slice() {
        [_] => Ok(libraries),
        [] => Err(unknown(ctx, name, places).await),
        several => {
            Err(named::ambiguous("folderName", "folder", name, several.iter().map(WebPlace::link)))
        }
    }
}

/// Returns the libraries called `name`; none where no scope opens the search for them.
async fn libraries(ctx: &ToolContext, name: &str) -> Result<Vec<WebPlace>, ToolError> {
    if !ctx.has_scope(SITES_ALL).await? {
        return Ok(Vec::new());
    }
    places_of_library(ctx, name, None).await.or_else(|error| match error.code() {
        ErrorCode::NotFound => Ok(Vec::new()),
        ErrorCode::ValidationError => {
            let message = error.message().replacen("library:", "folderName:", 1);
            Err(error.with_message(message))
        }
        _ => Err(error),
    })
}

async fn unknown(ctx: &ToolContext, name: &str, places: &[WebPlace]) -> ToolError {
    let known = all(ctx, "", places).await.unwrap_or_default().places;
    let last = name.rsplit('/').next().unwrap_or(name);
    named::not_found("folderName", "folder", last, known.iter().filter_map(WebPlace::last))
}

fn too_many(name: &str) -> ToolError {
    ToolError::validation(format!(
        "folderName: too many folders have the words of {:?} to tell which is meant; name the site too, or \
         pass the folder's https:// address.",
        excerpt(name, 100)
    ))
}
