use jiff::civil::Date;
use serde::Deserialize;

use crate::models::lenient;

/// How a series [repeats](https://learn.microsoft.com/graph/api/resources/patternedrecurrence).
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct Recurrence {
    /// On which days.
    #[serde(deserialize_with = "lenient::nullable")]
    pub pattern: RecurrencePattern,
    /// How long.
    #[serde(deserialize_with = "lenient::nullable")]
    pub range: RecurrenceRange,
}

/// On which days a series repeats. Graph fills in the members that its type does not use.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct RecurrencePattern {
    /// `daily`, `weekly`, `absoluteMonthly`, `relativeMonthly`, `absoluteYearly` or
    /// `relativeYearly`.
    pub r#type: Option<String>,
    /// How many days, weeks, months or years lie between two turns, from 1.
    pub interval: Option<u32>,
    /// The month of a yearly series, 1 to 12.
    pub month: Option<i8>,
    /// The day of an absolute pattern, 1 to 31.
    pub day_of_month: Option<i8>,
    /// The days of a weekly or relative pattern, e.g. `monday`.
    #[serde(deserialize_with = "lenient::list")]
    pub days_of_week: Vec<String>,
    /// Which of the month's such days: `first`, `second`, `third`, `fourth` or `last`.
    pub index: Option<String>,
}

/// How long a series repeats.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct RecurrenceRange {
    /// `endDate`, `noEnd` or `numbered`.
    pub r#type: Option<String>,
    /// The day from which on.
    #[serde(deserialize_with = "lenient::parsed")]
    pub start_date: Option<Date>,
    /// The last possible day, where the type is `endDate`.
    #[serde(deserialize_with = "lenient::parsed")]
    pub end_date: Option<Date>,
    /// How often, where the type is `numbered`.
    pub number_of_occurrences: Option<u32>,
}
