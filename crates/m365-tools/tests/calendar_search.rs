//! outlook_calendar_search against the demo tenant.

mod hits;
mod others;
mod paging;
mod parameters;
mod zones;
