//! What the token endpoint refuses.

use std::time::Duration;

use m365_sim::{Platform, Sim};
use serde_json::json;

use super::browser::{Answer, MIRA, Params, code, refresh_token, tenant};
use crate::client::http;

#[tokio::test]
async fn each_wrong_parameter_of_a_redemption_has_its_number() {
    let tenant = tenant().await;
    let cases = [
        ("client_id", "", "invalid_request", 900_144),
        ("grant_type", "", "invalid_request", 900_144),
        ("grant_type", "client_credentials", "unsupported_grant_type", 70_003),
        ("client_id", "aaaaaaaa-0000-4000-8000-0000000000ff", "unauthorized_client", 700_016),
        ("code", "", "invalid_request", 900_144),
        ("code", "not-a-code", "invalid_grant", 9_002_313),
        ("client_secret", "something", "invalid_client", 700_025),
        ("redirect_uri", "http://localhost:1", "invalid_grant", 500_112),
        ("code_verifier", "", "invalid_grant", 50_148),
        ("code_verifier", "another-verifier", "invalid_grant", 501_481),
        ("scope", "api://cccccccc-0000-4000-8000-000000000002/nothing", "invalid_scope", 650_053),
        ("scope", "Mail.Read .default", "invalid_scope", 70_011),
        (
            "scope",
            "Mail.Read api://cccccccc-0000-4000-8000-000000000002/access_as_user",
            "invalid_scope",
            70_011,
        ),
        ("scope", "People.Read", "invalid_grant", 65_001),
        ("resource", "https://connector.example/mcp", "invalid_target", 9_010_010),
        ("claims", "[]", "invalid_request", 9_002_313),
    ];

    for (name, value, error, number) in cases {
        let code = code(&tenant).await;
        let answer = Params::code(&tenant, &code).with(name, value).at_token(&tenant).await;
        let found = (answer.json()["error"].clone(), answer.error_code());
        assert_eq!(found, (json!(error), number), "{name}={value}");
    }
}

#[tokio::test]
async fn an_error_has_the_ids_the_time_and_the_headers_of_the_real_one() {
    let tenant = tenant().await;
    let id = "3d2f0a6e-5a55-4a0e-9a3c-0b0a1c2d3e4f";
    let request = Params::refresh(&tenant, "1.Anothing").token_request(&tenant);
    let request =
        request.header("client-request-id", id).header("return-client-request-id", "true");

    let answer = Answer::of(request).await;

    let body = answer.json();
    assert_eq!(answer.status, 400);
    assert_eq!(body["correlation_id"], id);
    assert_eq!(answer.header("client-request-id"), id);
    assert_eq!(answer.header("x-ms-request-id"), body["trace_id"]);
    assert_eq!(answer.header("cache-control"), "no-store, no-cache");
    assert!(body["timestamp"].as_str().unwrap().ends_with('Z'));
    assert!(body["error_description"].as_str().unwrap().contains(" Trace ID: "));
}

#[tokio::test]
async fn a_tenant_can_leave_suberrors_out() {
    let tenant = Sim::builder().auto_sign_in(MIRA).without_suberrors().start().await.unwrap();
    let token = refresh_token(&tenant).await;
    tenant.revoke(MIRA);

    let answer = Params::refresh(&tenant, &token).at_token(&tenant).await;

    assert_eq!(answer.error_code(), 50_173);
    assert!(answer.json().get("suberror").is_none());
}

#[tokio::test]
async fn a_lenient_tenant_ignores_the_resource_parameter() {
    let tenant = Sim::builder().auto_sign_in(MIRA).lenient_resource().start().await.unwrap();
    let token = refresh_token(&tenant).await;
    let resource = "https://connector.example/mcp";

    let answer = Params::refresh(&tenant, &token).with("resource", resource);

    assert_eq!(answer.at_token(&tenant).await.status, 200);
}

#[tokio::test]
async fn a_parameter_sent_twice_is_fatal() {
    let tenant = tenant().await;
    let params = Params::refresh(&tenant, "1.Anything").and("scope", "openid");

    let answer = params.at_token(&tenant).await;

    assert_eq!(answer.error_code(), 9_000_411);
    assert!(answer.text.contains("'scope'"));
}

#[tokio::test]
async fn a_parameter_in_both_address_and_body_is_sent_twice() {
    let tenant = tenant().await;
    let token = refresh_token(&tenant).await;
    let root = format!("{}/{}", tenant.login_endpoint(), tenant.tenant_id());
    let address = format!("{root}/oauth2/v2.0/token?client_id={}&dc=eu", tenant.local_client_id());

    let answer = Answer::of(Params::refresh(&tenant, &token).post_to(&address)).await;

    assert_eq!(answer.error_code(), 9_000_411);
    assert!(answer.text.contains("'client_id'"));
}

#[tokio::test]
async fn a_wrong_verb_has_its_number_and_both_verbs() {
    let tenant = tenant().await;
    let root = format!("{}/{}", tenant.login_endpoint(), tenant.tenant_id());
    let cases = [
        ("oauth2/v2.0/token", "PUT", "POST"),
        ("oauth2/v2.0/token", "GET", "POST"),
        ("oauth2/v2.0/devicecode", "GET", "POST"),
        ("v2.0/.well-known/openid-configuration", "POST", "GET"),
        ("discovery/v2.0/keys", "DELETE", "GET"),
        ("adminconsent", "PUT", "GET, POST"),
    ];

    for (path, sent, right) in cases {
        let method = sent.parse().unwrap();
        let answer = Answer::of(http().request(method, format!("{root}/{path}"))).await;
        let text = answer.json()["error_description"].as_str().unwrap().to_owned();
        let told = format!("only accepts {right} requests. Received a {sent} request.");
        assert_eq!((answer.status, answer.error_code()), (400, 900_561), "{path}");
        assert!(text.contains(&told), "{text}");
    }
}

#[tokio::test]
async fn a_code_lasts_ten_minutes() {
    let tenant = tenant().await;
    let code = code(&tenant).await;
    tenant.clock().advance(Duration::from_secs(601));

    let answer = Params::code(&tenant, &code).at_token(&tenant).await;

    assert_eq!(answer.error_code(), 70_008);
}

#[tokio::test]
async fn a_refresh_token_lasts_ninety_days() {
    let tenant = tenant().await;
    let token = refresh_token(&tenant).await;
    tenant.clock().advance(Duration::from_secs(90 * 24 * 3600));

    let answer = Params::refresh(&tenant, &token).at_token(&tenant).await;

    assert_eq!(answer.error_code(), 700_082);
}

#[tokio::test]
async fn a_web_redirect_demands_a_secret() {
    let uri = "http://localhost/web";
    let tenant = Sim::builder().auto_sign_in(MIRA).redirect(Platform::Web, uri);
    let tenant = tenant.start().await.unwrap();
    let ask = Params::authorize(&tenant).with("redirect_uri", uri);
    let code = ask.at_authorize(&tenant).await.redirected()["code"].clone();

    let answer = Params::code(&tenant, &code).with("redirect_uri", uri).at_token(&tenant).await;

    assert_eq!(answer.status, 401);
    assert_eq!(answer.error_code(), 7_000_218);
    assert_eq!(answer.json()["error"], "invalid_client");
}

#[tokio::test]
async fn a_single_page_redirect_demands_an_origin_and_others_refuse_one() {
    let uri = "http://localhost/spa";
    let tenant = Sim::builder().auto_sign_in(MIRA).redirect(Platform::SinglePage, uri);
    let tenant = tenant.start().await.unwrap();
    let ask = Params::authorize(&tenant).with("redirect_uri", uri);
    let spa = ask.at_authorize(&tenant).await.redirected()["code"].clone();
    let native = code(&tenant).await;

    let spa = Params::code(&tenant, &spa).with("redirect_uri", uri).at_token(&tenant).await;
    let request = Params::code(&tenant, &native).token_request(&tenant);
    let native = Answer::of(request.header("origin", "http://localhost")).await;

    assert_eq!(spa.error_code(), 9_002_327);
    assert_eq!(native.error_code(), 9_002_326);
}

#[tokio::test]
async fn the_device_code_flow_is_switched_off() {
    let tenant = tenant().await;
    let address =
        format!("{}/{}/oauth2/v2.0/devicecode", tenant.login_endpoint(), tenant.tenant_id());
    let params = Params::of(&[("client_id", tenant.local_client_id()), ("scope", "openid")]);

    let answer = Answer::of(params.post_to(&address)).await;

    assert_eq!(answer.error_code(), 7_000_218);
}
