//! What messages and events are asked for alike.

mod attachments;
mod item;
mod list;

pub use item::{EventRequest, MessageRequest, OutlookRequest};
pub use list::{MessageQuery, OutlookQuery, ViewQuery};
