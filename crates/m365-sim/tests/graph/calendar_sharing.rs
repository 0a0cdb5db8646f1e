//! Other people's calendars.

use serde_json::Value;

use super::{
    asking::{Asking, MIRA},
    calendar::{calendar, on_tuesday, rows},
};

const WEEKS: &str = "startDateTime=2026-03-16&endDateTime=2026-04-10&$top=1000";

async fn error(graph: &Asking, user: &str) -> (u16, String) {
    graph.error(&format!("/users/{user}@fjordlight.example/calendarView?{WEEKS}")).await
}

fn is(status: u16, code: &str) -> (u16, String) {
    (status, code.to_owned())
}

#[tokio::test]
async fn a_shared_calendar_is_read_with_its_details() {
    let graph = calendar().await;
    let path = format!("/users/jonas.lindqvist@fjordlight.example/calendarView?{WEEKS}");

    let events = rows(&graph.json(&path).await);

    let conference = events.iter().find(|own| own["subject"] == "Conference Hamburg").unwrap();
    assert_eq!(
        conference["body"]["content"].as_str().map(|body| body.contains("panel")),
        Some(true)
    );
}

#[tokio::test]
async fn what_is_private_is_masked_for_others() {
    let graph = calendar().await;
    let jonas = "/users/jonas.lindqvist@fjordlight.example";

    let events = rows(&graph.json(&format!("{jonas}/calendarView?{WEEKS}")).await);
    let private: Vec<&Value> =
        events.iter().filter(|own| own["sensitivity"] == "private").collect();
    let id = private[0]["id"].as_str().unwrap();
    let single = graph.json(&format!("{jonas}/events/{id}")).await;

    assert!(private.iter().all(|own| own["subject"] == "Private Appointment"));
    assert!(!single.to_string().contains("Physiotherapy") && !single.to_string().contains("Knee"));
    assert_eq!(single["showAs"], "oof");
}

#[tokio::test]
async fn a_filter_does_not_look_behind_the_mask() {
    let graph = calendar().await;
    let jonas = "/users/jonas.lindqvist@fjordlight.example/events";
    let private = "sensitivity%20eq%20'private'";

    for (condition, found) in [
        ("subject%20eq%20'Private%20Appointment'", 2),
        ("isOnlineMeeting%20eq%20false", 2),
        ("organizer/emailAddress/name%20eq%20null", 2),
        ("isOnlineMeeting%20eq%20true", 0),
        ("startswith(subject,'Physio')", 0),
        ("startswith(location/displayName,'B')", 0),
        ("startswith(organizer/emailAddress/name,'J')", 0),
    ] {
        let path = format!("{jonas}?$filter={private}%20and%20{condition}");
        assert_eq!(graph.ids(&path).await.len(), found, "{condition}");
    }
    let own = Asking::on(graph.tenant, "jonas.lindqvist@fjordlight.example", &["Calendars.Read"]);
    let online = format!("/me/events?$filter={private}%20and%20isOnlineMeeting%20eq%20true");
    assert_eq!(own.ids(&online).await.len(), 1, "the owner sees it");
}

#[tokio::test]
async fn a_shared_mailbox_has_a_shared_calendar() {
    let graph = calendar().await;
    let path = format!("/users/projects@fjordlight.example/calendarView?{WEEKS}");

    let events = rows(&graph.json(&path).await);

    assert!(events.iter().any(|own| own["subject"] == "Vessel booking"));
    assert!(events.iter().any(|own| own["subject"] == "Crew plan" && own["isOrganizer"] == true));
}

#[tokio::test]
async fn calendars_that_are_not_shared_are_denied_or_not_found() {
    let graph = calendar().await;

    assert_eq!(error(&graph, "lukas.brandt").await, is(403, "ErrorAccessDenied"));
    assert_eq!(error(&graph, "ingrid.haugen").await, is(404, "ErrorItemNotFound"));
    assert_eq!(error(&graph, "dock.terminal").await, is(404, "MailboxNotEnabledForRESTAPI"));
    assert_eq!(error(&graph, "nobody").await, is(404, "ErrorInvalidUser"));
}

#[tokio::test]
async fn another_calendar_needs_the_shared_scope() {
    let graph = on_tuesday(&["Calendars.Read"]).await;

    assert_eq!(error(&graph, "jonas.lindqvist").await, is(403, "ErrorAccessDenied"));
    graph.json(&format!("/users/{MIRA}/calendarView?{WEEKS}")).await;
}

#[tokio::test]
async fn an_id_of_another_calendar_is_not_found() {
    let graph = calendar().await;
    let jonas = "/users/jonas.lindqvist@fjordlight.example";
    let id = graph.ids(&format!("{jonas}/events?$top=1")).await.remove(0);

    assert_eq!(graph.error(&format!("/me/events/{id}")).await, is(404, "ErrorItemNotFound"));
}

#[tokio::test]
async fn every_calendar_carries_the_canary_of_its_owner_and_shows_it_to_nobody_else() {
    let graph = calendar().await;
    let own = graph.json("/me/events?$filter=subject%20eq%20'Notes%20to%20self'").await;
    let jonas = "/users/jonas.lindqvist@fjordlight.example";
    let others = graph.json(&format!("{jonas}/events?$top=1000")).await.to_string();
    let canaries = graph.tenant.canaries();

    assert!(canaries.iter().any(|canary| own.to_string().contains(canary.as_str())));
    assert!(!canaries.iter().any(|canary| others.contains(canary.as_str())));
}
