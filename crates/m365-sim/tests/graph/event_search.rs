//! `/search/query` for events.

use serde_json::{Value, json};

use super::{
    asking::{Asking, bad},
    calendar::{calendar, on_tuesday},
};

fn body(query: &str, more: Value) -> Value {
    let mut request =
        json!({"entityTypes": ["event"], "query": {"queryString": query}, "from": 0, "size": 25});
    for (name, value) in more.as_object().unwrap() {
        request[name] = value.clone();
    }
    json!({"requests": [request]})
}

async fn search(graph: &Asking, query: &str) -> Value {
    let answer = graph.posted("/search/query", &body(query, json!({}))).await;
    answer["value"][0]["hitsContainers"][0].clone()
}

#[tokio::test]
async fn s12_a_hit_is_less_than_an_event_and_spelled_differently() {
    let graph = calendar().await;

    let container = search(&graph, "budget deck").await;

    let hit = &container["hits"][0];
    let id = hit["hitId"].as_str().unwrap();
    assert!(id.contains(['/', '+']), "{id}");
    assert_eq!(hit["summary"], "");
    assert!(hit["resource"]["id"].is_null() && hit["resource"]["body"].is_null());
    assert_eq!(hit["resource"]["type"], "RecurringMaster");
    assert_eq!(hit["resource"]["sensitivity"], "Normal");
    assert_eq!(hit["resource"]["start"]["dateTime"], "2025-12-16T14:00:00Z");
    let event = id.replace('/', "-").replace('+', "_");
    assert_eq!(graph.json(&format!("/me/events/{event}")).await["subject"], "Budget review");
}

#[tokio::test]
async fn free_text_looks_into_subject_body_location_and_people() {
    let graph = calendar().await;

    for (query, subject) in [
        ("\"lessons for Borealis\"", "Apollo workshop: lessons for Borealis"),
        ("antifouling OR forty metres", "Cable route walk-down"),
        ("Solstrand", "Strategy day"),
        ("whitfield", "Audit preparation"),
        ("主軸受", "主軸受の交換について"),
    ] {
        let found = search(&graph, query).await;
        assert_eq!(found["hits"][0]["resource"]["subject"], subject, "{query}");
    }
}

#[tokio::test]
async fn s13_the_total_is_that_of_the_page() {
    let graph = calendar().await;

    let first = search(&graph, "a*").await;
    let second = graph.posted("/search/query", &body("a*", json!({"from": 25}))).await;

    assert_eq!(first["total"], 25);
    assert_eq!(first["moreResultsAvailable"], true);
    let second = &second["value"][0]["hitsContainers"][0];
    assert_ne!(first["hits"][0]["hitId"], second["hits"][0]["hitId"]);
}

#[tokio::test]
async fn s07_a_later_page_needs_a_first_one_and_pages_have_a_limit() {
    let graph = calendar().await;

    for more in
        [json!({"from": 25}), json!({"size": 26}), json!({"sortProperties": [{"name": "start"}]})]
    {
        assert_eq!(graph.refused("/search/query", &body("cable", more)).await, bad("BadRequest"));
    }
}

#[tokio::test]
async fn s11_s14_other_calendars_are_not_searched() {
    let graph = calendar().await;

    let flights = search(&graph, "\"Flight BGO\"").await;
    let vessels = search(&graph, "\"Vessel booking\"").await;

    assert!(flights["hits"].is_null(), "{flights}");
    assert!(vessels["hits"].is_null(), "{vessels}");
}

#[tokio::test]
async fn s03_a_basic_token_does_not_search() {
    let graph = on_tuesday(&["Calendars.ReadBasic"]).await;

    let refused = graph.refused("/search/query", &body("budget", json!({}))).await;

    assert_eq!(refused, (403, "Forbidden".to_owned()));
}

#[tokio::test]
async fn a_hit_id_is_translated_to_an_events() {
    let graph = on_tuesday(&["Calendars.Read", "User.Read"]).await;
    let hit = search(&graph, "budget deck").await["hits"][0]["hitId"].clone();
    let asked = json!({"inputIds": [hit], "sourceIdType": "ewsId", "targetIdType": "restId"});

    let answer = graph.posted("/me/translateExchangeIds", &asked).await;

    let id = answer["value"][0]["targetId"].as_str().unwrap();
    assert_eq!(graph.json(&format!("/me/events/{id}")).await["subject"], "Budget review");
}
