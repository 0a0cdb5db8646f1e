//! THE list: which tools there are, in the order in which hosts see them.

use crate::catalog::Registered;

mod outlook_email_search;
mod read_resource;
mod sharepoint_folder_search;
mod sharepoint_search;

/// Returns all tools in their fixed order.
pub(crate) fn all() -> Vec<Registered> {
    vec![
        Registered::new(outlook_email_search::OutlookEmailSearch),
        Registered::new(sharepoint_search::SharepointSearch),
        Registered::new(sharepoint_folder_search::SharepointFolderSearch),
        Registered::new(read_resource::ReadResource),
    ]
}
