//! Nothing of a token, a code or a mail's text in any log, at any level.

use serde_json::json;

use crate::harness::{Bench, results};

#[tokio::test]
async fn no_token_query_or_mail_text_is_logged_at_trace() {
    let mut bench = Bench::start().await;
    let hits = bench.search(json!({ "query": "budget", "hasAttachments": true })).await;
    let uri = results(&hits)[0]["uri"].clone();
    let subject = results(&hits)[0]["subject"].as_str().unwrap().to_owned();
    let message = bench.call("read_resource", json!({ "uri": uri })).await;
    let attached = results(&message)[0]["attachments"][0]["uri"].clone();
    bench.call("read_resource", json!({ "uri": attached })).await;
    bench.search(json!({ "query": "qumquatqueryword" })).await;

    let log = bench.server().log();

    assert!(log.contains("TRACE") || log.contains("DEBUG"), "something is logged: {log}");
    for secret in bench.sim.canaries() {
        assert!(!log.contains(&secret), "a secret is in the log");
    }
    for private in ["qumquatqueryword", subject.as_str(), uri.as_str().unwrap()] {
        assert!(!log.contains(private), "{private} is in the log");
    }
}

#[tokio::test]
async fn no_secret_of_the_sign_in_is_logged_at_trace() {
    let bench = Bench::without_server().await;

    let signed_in = bench.sign_in_as(&["--log-level", "trace"]).await;
    let status = bench.run(&["status", "--log-level", "trace"]).await;
    let out = bench.run(&["sign-out", "--log-level", "trace"]).await;

    for ended in [signed_in, status, out] {
        assert_eq!(ended.code, Some(0), "{ended:?}");
        for secret in bench.sim.secrets() {
            assert!(!ended.stderr.contains(&secret), "a secret is in the log");
            assert!(!ended.stdout.contains(&secret), "a secret is in the output");
        }
    }
}

#[tokio::test]
async fn tokens_are_not_readable_on_the_disk() {
    let bench = Bench::without_server().await;
    bench.sign_in().await;

    let files = bench.files();

    assert!(!files.is_empty());
    for name in files {
        let bytes = std::fs::read(bench.data.path().join(&name)).unwrap();
        let text = String::from_utf8_lossy(&bytes).into_owned();
        for secret in bench.sim.secrets() {
            assert!(!text.contains(&secret), "{name} holds a token in the clear");
        }
    }
}
