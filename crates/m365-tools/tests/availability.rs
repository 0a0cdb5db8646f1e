//! find_meeting_availability and outlook_find_available_time against the demo tenant.

mod arguments;
mod free;
mod meetings;
