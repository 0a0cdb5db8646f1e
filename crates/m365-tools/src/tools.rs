//! THE list: which tools there are, in the order in which hosts see them.

use crate::catalog::Registered;

mod chat_message_search;
mod find_meeting_availability;
mod get_granted_scopes;
mod get_me;
mod outlook_calendar_search;
mod outlook_email_search;
mod outlook_find_available_time;
mod read_resource;
mod search_people;
mod sharepoint_folder_search;
mod sharepoint_search;
mod teams_list_channel_messages;
mod teams_list_channels;
mod teams_list_chats;
mod teams_list_teams;

/// Returns all tools in their fixed order.
pub(crate) fn all() -> Vec<Registered> {
    vec![
        Registered::new(outlook_email_search::OutlookEmailSearch),
        Registered::new(outlook_calendar_search::OutlookCalendarSearch),
        Registered::new(find_meeting_availability::FindMeetingAvailability),
        Registered::new(chat_message_search::ChatMessageSearch),
        Registered::new(sharepoint_search::SharepointSearch),
        Registered::new(sharepoint_folder_search::SharepointFolderSearch),
        Registered::new(read_resource::ReadResource),
        Registered::new(get_me::GetMe),
        Registered::new(get_granted_scopes::GetGrantedScopes),
        Registered::new(outlook_find_available_time::OutlookFindAvailableTime),
        Registered::new(teams_list_chats::TeamsListChats),
        Registered::new(search_people::SearchPeople),
        Registered::new(teams_list_teams::TeamsListTeams),
        Registered::new(teams_list_channels::TeamsListChannels),
        Registered::new(teams_list_channel_messages::TeamsListChannelMessages),
    ]
}
