//! The demo tenant, asked over HTTP as any client would.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod binary;
mod client;
mod core;
mod entra;
mod faults;
mod graph;
