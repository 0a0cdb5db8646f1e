//! The demo tenant, asked over HTTP as any client would.

mod entra;
mod faults;
mod graph;
