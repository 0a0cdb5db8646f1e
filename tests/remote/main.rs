//! The built `m365-remote` between hosts and the demo tenant.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod callers;
mod calls;
mod challenges;
mod harness;
mod http;
mod keys;
mod lifecycle;
mod requests;
mod start;
mod tls;
mod tokens;
mod wire;
