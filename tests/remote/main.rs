//! The built `m365-remote` between hosts and the demo tenant.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod abuse;
mod arguments;
mod callers;
mod calls;
mod challenges;
mod client_certificates;
mod collector;
mod credentials;
#[cfg(unix)]
mod demo;
mod entra;
mod frames;
mod graph;
#[cfg(unix)]
mod hardening;
mod harness;
mod hosts;
mod http;
mod keys;
mod lifecycle;
mod neighbours;
#[cfg(unix)]
mod operators;
mod parity;
mod policies;
#[cfg(unix)]
mod record;
mod requests;
#[cfg(unix)]
mod secrets;
mod settings;
mod start;
mod streams;
mod tenants;
mod tls;
mod tokens;
mod traces;
mod wire;
