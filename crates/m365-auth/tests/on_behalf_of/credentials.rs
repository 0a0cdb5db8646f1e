//! Client secrets and federated tokens.

use std::fs;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use m365_auth::{ClientSecret, ErrorKind, FederatedToken};
use serde_json::json;
use tempfile::TempDir;

use super::{Remote, refusal, token};

#[tokio::test]
async fn the_next_secret_is_tried_once_and_used_from_then_on() {
    let remote = Remote::start().await;
    let client = remote.builder_with(ClientSecret::new("old").with_next("new")).build();
    token(&client, &remote.user(1).await).await.unwrap();

    remote.next_error("invalid_client", 7_000_222);
    for number in 2..4 {
        token(&client, &remote.user(number).await).await.unwrap();
    }
    (0..2).for_each(|_| remote.next_error("invalid_client", 7_000_215));
    let error = refusal(&client, &remote.user(4).await).await;

    assert_eq!(error.kind(), ErrorKind::Configuration);
    assert_eq!(secrets(&remote).await, ["old", "old", "new", "new", "new", "old"]);
}

#[tokio::test]
async fn a_lone_secret_is_not_tried_twice() {
    let remote = Remote::start().await;
    let client = remote.builder_with(ClientSecret::new("old").with_next("old")).build();
    remote.next_error("invalid_client", 7_000_215);

    refusal(&client, &remote.user(1).await).await;

    assert_eq!(remote.exchanges().await, 1);
}

#[tokio::test]
async fn a_secret_in_a_file_is_read_again() {
    let (remote, folder) = (Remote::start().await, TempDir::new().unwrap());
    let path = folder.path().join("secret");
    fs::write(&path, "one\n").unwrap();
    let client = remote.builder_with(ClientSecret::from_file(&path).unwrap()).build();

    token(&client, &remote.user(1).await).await.unwrap();
    fs::write(&path, "two").unwrap();
    token(&client, &remote.user(2).await).await.unwrap();
    fs::remove_file(&path).unwrap();
    token(&client, &remote.user(3).await).await.unwrap();

    assert_eq!(secrets(&remote).await, ["one", "two", "two"]);
    let error = client.check_credential().await.unwrap_err();
    assert!(error.message().unwrap().contains("cannot be read; check path and permissions"));
}

#[tokio::test]
async fn a_federated_token_is_read_again_and_sent_as_it_is() {
    let (remote, folder) = (Remote::start().await, TempDir::new().unwrap());
    let path = folder.path().join("token");
    fs::write(&path, " a.b.one \n").unwrap();
    let client = remote.builder_with(FederatedToken::from_file(&path).unwrap()).build();

    token(&client, &remote.user(1).await).await.unwrap();
    fs::write(&path, "a.b.two").unwrap();
    token(&client, &remote.user(2).await).await.unwrap();
    remote.next_error("invalid_client", 700_213);
    refusal(&client, &remote.user(3).await).await;

    let forms = remote.entra.forms().await;
    let sent: Vec<_> = forms.iter().map(|form| form["client_assertion"].as_str()).collect();
    assert_eq!(sent, ["a.b.one", "a.b.two", "a.b.two"], "the same token is not tried twice");
    let bearer = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
    assert!(forms.iter().all(|form| form["client_assertion_type"] == bearer));
}

#[tokio::test]
async fn a_check_says_what_is_wrong_with_a_federated_token() {
    let (remote, folder) = (Remote::start().await, TempDir::new().unwrap());
    let path = folder.path().join("token");
    let write = |exp: i64| {
        let payload = URL_SAFE_NO_PAD.encode(json!({ "exp": exp }).to_string());
        fs::write(&path, format!("e30.{payload}.canary")).unwrap();
    };
    let now = remote.issuer.now();
    write(now + 60);
    let client = remote.builder_with(FederatedToken::from_file(&path).unwrap()).build();

    let report = client.check_credential().await.unwrap();
    assert_eq!(report.expires_on().unwrap().as_second(), now + 60);
    write(now);
    let expired = client.check_credential().await.unwrap_err();
    assert!(expired.message().unwrap().starts_with("the federated token expired on 2026-11-21"));
    fs::write(&path, "canary").unwrap();
    let error = client.check_credential().await.unwrap_err();
    assert!(error.message().unwrap().ends_with("holds no signed token (JWT)"), "{error}");
    assert!(!format!("{error:?}").contains("canary"));
}

#[test]
fn a_credential_that_is_not_there_is_said_at_once() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("secret");
    let missing = ClientSecret::from_file(&path).unwrap_err().to_string();
    fs::write(&path, "").unwrap();
    let empty = FederatedToken::from_file(&path).unwrap_err().to_string();

    assert!(missing.contains("cannot be read"), "{missing}");
    assert!(empty.contains("is empty"), "{empty}");
}

async fn secrets(remote: &Remote) -> Vec<String> {
    let forms = remote.entra.forms().await;
    forms.into_iter().map(|form| form["client_secret"].clone()).collect()
}
