use std::{fmt, net::IpAddr, str::FromStr};

use url::{Host, Url};

/// One of Microsoft's clouds: a sign-in host, a Graph root and an issuer that belong together.
///
/// Government High and DoD share the sign-in host and differ in Graph.
/// See [National clouds](https://learn.microsoft.com/graph/deployments).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Cloud {
    /// The worldwide cloud, GCC included.
    #[default]
    Global,
    /// US Government L4, GCC High.
    UsGovHigh,
    /// US Government L5, DoD.
    UsGovDod,
}

impl Cloud {
    /// All clouds, in the order in which they are listed to people.
    pub const ALL: [Self; 3] = [Self::Global, Self::UsGovHigh, Self::UsGovDod];

    /// Returns the root of the sign-in addresses, e.g. `https://login.microsoftonline.com`.
    #[must_use]
    pub fn login_root(self) -> Url {
        constant_url(match self {
            Self::Global => "https://login.microsoftonline.com",
            Self::UsGovHigh | Self::UsGovDod => "https://login.microsoftonline.us",
        })
    }

    /// Returns the root of Microsoft Graph, without a version, e.g. `https://graph.microsoft.com`.
    #[must_use]
    pub fn graph_root(self) -> Url {
        constant_url(self.scope_prefix().trim_end_matches('/'))
    }

    /// Returns what precedes a permission's short name, e.g. `https://graph.microsoft.com/`.
    #[must_use]
    pub const fn scope_prefix(self) -> &'static str {
        match self {
            Self::Global => "https://graph.microsoft.com/",
            Self::UsGovHigh => "https://graph.microsoft.us/",
            Self::UsGovDod => "https://dod-graph.microsoft.us/",
        }
    }

    /// Returns the value for a configuration, e.g. `us-gov-high`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Global => "global",
            Self::UsGovHigh => "us-gov-high",
            Self::UsGovDod => "us-gov-dod",
        }
    }
}

impl fmt::Display for Cloud {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Cloud {
    type Err = InvalidSetting;

    fn from_str(text: &str) -> Result<Self, InvalidSetting> {
        Self::ALL.into_iter().find(|cloud| cloud.name() == text).ok_or_else(|| {
            InvalidSetting(format!(
                "'{}' is not a cloud; valid are global, us-gov-high, us-gov-dod",
                text.escape_debug()
            ))
        })
    }
}

/// A setting that is not accepted; `Display` says what would be.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct InvalidSetting(pub(crate) String);

macro_rules! guid {
    ($(#[$doc:meta])* $name:ident, $what:literal) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash)]
        pub struct $name(String);

        impl $name {
            /// Returns the GUID in lower case.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl FromStr for $name {
            type Err = InvalidSetting;

            fn from_str(text: &str) -> Result<Self, InvalidSetting> {
                match is_guid(text) {
                    true => Ok(Self(text.to_ascii_lowercase())),
                    false => Err(InvalidSetting(format!(
                        concat!("'{}' is not ", $what, "; expected is a GUID such as \
                         11111111-2222-4333-8444-555555555555"),
                        text.escape_debug()
                    ))),
                }
            }
        }
    };
}

guid! {
    /// The GUID of an organisation's tenant; names such as `common` are not accepted.
    TenantId, "a tenant ID"
}

guid! {
    /// The GUID of the app registration, which Entra ID calls application (client) ID.
    ClientId, "a client ID"
}

/// Tells whether `text` has the shape of a GUID.
pub(crate) fn is_guid(text: &str) -> bool {
    let groups: Vec<&str> = text.split('-').collect();
    groups.iter().map(|group| group.len()).eq([8, 4, 4, 4, 12])
        && groups.iter().all(|group| group.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

/// A tenant of a cloud: where its users sign in, and who signs its tokens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Authority {
    cloud: Cloud,
    tenant: TenantId,
    login_root: Url,
}

impl Authority {
    /// Names `tenant` in `cloud`.
    #[must_use]
    pub fn new(cloud: Cloud, tenant: TenantId) -> Self {
        Self { cloud, tenant, login_root: cloud.login_root() }
    }

    /// Replaces the root of the sign-in addresses, see [`Endpoint`]; issuer and scopes stay.
    #[must_use]
    pub fn with_login_root(mut self, root: Url) -> Self {
        self.login_root = root;
        self
    }

    /// Returns the cloud.
    #[must_use]
    pub const fn cloud(&self) -> Cloud {
        self.cloud
    }

    /// Returns the tenant.
    #[must_use]
    pub const fn tenant(&self) -> &TenantId {
        &self.tenant
    }

    /// Returns the root under which all sign-in addresses lie.
    #[must_use]
    pub const fn login_root(&self) -> &Url {
        &self.login_root
    }

    /// Returns the authorization endpoint.
    #[must_use]
    pub fn authorize_url(&self) -> Url {
        self.under_root("oauth2/v2.0/authorize")
    }

    /// Returns the token endpoint.
    #[must_use]
    pub fn token_url(&self) -> Url {
        self.under_root("oauth2/v2.0/token")
    }

    /// Returns the address of the
    /// [metadata document](https://openid.net/specs/openid-connect-discovery-1_0.html).
    #[must_use]
    pub fn metadata_url(&self) -> Url {
        self.under_root("v2.0/.well-known/openid-configuration")
    }

    /// Returns the page on which an administrator consents to all that `client` registers.
    #[must_use]
    pub fn admin_consent_url(&self, client: &ClientId) -> Url {
        let mut url = self.under_root("adminconsent");
        url.query_pairs_mut().append_pair("client_id", client.as_str());
        url
    }

    /// Returns the issuer of the tenant's v2 tokens: the cloud's own, whatever the login root is.
    #[must_use]
    pub fn issuer(&self) -> String {
        format!("{}{}/v2.0", self.cloud.login_root(), self.tenant)
    }

    /// Tells whether `url` lies under the login root, so that a document may name it.
    pub(crate) fn covers(&self, url: &Url) -> bool {
        let root = self.login_root.path().trim_end_matches('/');
        let plain = url.username().is_empty() && url.password().is_none();
        plain
            && url.origin() == self.login_root.origin()
            && url.path().strip_prefix(root).is_some_and(|rest| rest.starts_with('/'))
    }

    fn under_root(&self, path: &str) -> Url {
        let mut url = self.login_root.clone();
        let root = url.path().trim_end_matches('/').to_owned();
        url.set_path(&format!("{root}/{}/{path}", self.tenant));
        url
    }
}

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

fn constant_url(text: &'static str) -> Url {
    #[expect(clippy::unwrap_used, reason = "the constants of this file are URLs, as tests show")]
    Url::parse(text).unwrap()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn authority(root: &str) -> Authority {
        let tenant = "11111111-2222-4333-8444-555555555555".parse().unwrap();
        Authority::new(Cloud::UsGovDod, tenant).with_login_root(Endpoint::parse(root).unwrap())
    }

    #[test]
    fn an_override_keeps_its_path_and_the_clouds_issuer() {
        let authority = authority("http://127.0.0.1:8080/entra/");

        assert_eq!(
            authority.token_url().as_str(),
            "http://127.0.0.1:8080/entra/11111111-2222-4333-8444-555555555555/oauth2/v2.0/token"
        );
        assert_eq!(
            authority.issuer(),
            "https://login.microsoftonline.us/11111111-2222-4333-8444-555555555555/v2.0"
        );
    }

    #[test]
    fn every_cloud_has_addresses_and_is_read_back_from_its_name() {
        for cloud in Cloud::ALL {
            assert_eq!(cloud.to_string().parse(), Ok(cloud));
            assert_eq!(cloud.graph_root().as_str(), cloud.scope_prefix());
            assert_eq!(cloud.login_root().scheme(), "https");
        }
    }

    #[test]
    fn an_unknown_cloud_is_told_the_valid_ones() {
        let error = "china".parse::<Cloud>().unwrap_err();

        assert!(error.to_string().contains("global, us-gov-high, us-gov-dod"));
    }

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

    #[test]
    fn only_addresses_under_the_root_are_covered() {
        let authority = authority("https://login.example/entra");

        for (address, covered) in [
            ("https://login.example/entra/x/token", true),
            ("https://login.example/entrances/x", false),
            ("https://login.example:444/entra/x", false),
            ("http://login.example/entra/x", false),
            ("https://login.example@evil.example/entra/x", false),
            ("https://me@login.example/entra/x", false),
            ("https://login.example/entra/../x", false),
        ] {
            assert_eq!(authority.covers(&Url::parse(address).unwrap()), covered, "{address}");
        }
    }

    #[test]
    fn ids_are_guids_in_lower_case() {
        let id: TenantId = "AAAAAAAA-0000-4000-8000-00000000000F".parse().unwrap();

        assert_eq!(id.as_str(), "aaaaaaaa-0000-4000-8000-00000000000f");
        for wrong in ["common", "", "aaaaaaaa-0000-4000-8000-00000000000", "../../x"] {
            assert!(wrong.parse::<ClientId>().is_err(), "{wrong}");
        }
    }
}
