//! A Microsoft Graph client that can only read.
//!
//! [`GraphClient`] sends `GET` and the few `POST`s that read (`/search/query`, `getSchedule`,
//! `findMeetingTimes`, `$batch` of `GET`s); there is no method that writes. It retries in one place, obeys
//! `Retry-After`, keeps to the limits on parallel requests (per mailbox, as Exchange counts; per team
//! and for all chats; for all sites and drives; per user, tenant and process), counts what it reads, and sends its token nowhere
//! but to the origin that it was built for.
//!
//! ```
//! # use std::sync::Arc;
//! # use m365_auth::{AccessToken, FixedToken, TokenProvider};
//! use m365_graph::{GraphClient, Mailbox, odata};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let tenant = m365_sim::Sim::start().await;
//! # let secret = tenant.issue_token("mira.solberg@fjordlight.example", &["Mail.Read"]);
//! # let token = AccessToken::new(secret, jiff::Timestamp::MAX, ["Mail.Read"]);
//! # let tokens: Arc<dyn TokenProvider> = Arc::new(FixedToken::new(token));
//! let graph = GraphClient::builder(tokens).base_url(tenant.graph_endpoint().parse()?).build()?;
//! let subject = odata::string("Budget");
//! let unread = graph
//!     .mail(&Mailbox::Me)
//!     .messages()
//!     .filter(&format!("isRead eq false and not startswith(subject, {subject})"))
//!     .select(&["subject", "receivedDateTime"])
//!     .top(10)
//!     .page()
//!     .await?;
//! assert_eq!(unread.items.len(), 10);
//! # Ok(())
//! # }
//! ```
//!
//! # Tokens
//!
//! A client asks a [`TokenProvider`](m365_auth::TokenProvider) for each request: one of `m365-auth`, or your
//! own. It hands on what Graph says of a token: a claims challenge, or that the token is refused.
//!
//! # Errors
//!
//! An [`Error`] has a [kind](ErrorKind) for each thing that a program would do differently, Graph's status and
//! code, and the id under which Graph logged the request. What can be retried has been, within [`Limits`].
//!
//! ```
//! use m365_graph::{ErrorKind, Mailbox, WellKnownFolder};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let tenant = m365_sim::Sim::start().await;
//! # let secret = tenant.issue_token("mira.solberg@fjordlight.example", &["User.Read"]);
//! # let token = m365_auth::AccessToken::new(secret, jiff::Timestamp::MAX, ["User.Read"]);
//! # let tokens = std::sync::Arc::new(m365_auth::FixedToken::new(token));
//! # let root = tenant.graph_endpoint().parse()?;
//! # let graph = m365_graph::GraphClient::builder(tokens).base_url(root).build()?;
//! let inbox = graph.mail(&Mailbox::Me).folder(&WellKnownFolder::Inbox.into()).await;
//!
//! let error = inbox.unwrap_err(); // the token grants User.Read alone
//! assert_eq!(error.kind(), ErrorKind::Forbidden);
//! println!("{error}, logged as {:?}", error.request_id());
//! # Ok(())
//! # }
//! ```
//!
//! # Ids
//!
//! Each kind of id has its own type and its own shape, 1 to 1024 characters long, so that no id
//! leads to another resource. Exchange's ids consist of `A-Z a-z 0-9 _ - =`; search hits and web
//! links spell them in standard base64, with `+` and `/`: the constructors convert these. Teams,
//! pages, lists and people have GUIDs; the others say in their documentation how they look.
//!
//! # Cryptography
//!
//! TLS is rustls with ring. [`GraphClientBuilder::build`] installs ring as the default provider of
//! the whole process, unless one is installed already: a program that wants another installs it
//! before.
//!
//! # Where to look
//!
//! [`GraphClient`] and [`Call`] first, [`GraphPool`] for many users, [`GraphObserver`] for what
//! watches them; then the areas: [`MailApi`], [`CalendarApi`], [`MeetingsApi`]
//! for transcripts and what else a meeting leaves, [`TeamsApi`] for chats and channels, [`SitesApi`]
//! and [`DriveApi`] for SharePoint and OneDrive, and [`GraphClient`] itself for people, schedules,
//! searches and batches; [`Limits`] for every budget; [`ErrorKind`] for what can go wrong.

#![cfg_attr(docsrs, feature(doc_cfg))]

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
mod names;
mod observe;
pub mod odata;
mod page;
mod pool;
mod random;
mod request;
mod retry;
mod retry_after;
mod session;
mod skew;
mod transport;
mod workload;

pub use api::{Attribution, MeetingsApi};
pub use api::{
    BatchGet, CalendarApi, ChannelRequest, ChatMessageQuery, ChatMessageRequest, ChatMessageSearch,
    ChatQuery, ChatRequest, ChildrenQuery, ConversionFormat, DriveApi, DriveItemRequest,
    EventRequest, FolderQuery, ItemKind, ItemSearch, MailApi, MeetingTimesRequest, MessageQuery,
    MessageRequest, MessageSearch, OutlookQuery, OutlookRequest, Pages, PostRequest,
    ScheduleRequest, SiteApi, SitesApi, TeamsApi, ViewQuery,
};
pub use call::Call;
pub use client::{GraphClient, GraphClientBuilder};
pub use error::{Error, ErrorKind, Result};
pub use ids::{
    Address, AttachmentId, AttendanceReportId, CalendarId, ChannelId, ChatId, ChatMessageId,
    ConversationId, DriveId, EventId, FolderId, HostedContentId, InsightId, ItemId, JoinUrl,
    ListId, Mailbox, MessageId, OnlineMeetingId, PageId, SiteId, TeamId, TranscriptId, UserId,
    WellKnownFolder,
};
pub use limits::Limits;
pub use models::{
    ActionItem, AiInsight, AttendanceRecord, AttendanceReport, Attendant, MeetingNote,
    OnlineMeeting, Recording, Transcript,
};
pub use models::{
    AttachedItem, Attachment, AttachmentKind, Attendee, AttendeeAvailability, AttendeeBase,
    Calendar, Canvas, CanvasSection, Channel, ChannelIdentity, Chat, ChatAttachment, ChatMember,
    ChatMessage, ChatMessageHit, Contact, DateTimeZone, Drive, DriveItem, EmailAddress, Event,
    EventDetail, FileFacet, Flag, FolderFacet, FoundBy, FoundFields, FoundItem, FoundKind,
    FoundListItem, FoundParent, Identity, IdentitySet, Importance, ItemBody, ItemHit,
    ItemReference, KeyValue, Library, ListFields, ListItem, ListItemIds, Location, MailFolder,
    Malware, MeetingTimeSuggestion, MeetingTimes, Mention, Message, MessageHit, MessagePreview,
    OnlineMeetingInfo, Package, PartContent, PartData, Person, PublishingState, Reaction,
    Recipient, Recurrence, RecurrencePattern, RecurrenceRange, RemoteItem, ResponseStatus,
    Schedule, ScheduleError, ScheduleItem, ScoredAddress, SearchPage, SensitivityLabel,
    SharepointIds, Site, SiteList, SitePage, Team, TeamsItem, TimeSlot, User, WebPart,
    WorkingHours, ZoneName, ZoneRule,
};
pub use observe::{FinishedRequest, GraphEvent, GraphObserver, Queue, RetryReason};
pub use page::{BodyKind, Incomplete, NextLink, Page};
pub use pool::{GraphPool, GraphPoolBuilder};
pub use transport::{Download, download_hosts};
pub use workload::Workload;

/// The examples of the README, which run with those of the documentation.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
