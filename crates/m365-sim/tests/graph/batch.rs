//! `POST /$batch`.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::asking::{Asking, bad};

fn part(id: &str, url: &str) -> Value {
    json!({"id": id, "method": "GET", "url": url})
}

async fn batch(graph: &Asking, parts: &[Value]) -> Value {
    graph.posted("/$batch", &json!({"requests": parts})).await["responses"].clone()
}

/// The statuses of the parts by their ids.
fn statuses(responses: &Value) -> BTreeMap<&str, u64> {
    let parts = responses.as_array().unwrap().iter();
    parts.map(|part| (part["id"].as_str().unwrap(), part["status"].as_u64().unwrap())).collect()
}

#[tokio::test]
async fn every_part_is_answered_on_its_own() {
    let graph = Asking::mail().await;
    let parts = [part("1", "/me?$select=id"), part("2", "me/nothing"), part("3", "/me/messages")];

    let responses = batch(&graph, &parts).await;

    assert_eq!(statuses(&responses), BTreeMap::from([("1", 200), ("2", 400), ("3", 200)]));
}

#[tokio::test]
async fn s55_answers_do_not_come_in_the_order_of_the_parts() {
    let graph = Asking::mail().await;
    let ids = ["1", "2", "3", "4", "5", "6", "7"];
    let parts: Vec<_> = ids.iter().map(|id| part(id, "/me?$select=id")).collect();

    let responses = batch(&graph, &parts).await;

    let order: Vec<_> = responses.as_array().unwrap().iter().map(|part| &part["id"]).collect();
    assert_ne!(order, ids);
    assert_eq!(statuses(&responses).len(), ids.len());
}

#[tokio::test]
async fn s55_a_part_whose_dependency_failed_is_not_tried() {
    let graph = Asking::mail().await;
    let mut second = part("2", "/me?$select=id");
    second["dependsOn"] = json!(["1"]);
    let mut third = part("3", "/me?$select=id");
    third["dependsOn"] = json!(["2"]);

    let responses = batch(&graph, &[part("1", "/me/messages/AAMk"), second, third]).await;

    assert_eq!(statuses(&responses), BTreeMap::from([("1", 400), ("2", 424), ("3", 424)]));
}

#[tokio::test]
async fn s54_batches_that_are_too_large_or_unclear_are_refused() {
    let graph = Asking::mail().await;
    let me = |id: &str| part(id, "/me");
    let waiting = json!({"id": "2", "method": "GET", "url": "/me", "dependsOn": ["1"]});
    let many: Vec<_> = (0..21).map(|id| me(&id.to_string())).collect();

    for parts in [
        many,
        vec![],
        vec![me("a"), me("A")],
        vec![part("1", "https://graph.microsoft.com/v1.0/me")],
        vec![part("1", "/$batch")],
        vec![json!({"id": "1", "url": "/me"})],
        vec![json!({"id": "1", "method": "GET", "url": "/me", "dependsOn": ["2"]})],
        vec![me("1"), waiting, me("3")],
    ] {
        let body = json!({"requests": parts});

        assert_eq!(graph.refused("/$batch", &body).await, bad("BadRequest"), "{body}");
    }
}

#[tokio::test]
async fn twenty_parts_on_one_mailbox_stay_within_its_limit() {
    let graph = Asking::mail().await;
    let parts: Vec<_> =
        (0..20).map(|id| part(&id.to_string(), "/me/messages?$top=1&$select=id")).collect();

    let responses = batch(&graph, &parts).await;

    assert!(statuses(&responses).values().all(|status| *status == 200), "{responses}");
}
