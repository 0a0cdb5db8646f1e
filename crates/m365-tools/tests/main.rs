//! The behaviour of the catalog and of the server that speaks MCP for it.

mod arguments;
mod call;
mod definitions;
mod email_search;
mod host;
mod mcp;
mod office;
mod oracle;
mod sign_in;
mod stdio;
mod support;
