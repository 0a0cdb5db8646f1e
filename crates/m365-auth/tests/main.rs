//! Behaviour of the public client and its token stores.

#![expect(clippy::unwrap_used, reason = "a helper that fails fails the test")]

mod broker;
#[cfg(all(feature = "broker", unix))]
mod brokers;
mod entra;
#[cfg(feature = "server")]
mod issuer;
mod listener;
mod log;
#[cfg(feature = "server")]
mod on_behalf_of;
mod refresh;
mod secrets;
mod sign_in;
mod sign_out;
mod store;
mod tenant;
mod transport;
#[cfg(feature = "server")]
mod validation;
