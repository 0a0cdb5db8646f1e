//! The behaviour of the catalog and of the server that speaks MCP for it.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod arguments;
mod availability;
mod budgets;
mod calendar_search;
mod call;
mod chat_search;
mod definitions;
mod diary;
mod email_search;
mod errors;
mod extraction;
mod files;
mod folder_search;
mod host;
mod hostile;
#[cfg(feature = "http")]
mod http;
mod library;
mod logs;
mod mcp;
mod office;
mod oracle;
mod reading;
mod resources;
mod sharepoint_search;
mod sign_in;
mod site_resources;
mod small_tools;
mod stdio;
mod support;
mod teams_office;
mod teams_resources;
mod teams_tools;
mod transcripts;
mod uris;
