use std::{error::Error, io};

use rustls::CertificateError;

use super::{Check, LATE, Subject};
use crate::failure::UNAVAILABLE;

/// Why a host did not answer.
#[derive(Clone, Debug)]
pub(super) enum Trouble {
    /// Its certificate is not accepted.
    Certificate(CertificateError),
    /// Its name has no address.
    Dns,
    /// The client could not be made: the trust store, or a proxy's address.
    Setup(String),
    /// The proxy answered that it wants credentials, or refused.
    Proxy(String),
    /// Nothing listens there.
    Refused,
    /// It took too long.
    TimedOut,
    /// Something else.
    Other(String),
}

impl Trouble {
    /// Finds the cause of a request's failure.
    pub(super) fn of(error: &reqwest::Error) -> Self {
        let causes = || causes(error);
        if let Some(rustls::Error::InvalidCertificate(why)) = causes().find_map(tls) {
            return Self::Certificate(why.clone());
        }
        match causes().find_map(|cause| cause.downcast_ref::<io::Error>()) {
            _ if error.is_builder() => Self::Setup(last(error)),
            _ if error.is_dns() => Self::Dns,
            _ if error.is_timeout() => Self::TimedOut,
            Some(error) if error.kind() == io::ErrorKind::ConnectionRefused => Self::Refused,
            _ => Self::proxy(error).unwrap_or_else(|| Self::Other(last(error))),
        }
    }

    /// Finds the refusal of a proxy, which has no type of its own.
    fn proxy(error: &reqwest::Error) -> Option<Self> {
        let texts = causes(error).map(ToString::to_string);
        texts.filter(|text| text.starts_with("tunnel error")).last().map(Self::Proxy)
    }

    /// Says of `host` what happened and what helps; `proxy` stands between, if there is one.
    pub(super) fn check(&self, subject: Subject, host: &str, proxy: Option<&str>) -> Check {
        let (what, fix) = self.explained(host, proxy);
        let way = proxy.map(|proxy| format!(" (through the proxy {proxy})")).unwrap_or_default();
        subject.failed(UNAVAILABLE, format!("{what}{way}"), fix)
    }

    fn explained(&self, host: &str, proxy: Option<&str>) -> (String, String) {
        let next = proxy.unwrap_or(host);
        let network = match proxy {
            Some(_) => "Correct HTTPS_PROXY or the system's proxy, or list the host in NO_PROXY",
            None => "Check the network and the firewall; if a proxy leads out, set HTTPS_PROXY",
        };
        let network = network.to_owned();
        match self {
            Self::Certificate(why) => {
                (format!("the certificate of {host} is not accepted: {why}"), certificate(why))
            }
            Self::Dns => (format!("DNS knows no address of {next}"), network),
            Self::Setup(why) => (format!("no connection can be prepared: {why}"), network),
            Self::Proxy(why) => {
                (format!("the proxy lets nothing through to {host}: {why}"), network)
            }
            Self::Refused => (format!("{next} refuses the connection"), network),
            Self::TimedOut => (format!("{next}: {LATE}"), network),
            Self::Other(why) => (format!("{host} cannot be reached: {why}"), network),
        }
    }
}

fn certificate(why: &CertificateError) -> String {
    use CertificateError as Why;
    match why {
        Why::Expired | Why::ExpiredContext { .. } | Why::NotValidYet | Why::NotValidYetContext { .. } => {
            "Set the date and time of this device; if they are right, whoever inspects TLS here has \
             to renew a certificate"
        }
        Why::NotValidForName | Why::NotValidForNameContext { .. } => {
            "Another server answers under that name: check proxies, DNS and the network's own \
             sign-in page"
        }
        _ => {
            "Where the organisation inspects TLS, its root certificate has to be in the system's \
             trust store, or in a PEM file given with --ca-file (M365_CA_FILE)"
        }
    }
    .to_owned()
}

/// Follows the causes of an error; those inside of an [`io::Error`] are causes too.
fn causes<'a>(error: &'a (dyn Error + 'static)) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    std::iter::successors(Some(error), |cause: &&'a (dyn Error + 'static)| {
        let cause: &'a (dyn Error + 'static) = *cause;
        let inner = cause.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
        inner.map(|inner| inner as &(dyn Error + 'static)).or_else(|| cause.source())
    })
}

fn tls<'a>(cause: &'a (dyn Error + 'static)) -> Option<&'a rustls::Error> {
    cause.downcast_ref()
}

/// Returns the innermost cause, which says most; the outer ones hold the address.
fn last(error: &(dyn Error + 'static)) -> String {
    causes(error).last().map(ToString::to_string).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn explained(trouble: &Trouble, proxy: Option<&str>) -> String {
        let (what, fix) = trouble.explained("login.example", proxy);
        format!("{what}. {fix}")
    }

    #[test]
    fn each_trouble_says_what_helps() {
        for (trouble, part) in [
            (Trouble::Certificate(CertificateError::UnknownIssuer), "--ca-file"),
            (Trouble::Certificate(CertificateError::Expired), "date and time"),
            (Trouble::Certificate(CertificateError::NotValidForName), "Another server"),
            (Trouble::Dns, "DNS knows no address of login.example"),
            (Trouble::Refused, "login.example refuses"),
            (Trouble::TimedOut, "within 10 s"),
        ] {
            assert!(explained(&trouble, None).contains(part), "{trouble:?}");
        }
    }

    #[test]
    fn behind_a_proxy_the_proxy_is_to_be_mended() {
        let said = explained(&Trouble::Dns, Some("proxy.example:8080"));

        assert!(said.contains("no address of proxy.example:8080"), "{said}");
        assert!(said.contains("NO_PROXY"), "{said}");
    }

    #[test]
    fn a_cause_inside_of_an_input_error_is_found() {
        let certificate = rustls::Error::InvalidCertificate(CertificateError::UnknownIssuer);
        let error = io::Error::other(io::Error::other(certificate));

        assert!(causes(&error).find_map(tls).is_some());
    }
}
