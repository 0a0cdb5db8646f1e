//! Finds files, pages, lists and sites: one request to Graph's search, after those that find the place.
//!
//! Site, library, folder and path become restrictions of the path, which the index compares by its
//! beginning only: so each hit's address is compared again. Folders are hits too and are left out. Lists
//! do not tell their drives, so the libraries of their sites are read: one request for each site. Where
//! only the user's own OneDrive may be read, which Graph's search does not serve, that is searched alone.

mod filter;
mod hit;
mod input;
mod own;
mod place;
mod query;
mod scan;

use async_trait::async_trait;
use jiff::tz::TimeZone;

use self::{
    hit::Hit,
    input::{Conditions, ContentType, Order, SharepointSearchInput},
    scan::{Found, Search},
};
use crate::{
    Answer, Results, Tool, ToolContext, ToolError,
    asked::{self, Filling},
    paging,
    sites::{self, FILES, FILES_ALL, SITES_ALL},
    time::{self, Interval},
};

const UNRANKED: &str = "There are no words to rank by, so the newest come first.";

/// The tool `sharepoint_search`.
#[derive(Debug)]
pub(crate) struct SharepointSearch;

#[async_trait]
impl Tool for SharepointSearch {
    type Input = SharepointSearchInput;
    type Output = Results<Hit>;

    const NAME: &'static str = "sharepoint_search";
    const TITLE: &'static str = "Search SharePoint and OneDrive";
    const DESCRIPTION: &'static str = "Finds files and pages in SharePoint and OneDrive; contentType finds \
        lists or sites. Without query it browses, newest first. For folders: sharepoint_folder_search. \
        Read a hit with read_resource and its uri.";
    const NEEDS: &'static [&'static [&'static str]] = &[&[SITES_ALL], &[FILES_ALL], &[FILES]];

    async fn call(&self, ctx: &ToolContext, input: Self::Input) -> Result<Answer, ToolError> {
        let mut answer = Answer::new();
        let limit = paging::limit(input.limit, 10, 50, &mut answer)?;
        let offset = paging::offset(input.offset)?;
        scan::check_offset(offset)?;
        let conditions = Conditions::of(&input)?;
        let reach = Reach::granted(ctx, &conditions).await?;
        if conditions.query.is_none() && input.order == Some(Order::Relevance) {
            answer.notice(UNRANKED);
        }
        let (dated, places) = tokio::join!(dated(ctx, &input), place::find(ctx, &input));
        let (((zone, notice), interval), places) = (dated?, places?);
        let search = Search { conditions, places, interval, limit, offset };
        let stranger = search.author_sought();
        let found = reach.search(ctx, search).await?;
        if let (Some(author), true) = (stranger, found.is_nothing()) {
            answer.notice(unknown_author(&author));
        }
        fill(ctx, &mut answer, found, &zone).await?;
        asked::echo(&mut answer, interval, &zone, ctx);
        if let Some(notice) = notice {
            answer.notice(notice);
        }
        Ok(answer)
    }
}

type Dated = ((TimeZone, Option<String>), Interval);

/// Reads the dates in the zone of the user.
async fn dated(ctx: &ToolContext, input: &SharepointSearchInput) -> Result<Dated, ToolError> {
    let after = asked::given(input.after_date_time.as_ref());
    let before = asked::given(input.before_date_time.as_ref());
    let dates = [after.as_deref(), before.as_deref()];
    if !dates.iter().flatten().any(|date| time::needs_zone(date)) {
        let interval = asked::interval(dates, ctx, &TimeZone::UTC)?;
        return Ok((ctx.time_zone().await, interval));
    }
    let (zone, notice) = ctx.time_zone().await;
    let interval = asked::interval(dates, ctx, &zone)?;
    Ok(((zone, notice), interval))
}

/// An author whom nobody knows is no error of Graph's: it looks as if there were no files.
fn unknown_author(author: &str) -> String {
    format!(
        "Nothing by an author {:?} fits. Names count as SharePoint writes them; search_people finds how \
         somebody is called.",
        m365_extract::excerpt(author, 60)
    )
}

async fn fill(
    ctx: &ToolContext,
    answer: &mut Answer,
    found: Found,
    zone: &TimeZone,
) -> Result<(), ToolError> {
    let (mut filling, mut next) = (Filling::new(ctx, answer), found.next);
    let items = found.hits.iter().map(|(_, hit)| &hit.item);
    // Without its libraries a site's lists are shown as well, without a uri.
    let libraries = sites::libraries_of(ctx, items).await.unwrap_or_default();
    for (at, hit) in found.hits {
        if !filling.add(answer, Hit::new(hit, &libraries, zone).values()?) {
            next = Some(at);
            break;
        }
    }
    for notice in found.notices {
        answer.notice(notice);
    }
    if let Some(offset) = next {
        answer.trailer().continues_at(offset);
    }
    Ok(())
}

/// How far the caller's scopes reach.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Reach {
    /// Everything.
    All,
    /// Files, and no pages.
    Files,
    /// The user's own OneDrive.
    Own,
}

impl Reach {
    async fn granted(ctx: &ToolContext, conditions: &Conditions) -> Result<Self, ToolError> {
        if ctx.has_scope(SITES_ALL).await? {
            return Ok(Self::All);
        }
        if let Some(ContentType::Page | ContentType::List | ContentType::Site) =
            conditions.content_type
        {
            return ctx.require_scope(SITES_ALL).await.map(|()| Self::All);
        }
        if ctx.has_scope(FILES_ALL).await? {
            return Ok(Self::Files);
        }
        if ctx.has_scope(FILES).await? {
            return Ok(Self::Own);
        }
        ctx.require_scope(SITES_ALL).await.map(|()| Self::All)
    }

    async fn search(self, ctx: &ToolContext, mut search: Search) -> Result<Found, ToolError> {
        if self == Self::All {
            return scan::run(ctx, &search).await;
        }
        search.conditions.content_type = Some(ContentType::File);
        let mut found = match self {
            Self::Own => own::run(ctx, &search).await?,
            _ => scan::run(ctx, &search).await?,
        };
        found.notices.push(self.notice());
        Ok(found)
    }

    fn notice(self) -> String {
        match self {
            Self::Own => {
                format!("Missing scope '{FILES_ALL}': only the user's own OneDrive was searched.")
            }
            _ => format!("Missing scope '{SITES_ALL}': pages were not searched."),
        }
    }
}
