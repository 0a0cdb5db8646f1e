//! read_resource against the demo tenant.

mod attachments;
mod events;
pub(crate) mod lists;
mod messages;
mod requests;

/// The subject of a message of the demo tenant that others answer.
const BUDGET: &str = "Q3 budget";
