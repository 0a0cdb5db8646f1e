//! The tool catalog: what an AI host may ask of a user's Microsoft 365.
//!
//! A [`Tool`] is static data and one function. The [`Catalog`] holds the tools that a configuration
//! offers, lists their [`Definition`]s without a network, and calls them by name; who calls, and whose
//! token reaches Microsoft Graph, arrives with each call in a [`CallInput`]. What a tool found leaves as
//! a [`Reply`], and what went wrong as a tool error with one of the codes of [`ErrorCode`].
//!
//! ```
//! use m365_tools::{Catalog, CatalogOptions, Extractor, ToolPolicy};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let extractor = Extractor::this_program()?; // documents are read in a process of their own
//! let policy = ToolPolicy::from_rules([("outlook_*", "ask")])?;
//! let options = CatalogOptions::with_random_key(extractor)?
//!     .with_scopes(["Mail.Read"])
//!     .with_policy(policy);
//! let catalog = Catalog::new(options);
//!
//! let names: Vec<_> = catalog.definitions().map(|tool| tool.name()).collect();
//! assert!(names.contains(&"outlook_email_search"));
//! assert!(!names.contains(&"teams_list_chats"), "no scope for it is configured");
//! # Ok(())
//! # }
//! ```
//!
//! The module [`mcp`] (feature `mcp`) serves a catalog over the Model Context Protocol; with the feature
//! `http` also over Streamable HTTP.

mod arguments;
mod asked;
mod availability;
mod calendar;
mod caller;
mod catalog;
#[cfg(feature = "mcp")]
mod choices;
mod context;
mod cursor;
mod drives;
mod error;
mod extraction;
mod instructions;
mod kql;
mod limits;
mod mail;
#[cfg(feature = "mcp")]
pub mod mcp;
mod named;
mod nearest;
#[cfg(feature = "mcp")]
mod observe;
mod output;
mod paging;
mod people;
mod policy;
mod query;
mod schema;
mod sites;
mod teams;
mod time;
mod tool;
mod tools;
mod untrusted;
mod uri;
mod words;
mod zones;

pub use arguments::OneOrMany;
pub use caller::{CallInput, Caller, ProgressSink};
pub use catalog::{CallError, Catalog, CatalogOptions, Definition, DuplicateTool};
pub use context::ToolContext;
pub use cursor::SealingKey;
pub use error::{Details, ErrorCode, PartError, ToolError};
pub use extraction::{
    Admitted, Extraction, ExtractionLimits, ExtractionMetrics, FormatSeconds, Refused,
};
pub use instructions::INSTRUCTIONS;
pub use limits::{CallLimits, DEFAULT_ANSWER_LIMIT};
pub use m365_auth::Cloud;
pub use m365_extract::isolation::Extractor;
#[cfg(feature = "mcp")]
pub use observe::{CallObserver, CallOutcome, FinishedCall};
pub use output::{Answer, Block, Interval, Reply, Resource, Results, Trailer};
pub use policy::{PolicyError, PolicyMode, ToolPolicy};
pub use tool::{Listing, Tool};
