use std::{fmt, sync::Arc};

use async_trait::async_trait;

use crate::{
    AccessToken, Account, Authority, ClientId, Error, ErrorKind, Record, Result, ScopeSet,
    TokenProvider, TokenRequest,
};

mod broker;
mod builder;
mod core;
mod memory;
mod settings;
mod sign_in;
mod silent;
mod status;
mod vault;

use self::{core::Core, vault::Lock};

pub use broker::broker_account_stays;
pub use builder::PublicClientBuilder;
pub use sign_in::{Prompt, SignIn, SignInOptions};
pub use status::{SessionState, SignInMethod, Status};

/// Signs one user in, through the operating system's broker or the browser, and supplies tokens for
/// Microsoft Graph: a [public client](https://learn.microsoft.com/entra/identity-platform/msal-client-applications).
///
/// Building one costs nothing: the first call reads the token store, and only what needs the
/// network uses it. Clones share everything. A token carries the configured scopes that were
/// granted, and perhaps more that was consented to earlier: [`AccessToken::scopes`] tells.
///
/// ```
/// use m365_auth::{Authority, Cloud, PublicClient, SessionState, SignInOptions, TokenProvider, TokenRequest};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let upn = "mira.solberg@fjordlight.example";
/// # let demo = m365_sim::Sim::builder().auto_sign_in(upn).start().await?;
/// # let (tenant, client) = (demo.tenant_id(), demo.local_client_id());
/// # fn open(url: &url::Url) { tokio::spawn(reqwest::get(url.clone())); }
/// let authority = Authority::new(Cloud::Global, tenant.parse()?);
/// # let authority = authority.with_login_root(demo.login_endpoint().parse()?);
/// let client =
///     PublicClient::builder(authority, client.parse()?).scopes("Mail.Read".parse()?).build();
///
/// let sign_in = client.begin_sign_in(&SignInOptions::new()).await?;
/// open(sign_in.url()); // in a browser on this machine
/// let account = sign_in.finish().await?;
/// println!("{account} is signed in");
///
/// let token = client.access_token(&TokenRequest::new()).await?;
/// assert!(token.grants("Mail.Read"));
///
/// client.sign_out().await?;
/// assert_eq!(client.status().await.state, SessionState::SignedOut);
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct PublicClient {
    core: Arc<Core>,
}

impl PublicClient {
    /// Returns the name of the broker with which a sign-in begins; `None` when that is the browser.
    ///
    /// Nothing is shown. A broker is left alone while the sign-in host is replaced, and, as
    /// [`BrokerOutcome::Fallback`](crate::BrokerOutcome::Fallback) says, from the moment on that one
    /// of its name has failed for good in this process.
    pub async fn broker(&self) -> Option<&'static str> {
        broker::available(&self.core).await.map(|broker| broker.name())
    }

    /// Signs in through the broker; an earlier sign-in that still waits ends as cancelled.
    ///
    /// `None` means that the browser is to be used, see [`begin_sign_in`](Self::begin_sign_in): there
    /// is no broker, or it has failed for good.
    ///
    /// # Errors
    ///
    /// After each of them no browser is to be opened: [`ErrorKind::Cancelled`] when the user closed
    /// the broker's window, [`ErrorKind::TimedOut`] when nobody finished there,
    /// [`ErrorKind::Unavailable`] when the broker cannot reach Entra ID, [`ErrorKind::WrongAccount`]
    /// for an account of another tenant or another than the pinned one; the other kinds as Entra ID
    /// answers. The session before stays then.
    pub async fn sign_in_with_broker(&self, options: &SignInOptions) -> Result<Option<Account>> {
        broker::sign_in(&self.core, options).await
    }

    /// Starts a sign-in in the browser; an earlier one that still waits ends as cancelled.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Configuration`] when the tenant does not exist in this cloud,
    /// [`ErrorKind::Unavailable`] when Entra ID or a loopback port cannot be reached.
    pub async fn begin_sign_in(&self, options: &SignInOptions) -> Result<SignIn> {
        sign_in::begin(&self.core, options).await
    }

    /// Deletes the account's tokens here, and a broker's of this app; the browser's session stays, and
    /// so do the operating system's account and other devices.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Store`] when tokens may be left on disk.
    pub async fn sign_out(&self) -> Result<SignOutReport> {
        let core = &self.core;
        core.sign_outs.send_modify(|count| *count += 1);
        let (record, notice) = self.erase().await?;
        let left = match &record {
            Some(record) => broker::forget(core, record).await,
            None => None,
        };
        let told: Vec<String> = [notice, left].into_iter().flatten().collect();
        Ok(SignOutReport {
            account: record.map(|record| record.account),
            notice: (!told.is_empty()).then(|| told.join(". ")),
        })
    }

    async fn erase(&self) -> Result<(Option<Record>, Option<String>)> {
        let core = &self.core;
        let _turn = core.turn.lock().await;
        let lock = core.vault.lock().await;
        core.vault.look(&lock).await;
        let record = core.vault.memory().record.clone();
        let erased = core.vault.erase(&lock).await;
        let notice = erased.map_err(|error| {
            Error::new(ErrorKind::Store)
                .with_message("The tokens cannot be deleted; delete the token file by hand")
                .with_source(error)
        })?;
        Ok((record, notice))
    }

    /// Tells who is signed in and what was granted, without the network.
    pub async fn status(&self) -> Status {
        self.core.vault.look(&Lock::NotHeld).await;
        status::of(&self.core)
    }

    /// Returns the tenant that the client is for.
    #[must_use]
    pub fn authority(&self) -> &Authority {
        &self.core.settings.authority
    }

    /// Returns the app registration.
    #[must_use]
    pub fn client_id(&self) -> &ClientId {
        &self.core.settings.client_id
    }

    /// Returns the scopes that are asked for.
    #[must_use]
    pub fn scopes(&self) -> &ScopeSet {
        &self.core.settings.scopes
    }
}

#[async_trait]
impl TokenProvider for PublicClient {
    async fn access_token(&self, request: &TokenRequest) -> Result<AccessToken> {
        silent::access_token(&self.core, request).await
    }
}

impl fmt::Debug for PublicClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PublicClient")
            .field("entry", &self.core.settings.entry)
            .finish_non_exhaustive()
    }
}

/// What a sign-out did.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct SignOutReport {
    /// The account whose tokens are gone; `None` when nobody was signed in.
    pub account: Option<Account>,
    /// What a person should know, as a sentence or two.
    pub notice: Option<String>,
}
