//! Where the built binary keeps tokens and their keys, and what becomes of them when it cannot.

use std::{fs, path::PathBuf};

use m365_sim::Fault;
use serde_json::{Value, json};

use crate::harness::{Bench, Ended, results};

#[cfg(all(target_os = "linux", feature = "keyring"))]
mod secret_service;
#[cfg(all(target_os = "linux", feature = "keyring"))]
mod without_key_store;

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
        // With a token in hand, it is Graph that finds eighty at once too many.
        assert!(output.status.success() || stderr.contains("status: 429"), "{stderr}");
        assert!(!stderr.contains("damaged"), "{stderr}");
    }

    assert!(!has(&bench, ".corrupt-"), "{:?}", bench.files());
    assert_eq!(status(&bench, "file").await.0, Some(0));
}

#[cfg(unix)]
#[tokio::test]
async fn h12_a_connector_that_is_killed_while_it_refreshes_stays_signed_in() {
    let bench = with_short_tokens().await;
    let start = std::time::Instant::now();
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
