//! Reads Graph with a credential of the Azure SDK: any `TokenCredential` of `azure_identity` that acts for a
//! user, such as `AzureCliCredential`, becomes a [`TokenProvider`].
//!
//! The credential here is a stand-in that asks the demo tenant; only `azure_core`'s trait is needed.

#![expect(clippy::print_stdout, reason = "the program's output")]

use std::{error::Error, sync::Arc, time::Duration};

use async_trait::async_trait;
use azure_core::{
    credentials::{self, TokenCredential, TokenRequestOptions},
    time::OffsetDateTime,
};
use jiff::Timestamp;
use m365_auth::{AccessToken, Cloud, ErrorKind, Result, TokenProvider, TokenRequest};
use m365_graph::{GraphClient, Mailbox, WellKnownFolder};
use m365_sim::Sim;

/// Hands out what a credential of the Azure SDK gets, which renews and caches by itself.
#[derive(Debug)]
struct AzureTokens {
    credential: Arc<dyn TokenCredential>,
    /// What the credential's app may do in the tenant: the SDK does not tell what a token grants.
    scopes: Vec<String>,
}

#[async_trait]
impl TokenProvider for AzureTokens {
    async fn access_token(&self, request: &TokenRequest) -> Result<AccessToken> {
        if request.claims.is_some() {
            let advice = "Sign in again where the credential has its account, e.g. `az login`";
            return Err(m365_auth::Error::new(ErrorKind::SignInRequired).with_message(advice));
        }
        let all = format!("{}.default", Cloud::Global.scope_prefix());
        let token = self.credential.get_token(&[&all], None).await.map_err(unavailable)?;
        let expires = Timestamp::from_second(token.expires_on.unix_timestamp());
        let token = AccessToken::new(
            token.token.secret(),
            expires.unwrap_or(Timestamp::MAX),
            self.scopes.iter().cloned(),
        );
        // The SDK cannot be told that Graph refused a token: to get the same one again would be a loop.
        match request.rejected == Some(token.clone()) {
            true => Err(ErrorKind::SignInRequired.into()),
            false => Ok(token),
        }
    }
}

fn unavailable(error: azure_core::Error) -> m365_auth::Error {
    m365_auth::Error::new(ErrorKind::Unavailable).with_source(error)
}

/// In place of `azure_identity::AzureCliCredential::new(None)`.
#[derive(Debug)]
struct DemoCredential(Sim);

#[async_trait]
impl TokenCredential for DemoCredential {
    async fn get_token(
        &self,
        scopes: &[&str],
        _: Option<TokenRequestOptions<'_>>,
    ) -> azure_core::Result<credentials::AccessToken> {
        println!("The Azure credential is asked for {}", scopes.join(" "));
        let secret = self.0.issue_token("mira.solberg@fjordlight.example", &["Mail.Read"]);
        let expires = OffsetDateTime::now_utc() + Duration::from_secs(3600);
        Ok(credentials::AccessToken::new(secret, expires))
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let credential = Arc::new(DemoCredential(Sim::start().await));
    let root = credential.0.graph_endpoint().parse()?;
    let tokens = AzureTokens { credential, scopes: vec!["Mail.Read".into()] };
    let graph = GraphClient::builder(Arc::new(tokens)).base_url(root).build()?;

    let inbox = graph.mail(&Mailbox::Me).folder(&WellKnownFolder::Inbox.into()).await?;

    println!("{} unread in the inbox", inbox.unread_item_count.unwrap_or_default());
    Ok(())
}
