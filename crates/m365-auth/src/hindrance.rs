use std::{error::Error, fmt, io};

use rustls::CertificateError;

/// What stands between this device and a service, where it is not the network: somebody has to change
/// something. `Display` ends a sentence that begins with the service, e.g. "its certificate is not
/// accepted (…)".
///
/// ```
/// use m365_auth::Hindrance;
///
/// let refusal = std::io::Error::other("tunnel error: proxy authorization required");
/// let hindrance = Hindrance::of(&refusal).expect("the proxy refused");
///
/// let what = "the proxy lets nothing through (proxy authorization required)";
/// assert_eq!(hindrance.to_string(), what);
/// assert!(hindrance.advice().contains("HTTPS_PROXY"));
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Hindrance(Kind);

#[derive(Clone, Debug, PartialEq)]
enum Kind {
    Certificate(CertificateError),
    Proxy(String),
}

/// How the refusal of a proxy begins, which has no type of its own.
const TUNNEL: &str = "tunnel error";

impl Hindrance {
    /// Finds a certificate that is not accepted, or a proxy's refusal, among the causes of an HTTP
    /// client's error.
    #[must_use]
    pub fn of(error: &(dyn Error + 'static)) -> Option<Self> {
        let certificate = causes(error).find_map(|cause| match cause.downcast_ref() {
            Some(rustls::Error::InvalidCertificate(why)) => Some(Kind::Certificate(why.clone())),
            _ => None,
        });
        let kind = certificate.or_else(|| {
            let texts = causes(error).map(ToString::to_string);
            let refusal = texts.filter(|text| text.starts_with(TUNNEL)).last()?;
            let why = refusal.trim_start_matches(TUNNEL).trim_start_matches([':', ' ']);
            Some(Kind::Proxy(why.to_owned()))
        })?;
        Some(Self(kind))
    }

    /// Says what helps, as a sentence without its full stop.
    #[must_use]
    pub const fn advice(&self) -> &'static str {
        use CertificateError as Why;
        match &self.0 {
            Kind::Certificate(
                Why::Expired
                | Why::ExpiredContext { .. }
                | Why::NotValidYet
                | Why::NotValidYetContext { .. },
            ) => {
                "Set the date and time of this device; if they are right, whoever inspects TLS here has \
                 to renew a certificate"
            }
            Kind::Certificate(Why::NotValidForName | Why::NotValidForNameContext { .. }) => {
                "Another server answers under that name: check proxies, DNS and the network's own \
                 sign-in page"
            }
            Kind::Certificate(_) => {
                "Where the organisation inspects TLS, its root certificate has to be in the system's \
                 trust store, or in a PEM file given with --ca-file (M365_CA_FILE)"
            }
            Kind::Proxy(_) => {
                "Check HTTPS_PROXY or the system's proxy (its address, user name and password), or list \
                 the host in NO_PROXY"
            }
        }
    }
}

impl fmt::Display for Hindrance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Kind::Certificate(why) => write!(f, "its certificate is not accepted ({why})"),
            Kind::Proxy(why) => write!(f, "the proxy lets nothing through ({why})"),
        }
    }
}

/// Follows the causes of an error; those inside of an [`io::Error`] are causes too.
fn causes<'a>(error: &'a (dyn Error + 'static)) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    std::iter::successors(Some(error), |cause: &&'a (dyn Error + 'static)| {
        let cause: &'a (dyn Error + 'static) = *cause;
        let inner = cause.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
        inner.map(|inner| inner as &(dyn Error + 'static)).or_else(|| cause.source())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn certificate(why: CertificateError) -> Hindrance {
        let error = rustls::Error::InvalidCertificate(why);
        Hindrance::of(&io::Error::other(io::Error::other(error))).unwrap()
    }

    #[test]
    fn h18_each_hindrance_says_what_helps() {
        for (why, part) in [
            (CertificateError::UnknownIssuer, "--ca-file"),
            (CertificateError::Expired, "date and time"),
            (CertificateError::NotValidForName, "Another server"),
        ] {
            let hindrance = certificate(why);

            assert!(hindrance.advice().contains(part), "{hindrance:?}");
            assert!(hindrance.to_string().contains("certificate is not accepted"), "{hindrance}");
        }
    }

    #[test]
    fn h18_the_network_is_no_hindrance() {
        assert_eq!(Hindrance::of(&io::Error::from(io::ErrorKind::ConnectionRefused)), None);
    }
}
