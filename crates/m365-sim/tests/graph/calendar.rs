//! Calendar views: windows, series, zones.

use std::time::Duration;

use jiff::Timestamp;
use m365_sim::{Fault, Sim};
use reqwest::RequestBuilder;
use serde_json::{Value, json};
use tokio::task::JoinSet;

use super::asking::{Asking, MIRA, bad, texts};

pub(crate) const READ: [&str; 2] = ["Calendars.Read", "Calendars.Read.Shared"];

/// A Tuesday in spring, half past ten in Oslo, before the clocks change.
fn spring() -> Timestamp {
    "2026-03-17T09:30:12Z".parse().unwrap()
}

pub(crate) async fn on_tuesday(scopes: &[&str]) -> Asking {
    Asking::on(Sim::builder().now(spring()).start().await.unwrap(), MIRA, scopes)
}

pub(crate) async fn calendar() -> Asking {
    on_tuesday(&READ).await
}

fn window(start: &str, end: &str) -> String {
    format!("/me/calendarView?startDateTime={start}&endDateTime={end}")
}

async fn view(graph: &Asking, start: &str, end: &str) -> Vec<Value> {
    rows(&graph.json(&format!("{}&$top=1000", window(start, end))).await)
}

pub(crate) fn rows(page: &Value) -> Vec<Value> {
    page["value"].as_array().unwrap().clone()
}

/// Returns when the occasions with a subject begin, in order.
fn starts(events: &[Value], subject: &str) -> Vec<String> {
    let own = events.iter().filter(|event| event["subject"] == subject);
    let mut starts: Vec<_> = own.map(|event| start(event)[..16].to_owned()).collect();
    starts.sort();
    starts
}

fn start(event: &Value) -> &str {
    event["start"]["dateTime"].as_str().unwrap()
}

async fn preferring(graph: &Asking, path: &str, zone: &str) -> Value {
    let request = graph.get(path).header("prefer", format!("outlook.timezone=\"{zone}\""));
    let response = request.send().await.unwrap();
    assert_eq!(response.status(), 200);
    assert!(response.headers()["preference-applied"].to_str().unwrap().contains(zone));
    serde_json::from_str(&response.text().await.unwrap()).unwrap()
}

#[tokio::test]
async fn s27_a_view_has_occurrences_and_a_list_of_events_has_series() {
    let graph = calendar().await;

    let shown = view(&graph, "2026-03-02", "2026-04-02").await;
    let listed = rows(&graph.json("/me/events?$top=1000").await);

    let kinds =
        |events: &[Value], kind: &str| events.iter().filter(|event| event["type"] == kind).count();
    assert_eq!(kinds(&shown, "seriesMaster"), 0);
    assert!(kinds(&shown, "occurrence") > 20 && kinds(&shown, "exception") > 1);
    assert_eq!(kinds(&listed, "occurrence") + kinds(&listed, "exception"), 0);
    assert!(kinds(&listed, "seriesMaster") > 10 && kinds(&listed, "singleInstance") > 60);
}

#[tokio::test]
async fn the_budget_review_takes_place_as_everybody_says() {
    let graph = calendar().await;

    let events = view(&graph, "2025-12-01", "2026-08-01").await;

    let found = starts(&events, "Budget review");
    assert_eq!(found.len(), 30);
    assert_eq!(found.first().unwrap(), "2025-12-16T14:00");
    assert_eq!(found.last().unwrap(), "2026-07-14T13:00");
    assert!(!found.iter().any(|start| start.starts_with("2026-02-03")), "called off");
    assert!(found.contains(&"2026-03-17T15:00".to_owned()), "moved by an hour");
    assert!(found.contains(&"2026-03-24T14:00".to_owned()), "winter time");
    assert!(found.contains(&"2026-03-31T13:00".to_owned()), "summer time");
}

#[tokio::test]
async fn each_kind_of_pattern_has_its_days() {
    let graph = calendar().await;

    let events = view(&graph, "2026-03-20", "2026-06-15").await;

    for (subject, days) in [
        ("Monthly closing", "2026-03-31T08:00 2026-04-30T08:00 2026-05-31T08:00"),
        ("Safety walk", "2026-03-27T13:00 2026-04-24T12:00 2026-05-29T12:00"),
        ("Hiring round", "2026-04-14T09:00 2026-05-12T09:00 2026-06-09T09:00"),
        ("Evacuation drill", "2026-06-01T06:30"),
        (
            "Investor call Seattle",
            "2026-04-02T16:00 2026-04-16T16:00 2026-04-30T16:00 2026-05-14T16:00 2026-05-28T16:00 2026-06-11T16:00",
        ),
    ] {
        assert_eq!(starts(&events, subject).join(" "), days, "{subject}");
    }
    let walks = starts(&events, "Walk");
    assert_eq!(walks[..3], ["2026-03-20T11:00", "2026-03-23T11:00", "2026-03-26T11:00"]);
    assert_eq!(walks.last().unwrap(), "2026-04-22T10:00", "twenty times");
}

#[tokio::test]
async fn clocks_that_change_on_other_days_move_meetings_apart() {
    let graph = calendar().await;

    let events = view(&graph, "2026-02-25", "2026-04-20").await;

    let pacific = starts(&events, "Investor call Seattle");
    assert_eq!(
        pacific,
        ["2026-03-05T17:00", "2026-03-19T16:00", "2026-04-02T16:00", "2026-04-16T16:00"]
    );
    let tokyo = starts(&events, "Turbine hotline Yokohama");
    assert!(tokyo.iter().all(|start| start.ends_with("T07:30")), "{tokyo:?}");
    assert!(!tokyo.contains(&"2026-03-25T07:30".to_owned()), "called off");
    let night = events.iter().find(|own| own["subject"] == "Night watch, clocks forward").unwrap();
    assert_eq!(start(night), "2026-03-28T23:30:00.0000000");
    assert_eq!(night["end"]["dateTime"], "2026-03-29T02:30:00.0000000");
}

#[tokio::test]
async fn the_night_on_which_clocks_go_back_has_an_hour_more() {
    let graph = calendar().await;

    let events = view(&graph, "2026-10-24", "2026-10-26").await;

    let night = events.iter().find(|own| own["subject"] == "Night watch, clocks back").unwrap();
    assert_eq!(start(night), "2026-10-24T22:30:00.0000000");
    assert_eq!(night["end"]["dateTime"], "2026-10-25T03:30:00.0000000");
}

#[tokio::test]
async fn s24_a_window_has_two_ends() {
    let graph = calendar().await;

    for (query, code) in [
        ("", "ErrorInvalidRequest"),
        ("?startDateTime=2026-03-01", "ErrorInvalidRequest"),
        ("?startDateTime=2026-03-02&endDateTime=2026-03-02", "ErrorInvalidRequest"),
        ("?startDateTime=2026-03-02&endDateTime=2026-03-01", "ErrorInvalidRequest"),
        ("?startDateTime=yesterday&endDateTime=2026-03-01", "ErrorInvalidParameter"),
        (
            "?startDateTime=2026-03-01T00:00:00+01:00&endDateTime=2026-03-02",
            "ErrorInvalidParameter",
        ),
    ] {
        assert_eq!(graph.error(&format!("/me/calendarView{query}")).await, bad(code), "{query}");
    }
}

#[tokio::test]
async fn s25_a_window_of_1825_days_is_the_longest() {
    let graph = calendar().await;
    let until = |end: &str| window("2020-01-01T00:00:00Z", end);

    for end in ["2024-12-30T00:00:01Z", "2024-12-30T00:59:59Z", "2024-12-31T00:00:00Z"] {
        assert_eq!(graph.error(&until(end)).await, bad("ErrorInvalidRequest"), "{end}");
    }
    graph.json(&until("2024-12-30T00:00:00Z")).await;
}

#[tokio::test]
async fn a_bound_may_carry_an_offset() {
    let graph = calendar().await;
    let path = window("2026-03-17T16:30:00%2B01:00", "2026-03-17T16:45:00%2B01:00");

    let subjects = texts(&graph.json(&path).await["value"], "subject");

    assert_eq!(subjects, ["Budget review"]);
}

#[tokio::test]
async fn what_began_before_the_window_counts() {
    let graph = calendar().await;

    let inside = view(&graph, "2026-03-24T23:00:00Z", "2026-03-24T23:10:00Z").await;
    let after = view(&graph, "2026-03-25T00:30:00Z", "2026-03-25T00:40:00Z").await;

    assert_eq!(starts(&inside, "Cable pull-in, night shift").len(), 1);
    assert!(starts(&after, "Cable pull-in, night shift").is_empty());
}

#[tokio::test]
async fn s26_times_are_local_to_the_preferred_zone() {
    let graph = calendar().await;
    let path = window("2026-03-17T14:00:00Z", "2026-03-17T15:30:00Z");

    let utc = graph.json(&path).await["value"][0]["start"].clone();
    let windows = preferring(&graph, &path, "Tokyo Standard Time").await["value"][0].clone();
    let iana = preferring(&graph, &path, "America/Los_Angeles").await["value"][0].clone();

    assert_eq!(utc["dateTime"], "2026-03-17T15:00:00.0000000");
    assert_eq!(utc["timeZone"], "UTC");
    assert_eq!(windows["start"]["dateTime"], "2026-03-18T00:00:00.0000000");
    assert_eq!(windows["start"]["timeZone"], "Tokyo Standard Time");
    assert_eq!(iana["start"]["dateTime"], "2026-03-17T08:00:00.0000000");
    assert_eq!(iana["originalStartTimeZone"], "W. Europe Standard Time");
}

#[tokio::test]
async fn s26_zones_that_nobody_offers_are_refused() {
    let graph = calendar().await;
    let path = window("2026-03-17", "2026-03-18");

    for zone in ["Mars/Base", "Europe/Oslo", "tzone://Microsoft/Utc", "+01:00"] {
        let request = graph.get(&path).header("prefer", format!("outlook.timezone=\"{zone}\""));
        let response = request.send().await.unwrap();
        assert_eq!(response.status(), 400, "{zone}");
        assert!(response.text().await.unwrap().contains("TimeZoneNotSupportedException"));
    }
}

#[tokio::test]
async fn s26_zones_have_all_the_names_that_windows_ever_gave_them() {
    let graph = calendar().await;
    let path = window("2026-03-17T14:00:00Z", "2026-03-17T15:30:00Z");

    for (zone, hour) in [
        ("Mexico Standard Time", "T09:00"),
        ("Central Standard Time (Mexico)", "T09:00"),
        ("Line Islands Standard Time", "T05:00"),
        ("nepal standard time", "T20:45"),
        ("UTC", "T15:00"),
    ] {
        let event = preferring(&graph, &path, zone).await["value"][0].clone();
        assert_eq!(&start(&event)[10..16], hour, "{zone}");
    }
}

#[tokio::test]
async fn whole_days_float_and_are_matched_at_midnight_in_utc() {
    let graph = calendar().await;
    let day = window("2026-03-23T00:00:00-07:00", "2026-03-24T00:00:00-07:00");
    let after = window("2026-03-24T00:00:00Z", "2026-03-25T00:00:00Z");

    let seen = preferring(&graph, &day, "Pacific Standard Time").await;
    let gone = preferring(&graph, &after, "Pacific Standard Time").await;

    let is_day = |event: &&Value| event["subject"] == "Working from Oslo";
    let seen = rows(&seen);
    let event = seen.iter().find(is_day).unwrap();
    assert_eq!(start(event), "2026-03-23T00:00:00.0000000");
    assert_eq!(event["end"]["dateTime"], "2026-03-24T00:00:00.0000000");
    assert_eq!(event["start"]["timeZone"], "Pacific Standard Time");
    assert!(!rows(&gone).iter().any(|event| is_day(&event)));
}

#[tokio::test]
async fn s56_pages_lead_to_everything_once() {
    let graph = calendar().await;
    let path = format!(
        "{}&$orderby=start/dateTime&$select=subject,start",
        window("2026-02-15", "2027-03-17")
    );

    let first = graph.json(&path).await;
    let ids = graph.all_ids(&path).await;
    let all = graph.json(&format!("{path}&$top=1000&$count=true")).await;

    assert_eq!(first["value"].as_array().unwrap().len(), 10);
    assert!(first["@odata.nextLink"].as_str().unwrap().contains("%24skip=10"));
    assert_eq!(ids, texts(&all["value"], "id"));
    assert_eq!(all["@odata.count"], ids.len());
    assert!(ids.len() > 60, "{}", ids.len());
    let own = rows(&all);
    let sorted = own.windows(2).all(|pair| start(&pair[0]) <= start(&pair[1]));
    assert!(sorted);
}

#[tokio::test]
async fn s56_a_changed_link_is_refused() {
    let graph = calendar().await;
    let page = graph.json(&window("2026-02-15", "2026-03-17")).await;
    let link = page["@odata.nextLink"].as_str().unwrap().replace("2026-03-17", "2026-04-17");

    assert_eq!(graph.error(&link).await, bad("BadRequest"));
}

#[tokio::test]
async fn a_view_does_not_tell_when_events_were_made() {
    let graph = calendar().await;
    let path = window("2026-03-17", "2026-03-18");

    for name in ["createdDateTime", "lastModifiedDateTime"] {
        let refused = graph.error(&format!("{path}&$select=subject,{name}")).await;
        assert_eq!(refused, bad("ErrorInvalidProperty"));
    }
    assert!(graph.json("/me/events?$select=createdDateTime").await["value"][0]["id"].is_string());
}

#[tokio::test]
async fn s53_a_calendar_takes_four_requests_at_a_time() {
    let graph = calendar().await;
    let path = window("2026-03-17", "2026-03-18");
    let find = "/me/microsoft.graph.findMeetingTimes";
    for path in ["/me/calendarView", find] {
        let path = format!("/v1.0{path}");
        graph.tenant.graph().on(&path, Fault::delay(Duration::from_millis(100)));
    }

    let views = five(|| graph.get(&path)).await;
    graph.tenant.clock().advance(Duration::from_secs(60));
    let suggestions = five(|| graph.post(find, &json!({}))).await;

    assert_eq!(views, [200, 200, 200, 200, 429]);
    assert_eq!(suggestions, [200, 200, 200, 200, 429]);
}

/// Sends five requests at once, and returns the sorted statuses of their answers.
async fn five(request: impl Fn() -> RequestBuilder) -> Vec<u16> {
    let mut set = JoinSet::new();
    for _ in 0..5 {
        let request = request().send();
        set.spawn(async { request.await.unwrap().status().as_u16() });
    }
    let mut statuses = set.join_all().await;
    statuses.sort_unstable();
    statuses
}

#[tokio::test]
async fn cancelled_meetings_stay_and_declined_ones_do_not() {
    let graph = calendar().await;

    let events = view(&graph, "2026-03-02", "2026-04-12").await;

    let named = |subject: &str| events.iter().find(|event| event["subject"] == subject);
    assert_eq!(named("Steering committee").unwrap()["isCancelled"], true);
    assert_eq!(named("Company outing").unwrap()["showAs"], "free");
    assert_eq!(named("Company outing").unwrap()["responseStatus"]["response"], "declined");
    assert!(named("Legal hour").is_none());
}
