//! Microsoft Graph; one module per area.

mod asking;
mod attachments;
mod batch;
mod calendar;
mod data;
mod files;
mod filters;
mod folders;
mod lists;
mod messages;
mod profile;
mod schedule;
mod search;
mod shared;
mod sharepoint_search;
mod sites;
mod throttle;
