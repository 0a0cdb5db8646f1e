//! THE list: which tools there are, in the order in which hosts see them.

use crate::catalog::Registered;

mod find_meeting_availability;
mod outlook_calendar_search;
mod outlook_email_search;
mod outlook_find_available_time;
mod read_resource;

/// Returns all tools in their fixed order.
pub(crate) fn all() -> Vec<Registered> {
    vec![
        Registered::new(outlook_email_search::OutlookEmailSearch),
        Registered::new(outlook_calendar_search::OutlookCalendarSearch),
        Registered::new(find_meeting_availability::FindMeetingAvailability),
        Registered::new(read_resource::ReadResource),
        Registered::new(outlook_find_available_time::OutlookFindAvailableTime),
    ]
}
