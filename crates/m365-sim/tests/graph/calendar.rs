//! Calendars: views, events, series, zones.

use jiff::Timestamp;
use m365_sim::Sim;
use serde_json::Value;

use super::asking::{Asking, MIRA};

const READ: [&str; 2] = ["Calendars.Read", "Calendars.Read.Shared"];
const OSLO: &str = "outlook.timezone=\"W. Europe Standard Time\"";

/// A Tuesday morning in spring, before the clocks change.
fn spring() -> Timestamp {
    "2026-03-17T09:30:12Z".parse().unwrap()
}

async fn at(now: Timestamp, scopes: &[&str]) -> Asking {
    Asking::on(Sim::builder().now(now).start().await.unwrap(), MIRA, scopes)
}

async fn calendar() -> Asking {
    at(spring(), &READ).await
}

fn window(start: &str, end: &str) -> String {
    format!("/me/calendarView?startDateTime={start}&endDateTime={end}&$top=1000")
}

async fn view(graph: &Asking, start: &str, end: &str) -> Vec<Value> {
    rows(&graph.json(&window(start, end)).await)
}

fn rows(page: &Value) -> Vec<Value> {
    page["value"].as_array().unwrap().clone()
}

fn start(event: &Value) -> &str {
    event["start"]["dateTime"].as_str().unwrap()
}

/// Returns when the occasions with a subject begin, in order.
fn starts(events: &[Value], subject: &str) -> Vec<String> {
    let own = events.iter().filter(|event| event["subject"] == subject);
    let mut starts: Vec<_> = own.map(|event| start(event)[..16].to_owned()).collect();
    starts.sort();
    starts
}

async fn get(graph: &Asking, path: &str, prefer: &str) -> Value {
    let response = graph.get(path).header("prefer", prefer).send().await.unwrap();
    assert_eq!(response.status(), 200);
    serde_json::from_str(&response.text().await.unwrap()).unwrap()
}

async fn master(graph: &Asking, subject: &str) -> Value {
    let filter = format!("/me/events?$filter=subject%20eq%20'{subject}'");
    rows(&graph.json(&filter).await).remove(0)
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
