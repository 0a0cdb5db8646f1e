//! Client assertions signed with a certificate's key.

use std::{fs, path::PathBuf};

use base64::{
    Engine,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use m365_auth::{
    ClientCertificate, ClientCredential, CredentialError, ErrorKind, Proof, ProofRequest,
};
use rcgen::{CertificateParams, KeyPair, PKCS_RSA_SHA256, date_time_ymd};
use ring::{
    digest::{SHA1_FOR_LEGACY_USE_ONLY, SHA256, digest},
    signature::{
        KeyPair as _, RSA_PKCS1_2048_8192_SHA256, RSA_PSS_2048_8192_SHA256, RsaKeyPair,
        UnparsedPublicKey, VerificationAlgorithm,
    },
};
use rustls::pki_types::PrivatePkcs8KeyDer;
use serde_json::{Value, json};
use tempfile::TempDir;

use super::{Remote, refusal, token};
use crate::{
    entra::Form,
    issuer::{CONNECTOR, OTHER_TENANT, TENANT},
};

const KEY_A: &[u8] = include_bytes!("../keys/signing_a.pk8");
pub(super) const KEY_B: &[u8] = include_bytes!("../keys/signing_b.pk8");
const WEAK_KEY: &[u8] = include_bytes!("../keys/weak.pk8");

#[tokio::test]
async fn an_assertion_is_signed_with_ps256_and_names_client_endpoint_and_certificate() {
    let (remote, files) = (Remote::start().await, Files::new());
    let client = remote.builder_with(files.open()).build();

    token(&client, &remote.caller(json!({})).await).await.unwrap();

    let form = &remote.entra.forms().await[0];
    let now = remote.issuer.now();
    let (header, claims) = verified(form, &RSA_PSS_2048_8192_SHA256);
    let thumbprint = URL_SAFE_NO_PAD.encode(digest(&SHA256, &files.der));
    assert_eq!(header, json!({"alg": "PS256", "typ": "JWT", "x5t#S256": thumbprint}));
    let id = claims["jti"].as_str().unwrap();
    assert_eq!(
        claims,
        json!({
            "aud": format!("https://login.microsoftonline.com/{TENANT}/oauth2/v2.0/token"),
            "iss": CONNECTOR, "sub": CONNECTOR, "jti": id,
            "nbf": now, "iat": now, "exp": now + 600,
        })
    );
    assert_eq!(
        form["client_assertion_type"],
        "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
    );
    assert!(!form.contains_key("client_secret"));
}

#[tokio::test]
async fn the_older_header_can_be_had() {
    let (remote, files) = (Remote::start().await, Files::new());
    let client = remote.builder_with(files.open().with_sha1_thumbprint()).build();

    token(&client, &remote.caller(json!({})).await).await.unwrap();

    let forms = remote.entra.forms().await;
    let (header, _) = verified(&forms[0], &RSA_PKCS1_2048_8192_SHA256);
    let thumbprint = URL_SAFE_NO_PAD.encode(digest(&SHA1_FOR_LEGACY_USE_ONLY, &files.der));
    assert_eq!(header, json!({"alg": "RS256", "typ": "JWT", "x5t": thumbprint}));
}

#[tokio::test]
async fn t22_an_assertion_is_signed_once_per_tenant_and_five_minutes() {
    let (remote, files) = (Remote::start().await, Files::new());
    let client = remote.builder_with(files.open()).build();
    let issuer = format!("https://login.microsoftonline.com/{OTHER_TENANT}/v2.0");
    let elsewhere = remote.caller(json!({"tid": OTHER_TENANT, "iss": issuer})).await;

    for (number, seconds) in [(1, 0), (2, 299), (3, 1)] {
        remote.advance(seconds);
        token(&client, &remote.user(number).await).await.unwrap();
    }
    token(&client, &elsewhere).await.unwrap();

    let forms = remote.entra.forms().await;
    let texts: Vec<_> = forms.iter().map(|form| &form["client_assertion"]).collect();
    assert_eq!(texts[0], texts[1]);
    let ids =
        forms[1..].iter().map(|form| verified(form, &RSA_PSS_2048_8192_SHA256).1["jti"].clone());
    let ids: Vec<_> = ids.collect();
    assert!(ids[0] != ids[1] && ids[1] != ids[2], "{ids:?}");
    assert!(
        verified(&forms[3], &RSA_PSS_2048_8192_SHA256).1["aud"]
            .as_str()
            .unwrap()
            .contains(OTHER_TENANT)
    );
}

#[tokio::test]
async fn a_refused_certificate_is_read_again_and_tried_once_more() {
    for aadsts in [700_024, 700_027, 1_000_502, 7_000_214, 7_000_274, 7_000_277] {
        let (remote, mut files) = (Remote::start().await, Files::new());
        let client = remote.builder_with(files.open()).build();
        token(&client, &remote.user(1).await).await.unwrap();
        files.write(KEY_B, 2020, 2040);
        remote.next_error("invalid_client", aadsts);

        token(&client, &remote.user(2).await).await.unwrap();

        let forms = remote.entra.forms().await;
        let thumbprint = URL_SAFE_NO_PAD.encode(digest(&SHA256, &files.der));
        let header = part(&forms[2]["client_assertion"], 0);
        assert_eq!(forms[0]["client_assertion"], forms[1]["client_assertion"]);
        assert_eq!(header["x5t#S256"], thumbprint);
    }
}

#[tokio::test]
async fn a_certificate_that_stays_refused_is_tried_no_third_time() {
    let (remote, files) = (Remote::start().await, Files::new());
    let client = remote.builder_with(files.open()).build();
    (0..2).for_each(|_| remote.next_error("invalid_client", 700_027));

    let error = refusal(&client, &remote.user(1).await).await;

    assert_eq!((error.kind(), remote.exchanges().await), (ErrorKind::Configuration, 2));
    remote.next_error("unauthorized_client", 700_016);
    refusal(&client, &remote.user(2).await).await;
    assert_eq!(remote.exchanges().await, 3, "another certificate does not help against 700016");
}

#[tokio::test]
async fn files_that_are_being_replaced_leave_the_certificate_in_use() {
    let (remote, files) = (Remote::start().await, Files::new());
    let client = remote.builder_with(files.open()).build();
    fs::write(files.key(), "").unwrap();

    assert!(token(&client, &remote.user(1).await).await.is_ok());

    let error = client.check_credential().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Configuration);
    assert!(error.message().unwrap().contains("holds no RSA private key"), "{error}");
}

#[tokio::test]
async fn a_check_tells_thumbprint_and_end_and_whether_it_is_time() {
    let (remote, mut files) = (Remote::start().await, Files::new());
    let client = remote.builder_with(files.open()).build();

    let report = client.check_credential().await.unwrap();
    assert_eq!(report.kind(), "certificate");
    assert_eq!(report.expires_on().unwrap().to_string(), "2040-01-01T00:00:00Z");
    assert_eq!(report.thumbprint(), Some(&*URL_SAFE_NO_PAD.encode(digest(&SHA256, &files.der))));

    for (from, to, start) in [
        (2020, 2021, "the certificate expired on 2021-01-01"),
        (2030, 2040, "the certificate is valid from 2030-01-01"),
    ] {
        files.write(KEY_A, from, to);
        let error = client.check_credential().await.unwrap_err();
        assert!(error.message().unwrap().starts_with(start), "{error}");
    }
    assert_eq!(files.open().expires_on().to_string(), "2040-01-01T00:00:00Z");
}

#[test]
fn a_chain_and_a_key_of_the_older_form_are_read() {
    let files = Files::new();
    let other = certificate(KEY_B, 2020, 2040).pem();
    let own = fs::read_to_string(files.certificate()).unwrap();
    fs::write(files.certificate(), format!("{other}\n{own}")).unwrap();
    // PKCS#8 wraps PKCS#1 after 26 bytes.
    fs::write(files.key(), pem("RSA PRIVATE KEY", &KEY_A[26..])).unwrap();

    assert!(ClientCertificate::from_files(files.certificate(), files.key()).is_ok());
}

#[test]
fn each_file_that_is_not_what_it_should_be_is_named_with_what_it_should_be() {
    let elliptic = KeyPair::generate().unwrap().serialize_pem();
    for (key, expected) in [
        (pem("PRIVATE KEY", KEY_B), "does not belong to the certificate in"),
        (pem("PRIVATE KEY", WEAK_KEY), "holds no RSA private key of at least 2048 bits"),
        (elliptic, "holds no RSA private key of at least 2048 bits"),
        (pem("ENCRYPTED PRIVATE KEY", b"canary"), "is encrypted; write it without a passphrase"),
        ("canary".to_owned(), "holds no RSA private key"),
        ("canary".repeat(20_000), "larger than 64 KiB"),
    ] {
        let files = Files::new();
        fs::write(files.key(), key).unwrap();

        let error = ClientCertificate::from_files(files.certificate(), files.key()).unwrap_err();

        let text = error.to_string();
        assert!(text.contains(expected) && text.contains("key.pem"), "{text}");
        assert!(!format!("{text} {error:?}").contains("canary"), "{error:?}");
    }
    let files = Files::new();
    let no_certificate = ClientCertificate::from_files(files.key(), files.key()).unwrap_err();
    let nothing = ClientCertificate::from_files(files.key().join("x"), files.key()).unwrap_err();
    assert!(no_certificate.to_string().contains("holds no certificate in PEM form"));
    assert!(matches!(nothing, CredentialError::Unreadable { .. }), "{nothing}");
}

#[tokio::test]
async fn a_certificate_shows_neither_its_key_nor_an_assertion() {
    let files = Files::new();
    let credential = files.open();
    let authority = m365_auth::Authority::new(m365_auth::Cloud::Global, TENANT.parse().unwrap());
    let now = "2026-11-21T10:00:00Z".parse().unwrap();
    let request = ProofRequest::new(authority, CONNECTOR.parse().unwrap(), now);
    let Proof::Assertion(assertion) = credential.proof(&request).await.unwrap() else {
        panic!("a certificate signs assertions");
    };

    let said = format!("{credential:?} {assertion:?}");

    let secret = secrecy::ExposeSecret::expose_secret(&assertion);
    assert!(!said.contains(secret.rsplit('.').next().unwrap()), "{said}");
    assert!(said.len() < 2000, "{said}");
}

/// A certificate and its key in files.
pub(super) struct Files {
    folder: TempDir,
    pub(super) der: Vec<u8>,
}

impl Files {
    pub(super) fn new() -> Self {
        let mut files = Self { folder: TempDir::new().unwrap(), der: Vec::new() };
        files.write(KEY_A, 2020, 2040);
        files
    }

    pub(super) fn write(&mut self, key: &[u8], from: i32, to: i32) {
        let certificate = certificate(key, from, to);
        fs::write(self.certificate(), certificate.pem()).unwrap();
        fs::write(self.key(), pem("PRIVATE KEY", key)).unwrap();
        self.der = certificate.der().to_vec();
    }

    fn certificate(&self) -> PathBuf {
        self.folder.path().join("certificate.pem")
    }

    fn key(&self) -> PathBuf {
        self.folder.path().join("key.pem")
    }

    pub(super) fn open(&self) -> ClientCertificate {
        ClientCertificate::from_files(self.certificate(), self.key()).unwrap()
    }
}

fn certificate(key: &[u8], from: i32, to: i32) -> rcgen::Certificate {
    let der = PrivatePkcs8KeyDer::from(key);
    let key = KeyPair::from_pkcs8_der_and_sign_algo(&der, &PKCS_RSA_SHA256).unwrap();
    let mut parameters = CertificateParams::new(["connector.example".to_owned()]).unwrap();
    parameters.not_before = date_time_ymd(from, 1, 1);
    parameters.not_after = date_time_ymd(to, 1, 1);
    parameters.self_signed(&key).unwrap()
}

fn pem(label: &str, der: &[u8]) -> String {
    format!("-----BEGIN {label}-----\n{}\n-----END {label}-----\n", STANDARD.encode(der))
}

/// Checks the signature of the assertion in a request; returns its header and claims.
fn verified(form: &Form, algorithm: &'static dyn VerificationAlgorithm) -> (Value, Value) {
    let text = &form["client_assertion"];
    let (signed, signature) = text.rsplit_once('.').unwrap();
    let pair = RsaKeyPair::from_pkcs8(KEY_A).unwrap();
    let key = UnparsedPublicKey::new(algorithm, pair.public_key().as_ref().to_vec());
    key.verify(signed.as_bytes(), &URL_SAFE_NO_PAD.decode(signature).unwrap()).unwrap();
    (part(text, 0), part(text, 1))
}

fn part(token: &str, number: usize) -> Value {
    let part = token.split('.').nth(number).unwrap();
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap()
}
