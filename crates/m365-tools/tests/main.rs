//! The behaviour of the catalog and of the server that speaks MCP for it.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod arguments;
mod budgets;
mod call;
mod definitions;
mod email_search;
mod errors;
mod files;
mod host;
mod hostile;
mod logs;
mod mcp;
mod office;
mod oracle;
mod reading;
mod resources;
mod sign_in;
mod small_tools;
mod stdio;
mod support;
mod transcripts;
mod uris;
