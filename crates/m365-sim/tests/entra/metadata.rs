//! Discovery documents, and what is not there.

use m365_sim::{Sim, SimCloud};
use ring::signature::{RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents};
use serde_json::Value;

use super::browser::{Answer, part, tenant, tokens};
use crate::client::http;

async fn get(tenant: &Sim, path: &str) -> Answer {
    Answer::of(http().get(format!("{}/{path}", tenant.login_endpoint()))).await
}

/// Checks a token with the published key that it names, as a receiver does.
fn verifies(keys: &Value, token: &str) -> bool {
    use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
    let header = part(token, 0);
    let named = |key: &&Value| key["kid"] == header["kid"];
    let key = keys["keys"].as_array().unwrap().iter().find(named).unwrap();
    let number = |name: &str| URL_SAFE_NO_PAD.decode(key[name].as_str().unwrap()).unwrap();
    let (text, signature) = token.rsplit_once('.').unwrap();
    let signature = URL_SAFE_NO_PAD.decode(signature).unwrap();
    RsaPublicKeyComponents { n: number("n"), e: number("e") }
        .verify(&RSA_PKCS1_2048_8192_SHA256, text.as_bytes(), &signature)
        .is_ok()
}

#[tokio::test]
async fn endpoints_lie_under_the_root_and_the_issuer_is_the_clouds_own() {
    let tenant = Sim::start().await;
    let id = tenant.tenant_id();

    let answer = get(&tenant, &format!("{id}/v2.0/.well-known/openid-configuration")).await;

    let document = answer.json();
    let root = format!("{}/{id}/", tenant.login_endpoint());
    assert!(document["authorization_endpoint"].as_str().unwrap().starts_with(&root));
    assert!(document["token_endpoint"].as_str().unwrap().starts_with(&root));
    assert_eq!(document["issuer"], format!("https://login.microsoftonline.com/{id}/v2.0"));
    assert!(document.get("code_challenge_methods_supported").is_none());
    assert_eq!(answer.header("cache-control"), "max-age=86400, private");
}

#[tokio::test]
async fn a_domain_resolves_to_the_id_and_common_to_a_template() {
    let tenant = Sim::start().await;
    let issuer = async |name: &str| {
        let path = format!("{name}/v2.0/.well-known/openid-configuration");
        get(&tenant, &path).await.json()["issuer"].as_str().unwrap().to_owned()
    };

    assert!(issuer("fjordlight.example").await.contains(tenant.tenant_id()));
    assert!(issuer("common").await.contains("{tenantid}"));
}

#[tokio::test]
async fn a_government_tenant_says_where_it_is() {
    let tenant = Sim::builder().cloud(SimCloud::UsGovDod).start().await.unwrap();
    let path = format!("{}/v2.0/.well-known/openid-configuration", tenant.tenant_id());

    let document = get(&tenant, &path).await.json();

    assert_eq!(document["tenant_region_sub_scope"], "DOD");
    assert_eq!(document["msgraph_host"], "dod-graph.microsoft.us");
    assert!(document["issuer"].as_str().unwrap().contains("login.microsoftonline.us"));
}

#[tokio::test]
async fn an_unknown_tenant_has_another_error_here_than_at_the_token_endpoint() {
    let tenant = Sim::start().await;
    let unknown = "22222222-2222-4333-8444-555555555555";

    let answer = get(&tenant, &format!("{unknown}/v2.0/.well-known/openid-configuration")).await;

    assert_eq!(answer.status, 400);
    assert_eq!(answer.json()["error"], "invalid_tenant");
    assert_eq!(answer.error_code(), 90_002);
}

#[tokio::test]
async fn the_published_key_verifies_id_tokens_and_never_graphs() {
    let tenant = tenant().await;
    let tokens = tokens(&tenant).await;
    let path = format!("{}/discovery/v2.0/keys", tenant.tenant_id());

    let keys = get(&tenant, &path).await.json();

    assert!(verifies(&keys, tokens["id_token"].as_str().unwrap()));
    assert!(!verifies(&keys, tokens["access_token"].as_str().unwrap()));
}

#[tokio::test]
async fn instance_discovery_knows_microsofts_hosts_only() {
    let tenant = Sim::start().await;
    let ask = async |host: &str| {
        let endpoint = format!("https%3A%2F%2F{host}%2Fx%2Foauth2%2Fv2.0%2Fauthorize");
        get(&tenant, &format!("common/discovery/instance?authorization_endpoint={endpoint}")).await
    };

    let unknown = ask("login.example").await;

    for host in [
        "login.microsoftonline.us",
        "login.chinacloudapi.cn",
        "login.sovcloud-identity.fr",
        "login.sovcloud-identity.de",
        "login.sovcloud-identity.sg",
    ] {
        let known = ask(host).await;
        assert!(known.status == 200 && known.text.contains(&format!("\"{host}\"")), "{host}");
    }
    assert_eq!(unknown.status, 400);
    assert_eq!(unknown.json()["error"], "invalid_instance");
}

#[tokio::test]
async fn a_route_that_the_demo_tenant_lacks_answers_501_with_its_name() {
    let tenant = Sim::start().await;
    let path = format!("{}/oauth2/v2.0/bc-authorize", tenant.tenant_id());

    let answer = get(&tenant, &path).await;

    assert_eq!(answer.status, 501);
    assert!(answer.text.contains(&path), "{}", answer.text);
}

#[tokio::test]
async fn what_entra_does_not_have_is_not_there() {
    let tenant = Sim::start().await;
    let id = tenant.tenant_id();
    let absent = [
        ".well-known/oauth-authorization-server".to_owned(),
        format!(".well-known/oauth-authorization-server/{id}/v2.0"),
        format!(".well-known/openid-configuration/{id}/v2.0"),
        format!("{id}/oauth2/v2.0/register"),
        format!("{id}/oauth2/v2.0/revoke"),
        format!("{id}/oauth2/v2.0/introspect"),
    ];

    for path in absent {
        assert_eq!(get(&tenant, &path).await.status, 404, "{path}");
    }
}
