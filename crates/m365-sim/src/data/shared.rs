//! What several services of the demo tenant say of the same things, so that a question can be
//! followed from one to the next: the budget review is a series in the calendar, a chat, a deck on
//! a site, a transcript and a mail thread.

/// The host of the company's SharePoint.
pub(crate) const SHAREPOINT: &str = "fjordlight.sharepoint.com";

/// The host of the company's OneDrive.
pub(crate) const ONEDRIVE: &str = "fjordlight-my.sharepoint.com";

/// The weekly budget review: Tuesdays 15:00 to 16:00 in Oslo, held by Adele Vance with Mira
/// Solberg, Lukas Brandt and Ingrid Haugen, since twelve weeks ago and for eighteen more.
pub(crate) const BUDGET_SUBJECT: &str = "Budget review";

/// How long before now, in weeks, the series began.
pub(crate) const BUDGET_WEEKS_BACK: i64 = 12;

/// The thread of the budget review's meeting chat.
pub(crate) const BUDGET_THREAD: &str = "19:meeting_QnVkZ2V0UmV2aWV3RlkyNw@thread.v2";

/// The join address of the budget review, one for the whole series, as events and chats give it.
pub(crate) const BUDGET_JOIN_URL: &str = "https://teams.microsoft.com/l/meetup-join/19%3ameeting_QnVkZ2V0UmV2aWV3RlkyNw%40thread.v2/0?context=%7b%22Tid%22%3a%2211111111-2222-4333-8444-555555555555%22%2c%22Oid%22%3a%226f1f0c1e-0000-4000-8000-000000000a02%22%7d";

/// The address of the site that finance keeps its files on.
pub(crate) const FINANCE_SITE: &str = "https://fjordlight.sharepoint.com/sites/Finance";

/// The address of the deck that the budget review is about.
pub(crate) const BUDGET_DECK_URL: &str = "https://fjordlight.sharepoint.com/sites/Finance/Shared%20Documents/Budget/Q3%20budget%20deck.pptx";

/// The address of the notes, a markdown file beside the deck.
pub(crate) const BUDGET_NOTES_URL: &str =
    "https://fjordlight.sharepoint.com/sites/Finance/Shared%20Documents/Budget/Budget%20notes.md";

/// The id of the team of finance, which is its group's too.
pub(crate) const FINANCE_TEAM: &str = "6f1f0c1e-0000-4000-8000-000000000b01";

/// The id of the team of the Apollo programme, which is its group's too.
pub(crate) const APOLLO_TEAM: &str = "6f1f0c1e-0000-4000-8000-000000000a12";
