use serde_json::json;

use super::*;
use crate::BrokerAccount;

fn request() -> BrokerRequest {
    let mut request = BrokerRequest::new(
        "https://login.microsoftonline.com/t".parse().unwrap(),
        "11111111-2222-4333-8444-555555555555".parse().unwrap(),
        "aaaaaaaa-0000-4000-8000-000000000001".parse().unwrap(),
        "correlation",
    );
    request.account = Some(BrokerAccount::new("u.t", "u", "t", "mira@fjordlight.example"));
    request
}

fn read(stage: Stage, answer: &Value) -> BrokerOutcome {
    outcome(stage, &request(), &answer.to_string())
}

fn refused(stage: Stage, status: i64, context: &str) -> String {
    let error = json!({"status": status, "context": context, "subStatus": 6, "tag": 5});
    format!("{:?}", read(stage, &json!({"brokerTokenResponse": {"error": error}})))
}

#[test]
fn times_are_in_seconds_or_in_milliseconds_or_missing() {
    for (value, expected) in [
        (json!(1_790_004_718_000_i64), Some(1_790_004_718)),
        (json!(1_790_004_718), Some(1_790_004_718)),
        (json!("1790004718000"), Some(1_790_004_718)),
        (json!(0), None),
        (json!(null), None),
        (json!(i64::MAX), None),
    ] {
        assert_eq!(time(&value).map(Timestamp::as_second), expected, "{value}");
    }
}

#[test]
fn every_status_has_its_outcome() {
    for (status, silent, interactive) in [
        (0, "Fallback", "Fallback"),
        (2, "InteractionRequired", "Fallback"),
        (3, "Retryable", "Retryable"),
        (4, "Retryable", "Retryable"),
        (5, "Retryable", "Retryable"),
        (7, "Cancelled", "Cancelled"),
        (8, "Cancelled", "Cancelled"),
        (9, "Fallback", "Fallback"),
        (13, "InteractionRequired", "Fallback"),
        (14, "InteractionRequired", "Fallback"),
        (99, "Fallback", "Fallback"),
    ] {
        let outcome = refused(Stage::Silent, status, "");
        assert!(outcome.starts_with(silent), "{status}: {outcome}");
        let outcome = refused(Stage::Interactive, status, "");
        assert!(outcome.starts_with(interactive), "{status}: {outcome}");
    }
}

#[test]
fn entras_number_in_the_context_is_preferred_and_the_numbers_are_kept() {
    let blocked = refused(Stage::Interactive, 0, "Context: AADSTS53003: blocked");
    let unknown = refused(Stage::Interactive, 0, "");

    assert!(blocked.starts_with("Final") && blocked.contains("53003"), "{blocked}");
    assert!(unknown.contains("status 0, subStatus 6, tag 5"), "{unknown}");
}

#[test]
fn an_answer_that_cannot_be_read_is_a_fallback() {
    for text in ["", "null", "[]", "{}", r#"{"brokerTokenResponse":{}}"#, r#"{"error":"x"}"#] {
        let outcome = outcome(Stage::Silent, &request(), text);
        assert!(matches!(outcome, BrokerOutcome::Fallback { .. }), "{text}: {outcome:?}");
    }
}

#[test]
fn a_broker_that_names_nobody_is_believed_in_silence_only() {
    let answer = json!({"brokerTokenResponse": {"accessToken": "a", "idToken": "e30"}});

    let silent = read(Stage::Silent, &answer);
    let interactive = read(Stage::Interactive, &answer);

    assert!(matches!(silent, BrokerOutcome::Token(token) if token.account.oid == "u"));
    assert!(matches!(interactive, BrokerOutcome::Fallback { .. }), "{interactive:?}");
}

#[test]
fn scopes_come_as_text_or_as_a_list() {
    assert_eq!(scopes(&json!("Mail.Read User.Read")), ["Mail.Read", "User.Read"]);
    assert_eq!(scopes(&json!(["Mail.Read", "User.Read"])), ["Mail.Read", "User.Read"]);
    assert!(scopes(&json!(7)).is_empty());
}

#[test]
fn a_removal_ends_well_unless_the_broker_names_an_error() {
    assert_eq!(removal("{}"), Ok(()));
    assert_eq!(removal(""), Ok(()));
    let refused = removal(r#"{"error":{"status":6}}"#).unwrap_err();
    assert!(refused.contains("status 6"), "{refused}");
}
