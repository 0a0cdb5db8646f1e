//! The built `m365-remote` between hosts and the demo tenant.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod abuse;
mod calls;
mod challenges;
mod client_certificates;
mod collector;
mod credentials;
#[cfg(unix)]
mod demo;
mod frames;
mod harness;
mod http;
mod lifecycle;
#[cfg(unix)]
mod operators;
mod settings;
mod start;
mod streams;
mod tls;
mod traces;
mod wire;
