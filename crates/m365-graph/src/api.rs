//! The routes, one file per area of Graph.

mod batch;
mod drives;
mod mail;
mod pages;
mod schedule;
mod search;
mod users;

pub use batch::BatchGet;
pub use drives::{ChildrenQuery, ConversionFormat, DriveApi, DriveItemRequest};
pub use mail::{FolderQuery, MailApi, MessageQuery, MessageRequest};
pub use pages::Pages;
pub use schedule::ScheduleRequest;
pub use search::MessageSearch;
