//! Requests that bring no answer.

use std::{
    error::Error,
    sync::{Mutex, mpsc},
    time::Duration,
};

use m365_auth::{ErrorKind, PublicClient, SignInOptions, Timeouts};
use serde_json::json;

use crate::entra::{CLIENT, Entra, eventually, without_trust_store};

#[tokio::test]
async fn a_trust_store_that_does_not_answer_costs_one_attempt_and_blocks_nobody() {
    let entra = Entra::start().await;
    let (opener, gate) = mpsc::channel::<()>();
    let gate = Mutex::new(gate);
    let timeouts = Timeouts::default().with_attempt(Duration::from_millis(300));
    let client = entra.builder().timeouts(timeouts).http(move || {
        let _ = gate.lock().unwrap().recv_timeout(Duration::from_secs(10));
        without_trust_store()
    });
    let client = client.build();
    let begin = async || client.begin_sign_in(&SignInOptions::new()).await.map(|_| ());

    let error = begin().await.unwrap_err();
    drop(opener);

    assert_eq!(error.kind(), ErrorKind::Unavailable);
    assert!(error.message().unwrap().starts_with("No answer came"), "{error}");
    eventually(async || begin().await.is_ok()).await;
}

#[tokio::test]
async fn each_failure_has_a_sentence_of_its_own_that_does_not_repeat_its_cause() {
    let entra = Entra::start().await;
    let nowhere = entra.authority().with_login_root("http://127.0.0.1:1".parse().unwrap());
    let unreachable = PublicClient::builder(nowhere, CLIENT.parse().unwrap()).build();
    let endless = Entra::start().await.with_metadata(200, json!(" ".repeat(2 << 20))).await;
    let unprepared = entra.builder().http(|| reqwest::Client::builder().user_agent("\n"));

    for (client, start) in [
        (unreachable, "Entra ID cannot be reached;"),
        (endless.builder().build(), "Entra ID's answer is larger than 1048576 bytes;"),
        (unprepared.build(), "A connection to Entra ID cannot be prepared;"),
    ] {
        let error = client.begin_sign_in(&SignInOptions::new()).await.unwrap_err();

        let message = error.message().unwrap();
        assert!(message.starts_with(start), "{message}");
        let cause = error.source().map(ToString::to_string);
        assert!(cause.is_none_or(|cause| !message.contains(&cause)), "{message}");
    }
}
