//! A series as Graph writes it.

use jiff::civil::{Date, Weekday};
use serde_json::{Value, json};

use crate::graph::{
    calendar::{
        event::Occasion,
        meeting::Meeting,
        series::{ChangeKind, Day, Pattern, Range, Series},
    },
    settings::weekday_name,
};

/// What stands where a range has no end.
const NO_DATE: &str = "0001-01-01";

/// Writes on which days a meeting repeats, and for how long.
pub(crate) fn recurrence(meeting: &Meeting) -> Value {
    match &meeting.series {
        None => Value::Null,
        Some(series) => {
            json!({"pattern": pattern(series), "range": range(series, &meeting.zone_name)})
        }
    }
}

/// Members that a kind of pattern does not use are filled nevertheless.
fn pattern(series: &Series) -> Value {
    let mut out = json!({
        "type": "daily", "interval": 1, "month": 0, "dayOfMonth": 0,
        "firstDayOfWeek": "sunday", "index": "first",
    });
    match &series.pattern {
        Pattern::Daily(every) => out["interval"] = (*every).into(),
        Pattern::Weekly(every, days) => {
            out["type"] = "weekly".into();
            out["interval"] = (*every).into();
            out["firstDayOfWeek"] = "monday".into();
            out["daysOfWeek"] = names(days);
        }
        Pattern::Monthly(every, day) => {
            out["interval"] = (*every).into();
            of_month(&mut out, day, "Monthly");
        }
        Pattern::Yearly(month, day) => {
            out["month"] = (*month).into();
            of_month(&mut out, day, "Yearly");
        }
    }
    out
}

fn of_month(out: &mut Value, day: &Day, often: &str) {
    match day {
        Day::Number(number) => {
            out["type"] = format!("absolute{often}").into();
            out["dayOfMonth"] = (*number).into();
        }
        Day::Nth(nth, days) => {
            out["type"] = format!("relative{often}").into();
            out["daysOfWeek"] = names(days);
            out["index"] = match nth {
                1 => "first",
                2 => "second",
                3 => "third",
                4 => "fourth",
                _ => "last",
            }
            .into();
        }
    }
}

fn range(series: &Series, zone: &str) -> Value {
    let (kind, end, times) = match series.range {
        Range::Forever => ("noEnd", NO_DATE.to_owned(), 0),
        Range::Times(times) => ("numbered", NO_DATE.to_owned(), times),
        Range::Until(day) => ("endDate", day.to_string(), 0),
    };
    json!({
        "type": kind, "startDate": series.first.to_string(), "endDate": end,
        "recurrenceTimeZone": zone, "numberOfOccurrences": times,
    })
}

fn names(days: &[Weekday]) -> Value {
    days.iter().map(|day| weekday_name(*day)).collect()
}

/// Writes which of a series were taken out, as `OID.{master}.{day}`.
pub(crate) fn deleted(occasion: &Occasion<'_>, master: &str) -> Value {
    let series = occasion.event.meeting.series.iter().filter(|_| occasion.kind.day().is_none());
    let changes = series.flat_map(|series| &series.changes);
    let gone = changes.filter(|change| matches!(change.kind, ChangeKind::Deleted));
    gone.map(|change| occurrence(master, change.day)).collect()
}

fn occurrence(master: &str, day: Date) -> String {
    format!("OID.{master}.{day}")
}
