use m365_extract::excerpt;
use m365_graph::{DriveItemRequest, FoundItem, ItemHit, ItemKind, ItemSearch, kql};

use super::{WebPlace, places_of_library};
use crate::{
    ErrorCode, ToolContext, ToolError, named,
    uri::{FileItem, FileUri, ResourceUri},
};

/// How many hits one request asks for, and how many requests one look-up sends.
const PAGE: u32 = 200;
const PAGES: u32 = 3;

/// What tells folders from files in the index.
const IS_FOLDER: &str = "isDocument=false";

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
    let mut found: Vec<_> = called.into_iter().filter(|place| place.ends_with(&names)).collect();
    found.dedup();
    match found.as_slice() {
        [_] => Ok(found),
        [] => library_or_unknown(ctx, name, places).await,
        several => {
            Err(named::ambiguous("folderName", "folder", name, several.iter().map(WebPlace::url)))
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

/// Returns the places of all folders within `places` that fit `words`.
async fn all(
    ctx: &ToolContext,
    words: &str,
    places: &[WebPlace],
) -> Result<Vec<WebPlace>, ToolError> {
    let words = (!words.is_empty()).then(|| words.to_owned());
    let parts = words.into_iter().chain([IS_FOLDER.to_owned()]).chain(path(places));
    let query = parts.collect::<Vec<_>>().join(" AND ");
    let mut found = Vec::new();
    for page in 0..PAGES {
        let search = ItemSearch::new(ItemKind::DriveItem, &query).skip(page * PAGE).size(PAGE);
        let answer = ctx.graph().search_items(&search).await?;
        found.extend(answer.hits.into_iter().filter_map(|hit| folder(hit, places)));
        if !answer.more {
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
    let libraries = match places_of_library(ctx, name, None).await {
        Err(error) if error.code() == ErrorCode::ValidationError => {
            let message = error.message().replacen("library:", "folderName:", 1);
            return Err(error.with_message(message));
        }
        libraries => libraries.unwrap_or_default(),
    };
    let fits = |one: &WebPlace| places.is_empty() || places.iter().any(|place| place.contains(one));
    let libraries: Vec<_> = libraries.into_iter().filter(fits).collect();
    match libraries.as_slice() {
        [_] => Ok(libraries),
        [] => Err(unknown(ctx, name, places).await),
        several => {
            Err(named::ambiguous("folderName", "folder", name, several.iter().map(WebPlace::url)))
        }
    }
}

async fn unknown(ctx: &ToolContext, name: &str, places: &[WebPlace]) -> ToolError {
    let known = all(ctx, "", places).await.unwrap_or_default();
    let last = name.rsplit('/').next().unwrap_or(name);
    named::not_found("folderName", "folder", last, known.iter().filter_map(WebPlace::last))
}
