//! Days and times are those of the zone asked for, whole days and changing clocks included.

use jiff::{Timestamp, tz::TimeZone};
use serde_json::{Value, json};

use crate::{
    diary::{CALENDARS, Diary, office, office_at},
    office::{text, uris},
};

const ZONES: [&str; 3] = ["Europe/Oslo", "America/Los_Angeles", "Asia/Tokyo"];

#[tokio::test]
async fn a_day_is_the_day_of_the_zone() {
    let office = office().await;

    for zone in ZONES {
        for day in ["2026-11-03", "2026-11-23", "2026-12-01"] {
            let bounds = [format!("{day}T00:00"), format!("{day}T23:59:59")];
            let bounds = [bounds[0].as_str(), bounds[1].as_str()];
            let expected = Diary::of(&office, None, zone, bounds).await.expected(&json!({}));

            let found = office.all_events(&on(day, zone)).await;

            assert_eq!(uris(&found), expected, "{day} in {zone}");
        }
    }
}

fn on(day: &str, zone: &str) -> Value {
    json!({"afterDateTime": day, "beforeDateTime": day, "timeZone": zone, "limit": 50})
}

#[tokio::test]
async fn the_days_on_which_clocks_change_have_23_and_25_hours() {
    let office = office_at("2026-03-27T10:00:00Z", &CALENDARS).await;

    for (day, before) in
        [("2026-03-29", "2026-03-29T23:59:59+02:00"), ("2026-03-28", "2026-03-28T23:59:59+01:00")]
    {
        let bounds = [format!("{day}T00:00"), format!("{day}T23:59:59")];
        let bounds = [bounds[0].as_str(), bounds[1].as_str()];
        let expected = Diary::of(&office, None, "Europe/Oslo", bounds).await.expected(&json!({}));

        let found = office.events(on(day, "Europe/Oslo")).await;

        assert_eq!(found["interval"]["after"], format!("{day}T00:00:00+01:00"));
        assert_eq!(found["interval"]["before"], before);
        assert_eq!(uris(found["results"].as_array().unwrap()), expected);
    }
}

#[tokio::test]
async fn a_series_keeps_its_hour_when_clocks_change() {
    let office = office_at("2026-10-20T10:00:00Z", &CALENDARS).await;
    let span = json!({
        "query": "\"budget review\"", "afterDateTime": "2026-10-12", "beforeDateTime": "2026-11-14",
        "timeZone": "W. Europe Standard Time", "limit": 50,
    });

    let found = office.all_events(&span).await;

    let series = found.iter().filter(|hit| hit["subject"] == "Budget review");
    let hours: Vec<_> = series.map(|hit| text(hit, "start")[11..].to_owned()).collect();
    assert!(hours.contains(&"15:00:00+02:00".to_owned()), "{hours:?}");
    assert!(hours.contains(&"15:00:00+01:00".to_owned()), "{hours:?}");
}

#[tokio::test]
async fn whole_days_keep_their_dates_and_other_times_their_moments() {
    let office = office().await;
    let span = |zone: &str| json!({"timeZone": zone, "limit": 50, "afterDateTime": "2026-11-02"});
    let oslo = office.all_events(&span("Europe/Oslo")).await;

    for name in ["America/Los_Angeles", "Asia/Tokyo"] {
        for hit in office.all_events(&span(name)).await {
            let Some(other) = oslo.iter().find(|one| one["uri"] == hit["uri"]) else { continue };
            let (here, there) = (text(&hit, "start"), text(other, "start"));
            if hit["isAllDay"] == true {
                assert_eq!(here[..19], there[..19], "{hit}");
                assert!(here.ends_with(&offset(here, name)), "{hit}");
            } else {
                assert_eq!(moment(here), moment(there));
                assert!(here.ends_with(&offset(here, name)), "{hit}");
            }
        }
    }
    assert!(oslo.iter().any(|hit| hit["isAllDay"] == true));
}

fn moment(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn offset(text: &str, zone: &str) -> String {
    moment(text).to_zoned(TimeZone::get(zone).unwrap()).strftime("%:z").to_string()
}

#[tokio::test]
async fn the_zone_and_the_interval_are_echoed() {
    let office = office().await;

    let found =
        office.events(json!({"afterDateTime": "2026-11-16", "beforeDateTime": "2026-11-17"})).await;

    assert_eq!(found["timeZone"], "Europe/Berlin");
    assert_eq!(found["interval"]["after"], "2026-11-16T00:00:00+01:00");
    assert_eq!(found["interval"]["before"], "2026-11-17T23:59:59+01:00");
    assert!(text(&found, "nowDateTime").starts_with("20"));
}

#[tokio::test]
async fn without_dates_thirty_days_back_and_a_year_ahead_are_searched() {
    let office = office().await;

    let found = office.events(json!({"limit": 1})).await;

    let (after, before) =
        (moment(text(&found["interval"], "after")), moment(text(&found["interval"], "before")));
    let now = moment(text(&found, "nowDateTime"));
    // Clocks went back on 25 October: one of the thirty days had an hour more.
    assert_eq!(now.duration_since(after).as_hours(), 30 * 24 + 1);
    assert!((364 * 24..=365 * 24).contains(&before.duration_since(now).as_hours()));
}
