//! Graph's resources, with the fields that the tools select; the rest is ignored.

mod drive;
mod event;
mod found;
mod identity;
mod item;
mod lenient;
mod mail;
mod meeting;
mod meeting_times;
mod person;
mod schedule;
mod search;
mod site;
mod teams;
mod user;

pub use drive::{
    Drive, DriveItem, FileFacet, FolderFacet, ItemReference, ListItemIds, Malware, Package,
    RemoteItem,
};
pub use event::{
    Attendee, Calendar, DateTimeZone, Event, Location, OnlineMeetingInfo, Recurrence,
    RecurrencePattern, RecurrenceRange, ResponseStatus,
};
pub use found::{
    FoundBy, FoundFields, FoundItem, FoundKind, FoundListItem, FoundParent, ItemHit,
    SensitivityLabel, SharepointIds,
};
pub use identity::{Identity, IdentitySet};
pub use item::{AttachedItem, Contact};
pub use mail::{
    Attachment, AttachmentKind, EmailAddress, Flag, Importance, ItemBody, MailFolder, Message,
    Recipient,
};
pub use meeting::{
    ActionItem, AiInsight, AttendanceRecord, AttendanceReport, Attendant, MeetingNote,
    OnlineMeeting, Recording, Transcript,
};
pub use meeting_times::{
    AttendeeAvailability, AttendeeBase, MeetingTimeSuggestion, MeetingTimes, TimeSlot,
};
pub use person::{Person, ScoredAddress};
pub use schedule::{Schedule, ScheduleError, ScheduleItem, WorkingHours, ZoneName, ZoneRule};
pub(crate) use search::{Hit, SearchAnswer, marked, plain};
pub use search::{MessageHit, SearchPage};
pub use site::{
    Canvas, CanvasSection, KeyValue, Library, ListFields, ListItem, PartContent, PartData,
    PublishingState, Site, SiteList, SitePage, WebPart,
};
pub(crate) use teams::IndexedMessage;
pub use teams::{
    Channel, ChannelIdentity, Chat, ChatAttachment, ChatMember, ChatMessage, ChatMessageHit,
    EventDetail, Mention, MessagePreview, Reaction, Team, TeamsItem,
};
pub use user::User;

/// A resource as it arrives: Graph may break off a stream with `{"error": …}` in a place where a
/// resource is due, and with every field optional that would pass for an empty one.
pub(crate) trait Resource: serde::de::DeserializeOwned + Send {
    /// Tells whether what arrived is such a resource.
    fn is_whole(&self) -> bool;

    /// Reads a JSON text.
    fn read(text: &[u8]) -> Option<Self> {
        serde_json::from_slice(text).ok()
    }
}
