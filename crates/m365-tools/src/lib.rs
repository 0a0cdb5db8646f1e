//! The tool catalog: what an AI host may ask of a user's Microsoft 365.
//!
//! A [`Tool`] is static data and one function. The [`Catalog`] holds the tools that a configuration
//! offers, lists their [`Definition`]s without a network, and calls them by name; who calls, and whose
//! token reaches Microsoft Graph, arrives with each call in a [`CallInput`]. What a tool found leaves as
//! a [`Reply`], and what went wrong as a tool error with one of the codes of [`ErrorCode`].
//!
//! # The tools in a host of your own
//!
//! The model is given the definitions; what it wants called goes to the catalog.
//!
//! ```
//! use std::sync::Arc;
//!
//! use m365_auth::{AccessToken, FixedToken};
//! use m365_graph::GraphClient;
//! use m365_tools::{Block, CallInput, Caller, Catalog, CatalogOptions, Extractor};
//! use serde_json::json;
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let tenant = m365_sim::Sim::start().await;
//! # let scopes = ["User.Read", "Mail.Read"];
//! # let secret = tenant.issue_token("mira.solberg@fjordlight.example", &scopes);
//! # let expires_on = jiff::Timestamp::MAX;
//! # let extractor = Extractor::in_process();
//! let tokens = Arc::new(FixedToken::new(AccessToken::new(secret, expires_on, scopes)));
//! let graph = GraphClient::builder(tokens.clone())
//! #     .base_url(tenant.graph_endpoint().parse()?)
//!     .build()?;
//! let catalog = Catalog::new(CatalogOptions::with_random_key(extractor)?.with_scopes(scopes));
//! for tool in catalog.definitions() {
//!     println!("{}: {}", tool.name(), json!(tool.input_schema()));
//! }
//!
//! let input = CallInput::new(Caller::new("my-tenant", "mira"), graph, tokens);
//! let arguments = json!({ "query": "budget", "limit": 3 }).as_object().cloned();
//! let reply = catalog.call("outlook_email_search", arguments.unwrap_or_default(), input).await?;
//! for block in reply.content {
//!     if let Block::Json(text) | Block::Text(text) = block {
//!         println!("{text}");
//!     }
//! }
//! # assert_eq!(reply.error, None);
//! # Ok(())
//! # }
//! ```
//!
//! Documents come from strangers, so they are read in a process of their own: `main` begins with
//! [`Extractor::this_program`].
//!
//! # What is offered
//!
//! Tools whose permissions are not among the configured scopes say so when they are called, or are not
//! listed at all; a [`ToolPolicy`] blocks tools, or has the user asked.
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
//! # Where to look
//!
//! [`Tool`] to add a tool; [`Extraction`] for what reading documents may take of the machine; [`CallLimits`]
//! for how long an answer may be and a call may take; [`ToolError`] for what a model is told when something
//! goes wrong; [`INSTRUCTIONS`] for what it is told about all tools.
//!
//! # Features
//!
//! | Feature | Adds |
//! |---|---|
//! | `mcp` (on by default) | the module [`mcp`]: the catalog as a server of the Model Context Protocol |
//! | `http` | the same over Streamable HTTP |

#![cfg_attr(docsrs, feature(doc_cfg))]

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
pub use limits::{ANSWER_LIMITS, CallLimits, DEFAULT_ANSWER_LIMIT};
pub use m365_auth::Cloud;
pub use m365_extract::isolation::Extractor;
#[cfg(feature = "mcp")]
pub use observe::{CallObserver, CallOutcome, FinishedCall};
pub use output::{Answer, Block, Interval, Reply, Resource, Results, Trailer};
pub use policy::{PolicyError, PolicyMode, ToolPolicy};
pub use tool::{Listing, Tool};

/// The examples of the README, which run with those of the documentation.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
