//! What is wrong about a request before it is known who sends it.

use std::net::{IpAddr, SocketAddr};

use http::{HeaderMap, HeaderValue, StatusCode, Version, header, request::Parts};
use ipnet::IpNet;
use url::Url;

use crate::{
    answer::{self, Answer},
    bearer,
    config::Listeners,
    outbound,
};

/// How many header fields a request may have; HTTP/1 is held to it by the parser.
const FIELDS: usize = 64;
/// What a proxy says of whom it speaks for, and of the host that was asked.
const FORWARDED_FOR: &str = "x-forwarded-for";
const FORWARDED_HOST: &str = "x-forwarded-host";

/// The names by which this server may be addressed, and whom it believes.
#[derive(Clone, Debug)]
pub(crate) struct Guard {
    public: (String, Option<u16>),
    answers_loopback: bool,
    origins: Vec<String>,
    proxies: Vec<IpNet>,
    /// Plain HTTP from other machines is taken from proxies alone.
    only_proxies: bool,
}

impl Guard {
    /// Guards the listener that is bound to `bound`.
    pub(crate) fn new(listeners: &Listeners, bound: SocketAddr, public_url: &Url) -> Self {
        let host = public_url.host_str().unwrap_or_default().to_ascii_lowercase();
        Self {
            public: (host, public_url.port_or_known_default()),
            answers_loopback: bound.ip().is_loopback(),
            origins: listeners.allowed_origins.clone(),
            proxies: listeners.trusted_proxies.clone(),
            only_proxies: listeners.tls.is_none() && !bound.ip().is_loopback(),
        }
    }

    /// Checks what every request must keep to; returns the address that it came from. Where a proxy is
    /// believed about the host that was asked, `Host` says the same afterwards.
    pub(crate) fn source(&self, parts: &mut Parts, peer: SocketAddr) -> Result<IpAddr, Answer> {
        well_formed(&parts.headers)?;
        let peer = peer.ip().to_canonical();
        self.addressed(parts, peer)?;
        if self.only_proxies && !self.is_proxy(peer) && !peer.is_loopback() {
            return Err(forbidden("Plain HTTP is accepted from the configured proxies only"));
        }
        Ok(self.behind(&parts.headers, peer))
    }

    /// Checks that no page of a stranger's site asks; returns the page's origin if one does.
    pub(crate) fn origin(&self, headers: &HeaderMap) -> Result<Option<String>, Answer> {
        let mut origins = headers.get_all(header::ORIGIN).iter();
        let Some(origin) = origins.next() else { return Ok(None) };
        let text = origin.to_str().unwrap_or_default().to_ascii_lowercase();
        let known = origins.next().is_none() && self.origins.contains(&text);
        known.then_some(Some(text)).ok_or_else(|| forbidden("This origin may not call"))
    }

    fn addressed(&self, parts: &mut Parts, peer: IpAddr) -> Result<(), Answer> {
        let named = one_host(parts).ok_or_else(|| {
            // Whoever read this otherwise than we do may read what follows otherwise, too.
            let refused = bearer::invalid_request("Name one host");
            if parts.version == Version::HTTP_2 { refused } else { answer::last(refused) }
        })?;
        let believed = if self.is_proxy(peer) { forwarded_host(&parts.headers) } else { None };
        let asked = believed.as_ref().map_or(named, |host| host.to_str().unwrap_or_default());
        if !self.knows(asked) {
            return Err(forbidden("This is not the host named"));
        }
        if let Some(host) = believed {
            parts.headers.insert(header::HOST, host);
        }
        Ok(())
    }

    fn knows(&self, named: &str) -> bool {
        let Some((host, port)) = split(named) else { return false };
        let (public, public_port) = &self.public;
        let is_public = host == *public && port.or(*public_port) == *public_port;
        is_public || (self.answers_loopback && is_loopback(&host))
    }

    fn is_proxy(&self, address: IpAddr) -> bool {
        self.proxies.iter().any(|range| range.contains(&address))
    }

    /// Returns the last address of the chain that no proxy of ours vouches for.
    fn behind(&self, headers: &HeaderMap, peer: IpAddr) -> IpAddr {
        let chain = headers.get_all(FORWARDED_FOR).iter().filter_map(|it| it.to_str().ok());
        let hops: Vec<&str> = chain.flat_map(|it| it.split(',')).map(str::trim).collect();
        let mut source = peer;
        for hop in hops.iter().rev() {
            if !self.is_proxy(source) {
                break;
            }
            let Some(address) = address(hop) else { break };
            source = address.to_canonical();
        }
        source
    }
}

/// Returns the host that a request names, unless it names several or none.
fn one_host(parts: &Parts) -> Option<&str> {
    let mut hosts = parts.headers.get_all(header::HOST).iter();
    let host = hosts.next().map(|host| host.to_str().unwrap_or_default());
    let authority = parts.uri.authority().map(http::uri::Authority::as_str);
    let agree = match (host, authority) {
        (Some(host), Some(authority)) => host.eq_ignore_ascii_case(authority),
        (Some(_), None) => true,
        (None, _) => parts.version == Version::HTTP_2,
    };
    host.or(authority).filter(|_| agree && hosts.next().is_none())
}

/// Returns what the proxy says was asked. Of several values, nobody knows whose they are.
fn forwarded_host(headers: &HeaderMap) -> Option<HeaderValue> {
    let mut values = headers.get_all(FORWARDED_HOST).iter();
    let value = values.next().filter(|value| !value.as_bytes().contains(&b','))?;
    values.next().is_none().then(|| value.clone())
}

/// Reads an address of `X-Forwarded-For`; some gateways add the port.
fn address(hop: &str) -> Option<IpAddr> {
    let with_port = || hop.parse::<SocketAddr>().ok().map(|address| address.ip());
    let bracketed = || hop.strip_prefix('[')?.strip_suffix(']')?.parse().ok();
    hop.parse().ok().or_else(with_port).or_else(bracketed)
}

fn well_formed(headers: &HeaderMap) -> Result<(), Answer> {
    if headers.len() > FIELDS {
        let text = "There are too many header fields";
        return Err(answer::error(
            StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE,
            "invalid_request",
            text,
        ));
    }
    // Programs behind a gateway take `_` for `-`, so such a field could pose as another.
    if headers.keys().any(|name| name.as_str().contains('_')) {
        return Err(bearer::invalid_request("A header field has an underscore in its name"));
    }
    Ok(())
}

/// Splits what a `Host` field says.
fn split(named: &str) -> Option<(String, Option<u16>)> {
    if named.is_empty() || named.contains('@') {
        return None;
    }
    let has_port =
        named.rfind(':').filter(|at| !named.get(*at..).is_some_and(|it| it.contains(']')));
    let (host, port) = match has_port {
        Some(at) => (named.get(..at)?, Some(named.get(at + 1..)?.parse().ok()?)),
        None => (named, None),
    };
    Some((host.to_ascii_lowercase(), port))
}

fn is_loopback(host: &str) -> bool {
    Url::parse(&format!("http://{host}")).is_ok_and(|url| outbound::is_local(&url))
}

fn forbidden(description: &str) -> Answer {
    answer::error(StatusCode::FORBIDDEN, "access_denied", description)
}

#[cfg(test)]
mod tests {
    use http::Request;

    use super::*;

    fn guard(public: &str, listen: &str) -> Guard {
        let listeners = Listeners {
            listen: listen.parse().unwrap(),
            admin: "127.0.0.1:1".parse().unwrap(),
            public_url: None,
            allowed_origins: vec!["https://chat.example.com".into()],
            trusted_proxies: vec!["10.0.0.0/8".parse().unwrap()],
            tls: None,
        };
        Guard::new(&listeners, listen.parse().unwrap(), &public.parse().unwrap())
    }

    fn status(guard: &Guard, peer: &str, fields: &[(&str, &str)]) -> Result<IpAddr, StatusCode> {
        let request = fields
            .iter()
            .fold(Request::post("/mcp"), |request, (name, value)| request.header(*name, *value));
        let (mut parts, ()) = request.body(()).unwrap().into_parts();
        let source = guard.source(&mut parts, format!("{peer}:99").parse().unwrap());
        let source = source.map_err(|answer| answer.status())?;
        guard.origin(&parts.headers).map_err(|answer| answer.status())?;
        Ok(source)
    }

    #[test]
    fn r14_strangers_hosts_and_origins_are_refused() {
        let guard = guard("https://m365.example.com", "127.0.0.1:8365");
        let own = ("host", "m365.example.com");
        let cases: [(&[(&str, &str)], u16); 11] = [
            (&[own], 200),
            (&[("host", "M365.example.com:443")], 200),
            (&[("host", "localhost:8365")], 200),
            (&[("host", "[::1]:8365")], 200),
            (&[("host", "m365.example.com:8443")], 403),
            (&[("host", "evil.example")], 403),
            (&[("host", "m365.example.com@evil.example")], 403),
            (&[own, ("origin", "https://evil.example")], 403),
            (&[own, ("origin", "null")], 403),
            (&[own, ("origin", "https://chat.example.com")], 200),
            (&[own, ("origin", "https://chat.example.com"), ("origin", "https://a.example")], 403),
        ];
        for (fields, expected) in cases {
            let found = status(&guard, "127.0.0.1", fields).map_or_else(|it| it.as_u16(), |_| 200);
            assert_eq!(found, expected, "{fields:?}");
        }
        assert_eq!(status(&guard, "127.0.0.1", &[]), Err(StatusCode::BAD_REQUEST));
        assert_eq!(status(&guard, "127.0.0.1", &[own, own]), Err(StatusCode::BAD_REQUEST));
    }

    #[test]
    fn r16_an_underscore_in_a_field_name_is_refused() {
        let guard = guard("https://m365.example.com", "127.0.0.1:8365");
        let fields = [("host", "m365.example.com"), ("x_forwarded_for", "1.2.3.4")];

        assert_eq!(status(&guard, "127.0.0.1", &fields), Err(StatusCode::BAD_REQUEST));
    }

    #[test]
    fn r25_only_listed_proxies_are_believed() {
        let guard = guard("https://m365.example.com", "0.0.0.0:8365");
        let fields = |chain: &'static str| [("host", "m365.example.com"), (FORWARDED_FOR, chain)];
        let source =
            |peer: &str, chain| status(&guard, peer, &fields(chain)).map(|it| it.to_string());

        assert_eq!(source("10.1.1.1", "1.1.1.1, 2.2.2.2"), Ok("2.2.2.2".into()));
        assert_eq!(source("10.1.1.1", "2.2.2.2, 10.3.3.3"), Ok("2.2.2.2".into()));
        assert_eq!(source("10.1.1.1", "nonsense"), Ok("10.1.1.1".into()));
        assert_eq!(source("127.0.0.1", "2.2.2.2"), Ok("127.0.0.1".into()));
        assert_eq!(source("8.8.8.8", "10.0.0.1"), Err(StatusCode::FORBIDDEN));
    }

    #[test]
    fn r25_the_host_that_a_listed_proxy_was_asked_for_counts_instead_of_its_own() {
        let guard = guard("https://m365.example.com", "0.0.0.0:8365");
        let (own, inner) = (("host", "m365.example.com"), ("host", "pod-7.cluster.local:8365"));
        let (asked, other) = ((FORWARDED_HOST, own.1), (FORWARDED_HOST, "evil.example"));
        let both = (FORWARDED_HOST, "m365.example.com, evil.example");
        let proxied = |fields: &[(&str, &str)]| status(&guard, "10.1.1.1", fields).err();

        assert_eq!(proxied(&[inner, asked]), None);
        assert_eq!(proxied(&[inner]), Some(StatusCode::FORBIDDEN));
        assert_eq!(proxied(&[own, other]), Some(StatusCode::FORBIDDEN));
        for undecided in [&[asked, other][..], &[both]] {
            assert_eq!(proxied(&[&[own], undecided].concat()), None);
            assert_eq!(proxied(&[&[inner], undecided].concat()), Some(StatusCode::FORBIDDEN));
        }
        assert_eq!(status(&guard, "127.0.0.1", &[own, other]).err(), None);
        assert_eq!(status(&guard, "127.0.0.1", &[inner, asked]).err(), Some(StatusCode::FORBIDDEN));
    }
}
