//! The built `m365-remote` between hosts and the demo tenant.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod abuse;
mod calls;
mod challenges;
mod frames;
mod harness;
mod http;
mod lifecycle;
#[cfg(unix)]
mod operators;
mod start;
mod tls;
mod wire;
