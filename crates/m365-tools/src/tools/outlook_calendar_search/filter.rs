//! What an event must fulfil, compared here: Graph's view of a calendar has no search.

use jiff::Zoned;
use m365_graph::{Address, EmailAddress, Event};

use super::{
    input::OutlookCalendarSearchInput,
    query::{self, Query},
};
use crate::{
    ToolError,
    asked::{self, given},
    words::{Words, fold},
};

/// What an event must fulfil, apart from when and where it is kept.
#[derive(Clone, Debug, Default)]
pub(super) struct Filter {
    query: Option<Query>,
    organizer: Option<Who>,
    attendee: Option<Who>,
    location: Words,
    cancelled: bool,
}

/// A person by address, or by words of the name.
#[derive(Clone, Debug)]
pub(super) enum Who {
    Address(String),
    Named(Words),
}

impl Filter {
    /// Reads the conditions as they are meant at `now`.
    ///
    /// # Errors
    ///
    /// `VALIDATION_ERROR` for a query that cannot be applied.
    pub(super) fn of(input: &OutlookCalendarSearchInput, now: &Zoned) -> Result<Self, ToolError> {
        let query = given(input.query.as_ref()).filter(|query| query != "*");
        let words = |text: Option<String>| Words::parse(&text.unwrap_or_default());
        Ok(Self {
            query: query.map(|query| query::parse(&query, now)).transpose()?,
            organizer: given(input.organizer.as_ref()).map(Who::of),
            attendee: given(input.attendee.as_ref()).map(Who::of),
            location: words(given(input.location.as_ref())),
            cancelled: input.include_cancelled.unwrap_or_default(),
        })
    }

    /// Tells whether bodies are needed.
    pub(super) fn has_query(&self) -> bool {
        self.query.is_some()
    }

    /// Tells whether something is asked for that only a shared calendar tells.
    pub(super) fn needs_details(&self) -> bool {
        let people = self.organizer.is_some() || self.attendee.is_some();
        people || self.has_query() || !self.location.is_empty()
    }

    pub(super) fn fits(&self, event: &Event) -> bool {
        let organizer = event.organizer.as_ref().map(|one| &one.email_address);
        let attendees = || event.attendees.iter().map(|one| &one.email_address);
        (self.cancelled || event.is_cancelled != Some(true))
            && self.organizer.as_ref().is_none_or(|who| organizer.is_some_and(|one| who.is(one)))
            && self.attendee.as_ref().is_none_or(|who| attendees().any(|one| who.is(one)))
            && self.location.are_in(places(event))
            && self.query.as_ref().is_none_or(|query| query::fits(query, event))
    }
}

pub(super) fn places(event: &Event) -> impl Iterator<Item = &str> {
    let places = event.location.iter().chain(&event.locations);
    places.filter_map(|place| place.display_name.as_deref())
}

impl Who {
    pub(super) fn of(text: String) -> Self {
        let text = asked::person(text);
        match Address::new(&text) {
            Ok(address) => Self::Address(fold(address.as_str())),
            Err(_) => Self::Named(Words::parse(&text)),
        }
    }

    pub(super) fn is(&self, person: &EmailAddress) -> bool {
        match self {
            Self::Address(wanted) => {
                person.address.as_deref().is_some_and(|address| fold(address) == *wanted)
            }
            Self::Named(words) => {
                let texts = person.name.iter().chain(&person.address);
                words.are_in(texts.map(String::as_str))
            }
        }
    }
}
