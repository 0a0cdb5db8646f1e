//! Meeting times as Graph works them out, and as they are worked out here where it does not.

use jiff::{SignedDuration, Timestamp, tz::TimeZone};
use m365_graph::{Address, ScheduleRequest};
use m365_sim::Fault;
use serde_json::{Value, json};

use crate::{
    diary::{CALENDARS, NOW, notices, office, office_at},
    office::{ADELE, MIRA, Office, text},
};

pub(super) const LUKAS: &str = "lukas.brandt@fjordlight.example";
const NOBODY: &str = "nobody@elsewhere.example";
const FIND: &str = "/v1.0/me/findMeetingTimes";

pub(super) async fn find(office: &Office, arguments: Value) -> Value {
    match office.call("find_meeting_availability", arguments.clone()).await {
        Ok(found) => found,
        Err(error) => panic!("{arguments}: {error}"),
    }
}

fn next_week(participants: &[&str]) -> Value {
    json!({
        "participants": participants, "afterDateTime": "2026-11-23", "beforeDateTime": "2026-11-27",
        "durationMinutes": 60,
    })
}

fn suggestions(found: &Value) -> &Vec<Value> {
    found["suggestions"].as_array().unwrap()
}

pub(super) fn slot(suggestion: &Value) -> (Timestamp, Timestamp) {
    let at = |side| text(suggestion, side).parse().unwrap();
    (at("start"), at("end"))
}

#[tokio::test]
async fn graph_is_asked_once() {
    let office = office().await;
    find(&office, next_week(&[LUKAS])).await;
    office.tenant.graph().clear_log();

    let found = find(&office, next_week(&[LUKAS])).await;

    let paths: Vec<_> = office.tenant.graph().log().iter().map(|one| one.path.clone()).collect();
    assert_eq!(paths, [FIND]);
    assert!(!suggestions(&found).is_empty());
    for one in suggestions(&found) {
        let (start, end) = slot(one);
        assert_eq!(end.duration_since(start), SignedDuration::from_hours(1));
        assert_eq!(one["attendeeAvailability"][0]["attendee"], LUKAS);
        assert!(one["confidence"].as_f64().unwrap() >= 50.0);
    }
}

/// Busy and away times of somebody, as Graph tells them in UTC.
pub(super) async fn taken(office: &Office, who: &str) -> Vec<(Timestamp, Timestamp)> {
    let at = |text: &str| text.parse().unwrap();
    let request = ScheduleRequest::new(
        [Address::new(who).unwrap()],
        at("2026-11-20T00:00:00"),
        at("2026-12-20T00:00:00"),
        "UTC",
    );
    let schedules = office.graph().schedule(&request).await.unwrap();
    let items = schedules[0].schedule_items.iter().filter(|item| {
        let status = item.status.as_deref().unwrap().to_lowercase();
        status == "busy" || status == "oof"
    });
    let moment = |time: &m365_graph::DateTimeZone| {
        let local: jiff::civil::DateTime = time.date_time.parse().unwrap();
        local.to_zoned(TimeZone::UTC).unwrap().timestamp()
    };
    items
        .filter(|item| !item.start.as_ref().unwrap().date_time.contains("T00:00:00"))
        .map(|item| (moment(item.start.as_ref().unwrap()), moment(item.end.as_ref().unwrap())))
        .collect()
}

#[track_caller]
fn assert_clear(found: &Value, taken: &[(Timestamp, Timestamp)]) {
    for one in suggestions(found) {
        let (start, end) = slot(one);
        assert!(taken.iter().all(|(from, until)| *from >= end || *until <= start), "{one}");
    }
}

#[tokio::test]
async fn where_graph_gives_no_answer_the_times_come_from_free_and_busy_times() {
    for fault in [Fault::status(403), Fault::status(400), Fault::status(500), Fault::html_200()] {
        let office = office().await;
        office.tenant.graph().on(FIND, fault);
        let mut arguments = next_week(&[LUKAS]);
        arguments["minimumAttendeePercentage"] = json!(100);

        let found = find(&office, arguments).await;

        assert!(notices(&found).contains("worked out here"), "{found}");
        assert!(!suggestions(&found).is_empty());
        assert_clear(&found, &taken(&office, MIRA).await);
        assert_clear(&found, &taken(&office, LUKAS).await);
    }
}

#[tokio::test]
async fn without_the_shared_scope_the_times_are_worked_out_and_that_is_said() {
    let office = office_at(NOW, &["User.Read", "Calendars.Read"]).await;

    let found = find(&office, next_week(&[LUKAS])).await;

    assert!(notices(&found).contains("Missing scope 'Calendars.Read.Shared'"), "{found}");
    assert!(!suggestions(&found).is_empty());
    assert!(office.tenant.graph().log().iter().all(|record| record.path != FIND));
}

#[tokio::test]
async fn the_worked_out_times_are_the_same_each_time_and_within_working_hours() {
    let office = office_at(NOW, &["User.Read", "Calendars.Read"]).await;
    let mut arguments = next_week(&[LUKAS, "ingrid.haugen@fjordlight.example"]);
    arguments["maxCandidates"] = json!(50);

    let found = find(&office, arguments.clone()).await;

    assert_eq!(find(&office, arguments).await["suggestions"], found["suggestions"]);
    let zone = TimeZone::get("Europe/Oslo").unwrap();
    for one in suggestions(&found) {
        let (start, end) = slot(one);
        let (start, end) = (start.to_zoned(zone.clone()), end.to_zoned(zone.clone()));
        assert!(start.hour() >= 7 && end.hour() <= 18 && start.date() == end.date(), "{one}");
        assert!(start.weekday().to_monday_one_offset() <= 5, "{one}");
    }
}

#[tokio::test]
async fn somebody_outside_stands_apart_with_the_reason() {
    let office = office().await;

    let alone = find(&office, next_week(&[NOBODY])).await;
    let both = find(&office, next_week(&[LUKAS, NOBODY])).await;

    for found in [alone, both] {
        assert!(!suggestions(&found).is_empty(), "{found}");
        let unavailable = &found["unavailableParticipants"][0];
        assert_eq!(unavailable["participant"], NOBODY);
        assert!(text(unavailable, "reason").contains("not known"));
    }
}

#[tokio::test]
async fn more_than_twenty_people_are_asked_for_in_parts() {
    let office = office().await;
    let others = (0..25).map(|number| format!("guest{number}@elsewhere.example"));
    let people: Vec<String> = others.chain([LUKAS.to_owned()]).collect();
    let arguments = json!({"participants": people, "beforeDateTime": "2026-11-27"});

    let found = find(&office, arguments).await;

    assert!(notices(&found).contains("up to 20 participants"), "{found}");
    assert_eq!(found["unavailableParticipants"].as_array().unwrap().len(), 25);
    let availability = suggestions(&found)[0]["attendeeAvailability"].as_array().unwrap();
    assert_eq!(availability.len(), 26);
    assert_eq!(availability[25]["attendee"], LUKAS);
    assert_eq!(availability[25]["availability"], "free");
}

#[tokio::test]
async fn the_members_of_a_list_count_and_nobody_is_lost() {
    let office = office_at(NOW, &["User.Read", "Calendars.Read"]).await;
    let others = (0..17).map(|number| format!("guest{number}@elsewhere.example"));
    let list = "apollo@fjordlight.example".to_owned();
    let people: Vec<String> = others.chain([LUKAS.to_owned(), list.clone()]).collect();
    let arguments = json!({
        "participants": people, "beforeDateTime": "2026-11-27", "workingHoursOnly": false,
    });

    let found = find(&office, arguments).await;

    let availability = suggestions(&found)[0]["attendeeAvailability"].as_array().unwrap();
    let known = |who: &str| availability.iter().any(|one| one["attendee"] == who);
    assert!(known(LUKAS) && known(&list), "{found}");
    assert_eq!(found["unavailableParticipants"].as_array().unwrap().len(), 17, "{found}");
}

#[tokio::test]
async fn people_are_found_by_name_and_the_user_is_not_invited_twice() {
    let office = office().await;

    let found = find(&office, next_week(&["Lukas Brandt", MIRA, LUKAS])).await;

    let availability = suggestions(&found)[0]["attendeeAvailability"].as_array().unwrap();
    assert_eq!(availability.len(), 1);
    assert_eq!(availability[0]["attendee"], LUKAS);
}

#[tokio::test]
async fn in_a_weekend_nobody_works_and_the_reason_is_given() {
    let office = office().await;
    let weekend = json!({
        "participants": [LUKAS], "afterDateTime": "2026-11-28", "beforeDateTime": "2026-11-29",
    });
    let mut any_hour = weekend.clone();
    any_hour["workingHoursOnly"] = json!(false);

    let working = find(&office, weekend).await;

    assert!(suggestions(&working).is_empty());
    assert_eq!(working["emptySuggestionsReason"], "organizerUnavailable");
    assert!(notices(&working).contains("within the user's working hours"), "{working}");
    assert!(!suggestions(&find(&office, any_hour).await).is_empty());
}

#[tokio::test]
async fn without_dates_the_next_five_working_days_are_looked_at() {
    let office = office().await;

    let found = find(&office, json!({})).await;

    assert_eq!(found["interval"]["after"], found["nowDateTime"]);
    assert_eq!(found["interval"]["before"], "2026-11-27T23:59:59+01:00");
    for one in suggestions(&found) {
        assert!(slot(one).0 >= NOW.parse().unwrap());
    }
}

#[tokio::test]
async fn times_are_told_in_the_zone_asked_for() {
    let office = office_at(NOW, &CALENDARS).await;
    let mut arguments = next_week(&[ADELE]);
    arguments["timeZone"] = json!("Pacific Standard Time");
    arguments["workingHoursOnly"] = json!(false);

    let found = find(&office, arguments).await;

    assert_eq!(found["timeZone"], "America/Los_Angeles");
    assert!(suggestions(&found).iter().all(|one| text(one, "start").ends_with("-08:00")));
}

#[tokio::test]
async fn a_throttled_user_is_told_to_wait() {
    let office = office().await;
    find(&office, json!({})).await;
    let wait = std::time::Duration::from_secs(600);
    office.tenant.graph().on(FIND, Fault::throttled(wait));

    let error = office.call("find_meeting_availability", json!({})).await.unwrap_err();

    assert_eq!(error["code"], "THROTTLED");
}

#[tokio::test]
async fn a_calendar_that_is_not_known_counts_in_the_percentage_that_is_asked_for() {
    let office = office().await;
    let mut arguments = next_week(&[NOBODY]);
    arguments["minimumAttendeePercentage"] = json!(100);

    let all = find(&office, arguments.clone()).await;
    arguments["minimumAttendeePercentage"] = json!(49);
    let some = find(&office, arguments).await;

    assert!(suggestions(&all).is_empty(), "{all}");
    assert_eq!(all["emptySuggestionsReason"], "attendeesUnavailableOrUnknown");
    assert_eq!(all["unavailableParticipants"][0]["participant"], NOBODY);
    assert!(suggestions(&some).iter().all(|one| one["confidence"] == 49.0), "{some}");
}

#[tokio::test]
async fn somebody_free_but_not_at_work_is_told_from_somebody_busy() {
    let office = office_at(NOW, &["User.Read", "Calendars.Read"]).await;

    let found = find(&office, next_week(&[ADELE])).await;

    assert!(suggestions(&found).is_empty(), "{found}");
    let reason = text(&found["unavailableParticipants"][0], "reason");
    assert!(
        reason.contains("own working hours") && reason.contains("workingHoursOnly"),
        "{reason}"
    );
}

#[tokio::test]
async fn a_list_that_max_candidates_cut_says_so() {
    for scopes in [&CALENDARS[..], &["User.Read", "Calendars.Read"]] {
        let office = office_at(NOW, scopes).await;
        let mut arguments = next_week(&[LUKAS]);
        arguments["maxCandidates"] = json!(2);

        let found = find(&office, arguments).await;

        assert_eq!(suggestions(&found).len(), 2);
        assert!(notices(&found).contains("maxCandidates"), "{found}");
    }
}

#[tokio::test]
async fn many_participants_and_times_fill_the_answer_and_no_more() {
    let office = office().await;
    let guests = (0..100).map(|number| format!("guest.number.{number}@elsewhere.example"));
    let people: Vec<String> = guests.collect();

    let found = find(&office, json!({"participants": people, "maxCandidates": 50})).await;

    let given = suggestions(&found).len();
    assert!((2..50).contains(&given), "{given}");
    assert!(notices(&found).contains("The answer is full"), "{}", found["notices"]);
}
