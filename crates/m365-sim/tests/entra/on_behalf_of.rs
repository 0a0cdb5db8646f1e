//! The connector exchanges its caller's token for one of Graph.

use std::time::Duration;

use m365_sim::{Fault, Sim};
use serde_json::json;

use super::browser::{Answer, MIRA, Params, claims, part, tenant, tokens};
use crate::client::http;

pub(crate) const GRANT: &str = "urn:ietf:params:oauth:grant-type:jwt-bearer";

/// Exchanges a caller's token as the connector with its secret.
pub(crate) fn exchange(tenant: &Sim, assertion: &str) -> Params {
    Params::of(&[
        ("client_id", tenant.connector_client_id()),
        ("client_secret", tenant.connector_secret()),
        ("grant_type", GRANT),
        ("assertion", assertion),
        ("requested_token_use", "on_behalf_of"),
        ("scope", "https://graph.microsoft.com/User.Read Mail.Read"),
        ("client_info", "1"),
    ])
}

/// Signs a user in at the desktop host.
pub(crate) async fn assertion(tenant: &Sim) -> String {
    tenant.desktop(MIRA).token().await.unwrap()
}

#[tokio::test]
async fn the_callers_token_becomes_one_of_graph_for_the_same_user() {
    let tenant = Sim::start().await;
    let caller = assertion(&tenant).await;

    let answer = exchange(&tenant, &caller).at_token(&tenant).await;

    let body = answer.json();
    let token = body["access_token"].as_str().unwrap();
    let me = format!("{}/v1.0/me", tenant.graph_endpoint());
    let me = Answer::of(http().get(me).bearer_auth(token)).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    assert_eq!(claims(token)["oid"], claims(&caller)["oid"]);
    assert_eq!(claims(token)["appid"], tenant.connector_client_id());
    assert_eq!(claims(token)["appidacr"], "1");
    assert!(claims(token)["scp"].as_str().unwrap().contains("Sites.Read.All"));
    assert!(body["client_info"].is_string());
    assert!(body.get("refresh_token").is_none() && body.get("id_token").is_none());
    assert_eq!(me.json()["userPrincipalName"], MIRA);
}

#[tokio::test]
async fn with_cp1_the_token_lives_for_a_day() {
    let tenant = Sim::start().await;
    let claims = r#"{"access_token":{"xms_cc":{"values":["cp1"]}}}"#;

    let exchange = exchange(&tenant, &assertion(&tenant).await).with("claims", claims);
    let body = exchange.at_token(&tenant).await.json();

    let life = body["expires_in"].as_u64().unwrap();
    assert!((86_400..100_800).contains(&life), "{life}");
    assert!(body["refresh_in"].as_u64().unwrap() < life);
}

#[tokio::test]
async fn default_and_offline_access_are_understood() {
    let tenant = Sim::start().await;
    let scope = "https://graph.microsoft.com/.default offline_access";

    let exchange = exchange(&tenant, &assertion(&tenant).await).with("scope", scope);
    let body = exchange.at_token(&tenant).await.json();

    assert!(body["scope"].as_str().unwrap().contains("Mail.Read"));
    assert!(body["refresh_token"].is_string());
}

#[tokio::test]
async fn a_token_that_somebody_changed_is_refused() {
    let tenant = Sim::start().await;
    let caller = assertion(&tenant).await;
    let (signed, _) = caller.rsplit_once('.').unwrap();
    let other = tenant.desktop(MIRA).token().await.unwrap();
    let (_, signature) = other.rsplit_once('.').unwrap();

    let answer = exchange(&tenant, &format!("{signed}.{signature}")).at_token(&tenant).await;

    assert_eq!(part(&caller, 0)["alg"], "RS256");
    assert_eq!((answer.error_code(), answer.status), (50_013, 400));
    assert_eq!(answer.json()["error"], json!("invalid_grant"));
}

#[tokio::test]
async fn each_wrong_request_has_its_number() {
    let tenant = tenant().await;
    let caller = assertion(&tenant).await;
    let id_token = tokens(&tenant).await["id_token"].as_str().unwrap().to_owned();
    let graph_token = tenant.issue_token(MIRA, &["Mail.Read"]);
    let two = format!("Mail.Read api://{}/access_as_user", tenant.connector_client_id());
    let cases = [
        ("client_id", tenant.host_client_id(), 7_000_215, "invalid_client"),
        ("client_id", "aaaaaaaa-0000-4000-8000-0000000000ff", 700_016, "unauthorized_client"),
        ("client_secret", "", 7_000_218, "invalid_client"),
        ("client_secret", "wrong", 7_000_215, "invalid_client"),
        ("requested_token_use", "", 900_144, "invalid_request"),
        ("requested_token_use", "impersonate", 90_023, "invalid_request"),
        ("assertion", "", 900_144, "invalid_request"),
        ("assertion", "a.b", 50_027, "invalid_request"),
        ("assertion", &id_token, 240_002, "invalid_grant"),
        ("assertion", &graph_token, 50_013, "invalid_grant"),
        ("scope", "", 900_144, "invalid_request"),
        ("scope", &two, 70_011, "invalid_scope"),
        ("scope", "Mail.Write", 650_053, "invalid_scope"),
        ("scope", "ChannelMessage.Read.All", 65_001, "invalid_grant"),
        ("resource", "https://connector.example/mcp", 9_010_010, "invalid_target"),
        ("claims", "{", 9_002_313, "invalid_request"),
    ];
    for (name, value, number, error) in cases {
        let answer = exchange(&tenant, &caller).with(name, value).at_token(&tenant).await;
        let body = answer.json();
        assert_eq!(
            (answer.error_code(), body["error"].as_str().unwrap()),
            (number, error),
            "{name}={value}"
        );
    }
}

#[tokio::test]
async fn a_token_that_is_twice_in_the_form_is_refused() {
    let tenant = Sim::start().await;
    let caller = assertion(&tenant).await;

    let twice = exchange(&tenant, &caller).and("assertion", &caller).at_token(&tenant).await;

    assert_eq!(twice.error_code(), 9_000_411);
}

#[tokio::test]
async fn missing_consent_names_the_connector_and_not_its_caller() {
    let tenant = Sim::start().await;
    let caller = assertion(&tenant).await;
    tenant.withdraw_connector_consent(tenant.tenant_id());

    let refused = exchange(&tenant, &caller).at_token(&tenant).await;
    tenant.give_consent("Mail.Read");
    tenant.give_consent("User.Read");
    let again = exchange(&tenant, &caller).at_token(&tenant).await;

    assert_eq!(refused.error_code(), 65_001);
    assert_eq!(refused.json()["suberror"], "consent_required");
    assert!(refused.text.contains(tenant.connector_client_id()));
    assert!(!refused.text.contains(tenant.host_client_id()));
    assert_eq!(again.status, 200);
}

#[tokio::test]
async fn an_expired_token_is_exchanged_no_more() {
    let tenant = Sim::start().await;
    let caller = assertion(&tenant).await;
    tenant.clock().advance(Duration::from_secs(5400));

    let answer = exchange(&tenant, &caller).at_token(&tenant).await;

    assert_eq!(answer.error_code(), 500_133);
}

#[tokio::test]
async fn whoever_is_disabled_or_revoked_is_not_acted_for() {
    let tenant = Sim::start().await;
    let caller = assertion(&tenant).await;

    tenant.revoke(MIRA);
    let revoked = exchange(&tenant, &caller).at_token(&tenant).await;
    let newer = tenant.desktop(MIRA).token().await.unwrap();
    let fresh = exchange(&tenant, &newer).at_token(&tenant).await;
    tenant.disable(MIRA);
    let disabled = exchange(&tenant, &newer).at_token(&tenant).await;

    assert_eq!((revoked.error_code(), &revoked.json()["suberror"]), (50_173, &json!("bad_token")));
    assert_eq!(fresh.status, 200);
    assert_eq!(disabled.error_code(), 50_057);
}

#[tokio::test]
async fn exchanges_are_counted_by_user() {
    let tenant = Sim::start().await;
    let caller = assertion(&tenant).await;

    for _ in 0..2 {
        exchange(&tenant, &caller).at_token(&tenant).await;
    }

    assert_eq!(tenant.exchanges(MIRA), 2);
    assert_eq!(tenant.exchanges("adele.vance@fjordlight.example"), 0);
}

#[tokio::test]
async fn tokens_that_are_none_of_a_caller_have_their_numbers() {
    let tenant = Sim::start().await;
    let caller = || tenant.caller_token(MIRA);
    let other = json!(tenant.local_client_id());
    let cases = [
        ("right", caller().issue(), None),
        ("of version 1", caller().version(1).issue(), None),
        ("for another app", caller().claim("aud", other).issue(), Some(500_131)),
        ("app-only", caller().app_only().issue(), Some(7_000_114)),
        ("without a scope", caller().scope("").issue(), Some(7_000_114)),
        ("expired", caller().expires_in(-1).issue(), Some(500_133)),
        ("an ID token", caller().id_token().issue(), Some(240_002)),
        ("for Graph", caller().for_graph("Mail.Read").issue(), Some(50_013)),
        ("signed by a stranger", caller().signed_by("foreign").issue(), Some(50_013)),
        ("signed for persons", caller().signed_by("consumer").issue(), Some(50_013)),
        ("not signed", caller().alg("none").issue(), Some(50_013)),
        ("signed with HS256", caller().alg("HS256").issue(), Some(50_013)),
    ];
    for (what, token, number) in cases {
        let answer = exchange(&tenant, &token).at_token(&tenant).await;
        let code = (answer.status != 200).then(|| answer.error_code());
        assert_eq!(code, number, "{what}: {}", answer.text);
    }
}

#[tokio::test]
async fn a_token_for_the_connectors_other_name_is_its_own_too() {
    let uri = "https://connector.example/mcp";
    let builder = Sim::builder().connector_uri(uri).connector_token_version(1);
    let tenant = builder.auto_sign_in(MIRA).start().await.unwrap();
    let scope = format!("{uri}/access_as_user");
    let ask = Params::authorize(&tenant).with("scope", &scope).with("resource", uri);

    let code = ask.at_authorize(&tenant).await.redirected()["code"].clone();
    let redeem = Params::code(&tenant, &code).with("scope", &scope).with("resource", uri);
    let tokens = redeem.at_token(&tenant).await.json();
    let caller = tenant.caller_token(MIRA).claim("aud", json!(uri)).issue();

    assert_eq!(claims(tokens["access_token"].as_str().unwrap())["ver"], "1.0");
    assert_eq!(exchange(&tenant, &caller).at_token(&tenant).await.status, 200);
}

#[tokio::test]
async fn a_rotated_key_signs_tokens_that_are_good_until_it_is_withdrawn() {
    let tenant = Sim::start().await;
    let caller = assertion(&tenant).await;

    tenant.rotate_keys();
    let rotated = exchange(&tenant, &caller).at_token(&tenant).await.status;
    tenant.withdraw_old_keys();
    let withdrawn = exchange(&tenant, &caller).at_token(&tenant).await.error_code();

    assert_eq!((rotated, withdrawn), (200, 50_013));
}

#[tokio::test]
async fn a_fault_that_a_user_can_mend_says_so_as_on_behalf_of_does() {
    let tenant = Sim::start().await;
    let caller = assertion(&tenant).await;
    for code in [50_074, 50_076, 50_079, 50_158] {
        tenant.entra().next_response(Fault::entra_error(code));
        let answer = exchange(&tenant, &caller).at_token(&tenant).await;
        let body = answer.json();
        assert_eq!(
            (answer.error_code(), &body["error"]),
            (u64::from(code), &json!("interaction_required"))
        );
        assert!(body["claims"].is_string());
    }
}
