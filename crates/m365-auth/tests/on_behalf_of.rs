//! Tokens on behalf of callers.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use m365_auth::{
    AccessToken, CallerToken, ClientSecret, Cloud, ConfidentialClient, ConfidentialClientBuilder,
    Error, ErrorKind, OboOutcome, OnBehalfOfObserver, Result, TokenProvider, TokenRequest,
};
use serde_json::{Value, json};

use crate::{
    entra::{Entra, without_trust_store},
    issuer::{CONNECTOR, Issuer},
};

mod caching;
mod certificates;
mod credentials;
mod exchange;
mod faults;
mod limits;
mod tenant;

const SECRET: &str = "canary~secret.of-the_connector";

/// A token endpoint, and callers with tokens for the connector.
struct Remote {
    issuer: Issuer,
    entra: Entra,
    lookups: Arc<Lookups>,
}

impl Remote {
    async fn start() -> Self {
        let (issuer, entra) = (Issuer::start().await, Entra::start().await);
        Self { issuer, entra, lookups: Arc::default() }
    }

    fn builder(&self) -> ConfidentialClientBuilder {
        self.builder_with(ClientSecret::new(SECRET))
    }

    fn builder_with(
        &self,
        credential: impl m365_auth::ClientCredential + 'static,
    ) -> ConfidentialClientBuilder {
        ConfidentialClient::builder(Cloud::Global, CONNECTOR.parse().unwrap(), credential)
            .scopes("Mail.Read".parse().unwrap())
            .login_root(self.entra.root())
            .clock(Arc::new(self.entra.clock.clone()))
            .http(without_trust_store)
            .observer(self.lookups.clone())
    }

    /// A caller whose token lives for an hour, unless `changes` say otherwise.
    async fn caller(&self, changes: Value) -> CallerToken {
        self.issuer.caller(changes).await
    }

    /// A caller by the number of a user.
    async fn user(&self, number: usize) -> CallerToken {
        self.caller(json!({ "oid": format!("6f1f0c1e-0000-4000-8000-{number:012x}") })).await
    }

    /// A caller whose token outlives those for Graph.
    async fn lasting_caller(&self) -> CallerToken {
        self.caller(json!({ "exp": self.issuer.now() + 80_000 })).await
    }

    fn advance(&self, seconds: u64) {
        self.entra.clock.advance(Duration::from_secs(seconds));
    }

    /// Answers the next request with an error of this number.
    fn next_error(&self, error: &str, aadsts: u32) {
        self.entra.next_error(json!({ "error": error, "error_codes": [aadsts] }));
    }

    async fn exchanges(&self) -> usize {
        self.entra.forms().await.len()
    }
}

/// What an observer was told.
#[derive(Debug, Default)]
struct Lookups(Mutex<Vec<(OboOutcome, Option<ErrorKind>)>>);

impl OnBehalfOfObserver for Lookups {
    fn looked_up(&self, outcome: OboOutcome, _: Duration, error: Option<&Error>) {
        self.0.lock().unwrap().push((outcome, error.map(Error::kind)));
    }
}

impl Lookups {
    fn outcomes(&self) -> Vec<OboOutcome> {
        self.0.lock().unwrap().iter().map(|(outcome, _)| *outcome).collect()
    }

    fn count(&self, outcome: OboOutcome) -> usize {
        self.outcomes().into_iter().filter(|one| *one == outcome).count()
    }
}

async fn token(client: &ConfidentialClient, caller: &CallerToken) -> Result<AccessToken> {
    client.on_behalf_of(caller).access_token(&TokenRequest::new()).await
}

async fn refusal(client: &ConfidentialClient, caller: &CallerToken) -> Error {
    token(client, caller).await.unwrap_err()
}
