//! How arguments are read before a tool sees them.

use serde_json::{Value, json};

use crate::support::{call, catalog, code};

async fn refused(arguments: Value) -> String {
    let error = call(&catalog(), "probe", arguments).await.unwrap_err();

    assert_eq!(code(&error), "VALIDATION_ERROR");
    error["message"].as_str().unwrap().to_owned()
}

async fn echoed(arguments: Value) -> Value {
    call(&catalog(), "probe", arguments).await.unwrap()["results"][0].clone()
}

#[tokio::test]
async fn an_alias_stands_for_its_parameter() {
    let hit = echoed(json!({"top": 3, "startDate": "today"})).await;

    assert_eq!((&hit["limit"], &hit["after"]), (&json!(3), &json!("today")));
}

#[tokio::test]
async fn an_alias_beside_its_parameter_is_an_error() {
    let message = refused(json!({"limit": 3, "count": 3})).await;

    assert!(message.contains("limit") && message.contains("count"), "{message}");
}

#[tokio::test]
async fn two_aliases_of_one_parameter_are_an_error() {
    assert!(
        refused(json!({"after": "today", "startDate": "today"})).await.contains("afterDateTime")
    );
}

#[tokio::test]
async fn an_alias_of_a_parameter_that_the_tool_lacks_is_unknown() {
    assert!(refused(json!({"duration": 30})).await.contains("duration"));
}

#[tokio::test]
async fn an_unknown_argument_is_named_with_the_accepted_ones() {
    let message = refused(json!({"qeury": "budget"})).await;

    for part in ["qeury", "\"budget\"", "query", "limit", "unreadOnly"] {
        assert!(message.contains(part), "{part} in {message}");
    }
}

#[tokio::test]
async fn a_mistyped_argument_is_named_with_its_value_and_what_is_accepted() {
    for (arguments, parts) in [
        (json!({"limit": "ten"}), ["limit", "\"ten\"", "whole number"]),
        (json!({"limit": 1.5}), ["limit", "1.5", "whole number"]),
        (json!({"limit": 0}), ["limit", "0", "from 1"]),
        (json!({"query": 7}), ["query", "7", "string"]),
        (json!({"unreadOnly": "yes"}), ["unreadOnly", "\"yes\"", "true or false"]),
        (json!({"mode": "dance"}), ["mode", "\"dance\"", "\"echo\""]),
        (json!({"words": [1]}), ["words", "[1]", "array of strings"]),
        (json!({"words": []}), ["words", "[]", "array of strings"]),
    ] {
        let message = refused(arguments).await;
        for part in parts {
            assert!(message.contains(part), "{part} in {message}");
        }
    }
}

#[tokio::test]
async fn a_long_wrong_value_is_not_repeated_in_full() {
    assert!(refused(json!({"limit": "x".repeat(10_000)})).await.len() < 300);
}

#[tokio::test]
async fn null_counts_as_absent() {
    assert_eq!(echoed(json!({"query": null, "limit": 2})).await["limit"], 2);
}

#[tokio::test]
async fn a_whole_number_may_be_written_with_a_point() {
    assert_eq!(echoed(json!({"limit": 4.0})).await["limit"], 4);
}

#[tokio::test]
async fn one_string_or_several_are_taken_where_the_schema_shows_a_string() {
    assert_eq!(echoed(json!({"words": "a"})).await["words"], json!(["a"]));
    assert_eq!(echoed(json!({"words": ["a", "b"]})).await["words"], json!(["a", "b"]));
}
