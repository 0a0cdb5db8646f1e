use jiff::{SignedDuration, Timestamp, ToSpan, civil::Weekday, tz::TimeZone};

use crate::{ToolContext, ToolError, asked, time::Interval};

/// The longest time in which a meeting is looked for.
const LONGEST: SignedDuration = SignedDuration::from_hours(24 * 366);

/// How many working days are looked at where nothing is said.
const WORKING_DAYS: usize = 5;

/// The time in which a meeting is looked for, and the zone that it is seen from.
#[derive(Clone, Debug)]
pub(crate) struct Span {
    pub(crate) start: Timestamp,
    pub(crate) end: Timestamp,
    pub(crate) zone: TimeZone,
}

impl Span {
    /// Reads the dates of the arguments: from now on, and until the next five working days are over,
    /// unless they say otherwise. What is past of a day that has begun is left out.
    ///
    /// # Errors
    ///
    /// `VALIDATION_ERROR` for dates that are none, or too far apart.
    pub(crate) fn read(
        ctx: &ToolContext,
        [after, before]: [Option<&str>; 2],
        zone: TimeZone,
    ) -> Result<Self, ToolError> {
        let asked = asked::interval([after, before], ctx, &zone)?;
        let now = ctx.now();
        let start = asked.start.unwrap_or(now).max(now);
        let end = asked.end.unwrap_or_else(|| working_days(start, &zone));
        if end <= start {
            return Err(ToolError::validation(format!(
                "beforeDateTime: {:?} is past already; a later one is accepted, or an afterDateTime \
                 before it.",
                before.unwrap_or_default()
            )));
        }
        if end.duration_since(start) > LONGEST {
            return Err(ToolError::validation(
                "beforeDateTime: more than 366 days behind afterDateTime are not accepted; less are.",
            ));
        }
        Ok(Self { start, end, zone })
    }

    pub(crate) fn as_interval(&self) -> Interval {
        Interval { start: Some(self.start), end: Some(self.end) }
    }

    /// Makes sure that a meeting of `minutes` could be in it at all.
    ///
    /// # Errors
    ///
    /// `VALIDATION_ERROR` for one that is longer than the time.
    pub(crate) fn hold(&self, minutes: u32) -> Result<(), ToolError> {
        let length = SignedDuration::from_mins(i64::from(minutes));
        if self.end.duration_since(self.start) >= length {
            return Ok(());
        }
        Err(ToolError::validation(format!(
            "durationMinutes: {minutes} is not accepted, as what is left between afterDateTime and \
             beforeDateTime is shorter; a shorter meeting or a longer time is."
        )))
    }
}

/// Returns the end of the fifth working day after that of `start`.
fn working_days(start: Timestamp, zone: &TimeZone) -> Timestamp {
    let today = start.to_zoned(zone.clone()).date();
    let is_work =
        |day: &jiff::civil::Date| !matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday);
    let after = today.series(1.day()).skip(1).filter(is_work).nth(WORKING_DAYS - 1);
    let midnight = after.and_then(|day| day.tomorrow().ok()).unwrap_or(today);
    midnight.to_zoned(zone.clone()).map_or(Timestamp::MAX, |zoned| zoned.timestamp())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_next_five_working_days_pass_over_the_weekend() {
        let oslo = TimeZone::get("Europe/Oslo").unwrap();
        let cases = [
            ("2026-11-20T12:00:00Z", "2026-11-27T23:00:00Z"),
            ("2026-11-22T12:00:00Z", "2026-11-27T23:00:00Z"),
            ("2026-11-23T12:00:00Z", "2026-11-30T23:00:00Z"),
        ];

        for (now, end) in cases {
            assert_eq!(working_days(now.parse().unwrap(), &oslo).to_string(), end);
        }
    }
}
