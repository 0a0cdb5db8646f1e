//! The user's own OneDrive, where no scope opens Graph's search.

use m365_graph::{FoundItem, ItemHit};

use super::{
    filter,
    query::is_plain,
    scan::{Found, Search},
};
use crate::{ToolContext, ToolError, sites::FILES_ALL, words::is_person};

const CUT: &str = "Not all files of the OneDrive were looked at; name more words.";

/// Asks the drive for the words, and compares everything else here.
pub(super) async fn run(ctx: &ToolContext, search: &Search) -> Result<Found, ToolError> {
    let words = search.conditions.query.as_deref().unwrap_or_default();
    if !is_plain(words) {
        return ctx.require_scope(FILES_ALL).await.map(|()| Found::default());
    }
    let page = ctx.graph().my_drive().search(words).await?;
    let mut items: Vec<_> = page
        .items
        .into_iter()
        .filter(|item| filter::keeps(search, item) && is_by(search, item))
        .collect();
    if search.conditions.newest {
        items.sort_by_key(|item| std::cmp::Reverse(item.last_modified_date_time));
    }
    let end = search.offset.saturating_add(search.limit);
    let next = (items.len() > end as usize).then_some(end);
    let notices = page.incomplete.map(|_| CUT.to_owned()).into_iter().collect();
    let placed = (0..).zip(items.into_iter().map(ItemHit::from));
    let hits = placed.skip(search.offset as usize).take(search.limit as usize);
    Ok(Found { hits: hits.collect(), next, notices })
}

fn is_by(search: &Search, item: &FoundItem) -> bool {
    let Some(author) = &search.conditions.author else { return true };
    let by = &item.created_by;
    is_person(by.display_name.as_deref().unwrap_or_default(), by.email.as_deref(), author)
}
