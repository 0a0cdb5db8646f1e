use schemars::JsonSchema;
use serde::Deserialize;

/// What `outlook_calendar_search` is asked for.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct OutlookCalendarSearchInput {
    /// Words in subject, body, location or people; `"a phrase"`, `OR`, `NOT`, `subject:`, `organizer:`,
    /// `attendee:`, `location:`, `body:`. `*` or absent: every event. Up to
    /// 2,000 characters.
    pub(crate) query: Option<String>,
    /// Events at or after, e.g. `today`; 30 days ago unless given.
    pub(crate) after_date_time: Option<String>,
    /// Events at or before, e.g. `next week`; in 365 days unless given.
    pub(crate) before_date_time: Option<String>,
    /// Who called it: address or name.
    pub(crate) organizer: Option<String>,
    /// Who is invited: address or name.
    pub(crate) attendee: Option<String>,
    /// Words in the location.
    pub(crate) location: Option<String>,
    /// A calendar beside the default one, by its name.
    pub(crate) calendar_name: Option<String>,
    /// The address of whose calendar to search instead.
    pub(crate) calendar_owner_email: Option<String>,
    /// IANA or Windows zone of the dates; the mailbox's unless given.
    pub(crate) time_zone: Option<String>,
    /// true: cancelled ones too.
    pub(crate) include_cancelled: Option<bool>,
    /// `oldest` start first unless given.
    pub(crate) order: Option<Order>,
    /// 1 to 50; 10 unless given.
    #[schemars(range(min = 1))]
    pub(crate) limit: Option<i64>,
    /// How many events to skip.
    #[schemars(range(min = 0))]
    pub(crate) offset: Option<i64>,
    /// The `nextCursor` of an earlier answer.
    pub(crate) cursor: Option<String>,
}

/// The order of the results, by start.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(inline)]
pub(crate) enum Order {
    Newest,
    #[default]
    Oldest,
}
