//! Callers' tokens that prove nothing, or not enough. That `m365-auth` refuses each of them is shown
//! there; here is what the server makes of that: the answer, the audit, and nobody who is asked.

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use m365_sim::{CallerTokenBuilder, User, UserKind};
use ring::{
    rand::SystemRandom,
    rsa::PublicKeyComponents,
    signature::{RSA_PKCS1_SHA256, RsaKeyPair},
};
use serde_json::{Value, json};

use crate::harness::{Answer, Bench, Era, Setup, USER};

/// The tenant of all personal accounts.
const CONSUMERS: &str = "9188040d-6c67-4c5b-b112-36a304b66dad";
const GRAPH: &str = "00000003-0000-0000-c000-000000000000";

/// A key that no tenant has.
const OWN_KEY: &[u8] = include_bytes!("../../crates/m365-auth/tests/keys/signing_b.pk8");

/// Starts a server that listens to a source however many wrong tokens it sends.
async fn start() -> Bench {
    Bench::start_with(patient).await
}

fn patient(setup: Setup) -> Setup {
    setup.in_table("limits", "rejections_per_minute", "100000")
}

fn mira(bench: &Bench) -> CallerTokenBuilder<'_> {
    bench.sim.caller_token(USER)
}

async fn call(bench: &Bench, token: &str) -> Answer {
    let host = bench.stranger(Some(token));
    host.try_call(Era::Modern, "outlook_email_search", json!({ "query": "budget" })).await
}

/// Tells how a token is received, without a call.
async fn received(bench: &Bench, token: &str) -> u16 {
    bench.stranger(Some(token)).post(Era::Modern, "tools/list", json!({})).await.status
}

/// Calls with each token, which is refused for the reason beside it, and nobody else is asked.
async fn refused(bench: &Bench, cases: &[(String, &str)]) -> Vec<Answer> {
    let before = bench.audited("auth.rejected", 0).await.len();
    let mut answers = Vec::new();
    for (token, _) in cases {
        answers.push(call(bench, token).await);
    }
    let events = bench.audited("auth.rejected", before + cases.len()).await;
    let reasons: Vec<_> =
        events[before..].iter().map(|it| it["reason"].as_str().unwrap()).collect();
    assert_eq!(reasons, cases.iter().map(|(_, reason)| *reason).collect::<Vec<_>>());
    assert!(bench.sim.graph().log().is_empty());
    let asked = bench.sim.entra().log();
    assert!(asked.iter().all(|request| request.form_value("assertion").is_none()), "{asked:?}");
    answers
}

/// Calls with each token, which proves nothing and is answered as any other of that kind.
async fn invalid(bench: &Bench, cases: &[(String, &str)]) {
    let answers = refused(bench, cases).await;
    for (answer, (_, reason)) in answers.iter().zip(cases) {
        assert_eq!(answer.status, 401, "{reason}: {answer:?}");
        let challenge = answer.header("www-authenticate");
        assert!(challenge.contains("error=\"invalid_token\""), "{challenge}");
        assert!(challenge.contains("resource_metadata=\""), "{challenge}");
        assert_eq!(
            answer.text, answers[0].text,
            "{reason}: the reason is not the caller's to know"
        );
    }
}

/// Calls with each token, which is good but not for this.
async fn insufficient(bench: &Bench, cases: &[(String, &str)]) {
    for answer in refused(bench, cases).await {
        assert_eq!((answer.status, &answer.json()["error"]), (403, &json!("insufficient_scope")));
        let challenge = answer.header("www-authenticate");
        assert!(challenge.contains("error=\"insufficient_scope\""), "{challenge}");
        assert!(challenge.contains("/access_as_user\""), "{challenge}");
    }
}

#[tokio::test]
async fn r01_a_token_without_a_signature_is_refused() {
    let mut bench = start().await;
    let good = mira(&bench).issue();
    let (signed, signature) = good.rsplit_once('.').unwrap();
    let named = |alg: &str| mira(&bench).header("alg", alg).issue();

    let mut cases = vec![
        (signed.to_owned(), "malformed"),
        (format!("{signed}."), "malformed"),
        (format!("{signed}.{}", &signature[..40]), "signature"),
        (format!("{signed}.{}", &signature[..340]), "signature"),
    ];
    for alg in ["none", "None", "NONE", "nOnE"] {
        cases.extend([(mira(&bench).alg(alg).issue(), "malformed"), (named(alg), "algorithm")]);
    }
    invalid(&bench, &cases).await;

    bench.finish().await;
}

#[tokio::test]
async fn r02_another_algorithm_is_refused_with_the_right_key_too() {
    let mut bench = start().await;

    let all = ["HS256", "HS256/der", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "rs256"];
    let cases = all.map(|alg| (mira(&bench).alg(alg).issue(), "algorithm"));
    invalid(&bench, &cases).await;

    bench.finish().await;
}

/// Signs what `good` says with a key of our own, which the header brings along.
fn with_own_key(good: &str) -> String {
    let pair = RsaKeyPair::from_pkcs8(OWN_KEY).unwrap();
    let key = PublicKeyComponents::<Vec<u8>>::from(pair.public());
    let encode = |bytes: &[u8]| BASE64_URL_SAFE_NO_PAD.encode(bytes);
    let own = json!({ "kty": "RSA", "kid": "own", "n": encode(&key.n), "e": encode(&key.e) });
    let header = json!({ "alg": "RS256", "typ": "JWT", "kid": "own", "jwk": own });
    let claims = good.split('.').nth(1).unwrap();
    let signed = format!("{}.{claims}", encode(header.to_string().as_bytes()));
    let mut signature = vec![0; pair.public().modulus_len()];
    pair.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), signed.as_bytes(), &mut signature).unwrap();
    format!("{signed}.{}", encode(&signature))
}

#[tokio::test]
async fn r03_a_token_cannot_choose_the_key_or_where_it_is_found() {
    let mut bench = start().await;
    let fetched = bench.sim.entra().requests();
    let named = |kid: &str| (mira(&bench).header("kid", kid).issue(), "unknown_key");

    let address = format!("{}/keys", bench.sim.foreign_endpoint());
    let kids = ["../../etc/passwd", &address, "' or 1=1 --", "", "a\0b", "ключ", &"k".repeat(65)];
    invalid(&bench, &kids.map(named)).await;
    assert_eq!(bench.sim.entra().requests(), fetched, "none of them is worth a fetch");

    let members = [("jku", json!(address)), ("x5u", json!(address)), ("x5c", json!(["MIIC"]))];
    for (member, value) in members {
        let with = || mira(&bench).header(member, value.clone());
        let tokens = [with().signed_by("foreign").issue(), with().issue()];
        invalid(&bench, &tokens.map(|token| (token, "algorithm"))).await;
    }
    invalid(&bench, &[(with_own_key(&mira(&bench).issue()), "algorithm")]).await;

    // That the foreign host was not asked for keys is among what always holds.
    bench.finish().await;
}

#[tokio::test]
async fn r04_a_token_for_graph_or_another_app_is_refused_and_never_passed_on() {
    let mut bench = start().await;
    let (host, local) = (bench.sim.host_client_id(), bench.sim.local_client_id());
    let as_uri = format!("api://{}", bench.sim.connector_client_id());

    let audiences = [GRAPH, "https://graph.microsoft.com", host, local, &as_uri, ""];
    let mut cases =
        audiences.map(|aud| (mira(&bench).claim("aud", aud).issue(), "audience")).to_vec();
    cases.push((mira(&bench).for_graph("Mail.Read").issue(), "algorithm"));
    cases.push((mira(&bench).id_token().issue(), "claims"));
    invalid(&bench, &cases).await;

    bench.finish().await;
}

#[tokio::test]
async fn r05_a_token_of_another_issuer_is_refused() {
    let mut bench = start().await;
    let tenant = bench.sim.tenant_id();
    let other = stranger(&bench).tenant;
    let by = |iss: String| (mira(&bench).claim("iss", iss).issue(), "issuer");
    let at = |host: &str, tenant: &str| by(format!("https://{host}/{tenant}/v2.0"));

    let personal = mira(&bench)
        .claim("tid", CONSUMERS)
        .claim("iss", format!("https://login.microsoftonline.com/{CONSUMERS}/v2.0"));
    let cases = [
        at("login.microsoftonline.us", tenant),
        at("login.partner.microsoftonline.cn", tenant),
        at("fjordlight.b2clogin.com", tenant),
        at("login.microsoftonline.com", &other),
        at("login.microsoftonline.com", CONSUMERS),
        at("login.microsoftonline.com", "common"),
        by(format!("https://sts.windows.net/{tenant}/")),
        by(format!("{}/{tenant}/v2.0", bench.sim.login_endpoint())),
        (mira(&bench).claim("tid", other.clone()).issue(), "issuer"),
        (mira(&bench).version(1).issue(), "version"),
        (mira(&bench).signed_by("consumer").issue(), "unknown_key"),
        (personal.clone().issue(), "issuer"),
        (personal.signed_by("consumer").issue(), "issuer"),
    ];
    invalid(&bench, &cases).await;

    bench.finish().await;
}

#[tokio::test]
async fn r06_a_claim_that_is_missing_or_of_another_type_is_refused() {
    let mut bench = start().await;
    let mut cases = Vec::new();

    for name in ["iss", "aud", "exp", "nbf", "tid", "oid"] {
        let is_time = ["exp", "nbf"].contains(&name);
        let number_or_text = if is_time { json!("1790000000") } else { json!(7) };
        let others = [number_or_text, Value::Null, json!([]), json!(["a"]), json!({})];
        cases.push((mira(&bench).without(name).issue(), "claims"));
        cases.extend(others.map(|value| (mira(&bench).claim(name, value).issue(), "claims")));
    }
    let own = bench.sim.connector_client_id();
    cases.push((mira(&bench).claim("aud", json!([own, GRAPH])).issue(), "claims"));
    cases.push((mira(&bench).repeated("aud", own).issue(), "claims"));
    invalid(&bench, &cases).await;

    bench.finish().await;
}

#[tokio::test]
async fn r07_clocks_may_differ_by_five_minutes_and_no_more() {
    let mut bench = start().await;

    let cases = [
        (mira(&bench).expires_in(-360).issue(), "expired"),
        (mira(&bench).not_before(360).issue(), "not_yet_valid"),
    ];
    invalid(&bench, &cases).await;
    for token in [mira(&bench).expires_in(-240).issue(), mira(&bench).not_before(240).issue()] {
        assert_eq!(received(&bench, &token).await, 200);
    }

    bench.finish().await;
}

#[tokio::test]
async fn r08_a_token_of_an_app_without_a_user_is_refused() {
    let mut bench = start().await;

    let cases = [
        mira(&bench).app_only(),
        mira(&bench).app_only().claim("scp", "access_as_user"),
        mira(&bench).claim("idtyp", "app"),
        mira(&bench).without("scp").claim("roles", json!(["access_as_user"])),
    ];
    insufficient(&bench, &cases.map(|token| (token.issue(), "app_only"))).await;

    bench.finish().await;
}

#[tokio::test]
async fn r09_a_token_without_our_scope_as_a_whole_word_is_refused() {
    let mut bench = start().await;

    let scopes = [
        "User.Read",
        "access_as_user2",
        "access_as_users access_as_use",
        "x_access_as_user",
        "Access_As_User",
        "access_as_user,User.Read",
        "",
    ];
    let cases = scopes.map(|scp| (mira(&bench).claim("scp", scp).issue(), "missing_scope"));
    insufficient(&bench, &cases).await;
    let among_others = mira(&bench).claim("scp", "User.Read access_as_user").issue();
    assert_eq!(received(&bench, &among_others).await, 200);

    bench.finish().await;
}

/// A user of another tenant than the main one.
fn stranger(bench: &Bench) -> User {
    let mut others = bench.sim.tenants().filter(|tenant| tenant.id() != bench.sim.tenant_id());
    let mut users = others.next().unwrap().users().iter();
    users.find(|user| user.kind == UserKind::Person).unwrap().clone()
}

/// With an empty list the server does not start, nor reload: `start.rs` and `lifecycle.rs` have that.
#[tokio::test]
async fn r10_only_a_listed_client_of_a_listed_tenant_may_call_and_others_learn_no_more() {
    let mut bench = start().await;
    let other = stranger(&bench);
    let theirs = || bench.sim.caller_token(&other.upn).tenant(&other.tenant);
    let unlisted_client = mira(&bench).client(bench.sim.other_host_client_id()).issue();

    let cases = [(theirs().issue(), "tenant_not_allowed"), (unlisted_client, "client_not_allowed")];
    let answers = refused(&bench, &cases).await;
    assert_eq!(answers[0].text, answers[1].text);
    for answer in &answers {
        let (status, challenge) = (answer.status, answer.header("www-authenticate"));
        assert_eq!((status, challenge), (403, ""), "{answer:?}");
        assert_eq!(answer.json()["error"], "unauthorized_client");
    }
    let events = bench.audited("auth.rejected", 2).await;
    assert_eq!(events[0]["tenant_id"], other.tenant, "the operator learns whose it was");
    // Whoever cannot prove to be of a tenant does not learn whether it is listed.
    invalid(&bench, &[(theirs().signed_by("foreign").issue(), "signature")]).await;

    bench.finish().await;
}

#[tokio::test]
async fn r10_each_tenant_has_clients_of_its_own() {
    let mut bench = Bench::without_server().await;
    let other = stranger(&bench);
    let special = bench.sim.other_host_client_id();
    let setup = patient(bench.setup()).allowing(&other.tenant, &[special], "");
    bench.serve_as(&setup).await;
    let (usual, special) = (bench.sim.host_client_id(), bench.sim.other_host_client_id());
    let token = || bench.sim.caller_token(&other.upn).tenant(&other.tenant);
    let theirs = |client: &str| token().client(client).issue();

    let cases = [
        (theirs(usual), "client_not_allowed"),
        (mira(&bench).client(special).issue(), "client_not_allowed"),
    ];
    refused(&bench, &cases).await;
    assert_eq!(received(&bench, &theirs(special)).await, 200);
    assert_eq!(received(&bench, &mira(&bench).issue()).await, 200);

    bench.finish().await;
}
