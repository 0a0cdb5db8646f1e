use std::net::IpAddr;

use url::{Host, Url};

use super::InvalidSetting;

/// The rule for the root of a service that a user or test puts in place of Microsoft's.
#[derive(Debug)]
#[non_exhaustive]
pub struct Endpoint;

impl Endpoint {
    /// Reads an endpoint override: `https`, or `http` on a loopback host; a path prefix is kept.
    ///
    /// # Errors
    ///
    /// [`InvalidSetting`] for another scheme or host, and for user info, query or fragment.
    pub fn parse(text: &str) -> Result<Url, InvalidSetting> {
        let refuse = |why: &str| InvalidSetting(format!("the endpoint is not accepted: {why}"));
        let url = Url::parse(text).map_err(|error| refuse(&error.to_string()))?;
        let secure = url.scheme() == "https" || (url.scheme() == "http" && is_loopback(&url));
        let checks = [
            (url.host().is_some() && secure, "use https, or http on a loopback host"),
            (url.username().is_empty() && url.password().is_none(), "it holds a user name"),
            (url.query().is_none(), "it holds a query"),
            (url.fragment().is_none(), "it holds a fragment"),
        ];
        match checks.into_iter().find(|(holds, _)| !holds) {
            Some((_, why)) => Err(refuse(why)),
            None => Ok(url),
        }
    }
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => IpAddr::from(address).is_loopback(),
        Some(Host::Ipv6(address)) => IpAddr::from(address).is_loopback(),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_https_or_loopback_http_is_an_endpoint() {
        for accepted in [
            "https://proxy.example/graph",
            "http://localhost:1",
            "http://[::1]:2",
            "http://127.9.9.9",
        ] {
            assert!(Endpoint::parse(accepted).is_ok(), "{accepted}");
        }
        for refused in [
            "http://proxy.example",
            "ftp://localhost",
            "https://user@proxy.example",
            "https://proxy.example?x=1",
            "https://proxy.example#x",
            "http://127.0.0.1.evil.example",
            "nonsense",
        ] {
            assert!(Endpoint::parse(refused).is_err(), "{refused}");
        }
    }
}
