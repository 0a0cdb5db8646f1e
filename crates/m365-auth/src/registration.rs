//! The app registrations that the connectors need, written for whoever makes them.

use std::{fmt, iter};

use url::Url;

use crate::{Cloud, Endpoint, InvalidSetting, ScopeSet, TenantId, scope::OFFLINE_ACCESS};

mod app;
mod az;
mod checks;
mod json;
mod permissions;
mod powershell;
mod quote;
mod terraform;

#[cfg(test)]
mod tests;

use app::{ACCESS, Api, App, BROKER, Redirect, Role};
use checks::{https, is_quotable, refused, text};

/// Microsoft Graph's own app ID, the same in every cloud.
const GRAPH: &str = "00000003-0000-0000-c000-000000000000";

/// The redirects of programs on the user's device; Entra ID ignores the port of a loopback address.
const LOCALHOST: &str = "http://localhost";
const LOOPBACK: &str = "http://127.0.0.1/callback";

/// What stands between tenant and client in the address of the page of consent.
const CONSENT: &str = "/adminconsent?client_id=";

/// The apps to register for one of the connectors.
///
/// ```
/// use m365_auth::{Cloud, Registration, RegistrationFormat, ScopeSet};
///
/// let registration = Registration::local(Cloud::Global, &ScopeSet::default())
///     .with_name("Assistants' mail")?;
///
/// let script = registration.render(RegistrationFormat::Az);
/// assert!(script.contains("az ad app create"));
/// # Ok::<(), m365_auth::InvalidSetting>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Registration {
    cloud: Cloud,
    login_root: Url,
    tenant: Option<TenantId>,
    /// The app to whose permissions an administrator consents.
    connector: App,
    /// The host that calls it, where the two are apart.
    host: Option<App>,
}

/// A language that a [`Registration`] is written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RegistrationFormat {
    /// A POSIX shell script that calls the Azure CLI.
    Az,
    /// A script for Microsoft Graph PowerShell.
    PowerShell,
    /// A Terraform module for the provider `azuread`.
    Terraform,
    /// The bodies of Microsoft Graph's `POST /applications` and of what follows it.
    Json,
}

/// With what the connector app proves itself.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum AppCredential {
    /// A client secret that Entra ID makes.
    Secret,
    /// A certificate whose private key stays with the connector.
    Certificate,
    /// Tokens that a platform issues to its workloads: there is no secret.
    Federation {
        /// The platform's issuer.
        issuer: String,
        /// The workload's name there.
        subject: String,
    },
}

impl Registration {
    /// Registers the local connector: one public client that asks for `scopes`.
    #[must_use]
    pub fn local(cloud: Cloud, scopes: &ScopeSet) -> Self {
        let app = App {
            scopes: scopes.iter().map(crate::Scope::name).collect(),
            redirects: vec![Redirect::Fixed(LOCALHOST.to_owned())],
            ..App::new(Role::Local, "Microsoft 365 for assistants")
        };
        Self::of(cloud, app, None)
    }

    /// Registers the remote connector, which asks for `scopes` on behalf of its callers, and a
    /// desktop host that may call it.
    #[must_use]
    pub fn remote(cloud: Cloud, scopes: &ScopeSet, credential: AppCredential) -> Self {
        let names = scopes.iter().map(crate::Scope::name);
        let connector = App {
            scopes: names.filter(|name| *name != OFFLINE_ACCESS).collect(),
            redirects: vec![Redirect::Fixed(done_page(cloud))],
            api: Some(Api { uri: None, credential }),
            ..App::new(Role::Connector, "Microsoft 365 connector")
        };
        let host = App {
            redirects: [LOOPBACK, LOCALHOST].map(|it| Redirect::Fixed(it.to_owned())).into(),
            ..App::new(Role::Host, &host_name(&connector.name))
        };
        Self::of(cloud, connector, Some(host))
    }

    fn of(cloud: Cloud, connector: App, host: Option<App>) -> Self {
        Self { cloud, login_root: cloud.login_root(), tenant: None, connector, host }
    }

    /// Names the app, and the host's after it.
    ///
    /// # Errors
    ///
    /// [`InvalidSetting`] for a name that is empty, too long, or holds control characters.
    pub fn with_name(mut self, name: &str) -> Result<Self, InvalidSetting> {
        let name = text("--name", name, 100)?;
        if let Some(host) = &mut self.host {
            host.name = host_name(&name);
        }
        self.connector.name = name;
        Ok(self)
    }

    /// Refuses to register in another tenant than this.
    #[must_use]
    pub fn with_tenant(mut self, tenant: TenantId) -> Self {
        self.tenant = Some(tenant);
        self
    }

    /// Replaces the root of the sign-in addresses, see [`Endpoint`].
    #[must_use]
    pub fn with_login_root(mut self, root: Url) -> Self {
        self.login_root = root;
        self
    }

    /// Adds the redirect of Windows's broker.
    #[must_use]
    pub fn with_broker(mut self) -> Self {
        self.on_devices(&Redirect::Broker);
        self
    }

    /// Adds the redirect of the broker of macOS, for the program with this bundle ID.
    ///
    /// # Errors
    ///
    /// [`InvalidSetting`] unless it is a bundle ID such as `com.example.app`.
    pub fn with_bundle_id(mut self, bundle: &str) -> Result<Self, InvalidSetting> {
        let is_known = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-');
        if bundle.is_empty() || bundle.len() > 155 || !bundle.bytes().all(is_known) {
            return Err(refused("--bundle-id", bundle, "a bundle ID such as com.example.app"));
        }
        self.on_devices(&Redirect::Fixed(format!("msauth.{bundle}://auth")));
        Ok(self)
    }

    /// Adds a redirect of a host, where it differs from those that most use.
    ///
    /// # Errors
    ///
    /// [`InvalidSetting`] unless it is an `https` address, or an `http` one on a loopback host.
    pub fn with_redirect(mut self, redirect: &str) -> Result<Self, InvalidSetting> {
        if !is_quotable(redirect) || Endpoint::parse(redirect).is_err() {
            let expected = "an address such as http://localhost/callback";
            return Err(refused("--redirect", redirect, expected));
        }
        self.on_devices(&Redirect::Fixed(redirect.to_owned()));
        Ok(self)
    }

    /// Names the connector by its own address instead of `api://` and the client ID, for hosts that
    /// send `resource`.
    ///
    /// # Errors
    ///
    /// [`InvalidSetting`] unless it is an `https` address without query, fragment or last slash.
    pub fn with_resource_url(mut self, url: &str) -> Result<Self, InvalidSetting> {
        let url = https("--resource-url", url)?;
        if let Some(api) = &mut self.connector.api {
            api.uri = Some(url);
        }
        Ok(self)
    }

    /// Lets users of other tenants sign in, once their administrators have consented.
    #[must_use]
    pub fn for_many_tenants(mut self) -> Self {
        self.each(|app| app.is_multi_tenant = true);
        self
    }

    /// Writes the registration.
    #[must_use]
    pub fn render(&self, format: RegistrationFormat) -> String {
        match format {
            RegistrationFormat::Az => az::script(self),
            RegistrationFormat::PowerShell => powershell::script(self),
            RegistrationFormat::Terraform => terraform::module(self),
            RegistrationFormat::Json => json::document(self),
        }
    }

    /// Returns what whoever uses the text has to know besides, one sentence each.
    #[must_use]
    pub fn notes(&self, format: RegistrationFormat) -> Vec<String> {
        let consent = self.consent_url("{tenant}", "{clientId}");
        let mut notes = vec![format!(
            "An administrator consents once, at {consent} with the IDs of the tenant and of the \
             app \"{}\".",
            self.connector.name
        )];
        let secret = self.credential() == Some(&AppCredential::Secret);
        notes.extend(secret.then(|| secret_note(format).to_owned()));
        if format == RegistrationFormat::Json {
            let unknown = permissions::unknown(&self.connector.scopes).collect::<Vec<_>>();
            let unknown = unknown.join(", ");
            notes.extend((!unknown.is_empty()).then(|| {
                format!("Add by name, since no ID is known for certain: {unknown} (see addByName).")
            }));
        }
        notes
    }

    fn on_devices(&mut self, redirect: &Redirect) {
        self.each(|app| {
            if app.is_public() {
                app.redirects.push(redirect.clone());
            }
        });
    }

    fn each(&mut self, change: impl Fn(&mut App)) {
        iter::once(&mut self.connector).chain(&mut self.host).for_each(change);
    }

    /// Returns the apps in the order in which they are made.
    fn apps(&self) -> impl Iterator<Item = &App> {
        iter::once(&self.connector).chain(&self.host)
    }

    fn credential(&self) -> Option<&AppCredential> {
        self.connector.api.as_ref().map(|api| &api.credential)
    }

    /// Returns what precedes the tenant in the address of the page of consent.
    fn consent_root(&self) -> String {
        format!("{}/", self.login_root.as_str().trim_end_matches('/'))
    }

    /// Writes the address of the page of consent.
    fn consent_url(&self, tenant: &str, client: &str) -> String {
        format!("{}{tenant}{CONSENT}{client}", self.consent_root())
    }

    /// Returns the audience of tokens that other issuers make for this cloud's Entra ID.
    const fn federation_audience(&self) -> &'static str {
        match self.cloud {
            Cloud::Global => "api://AzureADTokenExchange",
            Cloud::UsGovHigh | Cloud::UsGovDod => "api://AzureADTokenExchangeUSGov",
        }
    }

    fn graph_root(&self) -> &'static str {
        self.cloud.scope_prefix().trim_end_matches('/')
    }
}

impl RegistrationFormat {
    /// All formats, in the order in which they are listed to people.
    pub const ALL: [Self; 4] = [Self::Az, Self::PowerShell, Self::Terraform, Self::Json];

    /// Returns the format's name on a command line.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Az => "az",
            Self::PowerShell => "powershell",
            Self::Terraform => "terraform",
            Self::Json => "json",
        }
    }
}

impl fmt::Display for RegistrationFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl AppCredential {
    /// Trusts the tokens that `issuer` gives to `subject`; both are compared letter by letter.
    ///
    /// # Errors
    ///
    /// [`InvalidSetting`] unless the issuer is an `https` address and the subject has a text.
    pub fn federation(issuer: &str, subject: &str) -> Result<Self, InvalidSetting> {
        let address = https("--issuer", issuer.strip_suffix('/').unwrap_or(issuer));
        address.map_err(|_| refused("--issuer", issuer, "the https address of an issuer"))?;
        let (issuer, subject) = (issuer.to_owned(), text("--subject", subject, 600)?);
        Ok(Self::Federation { issuer, subject })
    }
}

/// A blank page of Microsoft's, where an administrator lands after consent to an app that has no
/// page of its own.
fn done_page(cloud: Cloud) -> String {
    format!("{}common/oauth2/nativeclient", cloud.login_root())
}

fn host_name(connector: &str) -> String {
    format!("{connector} (desktop host)")
}

const fn secret_note(format: RegistrationFormat) -> &'static str {
    match format {
        RegistrationFormat::Terraform => {
            "Terraform keeps the client secret in its state: guard that, or take a certificate or \
             federation."
        }
        _ => {
            "The client secret is shown once and written nowhere: put it straight into the file or \
             vault of the connector."
        }
    }
}
