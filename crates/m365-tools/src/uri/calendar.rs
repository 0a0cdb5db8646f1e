use std::fmt;

use m365_graph::{Address, EventId, Mailbox};

use super::{Rest, write_owner};

/// The form of an event's address as a URI template (RFC 6570).
pub(crate) const EVENT: &str = "calendar:///events/{id}{?owner}";

/// The address of an event: a single one, a series or one of its occurrences.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct CalendarUri {
    pub(crate) mailbox: Mailbox,
    pub(crate) event: EventId,
}

impl CalendarUri {
    pub(crate) const fn new(mailbox: Mailbox, event: EventId) -> Self {
        Self { mailbox, event }
    }
}

/// Reads what stands behind `calendar:///`.
pub(super) fn parse(rest: &Rest) -> Option<CalendarUri> {
    let ["events", id] = rest.segments()[..] else { return None };
    let mailbox = match &rest.query[..] {
        [] => Mailbox::Me,
        [(name, owner)] if name == "owner" => Mailbox::Of(Address::new(owner).ok()?),
        _ => return None,
    };
    Some(CalendarUri::new(mailbox, EventId::new(id).ok()?))
}

impl fmt::Display for CalendarUri {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "calendar:///events/{}", self.event)?;
        write_owner(f, &self.mailbox)
    }
}
