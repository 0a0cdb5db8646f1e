use std::collections::HashSet;

use m365_graph::{self as graph, ErrorKind, ItemHit, ItemKind, ItemSearch, SearchPage};

use super::{
    filter,
    input::{Conditions, ContentType},
    query,
};
use crate::{Cloud, ErrorCode, ToolContext, ToolError, sites::WebPlace, time::Interval};

/// How many requests one call sends before it answers with what it has.
const MAX_REQUESTS: u32 = 6;

/// Graph refuses to skip more.
const MAX_OFFSET: u32 = 100_000;

const STOPPED: &str = "Not all hits were looked at; nextOffset goes on with the rest.";
const ENDED: &str =
    "Graph gives no more than 100000 hits of one search; narrow it to see the rest.";

/// What is looked for, and where and when.
#[derive(Clone, Debug)]
pub(super) struct Search {
    pub(super) conditions: Conditions,
    /// Where: in any of these places, or anywhere where `None`; nowhere where there are none.
    pub(super) places: Option<Vec<WebPlace>>,
    pub(super) interval: Interval,
    pub(super) limit: u32,
    pub(super) offset: u32,
}

/// What a search found.
#[derive(Debug, Default)]
pub(super) struct Found {
    /// Each with the offset at which a search gives it first.
    pub(super) hits: Vec<(u32, ItemHit)>,
    pub(super) next: Option<u32>,
    pub(super) notices: Vec<String>,
}

impl Search {
    /// Returns whose files are looked for, where this is the start of a search.
    pub(super) fn author_sought(&self) -> Option<String> {
        self.conditions.author.clone().filter(|_| self.offset == 0)
    }
}

impl Found {
    /// Tells whether a search came to its end without a hit.
    pub(super) fn is_nothing(&self) -> bool {
        self.hits.is_empty() && self.next.is_none()
    }
}

/// Asks page after page until enough hits fit.
///
/// Each request asks for no more than is still wanted and skips what earlier ones asked for, so hits that
/// do not fit, and pages that are short, neither lose nor repeat a hit.
pub(super) async fn run(ctx: &ToolContext, search: &Search) -> Result<Found, ToolError> {
    let mut found = Found::default();
    if search.places.as_ref().is_some_and(Vec::is_empty) {
        return Ok(found);
    }
    let kql = query::build(
        &search.conditions,
        search.places.as_deref().unwrap_or_default(),
        &search.interval,
    )?;
    let (mut from, mut seen) = (search.offset, HashSet::new());
    for request in 1..=MAX_REQUESTS {
        ctx.progress(request, None, "Searching SharePoint").await;
        let size = search.limit - u32::try_from(found.hits.len()).unwrap_or(search.limit);
        let page = page(ctx, search, &kql, from, size).await?;
        suggest(&mut found, &page);
        let fresh =
            |(_, hit): &(u32, ItemHit)| seen.insert(hit.item.web_url.clone().unwrap_or_default());
        let placed = (from..).zip(page.hits);
        let fitting = placed.filter(|(_, hit)| filter::keeps(search, &hit.item));
        found.hits.extend(fitting.filter(fresh));
        from = from.saturating_add(size);
        if !page.more {
            return Ok(found);
        }
        if from > MAX_OFFSET {
            found.notices.push(ENDED.to_owned());
            return Ok(found);
        }
        if found.hits.len() >= search.limit as usize {
            found.next = Some(from);
            return Ok(found);
        }
    }
    found.notices.push(STOPPED.to_owned());
    found.next = Some(from);
    Ok(found)
}

async fn page(
    ctx: &ToolContext,
    search: &Search,
    kql: &str,
    from: u32,
    size: u32,
) -> Result<SearchPage<ItemHit>, ToolError> {
    let kind = match search.conditions.content_type {
        None | Some(ContentType::File | ContentType::Page) => ItemKind::DriveItem,
        Some(ContentType::List) => ItemKind::List,
        Some(ContentType::Site) => ItemKind::Site,
    };
    let query = ItemSearch::new(kind, kql).skip(from).size(size);
    let query = if search.conditions.newest { query.newest() } else { query };
    ctx.graph().search_items(&query).await.map_err(|error| explain(ctx.cloud(), error))
}

fn explain(cloud: Cloud, error: graph::Error) -> ToolError {
    let refused = matches!(error.kind(), ErrorKind::BadRequest | ErrorKind::NotFound);
    let error = ToolError::from(error);
    if !refused {
        return error;
    }
    let missing = match cloud {
        Cloud::Global => "",
        _ => {
            " Or this cloud has no such search: list sites and folders with read_resource instead."
        }
    };
    error.with_code(ErrorCode::ValidationError).with_message(format!(
        "query: Graph does not accept this search. Check its properties, dates and operators; plain \
         words and title:, filename:, author:, AND, OR, NOT are accepted.{missing}"
    ))
}

/// Passes on what Graph would rather have been asked, where nothing was found.
fn suggest(found: &mut Found, page: &SearchPage<ItemHit>) {
    let Some(suggestion) = page.suggestion.as_deref().filter(|_| page.hits.is_empty()) else {
        return;
    };
    let own = match suggestion.strip_prefix('(') {
        Some(own) => own.split(") AND ").next().unwrap_or(own),
        None => suggestion.split(" AND ").next().unwrap_or(suggestion),
    };
    let shown = m365_extract::excerpt(&m365_extract::clean_text(own), 100);
    found.notices.push(format!("Nothing was found; was {shown:?} meant?"));
}

/// Refuses an offset that Graph does not reach.
pub(super) fn check_offset(offset: u32) -> Result<(), ToolError> {
    if offset <= MAX_OFFSET {
        return Ok(());
    }
    Err(ToolError::validation(format!(
        "offset: {offset} is not accepted; up to {MAX_OFFSET} is, so narrow the search."
    )))
}
