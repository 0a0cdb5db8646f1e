//! One program per use of the crates, each a file beside this one that opens with what it shows.
//!
//! | Program | Shows |
//! |---|---|
//! | `custom_tool` | a host's own tool in the catalog |
//! | `embed` | the tools and the Graph client in a Rust program, without MCP |
//!
//! `cargo run -p m365-examples --example embed`
