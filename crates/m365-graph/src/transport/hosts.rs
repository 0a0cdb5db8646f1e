use std::net::IpAddr;

use url::{Host, Url};

mod pattern;

pub(crate) use pattern::HostPattern;

/// The Graph roots of the clouds, each with the hosts that its downloads may come from.
/// Source: <https://learn.microsoft.com/graph/deployments>.
const CLOUDS: &[(&str, &[&str])] = &[
    (
        "graph.microsoft.com",
        &["*.sharepoint.com", "*.svc.ms", "*.1drv.com", "*.microsoftpersonalcontent.com"],
    ),
    ("graph.microsoft.us", &["*.sharepoint.us"]),
    ("dod-graph.microsoft.us", &["*.sharepoint-mil.us"]),
    ("microsoftgraph.chinacloudapi.cn", &["*.sharepoint.cn"]),
];

/// Decides where a download may come from.
#[derive(Debug)]
pub(crate) struct Hosts {
    allowed: Vec<HostPattern>,
    /// The host of a Graph root that is none of a cloud's: it may serve downloads on any port.
    own: Option<String>,
}

/// Returns the hosts that downloads may come from while Graph is read at `graph_root`, unless they
/// are [set](crate::GraphPoolBuilder::download_hosts): names, or `*.` and a domain.
#[must_use]
pub fn download_hosts(graph_root: &Url) -> &'static [&'static str] {
    defaults(graph_root).unwrap_or(CLOUDS[0].1)
}

/// Finds the hosts of a cloud's own Graph root.
fn defaults(graph_root: &Url) -> Option<&'static [&'static str]> {
    let host = graph_root.host_str().unwrap_or_default();
    CLOUDS.iter().find(|(graph, _)| *graph == host).map(|(_, hosts)| *hosts)
}

impl Hosts {
    pub(crate) fn new(root: &Url, allowed: Option<Vec<HostPattern>>) -> Self {
        let is_clouds = defaults(root).is_some();
        let own = (!is_clouds).then(|| root.host_str().unwrap_or_default().to_owned());
        let defaults =
            || download_hosts(root).iter().filter_map(|host| HostPattern::parse(host)).collect();
        Self { allowed: allowed.unwrap_or_else(defaults), own }
    }

    /// Tells whether bytes may be fetched from `url`: by name only, the address is checked later.
    pub(crate) fn allow(&self, url: &Url) -> bool {
        let Some(host) = url.host_str() else { return false };
        let plain = url.username().is_empty() && url.password().is_none();
        plain
            && self.allow_scheme(url, host)
            && (self.is_own(host) || self.is_listed_and_public(url))
    }

    /// A name's address is checked when it is resolved; an address in a name's place, here.
    fn is_listed_and_public(&self, url: &Url) -> bool {
        let public = match url.host() {
            Some(Host::Ipv4(address)) => is_public(address.into()),
            Some(Host::Ipv6(address)) => is_public(address.into()),
            Some(Host::Domain(_)) | None => true,
        };
        public && url.host_str().is_some_and(|host| self.is_listed(host))
    }

    /// Tells whether `host` is the one that Graph itself was set to, whose address is the
    /// administrator's choice.
    pub(crate) fn is_own(&self, host: &str) -> bool {
        self.own.as_deref() == Some(host)
    }

    /// Tells whether `host` is one that the list means.
    pub(crate) fn is_listed(&self, host: &str) -> bool {
        self.allowed.iter().any(|allowed| allowed.matches(host))
    }

    fn allow_scheme(&self, url: &Url, host: &str) -> bool {
        url.scheme() == "https" || (url.scheme() == "http" && self.is_own(host) && is_loopback(url))
    }
}

/// Tells whether `url` names this machine: `localhost` or a loopback address. What is below
/// `localhost` is a resolver's to decide, so it is not taken for this machine.
pub(crate) fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

/// Tells whether `address` is one that the public internet routes.
pub(super) fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => is_public_v4(v4.octets()),
        IpAddr::V6(v6) => match v6.to_ipv4_mapped() {
            Some(v4) => is_public_v4(v4.octets()),
            None => is_public_v6(v6.segments()),
        },
    }
}

/// The special-purpose blocks of RFC 6890.
const fn is_public_v4(octets: [u8; 4]) -> bool {
    !matches!(
        octets,
        [0 | 10 | 127, ..]
            | [100, 64..=127, ..]
            | [169, 254, ..]
            | [172, 16..=31, ..]
            | [192, 0, 0 | 2, _]
            | [192, 88, 99, _]
            | [192, 168, ..]
            | [198, 18 | 19, ..]
            | [198, 51, 100, _]
            | [203, 0, 113, _]
            | [224..=255, ..]
    )
}

/// Global unicast only, without the blocks that embed an IPv4 address or document something.
const fn is_public_v6(segments: [u16; 8]) -> bool {
    let [first, second, ..] = segments;
    let unicast = first & 0xe000 == 0x2000;
    unicast
        && !matches!(
            (first, second),
            (0x2001, 0..=0x1ff | 0xdb8) | (0x2002, _) | (0x3fff, 0..=0xfff)
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hosts(root: &str) -> Hosts {
        Hosts::new(&Url::parse(root).unwrap(), None)
    }

    fn allows(root: &str, url: &str) -> bool {
        hosts(root).allow(&Url::parse(url).unwrap())
    }

    #[test]
    fn a_cloud_downloads_from_its_own_hosts_only() {
        let global = "https://graph.microsoft.com/v1.0";

        assert!(allows(global, "https://contoso-my.sharepoint.com/x?tempauth=y"));
        for url in [
            "http://contoso.sharepoint.com/x",
            "https://sharepoint.com/x",
            "https://evilsharepoint.com/x",
            "https://contoso.sharepoint.com.evil.example/x",
            "https://contoso.sharepoint.com@evil.example/x",
            "https://user@contoso.sharepoint.com/x",
            "https://contoso.sharepoint.us/x",
            "https://graph.microsoft.com/x",
            "https://169.254.169.254/latest",
            "ftp://contoso.sharepoint.com/x",
        ] {
            assert!(!allows(global, url), "{url}");
        }
    }

    #[test]
    fn a_national_cloud_has_its_own_hosts() {
        let high = "https://graph.microsoft.us/v1.0";

        assert!(allows(high, "https://contoso.sharepoint.us/x"));
        assert!(!allows(high, "https://contoso.sharepoint.com/x"));
    }

    #[test]
    fn every_clouds_hosts_are_patterns() {
        for (cloud, hosts) in CLOUDS {
            assert!(hosts.iter().all(|host| HostPattern::parse(host).is_some()), "{cloud}");
        }
    }

    #[test]
    fn another_root_is_a_download_host_on_any_port() {
        assert!(allows("http://127.0.0.1:4000/v1.0", "http://127.0.0.1:4001/x"));
        assert!(!allows("http://127.0.0.1:4000/v1.0", "http://127.0.0.2:4001/x"));
        assert!(!allows("http://graph.localhost/v1.0", "http://graph.localhost/x"));
        assert!(allows("https://graph.test/v1.0", "https://graph.test:444/x"));
        assert!(!allows("https://graph.test/v1.0", "http://graph.test/x"));
    }

    #[test]
    fn only_public_addresses_are_public() {
        for private in [
            "10.1.2.3",
            "127.0.0.1",
            "169.254.169.254",
            "172.31.0.1",
            "192.168.0.1",
            "100.64.0.1",
            "0.0.0.0",
            "255.255.255.255",
            "224.0.0.1",
            "::1",
            "::",
            "fe80::1",
            "fc00::1",
            "ff02::1",
            "::ffff:10.0.0.1",
            "64:ff9b::a00:1",
            "2001:db8::1",
            "2002:a00:1::",
            "::10.0.0.1",
        ] {
            assert!(!is_public(private.parse().unwrap()), "{private}");
        }
        for public in ["13.107.136.10", "172.32.0.1", "2620:1ec:8f8::8", "::ffff:13.107.136.10"] {
            assert!(is_public(public.parse().unwrap()), "{public}");
        }
    }
}
