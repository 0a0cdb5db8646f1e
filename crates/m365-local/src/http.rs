//! HTTP clients: the system's trust store and proxies, and the certificates that the user adds.

use std::{fmt, fs, path::Path};

use reqwest::{Certificate, Client, ClientBuilder};
use url::{Host, Url};

use crate::failure::{Failure, USAGE};

/// Prepares clients for a service; each crate sets redirects and timeouts itself.
///
/// A service on this machine is never reached through a proxy, which would see its tokens.
pub(crate) fn towards(
    root: &Url,
    ca_file: Option<&Path>,
) -> Result<impl Fn() -> ClientBuilder + Clone + Send + Sync + 'static, Failure> {
    let certificates = certificates(ca_file)?;
    let local = is_local(root);
    Ok(move || {
        let builder = if local { Client::builder().no_proxy() } else { Client::builder() };
        match certificates.as_slice() {
            [] => builder,
            own => builder.tls_certs_merge(own.iter().cloned()),
        }
    })
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
