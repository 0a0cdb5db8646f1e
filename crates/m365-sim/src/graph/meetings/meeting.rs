//! A meeting and the times that it was held.

use std::sync::Arc;

use jiff::Timestamp;

use crate::graph::teams::message::Person;

/// Whether a meeting can be asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum State {
    Here,
    /// It expired, and everything of it is gone.
    Expired,
    /// Its organizer is in another tenant.
    Elsewhere,
}

/// A meeting, or a whole series of it.
#[derive(Clone, Debug)]
pub(crate) struct Meeting {
    pub(crate) id: String,
    pub(crate) state: State,
    pub(crate) subject: String,
    pub(crate) thread: String,
    pub(crate) join_url: String,
    /// The number that one joins with.
    pub(crate) join_id: String,
    pub(crate) organizer: Arc<Person>,
    pub(crate) attendees: Vec<Arc<Person>>,
    pub(crate) recurs: bool,
    pub(crate) created: Timestamp,
    pub(crate) start: Timestamp,
    pub(crate) end: Timestamp,
    /// Nobody but the organizer reads what was said.
    pub(crate) closed: bool,
    /// The times that it was held and recorded, the first one first.
    pub(crate) sessions: Vec<Session>,
}

impl Meeting {
    /// Returns whether a user organises it or is invited.
    pub(crate) fn invites(&self, user: &str) -> bool {
        self.organizer.id == user || self.attendees.iter().any(|person| person.id == user)
    }
}

/// One time that a meeting was held.
#[derive(Clone, Debug)]
pub(crate) struct Session {
    pub(crate) call_id: String,
    /// What ties a transcript, a recording and notes of the same minutes together.
    pub(crate) correlation: String,
    pub(crate) transcript: String,
    pub(crate) recording: String,
    pub(crate) report: String,
    /// Copilot's notes of it, if it wrote some.
    pub(crate) insight: Option<Insight>,
    pub(crate) start: Timestamp,
    pub(crate) end: Timestamp,
    pub(crate) cues: Vec<Cue>,
    /// Written with everything that WebVTT allows.
    pub(crate) odd: bool,
}

/// Something that was said.
#[derive(Clone, Debug)]
pub(crate) struct Cue {
    /// When, in milliseconds since the session began.
    pub(crate) from: i64,
    pub(crate) to: i64,
    pub(crate) speaker: Option<Arc<Person>>,
    pub(crate) text: String,
}

/// Copilot's notes.
#[derive(Clone, Debug)]
pub(crate) struct Insight {
    pub(crate) id: String,
    /// Title, text, and a further point below: title and text.
    pub(crate) notes: Vec<[&'static str; 4]>,
    /// Title, text, and who is to do it.
    pub(crate) actions: Vec<[&'static str; 3]>,
}

/// Returns the one of several sessions that has an id.
pub(crate) fn by<'a>(
    meeting: &'a Meeting,
    id: &str,
    own: impl Fn(&Session) -> &str,
) -> Option<&'a Session> {
    meeting.sessions.iter().find(|session| own(session) == id)
}
