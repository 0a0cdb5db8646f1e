use url::Url;

use crate::Cloud;

mod cloud;
mod endpoint;
mod guid;

pub use endpoint::Endpoint;
pub use guid::{ClientId, TenantId};

#[cfg(any(test, feature = "server"))]
pub(crate) use guid::is_guid;

/// A tenant of a cloud: where its users sign in, and who signs its tokens.
///
/// ```
/// use m365_auth::{Authority, Cloud};
///
/// let authority = Authority::new(Cloud::UsGovHigh, "11111111-2222-4333-8444-555555555555".parse()?);
/// assert!(authority.authorize_url().as_str().starts_with("https://login.microsoftonline.us/"));
/// # Ok::<(), m365_auth::InvalidSetting>(())
/// ```
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
    #[cfg(any(test, feature = "client"))]
    pub(crate) fn covers(&self, url: &Url) -> bool {
        is_under(&self.login_root, url)
    }

    fn under_root(&self, path: &str) -> Url {
        let mut url = self.login_root.clone();
        let root = url.path().trim_end_matches('/').to_owned();
        url.set_path(&format!("{root}/{}/{path}", self.tenant));
        url
    }
}

/// Tells whether `url` lies under `root`: on the same origin, below the same path.
#[cfg(any(feature = "client", feature = "server"))]
pub(crate) fn is_under(root: &Url, url: &Url) -> bool {
    let path = root.path().trim_end_matches('/');
    let plain = url.username().is_empty() && url.password().is_none();
    plain
        && url.origin() == root.origin()
        && url.path().strip_prefix(path).is_some_and(|rest| rest.starts_with('/'))
}

/// A setting that is not accepted; `Display` says what would be.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct InvalidSetting(pub(crate) String);

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
}
