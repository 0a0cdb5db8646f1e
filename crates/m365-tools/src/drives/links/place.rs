//! The way to an item through the site and the library that hold it.

use m365_graph::{self as graph, DriveId, ErrorKind, Library, Site, SiteId};

use crate::{ToolContext, drives::form};

/// How many sites below one another are looked into.
const DEPTH: usize = 4;

/// Where a path of the server leads.
#[derive(Clone, Debug)]
pub(super) enum Place {
    /// To a site.
    Site(SiteId),
    /// Into a library, and on from its top.
    Drive { drive: DriveId, rest: Vec<String> },
    /// To nothing that the user may see.
    Nowhere,
}

/// Tells whether a path is so short that it names a site.
pub(super) fn is_site(path: &[String]) -> bool {
    path.len() <= above(path)
}

/// Finds the library that holds `path`, or the site that it names.
///
/// # Errors
///
/// Those of the first site on the way.
pub(super) async fn find(ctx: &ToolContext, host: &str, path: &[String]) -> graph::Result<Place> {
    if let Some(place) = own(ctx, host, path).await {
        return Ok(place);
    }
    let first = above(path).min(path.len());
    for depth in first..=path.len().min(first + DEPTH) {
        let site = match at(ctx, host, &path[..depth]).await {
            Ok(site) => site,
            Err(error) if depth > first && error.kind() == ErrorKind::NotFound => break,
            Err(error) => return Err(error),
        };
        let Some(id) = site.id else { break };
        if depth == path.len() {
            return Ok(Place::Site(id));
        }
        let libraries = ctx.graph().sites().site(&id).libraries().await?;
        if let Some(place) = holding(libraries.items, host, path) {
            return Ok(place);
        }
    }
    Ok(Place::Nowhere)
}

/// Returns the libraries of the site at `path`.
///
/// # Errors
///
/// Those of the site.
pub(super) async fn drives(
    ctx: &ToolContext,
    host: &str,
    path: &[String],
) -> graph::Result<Vec<DriveId>> {
    let site = at(ctx, host, path).await?;
    let Some(id) = site.id else { return Ok(Vec::new()) };
    let libraries = ctx.graph().sites().site(&id).libraries().await?;
    Ok(libraries.items.into_iter().filter_map(|library| library.id).collect())
}

async fn at(ctx: &ToolContext, host: &str, path: &[String]) -> graph::Result<Site> {
    ctx.graph().sites().at(host, &path.join("/")).await
}

/// Looks into the user's own OneDrive, which needs no right to look at sites.
async fn own(ctx: &ToolContext, host: &str, path: &[String]) -> Option<Place> {
    path.first().filter(|first| *first == "personal")?;
    let drive = ctx.graph().my_drive().get().await.ok()?;
    let rest = inside(drive.web_url.as_deref()?, host, path)?;
    Some(Place::Drive { drive: drive.id?, rest })
}

/// How many names of a path lead to the first site on it.
fn above(path: &[String]) -> usize {
    if form::is_managed(path) { 2 } else { 0 }
}

/// Picks the library with the longest address that `path` starts with.
fn holding(libraries: Vec<Library>, host: &str, path: &[String]) -> Option<Place> {
    let inside = |library: Library| {
        let rest = inside(&library.web_url, host, path)?;
        Some((library.id?, rest))
    };
    let found = libraries.into_iter().filter_map(inside).min_by_key(|(_, rest)| rest.len());
    found.map(|(drive, rest)| Place::Drive { drive, rest })
}

/// Returns what of `path` stands behind the address of a library; SharePoint does not mind the case.
fn inside(library: &str, host: &str, path: &[String]) -> Option<Vec<String>> {
    let (server, top) = super::names(library)?;
    let same = server.eq_ignore_ascii_case(host) && !top.is_empty() && top.len() <= path.len();
    let mut pairs = top.iter().zip(path);
    let holds = same && pairs.all(|(one, other)| one.to_lowercase() == other.to_lowercase());
    holds.then(|| path[top.len()..].to_vec())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn path(text: &str) -> Vec<String> {
        text.split('/').map(str::to_owned).collect()
    }

    fn rest(library: &str, text: &str) -> Option<String> {
        inside(library, "x.example", &path(text)).map(|rest| rest.join("/"))
    }

    #[test]
    fn what_is_inside_a_library_starts_with_its_address() {
        let library = "https://x.example/sites/F/Shared%20Documents";

        assert_eq!(rest(library, "sites/F/shared documents/A/b").as_deref(), Some("A/b"));
        assert_eq!(rest(library, "sites/F/Shared Documents").as_deref(), Some(""));
        assert_eq!(rest(library, "sites/F/Shared Documents 2/a"), None);
        assert_eq!(rest(library, "sites/F"), None);
        assert_eq!(rest("https://y.example/sites/F", "sites/F/a"), None);
    }

    #[test]
    fn the_top_of_a_server_is_a_site_and_so_is_what_is_managed() {
        for (text, expected) in
            [("sites/F", true), ("sites", true), ("sites/F/a", false), ("hr", false)]
        {
            assert_eq!(is_site(&path(text)), expected, "{text}");
        }
        assert!(is_site(&[]));
    }
}
