//! The listener over TLS.

use std::path::Path;

use rcgen::{CertifiedKey, generate_simple_self_signed};
use reqwest::{Certificate, Client};

use crate::harness::Bench;

/// Writes a new certificate for this machine; returns it.
fn renew(folder: &Path) -> Certificate {
    let names = ["localhost".to_owned(), "127.0.0.1".to_owned()];
    let CertifiedKey { cert, signing_key } = generate_simple_self_signed(names).unwrap();
    std::fs::write(folder.join("key.pem"), signing_key.serialize_pem()).unwrap();
    std::fs::write(folder.join("cert.pem"), cert.pem()).unwrap();
    Certificate::from_pem(cert.pem().as_bytes()).unwrap()
}

async fn reach(bench: &mut Bench, trusted: Certificate) -> Result<u16, reqwest::Error> {
    let client = Client::builder().no_proxy().tls_certs_only([trusted]).build().unwrap();
    let address = format!("{}/.well-known/oauth-protected-resource", bench.server().address());
    client.get(address).send().await.map(|answer| answer.status().as_u16())
}

#[tokio::test]
async fn a_renewed_certificate_is_taken_while_the_server_runs() {
    let mut bench = Bench::without_server().await;
    let folder = bench.folder.path().to_owned();
    let first = renew(&folder);
    bench.write(&bench.setup().in_table("tls", "certificate_file", "\"cert.pem\"").in_table(
        "tls",
        "private_key_file",
        "\"key.pem\"",
    ));
    bench.serve().await;
    assert_eq!(reach(&mut bench, first.clone()).await.unwrap(), 200);

    let second = renew(&folder);
    bench.server().logged("the TLS certificate was replaced").await;

    assert_eq!(reach(&mut bench, second).await.unwrap(), 200);
    assert!(reach(&mut bench, first).await.is_err());
}
