//! Microsoft Graph; one module per area.

mod asking;
mod attachments;
mod batch;
mod calendar;
mod channels;
mod chat_messages;
mod chat_search;
mod data;
mod files;
mod filters;
mod folders;
mod lists;
mod meetings;
mod messages;
mod profile;
mod schedule;
mod search;
mod shared;
mod teams;
mod throttle;
mod transcripts;
