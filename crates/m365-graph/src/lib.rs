//! A Microsoft Graph client that can only read.
//!
//! [`GraphClient`] sends `GET` and the few `POST`s that read (`/search/query`, `getSchedule`,
//! `$batch` of `GET`s); there is no method that writes. It retries in one place, obeys
//! `Retry-After`, keeps to Exchange's limit on parallel requests, counts what it reads, and sends
//! its token nowhere but to the origin that it was built for.
//!
//! ```
//! # async fn demo(tokens: std::sync::Arc<dyn m365_auth::TokenProvider>) -> m365_graph::Result<()> {
//! use m365_graph::{GraphClient, Mailbox, odata};
//!
//! let graph = GraphClient::builder(tokens).build()?;
//! let from = odata::string("adele@contoso.com");
//! let page = graph
//!     .mail(&Mailbox::Me)
//!     .messages()
//!     .filter(&format!("from/emailAddress/address eq {from}"))
//!     .select(&["subject", "receivedDateTime"])
//!     .top(10)
//!     .page()
//!     .await?;
//! # drop(page);
//! # Ok(())
//! # }
//! ```
//!
//! # Ids
//!
//! An id has 1 to 1024 characters of `A-Z a-z 0-9 _ - =`. Search hits and web links spell it in
//! standard base64, with `+` and `/`: the constructors convert these. Nothing else can stand in a
//! path, so no id leads to another resource.
//!
//! # Where to look
//!
//! [`GraphClient`] and [`Call`] first; [`MailApi`] for mail; [`Limits`] for every budget;
//! [`ErrorKind`] for what can go wrong.

mod allowance;
mod api;
mod blocks;
mod budget;
mod call;
mod challenge;
mod client;
mod error;
mod exchange;
mod failure;
mod gate;
mod ids;
mod json;
pub mod kql;
mod limits;
mod models;
pub mod odata;
mod page;
mod random;
mod request;
mod retry;
mod retry_after;
mod skew;
mod transport;

pub use api::{
    BatchGet, FolderQuery, MailApi, MessageQuery, MessageRequest, MessageSearch, Pages,
    ScheduleRequest,
};
pub use call::Call;
pub use client::{GraphClient, GraphClientBuilder};
pub use error::{Error, ErrorKind, Result};
pub use ids::{
    Address, AttachmentId, ConversationId, FolderId, Mailbox, MessageId, WellKnownFolder,
};
pub use limits::Limits;
pub use models::{
    AttachedItem, Attachment, AttachmentKind, Attendee, Contact, DateTimeZone, EmailAddress, Event,
    Flag, Importance, ItemBody, Location, MailFolder, Message, MessageHit, Recipient,
    ResponseStatus, Schedule, ScheduleError, ScheduleItem, SearchPage, User, WorkingHours,
    ZoneName, ZoneRule,
};
pub use page::{BodyKind, Incomplete, NextLink, Page};
pub use transport::Download;
