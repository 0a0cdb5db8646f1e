//! One program per use of the crates, each a file beside this one that opens with what it shows.
//!
//! | Program | Shows |
//! |---|---|
//! | `embed_catalog` | calling the tools from a Rust host, without MCP |
//! | `read_mail` | reading Graph with one's own token |
//!
//! `cargo run -p m365-examples --example embed_catalog`
