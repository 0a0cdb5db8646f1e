//! What the tools know of calendars: who may see them, their times, and how an event is told.

pub(crate) mod access;
pub(crate) mod hit;
pub(crate) mod named;
pub(crate) mod recurrence;
pub(crate) mod series;
pub(crate) mod when;
mod zone;

pub(crate) use zone::zone;
