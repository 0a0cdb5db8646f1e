use jiff::tz::TimeZone;
use m365_graph::{ZoneName, ZoneRule};

/// Finds the zone that a mailbox names, or builds it from the rules of one without a name.
pub(crate) fn zone(zone: &ZoneName) -> Option<TimeZone> {
    let is_custom = zone.bias.is_some();
    if is_custom { custom(zone) } else { None }.or_else(|| super::by_name(&zone.name))
}

/// Writes the rules as a POSIX `TZ` string (IEEE 1003.1, 8.3), whose offsets count like Exchange's
/// bias: minutes to be added to local time to get UTC.
fn custom(zone: &ZoneName) -> Option<TimeZone> {
    let bias = zone.bias?;
    let standard = format!("<STD>{}", clock(bias));
    let daylight = zone.daylight_offset.as_ref().zip(zone.standard_offset.as_ref());
    let text = match daylight.and_then(|(start, end)| daylight_rules(bias, start, end)) {
        Some(rules) => format!("{standard}{rules}"),
        None => standard,
    };
    TimeZone::posix(&text).ok()
}

fn daylight_rules(bias: i32, start: &ZoneRule, end: &ZoneRule) -> Option<String> {
    let offset = clock(bias.checked_add(start.daylight_bias?)?);
    Some(format!("<DST>{offset},{},{}", date(start)?, date(end)?))
}

/// `M10.5.0/03:00:00`: month, which of its days of that name, day of the week from Sunday, time.
fn date(rule: &ZoneRule) -> Option<String> {
    let names = ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"];
    let wanted = rule.day_of_week.as_deref()?;
    let day = names.iter().position(|name| name.eq_ignore_ascii_case(wanted))?;
    let month = rule.month.filter(|month| (1..=12).contains(month))?;
    let week = rule.day_occurrence.filter(|week| (1..=5).contains(week))?;
    let time = rule.time.as_deref()?.split('.').next()?;
    Some(format!("M{month}.{week}.{day}/{time}"))
}

fn clock(minutes: i32) -> String {
    let sign = if minutes < 0 { "-" } else { "" };
    format!("{sign}{:02}:{:02}", minutes.abs() / 60, minutes.abs() % 60)
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use serde_json::{Value, json};

    use super::*;

    fn offset(zone_name: Value, moment: &str) -> String {
        let name: ZoneName = serde_json::from_value(zone_name).unwrap();
        let moment: Timestamp = moment.parse().unwrap();
        moment.to_zoned(zone(&name).unwrap()).strftime("%:z").to_string()
    }

    fn central_europe() -> Value {
        json!({
            "@odata.type": "#microsoft.graph.customTimeZone", "name": "Customized Time Zone", "bias": -60,
            "standardOffset": {"time": "03:00:00.0000000", "dayOccurrence": 5, "dayOfWeek": "sunday",
                               "month": 10, "year": 0},
            "daylightOffset": {"daylightBias": -60, "time": "02:00:00.0000000", "dayOccurrence": 5,
                               "dayOfWeek": "sunday", "month": 3, "year": 0}
        })
    }

    #[test]
    fn a_custom_zone_follows_its_rules() {
        assert_eq!(offset(central_europe(), "2026-01-15T12:00:00Z"), "+01:00");
        assert_eq!(offset(central_europe(), "2026-07-15T12:00:00Z"), "+02:00");
        assert_eq!(offset(central_europe(), "2026-03-29T00:59:59Z"), "+01:00");
        assert_eq!(offset(central_europe(), "2026-03-29T01:00:00Z"), "+02:00");
        assert_eq!(offset(central_europe(), "2026-10-25T01:00:00Z"), "+01:00");
    }

    #[test]
    fn a_custom_zone_without_daylight_saving_keeps_its_offset() {
        let india = json!({"name": "Customized Time Zone", "bias": -330,
                           "daylightOffset": {"month": 0}, "standardOffset": {"month": 0}});

        assert_eq!(offset(india, "2026-07-15T12:00:00Z"), "+05:30");
        assert_eq!(offset(json!({"name": "", "bias": 480}), "2026-07-15T12:00:00Z"), "-08:00");
    }

    #[test]
    fn a_name_is_enough() {
        let named = json!({"name": "Pacific Standard Time"});

        assert_eq!(offset(named, "2026-07-15T12:00:00Z"), "-07:00");
        assert!(zone(&ZoneName::default()).is_none());
    }
}
