//! Reads what a hit or a link names: mail, events, transcripts, files, sites, pages, chats and channels.

mod attached;
mod attachment;
mod content;
mod conversation;
mod document;
mod event;
mod file;
mod folder;
mod input;
mod item;
mod libraries;
mod link;
mod listing;
mod mail;
mod message;
mod page;
mod pages;
mod plain;
mod reader;
mod reference;
mod request;
mod scopes;
mod site;
mod teams;
mod transcript;

use async_trait::async_trait;
use futures_util::{StreamExt, stream};
use serde_json::{Value, json};

use self::{
    input::ReadResourceInput,
    item::Item,
    reader::{Read, Reader},
    request::{Position, Request},
};
use crate::{
    Answer, Details, ErrorCode, PartError, Resource, Results, Tool, ToolContext, ToolError,
};

/// How many addresses one call may name.
const MAX_URIS: usize = 10;

/// How many are read side by side; the Graph client bounds the requests of each mailbox below that.
const PARALLEL: usize = 4;

/// The tool `read_resource`.
#[derive(Debug)]
pub(crate) struct ReadResource;

#[async_trait]
impl Tool for ReadResource {
    type Input = ReadResourceInput;
    type Output = Results<Item>;

    const NAME: &'static str = "read_resource";
    const TITLE: &'static str = "Read a resource";
    const DESCRIPTION: &'static str = "Reads what a hit's uri or a pasted Microsoft 365 link names, as \
        markdown: mail, attachment, conversation, event, meeting transcript, file, folder, site, page, chat, \
        channel post. Lists too: mail:///folders/, file:///{driveId}/root, drive:///sites/{siteId}. To \
        find something, search first.";
    const NEEDS: &'static [&'static [&'static str]] = scopes::NEEDS;
    const USES: &'static [&'static str] = scopes::USES;

    async fn call(&self, ctx: &ToolContext, input: Self::Input) -> Result<Answer, ToolError> {
        let mut requests = requests(ctx, &input)?;
        let count = requests.len();
        let places = requests.iter().map(|request| request.place.clone()).collect();
        requests.retain(|request| request.place.is_some());
        let reader = Reader::new(ctx, requests.len());
        let mut gathered = Gathered::new(ctx, places, &reader);
        let read = |request: Request| {
            let reader = &reader;
            async move { (reader.read(&request).await, request) }
        };
        let turns = requests.into_iter().take(reader.turns());
        let mut outcomes = stream::iter(turns).map(read).buffered(PARALLEL);
        while let Some((outcome, request)) = outcomes.next().await {
            if !gathered.add(&request, outcome)? {
                break;
            }
            let done = u32::try_from(request.number + 1).unwrap_or(u32::MAX);
            ctx.progress(done, u32::try_from(count).ok(), "Reading").await;
        }
        gathered.finish(reader.zone().await)
    }
}

/// Joins what was read of several addresses into one answer.
struct Gathered<'a> {
    ctx: &'a ToolContext,
    answer: Answer,
    /// Where each address goes on in the next answer; `None` for one that was read to its end.
    positions: Vec<Option<Position>>,
    /// How many addresses are still to be looked at.
    waiting: usize,
    room: usize,
    read: usize,
    errors: Vec<PartError>,
}

impl<'a> Gathered<'a> {
    fn new(ctx: &'a ToolContext, positions: Vec<Option<Position>>, reader: &Reader<'_>) -> Self {
        Self {
            ctx,
            answer: Answer::new(),
            waiting: positions.iter().flatten().count(),
            positions,
            room: reader.room(),
            read: 0,
            errors: Vec::new(),
        }
    }

    /// Adds one outcome, unless the answer is full; then that address waits for the next one.
    ///
    /// A single address fails as the call, one of several beside the others.
    fn add(
        &mut self,
        request: &Request,
        outcome: Result<Read, ToolError>,
    ) -> Result<bool, ToolError> {
        let single = self.positions.len() == 1;
        let (resource, error, notices, next) = match outcome {
            Ok(read) => (resource(&read)?, None, read.notices, read.next),
            Err(error) if single => return Err(error),
            Err(error) => {
                let error = self.ctx.hinted(error);
                let uri = shown(&request.given);
                let failure = json!({"uri": uri, "error": error});
                (Resource::new(failure), Some(PartError::new(uri, &error)), Vec::new(), None)
            }
        };
        if !self.fits(&resource, &notices) {
            return Ok(false);
        }
        self.answer.resource(resource);
        for notice in notices {
            self.answer.notice(notice);
        }
        self.note(error);
        if let Some(position) = self.positions.get_mut(request.number) {
            *position = next;
        }
        Ok(true)
    }

    /// Tells whether one more thing fits; the first one has nothing to give way to.
    fn fits(&self, resource: &Resource, notices: &[String]) -> bool {
        let first = self.read == 0 && self.errors.is_empty();
        let notices: usize = notices.iter().map(|notice| notice.chars().count() + 3).sum();
        let boundary = self.ctx.boundary();
        let taken = self.answer.characters_within(boundary);
        first || taken + resource.characters(boundary) + notices <= self.room
    }

    fn note(&mut self, failed: Option<PartError>) {
        self.waiting = self.waiting.saturating_sub(1);
        match failed {
            Some(error) => self.errors.push(error),
            None => self.read += 1,
        }
    }

    fn finish(
        mut self,
        (zone, notice): &(jiff::tz::TimeZone, Option<String>),
    ) -> Result<Answer, ToolError> {
        if self.read == 0
            && self.waiting == 0
            && let Some(first) = self.errors.first()
        {
            return Err(none_read(first.code, self.errors));
        }
        self.answer.trailer().dated(zone, self.ctx.now());
        if let Some(notice) = notice {
            self.answer.notice(notice.as_str());
        }
        if self.waiting > 0 {
            self.answer.notice(format!(
                "The answer is full: of the addresses {} are still to be read, by the same call with \
                 nextCursor as cursor.",
                self.waiting
            ));
        }
        if self.positions.iter().any(Option::is_some) {
            let cursor = self.ctx.seal_cursor(&self.positions)?;
            self.answer.trailer().continues_with(cursor);
        }
        Ok(self.answer)
    }
}

fn none_read(code: ErrorCode, errors: Vec<PartError>) -> ToolError {
    let message = format!("None of the {} URIs could be read.", errors.len());
    ToolError::new(code, message).with_details(Details { errors, ..Details::default() })
}

fn resource(read: &Read) -> Result<Resource, ToolError> {
    let mut resource = Resource::new(value(&read.item)?);
    if let Some(text) = &read.text {
        resource = resource.with_text(text.as_str());
    }
    if let Some(footer) = &read.footer {
        resource = resource.with_footer(footer.as_str());
    }
    for image in &read.images {
        resource = resource.with_image(image.media_type.clone(), &image.bytes);
    }
    Ok(resource)
}

/// The address as it is named in an error.
fn shown(uri: &str) -> String {
    m365_extract::excerpt(&m365_extract::clean_text(uri), 2_000)
}

fn value(item: &Item) -> Result<Value, ToolError> {
    serde_json::to_value(item)
        .map_err(|_| ToolError::new(ErrorCode::ServiceError, "The item could not be written."))
}

/// Checks the arguments and finds where each address is to be read from.
fn requests(ctx: &ToolContext, input: &ReadResourceInput) -> Result<Vec<Request>, ToolError> {
    let uris = input.uri.as_slice();
    if uris.is_empty() || uris.len() > MAX_URIS {
        return Err(ToolError::validation(format!(
            "uri: {} addresses are not accepted; 1 to {MAX_URIS} are.",
            uris.len()
        )));
    }
    let selection = input.selection()?;
    let places = places(ctx, input, uris.len())?;
    let request = |(number, (uri, place)): (usize, (&String, Option<Position>))| Request {
        number,
        given: uri.clone(),
        selection: selection.clone(),
        format: input.format.unwrap_or_default(),
        place,
    };
    Ok(uris.iter().zip(places).enumerate().map(request).collect())
}

/// Where each address goes on; `None` for one that was read to its end.
fn places(
    ctx: &ToolContext,
    input: &ReadResourceInput,
    count: usize,
) -> Result<Vec<Option<Position>>, ToolError> {
    let cursor = input.cursor.as_deref().map(str::trim).filter(|cursor| !cursor.is_empty());
    let Some(cursor) = cursor else { return Ok(vec![Some(Position::Start); count]) };
    let places: Vec<Option<Position>> = ctx.open_cursor(cursor)?;
    if places.len() != count {
        return Err(ToolError::validation("cursor: it belongs to other addresses."));
    }
    Ok(places)
}
