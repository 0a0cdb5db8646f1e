//! Graph's resources, with the fields that the tools select; the rest is ignored.

mod drive;
mod item;
mod lenient;
mod mail;
mod person;
mod schedule;
mod search;
mod user;

pub use drive::{
    Drive, DriveItem, FileFacet, FolderFacet, Identity, IdentitySet, ItemReference, ListItemIds,
    Malware, Package, RemoteItem,
};
pub use item::{AttachedItem, Attendee, Contact, DateTimeZone, Event, Location, ResponseStatus};
pub use mail::{
    Attachment, AttachmentKind, EmailAddress, Flag, Importance, ItemBody, MailFolder, Message,
    Recipient,
};
pub use person::{Person, ScoredAddress};
pub use schedule::{Schedule, ScheduleError, ScheduleItem, WorkingHours, ZoneName, ZoneRule};
pub(crate) use search::{Hit, SearchAnswer, plain};
pub use search::{MessageHit, SearchPage};
pub use user::User;

/// A resource as it arrives: Graph may break off a stream with `{"error": …}` in a place where a
/// resource is due, and with every field optional that would pass for an empty one.
pub(crate) trait Resource: serde::de::DeserializeOwned + Send {
    /// Tells whether what arrived is such a resource.
    fn is_whole(&self) -> bool;
}
