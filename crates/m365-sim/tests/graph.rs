//! Microsoft Graph; one module per area.

mod asking;
mod attachments;
mod availability;
mod batch;
mod calendar;
mod calendar_sharing;
mod channels;
mod chat_search;
mod data;
mod event_search;
mod events;
mod files;
mod filters;
mod folders;
mod lists;
mod meetings;
mod messages;
mod people;
mod profile;
mod schedule;
mod search;
mod shared;
mod sharepoint_search;
mod sites;
mod teams;
mod throttle;
