//! Microsoft Graph; one module per area.

mod asking;
mod folders;
mod lists;
mod messages;
mod profile;
