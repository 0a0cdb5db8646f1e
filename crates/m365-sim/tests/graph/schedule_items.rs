//! What `getSchedule` tells of the calendars.

use serde_json::{Value, json};

use super::calendar::{calendar, rows};

const OSLO: &str = "W. Europe Standard Time";

fn moment(local: &str) -> Value {
    json!({"dateTime": local, "timeZone": OSLO})
}

const SCHEDULE: &str = "/me/calendar/getSchedule";

fn schedule(names: &[&str], start: &str, end: &str) -> Value {
    let names: Vec<_> = names.iter().map(|name| format!("{name}@fjordlight.example")).collect();
    json!({
        "schedules": names, "availabilityViewInterval": 60,
        "startTime": moment(start), "endTime": moment(end),
    })
}

#[tokio::test]
async fn a_schedule_shows_details_to_whom_they_are_shared() {
    let graph = calendar().await;
    let body = schedule(
        &["mira.solberg", "jonas.lindqvist", "lukas.brandt"],
        "2026-03-24T08:00:00",
        "2026-03-25T18:00:00",
    );

    let answer = graph.posted(SCHEDULE, &body).await;

    let items = |place: usize| answer["value"][place]["scheduleItems"].as_array().unwrap().clone();
    assert!(
        items(0)
            .iter()
            .any(|own| own["subject"] == "Budget review" && own["location"] == "Room Fram")
    );
    let starts = |own: &&Value| own["start"]["dateTime"] == "2026-03-25T09:00:00.0000000";
    let of_jonas = items(1);
    let private = of_jonas.iter().filter(starts).find(|own| own["subject"].is_null()).unwrap();
    assert_eq!(private["status"], "oof");
    assert!(private["location"].is_null() && private["isPrivate"].is_null());
    assert!(of_jonas.iter().any(|own| own["subject"].is_string() && own["isPrivate"] == false));
    assert!(items(2).iter().all(|own| own["subject"].is_null() && own["isPrivate"].is_null()));
    assert!(
        items(2).iter().any(|own| own["status"] == "Tentative"),
        "some write it with a capital"
    );
}

#[tokio::test]
async fn a_group_is_busy_when_any_of_its_members_is() {
    let graph = calendar().await;
    let (start, end) = ("2026-03-23T00:00:00", "2026-03-28T00:00:00");
    let body =
        schedule(&["apollo", "jonas.lindqvist", "noa.bendavid", "haruto.tanaka"], start, end);

    let answer = graph.posted(SCHEDULE, &body).await;

    let view =
        |place: usize| answer["value"][place]["availabilityView"].as_str().unwrap().to_owned();
    let worst = |slot: usize| (1..4).map(|own| view(own).as_bytes()[slot]).max().unwrap();
    assert_eq!(answer["value"].as_array().unwrap().len(), 4);
    assert!((0..view(0).len()).all(|slot| view(0).as_bytes()[slot] == worst(slot)));
    let items = rows(&json!({"value": answer["value"][0]["scheduleItems"]}));
    assert!(items.iter().all(|own| own["subject"].is_null()));
}

#[tokio::test]
async fn whole_days_are_those_of_the_zone_that_is_asked_for() {
    let graph = calendar().await;
    let body = schedule(&["mira.solberg"], "2026-03-30T00:00:00", "2026-04-04T00:00:00");

    let request =
        graph.post(SCHEDULE, &body).header("prefer", "outlook.timezone=\"Tokyo Standard Time\"");
    let answer: Value =
        serde_json::from_str(&request.send().await.unwrap().text().await.unwrap()).unwrap();

    let items = rows(&json!({"value": answer["value"][0]["scheduleItems"]}));
    let leave = items.iter().find(|own| own["status"] == "oof").unwrap();
    assert_eq!(leave["start"]["dateTime"], "2026-03-30T00:00:00.0000000");
    assert_eq!(leave["start"]["timeZone"], "Tokyo Standard Time");
}

#[tokio::test]
async fn s32_who_has_no_mailbox_is_told_by_a_number() {
    let graph = calendar().await;
    let body = schedule(&["dock.terminal"], "2026-03-31T15:00:00", "2026-03-31T16:00:00");

    let answer = graph.posted(SCHEDULE, &body).await;

    assert_eq!(answer["value"][0]["error"]["responseCode"], "5016");
    assert!(answer["value"][0]["scheduleItems"].is_null());
}

#[tokio::test]
async fn rooms_have_schedules() {
    let graph = calendar().await;
    let body = schedule(&["fram"], "2026-03-31T15:00:00", "2026-03-31T16:00:00");

    let answer = graph.posted(SCHEDULE, &body).await;

    assert_eq!(answer["value"][0]["availabilityView"], "2");
}
