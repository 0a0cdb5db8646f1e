//! Browsers that come back when nobody waits for them any more.

use std::time::Duration;

use m365_auth::{ErrorKind, PublicClient, SignInOptions, Timeouts};
use url::Url;

use crate::entra::{Entra, browse, redirect_url};

#[tokio::test]
async fn e19_silence_ends_the_sign_in_and_a_late_browser_is_told_so() {
    let entra = Entra::start().await;
    let client = without_patience(&entra);
    let sign_in = client.begin_sign_in(&SignInOptions::new()).await.unwrap();
    let asked = entra.asked(sign_in.url());
    let late = redirect_url(&asked, &[("code", "c"), ("state", &asked["state"])]);

    let error = sign_in.finish().await.unwrap_err();
    let (_, page) = browse(&late).await;

    assert_eq!(error.kind(), ErrorKind::TimedOut);
    assert!(error.message().unwrap().contains("50011"));
    assert_eq!(Timeouts::default().sign_in, Duration::from_secs(300));
    assert!(page.contains("took too long") && page.contains("#sign-in-timed-out"), "{page}");
    assert!(entra.forms().await.is_empty(), "the code was sent");
    assert!(is_freed(&late).await, "one late browser is enough");
}

#[tokio::test]
async fn e19_the_port_is_freed_when_no_late_browser_comes() {
    let entra = Entra::start().await;
    let client = without_patience(&entra);
    let sign_in = client.begin_sign_in(&SignInOptions::new()).await.unwrap();
    let redirect = redirect_url(&entra.asked(sign_in.url()), &[]);
    sign_in.finish().await.unwrap_err();

    tokio::time::pause();
    tokio::time::advance(Duration::from_secs(61)).await;
    tokio::time::resume();

    assert!(is_freed(&redirect).await);
    drop(client);
}

#[tokio::test]
async fn nobody_listens_longer_than_the_client_lives() {
    let entra = Entra::start().await;
    let client = without_patience(&entra);
    let sign_in = client.begin_sign_in(&SignInOptions::new()).await.unwrap();
    let redirect = redirect_url(&entra.asked(sign_in.url()), &[]);
    sign_in.finish().await.unwrap_err();

    drop(client);

    assert!(is_freed(&redirect).await);
}

#[tokio::test]
async fn whoever_comes_back_from_an_older_sign_in_is_told_of_the_newer_one() {
    let entra = Entra::start().await;
    let client = entra.builder().build();
    let first = client.begin_sign_in(&SignInOptions::new()).await.unwrap();
    let asked = entra.asked(first.url());
    let second = client.begin_sign_in(&SignInOptions::new()).await.unwrap();

    first.finish().await.unwrap_err();
    let right = redirect_url(&asked, &[("code", "c"), ("state", &asked["state"])]);
    let (_, page) = browse(&right).await;

    assert!(page.contains("Another sign-in was started."), "{page}");
    assert!(entra.forms().await.is_empty(), "the code was sent");
    drop(second);
}

/// A client for which every browser comes too late.
fn without_patience(entra: &Entra) -> PublicClient {
    entra.builder().timeouts(Timeouts::default().with_sign_in(Duration::ZERO)).build()
}

/// Waits until nobody takes connections at `address` any more; `false` when that does not happen.
async fn is_freed(address: &Url) -> bool {
    let freed = async {
        while !reqwest::get(address.clone()).await.is_err_and(|error| error.is_connect()) {}
    };
    tokio::time::timeout(Duration::from_secs(10), freed).await.is_ok()
}
