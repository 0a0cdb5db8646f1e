//! `findMeetingTimes`, and the time zones that its answers may be in.

use std::time::Duration;

use m365_sim::{Fault, Sim, SimCloud};
use serde_json::{Value, json};

use super::{
    asking::{Asking, MIRA, bad, texts},
    calendar::{READ, calendar, on_tuesday},
};

const FIND: &str = "/me/findMeetingTimes";
const OSLO: &str = "W. Europe Standard Time";

fn moment(local: &str) -> Value {
    json!({"dateTime": local, "timeZone": OSLO})
}

fn slot(start: &str, end: &str) -> Value {
    json!({"start": moment(start), "end": moment(end)})
}

fn asking(people: &[&str], domain: &str, start: &str, end: &str) -> Value {
    let people = people.iter().map(|name| {
        let address = if name.contains('@') {
            (*name).to_owned()
        } else {
            format!("{name}@fjordlight.example")
        };
        json!({"type": "required", "emailAddress": {"address": address}})
    });
    json!({
        "attendees": people.collect::<Vec<_>>(),
        "timeConstraint": {"activityDomain": domain, "timeSlots": [slot(start, end)]},
        "meetingDuration": "PT1H", "returnSuggestionReasons": true,
    })
}

/// Returns the beginnings of the suggestions, in the zone of Oslo.
async fn found(graph: &Asking, body: &Value) -> (Vec<String>, Value) {
    let request = graph.post(FIND, body).header("prefer", format!("outlook.timezone=\"{OSLO}\""));
    let response = request.send().await.unwrap();
    assert_eq!(response.status(), 200);
    let answer: Value = serde_json::from_str(&response.text().await.unwrap()).unwrap();
    let rows = answer["meetingTimeSuggestions"].as_array().unwrap().iter();
    let start = |row: &Value| {
        row["meetingTimeSlot"]["start"]["dateTime"].as_str().unwrap()[..16].to_owned()
    };
    (rows.map(start).collect(), answer)
}

#[tokio::test]
async fn suggestions_avoid_what_the_calendars_hold() {
    let graph = calendar().await;
    let tuesday = asking(&["adele.vance"], "work", "2026-04-07T08:00:00", "2026-04-07T17:00:00");

    let (starts, answer) = found(&graph, &tuesday).await;

    assert!(!starts.is_empty(), "{answer}");
    assert!(!starts.contains(&"2026-04-07T15:00".to_owned()), "the budget review");
    assert!(!starts.contains(&"2026-04-07T09:00".to_owned()), "the stand-up");
    assert!(starts.iter().all(|start| &start[11..] <= "15:00"), "working hours end at four");
    assert!(starts.iter().all(|start| start.ends_with(":00") || start.ends_with(":30")));
    let first = &answer["meetingTimeSuggestions"][0];
    assert_eq!(first["order"], 1);
    assert_eq!(first["organizerAvailability"], "free");
    assert_eq!(
        first["attendeeAvailability"][0]["attendee"]["emailAddress"]["address"],
        "adele.vance@fjordlight.example"
    );
    assert!(first["suggestionReason"].is_string());
}

/// The budget review, at which Adele is busy, Lukas tentative, Sofía free and nothing known of
/// Petra, who works elsewhere.
#[tokio::test]
async fn confidence_is_the_mean_over_the_attendees() {
    let graph = calendar().await;
    let petra = "petra.novak@tallowmere.example";

    for (people, confidence) in [
        (&["adele.vance"][..], 0.0),
        (&[petra], 49.0),
        (&["lukas.brandt"], 50.0),
        (&["sofia.marin"], 100.0),
        (&["adele.vance", petra], 24.5),
        (&["sofia.marin", "lukas.brandt"], 75.0),
        (&["adele.vance", "lukas.brandt", "sofia.marin", petra], 49.75),
        (&[], 100.0),
    ] {
        let mut body = asking(people, "work", "2026-04-07T15:00:00", "2026-04-07T16:00:00");
        body["minimumAttendeePercentage"] = 0.into();
        body["isOrganizerOptional"] = true.into();
        let (_, answer) = found(&graph, &body).await;
        assert_eq!(answer["meetingTimeSuggestions"][0]["confidence"], confidence, "{people:?}");
    }
}

#[tokio::test]
async fn the_most_likely_times_come_first_and_the_earlier_of_two() {
    let graph = calendar().await;
    let people = ["adele.vance", "lukas.brandt"];
    let mut body = asking(&people, "work", "2026-04-07T13:30:00", "2026-04-07T16:00:00");
    body["minimumAttendeePercentage"] = 0.into();
    body["isOrganizerOptional"] = true.into();

    let (starts, answer) = found(&graph, &body).await;

    let rows = answer["meetingTimeSuggestions"].as_array().unwrap().iter();
    let confidence: Vec<_> = rows.map(|row| row["confidence"].as_f64().unwrap()).collect();
    let times: Vec<_> = starts.iter().map(|start| &start[11..]).collect();
    assert_eq!(times, ["13:30", "14:00", "14:30", "15:00"]);
    assert_eq!(confidence, [100.0, 100.0, 25.0, 25.0]);
}

#[tokio::test]
async fn an_unknown_attendee_alone_is_below_the_usual_minimum() {
    let graph = calendar().await;
    let petra = ["petra.novak@tallowmere.example"];
    let mut body = asking(&petra, "work", "2026-03-18T08:00:00", "2026-03-20T17:00:00");

    let (none, answer) = found(&graph, &body).await;
    body["minimumAttendeePercentage"] = 49.into();
    let (some, _) = found(&graph, &body).await;

    assert!(none.is_empty());
    assert_eq!(answer["emptySuggestionsReason"], "AttendeesUnavailableOrUnknown");
    assert!(!some.is_empty());
}

#[tokio::test]
async fn the_domain_decides_which_hours_count() {
    let graph = calendar().await;
    let of = |domain: &str| asking(&[], domain, "2026-03-21T00:00:00", "2026-03-22T00:00:00");

    let (work, answer) = found(&graph, &of("work")).await;
    let (personal, _) = found(&graph, &of("personal")).await;
    let mut any = of("unrestricted");
    any["maxCandidates"] = 100.into();
    let (any, _) = found(&graph, &any).await;

    assert!(work.is_empty(), "it is a Saturday");
    assert_eq!(answer["emptySuggestionsReason"], "Unknown");
    assert!(personal.iter().all(|start| &start[11..] >= "08:00" && &start[11..] <= "15:00"));
    assert!(any.contains(&"2026-03-21T00:00".to_owned()) && any.len() > personal.len());
}

#[tokio::test]
async fn ones_own_time_is_the_weekend_whatever_the_working_days_are() {
    let graph = calendar().await;
    let noa = Asking::on(graph.tenant, "noa.bendavid@fjordlight.example", &READ);
    let on = |domain: &str, day: &str| {
        asking(&[], domain, &format!("{day}T00:00:00"), &format!("{day}T23:00:00"))
    };

    let days = ["2026-03-20", "2026-03-21", "2026-03-22"];
    let mut open = Vec::new();
    for (domain, day) in ["work", "personal"].iter().flat_map(|own| days.map(|day| (own, day))) {
        open.push(!found(&noa, &on(domain, day)).await.0.is_empty());
    }

    assert_eq!(open[..3], [false, false, true], "she works from Sunday to Thursday");
    assert_eq!(open[3..], [false, true, true]);
}

#[tokio::test]
async fn an_optional_organizer_may_be_busy() {
    let graph = calendar().await;
    let mut body = asking(&["sofia.marin"], "work", "2026-04-07T15:00:00", "2026-04-07T16:00:00");
    body["minimumAttendeePercentage"] = 0.into();

    let (none, answer) = found(&graph, &body).await;
    body["isOrganizerOptional"] = true.into();
    let (some, with) = found(&graph, &body).await;

    assert!(none.is_empty());
    assert_eq!(answer["emptySuggestionsReason"], "OrganizerUnavailable");
    assert_eq!(some, ["2026-04-07T15:00"]);
    assert_eq!(with["meetingTimeSuggestions"][0]["organizerAvailability"], "busy");
}

#[tokio::test]
async fn an_empty_body_gives_the_next_half_hours() {
    let graph = calendar().await;

    let (starts, answer) = found(&graph, &json!({})).await;

    assert_eq!(starts.len(), 20);
    assert!(starts[0].as_str() >= "2026-03-17T11:00", "{starts:?}");
    let slot = &answer["meetingTimeSuggestions"][0]["meetingTimeSlot"];
    assert!(
        slot["end"]["dateTime"].as_str().unwrap() > slot["start"]["dateTime"].as_str().unwrap()
    );
    assert!(answer["meetingTimeSuggestions"][0]["suggestionReason"].is_null());
}

#[tokio::test]
async fn a_room_that_is_required_must_exist() {
    let graph = calendar().await;
    let with = |address: &str| {
        let mut body = asking(&[], "work", "2026-03-18T08:00:00", "2026-03-20T17:00:00");
        body["locationConstraint"] = json!({"isRequired": true, "locations": [
            {"displayName": "Room", "locationEmailAddress": address, "resolveAvailability": true},
        ]});
        body
    };

    let (some, _) = found(&graph, &with("fram@fjordlight.example")).await;
    let (none, answer) = found(&graph, &with("cellar@fjordlight.example")).await;

    assert!(!some.is_empty());
    assert!(none.is_empty());
    assert_eq!(answer["emptySuggestionsReason"], "LocationsUnavailable");
}

#[tokio::test]
async fn requests_that_make_no_sense_are_refused() {
    let graph = calendar().await;
    let good = asking(&[], "work", "2026-03-18T08:00:00", "2026-03-20T17:00:00");

    for (member, value) in [
        ("meetingDuration", json!("PT0M")),
        ("meetingDuration", json!("an hour")),
        ("meetingDuration", json!("1h")),
        ("meetingDuration", json!(60)),
        ("isOrganizerOptional", json!("yes")),
        ("maxCandidates", json!(0)),
        ("minimumAttendeePercentage", json!(101)),
        ("attendees", json!([{"emailAddress": {"name": "Nobody"}}])),
        ("attendees", json!([{"type": "guest", "emailAddress": {"address": MIRA}}])),
        ("attendees", json!(MIRA)),
        ("timeConstraint", json!([])),
        ("timeConstraint", json!({"activityDomain": 1})),
        ("timeConstraint", json!({"activityDomain": "night"})),
        (
            "timeConstraint",
            json!({"timeSlots": [slot("2026-03-20T17:00:00", "2026-03-18T08:00:00")]}),
        ),
        (
            "timeConstraint",
            json!({"timeSlots": [slot("2026-03-20T17:00:00Z", "2026-03-28T08:00:00")]}),
        ),
    ] {
        let mut body = good.clone();
        body[member] = value;
        assert_eq!(graph.refused(FIND, &body).await, bad("ErrorInvalidRequest"), "{body}");
    }
}

#[tokio::test]
async fn s29_suggestions_need_the_shared_scope() {
    let graph = on_tuesday(&["Calendars.Read"]).await;

    assert_eq!(graph.refused(FIND, &json!({})).await, (403, "ErrorAccessDenied".to_owned()));
}

#[tokio::test]
async fn s29_a_lenient_tenant_suggests_to_who_reads_the_own_calendar() {
    let tenant = Sim::builder().lenient_find_meeting_times().start().await.unwrap();
    let graph = Asking::on(tenant, MIRA, &["Calendars.Read"]);

    assert!(graph.posted(FIND, &json!({})).await["meetingTimeSuggestions"].is_array());
}

#[tokio::test]
async fn s58_government_clouds_leave_the_order_out() {
    let tenant = Sim::builder().cloud(SimCloud::UsGovDod).start().await.unwrap();
    let graph = Asking::on(tenant, MIRA, &READ);

    let answer = graph.posted(FIND, &json!({})).await;

    assert!(answer["meetingTimeSuggestions"][0]["confidence"].is_number());
    assert!(answer["meetingTimeSuggestions"][0]["order"].is_null());
}

#[tokio::test]
async fn a_test_can_make_the_suggestions_fail() {
    let graph = calendar().await;
    graph.tenant.graph().on("/v1.0/me/findMeetingTimes", Fault::throttled(Duration::from_secs(1)));

    let failed = graph.post(FIND, &json!({})).send().await.unwrap();

    assert_eq!(failed.status(), 429);
}

#[tokio::test]
async fn time_zones_are_listed_in_both_vocabularies() {
    let graph = on_tuesday(&["User.Read"]).await;
    let path = "/me/outlook/supportedTimeZones";

    let windows = texts(&graph.json(path).await["value"], "alias");
    let iana = "(TimeZoneStandard=microsoft.graph.timeZoneStandard'Iana')";
    let iana = texts(&graph.json(&format!("{path}{iana}")).await["value"], "alias");
    let refused = graph
        .error(&format!("{path}(TimeZoneStandard=microsoft.graph.timeZoneStandard'Mars')"))
        .await;

    assert!(windows.contains(&OSLO.to_owned()));
    assert!(
        iana.contains(&"Europe/Berlin".to_owned()) && !iana.contains(&"Europe/Oslo".to_owned())
    );
    assert_eq!(refused, bad("BadRequest"));
}

#[tokio::test]
async fn s26_each_zone_that_is_listed_is_accepted() {
    let graph = on_tuesday(&["User.Read", "Calendars.Read"]).await;
    let path = "/me/outlook/supportedTimeZones";
    let iana = format!("{path}(TimeZoneStandard=microsoft.graph.timeZoneStandard'Iana')");
    let mut names = texts(&graph.json(path).await["value"], "alias");
    names.extend(texts(&graph.json(&iana).await["value"], "alias"));

    for name in names {
        let request =
            graph.get("/me/calendars").header("prefer", format!("outlook.timezone=\"{name}\""));
        assert_eq!(request.send().await.unwrap().status(), 200, "{name}");
    }
}
