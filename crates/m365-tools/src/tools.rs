//! THE list: which tools there are, in the order in which hosts see them.

use crate::catalog::Registered;

mod chat_message_search;
mod outlook_email_search;
mod read_resource;

/// Returns all tools in their fixed order.
pub(crate) fn all() -> Vec<Registered> {
    vec![
        Registered::new(outlook_email_search::OutlookEmailSearch),
        Registered::new(chat_message_search::ChatMessageSearch),
        Registered::new(read_resource::ReadResource),
    ]
}
