//! A team and its channels.

use jiff::Timestamp;

use crate::graph::teams::{
    chat::{Member, is_among},
    message::Message,
};

/// Who sees a channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Access {
    /// Everyone in the team.
    Standard,
    /// Those of the team who are in the channel.
    Private,
    /// Those who are in the channel, of whatever team.
    Shared,
}

impl Access {
    /// Returns its name in `membershipType`.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Standard => "standard",
            Self::Private => "private",
            Self::Shared => "shared",
        }
    }
}

/// A post and its replies, oldest first.
#[derive(Clone, Debug)]
pub(crate) struct Post {
    pub(crate) root: Message,
    pub(crate) replies: Vec<Message>,
}

impl Post {
    /// Returns when the thread changed last.
    pub(crate) fn latest(&self) -> Timestamp {
        let all = self.replies.iter().map(|reply| reply.modified);
        all.fold(self.root.modified, Timestamp::max)
    }
}

/// A channel.
#[derive(Clone, Debug)]
pub(crate) struct Channel {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) description: Option<String>,
    pub(crate) created: Timestamp,
    pub(crate) access: Access,
    /// Its own members, where not all of the team are.
    pub(crate) members: Vec<Member>,
    pub(crate) posts: Vec<Post>,
}

/// A team.
#[derive(Clone, Debug)]
pub(crate) struct Team {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) description: String,
    pub(crate) created: Timestamp,
    pub(crate) members: Vec<Member>,
    pub(crate) channels: Vec<Channel>,
}

impl Team {
    /// Returns whether a user is in it.
    pub(crate) fn has(&self, user: &str) -> bool {
        is_among(&self.members, user)
    }

    /// Returns the members of one of its channels.
    pub(crate) fn members_of<'a>(&'a self, channel: &'a Channel) -> &'a [Member] {
        if channel.access == Access::Standard { &self.members } else { &channel.members }
    }

    /// Returns whether a user reads one of its channels.
    pub(crate) fn shows(&self, channel: &Channel, user: &str) -> bool {
        is_among(self.members_of(channel), user)
    }
}
