//! Answers that are streams, since the host asked for progress.

use std::time::Duration;

use m365_sim::{Fault, Policy, PolicyApp};
use serde_json::{Value, json};

use crate::harness::{Answer, Bench, Era, Host, claims, error, results};

/// Searches mail and asks for progress.
async fn search(host: &Host, era: Era) -> Answer {
    let answer = ask(host, era).await;
    assert_eq!(
        (answer.status, answer.header("content-type")),
        (200, "text/event-stream"),
        "{answer:?}"
    );
    answer
}

async fn ask(host: &Host, era: Era) -> Answer {
    let meta = json!({ "progressToken": "p-7" });
    let arguments = json!({ "query": "budget", "order": "relevance" });
    let call = json!({ "name": "outlook_email_search", "arguments": arguments, "_meta": meta });
    host.post(era, "tools/call", call).await
}

fn messages(answer: &Answer) -> Vec<Value> {
    let lines = answer.text.lines().filter_map(|line| line.strip_prefix("data:"));
    lines.map(|data| serde_json::from_str(data).unwrap()).collect()
}

/// Returns the result, which comes last.
fn result(answer: &Answer) -> Value {
    messages(answer).pop().unwrap()["result"].take()
}

#[tokio::test]
async fn progress_comes_before_the_result_and_no_proxy_holds_it_back() {
    let mut bench = Bench::start().await;
    let host = bench.host().await;
    for era in Era::BOTH {
        let answer = search(&host, era).await;

        assert_eq!(answer.header("x-accel-buffering"), "no", "{era:?}");
        assert!(answer.header("cache-control").contains("no-"), "{era:?}: {answer:?}");
        let steps = messages(&answer);
        assert!(steps.len() >= 2, "{era:?}: {answer:?}");
        for step in &steps[..steps.len() - 1] {
            assert_eq!(step["method"], "notifications/progress", "{era:?}: {step}");
            assert_eq!(step["params"]["progressToken"], "p-7", "{era:?}: {step}");
        }
        assert!(!results(&result(&answer)).is_empty(), "{era:?}");
    }
    let events = bench.audited("tool.call", 2).await;
    assert!(events.iter().all(|event| event["outcome"] == "ok"), "{events:?}");
    bench.check_secrets().await;
}

#[tokio::test]
async fn a_silent_stream_is_kept_open_with_comments() {
    let bench = Bench::start().await;
    let host = bench.host().await;
    // Longer than the stream may be silent, shorter than Graph may be.
    bench.sim.graph().next_on("/v1.0/search", Fault::delay(Duration::from_secs(17)));

    let answer = search(&host, Era::Modern).await;

    let comments = answer.text.lines().filter(|line| line.starts_with(':')).count();
    assert_eq!(comments, 1, "{}", answer.text);
    assert!(!results(&result(&answer)).is_empty());
}

#[tokio::test]
async fn a_claims_challenge_before_the_first_step_is_the_answer_itself() {
    for era in Era::BOTH {
        let bench = Bench::start().await;
        let host = bench.host().await;
        bench.sim.policy(Policy::mfa().for_app(PolicyApp::Graph));

        let asked = claims(&ask(&host, era).await);

        assert!(asked.contains("capolids"), "{era:?}: {asked}");
    }
}

#[tokio::test]
async fn a_claims_challenge_within_a_stream_is_a_tool_error_that_says_what_to_do() {
    for era in Era::BOTH {
        let mut bench = Bench::start().await;
        let host = bench.host().await;
        // Once she has a token for Graph, it is Graph that asks for more, in the middle of a call.
        search(&host, era).await;
        let required =
            json!({ "access_token": { "nbf": { "essential": true, "value": "1790000000" } } });
        bench.sim.graph().on("/v1.0/search", Fault::unauthorized_claims(required));
        bench.sim.policy(Policy::mfa().for_app(PolicyApp::Graph));

        let refused = error(&result(&search(&host, era).await));

        assert_eq!(refused["code"], "SIGN_IN_REQUIRED", "{era:?}: {refused}");
        let text = refused.to_string();
        assert!(text.contains("Sign in to this connector again"), "{era:?}: {text}");
        assert!(!text.contains("access_token"), "{era:?}: {text}");
        let events = bench.audited("tool.call", 2).await;
        assert_eq!(events[1]["reason"], "sign_in_required", "{events:?}");
        bench.check_secrets().await;
    }
}
