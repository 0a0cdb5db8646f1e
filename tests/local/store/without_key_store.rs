//! A machine without the Secret Service, or with one that does not answer.

use std::{
    os::unix::net::UnixListener,
    time::{Duration, Instant},
};

use super::*;
use crate::harness::error;

/// A bus that takes connections and never says anything.
fn slow_bus(bench: &mut Bench) -> UnixListener {
    let path = bench.data.path().join("bus");
    bench.bus = format!("unix:path={}", path.display());
    let bus = UnixListener::bind(path).unwrap();
    bus.set_nonblocking(true).unwrap();
    bus
}

#[tokio::test]
async fn h14_without_a_key_store_a_sign_in_lasts_for_this_run_and_the_user_is_told() {
    let bench = Bench::without_server().await;

    let ended = bench.sign_in_as(&["--token-store", "os"]).await;
    let (code, _) = status(&bench, "os").await;

    assert_eq!((ended.code, code), (Some(0), Some(3)), "{ended:?}");
    let said: Vec<_> =
        ended.stderr.lines().filter(|line| line.contains("--token-store file")).collect();
    assert!(said.len() <= 2 && said[0].contains("until this program ends"), "{ended:?}");
    assert!(!has(&bench, ".key") && !has(&bench, ".tokens"), "{:?}", bench.files());
}

#[tokio::test]
async fn h14_without_a_key_store_the_doctor_says_how_to_keep_a_sign_in() {
    let bench = Bench::without_server().await;

    let ended = bench.run(&["doctor", "--json", "--token-store", "os"]).await;

    let report: Value = serde_json::from_str(&ended.stdout).unwrap();
    let check = |id: &str| {
        let checks = report["checks"].as_array().unwrap();
        checks.iter().find(|check| check["id"] == id).unwrap().clone()
    };
    let (store, account) = (check("token-store"), check("account"));
    assert_eq!(ended.code, Some(3), "a sign-in works, for as long as a server runs: {report:#}");
    assert_eq!(store["status"], "warning", "{store}");
    assert!(store["fix"].as_str().unwrap().contains("M365_TOKEN_STORE=file"), "{store}");
    assert!(account["fix"].as_str().unwrap().contains("token store first"), "{account}");
}

#[tokio::test]
async fn h14_without_a_key_store_the_server_serves_who_signs_in() {
    let mut bench = Bench::without_server().await;
    bench.serve(&["--token-store", "os", "--sign-in", "auto", "--no-browser"]).await;
    let params = json!({ "name": "outlook_email_search", "arguments": { "query": "budget" } });
    bench.server().begin("tools/call", params).await;

    let address = bench.server().logged("/authorize?").await;
    reqwest::get(address[address.find("http").unwrap()..].trim()).await.unwrap();
    let answer = bench.server().next().await;
    let later = bench.search(json!({ "query": "budget" })).await;

    assert!(!results(&answer["result"]).is_empty());
    assert!(!results(&later).is_empty(), "the sign-in did not last");
    assert!(!has(&bench, ".key") && !has(&bench, ".tokens"), "{:?}", bench.files());
    bench.check_invariants().await;
}

#[tokio::test]
async fn h14_a_sign_in_whose_key_store_is_gone_is_left_as_it_is() {
    let bench = Bench::without_server().await;
    bench.sign_in().await;
    let hidden = hide_key(&bench);
    let (file, before) = (bench.token_file(), fs::read(bench.token_file()).unwrap());

    let refused = search(&bench, "os").await;
    let after = fs::read(&file).unwrap();
    fs::rename(hidden, file.with_extension("key")).unwrap();
    let (code, _) = status(&bench, "file").await;

    assert_eq!(refused.code, Some(3), "{refused:?}");
    assert!(refused.stderr.contains("--token-store file"), "{refused:?}");
    assert_eq!(after, before);
    assert_eq!(code, Some(0), "the sign-in is lost");
}

#[tokio::test]
async fn h14_a_slow_key_store_holds_up_neither_the_start_nor_a_call_for_ever() {
    let mut bench = Bench::without_server().await;
    bench.sign_in().await;
    hide_key(&bench);
    let before = fs::read(bench.token_file()).unwrap();
    let bus = slow_bus(&mut bench);

    bench.serve(&["--token-store", "os"]).await;
    let listed = bench.server().request("tools/list", json!({})).await;
    let asked_by_the_start = bus.accept().is_ok();
    let start = Instant::now();
    let refused = bench.search(json!({ "query": "budget" })).await;
    let first = start.elapsed();
    let again = bench.search(json!({ "query": "budget" })).await;
    let second = start.elapsed() - first;

    assert!(listed["result"]["tools"].is_array());
    assert!(
        !asked_by_the_start && bus.accept().is_ok(),
        "a call asks the key store, the start does not"
    );
    for answer in [&refused, &again] {
        assert_eq!(error(answer)["code"], "SIGN_IN_REQUIRED", "{answer}");
        assert!(error(answer)["message"].as_str().unwrap().contains("unlock it"), "{answer}");
    }
    assert!(
        first < Duration::from_secs(8) && second < Duration::from_secs(4),
        "{first:?} {second:?}"
    );
    assert_eq!(fs::read(bench.token_file()).unwrap(), before);
    bench.check_invariants().await;
}

#[tokio::test]
async fn an_earlier_key_file_goes_on_to_be_used_while_there_is_no_key_store() {
    let bench = with_short_tokens().await;

    let (code, _) = status(&bench, "os").await;
    let called = search(&bench, "os").await;
    let (later, _) = status(&bench, "file").await;

    assert_eq!((code, called.code, later), (Some(0), Some(0), Some(0)), "{called:?}");
    assert!(has(&bench, ".key"), "{:?}", bench.files());
}
