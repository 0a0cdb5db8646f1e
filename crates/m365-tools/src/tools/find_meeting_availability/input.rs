use schemars::JsonSchema;
use serde::Deserialize;

use crate::ToolError;

/// What `find_meeting_availability` is asked for.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct FindMeetingAvailabilityInput {
    /// Addresses or names of the others, rooms and groups included, e.g. `["adele@contoso.com"]`; the
    /// user is added. None: the user's own free times.
    pub(super) participants: Option<Vec<String>>,
    /// Not before, e.g. `tomorrow`; now unless given.
    pub(super) after_date_time: Option<String>,
    /// Not after, e.g. `next friday`; the end of the next five working days unless given.
    pub(super) before_date_time: Option<String>,
    /// Minutes, 1 to 1440; 30 unless given.
    #[schemars(range(min = 1))]
    pub(super) duration_minutes: Option<i64>,
    /// How many times to suggest, 1 to 50; 10 unless given.
    #[schemars(range(min = 1))]
    pub(super) max_candidates: Option<i64>,
    /// The least confidence in percent that they come, 0 to 100; 50 unless given.
    #[schemars(range(min = 0))]
    pub(super) minimum_attendee_percentage: Option<f64>,
    /// false: any hour of any day.
    pub(super) working_hours_only: Option<bool>,
    /// IANA or Windows zone of the dates; the mailbox's unless given.
    pub(super) time_zone: Option<String>,
}

impl FindMeetingAvailabilityInput {
    /// Returns the least confidence in whole percents.
    pub(super) fn least(&self) -> Result<Option<u32>, ToolError> {
        let Some(asked) = self.minimum_attendee_percentage else { return Ok(None) };
        let found = (0..=100_u32).find(|percent| f64::from(*percent) >= asked);
        match found.filter(|_| asked >= 0.0) {
            Some(percent) => Ok(Some(percent)),
            None => Err(ToolError::validation(format!(
                "minimumAttendeePercentage: {asked} is not accepted; 0 to 100 is."
            ))),
        }
    }
}
