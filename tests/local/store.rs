//! Where the built binary keeps tokens and their keys, and what becomes of them when it cannot.

use std::{
    fs,
    path::PathBuf,
    time::{Duration, Instant},
};

use m365_sim::Fault;
use serde_json::{Value, json};

use crate::harness::{Bench, Ended, error, results};

#[cfg(all(target_os = "linux", feature = "keyring"))]
mod secret_service;

/// Less than a token needs to be used without being renewed, in seconds.
const SHORT: i64 = 200;

/// Signs in to a tenant whose tokens have to be renewed at each call.
async fn with_short_tokens() -> Bench {
    let bench = Bench::without_server().await;
    bench.sim.entra().on("/", Fault::expires_in(SHORT));
    bench.sign_in().await;
    bench
}

async fn search(bench: &Bench, kind: &str) -> Ended {
    bench.run(&["--token-store", kind, "call", "outlook_email_search", "{}"]).await
}

async fn status(bench: &Bench, kind: &str) -> (Option<i32>, Value) {
    let ended = bench.run(&["--token-store", kind, "status", "--json"]).await;
    (ended.code, serde_json::from_str(&ended.stdout).unwrap())
}

fn has(bench: &Bench, part: &str) -> bool {
    bench.files().iter().any(|name| name.contains(part))
}

/// Moves the key file where the connector does not find it.
fn hide_key(bench: &Bench) -> PathBuf {
    let (key, hidden) =
        (bench.token_file().with_extension("key"), bench.data.path().join("hidden"));
    fs::rename(key, &hidden).unwrap();
    hidden
}

/// A bus that takes connections and never says anything.
#[cfg(unix)]
fn slow_bus(bench: &mut Bench) -> std::os::unix::net::UnixListener {
    let path = bench.data.path().join("bus");
    bench.bus = format!("unix:path={}", path.display());
    std::os::unix::net::UnixListener::bind(path).unwrap()
}

#[tokio::test]
async fn a_key_file_is_said_to_be_one() {
    let bench = Bench::without_server().await;

    let ended = bench.sign_in_as(&["--token-store", "file"]).await;
    let (_, status) = status(&bench, "file").await;

    assert!(ended.stderr.contains("owner-only file") || cfg!(windows), "{ended:?}");
    assert!(status["tokenStore"].as_str().unwrap().starts_with("file, in"), "{status}");
    assert!(has(&bench, ".key"), "{:?}", bench.files());
}

#[tokio::test]
async fn nothing_is_kept_of_a_sign_in_in_memory() {
    let bench = Bench::without_server().await;

    let ended = bench.sign_in_as(&["--token-store", "memory"]).await;
    let (code, status) = status(&bench, "memory").await;

    assert_eq!((ended.code, code), (Some(0), Some(3)));
    assert_eq!(status["tokenStore"], "memory");
    assert!(bench.files().is_empty(), "{:?}", bench.files());
}

#[cfg(all(target_os = "linux", feature = "keyring"))]
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

#[cfg(all(target_os = "linux", feature = "keyring"))]
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

#[cfg(all(target_os = "linux", feature = "keyring"))]
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

#[cfg(all(target_os = "linux", feature = "keyring"))]
#[tokio::test]
async fn h14_a_slow_key_store_holds_up_neither_the_start_nor_a_call_for_ever() {
    let mut bench = Bench::without_server().await;
    bench.sign_in().await;
    hide_key(&bench);
    let before = fs::read(bench.token_file()).unwrap();
    let _silent = slow_bus(&mut bench);

    let start = Instant::now();
    bench.serve(&["--token-store", "os"]).await;
    let listed = bench.server().request("tools/list", json!({})).await;
    let started = start.elapsed();
    let refused = bench.search(json!({ "query": "budget" })).await;
    let first = start.elapsed() - started;
    let again = bench.search(json!({ "query": "budget" })).await;
    let second = start.elapsed() - started - first;

    assert!(listed["result"]["tools"].is_array());
    assert!(started < Duration::from_secs(4), "the start waited for the key store: {started:?}");
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

#[cfg(all(target_os = "linux", feature = "keyring"))]
#[tokio::test]
async fn an_earlier_key_file_goes_on_to_be_used_while_there_is_no_key_store() {
    let bench = with_short_tokens().await;

    let (code, _) = status(&bench, "os").await;
    let called = search(&bench, "os").await;
    let (later, _) = status(&bench, "file").await;

    assert_eq!((code, called.code, later), (Some(0), Some(0), Some(0)), "{called:?}");
    assert!(has(&bench, ".key"), "{:?}", bench.files());
}

#[tokio::test]
async fn a_lost_key_file_means_signed_out_and_can_be_signed_in_over() {
    let bench = Bench::without_server().await;
    bench.sign_in().await;
    hide_key(&bench);

    let (lost, _) = status(&bench, "file").await;
    bench.sign_in().await;
    let (found, _) = status(&bench, "file").await;

    assert_eq!((lost, found), (Some(3), Some(0)));
    assert!(has(&bench, ".corrupt-"), "{:?}", bench.files());
}

#[tokio::test]
async fn h10_two_servers_that_must_refresh_both_stay_signed_in() {
    let mut bench = Bench::without_server().await;
    bench.sim.entra().on("/", Fault::expires_in(SHORT));
    bench.sign_in().await;
    bench.sim.entra().clear();
    bench.serve(&[]).await;
    let mut other = bench.another_server().await;
    let before = bench.sim.entra().requests();
    let arguments = json!({ "query": "budget" });
    let params = json!({ "name": "outlook_email_search", "arguments": arguments });

    let first = other.begin("tools/call", params).await;
    let one = bench.search(arguments).await;
    let two = loop {
        let answer = other.next().await;
        if answer["id"] == first {
            break answer;
        }
    };

    assert!(!results(&one).is_empty() && !results(&two["result"]).is_empty());
    let asked = bench.sim.entra().requests() - before;
    assert!((1..=2).contains(&asked), "{asked} refreshes");
    assert_eq!(status(&bench, "file").await.0, Some(0));
    bench.check_invariants().await;
}

#[tokio::test]
async fn h11_eighty_processes_that_all_refresh_leave_a_good_store() {
    let bench = with_short_tokens().await;
    let call = ["call", "outlook_email_search", "{}"];
    let processes: Vec<_> = (0..80).map(|_| bench.command(&call).spawn().unwrap()).collect();

    for process in processes {
        let output = process.wait_with_output().await.unwrap();
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(0), "{stderr}");
        assert!(!stderr.contains("damaged"), "{stderr}");
    }

    assert!(!has(&bench, ".corrupt-"), "{:?}", bench.files());
    assert_eq!(status(&bench, "file").await.0, Some(0));
}

#[cfg(unix)]
#[tokio::test]
async fn h12_a_connector_that_is_killed_while_it_refreshes_stays_signed_in() {
    let bench = with_short_tokens().await;
    let start = Instant::now();
    assert_eq!(search(&bench, "file").await.code, Some(0));
    let takes = start.elapsed();

    for kill in 1..=40 {
        let mut process = bench.command(&["call", "outlook_email_search", "{}"]).spawn().unwrap();
        let at = tokio::time::timeout(takes * kill / 40, process.wait()).await;
        if at.is_err() {
            process.kill().await.unwrap();
        }
    }

    let (code, status) = status(&bench, "file").await;
    assert_eq!(code, Some(0), "{status}");
    assert!(!has(&bench, ".corrupt-"), "{:?}", bench.files());
    assert_eq!(search(&bench, "file").await.code, Some(0));
}

#[tokio::test]
async fn h15_a_token_file_without_its_beginning_or_its_end_is_set_aside() {
    for damage in [|bytes: &mut Vec<u8>| bytes.truncate(30), |bytes: &mut Vec<u8>| bytes[9] ^= 1] {
        let bench = Bench::without_server().await;
        bench.sign_in().await;
        let mut bytes = fs::read(bench.token_file()).unwrap();
        damage(&mut bytes);
        fs::write(bench.token_file(), bytes).unwrap();

        let ended = bench.run(&["status"]).await;

        assert_eq!(ended.code, Some(3), "{ended:?}");
        assert!(ended.stderr.contains("set aside"), "{ended:?}");
        assert!(has(&bench, ".corrupt-") && !has(&bench, ".tokens"), "{:?}", bench.files());
    }
}

#[tokio::test]
async fn h15_a_newer_versions_token_file_is_left_alone() {
    let bench = Bench::without_server().await;
    bench.sign_in().await;
    let mut bytes = fs::read(bench.token_file()).unwrap();
    bytes[7] += 1;
    fs::write(bench.token_file(), &bytes).unwrap();

    let ended = bench.run(&["status"]).await;

    assert_eq!(ended.code, Some(3), "{ended:?}");
    assert!(ended.stderr.contains("newer version"), "{ended:?}");
    assert_eq!(fs::read(bench.token_file()).unwrap(), bytes);
}
