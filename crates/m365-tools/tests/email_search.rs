//! outlook_email_search against the demo tenant.

mod answers;
mod combinations;
mod mailboxes;
mod paging;
mod people;
mod subjects;
