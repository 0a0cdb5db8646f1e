//! Every combination of parameters, compared with a look at each message.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::{
    office::{Office, SHARED, text, uris},
    oracle::Oracle,
};

/// Draws one of `values`; the same draws in each run.
struct Draw(u64);

impl Draw {
    fn one<'a>(&mut self, values: &'a [Value]) -> &'a Value {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        &values[(self.0 >> 33) as usize % values.len()]
    }
}

/// The values of each parameter; null leaves it out.
fn dimensions(oracle: &Oracle) -> Vec<(&'static str, Vec<Value>)> {
    let day = |share| json!(oracle.day_at(share));
    vec![
        (
            "query",
            vec![Value::Null, Value::Null, json!("*"), json!("apollo"), json!("budget OR apollo")],
        ),
        (
            "sender",
            vec![
                Value::Null,
                Value::Null,
                json!("jonas.lindqvist@fjordlight.example"),
                json!("Adele Vance"),
            ],
        ),
        ("recipient", vec![Value::Null, Value::Null, json!(crate::office::MIRA)]),
        ("subject", vec![Value::Null, Value::Null, json!("apollo layout")]),
        (
            "folderName",
            vec![
                Value::Null,
                Value::Null,
                json!("Inbox"),
                json!("Projects/Apollo"),
                json!("sent items"),
            ],
        ),
        ("afterDateTime", vec![Value::Null, Value::Null, day(25)]),
        ("beforeDateTime", vec![Value::Null, Value::Null, day(75)]),
        ("unreadOnly", vec![Value::Null, Value::Null, json!(true)]),
        ("hasAttachments", vec![Value::Null, Value::Null, json!(true), json!(false)]),
        ("importance", vec![Value::Null, Value::Null, json!("high")]),
        ("order", vec![Value::Null, json!("newest"), json!("oldest"), json!("relevance")]),
        ("limit", vec![json!(3), json!(10), json!(25)]),
    ]
}

fn drawn(dimensions: &[(&str, Vec<Value>)], draw: &mut Draw) -> Value {
    let mut arguments = json!({});
    for (name, values) in dimensions {
        let value = draw.one(values);
        if !value.is_null() {
            arguments[*name] = value.clone();
        }
    }
    arguments
}

/// Compares a search with the oracle; returns how many messages both found.
async fn agrees(office: &Office, oracle: &Oracle, arguments: &Value) -> usize {
    let found = office.search_all(arguments).await;

    let expected = oracle.expected(arguments);
    let unique: BTreeSet<_> = uris(&found).into_iter().collect();
    assert_eq!(unique.len(), found.len(), "a message twice: {arguments}");
    assert_eq!(unique, expected.iter().cloned().collect(), "{arguments}");
    let times: Vec<_> = found.iter().map(|hit| oracle.received(text(hit, "uri"))).collect();
    match arguments["order"].as_str() {
        Some("oldest") => assert!(times.is_sorted(), "{arguments}"),
        Some("relevance") => {}
        _ => assert!(times.is_sorted_by(|one, other| one >= other), "{arguments}"),
    }
    found.len()
}

#[tokio::test]
async fn every_combination_finds_what_a_look_at_each_message_finds() {
    let office = Office::small().await;
    let oracle = Oracle::of(&office, None).await;
    let dimensions = dimensions(&oracle);
    let mut draw = Draw(7);
    let mut with_hits = 0;

    for _ in 0..80 {
        let found = agrees(&office, &oracle, &drawn(&dimensions, &mut draw)).await;
        with_hits += usize::from(found > 0);
    }

    assert!(with_hits >= 20, "{with_hits} of the combinations found something");
}

#[tokio::test]
async fn each_parameter_works_alone_and_with_a_query() {
    let office = Office::small().await;
    let oracle = Oracle::of(&office, None).await;

    for (name, values) in dimensions(&oracle) {
        for value in values.iter().filter(|value| !value.is_null()) {
            agrees(&office, &oracle, &json!({name: value})).await;
            if name != "query" {
                agrees(&office, &oracle, &json!({name: value, "query": "apollo"})).await;
            }
        }
    }
}

#[tokio::test]
async fn a_shared_mailbox_is_searched_like_ones_own() {
    let office = Office::small().await;
    let oracle = Oracle::of(&office, Some(SHARED)).await;
    let mut draw = Draw(11);
    let dimensions = dimensions(&oracle);

    for _ in 0..25 {
        let mut arguments = drawn(&dimensions, &mut draw);
        arguments["mailboxOwnerEmail"] = json!(SHARED);
        // Not every mailbox has every folder.
        arguments.as_object_mut().unwrap().remove("folderName");
        agrees(&office, &oracle, &arguments).await;
    }
}
