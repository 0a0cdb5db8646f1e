use std::time::Duration;

use m365_auth::{ErrorKind, SignInOptions};
use reqwest::{Client, header::HOST, redirect::Policy};
use tokio::{io::AsyncWriteExt, net::TcpStream};
use url::Url;

use crate::entra::{Entra, Form, browse, redirect_url};

#[tokio::test]
async fn e19_only_the_first_right_redirect_ends_the_wait() {
    let entra = Entra::start().await;
    let client = entra.builder().build();
    let sign_in = client.begin_sign_in(&SignInOptions::new()).await.unwrap();
    let asked = entra.asked(sign_in.url());
    let to = |parameters: &[(&str, &str)]| redirect_url(&asked, parameters);
    let right = to(&[("code", "c"), ("state", &asked["state"])]);

    let strays = async {
        let favicon = browse(&to(&[]).join("/favicon.ico").unwrap()).await.0;
        let nothing = browse(&to(&[("state", &asked["state"])])).await.0;
        let stateless = browse(&to(&[("code", "c")])).await.0;
        let wrong = browse(&to(&[("code", "c"), ("state", "x")])).await.0;
        let doubled =
            browse(&to(&[("code", "c"), ("state", "x"), ("state", &asked["state"])])).await.0;
        let answers = [favicon, nothing, stateless, wrong, doubled];
        (answers, browse(&right).await.0)
    };
    let (account, (answers, last)) = tokio::join!(sign_in.finish(), strays);

    account.unwrap();
    assert_eq!(answers, [404, 404, 400, 400, 400]);
    assert_eq!(last, 200);
    assert!(reqwest::get(right).await.unwrap_err().is_connect(), "the port is still taken");
    assert_eq!(entra.forms().await.len(), 1);
}

#[tokio::test]
async fn the_code_leaves_the_address_bar_and_the_page_loads_nothing() {
    let (entra, sign_in, asked) = begun().await;
    let right = redirect_url(&asked, &[("code", "c"), ("state", &asked["state"])]);
    let browser = Client::builder().redirect(Policy::none()).build().unwrap();

    let visit = async {
        let first = browser.get(right.clone()).send().await.unwrap();
        let clean = right.join(first.headers()["location"].to_str().unwrap()).unwrap();
        (first.status().as_u16(), clean.clone(), browser.get(clean).send().await.unwrap())
    };
    let (account, (status, clean, page)) = tokio::join!(sign_in.finish(), visit);

    account.unwrap();
    assert_eq!((status, clean.query()), (302, None));
    assert_eq!(page.headers()["cache-control"], "no-store");
    assert_eq!(page.headers()["referrer-policy"], "no-referrer");
    let policy = page.headers()["content-security-policy"].to_str().unwrap();
    assert!(policy.starts_with("default-src 'none'; style-src 'unsafe-inline'"), "{policy}");
    drop(entra);
}

#[tokio::test]
async fn a_name_that_merely_resolves_to_this_machine_is_refused() {
    let (_entra, sign_in, asked) = begun().await;
    let right = redirect_url(&asked, &[("code", "c"), ("state", &asked["state"])]);

    let visit = async {
        let mut statuses = Vec::new();
        for host in ["evil.example", "localhost.evil.example", "localhost:1"] {
            let request = Client::new().get(right.clone()).header(HOST, host);
            statuses.push(request.send().await.unwrap().status().as_u16());
        }
        (statuses, browse(&right).await.0)
    };
    let (account, (statuses, last)) = tokio::join!(sign_in.finish(), visit);

    account.unwrap();
    assert_eq!((statuses, last), (vec![404, 404, 404], 200));
}

#[tokio::test]
async fn a_form_that_the_page_posts_is_accepted() {
    let (entra, sign_in, asked) = begun().await;
    let form = format!("code=posted&state={}", asked["state"]);

    let visit = Client::new().post(redirect_url(&asked, &[])).body(form).send();
    let (account, page) = tokio::join!(sign_in.finish(), visit);

    account.unwrap();
    assert_eq!(page.unwrap().status(), 200);
    assert_eq!(entra.forms().await[0]["code"], "posted");
}

#[tokio::test]
async fn connections_that_say_nothing_hold_up_nobody() {
    let (_entra, sign_in, asked) = begun().await;
    let right = redirect_url(&asked, &[("code", "c"), ("state", &asked["state"])]);

    let visit = async {
        let mut silent = connect(&right).await;
        let mut half = connect(&right).await;
        half.write_all(b"GET /?code=c HTTP/1.1\r\nHo").await.unwrap();
        let last = browse(&right).await.0;
        silent.shutdown().await.unwrap();
        last
    };
    let (account, last) = tokio::join!(sign_in.finish(), visit);

    account.unwrap();
    assert_eq!(last, 200);
}

#[tokio::test]
async fn giving_up_frees_the_port() {
    let (_entra, sign_in, asked) = begun().await;
    let address = redirect_url(&asked, &[]);

    let given_up = tokio::time::timeout(Duration::ZERO, sign_in.finish()).await;

    assert!(given_up.is_err());
    assert!(reqwest::get(address).await.unwrap_err().is_connect());
}

#[tokio::test]
async fn cancelling_at_the_page_is_told_apart_from_a_failure() {
    let (_entra, sign_in, asked) = begun().await;
    let cancelled =
        [("error", "access_denied"), ("error_subcode", "cancel"), ("state", &asked["state"])];
    let address = redirect_url(&asked, &cancelled);

    let (result, (_, page)) = tokio::join!(sign_in.finish(), browse(&address));

    assert_eq!(result.unwrap_err().kind(), ErrorKind::Cancelled);
    assert!(page.contains("cancelled"), "{page}");
}

async fn begun() -> (Entra, m365_auth::SignIn, Form) {
    let entra = Entra::start().await;
    let client = entra.builder().build();
    let sign_in = client.begin_sign_in(&SignInOptions::new()).await.unwrap();
    let asked = entra.asked(sign_in.url());
    (entra, sign_in, asked)
}

async fn connect(url: &Url) -> TcpStream {
    TcpStream::connect(("127.0.0.1", url.port().unwrap())).await.unwrap()
}
