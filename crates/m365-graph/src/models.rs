//! Graph's resources, with the fields that the tools select; the rest is ignored.

mod found;
mod item;
mod lenient;
mod mail;
mod schedule;
mod search;
mod site;
mod user;

pub use found::{
    FoundBy, FoundFields, FoundItem, FoundKind, FoundListItem, FoundParent, ItemHit,
    SensitivityLabel, SharepointIds,
};
pub use item::{AttachedItem, Attendee, Contact, DateTimeZone, Event, Location, ResponseStatus};
pub use mail::{
    Attachment, AttachmentKind, EmailAddress, Flag, Importance, ItemBody, MailFolder, Message,
    Recipient,
};
pub use schedule::{Schedule, ScheduleError, ScheduleItem, WorkingHours, ZoneName, ZoneRule};
pub(crate) use search::{Hit, SearchAnswer, marked, plain};
pub use search::{MessageHit, SearchPage};
pub use site::{
    Canvas, CanvasSection, KeyValue, Library, PartContent, PartData, PublishingState, Site,
    SitePage, WebPart,
};
pub use user::User;

/// A resource as it arrives: Graph may break off a stream with `{"error": …}` in a place where a
/// resource is due, and with every field optional that would pass for an empty one.
pub(crate) trait Resource: serde::de::DeserializeOwned + Send {
    /// Tells whether what arrived is such a resource.
    fn is_whole(&self) -> bool;
}
