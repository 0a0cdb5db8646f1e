//! The demo tenant, asked over HTTP as any client would.

mod binary;
mod client;
mod core;
mod entra;
mod faults;
mod graph;
