//! The built `m365-remote` between hosts and the demo tenant.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod calls;
mod challenges;
mod harness;
mod hosts;
mod http;
mod lifecycle;
mod start;
mod tls;
mod wire;
