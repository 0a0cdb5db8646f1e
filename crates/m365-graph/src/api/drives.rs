use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

use crate::{
    Drive, DriveId, DriveItem, GraphClient, ItemId, NextLink, Page, Result, Workload,
    api::pages,
    names::Names,
    request::{Options, Path, Request},
};

mod children;
mod item;
mod search;

pub use children::ChildrenQuery;
pub use item::{ConversionFormat, DriveItemRequest};

/// What is asked of a drive.
const DRIVE: &str = "id,name,description,driveType,webUrl,lastModifiedDateTime,owner";

impl GraphClient {
    /// Addresses what lies in `drive`.
    #[must_use]
    pub fn drive(&self, drive: &DriveId) -> DriveApi {
        DriveApi::new(self.clone(), root().literal("drives").id("drive", drive.as_str()))
    }

    /// Addresses the signed-in user's own OneDrive.
    #[must_use]
    pub fn my_drive(&self) -> DriveApi {
        DriveApi::new(self.clone(), root().literal("me").literal("drive"))
    }

    /// Reads what a sharing link, or an item's address in the browser, leads to. The link is not
    /// redeemed, so nobody gets a right that he did not have.
    ///
    /// # Errors
    ///
    /// [`Forbidden`](crate::ErrorKind::Forbidden) for a link that the user has not opened yet, and
    /// where the tenant lets this route be read with more than read permissions only; else as
    /// [`DriveItemRequest::get`].
    pub async fn shared_item(&self, url: &str) -> Result<DriveItem> {
        let share = format!("u!{}", URL_SAFE_NO_PAD.encode(url));
        let path = root().literal("shares").id("share", &share).literal("driveItem");
        DriveItemRequest::new(self.clone(), path).get().await
    }
}

fn root() -> Path {
    Path::root(Workload::Files)
}

/// One drive; what needs [`GraphClient::drive`] to get.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let tenant = m365_sim::Sim::start().await;
/// # let scopes = ["Files.Read"];
/// # let secret = tenant.issue_token("mira.solberg@fjordlight.example", &scopes);
/// # let token = m365_auth::AccessToken::new(secret, jiff::Timestamp::MAX, scopes);
/// # let tokens = std::sync::Arc::new(m365_auth::FixedToken::new(token));
/// # let root = tenant.graph_endpoint().parse()?;
/// # let graph = m365_graph::GraphClient::builder(tokens).base_url(root).build()?;
/// let drive = graph.my_drive();
/// for item in drive.root().children().page().await?.items {
///     println!("{}", item.name.unwrap_or_default());
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct DriveApi {
    client: GraphClient,
    path: Path,
}

impl DriveApi {
    const fn new(client: GraphClient, path: Path) -> Self {
        Self { client, path }
    }

    /// Reads what is known of the drive itself.
    ///
    /// # Errors
    ///
    /// [`NotFound`](crate::ErrorKind::NotFound) for a OneDrive that nobody has opened yet, and as
    /// [`DriveItemRequest::get`].
    pub async fn get(&self) -> Result<Drive> {
        let options = Options::default().with("$select", DRIVE);
        self.client.entity(&Request::get(self.path.clone(), &options)).await
    }

    /// Addresses the topmost folder.
    pub fn root(&self) -> DriveItemRequest {
        DriveItemRequest::new(self.client.clone(), self.path.clone().literal("root"))
    }

    /// Addresses an item by its id, or by the GUID that SharePoint knows it by.
    pub fn item(&self, id: &ItemId) -> DriveItemRequest {
        let path = self.path.clone().literal("items").id("item", id.as_str());
        DriveItemRequest::new(self.client.clone(), path)
    }

    /// Addresses an item by its place below the topmost folder, e.g. `Budget/Q3 deck.pptx`.
    ///
    /// # Errors
    ///
    /// [`BadRequest`](crate::ErrorKind::BadRequest) for a path that no item can have.
    pub fn at(&self, path: &str) -> Result<DriveItemRequest> {
        let names = Names::of(path)?;
        if names.is_empty() {
            return Ok(self.root());
        }
        let path = self.path.clone().literal("root:").names(&names);
        Ok(DriveItemRequest::by_path(self.client.clone(), path))
    }

    /// Goes on with a list of children.
    ///
    /// # Errors
    ///
    /// As [`ChildrenQuery::page`]; [`BadRequest`](crate::ErrorKind::BadRequest) for a link that has
    /// been changed.
    pub async fn next_page(&self, link: &NextLink) -> Result<Page<DriveItem>> {
        pages::follow(&self.client, link, self.path.clone()).await
    }
}
