use m365_graph::{self as graph, ErrorKind, Incomplete, Message, Page};

use super::{
    filter,
    input::Order,
    plan::{Found, Next, ScanPlace},
    scan::{self, Trail},
    search::{Failure, Search},
};

/// Lists what a filter finds, in order, with a total and offsets.
///
/// Exchange refuses some filters as inefficient; then the list is read by date, and the rest of the
/// conditions are compared here.
pub(super) async fn run(search: &Search<'_>) -> Result<Found, Failure> {
    match filtered(search).await {
        Err(error) if is_inefficient(&error) => {
            scan::run(search, search.first(ScanPlace::listing())).await
        }
        answered => Ok(answered?),
    }
}

fn is_inefficient(error: &graph::Error) -> bool {
    let code = |code: &String| code == "InefficientFilter" || code == "ErrorInvalidUrlQueryFilter";
    error.kind() == ErrorKind::BadRequest && error.codes().iter().any(code)
}

async fn filtered(search: &Search<'_>) -> graph::Result<Found> {
    let mut page = first_page(search).await?;
    let total = page.count;
    let mut hits = std::mem::take(&mut page.items);
    let mut trail = Trail::default();
    let mut pages = 1;
    let mut next = trail.next(&mut page);
    // Pages may be short, or empty, although the list goes on.
    while let Some(link) = &next
        && hits.len() < search.plan.limit
        && !search.is_spent(pages)
    {
        page = search.mail().next_page(link).await?;
        hits.append(&mut page.items);
        pages += 1;
        next = trail.next(&mut page);
    }
    let more = next.is_some() || hits.len() > search.plan.limit;
    Ok(found(search, hits, total, more, page.incomplete))
}

async fn first_page(search: &Search<'_>) -> graph::Result<Page<Message>> {
    let query = search.messages().order_by(order(search)).count();
    let query = query.top(u32::try_from(search.plan.limit).unwrap_or(u32::MAX));
    let query = match search.plan.offset {
        0 => query,
        offset => query.skip(offset),
    };
    match filter::build(&search.plan.conditions, &search.interval) {
        Some(filter) => query.filter(&filter).page().await,
        None => query.page().await,
    }
}

pub(super) const fn order(search: &Search<'_>) -> &'static str {
    match search.plan.order {
        Order::Oldest => "receivedDateTime asc",
        Order::Newest | Order::Relevance => "receivedDateTime desc",
    }
}

fn found(
    search: &Search<'_>,
    mut hits: Vec<Message>,
    total: Option<u64>,
    linked: bool,
    incomplete: Option<Incomplete>,
) -> Found {
    hits.truncate(search.plan.limit);
    let given = u32::try_from(hits.len()).unwrap_or(u32::MAX);
    let next = search.plan.offset.saturating_add(given);
    // A link may come although nothing follows; the total knows better.
    let more = total.map_or(linked, |total| u64::from(next) < total) && (given > 0 || linked);
    let next = if more { Next::Offset(next) } else { Next::End };
    let notices = incomplete.map(scan::incomplete).into_iter().collect();
    Found { hits, next, total, notices, ..Found::default() }
}
