use jiff::{Timestamp, tz::TimeZone};
use m365_extract::Image;
use serde::Serialize;
use tokio::sync::OnceCell;

use super::{
    event, file,
    item::Item,
    libraries, link, mail, page,
    pages::{self, Delivery, PageText, Selection},
    request::{Position, Request},
    site, teams, transcript,
};
use crate::{
    ErrorCode, ToolContext, ToolError, output, time,
    uri::{ResourceUri, SiteUri, WebLink},
};

/// What the trailer and the marks of an answer may take, in characters.
const RESERVED: usize = 2_000;

/// The least text that is given of each thing, so that reading makes progress.
const LEAST: usize = 200;

/// The longest outline of a document, in characters.
const MAX_OUTLINE: usize = 1_500;

/// The room that makes it worth to read one more thing into an answer.
const WORTH: usize = 2_000;

/// What was read of one address.
#[derive(Debug, Default)]
pub(super) struct Read {
    pub(super) item: Item,
    pub(super) text: Option<String>,
    /// The lines of ours that end the text.
    pub(super) footer: Option<String>,
    pub(super) images: Vec<Image>,
    pub(super) notices: Vec<String>,
    pub(super) next: Option<Position>,
}

impl Read {
    /// What fits an answer of the text of `item`.
    pub(super) fn delivered(item: Item, found: Delivery) -> Self {
        let given = |text: String| (!text.is_empty()).then_some(text);
        Self {
            item: Item { pages: found.pages, ..item },
            text: given(found.text),
            footer: given(found.footer),
            next: found.next.map(Position::Text),
            ..Self::default()
        }
    }
}

/// Reads addresses for one call.
pub(super) struct Reader<'a> {
    pub(super) ctx: &'a ToolContext,
    zone: OnceCell<(TimeZone, Option<String>)>,
    room: usize,
    turns: usize,
    share: usize,
}

impl<'a> Reader<'a> {
    /// Prepares to read `count` things into one answer, or as many as find room.
    pub(super) fn new(ctx: &'a ToolContext, count: usize) -> Self {
        let room = ctx.limits().answer.saturating_sub(RESERVED.min(ctx.limits().answer / 4));
        let turns = count.min(room / WORTH).max(1);
        Self { ctx, zone: OnceCell::new(), room, turns, share: room / turns }
    }

    /// How many characters all that is read may take.
    pub(super) const fn room(&self) -> usize {
        self.room
    }

    /// How many things are read at most.
    pub(super) const fn turns(&self) -> usize {
        self.turns
    }

    /// Reads one address.
    pub(super) async fn read(&self, request: &Request) -> Result<Read, ToolError> {
        self.read_uri(request, ResourceUri::parse(&request.given, self.ctx.cloud())?).await
    }

    /// Reads what an address names that was given or found.
    pub(super) async fn read_uri(
        &self,
        request: &Request,
        uri: ResourceUri,
    ) -> Result<Read, ToolError> {
        match uri {
            ResourceUri::Mail(uri) => mail::read(self, request, uri).await,
            ResourceUri::Calendar(uri) => event::read(self, request, uri).await,
            ResourceUri::Transcript(uri) => transcript::read(self, request, uri).await,
            ResourceUri::File(uri) => file::read(self, request, uri).await,
            ResourceUri::Site(SiteUri::Drives(site)) => libraries::read(self, request, site).await,
            ResourceUri::Site(SiteUri::Site(site)) => site::read(self, request, site).await,
            ResourceUri::Site(SiteUri::Page { site, page }) => {
                page::read(self, request, site, page).await
            }
            ResourceUri::Teams(uri) => teams::read(self, request, uri).await,
            ResourceUri::Link(WebLink::Sharing(url)) => link::read(self, request, &url).await,
        }
    }

    /// How many characters of text fit beside `item`.
    pub(super) fn room_beside(&self, item: &Item) -> usize {
        let block = self.length(item);
        self.share.saturating_sub(block + 150).max(LEAST)
    }

    /// How many characters an entry of a list takes in the answer.
    pub(super) fn length<T: Serialize>(&self, entry: &T) -> usize {
        output::length(entry, self.ctx.boundary())
    }

    /// How many characters the outline of a document may take beside `item`.
    pub(super) fn outline_room(&self, item: &Item) -> usize {
        MAX_OUTLINE.min(self.room_beside(item) / 3)
    }

    /// How many characters the lists in a description may take.
    pub(super) const fn list_room(&self) -> usize {
        self.share / 2
    }

    /// Puts what fits of `pages` behind `item`.
    pub(super) fn with_pages<P: PageText>(
        &self,
        request: &Request,
        item: Item,
        pages: &[P],
    ) -> Result<Read, ToolError> {
        self.with_selected(request, &request.selection, item, pages)
    }

    /// Puts what fits of the `selection` of `pages` behind `item`.
    pub(super) fn with_selected<P: PageText>(
        &self,
        request: &Request,
        selection: &Selection,
        item: Item,
        pages: &[P],
    ) -> Result<Read, ToolError> {
        let room = self.room_beside(&item);
        let call = request.call(&item.uri);
        let found = pages::deliver(pages, selection, request.text_place(), room, &call)?;
        Ok(Read::delivered(item, found))
    }

    /// Returns the zone that dates are given in, looked up once.
    pub(super) async fn zone(&self) -> &(TimeZone, Option<String>) {
        self.zone.get_or_init(|| self.ctx.time_zone()).await
    }
}

/// Does the work of a parser off the threads that serve other calls.
pub(super) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, ToolError> {
    tokio::task::spawn_blocking(work).await.map_err(|_| {
        ToolError::new(ErrorCode::UnsupportedContent, "The content could not be read safely.")
    })
}

/// Writes a moment in `zone`.
pub(super) fn moment(moment: Option<Timestamp>, zone: &TimeZone) -> Option<String> {
    moment.map(|moment| time::format(moment, zone))
}
