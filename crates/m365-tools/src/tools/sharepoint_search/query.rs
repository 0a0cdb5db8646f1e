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
        parts.push(enclosed(&kql::balanced(query, &PROPERTIES)?));
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

/// Puts a query into parentheses; mere words need none, and Graph corrects their spelling without.
fn enclosed(query: &str) -> String {
    let is_words = query.chars().all(|c| c.is_alphanumeric() || c == ' ');
    if is_words && is_plain(query) { query.to_owned() } else { format!("({query})") }
}

/// Tells whether there is nothing in a query that only Graph's search understands.
pub(super) fn is_plain(query: &str) -> bool {
    let is_operator =
        |word: &str| matches!(word, "AND" | "OR" | "NOT" | "NEAR" | "ONEAR" | "XRANK");
    let marks = ['"', ':', '(', ')', '=', '<', '>', '*'];
    !query.contains(marks) && !query.split_whitespace().any(is_operator)
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

#[cfg(test)]
mod tests {
    use super::*;

    fn place(url: &str) -> WebPlace {
        WebPlace::of(url).unwrap()
    }

    fn built(conditions: &Conditions, places: &[WebPlace]) -> String {
        build(conditions, places, &Interval::default()).unwrap()
    }

    #[test]
    fn all_conditions_narrow_the_query() {
        let conditions = Conditions {
            query: Some("budget OR title: plan".into()),
            author: Some("Adele \"Vance\"".into()),
            file_types: vec!["docx".into(), "pdf".into()],
            content_type: Some(ContentType::File),
            newest: false,
        };
        let interval = Interval {
            start: Some("2026-11-01T00:00:00Z".parse().unwrap()),
            end: Some("2026-11-08T00:00:00Z".parse().unwrap()),
        };
        let places = [place("https://a.sharepoint.com/sites/F/Shared%20Documents")];

        assert_eq!(
            build(&conditions, &places, &interval).unwrap(),
            "(budget OR title:plan) AND author:\"Adele Vance\" AND (filetype:docx OR filetype:pdf) \
             AND isDocument=true NOT contentclass:STS_ListItem_WebPageLibrary \
             AND path:\"https://a.sharepoint.com/sites/F/Shared Documents\" \
             AND lastmodifiedtime>=2026-11-01T00:00:00Z AND lastmodifiedtime<=2026-11-08T00:00:00Z"
        );
    }

    #[test]
    fn several_places_are_alternatives_and_a_hosts_own_site_leaves_the_others_out() {
        let list = Conditions { content_type: Some(ContentType::List), ..Conditions::default() };
        let two =
            [place("https://a.sharepoint.com/sites/F"), place("https://a.sharepoint.com/sites/G")];
        let own = [WebPlace::of_site("https://a.sharepoint.com").unwrap()];

        assert_eq!(
            built(&list, &two),
            "(path:\"https://a.sharepoint.com/sites/F\" OR path:\"https://a.sharepoint.com/sites/G\")"
        );
        assert!(built(&list, &own).contains("NOT path:\"https://a.sharepoint.com/sites\""));
    }

    #[test]
    fn a_query_is_never_empty() {
        let list = Conditions { content_type: Some(ContentType::List), ..Conditions::default() };

        assert_eq!(built(&list, &[]), ANYTHING);
    }

    proptest::proptest! {
        #[test]
        fn r23_no_text_escapes_from_its_place(
            text in "[a-z \"()*:\\\\]{0,30}", author in "\\PC{1,20}", folder in "[a-z \"'()&]{1,20}"
        ) {
            let conditions =
                Conditions { query: Some(text), author: Some(author), ..Conditions::default() };
            let places = [place(&format!("https://a.sharepoint.com/sites/{folder}"))];

            if let Ok(kql) = build(&conditions, &places, &Interval::default()) {
                let (rest, path) = kql.rsplit_once(" AND path:\"").unwrap();
                proptest::prop_assert_eq!(path.matches('"').count(), 1);
                proptest::prop_assert!(path.ends_with('"'));
                let (own, rest) = rest.rsplit_once(" AND author:\"").unwrap();
                proptest::prop_assert_eq!(rest.matches('"').count(), 1);
                let is_enclosed = own.starts_with('(') && own.ends_with(')');
                proptest::prop_assert!(is_enclosed || is_plain(own));
                proptest::prop_assert!(kql::balanced(own, &PROPERTIES).is_ok());
            }
        }
    }
}
