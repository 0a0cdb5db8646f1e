//! The demo tenant, asked over HTTP as any client would.

mod client;
mod entra;
mod faults;
mod graph;
