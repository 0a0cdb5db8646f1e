//! Finds folders, document libraries included.
//!
//! | Asked for | Way |
//! |---|---|
//! | a name, with or without a site | one request to Graph's search, whose index knows how words begin; one `$batch` that tells folders from files and counts what they hold |
//! | a parent, or a site in which the index finds nothing | the tree below, folder by folder, which also finds parts inside words |

mod hit;
mod index;
mod input;
mod name;
mod start;
mod walk;

use async_trait::async_trait;

use self::{
    hit::Hit, input::SharepointFolderSearchInput, name::Name, start::Start, walk::WalkPlace,
};
use crate::{
    Answer, Results, Tool, ToolContext, ToolError,
    asked::{self, Filling},
    paging,
    sites::{FILES, FILES_ALL, SITES_ALL, SITES_SELECTED},
};

/// The tool `sharepoint_folder_search`.
#[derive(Debug)]
pub(crate) struct SharepointFolderSearch;

#[async_trait]
impl Tool for SharepointFolderSearch {
    type Input = SharepointFolderSearchInput;
    type Output = Results<Hit>;

    const NAME: &'static str = "sharepoint_folder_search";
    const TITLE: &'static str = "Search folders";
    const DESCRIPTION: &'static str = "Finds folders and document libraries in SharePoint and OneDrive by \
        name. For files use sharepoint_search. List what a folder holds with read_resource and its uri, or \
        pass the uri as parent or as sharepoint_search's folderName.";
    const NEEDS: &'static [&'static [&'static str]] =
        &[&[SITES_ALL], &[FILES_ALL], &[FILES], &[SITES_SELECTED]];

    async fn call(&self, ctx: &ToolContext, input: Self::Input) -> Result<Answer, ToolError> {
        let mut answer = Answer::new();
        let limit = paging::limit(input.limit, 10, 50, &mut answer)?;
        let offset = paging::offset(input.offset)?;
        let name = Name::new(&input.name)?;
        let start = Start::find(ctx, &input).await?;
        let place = asked::given(input.cursor.as_ref());
        let place = place.map(|cursor| ctx.open_cursor::<WalkPlace>(&cursor)).transpose()?;
        let wanted = Wanted { name, limit: limit as usize, offset };
        let (found, (zone, notice)) =
            tokio::join!(find(ctx, &wanted, &start, place), ctx.time_zone());
        fill(ctx, &mut answer, found?, &zone)?;
        answer.trailer().dated(&zone, ctx.now());
        if let Some(notice) = notice {
            answer.notice(notice);
        }
        Ok(answer)
    }
}

/// Which folders are wanted, and how many.
#[derive(Clone, Debug)]
struct Wanted {
    name: Name,
    limit: usize,
    offset: u32,
}

/// What was found.
#[derive(Debug, Default)]
struct Found {
    /// Each with the place at which a search gives it first.
    hits: Vec<(Next, hit::Folder)>,
    next: Next,
    notices: Vec<String>,
}

/// How a search goes on.
#[derive(Clone, Debug, Default)]
enum Next {
    #[default]
    End,
    Offset(u32),
    Place(WalkPlace),
}

async fn find(
    ctx: &ToolContext,
    wanted: &Wanted,
    start: &Start,
    place: Option<WalkPlace>,
) -> Result<Found, ToolError> {
    if let Some(place) = place {
        return walk::run(ctx, wanted, start, place).await;
    }
    if start.is_walked() {
        return walk::run(ctx, wanted, start, WalkPlace::skipping(wanted.offset)).await;
    }
    let mut found = index::run(ctx, wanted, start).await?;
    let is_nothing = found.hits.is_empty() && wanted.offset == 0 && matches!(found.next, Next::End);
    match start {
        Start::Site(_) if is_nothing => walk::run(ctx, wanted, start, WalkPlace::default()).await,
        _ => {
            if is_nothing && !found.notices.iter().any(|one| one == index::NO_DRIVE) {
                found.notices.push(index::BEGINNINGS.to_owned());
            }
            Ok(found)
        }
    }
}

fn fill(
    ctx: &ToolContext,
    answer: &mut Answer,
    found: Found,
    zone: &jiff::tz::TimeZone,
) -> Result<(), ToolError> {
    let (mut filling, mut next) = (Filling::new(ctx, answer), found.next);
    for (at, folder) in found.hits {
        if !filling.add(answer, Hit::new(folder, zone).values()?) {
            next = at;
            break;
        }
    }
    for notice in found.notices {
        answer.notice(notice);
    }
    match next {
        Next::End => {}
        Next::Offset(offset) => answer.trailer().continues_at(offset),
        Next::Place(place) => answer.trailer().continues_with(ctx.seal_cursor(&place)?),
    }
    Ok(())
}
