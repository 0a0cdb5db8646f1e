//! App registrations.

use super::failure::Failure;

/// The desktop connector: a public client.
pub(crate) const LOCAL: &str = "aaaaaaaa-0000-4000-8000-000000000001";

/// The remote connector: a web API with a secret.
pub(crate) const CONNECTOR: &str = "cccccccc-0000-4000-8000-000000000002";

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

/// An app registration.
#[derive(Clone, Debug)]
pub(crate) struct App {
    pub(crate) client_id: String,
    pub(crate) name: String,
    pub(crate) redirects: Vec<(Platform, String)>,
    pub(crate) secret: Option<String>,
    /// Whether other tenants can use it.
    pub(crate) multi_tenant: bool,
}

impl App {
    /// Returns the two apps that the company's administrator registered.
    pub(crate) fn registered() -> Vec<Self> {
        let desktop = (Platform::MobileAndDesktop, "http://localhost".to_owned());
        let done = (Platform::Web, "https://connector.fjordlight.example/admin-consent".to_owned());
        vec![
            Self {
                client_id: LOCAL.to_owned(),
                name: "Microsoft 365 connector (desktop)".to_owned(),
                redirects: vec![desktop],
                secret: None,
                multi_tenant: false,
            },
            Self {
                client_id: CONNECTOR.to_owned(),
                name: "Microsoft 365 connector".to_owned(),
                redirects: vec![done],
                secret: Some(CONNECTOR_SECRET.to_owned()),
                multi_tenant: true,
            },
        ]
    }

    /// Finds the registration that an address matches.
    pub(crate) fn match_redirect(&self, sent: &str) -> Option<&(Platform, String)> {
        self.redirects.iter().find(|(platform, registered)| matches(*platform, registered, sent))
    }

    /// Checks the secret that came with a token request.
    ///
    /// # Errors
    ///
    /// 7000218 without a secret and 7000215 with a wrong one.
    pub(crate) fn authenticate(&self, secret: Option<&str>) -> Result<(), Failure> {
        match (secret, &self.secret) {
            (None, _) => Err(Failure::new(
                7_000_218,
                "The request body must contain the following parameter: 'client_assertion' or \
                 'client_secret'.",
            )),
            (Some(sent), Some(right)) if sent == right => Ok(()),
            _ => Err(Failure::new(
                7_000_215,
                format!("Invalid client secret provided for app '{}'.", self.client_id),
            )),
        }
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
