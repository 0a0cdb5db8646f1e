//! How one request wants to see a mailbox.

use crate::{
    graph::{
        call::Call,
        fail::Fail,
        mail::{
            Mailbox,
            folder::WELL_KNOWN,
            ids::{Form, Item},
            message::Message,
        },
    },
    http::Response,
};

/// A mailbox as one request may and wants to see it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct View<'a> {
    pub(crate) call: &'a Call<'a>,
    pub(crate) mailbox: &'a Mailbox,
    /// Which ids to show.
    pub(crate) form: Form,
    /// Bodies as text.
    pub(crate) text: bool,
    /// Bodies and attachments are out of bounds (`Mail.ReadBasic`).
    pub(crate) basic: bool,
}

impl<'a> View<'a> {
    /// Looks at a mailbox with the preferences of a request.
    pub(crate) fn new(call: &'a Call<'a>, mailbox: &'a Mailbox, basic: bool) -> Self {
        let immutable = call.prefers("idtype").is_some_and(|form| form == "ImmutableId");
        let text = call.prefers("outlook.body-content-type").is_some_and(|kind| kind == "text");
        let form = if immutable { Form::Immutable } else { Form::Rest };
        Self { call, mailbox, form, text, basic }
    }

    /// Says in `Preference-Applied` which preferences a response follows.
    pub(crate) fn applied_to(&self, response: Response) -> Response {
        let body = self.call.prefers("outlook.body-content-type");
        let body = body.filter(|kind| kind == "text" || kind == "html");
        let body = body.map(|kind| format!("outlook.body-content-type=\"{kind}\""));
        let ids = (self.form == Form::Immutable).then(|| "IdType=\"ImmutableId\"".to_owned());
        let applied: Vec<_> = body.into_iter().chain(ids).collect();
        if applied.is_empty() {
            return response;
        }
        response.named("preference-applied", applied.join(", "))
    }

    /// Returns an `@odata.context` below the mailbox, e.g. of `/messages`.
    pub(crate) fn context(&self, tail: &str) -> String {
        format!("{}/$metadata#users('{}'){tail}", self.call.root(), self.mailbox.owner.oid)
    }

    /// Returns a message's id.
    pub(crate) fn id(&self, message: &Message) -> String {
        self.mailbox.ids.id(Item::Message(message.key), self.form)
    }

    /// Returns a folder's id.
    pub(crate) fn folder_id(&self, place: usize) -> String {
        folder_id(self.mailbox, place)
    }

    /// Finds a message by its id.
    pub(crate) fn message(&self, id: &str) -> Result<&'a Message, Fail> {
        match self.parse(id)? {
            Some(Item::Message(key)) => self.present(key),
            _ => Err(Fail::item_not_found()),
        }
    }

    /// Finds a folder by its id or well-known name.
    pub(crate) fn folder(&self, id: &str) -> Result<usize, Fail> {
        let folders = self.mailbox.folders();
        let name = id.to_ascii_lowercase();
        if WELL_KNOWN.contains(&name.as_str()) {
            return folders.well_known(&name).ok_or_else(Fail::item_not_found);
        }
        match self.parse(id)? {
            Some(Item::Folder(place)) if folders.get(place as usize).is_some() => {
                Ok(place as usize)
            }
            _ => Err(Fail::item_not_found()),
        }
    }

    /// Reads an id.
    pub(crate) fn parse(&self, id: &str) -> Result<Option<Item>, Fail> {
        self.mailbox.ids.parse(id).map_err(|_| Fail::malformed_id())
    }

    fn present(&self, key: u32) -> Result<&'a Message, Fail> {
        let message = self.mailbox.by_key(key).filter(|message| !message.gone);
        message.ok_or_else(Fail::item_not_found)
    }
}

/// Returns a folder's id, which is the same in either form.
pub(crate) fn folder_id(mailbox: &Mailbox, place: usize) -> String {
    mailbox.ids.id(Item::Folder(u32::try_from(place).unwrap_or(u32::MAX)), Form::Rest)
}
