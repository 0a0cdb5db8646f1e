use std::fmt;

use serde_json::{Value, json};

use crate::{
    FoundItem, GraphClient, ItemHit, Result, SearchPage,
    models::SearchAnswer,
    request::{Action, Request},
};

/// The most hits that one page may have; Graph advises against more.
const MAX_SIZE: u32 = 200;

/// What is asked of each hit; what a kind does not know is passed over.
const FIELDS: [&str; 17] = [
    "id",
    "name",
    "displayName",
    "title",
    "description",
    "webUrl",
    "size",
    "createdBy",
    "lastModifiedBy",
    "lastModifiedDateTime",
    "parentReference",
    "sharepointIds",
    "listItem",
    "file",
    "folder",
    "package",
    "sensitivityLabel",
];

/// What kinds of things are looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ItemKind {
    /// Files, folders and pages, in SharePoint and OneDrive.
    DriveItem,
    /// Lists and document libraries.
    List,
    /// Sites.
    Site,
}

impl ItemKind {
    const fn as_str(self) -> &'static str {
        match self {
            Self::DriveItem => "driveItem",
            Self::List => "list",
            Self::Site => "site",
        }
    }
}

/// A search of what the user may open in SharePoint and OneDrive, best first.
///
/// ```
/// use m365_graph::{ItemKind, ItemSearch};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let tenant = m365_sim::Sim::start().await;
/// # let scopes = ["Sites.Read.All"];
/// # let secret = tenant.issue_token("mira.solberg@fjordlight.example", &scopes);
/// # let token = m365_auth::AccessToken::new(secret, jiff::Timestamp::MAX, scopes);
/// # let tokens = std::sync::Arc::new(m365_auth::FixedToken::new(token));
/// # let root = tenant.graph_endpoint().parse()?;
/// # let graph = m365_graph::GraphClient::builder(tokens).base_url(root).build()?;
/// let search = ItemSearch::new(ItemKind::DriveItem, "budget filetype:xlsx").size(10);
/// let found = graph.search_items(&search).await?;
///
/// assert!(!found.hits.is_empty());
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
#[must_use = "a search does nothing until it is handed to a client"]
pub struct ItemSearch {
    kinds: Vec<ItemKind>,
    query: String,
    skip: u32,
    size: u32,
    newest: bool,
}

impl ItemSearch {
    /// Looks for what matches `query`, Keyword Query Language; see [`kql`](crate::kql).
    pub fn new(kind: ItemKind, query: impl Into<String>) -> Self {
        Self { kinds: vec![kind], query: query.into(), skip: 0, size: 25, newest: false }
    }

    /// Looks for another kind too, in one ranked list; Graph sorts no mixture by date.
    pub fn and(mut self, kind: ItemKind) -> Self {
        self.kinds.push(kind);
        self
    }

    /// Leaves out the first `count` hits, 100000 at most.
    pub const fn skip(mut self, count: u32) -> Self {
        self.skip = count;
        self
    }

    /// Asks for up to `size` hits, lowered to 200; 25 unless set.
    pub const fn size(mut self, size: u32) -> Self {
        self.size = if size < MAX_SIZE { size } else { MAX_SIZE };
        self
    }

    /// Puts what was changed last first.
    pub const fn newest(mut self) -> Self {
        self.newest = true;
        self
    }

    fn request(&self) -> Request {
        Request::read(Action::Search, json!({"requests": [self.search()]}))
    }

    fn search(&self) -> Value {
        let mut search = json!({
            "entityTypes": self.kinds.iter().map(|kind| kind.as_str()).collect::<Vec<_>>(),
            "query": {"queryString": self.query},
            "from": self.skip,
            "size": self.size,
            "fields": FIELDS,
            "queryAlterationOptions": {"enableSuggestion": true, "enableModification": false},
        });
        if self.newest {
            let by_date = json!([{"name": "lastModifiedDateTime", "isDescending": true}]);
            search["sortProperties"] = by_date;
        }
        search
    }
}

/// Shows nothing of the query.
impl fmt::Debug for ItemSearch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("ItemSearch");
        shown.field("kinds", &self.kinds);
        shown.field("skip", &self.skip).field("size", &self.size).finish_non_exhaustive()
    }
}

impl GraphClient {
    /// Searches files, folders, pages, lists or sites with
    /// [`POST /search/query`](https://learn.microsoft.com/graph/api/search-query).
    ///
    /// # Errors
    ///
    /// [`Forbidden`](crate::ErrorKind::Forbidden) without `Sites.Read.All` (for drive items
    /// `Files.Read.All` is enough), [`BadRequest`](crate::ErrorKind::BadRequest) for an empty query,
    /// and [what any request can meet](crate::ErrorKind).
    pub async fn search_items(&self, search: &ItemSearch) -> Result<SearchPage<ItemHit>> {
        let answer: SearchAnswer<FoundItem> = self.entity(&search.request()).await?;
        Ok(answer.into_page())
    }
}
