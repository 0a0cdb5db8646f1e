//! What several services of the demo tenant say of the same things, so that a question can be
//! followed from one to the next: the budget review is a series in the calendar, a chat, a deck on
//! a site, a transcript and a mail thread.

use jiff::{
    Timestamp, ToSpan as _,
    civil::{Date, Weekday},
    tz::TimeZone,
};

use crate::directory::TENANT_ID;

/// The host of the company's SharePoint.
pub(crate) const SHAREPOINT: &str = "fjordlight.sharepoint.com";

/// The host of the company's OneDrive.
pub(crate) const ONEDRIVE: &str = "fjordlight-my.sharepoint.com";

/// The weekly budget review: Tuesdays 15:00 to 16:00 in Oslo, held by Adele Vance with Mira
/// Solberg, Lukas Brandt and Ingrid Haugen, since twelve weeks ago and for eighteen more.
pub(crate) const BUDGET_SUBJECT: &str = "Budget review";

/// How long before now, in weeks, the series began.
pub(crate) const BUDGET_WEEKS_BACK: i64 = 12;

/// How long after now, in weeks, the series ends.
pub(crate) const BUDGET_WEEKS_AHEAD: i64 = 18;

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

/// A meeting of the budget review.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Occurrence {
    /// When the series has it begin.
    pub(crate) original: Timestamp,
    /// When it begins: an hour later if it was moved.
    pub(crate) start: Timestamp,
    pub(crate) end: Timestamp,
    /// It was called off.
    pub(crate) cancelled: bool,
    /// It took place and is over.
    pub(crate) held: bool,
}

/// Returns the meetings of the budget review, the first one first: thirteen up to the latest one
/// that is over, and eighteen to come. The one five weeks before the latest was called off, and
/// the next one is moved by an hour.
pub(crate) fn budget_occurrences(now: Timestamp) -> Vec<Occurrence> {
    let latest = latest_tuesday(now);
    (-BUDGET_WEEKS_BACK..=BUDGET_WEEKS_AHEAD)
        .filter_map(|week| {
            let day = latest.checked_add(week.weeks()).ok()?;
            let (original, cancelled) = (oslo(day, 15)?, week == -5);
            let start = if week == 1 { oslo(day, 16)? } else { original };
            let end = start.checked_add(1.hour()).ok()?;
            Some(Occurrence { original, start, end, cancelled, held: !cancelled && end <= now })
        })
        .collect()
}

/// Returns the day of the latest meeting that is over.
fn latest_tuesday(now: Timestamp) -> Date {
    let local = now.to_zoned(oslo_zone());
    let since = local.weekday().since(Weekday::Tuesday);
    let over = since > 0 || local.hour() >= 16;
    let back = if over { since } else { since + 7 };
    local.date().checked_sub(i64::from(back).days()).unwrap_or(local.date())
}

fn oslo(day: Date, hour: i8) -> Option<Timestamp> {
    let zoned = day.at(hour, 0, 0, 0).to_zoned(oslo_zone()).ok()?;
    Some(zoned.timestamp())
}

fn oslo_zone() -> TimeZone {
    TimeZone::get("Europe/Oslo").unwrap_or(TimeZone::UTC)
}

/// The thread of a meeting that another organisation holds, to which Mira is invited.
pub(crate) const FOREIGN_THREAD: &str = "19:meeting_Tm9ydGh3aW5kQXVkaXRLaWNrb2Zm@thread.v2";

/// The join address of that meeting, which cannot be looked up from here.
pub(crate) const FOREIGN_JOIN_URL: &str = "https://teams.microsoft.com/l/meetup-join/19%3ameeting_Tm9ydGh3aW5kQXVkaXRLaWNrb2Zm%40thread.v2/0?context=%7b%22Tid%22%3a%2299999999-8888-4777-8666-555555555555%22%2c%22Oid%22%3a%22d0a3f1c2-0000-4000-8000-00000000000d%22%7d";

/// Returns the join address of a meeting with this thread and organizer, as events give it.
pub(crate) fn join_url(thread: &str, organizer: &str) -> String {
    let thread = thread.replace(':', "%3a").replace('@', "%40");
    format!(
        "https://teams.microsoft.com/l/meetup-join/{thread}/0?context=%7b%22Tid%22%3a%22{TENANT_ID}%22%2c%22Oid%22%3a%22{organizer}%22%7d"
    )
}
