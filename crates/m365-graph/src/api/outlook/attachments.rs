use crate::{
    Attachment, AttachmentId, Download, GraphClient, Page, Result,
    api::Pages,
    request::{Options, Path, Request},
};

/// What an attachment list asks for: without it, Graph inlines the bytes of every attachment.
const FIELDS: &str = "id,name,contentType,size,isInline";

/// Brings the item inside an item attachment.
const EXPAND_ITEM: &str = "microsoft.graph.itemattachment/item";

/// What is attached to a message or an event.
pub(crate) struct Attachments {
    client: GraphClient,
    path: Path,
}

impl Attachments {
    /// Addresses the attachments of the item at `item`.
    pub(crate) fn of(client: GraphClient, item: Path) -> Self {
        Self { client, path: item.literal("attachments") }
    }

    pub(crate) async fn list(self) -> Result<Page<Attachment>> {
        let request = Request::get(self.path, &selected());
        Pages::new(self.client, request, None).collect().await
    }

    pub(crate) async fn one(self, id: &AttachmentId) -> Result<Attachment> {
        self.client.entity(&Request::get(at(self.path, id), &selected())).await
    }

    pub(crate) async fn item(self, id: &AttachmentId) -> Result<Attachment> {
        let options = Options::default().with("$expand", EXPAND_ITEM);
        self.client.entity(&Request::get(at(self.path, id), &options)).await
    }

    pub(crate) async fn bytes(self, id: &AttachmentId, cap: usize) -> Result<Download> {
        let path = at(self.path, id).literal("$value");
        self.client.bytes(&Request::get(path, &Options::default()), cap).await
    }
}

fn selected() -> Options {
    Options::default().with("$select", FIELDS)
}

fn at(path: Path, id: &AttachmentId) -> Path {
    path.id("attachment", id.as_str())
}
