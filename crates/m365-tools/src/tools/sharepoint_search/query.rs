//! Keyword Query Language for what is asked.

use jiff::SignedDuration;

use super::input::{Conditions, ContentType};
use crate::{
    ToolError,
    kql::{self, Dates},
    sites::{WebPlace, path_restriction},
    time::Interval,
};

/// The longest query that is sent.
const MAX_QUERY: usize = 4_000;

/// The properties of files and pages that people ask by.
const PROPERTIES: [&str; 13] = [
    "author",
    "contentclass",
    "created",
    "fileextension",
    "filename",
    "filetype",
    "isDocument",
    "lastmodifiedtime",
    "modifiedby",
    "path",
    "site",
    "size",
    "title",
];

/// What tells pages from files in the index.
const IS_PAGE: &str = "contentclass:STS_ListItem_WebPageLibrary";

/// Holds for everything, where nothing else is asked: Graph takes no empty query.
const ANYTHING: &str = "lastmodifiedtime>=1990-01-01";

/// Joins the caller's query with all other conditions.
///
/// What the caller wrote stands in parentheses or quotes that it cannot close, so it narrows the result
/// and never widens it.
///
/// # Errors
///
/// `VALIDATION_ERROR` for a query whose quotes or parentheses do not match, and one that is too long.
pub(super) fn build(
    conditions: &Conditions,
    places: &[WebPlace],
    interval: &Interval,
) -> Result<String, ToolError> {
    let mut parts = Vec::new();
    if let Some(query) = &conditions.query {
        parts.push(format!("({})", kql::balanced(query, &PROPERTIES)?));
    }
    parts.extend(kql::restriction("author", "author", conditions.author.as_deref())?);
    parts.extend(file_types(&conditions.file_types));
    parts.extend(kind(conditions.content_type).map(str::to_owned));
    parts.extend(path_restriction(places));
    parts.extend(kql::dates("lastmodifiedtime", &sent(*interval), Dates::Exact));
    let query = if parts.is_empty() { ANYTHING.to_owned() } else { parts.join(" AND ") };
    if query.chars().count() > MAX_QUERY {
        return Err(ToolError::validation(
            "query: together with the filters it is too long; a shorter one is accepted.",
        ));
    }
    Ok(query)
}

fn file_types(types: &[String]) -> Option<String> {
    let each: Vec<_> = types.iter().map(|one| format!("filetype:{one}")).collect();
    (!each.is_empty()).then(|| format!("({})", each.join(" OR ")))
}

/// Files and pages are asked for as such, since folders are drive items too.
const fn kind(content_type: Option<ContentType>) -> Option<&'static str> {
    match content_type {
        None => Some("(isDocument=true OR contentclass:STS_ListItem_WebPageLibrary)"),
        Some(ContentType::File) => {
            Some("isDocument=true NOT contentclass:STS_ListItem_WebPageLibrary")
        }
        Some(ContentType::Page) => Some(IS_PAGE),
        Some(ContentType::List) => None,
        Some(ContentType::Site) => Some("(contentclass:STS_Site OR contentclass:STS_Web)"),
    }
}

/// Adds the fraction of the last second, which a restriction to the second would leave out.
fn sent(interval: Interval) -> Interval {
    let end = interval.end.and_then(|end| end.checked_add(SignedDuration::from_secs(1)).ok());
    Interval { end: end.or(interval.end), ..interval }
}
