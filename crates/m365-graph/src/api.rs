//! The routes, one file per area of Graph.

mod batch;
mod calendar;
mod drives;
mod items;
mod mail;
mod meetings;
mod outlook;
mod pages;
mod schedule;
mod search;
mod sites;
mod teams;
mod users;

pub use batch::BatchGet;
pub use calendar::{CalendarApi, MeetingTimesRequest};
pub use drives::{ChildrenQuery, ConversionFormat, DriveApi, DriveItemRequest};
pub use items::{ItemKind, ItemSearch};
pub use mail::{FolderQuery, MailApi};
pub use meetings::{Attribution, MeetingsApi};
pub use outlook::{
    EventRequest, MessageQuery, MessageRequest, OutlookQuery, OutlookRequest, ViewQuery,
};
pub use pages::Pages;
pub use schedule::ScheduleRequest;
pub use search::MessageSearch;
pub use sites::{SiteApi, SitesApi};
pub use teams::{
    ChannelRequest, ChatMessageQuery, ChatMessageRequest, ChatMessageSearch, ChatQuery,
    ChatRequest, PostRequest, TeamsApi,
};
