//! `getSchedule`.

use m365_sim::Sim;
use serde_json::{Value, json};

use super::asking::{Asking, MIRA, bad};

const PATH: &str = "/me/calendar/getSchedule";

fn body(schedules: &[&str], start: &str, end: &str) -> Value {
    json!({
        "Schedules": schedules, "availabilityViewInterval": 60,
        "startTime": {"dateTime": start, "timeZone": "W. Europe Standard Time"},
        "endTime": {"dateTime": end, "timeZone": "Europe/Berlin"},
    })
}

fn day(schedules: &[&str]) -> Value {
    body(schedules, "2026-03-19T08:00:00", "2026-03-19T18:00:00")
}

#[tokio::test]
async fn ones_own_schedule_tells_the_time_zone() {
    let graph = Asking::with(&["Calendars.Read"]).await;

    let answer = graph.posted(PATH, &day(&[MIRA])).await;

    let own = &answer["value"][0];
    assert_eq!(own["scheduleId"], MIRA);
    assert_eq!(own["workingHours"]["timeZone"]["name"], "W. Europe Standard Time");
    assert_eq!(own["availabilityView"].as_str().unwrap().len(), 10);
}

#[tokio::test]
async fn others_show_when_they_are_busy_and_not_with_what() {
    let graph = Asking::with(&["Calendars.Read"]).await;
    let claire = "claire.fontaine@fjordlight.example";
    let weeks = body(&[claire, MIRA], "2026-03-02T00:00:00", "2026-03-28T00:00:00");

    let answer = graph.posted(PATH, &weeks).await;

    let items = |place: usize| answer["value"][place]["scheduleItems"].as_array().unwrap().clone();
    assert!(items(0).iter().all(|item| item["subject"].is_null()));
    assert!(items(1).iter().any(|item| item["subject"].is_string()));
    let view = answer["value"][0]["availabilityView"].as_str().unwrap();
    assert!(view.contains('2') && view.contains('0'), "{view}");
}

#[tokio::test]
async fn s32_an_unknown_address_is_an_error_of_its_entry() {
    let graph = Asking::with(&["Calendars.Read"]).await;

    let answer = graph.posted(PATH, &day(&["nobody@fjordlight.example", MIRA])).await;

    assert!(answer["value"][0]["scheduleItems"].is_null());
    assert_eq!(answer["value"][0]["error"]["responseCode"], "ErrorMailRecipientNotFound");
    assert!(answer["value"][1]["error"].is_null());
}

#[tokio::test]
async fn s26_times_are_in_the_preferred_zone_without_an_offset() {
    let graph = Asking::with(&["Calendars.Read"]).await;
    let weeks = body(&[MIRA], "2026-03-02T00:00:00", "2026-03-28T00:00:00");

    let request = graph.post(PATH, &weeks).header("prefer", "outlook.timezone=\"Asia/Tokyo\"");
    let text = request.send().await.unwrap().text().await.unwrap();

    let answer: Value = serde_json::from_str(&text).unwrap();
    let start = &answer["value"][0]["scheduleItems"][0]["start"];
    assert_eq!(start["timeZone"], "Asia/Tokyo");
    assert!(start["dateTime"].as_str().unwrap().ends_with(":00.0000000"), "{start}");
}

#[tokio::test]
async fn s30_and_s31_requests_out_of_bounds_are_refused() {
    let graph = Asking::with(&["Calendars.Read"]).await;
    let (many, too_many) = (vec![MIRA; 21], vec![MIRA; 101]);
    let mut coarse = day(&[MIRA]);
    coarse["availabilityViewInterval"] = 1441.into();
    let mut mars = day(&[MIRA]);
    mars["startTime"]["timeZone"] = "Mars/Base".into();

    for (body, code) in [
        (day(&many), "BadRequest"),
        (day(&too_many), "ErrorMailboxDataArrayTooBig"),
        (body(&[MIRA], "2026-01-01T00:00:00", "2026-03-04T00:00:00"), "ErrorTimeIntervalTooBig"),
        (body(&[MIRA], "2026-01-02T00:00:00", "2026-01-01T00:00:00"), "ErrorInvalidRequest"),
        (body(&[MIRA], "2026-01-02T00:00:00Z", "2026-01-03T00:00:00"), "ErrorInvalidRequest"),
        (coarse, "ErrorInvalidRequest"),
        (mars, "TimeZoneNotSupportedException"),
    ] {
        assert_eq!(graph.refused(PATH, &body).await, bad(code), "{body}");
    }
}

#[tokio::test]
async fn s30_a_lenient_tenant_takes_a_hundred_addresses() {
    let tenant = Sim::builder().lenient_schedules().start().await.unwrap();
    let graph = Asking::on(tenant, MIRA, &["Calendars.Read"]);

    let answer = graph.posted(PATH, &day(&[MIRA; 100])).await;
    let refused = graph.refused(PATH, &day(&[MIRA; 101])).await;

    assert_eq!(answer["value"].as_array().unwrap().len(), 100);
    assert_eq!(refused, bad("ErrorMailboxDataArrayTooBig"));
}

#[tokio::test]
async fn a_schedule_needs_a_calendar_scope() {
    let graph = Asking::with(&["Mail.Read"]).await;

    let refused = graph.refused(PATH, &day(&[MIRA])).await;

    assert_eq!(refused, (403, "ErrorAccessDenied".to_owned()));
}

#[tokio::test]
async fn settings_need_a_scope_of_their_own() {
    let graph = Asking::mail().await;

    let refused = graph.error("/me/mailboxSettings").await;

    assert_eq!(refused, (403, "ErrorAccessDenied".to_owned()));
}
