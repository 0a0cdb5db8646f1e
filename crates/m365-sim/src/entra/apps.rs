//! App registrations.

use std::fmt;

use jiff::Timestamp;
use x509_parser::{prelude::FromDer, x509::SubjectPublicKeyInfo};

/// Where administrators land after their consent to the connector.
const DONE: &str = "https://connector.fjordlight.example/admin-consent";

/// The desktop connector: a public client.
pub(crate) const LOCAL: &str = "aaaaaaaa-0000-4000-8000-000000000001";

/// The remote connector: a web API with a secret.
pub(crate) const CONNECTOR: &str = "cccccccc-0000-4000-8000-000000000002";

/// The desktop host, which calls the remote connector: a public client.
pub(crate) const HOST: &str = "bbbbbbbb-0000-4000-8000-000000000003";

/// A stranger's host, which may ask for the connector's scope as well.
pub(crate) const OTHER_HOST: &str = "eeeeeeee-0000-4000-8000-000000000004";

/// The remote connector's secret, which opens nothing but the demo tenant.
pub(crate) const CONNECTOR_SECRET: &str = "demo-tenant-connector-secret";

/// What a redirect address was registered as; it decides how its codes are redeemed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Platform {
    /// Mobile and desktop applications (`publicClient`): no secret.
    MobileAndDesktop,
    /// Single-page application (`spa`): cross-origin, with PKCE.
    SinglePage,
    /// Web (`web`): with a secret.
    Web,
}

/// How a client proved who it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Proof {
    /// Not at all, as public clients do.
    None,
    /// By a secret.
    Secret,
    /// By an assertion that a certificate or another issuer signed.
    Assertion,
}

impl Proof {
    /// Returns the value of `azpacr` and `appidacr`.
    pub(crate) fn number(self) -> &'static str {
        match self {
            Self::None => "0",
            Self::Secret => "1",
            Self::Assertion => "2",
        }
    }
}

/// A secret of an app.
#[derive(Clone)]
pub(crate) struct Secret {
    pub(crate) value: String,
    /// When it stops being good, if ever.
    pub(crate) expires: Option<Timestamp>,
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Secret").field("expires", &self.expires).finish_non_exhaustive()
    }
}

/// Somebody else's tokens that stand for an app: a federated credential.
#[derive(Clone, Debug)]
pub(crate) struct Federation {
    pub(crate) issuer: String,
    pub(crate) subject: String,
    /// The issuer's RSA key, as DER of PKCS #1.
    pub(crate) key: Vec<u8>,
}

/// What a confidential client may prove itself with.
#[derive(Clone, Debug, Default)]
pub(crate) struct Credentials {
    pub(crate) secrets: Vec<Secret>,
    /// Registered certificates in DER.
    pub(crate) certificates: Vec<Vec<u8>>,
    pub(crate) federations: Vec<Federation>,
}

impl Credentials {
    fn secret(value: &str) -> Self {
        let secret = Secret { value: value.to_owned(), expires: None };
        Self { secrets: vec![secret], ..Self::default() }
    }

    /// Lets all secrets expire.
    pub(crate) fn expire_secrets(&mut self, now: Timestamp) {
        self.secrets.iter_mut().for_each(|secret| secret.expires = Some(now));
    }

    /// Adds others beside these.
    pub(crate) fn extend(&mut self, more: Self) {
        self.secrets.extend(more.secrets);
        self.certificates.extend(more.certificates);
        self.federations.extend(more.federations);
    }
}

impl Federation {
    /// Trusts an issuer's RSA key, given as DER of PKCS #1 or with the frame that names its kind.
    pub(crate) fn new(issuer: String, subject: String, key: Vec<u8>) -> Self {
        let framed = SubjectPublicKeyInfo::from_der(&key);
        let bare = framed.map(|(_, key)| key.subject_public_key.data.to_vec()).ok();
        Self { issuer, subject, key: bare.unwrap_or(key) }
    }
}

/// An app registration.
#[derive(Clone, Debug)]
pub(crate) struct App {
    pub(crate) client_id: String,
    pub(crate) name: String,
    pub(crate) redirects: Vec<(Platform, String)>,
    /// Whether other tenants can consent to it.
    pub(crate) multi_tenant: bool,
    pub(crate) credentials: Credentials,
}

impl App {
    /// Returns the apps that the company's administrator registered, and a stranger's.
    pub(crate) fn registered() -> Vec<Self> {
        let connector = Self {
            redirects: vec![(Platform::Web, DONE.to_owned())],
            credentials: Credentials::secret(CONNECTOR_SECRET),
            multi_tenant: true,
            ..Self::public(CONNECTOR, "Microsoft 365 connector")
        };
        let local = Self::public(LOCAL, "Microsoft 365 connector (desktop)");
        let other = Self { multi_tenant: true, ..Self::public(OTHER_HOST, "Another desktop host") };
        vec![local, connector, Self::host(), other]
    }

    fn host() -> Self {
        let mut host = Self::public(HOST, "Desktop host");
        host.multi_tenant = true;
        let callback = "http://127.0.0.1/callback".to_owned();
        host.redirects.push((Platform::MobileAndDesktop, callback));
        host
    }

    fn public(client_id: &str, name: &str) -> Self {
        Self {
            client_id: client_id.to_owned(),
            name: name.to_owned(),
            redirects: vec![(Platform::MobileAndDesktop, "http://localhost".to_owned())],
            multi_tenant: false,
            credentials: Credentials::default(),
        }
    }

    /// Finds the registration that an address matches.
    pub(crate) fn match_redirect(&self, sent: &str) -> Option<&(Platform, String)> {
        self.redirects.iter().find(|(platform, registered)| matches(*platform, registered, sent))
    }
}

/// Returns whether an address has no path, so that `/` goes before the query.
pub(crate) fn has_no_path(registered: &str) -> bool {
    let rest = registered.split_once("://").map_or(registered, |(_, rest)| rest);
    !rest.contains('/')
}

fn matches(platform: Platform, registered: &str, sent: &str) -> bool {
    if sent.len() > 256 {
        return false;
    }
    let host = |host: &'static str| {
        let ignoring_port = |address| without_port(address, host);
        ignoring_port(registered).is_some() && ignoring_port(registered) == ignoring_port(sent)
    };
    let native = platform == Platform::MobileAndDesktop;
    registered == sent || host("http://localhost") || native && host("http://127.0.0.1")
}

/// Returns what follows host and port, if the address starts with `root`; a bare slash, which is
/// tolerated for loopback addresses, counts as nothing.
fn without_port<'a>(address: &'a str, root: &str) -> Option<&'a str> {
    let rest = address.strip_prefix(root)?;
    let rest = rest.strip_prefix(':').map_or(Some(rest), after_port)?;
    match rest {
        "" | "/" => Some(""),
        rest => Some(rest).filter(|rest| rest.starts_with(['/', '?'])),
    }
}

fn after_port(text: &str) -> Option<&str> {
    let rest = text.trim_start_matches(|c: char| c.is_ascii_digit());
    Some(rest).filter(|rest| rest.len() < text.len())
}
