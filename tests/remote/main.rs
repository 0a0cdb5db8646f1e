//! The built `m365-remote` between hosts and the demo tenant.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod arguments;
mod calls;
mod challenges;
mod entra;
mod graph;
mod harness;
mod http;
mod lifecycle;
mod parity;
mod policies;
mod start;
mod tenants;
mod tls;
mod wire;
