//! One program per use of the crates, each a file beside this one that opens with what it shows.
//!
//! | Program | Shows |
//! |---|---|
//! | `embed` | the tools and the Graph client in a Rust program, without MCP |
//! | `custom_tool` | a host's own tool in the catalog |
//! | `own_tokens` | tokens of one's own: a fixed one, and a provider that renews |
//! | `azure_credential` | a credential of the Azure SDK as token provider |
//! | `axum_app` | the tools at `/mcp` of one's own axum app |
//! | `on_behalf_of` | a service that reads Graph on behalf of its callers |
//! | `host` | an MCP host that starts `m365-local`, signs the user in and asks |
//!
//! Each runs against the demo tenant, on loopback, and ends by itself:
//! `cargo run -p m365-examples --example embed`
