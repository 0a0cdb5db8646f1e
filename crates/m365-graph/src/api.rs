//! The routes, one file per area of Graph.

mod batch;
mod items;
mod mail;
mod pages;
mod schedule;
mod search;
mod sites;
mod users;

pub use batch::BatchGet;
pub use items::{ItemKind, ItemSearch};
pub use mail::{FolderQuery, MailApi, MessageQuery, MessageRequest};
pub use pages::Pages;
pub use schedule::ScheduleRequest;
pub use search::MessageSearch;
pub use sites::{SiteApi, SitesApi};
