//! The calendars that someone has.

use super::{
    asking::texts,
    calendar::{calendar, on_tuesday, rows},
};

const AROUND: &str = "startDateTime=2026-02-01&endDateTime=2026-04-10";

#[tokio::test]
async fn calendars_are_listed_and_read_one_by_one() {
    let graph = calendar().await;

    let page = graph.json("/me/calendars").await;
    let travel = rows(&page).into_iter().find(|own| own["name"] == "Travel").unwrap();
    let list = format!("/me/calendars/{}/events", travel["id"].as_str().unwrap());
    let subjects = texts(&graph.json(&list).await["value"], "subject");

    assert_eq!(
        texts(&page["value"], "name"),
        ["Calendar", "Travel", "Birthdays", "Jonas Lindqvist"]
    );
    assert_eq!(page["value"][0]["isDefaultCalendar"], true);
    assert_eq!(subjects.len(), 4);
    assert!(subjects.contains(&"Flight BGO - CPH".to_owned()));
    assert_eq!(graph.json("/me/calendar").await["id"], page["value"][0]["id"]);
}

#[tokio::test]
async fn a_calendar_that_was_added_in_the_manner_of_old_cannot_be_read() {
    let graph = calendar().await;
    let page = graph.json("/me/calendars?$filter=name%20eq%20'Jonas%20Lindqvist'").await;
    let id = page["value"][0]["id"].as_str().unwrap();

    let refused = graph.error(&format!("/me/calendars/{id}/calendarView?{AROUND}")).await;

    assert_eq!(refused, (500, "ErrorInternalServerTransientError".to_owned()));
}

#[tokio::test]
async fn birthdays_return_every_year_also_those_of_leap_days() {
    let graph = calendar().await;
    let page = graph.json("/me/calendars?$filter=name%20eq%20'Birthdays'").await;
    let id = page["value"][0]["id"].as_str().unwrap();
    let view = "calendarView?startDateTime=2026-01-01&endDateTime=2028-12-31&$top=50";

    let events = rows(&graph.json(&format!("/me/calendars/{id}/{view}")).await);

    let own = events.iter().filter(|own| own["subject"] == "Birthday: Jonas Lindqvist");
    let days: Vec<_> =
        own.map(|own| own["start"]["dateTime"].as_str().unwrap()[..10].to_owned()).collect();
    assert_eq!(days, ["2026-02-28", "2027-02-28", "2028-02-29"]);
}

#[tokio::test]
async fn the_list_is_open_to_the_shared_scope_and_events_are_not() {
    let graph = on_tuesday(&["Calendars.Read.Shared"]).await;

    assert_eq!(graph.ids("/me/calendars").await.len(), 4);
    assert_eq!(graph.error("/me/events").await, (403, "ErrorAccessDenied".to_owned()));
}
