//! What is in a mailbox.

use jiff::tz::TimeZone;
use m365_graph::{self as graph, MailApi, Mailbox};

use super::{
    attachment, conversation, folder,
    item::Item,
    message,
    reader::{Read, Reader},
    request::Request,
};
use crate::{
    ToolError,
    mail::{
        access::{self, Access},
        folders::{self, Folder},
    },
    uri::{MailItem, MailUri},
};

/// One address, resolved and permitted.
pub(super) struct Source<'a> {
    pub(super) reader: &'a Reader<'a>,
    pub(super) request: &'a Request,
    pub(super) uri: MailUri,
    pub(super) access: Access,
}

/// Reads something in a mailbox.
pub(super) async fn read(
    reader: &Reader<'_>,
    request: &Request,
    uri: MailUri,
) -> Result<Read, ToolError> {
    let mailbox = access::own_or(reader.ctx, uri.mailbox).await?;
    let access = access::check(reader.ctx, &mailbox).await?;
    let source = Source { reader, request, uri: MailUri::new(mailbox, uri.item), access };
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
        Item::new(self.uri.to_string(), kind, title)
    }

    /// Makes sure that bodies and attachments may be read.
    pub(super) async fn need_content(&self) -> Result<(), ToolError> {
        match self.access {
            Access::Full => Ok(()),
            Access::Basic => self.reader.ctx.require_scope(access::READ).await,
        }
    }
}
