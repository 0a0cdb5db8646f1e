//! Events: what is told of them, and of whose they are.

use serde_json::{Value, json};

use crate::{
    diary::{NOW, office, office_at},
    office::{Office, text, uris},
    support::code,
};

const JONAS: &str = "jonas.lindqvist@fjordlight.example";

async fn found(office: &Office, query: &str) -> String {
    let hits = office.all_events(&json!({"query": format!("\"{query}\""), "limit": 50})).await;
    uris(&hits).first().cloned().unwrap_or_else(|| panic!("no {query}"))
}

async fn event(office: &Office, query: &str) -> Value {
    let uri = found(office, query).await;
    office.read(&uri).await["results"][0].clone()
}

#[tokio::test]
async fn an_occurrence_is_told_with_its_series_people_and_transcript() {
    let office = office().await;

    let event = event(&office, "budget review").await;

    assert_eq!(event["type"], "event");
    assert_eq!(event["title"], "Budget review");
    assert_eq!(event["organizer"]["address"], "adele.vance@fjordlight.example");
    assert!(text(&event, "recurrence").starts_with("weekly on Tuesday until 20"));
    assert!(text(&event, "start").ends_with("+02:00") || text(&event, "start").ends_with("+01:00"));
    assert_eq!(event["location"], "Room Fram");
    assert!(text(&event, "joinUrl").starts_with("https://teams.microsoft.com/"));
    assert!(text(&event, "meetingTranscriptUrl").contains("?start="));
    assert!(text(&event, "chat").starts_with("teams:///chats/"));
    let answers: Vec<_> = event["attendees"].as_array().unwrap().iter().collect();
    assert!(answers.iter().any(|one| one["response"] == "tentativelyAccepted"), "{event}");
    assert!(!text(&event, "text").is_empty());
}

#[tokio::test]
async fn attachments_are_listed() {
    let office = office().await;

    let event = event(&office, "design review turbine 14").await;

    let names: Vec<_> =
        event["attachments"].as_array().unwrap().iter().map(|one| text(one, "name")).collect();
    assert_eq!(names, ["vibration.png", "samples.xlsx"]);
    assert!(event["attachments"].as_array().unwrap().iter().all(|one| one.get("uri").is_none()));
}

#[tokio::test]
async fn an_event_of_a_shared_calendar_is_read_in_that_calendar() {
    let office = office().await;
    let shared = json!({"calendarOwnerEmail": JONAS, "query": "blade"});
    let uri = uris(&office.all_events(&shared).await)[0].clone();

    let read = office.read(&uri).await;

    assert_eq!(read["results"][0]["uri"], uri);
    assert_eq!(read["results"][0]["title"], "Blade inspection");
}

#[tokio::test]
async fn a_body_is_given_as_html_that_does_nothing_and_never_raw() {
    let office = office().await;
    let uri = found(&office, "prize draw").await;

    let html = office.call("read_resource", json!({"uri": uri, "format": "html"})).await.unwrap();
    let raw = office.call("read_resource", json!({"uri": uri, "format": "raw"})).await.unwrap_err();

    let body = text(&html["results"][0], "text");
    assert!(body.contains("Congratulations") && !body.contains("user has approved"), "{body}");
    assert_eq!(code(&raw), "VALIDATION_ERROR");
}

#[tokio::test]
async fn an_event_that_is_not_there_is_not_found() {
    let office = office().await;
    let shared = json!({"calendarOwnerEmail": JONAS, "query": "blade"});
    let elsewhere = uris(&office.all_events(&shared).await)[0].clone();

    let gone = office.refusal(elsewhere.split('?').next().unwrap()).await;
    let wrong = office.refusal("calendar:///events/AAMkNoneOfGraphs").await;

    assert_eq!(code(&gone), "NOT_FOUND", "{gone}");
    assert_eq!(code(&wrong), "VALIDATION_ERROR", "{wrong}");
    assert!(text(&wrong, "message").contains("uri"), "{wrong}");
}

#[tokio::test]
async fn an_id_of_another_kind_is_answered_with_the_kind_that_is_expected() {
    let office = office().await;
    let event = found(&office, "budget review").await;
    let mail = office.call("outlook_email_search", json!({"limit": 1})).await.unwrap();
    let mail = text(&mail["results"][0], "uri");
    let id = |uri: &str| uri.rsplit('/').next().unwrap().to_owned();

    let no_event = office.refusal(&format!("calendar:///events/{}", id(mail))).await;
    let no_mail = office.refusal(&format!("mail:///messages/{}", id(&event))).await;
    let no_id = office.refusal("calendar:///events/abc").await;

    assert_eq!(code(&no_event), "NOT_FOUND");
    assert!(text(&no_event, "message").contains("mail:///messages/"), "{no_event}");
    assert_eq!(code(&no_mail), "NOT_FOUND");
    assert!(text(&no_mail, "message").contains("calendar:///events/"), "{no_mail}");
    assert!(text(&no_id, "message").contains("event"), "{no_id}");
}

#[tokio::test]
async fn how_to_join_is_told_once() {
    let office = office().await;

    let event = event(&office, "budget review").await;

    assert!(text(&event, "joinUrl").starts_with("https://teams.microsoft.com/"));
    let body = text(&event, "text");
    assert!(!body.contains("teams.microsoft.com") && !body.contains("Join the meeting"), "{body}");
    assert!(!body.contains('_'), "{body}");
}

#[tokio::test]
async fn a_calendar_needs_its_scope() {
    let office = office_at(NOW, &["User.Read", "Mail.Read"]).await;

    let error = office.refusal("calendar:///events/AAMkAGE3").await;

    assert_eq!(code(&error), "FORBIDDEN");
    assert!(text(&error, "message").contains("Missing scope 'Calendars.Read'"));
}
