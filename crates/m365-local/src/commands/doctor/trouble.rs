use std::{error::Error, io};

use m365_auth::Hindrance;

use super::{Check, LATE, Subject};
use crate::failure::UNAVAILABLE;

/// Why a host did not answer.
#[derive(Clone, Debug)]
pub(super) enum Trouble {
    /// Its name has no address.
    Dns,
    /// Its certificate is not accepted, or a proxy refuses.
    Hindered(Hindrance),
    /// The client could not be made: the trust store, or a proxy's address.
    Setup(String),
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
        if let Some(hindrance) = Hindrance::of(error) {
            return Self::Hindered(hindrance);
        }
        match causes(error).find_map(|cause| cause.downcast_ref::<io::Error>()) {
            _ if error.is_builder() => Self::Setup(last(error)),
            _ if error.is_dns() => Self::Dns,
            _ if error.is_timeout() => Self::TimedOut,
            Some(error) if error.kind() == io::ErrorKind::ConnectionRefused => Self::Refused,
            _ => Self::Other(last(error)),
        }
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
            Self::Dns => (format!("DNS knows no address of {next}"), network),
            Self::Hindered(why) => {
                (format!("{host} cannot be reached: {why}"), why.advice().to_owned())
            }
            Self::Setup(why) => (format!("no connection can be prepared: {why}"), network),
            Self::Refused => (format!("{next} refuses the connection"), network),
            Self::TimedOut => (format!("{next}: {LATE}"), network),
            Self::Other(why) => (format!("{host} cannot be reached: {why}"), network),
        }
    }
}

/// Follows the causes of an error.
fn causes<'a>(error: &'a (dyn Error + 'static)) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    std::iter::successors(Some(error), |cause: &&'a (dyn Error + 'static)| {
        let cause: &'a (dyn Error + 'static) = *cause;
        cause.source()
    })
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
}
