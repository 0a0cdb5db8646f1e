//! What is kept of an account that signed in through a broker, and how it goes.

use std::sync::Arc;

use m365_auth::{
    EntryId, ErrorKind, FileStore, KeyFile, Loaded, MemoryStore, SessionState, SignInMethod,
    SignInOptions, TokenStore,
};
use serde_json::{Value, json};
use tempfile::TempDir;

use super::scripted::{OID, Scripted, Stage, access, account, shared_store, signed_in};
use crate::entra::{CLIENT, Entra, TENANT, USER};

#[tokio::test]
async fn what_is_kept_has_no_refresh_token_and_names_the_brokers_account() {
    let broker = Scripted::new();
    let store = MemoryStore::new();
    let client = broker.builder().store(Arc::new(store.clone())).build();

    client.sign_in_with_broker(&SignInOptions::new()).await.unwrap();

    let kept = json_of(&store, &entry(&client));
    assert_eq!((&kept["v"], &kept["method"]), (&json!(1), &json!("broker")));
    assert_eq!(kept["broker_account_id"], "broker-account");
    assert_eq!(kept["refresh_token"], Value::Null);
}

#[tokio::test]
async fn a_record_from_before_there_were_brokers_is_read_and_used() {
    let entra = Entra::start().await;
    let store = MemoryStore::new();
    let first = entra.builder().store(Arc::new(store.clone())).build();
    entra.sign_in(&first).await.unwrap();
    let mut kept = json_of(&store, &entry(&first));
    let members = kept.as_object_mut().unwrap();
    assert!(!members.contains_key("broker") && !members.contains_key("broker_account_id"));
    members.retain(|name, _| !name.starts_with("broker"));

    let Loaded::Record(record) = Loaded::from_json(kept.to_string().as_bytes()) else {
        panic!("it is not read")
    };
    let copy = MemoryStore::new();
    let lock = copy.try_lock(&entry(&first)).unwrap().unwrap();
    copy.commit(&lock, &entry(&first), &record, 0).unwrap();
    drop(lock);
    let later = entra.builder().store(Arc::new(copy)).broker(Scripted::new()).build();

    assert!(access(&later).await.is_ok());
    assert_eq!(later.status().await.method, Some(SignInMethod::Browser));
}

#[tokio::test]
async fn two_processes_share_the_account_and_take_turns_at_the_broker() {
    let folder = TempDir::new().unwrap();
    let broker = Scripted::new();
    let files = || Arc::new(FileStore::new(folder.path(), Arc::new(KeyFile::new(folder.path()))));
    let (one, other) =
        (broker.builder().store(files()).build(), broker.builder().store(files()).build());
    one.sign_in_with_broker(&SignInOptions::new()).await.unwrap();

    let shared = access(&other).await.unwrap();
    broker.advance(3700);
    let (renewed, too) = (access(&one).await, access(&other).await);

    assert_eq!(shared.secret(), "canary-broker-at-1");
    assert_eq!(renewed.unwrap(), too.unwrap());
    assert_eq!(broker.stages(), [Stage::Window, Stage::Silent]);
}

#[tokio::test]
async fn signing_out_tells_the_broker_and_says_what_stays() {
    let (broker, client) = signed_in().await;

    let report = client.sign_out().await.unwrap();

    assert_eq!(report.account.unwrap().username(), USER);
    let notice = report.notice.unwrap();
    assert!(notice.contains("account itself stays"), "{notice}");
    assert_eq!(broker.stages(), [Stage::Window, Stage::SignOut]);
    assert_eq!(broker.asked().account, Some(account(OID, TENANT, USER)));
    assert_eq!(access(&client).await.unwrap_err().kind(), ErrorKind::SignInRequired);
    assert_eq!(client.status().await.state, SessionState::SignedOut);
}

#[tokio::test]
async fn a_broker_that_keeps_its_tokens_does_not_keep_the_user_signed_in() {
    let (broker, client) = signed_in().await;
    broker.keeps_tokens();

    let notice = client.sign_out().await.unwrap().notice.unwrap();

    assert!(notice.contains("keeps its tokens (it is busy)"), "{notice}");
    assert_eq!(client.status().await.state, SessionState::SignedOut);
}

#[tokio::test]
async fn signing_out_after_the_browser_asks_no_broker() {
    let entra = Entra::start().await;
    let broker = Scripted::new();
    let client = entra.builder().broker(broker.clone()).build();
    entra.sign_in(&client).await.unwrap();

    let report = client.sign_out().await.unwrap();

    assert!(report.account.is_some() && report.notice.is_none());
    assert!(broker.stages().is_empty());
}

#[tokio::test]
async fn another_pinned_account_does_not_use_the_brokers_session() {
    let broker = Scripted::new();
    let store = shared_store();
    let first = broker.builder().store(store.clone()).build();
    first.sign_in_with_broker(&SignInOptions::new()).await.unwrap();

    let pin = Some("adele@fjordlight.example".to_owned());
    let second = broker.builder().store(store).account_pin(pin).build();
    let error = access(&second).await.unwrap_err();

    assert_eq!(error.kind(), ErrorKind::SignInRequired);
    assert!(error.message().unwrap().contains("adele@"), "{error}");
    assert_eq!(broker.stages(), [Stage::Window]);
}

fn entry(client: &m365_auth::PublicClient) -> EntryId {
    EntryId::new(client.authority(), &CLIENT.parse().unwrap(), "")
}

fn json_of(store: &MemoryStore, entry: &EntryId) -> Value {
    let Loaded::Record(record) = store.load(entry) else { panic!("nothing is kept") };
    serde_json::from_slice(&record.to_json()).unwrap()
}
