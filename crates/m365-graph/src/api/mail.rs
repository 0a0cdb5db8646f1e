use crate::{
    FolderId, GraphClient, MailFolder, Mailbox, Message, MessageId, MessageQuery, MessageRequest,
    NextLink, Page, Result,
    api::pages,
    request::{Options, Path, Request},
};

mod folders;

pub use folders::FolderQuery;

/// The mail of one mailbox; what needs [`GraphClient::mail`] to get.
///
/// ```
/// use m365_graph::{Mailbox, WellKnownFolder};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let tenant = m365_sim::Sim::start().await;
/// # let scopes = ["Mail.Read"];
/// # let secret = tenant.issue_token("mira.solberg@fjordlight.example", &scopes);
/// # let token = m365_auth::AccessToken::new(secret, jiff::Timestamp::MAX, scopes);
/// # let tokens = std::sync::Arc::new(m365_auth::FixedToken::new(token));
/// # let root = tenant.graph_endpoint().parse()?;
/// # let graph = m365_graph::GraphClient::builder(tokens).base_url(root).build()?;
/// let mail = graph.mail(&Mailbox::Me);
/// let inbox = WellKnownFolder::Inbox.into();
///
/// let newest = mail.messages_in(&inbox).order_by("receivedDateTime desc").top(5).page().await?;
/// assert_eq!(newest.items.len(), 5);
/// let rest = mail.next_page(&newest.next.ok_or("that was all")?).await?;
/// assert!(!rest.items.is_empty());
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct MailApi {
    client: GraphClient,
    mailbox: Mailbox,
}

impl MailApi {
    pub(crate) const fn new(client: GraphClient, mailbox: Mailbox) -> Self {
        Self { client, mailbox }
    }

    /// Lists or searches the messages of all folders, Deleted Items included.
    pub fn messages(&self) -> MessageQuery {
        MessageQuery::new(self.client.clone(), self.path().literal("messages"))
    }

    /// Lists or searches the messages of one folder, without its subfolders.
    pub fn messages_in(&self, folder: &FolderId) -> MessageQuery {
        MessageQuery::new(self.client.clone(), self.folder_path(folder).literal("messages"))
    }

    /// Goes on with a list of messages; the preference for text or HTML is kept.
    ///
    /// # Errors
    ///
    /// [`Forbidden`](crate::ErrorKind::Forbidden), [`BadRequest`](crate::ErrorKind::BadRequest)
    /// for a link that has been changed, and [what any request can meet](crate::ErrorKind).
    pub async fn next_page(&self, link: &NextLink) -> Result<Page<Message>> {
        pages::follow(&self.client, link, self.path()).await
    }

    /// Addresses one message.
    pub fn message(&self, id: &MessageId) -> MessageRequest {
        let path = self.path().literal("messages").id("message", id.as_str());
        MessageRequest::new(self.client.clone(), path)
    }

    /// Lists the top-level folders.
    pub fn folders(&self) -> FolderQuery {
        FolderQuery::new(self.clone(), self.path().literal("mailFolders"))
    }

    /// Lists the folders inside `folder`.
    pub fn child_folders(&self, folder: &FolderId) -> FolderQuery {
        FolderQuery::new(self.clone(), self.folder_path(folder).literal("childFolders"))
    }

    /// Reads one folder; `folder` may be a well-known name.
    ///
    /// # Errors
    ///
    /// [`NotFound`](crate::ErrorKind::NotFound) where there is none that the user may see, and
    /// [what any request can meet](crate::ErrorKind).
    pub async fn folder(&self, folder: &FolderId) -> Result<MailFolder> {
        self.client.entity(&Request::get(self.folder_path(folder), &Options::default())).await
    }

    fn path(&self) -> Path {
        Path::mailbox(&self.mailbox)
    }

    fn folder_path(&self, folder: &FolderId) -> Path {
        self.path().literal("mailFolders").id("folder", folder.as_str())
    }
}
