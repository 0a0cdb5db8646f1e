//! HTTP clients: the system's trust store and proxies, and the certificates that the user adds.

use std::{fmt, fs, path::Path};

use reqwest::{Certificate, Client, ClientBuilder};

use crate::failure::{Failure, USAGE};

/// Prepares clients; each crate sets redirects and timeouts itself.
pub(crate) fn trusting(
    ca_file: Option<&Path>,
) -> Result<impl Fn() -> ClientBuilder + Clone + Send + Sync + 'static, Failure> {
    let certificates = certificates(ca_file)?;
    Ok(move || builder(&certificates))
}

fn builder(certificates: &[Certificate]) -> ClientBuilder {
    let builder = Client::builder();
    if certificates.is_empty() {
        return builder;
    }
    builder.tls_certs_merge(certificates.iter().cloned())
}

fn certificates(ca_file: Option<&Path>) -> Result<Vec<Certificate>, Failure> {
    let Some(path) = ca_file else { return Ok(Vec::new()) };
    let refuse = |why: &dyn fmt::Display| {
        Failure::new(USAGE, format_args!("--ca-file {}: {why}", path.display()))
    };
    let pem = fs::read(path).map_err(|error| refuse(&error))?;
    match Certificate::from_pem_bundle(&pem) {
        Ok(certificates) if !certificates.is_empty() => Ok(certificates),
        _ => Err(refuse(&"it holds no certificates in PEM form")),
    }
}
