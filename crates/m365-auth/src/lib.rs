//! Signs a user in to Microsoft Entra ID and keeps the tokens, or acts on behalf of callers.
//!
//! * [`TokenProvider`] is the contract that other crates rely on, with [`AccessToken`],
//!   [`TokenRequest`], [`Error`] and [`Clock`]. Without default features there is nothing else.
//! * [`PublicClient`] implements it for a person at a browser on this device: authorization code
//!   with PKCE, silent refresh, claims challenges, sign-out.
//! * [`Broker`] signs users in with the operating system instead of the browser, where there is one.
//! * [`ConfidentialClient`] implements it for an API that is called: on behalf of the caller, whose
//!   token a [`TokenValidator`] has proved, with a secret, a certificate or a federated token.
//! * [`Authority`] names a tenant of a [`Cloud`], [`ScopeSet`] what to ask for.
//! * [`TokenStore`] keeps sessions between runs: [`MemoryStore`], and [`FileStore`], whose key is
//!   held by a [`KeyProvider`].
//! * [`Registration`] writes the app registrations that this needs, for whoever makes them.
//! * [`aadsts`] explains Entra ID's numbered errors.
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

#[cfg(feature = "entra")]
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
#[cfg(feature = "entra")]
mod wire;

#[cfg(feature = "client")]
pub use account::Account;
#[cfg(feature = "entra")]
pub use authority::{Authority, ClientId, Endpoint, InvalidSetting, TenantId};
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
#[cfg(feature = "registration")]
pub use registration::{AppCredential, Registration, RegistrationFormat};
#[cfg(feature = "entra")]
pub use scope::{Scope, ScopeSet};
#[cfg(feature = "client")]
pub use store::{EntryId, Loaded, MemoryStore, Record, StoreError, StoreLock, TokenStore};
#[cfg(feature = "file-store")]
pub use store::{FileStore, KeyFile, KeyProvider, StoreKey};
#[cfg(feature = "entra")]
pub use timeouts::Timeouts;
pub use token::{AccessToken, FixedToken, TokenProvider, TokenRequest};
#[cfg(feature = "server")]
pub use validation::{
    AllowList, CallerToken, KeyState, Rejection, RejectionClass, RejectionReason, TokenValidator,
    TokenValidatorBuilder,
};
