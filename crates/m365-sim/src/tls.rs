//! A certificate authority of our own, for clients that insist on TLS.

use std::{fs, io, path::PathBuf, sync::Arc};

use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair,
    KeyUsagePurpose,
};
use rustls::{
    ServerConfig,
    crypto::ring,
    pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer},
};
use tokio_rustls::TlsAcceptor;

use crate::random;

/// The loopback names, and the company's own: whoever comes through a proxy gives a name that only
/// the proxy resolves.
const NAMES: [&str; 3] = ["localhost", "127.0.0.1", "*.fjordlight.example"];

/// What TLS needs: a certificate, and the file that makes it trusted.
pub(crate) struct Tls {
    pub(crate) acceptor: TlsAcceptor,
    pub(crate) ca: CaFile,
}

/// A file with the authority's certificate, deleted when dropped.
#[derive(Debug)]
pub(crate) struct CaFile(pub(crate) PathBuf);

impl Drop for CaFile {
    fn drop(&mut self) {
        // What is left in the temporary directory is public anyway.
        let _ = fs::remove_file(&self.0);
    }
}

impl Tls {
    /// Makes an authority and a certificate, which live as long as the demo tenant.
    pub(crate) fn new() -> io::Result<Self> {
        let key = KeyPair::generate().map_err(io::Error::other)?;
        let params = authority();
        let certificate = params.self_signed(&key).map_err(io::Error::other)?;
        let name = format!("m365-sim-{}.pem", random::guid());
        let ca = CaFile(std::env::temp_dir().join(name));
        fs::write(&ca.0, certificate.pem())?;
        let acceptor = acceptor(&Issuer::new(params, key)).map_err(io::Error::other)?;
        Ok(Self { acceptor, ca })
    }
}

fn authority() -> CertificateParams {
    let mut params = CertificateParams::default();
    params.distinguished_name.push(DnType::CommonName, "m365-sim demo authority");
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::DigitalSignature];
    params
}

fn acceptor(
    issuer: &Issuer<'_, KeyPair>,
) -> Result<TlsAcceptor, Box<dyn std::error::Error + Send + Sync>> {
    let key = KeyPair::generate()?;
    let names = NAMES.map(str::to_owned);
    let mut params = CertificateParams::new(names)?;
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    let certificate = params.signed_by(&key, issuer)?;
    let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
    let mut config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(vec![certificate.der().clone()], key)?;
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(TlsAcceptor::from(Arc::new(config)))
}
