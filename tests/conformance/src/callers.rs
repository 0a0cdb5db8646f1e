//! One caller, who has no account: the suite is about the protocol, so nothing is asked of Graph.

use std::{error::Error, sync::Arc};

use async_trait::async_trait;
use m365_auth::{AccessToken, ErrorKind, TokenProvider, TokenRequest};
use m365_graph::GraphClient;
use m365_tools::{
    CallInput, Caller, Catalog, CatalogOptions, Extractor,
    mcp::{CallerSource, ErrorData, Extensions, Server},
};

#[derive(Debug)]
struct NoAccount;

#[async_trait]
impl TokenProvider for NoAccount {
    async fn access_token(&self, _: &TokenRequest) -> m365_auth::Result<AccessToken> {
        Err(m365_auth::Error::new(ErrorKind::SignInRequired))
    }
}

struct Nobody(CallInput);

#[async_trait]
impl CallerSource for Nobody {
    async fn call_input(&self, _: &Extensions) -> Result<CallInput, ErrorData> {
        Ok(self.0.clone())
    }
}

/// Returns the server that the product ships, for that caller.
pub(crate) fn server() -> Result<Server, Box<dyn Error>> {
    let tokens: Arc<dyn TokenProvider> = Arc::new(NoAccount);
    let graph = GraphClient::builder(Arc::clone(&tokens)).build()?;
    let input = CallInput::new(Caller::new("tenant", "user"), graph, tokens);
    let options = CatalogOptions::with_random_key(Extractor::in_process())?;
    let catalog = Catalog::new(options.with_scopes(["Mail.Read"]));
    Ok(Server::builder(catalog, Arc::new(Nobody(input)))
        .identity("conformance-fixture", env!("CARGO_PKG_VERSION"))
        .build())
}
