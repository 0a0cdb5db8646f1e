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

    let oid = graph.tenant.users().iter().find(|user| user.upn == MIRA).unwrap().oid.clone();
    let answer = graph.posted(PATH, &day(&["nobody@fjordlight.example", &oid, MIRA])).await;

    for entry in &answer["value"].as_array().unwrap()[..2] {
        assert!(entry["scheduleItems"].is_null());
        assert_eq!(entry["error"]["responseCode"], "ErrorMailRecipientNotFound");
    }
    assert!(answer["value"][2]["error"].is_null());
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
async fn s30_a_request_takes_twenty_schedules_with_those_of_members() {
    let graph = Asking::with(&["Calendars.Read"]).await;
    let with_group = |count: usize| {
        let mut all = vec!["apollo@fjordlight.example"];
        all.resize(count + 1, MIRA);
        day(&all)
    };

    for (body, code) in [
        (day(&[]), "ErrorInvalidRequest"),
        (day(&[MIRA; 21]), "BadRequest"),
        (with_group(18), "BadRequest"),
        (day(&[MIRA; 101]), "ErrorMailboxDataArrayTooBig"),
    ] {
        assert_eq!(graph.refused(PATH, &body).await, bad(code), "{body}");
    }
    graph.posted(PATH, &day(&[MIRA; 20])).await;
    let answer = graph.posted(PATH, &with_group(17)).await;
    assert_eq!(answer["value"].as_array().unwrap().len(), 18, "the group has three members");
}

#[tokio::test]
async fn s31_a_window_is_under_62_days_in_slots_of_5_to_1440_minutes() {
    let graph = Asking::with(&["Calendars.Read"]).await;
    let until = |end: &str| body(&[MIRA], "2026-01-01T00:00:00", end);
    let every = |minutes: Value| {
        let mut body = day(&[MIRA]);
        body["availabilityViewInterval"] = minutes;
        body
    };

    for (body, code) in [
        (until("2026-03-04T00:00:00"), "ErrorTimeIntervalTooBig"),
        (until("2026-01-01T00:00:00"), "ErrorInvalidRequest"),
        (until("2025-12-31T00:00:00"), "ErrorInvalidRequest"),
        (every(4.into()), "ErrorInvalidRequest"),
        (every(1441.into()), "ErrorInvalidRequest"),
        (every("30".into()), "ErrorInvalidRequest"),
    ] {
        assert_eq!(graph.refused(PATH, &body).await, bad(code), "{body}");
    }
    for body in [until("2026-03-03T23:59:59"), every(5.into()), every(1440.into())] {
        graph.posted(PATH, &body).await;
    }
}

#[tokio::test]
async fn moments_are_local_times_beside_the_name_of_a_zone() {
    let graph = Asking::with(&["Calendars.Read"]).await;
    let oslo = "W. Europe Standard Time";

    for (local, zone, code) in [
        ("2026-03-19T08:00:00Z", json!(oslo), "ErrorInvalidRequest"),
        ("2026-03-19T08:00:00+01:00", json!(oslo), "ErrorInvalidRequest"),
        ("2026-03-19T08:00:00-05:00", json!(oslo), "ErrorInvalidRequest"),
        ("2026-03-19T08:00:00[Europe/Paris]", json!(oslo), "ErrorInvalidRequest"),
        ("2026-03-19", json!(oslo), "ErrorInvalidRequest"),
        ("2026-03-19T08:00:00", Value::Null, "ErrorInvalidRequest"),
        ("2026-03-19T08:00:00", json!("Mars/Base"), "TimeZoneNotSupportedException"),
        ("2026-03-19T08:00:00", json!("Europe/Oslo"), "TimeZoneNotSupportedException"),
    ] {
        let mut body = day(&[MIRA]);
        body["startTime"] = json!({"dateTime": local, "timeZone": zone});
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
async fn s03_a_schedule_needs_a_scope_for_the_own_calendar() {
    for scope in ["Mail.Read", "Calendars.Read.Shared"] {
        let graph = Asking::with(&[scope]).await;

        let refused = graph.refused(PATH, &day(&[MIRA])).await;

        assert_eq!(refused, (403, "ErrorAccessDenied".to_owned()), "{scope}");
    }
}

#[tokio::test]
async fn settings_need_a_scope_of_their_own() {
    let graph = Asking::mail().await;

    let refused = graph.error("/me/mailboxSettings").await;

    assert_eq!(refused, (403, "ErrorAccessDenied".to_owned()));
}
