//! How the connector proves to Entra who it is, and what happens when that changes while it runs.

use std::{fs, path::PathBuf};

use base64::{
    Engine,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use rcgen::{CertificateParams, KeyPair, PKCS_RSA_SHA256, date_time_ymd};
use ring::{
    digest::{SHA256, digest},
    rand::SystemRandom,
    signature::{KeyPair as _, RSA_PKCS1_SHA256, RsaKeyPair},
};
use rustls::pki_types::PrivatePkcs8KeyDer;
use serde_json::{Value, json};

use crate::harness::{Bench, Era, Setup, USER, error};

const KEY_A: &[u8] = include_bytes!("../../crates/m365-auth/tests/keys/signing_a.pk8");
const KEY_B: &[u8] = include_bytes!("../../crates/m365-auth/tests/keys/signing_b.pk8");

const ISSUER: &str = "https://oidc.cluster.example";
const SUBJECT: &str = "system:serviceaccount:m365:m365-remote";

/// A certificate for `key` that is valid from the first of January of one year to that of another.
fn certificate(key: &[u8], from: i32, to: i32) -> rcgen::Certificate {
    let der = PrivatePkcs8KeyDer::from(key);
    let key = KeyPair::from_pkcs8_der_and_sign_algo(&der, &PKCS_RSA_SHA256).unwrap();
    let mut parameters = CertificateParams::new(["connector.example".to_owned()]).unwrap();
    parameters.not_before = date_time_ymd(from, 1, 1);
    parameters.not_after = date_time_ymd(to, 1, 1);
    parameters.self_signed(&key).unwrap()
}

/// Puts a certificate and a key where [`with_certificate`] looks for them.
fn install(bench: &Bench, certificate: &rcgen::Certificate, key: &[u8]) {
    let label = "PRIVATE KEY";
    let key = format!("-----BEGIN {label}-----\n{}\n-----END {label}-----\n", STANDARD.encode(key));
    fs::write(bench.folder.path().join("app.key"), key).unwrap();
    fs::write(bench.folder.path().join("app.pem"), certificate.pem()).unwrap();
}

fn with_certificate(setup: Setup) -> Setup {
    let files = "{ certificate_file = \"app.pem\", private_key_file = \"app.key\" }";
    setup.in_table("entra", "credential", files)
}

/// Calls for a user who has not called before, so that Entra is asked; returns the result.
async fn call_for(bench: &Bench, upn: &str) -> Value {
    bench.host_of(upn).await.call(Era::Modern, "get_me", json!({})).await
}

async fn works_for(bench: &Bench, upn: &str) {
    let result = call_for(bench, upn).await;
    assert_ne!(result["isError"], true, "{upn}: {result}");
}

fn colleague(bench: &Bench) -> String {
    let other = bench.sim.users().iter().find(|user| user.upn != USER);
    other.unwrap().upn.clone()
}

/// What the connector showed to Entra with the last exchange.
fn shown(bench: &Bench, name: &str) -> String {
    let log = bench.sim.entra().log();
    let exchange = log.iter().rev().find(|request| request.on_behalf_of().is_some()).unwrap();
    exchange.form_value(name).unwrap_or_default()
}

/// Checks the configuration as it is written; returns the exit code and what was said.
async fn check(bench: &Bench) -> (Option<i32>, String) {
    let (code, stdout, stderr) = bench.run(&["check"]).await;
    (code, stdout + &stderr)
}

#[tokio::test]
async fn a_certificate_is_replaced_while_the_server_runs() {
    let (first, second) = (certificate(KEY_A, 2020, 2040), certificate(KEY_B, 2021, 2041));
    let registered = first.der().to_vec();
    let mut bench = Bench::before(|sim| sim.connector_certificate(registered)).await;
    install(&bench, &first, KEY_A);
    bench.serve_as(&with_certificate(bench.setup())).await;
    works_for(&bench, USER).await;

    bench.sim.replace_certificate(second.der().to_vec());
    install(&bench, &second, KEY_B);

    works_for(&bench, &colleague(&bench)).await;
    let header = shown(&bench, "client_assertion");
    let header = URL_SAFE_NO_PAD.decode(header.split('.').next().unwrap()).unwrap();
    let header: Value = serde_json::from_slice(&header).unwrap();
    let thumbprint = URL_SAFE_NO_PAD.encode(digest(&SHA256, second.der()));
    assert_eq!(
        (&header["alg"], &header["x5t#S256"]),
        (&json!("PS256"), &Value::from(thumbprint)),
        "{header}"
    );
    let (code, said) = check(&bench).await;
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains("certificate, until 2041-01-01"), "{said}");
    bench.check_secrets().await;
}

#[tokio::test]
async fn a_certificate_that_entra_does_not_know_fails_calls_and_is_logged_for_the_operator() {
    let own = certificate(KEY_A, 2020, 2040);
    let mut bench = Bench::without_server().await;
    install(&bench, &own, KEY_A);
    bench.serve_as(&with_certificate(bench.setup())).await;

    let refused = error(&call_for(&bench, USER).await);

    assert_eq!(refused["code"], "SERVICE_ERROR", "{refused}");
    bench.server().logged("credential_refused").await;
    bench.server().logged("aadsts=700027").await;
    assert!(!refused.to_string().contains("700027"), "{refused}");
}

#[tokio::test]
async fn a_certificate_that_is_not_valid_or_not_the_keys_is_refused_with_the_line_to_change() {
    let bench = Bench::without_server().await;
    bench.write(&with_certificate(bench.setup()));
    let year = |from, to| certificate(KEY_A, from, to);
    for (certificate, key, parts) in [
        (year(2020, 2021), KEY_A, ["app.pem", "expired on 2021-01-01", "new one"]),
        (year(2099, 2100), KEY_A, ["app.pem", "valid from 2099-01-01", "clock"]),
        (year(2020, 2040), KEY_B, ["app.pem", "app.key", "does not belong to"]),
    ] {
        install(&bench, &certificate, key);
        for command in ["check", "serve"] {
            let (code, stdout, stderr) = bench.run(&[command]).await;
            assert_eq!((code, stdout.as_str()), (Some(2), ""), "{command}: {stderr}");
            assert!(stderr.contains("config.toml:"), "{command}: {stderr}");
            assert!(stderr.contains("entra.credential"), "{command}: {stderr}");
            for part in parts {
                assert!(stderr.contains(part), "{command}: {part} in {stderr}");
            }
        }
    }
}

/// A token of the cluster for our workload.
fn federated(expires_in: i64, number: u32) -> String {
    let now = m365_auth::Clock::now(&m365_auth::SystemClock::default()).as_second();
    let part = |value: Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let header = part(json!({ "alg": "RS256", "kid": "cluster", "typ": "JWT" }));
    let claims = json!({
        "iss": ISSUER, "sub": SUBJECT, "aud": "api://AzureADTokenExchange",
        "nbf": now - 600, "exp": now + expires_in, "jti": number.to_string(),
    });
    let signed = format!("{header}.{}", part(claims));
    let key = RsaKeyPair::from_pkcs8(KEY_A).unwrap();
    let mut signature = vec![0; key.public().modulus_len()];
    key.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), signed.as_bytes(), &mut signature).unwrap();
    format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature))
}

/// A server that shows the token in the file that is returned, which holds `token` now.
async fn federated_bench(token: &str) -> (Bench, PathBuf) {
    let key = RsaKeyPair::from_pkcs8(KEY_A).unwrap().public_key().as_ref().to_vec();
    let mut bench = Bench::before(|sim| sim.connector_federation(ISSUER, SUBJECT, key)).await;
    let file = bench.folder.path().join("token");
    fs::write(&file, token).unwrap();
    let credential = "{ federated_token_file = \"token\" }";
    let setup = bench.setup().in_table("entra", "credential", credential);
    bench.serve_as(&setup).await;
    (bench, file)
}

#[tokio::test]
async fn a_federated_token_is_renewed_while_the_server_runs() {
    let (first, second) = (federated(600, 1), federated(3600, 2));
    let (mut bench, file) = federated_bench(&first).await;
    works_for(&bench, USER).await;
    assert_eq!(shown(&bench, "client_assertion"), first);

    fs::write(file, &second).unwrap();

    works_for(&bench, &colleague(&bench)).await;
    assert_eq!(shown(&bench, "client_assertion"), second);
    let (code, said) = check(&bench).await;
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains("federated token, until 2"), "{said}");
    let log = bench.server().log() + &said;
    assert!(!log.contains(&first) && !log.contains(&second), "a token is a secret");
    bench.check_secrets().await;
}

#[tokio::test]
async fn a_federated_token_that_has_expired_fails_the_check_but_not_what_comes_after_its_renewal() {
    let (bench, file) = federated_bench(&federated(-60, 1)).await;
    let refused = error(&call_for(&bench, USER).await);
    assert_eq!(refused["code"], "SERVICE_ERROR", "{refused}");
    let (code, said) = check(&bench).await;
    assert_eq!(code, Some(2), "{said}");
    for part in ["config.toml:", "entra.credential", "token`", "expired on", "new one"] {
        assert!(said.contains(part), "{part} in {said}");
    }

    fs::write(file, federated(600, 2)).unwrap();

    works_for(&bench, &colleague(&bench)).await;
}

#[tokio::test]
async fn a_secret_in_a_file_is_rotated_while_the_server_runs() {
    let mut bench = Bench::without_server().await;
    let file = bench.folder.path().join("secret");
    fs::write(&file, bench.sim.connector_secret()).unwrap();
    let credential = "{ client_secret_file = \"secret\" }";
    bench.serve_as(&bench.setup().in_table("entra", "credential", credential)).await;
    works_for(&bench, USER).await;

    bench.sim.replace_secret("canary~the-second.secret");
    fs::write(&file, "canary~the-second.secret\n").unwrap();

    works_for(&bench, &colleague(&bench)).await;
    let (code, said) = check(&bench).await;
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains("client secret from a file"), "{said}");
    fs::write(&file, "").unwrap();
    let (code, said) = check(&bench).await;
    assert_eq!(code, Some(2), "{said}");
    assert!(said.contains("config.toml:") && said.contains("is empty"), "{said}");
    bench.check_secrets().await;
}
