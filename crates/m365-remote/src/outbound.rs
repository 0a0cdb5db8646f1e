//! HTTP clients: the system's trust store and proxies, and the certificates that the user adds.

use std::{
    fmt, fs,
    path::Path,
    sync::{Arc, OnceLock},
};

use reqwest::{Certificate, Client, ClientBuilder};
use rustls::{
    ClientConfig,
    crypto::CryptoProvider,
    pki_types::{CertificateDer, pem::PemObject},
};
use rustls_platform_verifier::Verifier;
use url::{Host, Url};

use crate::failure::{Failure, USAGE};

/// Prepares clients for a service; each crate sets redirects and timeouts itself.
///
/// A service on this machine is never reached through a proxy, which would see its tokens. All clients
/// share one configuration of TLS: many connections do not read the system's trust store each.
pub(crate) fn towards(
    root: &Url,
    ca_file: Option<&Path>,
) -> Result<impl Fn() -> ClientBuilder + Clone + Send + Sync + 'static, Failure> {
    let trust = Arc::new(Trust { own: certificates(ca_file)?, tls: OnceLock::new() });
    let local = is_local(root);
    Ok(move || {
        let builder = if local { Client::builder().no_proxy() } else { Client::builder() };
        trust.give(builder)
    })
}

/// Whom clients believe to be who they say.
struct Trust {
    /// The certificates that the user adds to the system's.
    own: Vec<CertificateDer<'static>>,
    tls: OnceLock<Option<ClientConfig>>,
}

impl Trust {
    /// Where the configuration cannot be made, the client is left to find out why.
    fn give(&self, builder: ClientBuilder) -> ClientBuilder {
        match self.tls.get_or_init(|| self.tls()) {
            Some(tls) => builder.tls_backend_preconfigured(tls.clone()),
            None => {
                let own = self.own.iter().filter_map(|own| Certificate::from_der(own).ok());
                builder.tls_certs_merge(own)
            }
        }
    }

    fn tls(&self) -> Option<ClientConfig> {
        let provider = CryptoProvider::get_default()?.clone();
        let verifier = Verifier::new_with_extra_roots(self.own.iter().cloned(), provider).ok()?;
        let mut tls = ClientConfig::builder()
            .dangerous()
            .with_custom_certificate_verifier(Arc::new(verifier))
            .with_no_client_auth();
        tls.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        Some(tls)
    }
}

/// Tells whether `root` is on this machine.
pub(crate) fn is_local(root: &Url) -> bool {
    match root.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

fn certificates(ca_file: Option<&Path>) -> Result<Vec<CertificateDer<'static>>, Failure> {
    let Some(path) = ca_file else { return Ok(Vec::new()) };
    let refuse = |why: &dyn fmt::Display| {
        Failure::new(USAGE, format_args!("ca_file {}: {why}", path.display()))
    };
    let pem = fs::read(path).map_err(|error| refuse(&error))?;
    let certificates: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&pem).collect();
    match certificates {
        Ok(certificates) if !certificates.is_empty() => Ok(certificates),
        _ => Err(refuse(&"it holds no certificates in PEM form")),
    }
}
