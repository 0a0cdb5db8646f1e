//! TLS of the listener: certificate and key from files, read again when they change.

use std::{fs, io, sync::Arc, time::Duration};

use arc_swap::ArcSwap;
use rustls::{
    RootCertStore, ServerConfig,
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject},
    server::{WebPkiClientVerifier, danger::ClientCertVerifier},
};
use sha2::{Digest, Sha256};
use tokio::{net::TcpStream, time::sleep};
use tokio_rustls::{Accept, TlsAcceptor};

use crate::config::TlsConfig;

/// How often the files are looked at. Their content is compared, since in a mounted volume only the
/// folder above them changes.
const LOOK: Duration = Duration::from_secs(1);

/// Why certificate and key cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("{file}: {why}")]
pub(crate) struct TlsError {
    file: String,
    why: String,
}

/// The listener's TLS; clones share the certificate.
#[derive(Clone)]
pub(crate) struct Tls(Arc<Inner>);

struct Inner {
    files: TlsConfig,
    current: ArcSwap<Loaded>,
}

struct Loaded {
    config: Arc<ServerConfig>,
    digest: [u8; 32],
    expires_on: Option<i64>,
}

impl Tls {
    /// Reads the files.
    pub(crate) fn load(files: TlsConfig) -> Result<Self, TlsError> {
        let current = ArcSwap::from_pointee(Loaded::of(&files, &Contents::read(&files)?)?);
        Ok(Self(Arc::new(Inner { files, current })))
    }

    /// Begins a connection.
    pub(crate) fn accept(&self, stream: TcpStream) -> Accept<TcpStream> {
        TlsAcceptor::from(self.0.current.load().config.clone()).accept(stream)
    }

    /// Returns when the certificate expires, in seconds since 1970.
    pub(crate) fn expires_on(&self) -> Option<i64> {
        self.0.current.load().expires_on
    }

    /// Follows the files for ever.
    pub(crate) async fn keep_fresh(self) {
        let mut refused = None;
        loop {
            sleep(LOOK).await;
            let Ok(contents) = Contents::read(&self.0.files) else { continue };
            let digest = contents.digest();
            if digest == self.0.current.load().digest || refused == Some(digest) {
                continue;
            }
            match self.take(&contents) {
                Ok(()) => tracing::info!("the TLS certificate was replaced"),
                Err(error) => {
                    tracing::error!(%error, "the new TLS certificate is refused, the old one stays");
                    refused = Some(digest);
                }
            }
        }
    }

    fn take(&self, contents: &Contents) -> Result<(), TlsError> {
        self.0.current.store(Arc::new(Loaded::of(&self.0.files, contents)?));
        Ok(())
    }
}

struct Contents {
    certificate: Vec<u8>,
    key: zeroize::Zeroizing<Vec<u8>>,
    client_ca: Option<Vec<u8>>,
}

impl Contents {
    fn read(files: &TlsConfig) -> Result<Self, TlsError> {
        let client_ca = files.client_ca.as_ref();
        Ok(Self {
            certificate: read(&files.certificate)?,
            key: read(&files.key)?.into(),
            client_ca: client_ca.map(|path| read(path)).transpose()?,
        })
    }

    fn digest(&self) -> [u8; 32] {
        let mut hash = Sha256::new();
        for part in [&self.certificate, &*self.key, self.client_ca.as_ref().unwrap_or(&Vec::new())]
        {
            hash.update((part.len() as u64).to_be_bytes());
            hash.update(part);
        }
        hash.finalize().into()
    }
}

impl Loaded {
    fn of(files: &TlsConfig, contents: &Contents) -> Result<Self, TlsError> {
        let chain = certificates(&files.certificate, &contents.certificate)?;
        let expires_on = chain.first().and_then(expiry);
        let key = PrivateKeyDer::from_pem_slice(&contents.key)
            .map_err(|_| wrong(&files.key, "it holds no private key in PEM form"))?;
        let builder = ServerConfig::builder();
        let builder = match (&files.client_ca, &contents.client_ca) {
            (Some(path), Some(pem)) => builder.with_client_cert_verifier(verifier(path, pem)?),
            _ => builder.with_no_client_auth(),
        };
        let mut config = builder
            .with_single_cert(chain, key)
            .map_err(|error| wrong(&files.certificate, &error.to_string()))?;
        config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        Ok(Self { config: Arc::new(config), digest: contents.digest(), expires_on })
    }
}

fn verifier(path: &std::path::Path, pem: &[u8]) -> Result<Arc<dyn ClientCertVerifier>, TlsError> {
    let mut roots = RootCertStore::empty();
    for certificate in certificates(path, pem)? {
        roots.add(certificate).map_err(|error| wrong(path, &error.to_string()))?;
    }
    WebPkiClientVerifier::builder(Arc::new(roots))
        .build()
        .map_err(|error| wrong(path, &error.to_string()))
}

fn certificates(
    path: &std::path::Path,
    pem: &[u8],
) -> Result<Vec<CertificateDer<'static>>, TlsError> {
    let chain: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(pem).collect();
    match chain {
        Ok(chain) if !chain.is_empty() => Ok(chain),
        _ => Err(wrong(path, "it holds no certificates in PEM form")),
    }
}

fn expiry(certificate: &CertificateDer<'_>) -> Option<i64> {
    let (_, parsed) = x509_parser::parse_x509_certificate(certificate).ok()?;
    Some(parsed.validity().not_after.timestamp())
}

fn read(path: &std::path::Path) -> Result<Vec<u8>, TlsError> {
    fs::read(path).map_err(|error: io::Error| wrong(path, &error.to_string()))
}

fn wrong(path: &std::path::Path, why: &str) -> TlsError {
    TlsError { file: path.display().to_string(), why: why.to_owned() }
}
