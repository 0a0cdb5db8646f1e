use std::marker::PhantomData;

use super::attachments::Attachments;
use crate::{
    Attachment, AttachmentId, BatchGet, BodyKind, Download, Event, GraphClient, Message, Page,
    Result,
    api::pages,
    models::Resource,
    request::{Options, Path, Request},
};

/// One message, and what hangs on it.
pub type MessageRequest = OutlookRequest<Message>;

/// One event, and what hangs on it.
pub type EventRequest = OutlookRequest<Event>;

/// One item of a mailbox, and what hangs on it.
#[derive(Clone, Debug)]
#[must_use = "a request does nothing until it is sent"]
pub struct OutlookRequest<T> {
    client: GraphClient,
    path: Path,
    options: Options,
    body: Option<BodyKind>,
    item: PhantomData<fn() -> T>,
}

#[expect(private_bounds, reason = "only this crate's models hang on a mailbox")]
impl<T: Resource> OutlookRequest<T> {
    pub(crate) fn new(client: GraphClient, path: Path) -> Self {
        Self { client, path, options: Options::default(), body: None, item: PhantomData }
    }

    /// Asks for these properties only; the id comes in any case.
    pub fn select(mut self, properties: &[&str]) -> Self {
        self.options = self.options.with("$select", pages::with_id(properties));
        self
    }

    /// Asks for the body as HTML, which is Graph's default too.
    pub const fn prefer_html(mut self) -> Self {
        self.body = Some(BodyKind::Html);
        self
    }

    /// Asks for the body as text, rendered by Exchange.
    pub const fn prefer_text(mut self) -> Self {
        self.body = Some(BodyKind::Text);
        self
    }

    /// Reads the item.
    ///
    /// # Errors
    ///
    /// [`NotFound`](crate::ErrorKind::NotFound) when it was moved, deleted or never there,
    /// [`Forbidden`](crate::ErrorKind::Forbidden), and
    /// [what any request can meet](crate::ErrorKind).
    pub async fn get(self) -> Result<T> {
        self.client.entity(&self.request()).await
    }

    /// Makes a part of [`GraphClient::batch`](crate::GraphClient::batch) of it.
    pub fn batched(self) -> BatchGet<T> {
        BatchGet::new(self.request())
    }

    /// Lists the attachments without their bytes, up to the limit on pages.
    ///
    /// # Errors
    ///
    /// As [`Self::get`]; [`Forbidden`](crate::ErrorKind::Forbidden) with `Mail.ReadBasic`
    /// or `Calendars.ReadBasic`.
    pub async fn attachments(self) -> Result<Page<Attachment>> {
        self.attached().list().await
    }

    /// Reads what is known of one attachment, without its bytes.
    ///
    /// # Errors
    ///
    /// As [`Self::attachments`].
    pub async fn attachment(self, id: &AttachmentId) -> Result<Attachment> {
        self.attached().one(id).await
    }

    /// Reads an item attachment with the message, event or contact that it is.
    ///
    /// # Errors
    ///
    /// As [`Self::attachments`]; [`TooLarge`](crate::ErrorKind::TooLarge) for one with big
    /// attachments of its own.
    pub async fn item_attachment(self, id: &AttachmentId) -> Result<Attachment> {
        self.attached().item(id).await
    }

    /// Reads an attachment's bytes, at most `cap` of them.
    ///
    /// An item attachment gives MIME, iCalendar or vCard.
    ///
    /// # Errors
    ///
    /// [`TooLarge`](crate::ErrorKind::TooLarge) beyond `cap`,
    /// [`NotSupported`](crate::ErrorKind::NotSupported) for a reference attachment, and as
    /// [`Self::attachments`].
    pub async fn attachment_bytes(self, id: &AttachmentId, cap: usize) -> Result<Download> {
        self.attached().bytes(id, cap).await
    }

    fn request(&self) -> Request {
        Request::get(self.path.clone(), &self.options).prefer_body(self.body)
    }

    fn attached(self) -> Attachments {
        Attachments::of(self.client, self.path)
    }
}

impl MessageRequest {
    /// Reads the message as MIME, at most `cap` bytes.
    ///
    /// # Errors
    ///
    /// As [`Self::attachment_bytes`].
    pub async fn mime(self, cap: usize) -> Result<Download> {
        let request = Request::get(self.path.literal("$value"), &Options::default());
        self.client.bytes(&request, cap).await
    }
}
