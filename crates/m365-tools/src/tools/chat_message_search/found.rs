use std::sync::Arc;

use jiff::tz::TimeZone;
use m365_graph::{ChatMember, ChatMessage};
use serde::{Deserialize, Serialize};

use super::{index::IndexPlace, scan::ScanPlace};
use crate::{Cloud, mail::fields::Person, teams::hit::Hit, uri::TeamsUri};

/// What a search found.
#[derive(Debug, Default)]
pub(super) struct Found {
    pub(super) messages: Vec<FoundMessage>,
    pub(super) notices: Vec<String>,
    pub(super) next: Option<Place>,
}

/// Where an answer stopped and the next one goes on; it travels sealed.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) enum Place {
    Index(IndexPlace),
    Scan(ScanPlace),
}

/// A message with the names of where it is.
#[derive(Debug)]
pub(super) struct FoundMessage {
    pub(super) uri: TeamsUri,
    pub(super) message: ChatMessage,
    /// Who takes part in the chat.
    pub(super) members: Arc<[ChatMember]>,
    pub(super) chat: Option<String>,
    pub(super) team: Option<String>,
    pub(super) channel: Option<String>,
    /// What only the search index knows.
    pub(super) indexed: Option<Indexed>,
}

/// What a search says of a message that the message itself does not.
#[derive(Debug)]
pub(super) struct Indexed {
    pub(super) summary: String,
    pub(super) from: Option<Person>,
    /// Whether the message itself could be read, too.
    pub(super) read: bool,
}

impl FoundMessage {
    /// Describes the message in `zone`.
    pub(super) fn hit(self, cloud: Cloud, zone: &TimeZone) -> Hit {
        let hit = Hit::new(&self.uri, &self.message, &self.members, cloud, zone);
        let hit = hit.at(self.chat, self.team, self.channel);
        let Some(indexed) = self.indexed else { return hit };
        let hit = hit.sent_by(indexed.from).with_summary(&indexed.summary, &self.message);
        if indexed.read { hit } else { hit.unread() }
    }
}
