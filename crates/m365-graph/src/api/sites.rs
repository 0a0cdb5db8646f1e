use crate::{
    GraphClient, Library, ListId, ListItem, NextLink, Page, PageId, Result, Site, SiteId, SiteList,
    SitePage, Workload,
    api::pages::{self, Pages},
    names::Names,
    request::{Options, Path, Request},
};

/// What is asked of a site, a library and a page in a list.
const SITE: &str = "id,name,displayName,description,webUrl,lastModifiedDateTime";
const LIBRARY: &str = "id,name,description,webUrl,lastModifiedDateTime";
const PAGE: &str = "id,name,title,description,webUrl,promotionKind,publishingState,\
                    lastModifiedDateTime,lastModifiedBy,createdBy";

const ITEM: &str = "id,webUrl,lastModifiedDateTime,createdBy";

/// The columns that hold the text of pages in the classic style.
const FIELDS: &str = "fields($select=Title,FileLeafRef,WikiField,PublishingPageContent)";

/// Turns a page of the base type into one with its title, layout and text.
const CAST: &str = "microsoft.graph.sitePage";

/// The sites of SharePoint; what needs [`GraphClient::sites`] to get.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let tenant = m365_sim::Sim::start().await;
/// # let scopes = ["Sites.Read.All"];
/// # let secret = tenant.issue_token("mira.solberg@fjordlight.example", &scopes);
/// # let token = m365_auth::AccessToken::new(secret, jiff::Timestamp::MAX, scopes);
/// # let tokens = std::sync::Arc::new(m365_auth::FixedToken::new(token));
/// # let root = tenant.graph_endpoint().parse()?;
/// # let graph = m365_graph::GraphClient::builder(tokens).base_url(root).build()?;
/// let finance = graph.sites().at("fjordlight.sharepoint.com", "/sites/Finance").await?;
/// let id = finance.id.ok_or("the site has no id")?;
/// let libraries = graph.sites().site(&id).libraries().await?;
///
/// assert!(!libraries.items.is_empty());
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct SitesApi {
    client: GraphClient,
}

/// One site, and what is in it.
#[derive(Clone, Debug)]
pub struct SiteApi {
    client: GraphClient,
    path: Path,
}

impl GraphClient {
    /// Addresses the sites that the user may open.
    #[must_use]
    pub fn sites(&self) -> SitesApi {
        SitesApi { client: self.clone() }
    }
}

impl SitesApi {
    /// Addresses a site by its id.
    #[must_use]
    pub fn site(&self, id: &SiteId) -> SiteApi {
        SiteApi { client: self.client.clone(), path: root().id("site", id.as_str()) }
    }

    /// Finds the site at `path` of a SharePoint host, e.g. `/sites/Finance`; an empty path is the
    /// host's own site.
    ///
    /// # Errors
    ///
    /// [`NotFound`](crate::ErrorKind::NotFound) where there is none that the user may see,
    /// [`Forbidden`](crate::ErrorKind::Forbidden), [`BadRequest`](crate::ErrorKind::BadRequest) for
    /// a host or path that no site can have, and [what any request can meet](crate::ErrorKind).
    pub async fn at(&self, host: &str, path: &str) -> Result<Site> {
        let path = root().at(&SiteId::new(host)?, &Names::of(path)?);
        self.client.entity(&Request::get(path, &select(SITE))).await
    }

    /// Looks for sites by words of their names; `*` finds all, up to the limit on pages.
    ///
    /// # Errors
    ///
    /// [`Forbidden`](crate::ErrorKind::Forbidden) without `Sites.Read.All`, and
    /// [what any request can meet](crate::ErrorKind).
    pub async fn search(&self, words: &str) -> Result<Page<Site>> {
        let options = select(SITE).with("search", words);
        let request = Request::get(root(), &options);
        Pages::new(self.client.clone(), request, None).collect().await
    }
}

impl SiteApi {
    /// Reads what is known of the site.
    ///
    /// # Errors
    ///
    /// As [`SitesApi::at`].
    pub async fn get(&self) -> Result<Site> {
        self.client.entity(&Request::get(self.path.clone(), &select(SITE))).await
    }

    /// Lists the document libraries, up to the limit on pages.
    ///
    /// # Errors
    ///
    /// As [`SitesApi::at`].
    pub async fn libraries(&self) -> Result<Page<Library>> {
        let request = Request::get(self.path.clone().literal("drives"), &select(LIBRARY));
        Pages::new(self.client.clone(), request, None).collect().await
    }

    /// Lists the sites below this one, up to the limit on pages.
    ///
    /// # Errors
    ///
    /// As [`SitesApi::at`].
    pub async fn subsites(&self) -> Result<Page<Site>> {
        let request = Request::get(self.path.clone().literal("sites"), &select(SITE));
        Pages::new(self.client.clone(), request, None).collect().await
    }

    /// Lists the first `count` pages, news included, or where `link` goes on those behind it.
    ///
    /// # Errors
    ///
    /// As [`SitesApi::at`].
    pub async fn pages(&self, count: u32, link: Option<&NextLink>) -> Result<Page<SitePage>> {
        let path = self.path.clone().literal("pages").literal(CAST);
        if let Some(link) = link {
            return pages::follow(&self.client, link, path).await;
        }
        let options = select(PAGE).with("$top", count.to_string());
        pages::first(&self.client, &Request::get(path, &options), None).await
    }

    /// Reads a page with what stands on it.
    ///
    /// # Errors
    ///
    /// [`NotFound`](crate::ErrorKind::NotFound) also for a page in the classic style, and as
    /// [`SitesApi::at`].
    pub async fn page(&self, id: &PageId) -> Result<SitePage> {
        let path = self.path.clone().literal("pages").id("page", id.as_str()).literal(CAST);
        let options = select(PAGE).with("$expand", "canvasLayout");
        self.client.entity(&Request::get(path, &options)).await
    }

    /// Lists the lists, libraries included, up to the limit on pages.
    ///
    /// # Errors
    ///
    /// As [`SitesApi::at`].
    pub async fn lists(&self) -> Result<Page<SiteList>> {
        let request = Request::get(self.path.clone().literal("lists"), &select("id,webUrl"));
        Pages::new(self.client.clone(), request, None).collect().await
    }

    /// Reads the item of a list that is the file of a page, with its text where it is a classic one.
    ///
    /// # Errors
    ///
    /// As [`SitesApi::at`].
    pub async fn page_item(&self, list: &ListId, page: &PageId) -> Result<ListItem> {
        let path = self.path.clone().literal("lists").id("list", list.as_str());
        let path = path.literal("items").id("item", page.as_str());
        let options = select(ITEM).with("$expand", FIELDS);
        self.client.entity(&Request::get(path, &options)).await
    }
}

fn root() -> Path {
    Path::root(Workload::Files).literal("sites")
}

fn select(fields: &str) -> Options {
    Options::default().with("$select", fields)
}
