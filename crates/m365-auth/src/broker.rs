use std::{fmt, time::Duration};

use async_trait::async_trait;
use jiff::Timestamp;
use secrecy::SecretString;
use url::Url;

use crate::{ClientId, Prompt, TenantId};

#[cfg(all(feature = "linux-broker", target_os = "linux"))]
mod linux;
#[cfg(all(feature = "broker", unix))]
mod macos;
#[cfg(feature = "broker")]
mod stage;
#[cfg(feature = "broker")]
mod system;
#[cfg(feature = "broker")]
mod verdict;
#[cfg(any(
    all(feature = "broker", any(windows, test)),
    all(feature = "linux-broker", target_os = "linux")
))]
mod whose;
#[cfg(all(feature = "broker", any(windows, test)))]
mod windows;

#[cfg(all(feature = "broker", windows))]
pub use self::windows::WebAccountManager;
#[cfg(all(feature = "linux-broker", target_os = "linux"))]
pub use linux::LinuxBroker;
#[cfg(all(feature = "broker", unix))]
pub use macos::MacHelper;
#[cfg(feature = "broker")]
pub use system::system_broker;

/// Signs users in with what the operating system keeps of them: Windows Web Account Manager, Enterprise
/// SSO on macOS, the identity broker on Linux.
///
/// A broker hands out access tokens and no refresh tokens: to renew one means to ask it
/// [silently](Self::silent). It satisfies Conditional Access policies that ask for a managed device.
#[async_trait]
pub trait Broker: fmt::Debug + Send + Sync {
    /// Returns the name for logs and people, e.g. `Windows Web Account Manager`.
    ///
    /// Once one has failed for good, all of its name are left alone until the process ends.
    fn name(&self) -> &'static str;

    /// Tells whether there is a broker that knows accounts of the request's tenant; shows nothing.
    async fn availability(&self, request: &BrokerRequest) -> Availability;

    /// Returns a token without a window, for the account of the request.
    async fn silent(&self, request: &BrokerRequest) -> BrokerOutcome;

    /// Lets the user choose an account, sign in and consent in the broker's own window.
    async fn interactive(&self, request: &BrokerRequest, parent: ParentWindow) -> BrokerOutcome;

    /// Makes the broker forget this app's tokens of the request's account, which itself stays in the
    /// operating system.
    ///
    /// # Errors
    ///
    /// A sentence that says what failed; the tokens that this program keeps are gone all the same.
    async fn sign_out(&self, request: &BrokerRequest) -> Result<(), String>;
}

/// Whether a broker can be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Availability {
    /// It can.
    Available,
    /// There is none, or it does not serve this tenant.
    Absent,
}

/// What a broker is asked for.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct BrokerRequest {
    /// The tenant's address at the cloud's own sign-in host, without `/v2.0`.
    pub authority: Url,
    /// The tenant.
    pub tenant: TenantId,
    /// The app registration.
    pub client_id: ClientId,
    /// What to ask for, in full: `https://graph.microsoft.com/Mail.Read`.
    pub scopes: Vec<String>,
    /// Claims to be fulfilled, JSON text, with this client's capabilities.
    pub claims: Option<String>,
    /// The account that signed in before; needed to ask silently.
    pub account: Option<BrokerAccount>,
    /// The sign-in name to begin with.
    pub login_hint: Option<String>,
    /// What the broker's page should do.
    pub prompt: Option<Prompt>,
    /// A GUID that joins the request with Entra ID's log.
    pub correlation_id: String,
}

impl BrokerRequest {
    /// Asks for nothing in particular.
    #[must_use]
    pub fn new(
        authority: Url,
        tenant: TenantId,
        client_id: ClientId,
        correlation_id: impl Into<String>,
    ) -> Self {
        Self {
            authority,
            tenant,
            client_id,
            scopes: Vec::new(),
            claims: None,
            account: None,
            login_hint: None,
            prompt: None,
            correlation_id: correlation_id.into(),
        }
    }
}

/// An account of a broker.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct BrokerAccount {
    /// What the broker knows it by; opaque.
    pub id: String,
    /// The user's object ID, a GUID.
    pub oid: String,
    /// The tenant's ID, a GUID.
    pub tid: String,
    /// The sign-in name.
    pub username: String,
}

impl BrokerAccount {
    /// Names an account.
    #[must_use]
    pub fn new(
        id: impl Into<String>,
        oid: impl Into<String>,
        tid: impl Into<String>,
        username: impl Into<String>,
    ) -> Self {
        Self { id: id.into(), oid: oid.into(), tid: tid.into(), username: username.into() }
    }
}

/// The window that the broker's own stands before: a handle (`HWND`) on Windows, 0 elsewhere.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ParentWindow(isize);

impl ParentWindow {
    /// Names a window by its handle; 0 is none.
    #[must_use]
    pub const fn new(handle: isize) -> Self {
        Self(handle)
    }

    /// Returns the handle.
    #[must_use]
    pub const fn handle(self) -> isize {
        self.0
    }
}

/// A token from a broker.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct BrokerToken {
    /// The access token.
    pub secret: SecretString,
    /// When it ends; brokers may not say.
    pub expires_on: Option<Timestamp>,
    /// What it permits, as the broker says it; empty when it does not.
    pub scopes: Vec<String>,
    /// Whose it is.
    pub account: BrokerAccount,
    /// The ID token, when there is one.
    pub id_token: Option<SecretString>,
}

impl BrokerToken {
    /// Wraps an access token of `account`.
    #[must_use]
    pub fn new(secret: SecretString, account: BrokerAccount) -> Self {
        Self { secret, expires_on: None, scopes: Vec::new(), account, id_token: None }
    }
}

/// What a broker answered, whichever it is.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum BrokerOutcome {
    /// A token.
    Token(Box<BrokerToken>),
    /// The user closed the window; nothing else is tried.
    Cancelled,
    /// The user has to do something first.
    InteractionRequired {
        /// Claims that the interaction must fulfil, JSON text.
        claims: Option<String>,
        /// The number of Entra ID's error.
        aadsts: Option<u32>,
        /// What the broker said, for a person; no secrets.
        text: String,
    },
    /// The network or a service failed for a moment.
    Retryable {
        /// How long to wait.
        after: Option<Duration>,
        /// What the broker said, for a person; no secrets.
        text: String,
    },
    /// Entra ID's own answer, which a browser would get, too.
    Final {
        /// The number of Entra ID's error.
        aadsts: Option<u32>,
        /// What the broker said, for a person; no secrets.
        text: String,
    },
    /// The broker refused or failed for good; the browser is used until this program ends.
    Fallback {
        /// What was being done, e.g. `interactive`.
        stage: &'static str,
        /// The broker's own number, e.g. `0x80070490`.
        code: String,
        /// What the broker said; no names and no secrets.
        reason: String,
    },
    /// There is no broker after all.
    Unavailable,
}
