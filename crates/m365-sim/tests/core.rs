//! The tenant as a whole.

use std::panic::{AssertUnwindSafe, catch_unwind};

use m365_sim::{Fault, Origin, Sim};

use crate::{
    client::{self, Answer},
    entra::browser::{Params, code, tokens},
};

const MIRA: &str = "mira.solberg@fjordlight.example";

fn get(tenant: &Sim, path: &str) -> reqwest::RequestBuilder {
    let token = tenant.issue_token(MIRA, &["Mail.Read", "User.Read"]);
    client::http().get(format!("{}{path}", tenant.graph_endpoint())).bearer_auth(token)
}

#[tokio::test]
async fn it_stops_when_dropped() {
    let tenant = Sim::start().await;
    let request = get(&tenant, "/v1.0/me");
    drop(tenant);
    tokio::task::yield_now().await;

    let refused = request.send().await;

    assert!(refused.unwrap_err().is_connect());
}

#[tokio::test]
async fn two_tenants_run_side_by_side() {
    let (first, second) = (Sim::start().await, Sim::start().await);

    let stranger = first.issue_token(MIRA, &["User.Read"]);
    let address = format!("{}/v1.0/me", second.graph_endpoint());
    let answer = Answer::of(client::http().get(address).bearer_auth(stranger)).await;

    assert_ne!(first.graph_endpoint(), second.graph_endpoint());
    assert_eq!(answer.status, 401);
}

#[tokio::test]
async fn it_serves_https_that_its_own_authority_makes_trusted() {
    let tenant = Sim::builder().tls(true).start().await.unwrap();
    let pem = std::fs::read(tenant.ca_file().unwrap()).unwrap();
    let authority = reqwest::Certificate::from_pem(&pem).unwrap();
    let trusting = client::builder().tls_certs_only([authority]).build().unwrap();
    let token = tenant.issue_token(MIRA, &["User.Read"]);
    let address = format!("{}/v1.0/me", tenant.graph_endpoint());

    let trusted = trusting.get(&address).bearer_auth(token).send().await.unwrap();
    let distrusted = client::http().get(&address).send().await;

    assert_eq!((trusted.status().as_u16(), trusted.version()), (200, reqwest::Version::HTTP_2));
    assert!(distrusted.is_err());
}

#[tokio::test]
async fn the_authoritys_file_goes_with_the_tenant() {
    let tenant = Sim::builder().tls(true).start().await.unwrap();
    let file = tenant.ca_file().unwrap().to_owned();

    drop(tenant);

    assert!(!file.exists());
}

#[tokio::test]
async fn it_speaks_both_versions_of_http_without_tls() {
    let tenant = Sim::start().await;
    let address = format!("{}/v1.0/me", tenant.graph_endpoint());
    let token = tenant.issue_token(MIRA, &["User.Read"]);
    let version = async |client: reqwest::Client| {
        client.get(&address).bearer_auth(&token).send().await.unwrap().version()
    };

    let first = version(client::builder().build().unwrap()).await;
    let second = version(client::builder().http2_prior_knowledge().build().unwrap()).await;

    assert_eq!((first, second), (reqwest::Version::HTTP_11, reqwest::Version::HTTP_2));
}

#[tokio::test]
async fn the_log_has_routes_without_ids_and_forms_without_values() {
    let tenant = Sim::builder().auto_sign_in(MIRA).start().await.unwrap();
    tokens(&tenant).await;
    Answer::of(get(&tenant, &format!("/v1.0/users/{MIRA}/messages?$top=1"))).await;

    let sign_in = tenant.entra().log();
    let graph = tenant.graph().log();

    let redeemed = sign_in.last().unwrap();
    assert_eq!(redeemed.route, "/{id}/oauth2/v2.0/token");
    assert!(redeemed.form.contains(&"code_verifier".to_owned()));
    assert_eq!(redeemed.form_value("grant_type").unwrap(), "authorization_code");
    assert!(!format!("{redeemed:?}").contains("connector-pkce-verifier"));
    assert_eq!(graph[0].route, "/v1.0/users/{id}/messages");
    assert_eq!(graph[0].query_value("$top").unwrap(), "1");
    assert!(graph[0].has_authorization && graph[0].origin == Origin::Graph);
    assert_eq!(graph[0].status, Some(200));
}

#[tokio::test]
async fn a_cleared_log_counts_from_nothing() {
    let tenant = Sim::start().await;
    Answer::of(get(&tenant, "/v1.0/me")).await;
    tenant.graph().clear_log();

    Answer::of(get(&tenant, "/v1.0/me")).await;

    assert_eq!(tenant.graph().requests(), 1);
}

#[tokio::test]
async fn writes_and_stray_tokens_are_violations() {
    let tenant = Sim::start().await;
    let token = tenant.issue_token(MIRA, &["Mail.Read"]);
    let to = |root: &str| format!("{root}/v1.0/me/messages");
    let http = client::http();

    Answer::of(http.delete(to(tenant.graph_endpoint())).bearer_auth(&token)).await;
    Answer::of(http.get(to(tenant.foreign_endpoint())).bearer_auth(&token)).await;
    let download = Answer::of(http.get(to(tenant.download_endpoint())).bearer_auth(&token)).await;
    let redeem = get(&tenant, "/v1.0/me/messages").header("prefer", "redeemSharingLink");
    Answer::of(redeem).await;

    let rules: Vec<_> = tenant.violations().iter().map(|text| text[..3].to_owned()).collect();
    assert_eq!(rules, ["S59", "S41", "S41", "S45"]);
    assert_eq!(download.status, 401);
}

#[tokio::test]
async fn the_download_host_refuses_an_address_that_was_not_given_out() {
    let tenant = Sim::start().await;
    let address = format!("{}/drives/b!x/items/y", tenant.download_endpoint());

    let answer = Answer::of(client::http().get(address)).await;

    assert_eq!((answer.status, answer.text.as_str()), (401, ""));
}

#[tokio::test]
async fn a_violation_that_nobody_looked_at_is_a_panic_when_the_tenant_goes() {
    let write = async |tenant: &Sim| {
        let address = format!("{}/v1.0/me/messages", tenant.graph_endpoint());
        Answer::of(client::http().delete(address)).await;
    };
    let (ignored, noticed) = (Sim::start().await, Sim::start().await);
    write(&ignored).await;
    write(&noticed).await;
    let told = noticed.violations();

    let ignored = catch_unwind(AssertUnwindSafe(|| drop(ignored)));
    let noticed = catch_unwind(AssertUnwindSafe(|| drop(noticed)));

    let message = ignored.unwrap_err().downcast::<String>().unwrap();
    assert!(message.contains(&told[0]), "{message}");
    assert!(noticed.is_ok());
}

#[tokio::test]
async fn reads_are_no_violations() {
    let tenant = Sim::start().await;
    let token = tenant.issue_token(MIRA, &["Mail.Read", "Calendars.Read"]);
    let post = |path: &str| {
        let address = format!("{}/v1.0/{path}", tenant.graph_endpoint());
        client::http().post(address).bearer_auth(&token).body("{}")
    };

    for path in [
        "search/query",
        "search/microsoft.graph.query",
        "me/calendar/getSchedule",
        "me/calendar/microsoft.graph.getSchedule",
        "me/findMeetingTimes",
        "me/microsoft.graph.findMeetingTimes",
        "$batch",
        "me/translateExchangeIds",
    ] {
        Answer::of(post(path)).await;
    }

    assert_eq!(tenant.violations(), Vec::<String>::new());
}

#[tokio::test]
async fn s59_whatever_is_no_get_inside_a_batch_is_a_violation_too() {
    for (method, url, is_violation) in [
        ("GET", "/me/messages/x", false),
        ("PATCH", "/me/messages/x", true),
        ("POST", "/search/query", true),
    ] {
        let tenant = Sim::start().await;
        let token = tenant.issue_token(MIRA, &["Mail.Read"]);
        let batch = format!(r#"{{"requests":[{{"id":"1","method":"{method}","url":"{url}"}}]}}"#);
        let address = format!("{}/v1.0/$batch", tenant.graph_endpoint());

        Answer::of(client::http().post(address).bearer_auth(token).body(batch)).await;

        let expected = ["S59: POST /v1.0/$batch is not a read"];
        assert_eq!(tenant.violations(), &expected[..usize::from(is_violation)], "{method} {url}");
    }
}

#[tokio::test]
async fn canaries_are_all_secrets_given_out_and_a_text_of_each_user() {
    let tenant = Sim::builder().auto_sign_in(MIRA).start().await.unwrap();
    let code = code(&tenant).await;
    let tokens = Params::code(&tenant, &code).at_token(&tenant).await.json();

    let canaries = tenant.canaries();

    let secret = |name: &str| tokens[name].as_str().unwrap().to_owned();
    assert!(canaries.contains(&code));
    for name in ["access_token", "refresh_token", "id_token"] {
        assert!(canaries.contains(&secret(name)), "{name}");
    }
    assert!(canaries.iter().any(|canary| canary.ends_with("-adele.vance")));
}

#[tokio::test]
async fn expired_tokens_are_refused() {
    let tenant = Sim::start().await;
    let before = get(&tenant, "/v1.0/me");
    tenant.expire_tokens();

    let expired = Answer::of(before).await;
    let fresh = Answer::of(get(&tenant, "/v1.0/me")).await;

    assert_eq!((expired.status, fresh.status), (401, 200));
    assert_eq!(expired.json()["error"]["code"], "InvalidAuthenticationToken");
    assert!(expired.header("www-authenticate").starts_with("Bearer realm=\"\""));
}

#[tokio::test]
async fn a_standing_clock_moves_when_it_is_told() {
    let now = "2026-03-17T09:30:12Z".parse().unwrap();
    let tenant = Sim::builder().now(now).start().await.unwrap();
    let date = async || Answer::of(get(&tenant, "/v1.0/me")).await.header("date").to_owned();

    let before = date().await;
    tenant.clock().advance(std::time::Duration::from_secs(60));

    assert_eq!(before, "Tue, 17 Mar 2026 09:30:12 GMT");
    assert_eq!(date().await, "Tue, 17 Mar 2026 09:31:12 GMT");
}

#[tokio::test]
async fn a_taken_port_is_an_error() {
    let tenant = Sim::start().await;
    let port = tenant.login_endpoint().rsplit(':').next().unwrap().parse().unwrap();

    let second = Sim::builder().port(port).start().await;

    assert_eq!(second.unwrap_err().kind(), std::io::ErrorKind::AddrInUse);
}

#[tokio::test]
async fn nothing_secret_is_in_the_tenants_debug_output() {
    let tenant = Sim::builder().auto_sign_in(MIRA).start().await.unwrap();
    tokens(&tenant).await;
    tenant.graph().next_response(Fault::hang());

    let text = format!("{tenant:?}");

    for canary in tenant.canaries() {
        assert!(!text.contains(&canary));
    }
}
