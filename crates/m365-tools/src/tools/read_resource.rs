//! Reads what a hit or a link names: messages, attachments, conversations and folders.

mod attached;
mod attachment;
mod conversation;
mod folder;
mod input;
mod item;
mod message;
mod pages;
mod reader;

use async_trait::async_trait;
use futures_util::{StreamExt, stream};
use serde_json::{Value, json};

use self::{
    input::ReadResourceInput,
    item::Item,
    reader::{Position, Read, Reader, Request},
};
use crate::{
    Answer, Details, ErrorCode, PartError, Resource, Results, Tool, ToolContext, ToolError,
    mail::access::{READ, READ_BASIC, READ_SHARED},
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
    const DESCRIPTION: &'static str = "Reads what a uri names, as markdown: a message \
        (mail:///messages/{id}; with ?part=full also the history it quotes), an attachment, a conversation \
        (mail:///conversations/{id}), a folder (mail:///folders/inbox, mail:///folders/ for all), or a \
        pasted Outlook link. Long texts come in pages.";
    const SCOPES: &'static [&'static str] = &[READ, READ_BASIC, READ_SHARED];

    async fn call(&self, ctx: &ToolContext, input: Self::Input) -> Result<Answer, ToolError> {
        let requests = requests(ctx, &input)?;
        let count = requests.len();
        let reader = Reader::new(ctx, count);
        let read = |request: Request| {
            let reader = &reader;
            async move {
                let outcome = match &request.place {
                    Some(_) => Some(reader.read(&request).await),
                    None => None,
                };
                (request, outcome)
            }
        };
        let mut outcomes = stream::iter(requests).map(read).buffered(PARALLEL);
        let mut gathered = Gathered::new(input.uri.as_slice().len());
        while let Some((request, outcome)) = outcomes.next().await {
            gathered.add(&request.given, outcome)?;
            let done = u32::try_from(gathered.positions.len()).unwrap_or(u32::MAX);
            ctx.progress(done, u32::try_from(count).ok(), "Reading").await;
        }
        gathered.finish(ctx, reader.zone().await)
    }
}

/// Joins what was read of several addresses into one answer.
struct Gathered {
    answer: Answer,
    positions: Vec<Option<Position>>,
    single: bool,
    read: usize,
    errors: Vec<PartError>,
}

impl Gathered {
    fn new(asked: usize) -> Self {
        let single = asked == 1;
        Self { answer: Answer::new(), positions: Vec::new(), single, read: 0, errors: Vec::new() }
    }

    /// Adds one outcome; a single address fails as the call, one of several beside the others.
    fn add(
        &mut self,
        uri: &str,
        outcome: Option<Result<Read, ToolError>>,
    ) -> Result<(), ToolError> {
        let position = match outcome {
            Some(Ok(read)) => self.add_read(read)?,
            Some(Err(error)) if self.single => return Err(error),
            Some(Err(error)) => {
                let uri = m365_extract::excerpt(&m365_extract::clean_text(uri), 2_000);
                self.answer.resource(Resource::new(json!({"uri": uri, "error": error})));
                self.errors.push(PartError::new(uri, &error));
                None
            }
            None => None,
        };
        self.positions.push(position);
        Ok(())
    }

    fn add_read(&mut self, read: Read) -> Result<Option<Position>, ToolError> {
        self.read += 1;
        let mut resource = Resource::new(value(&read.item)?);
        if let Some(text) = read.text {
            resource = resource.with_text(text);
        }
        for image in &read.images {
            resource = resource.with_image(image.media_type, &image.bytes);
        }
        self.answer.resource(resource);
        for notice in read.notices {
            self.answer.notice(notice);
        }
        Ok(read.next)
    }

    fn finish(
        mut self,
        ctx: &ToolContext,
        (zone, notice): &(jiff::tz::TimeZone, Option<String>),
    ) -> Result<Answer, ToolError> {
        if self.read == 0
            && let Some(first) = self.errors.first()
        {
            return Err(none_read(first.code, self.errors));
        }
        self.answer.trailer().dated(zone, ctx.now());
        if let Some(notice) = notice {
            self.answer.notice(notice.as_str());
        }
        if self.positions.iter().any(Option::is_some) {
            let cursor = ctx.seal_cursor(&self.positions)?;
            self.answer.trailer().continues_with(cursor);
        }
        Ok(self.answer)
    }
}

fn none_read(code: ErrorCode, errors: Vec<PartError>) -> ToolError {
    let message = format!("None of the {} URIs could be read.", errors.len());
    ToolError::new(code, message).with_details(Details { errors, ..Details::default() })
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
    let request = |(uri, place): (&String, Option<Position>)| Request {
        given: uri.clone(),
        selection: selection.clone(),
        format: input.format.unwrap_or_default(),
        place,
    };
    Ok(uris.iter().zip(places).map(request).collect())
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
