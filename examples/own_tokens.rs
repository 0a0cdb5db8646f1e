//! Brings tokens of one's own: a fixed one, and a provider that gets them where the program keeps them.
//!
//! A [`TokenProvider`] is all that the Graph client and the tools know of signing in. The tenant is the
//! demo one; with a token of your own, leave `base_url` out.

#![expect(clippy::print_stdout, reason = "the program's output")]

use std::{
    error::Error,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use async_trait::async_trait;
use m365_auth::{
    AccessToken, Clock, ErrorKind, FixedToken, Result, SystemClock, TokenProvider, TokenRequest,
};
use m365_graph::GraphClient;
use m365_sim::Sim;

const USER: &str = "mira.solberg@fjordlight.example";
const SCOPES: [&str; 1] = ["User.Read"];

/// A token must last at least this long when it is handed out: a call may take a while.
const MARGIN: Duration = Duration::from_secs(5 * 60);

/// Where this program's tokens come from: a vault, a sidecar, another library. Here, the demo tenant.
#[derive(Debug)]
struct Vault(Sim);

impl Vault {
    fn issue(&self) -> AccessToken {
        let expires = SystemClock::default().now() + Duration::from_secs(3600);
        println!("the vault issues a token");
        AccessToken::new(self.0.issue_token(USER, &SCOPES), expires, SCOPES)
    }
}

/// Keeps the vault's token until it is about to end or Graph refuses it.
#[derive(Debug)]
struct VaultTokens {
    vault: Arc<Vault>,
    held: Mutex<Option<AccessToken>>,
}

#[async_trait]
impl TokenProvider for VaultTokens {
    async fn access_token(&self, request: &TokenRequest) -> Result<AccessToken> {
        // A claims challenge asks for a token that only another sign-in gives; this vault has none.
        if request.claims.is_some() {
            return Err(ErrorKind::SignInRequired.into());
        }
        let now = SystemClock::default().now();
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        let good = held.as_ref().filter(|token| {
            token.is_valid_for(MARGIN, now) && request.rejected.as_ref() != Some(token)
        });
        let token = good.cloned().unwrap_or_else(|| self.vault.issue());
        *held = Some(token.clone());
        Ok(token)
    }
}

async fn greet(tokens: Arc<dyn TokenProvider>, vault: &Vault) -> Result<(), Box<dyn Error>> {
    let graph = GraphClient::builder(tokens).base_url(vault.0.graph_endpoint().parse()?).build()?;
    for _ in 0..2 {
        let user = graph.me().await?;
        println!("Graph knows {}", user.display_name.as_deref().unwrap_or("nobody by name"));
    }
    Ok(())
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let vault = Arc::new(Vault(Sim::start().await));

    println!("A fixed token, good until it ends:");
    greet(Arc::new(FixedToken::new(vault.issue())), &vault).await?;

    println!("A provider that renews:");
    greet(Arc::new(VaultTokens { vault: vault.clone(), held: Mutex::default() }), &vault).await
}
