//! Signs a user in to Microsoft Entra ID and keeps the tokens, or acts on behalf of callers.
//!
//! Everything meets in one contract: a [`TokenProvider`] hands out access tokens for Microsoft Graph. A
//! program picks the provider that fits it:
//!
//! | The program | uses | feature |
//! |---|---|---|
//! | runs where its user sits | [`PublicClient`]: browser sign-in with PKCE, silent refresh, sign-out | `client` |
//! | is called by others over a network | [`ConfidentialClient`]: on behalf of a caller, whose token a [`TokenValidator`] has proved | `server` |
//! | has tokens already | [`FixedToken`], or an implementation of its own | none |
//!
//! # A user on this device
//!
//! ```
//! use m365_auth::{Authority, Cloud, PublicClient, SignInOptions, TokenProvider, TokenRequest};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let upn = "mira.solberg@fjordlight.example";
//! # let demo = m365_sim::Sim::builder().auto_sign_in(upn).start().await?;
//! # let (tenant_id, client_id) = (demo.tenant_id(), demo.local_client_id());
//! # fn open(url: &url::Url) { tokio::spawn(reqwest::get(url.clone())); }
//! let authority = Authority::new(Cloud::Global, tenant_id.parse()?);
//! # let authority = authority.with_login_root(demo.login_endpoint().parse()?);
//! let client = PublicClient::builder(authority, client_id.parse()?).build();
//!
//! let sign_in = client.begin_sign_in(&SignInOptions::new()).await?;
//! open(sign_in.url()); // see `Browser`
//! println!("{} is signed in", sign_in.finish().await?);
//!
//! let token = client.access_token(&TokenRequest::new()).await?;
//! println!("valid until {}", token.expires_on());
//! # Ok(())
//! # }
//! ```
//!
//! Where the operating system has a [`Broker`], it can sign the user in without a password, on a device
//! that the organisation manages: `system_broker` (feature `broker`) gives it, and
//! [`PublicClient::sign_in_with_broker`] asks it before a browser is opened.
//!
//! Without more, tokens live in memory. A [`FileStore`] keeps them between runs, encrypted with a key from
//! a [`KeyProvider`]; several processes may share it:
//!
//! ```
//! use std::sync::Arc;
//!
//! use m365_auth::{
//!     Authority, Cloud, ErrorKind, FileStore, KeyFile, PublicClient, TokenProvider, TokenRequest,
//! };
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let folder = tempfile::TempDir::new()?;
//! # let folder = folder.path();
//! let authority = Authority::new(Cloud::Global, "11111111-2222-4333-8444-555555555555".parse()?);
//! let client = PublicClient::builder(authority, "aaaaaaaa-0000-4000-8000-000000000001".parse()?)
//!     .store(Arc::new(FileStore::new(folder, Arc::new(KeyFile::new(folder)))))
//!     .build();
//!
//! let error = client.access_token(&TokenRequest::new()).await.unwrap_err();
//! assert_eq!(error.kind(), ErrorKind::SignInRequired);
//! # Ok(())
//! # }
//! ```
//!
//! # Callers of a service
//!
//! [`ConfidentialClient`] shows the whole of it: check the caller's token, exchange it, get tokens for
//! this caller. It proves itself with a [`ClientSecret`], a [`ClientCertificate`] or a [`FederatedToken`].
//!
//! # What goes wrong
//!
//! An [`Error`] has a [kind](ErrorKind) for each thing that a program would do differently, the numbers and
//! ids of Entra ID, and a sentence on what to do. [`aadsts`] explains the numbers, and [`help_url`] leads to
//! the guide's row of any. No secret is in an error, in `Debug` or in a log.
//!
//! # Where to look
//!
//! * [`Authority`] names a tenant of a [`Cloud`], [`ScopeSet`] what to ask for.
//! * [`TokenStore`] keeps sessions between runs: [`MemoryStore`], [`FileStore`], or your own.
//! * [`Registration`] writes the app registrations that all this needs, for whoever makes them.
//! * [`Clock`] is where time comes from; with [`ManualClock`] a test waits for nothing.
//!
//! # Features
//!
//! | Feature | Adds |
//! |---|---|
//! | `client`, `file-store` (on by default) | the public client; encrypted token files |
//! | `keyring` | keys of token files in the operating system's key store |
//! | `broker`, `linux-broker` | sign-in by the operating system's broker |
//! | `server` | token validation and on-behalf-of |
//! | `registration` | what registers the apps |
//! | `hindrance` (part of all that talk to Entra ID) | tells a certificate or a proxy in the way from the network |
//!
//! Without features there is the contract alone: [`TokenProvider`], [`AccessToken`], [`TokenRequest`],
//! [`Error`], [`Clock`] and [`Cloud`]. TLS is rustls with ring, which is installed as the default provider of
//! the whole process, unless one is installed already.

#![cfg_attr(docsrs, feature(doc_cfg))]

pub mod aadsts;
#[cfg(feature = "client")]
mod account;
#[cfg(feature = "entra")]
mod authority;
#[cfg(feature = "client")]
mod broker;
#[cfg(feature = "client")]
mod client;
mod clock;
mod cloud;
#[cfg(feature = "server")]
mod confidential;
mod error;
#[cfg(feature = "client")]
mod flow;
mod help;
#[cfg(feature = "hindrance")]
mod hindrance;
#[cfg(feature = "registration")]
mod registration;
#[cfg(feature = "entra")]
mod scope;
#[cfg(feature = "client")]
mod store;
#[cfg(feature = "entra")]
mod timeouts;
mod token;
#[cfg(feature = "server")]
mod validation;
#[cfg(any(feature = "client", feature = "server"))]
mod wire;

#[cfg(feature = "client")]
pub use account::Account;
#[cfg(feature = "entra")]
pub use authority::{Authority, ClientId, Endpoint, InvalidSetting, TenantId};
#[cfg(all(feature = "linux-broker", target_os = "linux"))]
pub use broker::LinuxBroker;
#[cfg(all(feature = "broker", unix))]
pub use broker::MacHelper;
#[cfg(all(feature = "broker", windows))]
pub use broker::WebAccountManager;
#[cfg(feature = "broker")]
pub use broker::system_broker;
#[cfg(feature = "client")]
pub use broker::{
    Availability, Broker, BrokerAccount, BrokerOutcome, BrokerRequest, BrokerToken, ParentWindow,
};
#[cfg(feature = "client")]
pub use client::{
    Prompt, PublicClient, PublicClientBuilder, SessionState, SignIn, SignInMethod, SignInOptions,
    SignOutReport, Status, broker_account_stays,
};
pub use clock::{Clock, ManualClock, SystemClock};
pub use cloud::Cloud;
#[cfg(feature = "server")]
pub use confidential::{
    ClientCertificate, ClientCredential, ClientSecret, ConfidentialClient,
    ConfidentialClientBuilder, CredentialError, CredentialReport, FederatedToken, OboOutcome,
    OnBehalfOf, OnBehalfOfObserver, Proof, ProofRequest,
};
pub use error::{Error, ErrorKind, Result};
#[cfg(feature = "client")]
pub use flow::browser::Browser;
pub use help::help_url;
#[cfg(feature = "hindrance")]
pub use hindrance::Hindrance;
#[cfg(feature = "registration")]
pub use registration::{AppCredential, Registration, RegistrationFormat};
#[cfg(feature = "entra")]
pub use scope::{Scope, ScopeSet};
#[cfg(feature = "keyring")]
pub use store::OsKeys;
#[cfg(feature = "client")]
pub use store::{EntryId, Loaded, MemoryStore, Record, StoreError, StoreLock, TokenStore};
#[cfg(feature = "file-store")]
pub use store::{FileStore, KeyFile, KeyPlace, KeyProvider, StoreKey};
#[cfg(feature = "entra")]
pub use timeouts::Timeouts;
pub use token::{AccessToken, FixedToken, TokenProvider, TokenRequest};
#[cfg(feature = "server")]
pub use validation::{
    AllowList, CallerToken, KeyState, Rejection, RejectionClass, RejectionReason, TokenValidator,
    TokenValidatorBuilder,
};

/// The examples of the README, which run with those of the documentation.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
