//! Signs a user in to Microsoft Entra ID and keeps the tokens.

#[cfg(feature = "client")]
pub mod aadsts;
#[cfg(feature = "client")]
mod account;
#[cfg(feature = "client")]
mod authority;
#[cfg(feature = "client")]
mod client;
mod clock;
mod error;
#[cfg(feature = "client")]
mod flow;
#[cfg(feature = "client")]
mod scope;
#[cfg(feature = "client")]
mod store;
mod token;
#[cfg(feature = "client")]
mod wire;

#[cfg(feature = "client")]
pub use account::Account;
#[cfg(feature = "client")]
pub use authority::{Authority, ClientId, Cloud, Endpoint, InvalidSetting, TenantId};
#[cfg(feature = "client")]
pub use client::{
    Prompt, PublicClient, PublicClientBuilder, SessionState, SignIn, SignInOptions, SignOutReport,
    Status, Timeouts,
};
pub use clock::{Clock, ManualClock, SystemClock};
pub use error::{Error, ErrorKind, Result};
#[cfg(feature = "client")]
pub use flow::browser::Browser;
#[cfg(feature = "client")]
pub use scope::{Scope, ScopeSet};
#[cfg(feature = "client")]
pub use store::{EntryId, Loaded, MemoryStore, Record, StoreError, StoreLock, TokenStore};
#[cfg(feature = "file-store")]
pub use store::{FileStore, KeyFile, KeyProvider, StoreKey};
pub use token::{AccessToken, FixedToken, TokenProvider, TokenRequest};
