//! HTTP clients: the system's trust store and proxies, and the certificates that the user adds.

use std::{fmt, fs, path::Path, time::Duration};

use reqwest::{Certificate, Client, ClientBuilder, redirect};

use crate::failure::{Failure, OTHER, USAGE};

/// How long a connection to Entra ID may take.
const CONNECT: Duration = Duration::from_secs(5);

/// Makes the client for Entra ID, which follows no redirect.
pub(crate) fn for_entra(ca_file: Option<&Path>) -> Result<Client, Failure> {
    let builder = trusting(&certificates(ca_file)?);
    let builder = builder.redirect(redirect::Policy::none()).connect_timeout(CONNECT);
    builder.build().map_err(|error| {
        Failure::new(OTHER, format_args!("TLS cannot be set up: {}", error.without_url()))
    })
}

/// Prepares clients for Graph, which sets redirects and timeouts itself.
pub(crate) fn for_graph(
    ca_file: Option<&Path>,
) -> Result<impl Fn() -> ClientBuilder + Send + Sync + 'static, Failure> {
    let certificates = certificates(ca_file)?;
    Ok(move || trusting(&certificates))
}

fn trusting(certificates: &[Certificate]) -> ClientBuilder {
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
