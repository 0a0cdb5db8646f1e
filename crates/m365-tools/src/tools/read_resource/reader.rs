use jiff::{Timestamp, tz::TimeZone};
use m365_extract::Image;
use m365_graph::{self as graph, MailApi, Mailbox};
use serde::{Deserialize, Serialize};
use tokio::sync::OnceCell;

use super::{
    attachment, conversation, folder,
    input::Format,
    item::Item,
    message,
    pages::{self, Selection, TextPlace},
};
use crate::{
    ErrorCode, ToolContext, ToolError,
    mail::{
        access::{self, Access},
        fields,
        folders::{self, Folder},
    },
    time,
    uri::{MailItem, MailUri},
};

/// What the trailer and the marks of an answer may take, in characters.
const RESERVED: usize = 2_000;

/// The least text that is given of each thing, so that reading makes progress.
const LEAST: usize = 200;

/// The room that makes it worth to read one more thing into an answer.
const WORTH: usize = 2_000;

/// One address to be read.
#[derive(Debug)]
pub(super) struct Request {
    /// Its number among those that the caller named, from 0.
    pub(super) number: usize,
    /// As the caller wrote it.
    pub(super) given: String,
    pub(super) selection: Selection,
    pub(super) format: Format,
    /// Where to go on; `None` when it was read to its end.
    pub(super) place: Option<Position>,
}

/// Where reading stopped; it travels sealed.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(super) enum Position {
    Start,
    Text(TextPlace),
    Listing(folder::ListPlace),
}

/// What was read of one address.
#[derive(Debug, Default)]
pub(super) struct Read {
    pub(super) item: Item,
    pub(super) text: Option<String>,
    pub(super) images: Vec<Image>,
    pub(super) notices: Vec<String>,
    pub(super) next: Option<Position>,
}

/// Reads addresses for one call.
pub(super) struct Reader<'a> {
    pub(super) ctx: &'a ToolContext,
    zone: OnceCell<(TimeZone, Option<String>)>,
    room: usize,
    turns: usize,
    share: usize,
}

/// One address, resolved and permitted.
pub(super) struct Source<'a> {
    pub(super) reader: &'a Reader<'a>,
    pub(super) request: &'a Request,
    pub(super) uri: MailUri,
    pub(super) access: Access,
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
        let uri = MailUri::parse(&request.given, self.ctx.cloud())?;
        let mailbox = access::own_or(self.ctx, uri.mailbox).await?;
        let access = access::check(self.ctx, &mailbox).await?;
        let uri = MailUri::new(mailbox, uri.item);
        let source = Source { reader: self, request, uri, access };
        match &source.uri.item {
            MailItem::Message { id, full } => message::read(&source, id, *full).await,
            MailItem::Attachment { message, id } => attachment::read(&source, message, id).await,
            MailItem::Conversation(id) => conversation::read(&source, id).await,
            MailItem::Folders => folder::read_top(&source).await,
            MailItem::Folder(id) => match folder::read(&source, id).await {
                Err(error) if is_no_id(&error) => {
                    named_folder(&source, id.as_str()).await.map_err(|_| error)
                }
                read => read,
            },
            MailItem::NamedFolder(name) => named_folder(&source, name).await,
        }
    }

    /// Returns the zone that dates are given in, looked up once.
    pub(super) async fn zone(&self) -> &(TimeZone, Option<String>) {
        self.zone.get_or_init(|| self.ctx.time_zone()).await
    }
}

/// Tells whether Graph said that an id is none: then it may be a name.
fn is_no_id(error: &ToolError) -> bool {
    error.details().graph_code.as_deref() == Some("ErrorInvalidIdMalformed")
}

/// Reads a folder by its display name or path.
async fn named_folder(source: &Source<'_>, name: &str) -> Result<Read, ToolError> {
    let Source { reader, request, access, .. } = *source;
    let found = folders::find(reader.ctx.graph(), source.mailbox(), name).await;
    let Folder { id, .. } = found.map_err(|error| {
        let message = error.message().replacen("folderName:", "uri:", 1);
        error.with_message(message)
    })?;
    let uri = MailUri::new(source.mailbox().clone(), MailItem::Folder(id.clone()));
    folder::read(&Source { reader, request, uri, access }, &id).await
}

impl Source<'_> {
    pub(super) fn mail(&self) -> MailApi {
        self.reader.ctx.graph().mail(&self.uri.mailbox)
    }

    /// Runs a request beside the look-up of the zone.
    pub(super) async fn ask<T>(
        &self,
        request: impl Future<Output = graph::Result<T>>,
    ) -> Result<(T, &TimeZone), ToolError> {
        let (answer, (zone, _)) = tokio::join!(request, self.reader.zone());
        Ok((answer.map_err(|error| self.explain(error))?, zone))
    }

    pub(super) fn explain(&self, error: graph::Error) -> ToolError {
        access::explain(error, &self.uri.mailbox)
    }

    /// Names something else in the same mailbox.
    pub(super) fn sibling(&self, item: MailItem) -> String {
        MailUri::new(self.uri.mailbox.clone(), item).to_string()
    }

    pub(super) const fn mailbox(&self) -> &Mailbox {
        &self.uri.mailbox
    }

    /// Starts the description of what is read.
    pub(super) fn item(&self, kind: &'static str, title: String) -> Item {
        Item { uri: self.uri.to_string(), r#type: kind, title, ..Item::default() }
    }

    /// How many characters of text fit beside `item`.
    pub(super) fn room(&self, item: &Item) -> usize {
        let block = fields::length(item);
        self.reader.share.saturating_sub(block + 150).max(LEAST)
    }

    /// How many characters the lists in a description may take.
    pub(super) const fn list_room(&self) -> usize {
        self.reader.share / 2
    }

    /// Where in a text to go on.
    pub(super) const fn text_place(&self) -> Option<TextPlace> {
        match self.request.place {
            Some(Position::Text(place)) => Some(place),
            _ => None,
        }
    }

    /// Puts what fits of `pages` behind `item`.
    pub(super) fn with_pages(&self, mut item: Item, pages: &[String]) -> Result<Read, ToolError> {
        let room = self.room(&item);
        let selection = &self.request.selection;
        let found = pages::deliver(pages, selection, self.text_place(), room, &item.uri)?;
        item.pages = found.pages;
        let text = (!found.text.is_empty()).then_some(found.text);
        Ok(Read { item, text, next: found.next.map(Position::Text), ..Read::default() })
    }

    /// Refuses to choose a sheet of what has none.
    pub(super) fn refuse_sheet(&self) -> Result<(), ToolError> {
        match &self.request.selection.sheet {
            Some(_) => Err(ToolError::validation(
                "sheet: only an Excel workbook has sheets; leave it out.",
            )),
            None => Ok(()),
        }
    }

    /// Refuses to write in another way what can be written in one only.
    pub(super) fn refuse_format(&self, what: &str) -> Result<(), ToolError> {
        match self.request.format {
            Format::Markdown => Ok(()),
            Format::Html | Format::Raw => Err(ToolError::validation(format!(
                "format: for {what} only markdown is accepted; leave it out."
            ))),
        }
    }

    /// Refuses to write as HTML what never was.
    pub(super) fn refuse_html(&self, what: &str) -> Result<(), ToolError> {
        match self.request.format {
            Format::Html => Err(ToolError::validation(format!(
                "format: html is not accepted for {what}; markdown and raw are."
            ))),
            Format::Markdown | Format::Raw => Ok(()),
        }
    }

    /// Refuses to choose pages of what has none.
    pub(super) fn refuse_pages(&self, what: &str) -> Result<(), ToolError> {
        let selection = &self.request.selection;
        let asked = [("startPage", selection.start), ("endPage", selection.end)];
        match asked.into_iter().find(|(_, page)| page.is_some()) {
            None => Ok(()),
            Some((field, _)) => Err(ToolError::validation(format!(
                "{field}: {what} has no pages; leave it out, and pass nextCursor as cursor to go on."
            ))),
        }
    }

    /// Makes sure that bodies and attachments may be read.
    pub(super) async fn need_content(&self) -> Result<(), ToolError> {
        match self.access {
            Access::Full => Ok(()),
            Access::Basic => self.reader.ctx.require_scope(access::READ).await,
        }
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
