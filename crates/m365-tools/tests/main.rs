//! The behaviour of the catalog and of the server that speaks MCP for it.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod arguments;
mod availability;
mod calendar_search;
mod call;
mod definitions;
mod diary;
mod email_search;
mod errors;
mod host;
mod hostile;
mod logs;
mod mcp;
mod office;
mod oracle;
mod reading;
mod resources;
mod sign_in;
mod stdio;
mod support;
