//! `--demo`: the demo tenant inside this process, already signed in.

use std::{io, time::Duration};

use async_trait::async_trait;
use m365_auth::{
    AccessToken, Cloud, Error, ErrorKind, PublicClient, Result, SignInOptions, TokenProvider,
    TokenRequest,
};
use m365_sim::Sim;
use tokio::sync::OnceCell;

use crate::{
    config::Tenant,
    failure::{Failure, OTHER},
};

/// The account that the demo data belongs to.
const USER: &str = "mira.solberg@fjordlight.example";

/// Seals cursors, so that one call of the shell can go on where another ended; nothing is secret here.
pub(crate) const SEALING_KEY: [u8; 32] = *b"the demo tenant holds no secrets";

/// How long the sign-in page may take.
const PATIENCE: Duration = Duration::from_secs(10);

/// Starts the demo tenant on loopback ports; it ends when it is dropped.
pub(crate) async fn start() -> Result<(Sim, Tenant), Failure> {
    let sim = Sim::builder().auto_sign_in(USER).consent_to_all().transcripts(true).start().await?;
    let wrong = |error: &dyn std::fmt::Display| Failure::new(OTHER, error);
    let tenant = Tenant {
        entry: "Demo".into(),
        tenant_id: sim.tenant_id().parse().map_err(|error| wrong(&error))?,
        client_id: sim.local_client_id().parse().map_err(|error| wrong(&error))?,
        cloud: Cloud::Global,
        login_endpoint: Some(sim.login_endpoint().parse().map_err(|error| wrong(&error))?),
        graph_endpoint: Some(sim.graph_endpoint().parse().map_err(|error| wrong(&error))?),
    };
    Ok((sim, tenant))
}

/// Signs in by itself when the first token is wanted, by the same flow as any account.
#[derive(Debug)]
pub(crate) struct SignedIn {
    client: PublicClient,
    once: OnceCell<()>,
}

impl SignedIn {
    /// Supplies the tokens of `client`.
    pub(crate) const fn new(client: PublicClient) -> Self {
        Self { client, once: OnceCell::const_new() }
    }

    async fn sign_in(&self) -> Result<()> {
        let sign_in = self.client.begin_sign_in(&SignInOptions::new()).await?;
        let address = sign_in.url().clone();
        let browser = async {
            let browser = reqwest::Client::builder().no_proxy().timeout(PATIENCE).build();
            browser
                .map_err(io::Error::other)?
                .get(address)
                .send()
                .await
                .map_err(|error| io::Error::other(error.without_url()))
        };
        let (account, page) = tokio::join!(sign_in.finish(), browser);
        page.map_err(|error| Error::new(ErrorKind::Unavailable).with_source(error))?;
        account.map(drop)
    }
}

#[async_trait]
impl TokenProvider for SignedIn {
    async fn access_token(&self, request: &TokenRequest) -> Result<AccessToken> {
        self.once.get_or_try_init(|| self.sign_in()).await?;
        self.client.access_token(request).await
    }
}
