//! The routes, one file per area of Graph.

mod attachments;
mod batch;
mod calendar;
mod drives;
mod items;
mod mail;
mod meetings;
mod pages;
mod schedule;
mod search;
mod sites;
mod teams;
mod users;

pub use batch::BatchGet;
pub use calendar::{CalendarApi, EventRequest, MeetingTimesRequest, ViewQuery};
pub use drives::{ChildrenQuery, ConversionFormat, DriveApi, DriveItemRequest};
pub use items::{ItemKind, ItemSearch};
pub use mail::{FolderQuery, MailApi, MessageQuery, MessageRequest};
pub use meetings::{Attribution, MeetingsApi};
pub use pages::Pages;
pub use schedule::ScheduleRequest;
pub use search::MessageSearch;
pub use sites::{SiteApi, SitesApi};
pub use teams::{
    ChannelRequest, ChatMessageQuery, ChatMessageRequest, ChatMessageSearch, ChatQuery,
    ChatRequest, PostRequest, TeamsApi,
};
