//! A listener that asks callers for a certificate, and files that change under it.

use std::{fs, path::Path};

use rcgen::{BasicConstraints, CertificateParams, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair};
use reqwest::{Certificate, Client, Identity};
use serde_json::json;

use crate::harness::{Bench, Era, Setup};

/// An authority that signs what it is asked to.
struct Authority {
    pem: String,
    issuer: Issuer<'static, KeyPair>,
}

impl Authority {
    fn new() -> Self {
        let mut parameters = CertificateParams::default();
        parameters.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate().unwrap();
        let pem = parameters.self_signed(&key).unwrap().pem();
        Self { pem, issuer: Issuer::new(parameters, key) }
    }

    /// Returns a certificate and its key.
    fn sign(&self, name: &str, purpose: ExtendedKeyUsagePurpose) -> (String, String) {
        let mut parameters = CertificateParams::new([name.to_owned()]).unwrap();
        parameters.extended_key_usages = vec![purpose];
        let key = KeyPair::generate().unwrap();
        let certificate = parameters.signed_by(&key, &self.issuer).unwrap();
        (certificate.pem(), key.serialize_pem())
    }

    /// Gives the listener a certificate.
    fn install(&self, folder: &Path) {
        let (certificate, key) = self.sign("127.0.0.1", ExtendedKeyUsagePurpose::ServerAuth);
        fs::write(folder.join("key.pem"), key).unwrap();
        fs::write(folder.join("cert.pem"), certificate).unwrap();
    }

    fn identity(&self) -> Identity {
        let (certificate, key) = self.sign("host", ExtendedKeyUsagePurpose::ClientAuth);
        Identity::from_pem(format!("{certificate}\n{key}").as_bytes()).unwrap()
    }

    /// A client that trusts this authority, and shows an identity if it has one.
    fn client(&self, identity: Option<Identity>) -> Client {
        let trusted = Certificate::from_pem(self.pem.as_bytes()).unwrap();
        let builder = Client::builder().no_proxy().tls_certs_only([trusted]);
        let builder = identity.into_iter().fold(builder, reqwest::ClientBuilder::identity);
        builder.build().unwrap()
    }
}

fn over_tls(setup: Setup) -> Setup {
    setup.in_table("tls", "certificate_file", "\"cert.pem\"").in_table(
        "tls",
        "private_key_file",
        "\"key.pem\"",
    )
}

/// Lists the tools as `client`; returns the status, or nothing where no connection comes about.
async fn list(bench: &mut Bench, client: &Client) -> Option<u16> {
    let token = bench.sim.desktop(crate::harness::USER).token().await.unwrap();
    let request = bench.stranger(Some(&token)).message(Era::Modern, "tools/list", json!({}));
    let answer = client.execute(request.build().unwrap()).await;
    answer.ok().map(|answer| answer.status().as_u16())
}

#[tokio::test]
async fn callers_without_a_certificate_of_the_authority_get_no_connection() {
    let (own, other) = (Authority::new(), Authority::new());
    let mut bench = Bench::without_server().await;
    own.install(bench.folder.path());
    fs::write(bench.folder.path().join("callers.pem"), &own.pem).unwrap();
    let setup = over_tls(bench.setup()).in_table("tls", "client_ca_file", "\"callers.pem\"");
    bench.serve_as(&setup).await;

    assert_eq!(list(&mut bench, &own.client(None)).await, None);
    assert_eq!(list(&mut bench, &own.client(Some(other.identity()))).await, None);
    assert_eq!(list(&mut bench, &own.client(Some(own.identity()))).await, Some(200));

    assert_eq!(bench.admin("/admin/config").await.json()["client_certificates"], json!(true));
    let (code, said, error) = bench.run(&["check"]).await;
    assert_eq!(code, Some(0), "{error}");
    assert!(said.contains("TLS, callers show a certificate"), "{said}");
}

#[tokio::test]
async fn another_authority_of_callers_is_taken_while_the_server_runs() {
    let (own, other) = (Authority::new(), Authority::new());
    let mut bench = Bench::without_server().await;
    let callers = bench.folder.path().join("callers.pem");
    own.install(bench.folder.path());
    fs::write(&callers, &own.pem).unwrap();
    let setup = over_tls(bench.setup()).in_table("tls", "client_ca_file", "\"callers.pem\"");
    bench.serve_as(&setup).await;

    fs::write(&callers, &other.pem).unwrap();
    bench.server().logged("the TLS certificate was replaced").await;

    assert_eq!(list(&mut bench, &own.client(Some(own.identity()))).await, None);
    assert_eq!(list(&mut bench, &own.client(Some(other.identity()))).await, Some(200));
}

#[tokio::test]
async fn a_broken_file_leaves_the_certificate_in_use_until_it_is_mended() {
    let (first, second) = (Authority::new(), Authority::new());
    let mut bench = Bench::without_server().await;
    let folder = bench.folder.path().to_owned();
    first.install(&folder);
    bench.serve_as(&over_tls(bench.setup())).await;
    let refusals = |log: String| log.matches("the new TLS certificate is refused").count();

    // A key that is not the certificate's.
    fs::write(folder.join("key.pem"), KeyPair::generate().unwrap().serialize_pem()).unwrap();
    bench.server().logged("the new TLS certificate is refused, the old one stays").await;
    assert_eq!(list(&mut bench, &first.client(None)).await, Some(200));
    fs::write(folder.join("cert.pem"), "half of a certific").unwrap();
    bench.server().logged("it holds no certificates in PEM form").await;
    assert_eq!(list(&mut bench, &first.client(None)).await, Some(200));
    assert_eq!(refusals(bench.server().log()), 2, "each of them is refused once");

    second.install(&folder);
    bench.server().logged("the TLS certificate was replaced").await;
    assert_eq!(list(&mut bench, &second.client(None)).await, Some(200));
}

#[tokio::test]
async fn files_that_are_no_certificate_and_key_are_refused_at_start_with_the_line() {
    let own = Authority::new();
    let bench = Bench::without_server().await;
    let folder = bench.folder.path().to_owned();
    bench.write(&over_tls(bench.setup()));
    own.install(&folder);
    fs::write(folder.join("key.pem"), KeyPair::generate().unwrap().serialize_pem()).unwrap();

    for command in ["check", "serve"] {
        let (code, _, stderr) = bench.run(&[command]).await;
        assert_eq!(code, Some(2), "{command}: {stderr}");
        for part in ["config.toml:", "[tls]", "cert.pem"] {
            assert!(stderr.contains(part), "{command}: {part} in {stderr}");
        }
    }
}
