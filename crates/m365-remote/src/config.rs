//! What this run is told to do: flags, then the environment, then the configuration file, then
//! defaults. The only place that reads the environment.

mod allow;
mod credential;
mod directory;
mod environment;
mod file;
mod limits;
mod listeners;
mod logs;
mod paths;
mod published;
mod setting;
mod sinks;
mod tools;

#[cfg(test)]
mod reference_tests;
#[cfg(test)]
mod tests;

use std::path::PathBuf;

use m365_auth::{ClientId, Cloud, ScopeSet};
use sha2::{Digest, Sha256};
use toml::Spanned;
use url::Url;

use crate::cli::Options;

pub(crate) use allow::{AllowEntry, LiveConfig};
pub(crate) use credential::{CredentialSource, StateKey};
pub(crate) use directory::Directory;
pub(crate) use environment::Environment;
use file::{Document, File};
pub(crate) use limits::LimitsConfig;
pub(crate) use listeners::{Listeners, TlsConfig};
pub(crate) use logs::LogConfig;
pub(crate) use published::Published;
use setting::Source;
pub(crate) use setting::{ConfigError, Setting};
pub(crate) use sinks::{AuditConfig, TelemetryConfig};
pub(crate) use tools::ToolsConfig;

/// How many Graph tokens are kept unless configured otherwise.
const OBO_ENTRIES: u32 = 10_000;

/// Everything that a command needs to know.
#[derive(Clone, Debug)]
pub(crate) struct Config {
    pub(crate) listeners: Listeners,
    pub(crate) entra: EntraConfig,
    pub(crate) scopes: ScopeSet,
    pub(crate) graph_endpoint: Option<Url>,
    pub(crate) ca_file: Option<PathBuf>,
    /// The line that says where the files of `[tls]` are.
    tls_place: String,
    /// Seals cursors and questions; without one they end with the process.
    pub(crate) state_key: Option<StateKey>,
    pub(crate) switches_file: Option<PathBuf>,
    pub(crate) obo_entries: u32,
    pub(crate) audit: AuditConfig,
    pub(crate) telemetry: TelemetryConfig,
    /// What can change while the server runs.
    pub(crate) live: LiveConfig,
    /// The name of this replica in the audit.
    pub(crate) instance: String,
    /// What to tell the operator, one sentence each.
    pub(crate) warnings: Vec<String>,
}

/// The connector's registration, and where Entra is asked.
#[derive(Clone, Debug)]
pub(crate) struct EntraConfig {
    pub(crate) cloud: Cloud,
    pub(crate) client_id: ClientId,
    pub(crate) application_id_uri: String,
    pub(crate) accept_v1: bool,
    pub(crate) credential: CredentialSource,
    /// The line that says where the credential is.
    pub(crate) credential_place: String,
    pub(crate) login_endpoint: Option<Url>,
}

impl EntraConfig {
    /// Returns the root of the sign-in addresses in use.
    pub(crate) fn login_root(&self) -> Url {
        self.login_endpoint.clone().unwrap_or_else(|| self.cloud.login_root())
    }

    /// Says what is wrong with the credential, and which line to change.
    pub(crate) fn refuse_credential(&self, error: impl std::fmt::Display) -> ConfigError {
        let (place, error) = (&self.credential_place, error.to_string());
        let file = self.credential.file().map(|path| path.display().to_string());
        match file.filter(|path| !error.contains(path)) {
            Some(path) => ConfigError::new(format!("{place}: `{path}`: {error}")),
            None => ConfigError::new(format!("{place}: {error}")),
        }
    }

    /// Returns the permission that a caller's token must carry, as a host asks for it.
    pub(crate) fn scope(&self) -> String {
        scope(&self.application_id_uri)
    }
}

impl Config {
    /// Puts flags, environment and file together, for a start.
    pub(crate) fn resolve(options: &Options, env: &Environment) -> Result<Self, ConfigError> {
        Self::at_start(&document(options, env)?, options, env)
    }

    /// Puts them together again while the server runs: then an allow-list may have become empty.
    pub(crate) fn resolve_again(options: &Options, env: &Environment) -> Result<Self, ConfigError> {
        let document = document(options, env)?;
        Self::of_file(&document, &document.parse()?, options, env)
    }

    /// Tells whether the demo tenant is to be served.
    pub(crate) fn is_demo(options: &Options, env: &Environment) -> Result<bool, ConfigError> {
        let variable = env.get("M365_DEMO").map(|value| Setting::new("M365_DEMO", value));
        Ok(options.demo || variable.map_or(Ok(false), |it| it.switch())?)
    }

    /// Returns where the configuration file is.
    pub(crate) fn file(options: &Options, env: &Environment) -> Option<PathBuf> {
        paths::config_file(options, env)
    }

    /// Checks a configuration whose text is in hand: that of the demo tenant.
    #[cfg(any(test, feature = "demo"))]
    pub(crate) fn of_text(
        name: &str,
        text: &str,
        options: &Options,
        env: &Environment,
    ) -> Result<Self, ConfigError> {
        Self::at_start(&Document::of(name, text), options, env)
    }

    fn at_start(
        document: &Document,
        options: &Options,
        env: &Environment,
    ) -> Result<Self, ConfigError> {
        let file = document.parse()?;
        let config = Self::of_file(document, &file, options, env)?;
        allow::refuse_nobody(Source { env, document: Some(document) }, &file.allow)?;
        Ok(config)
    }

    fn of_file(
        document: &Document,
        file: &File,
        options: &Options,
        env: &Environment,
    ) -> Result<Self, ConfigError> {
        let source = Source { env, document: Some(document) };
        let limits = LimitsConfig::read(source, &file.limits)?;
        let hash = Sha256::digest(document.text()).iter().map(|it| format!("{it:02x}")).collect();
        let mut config = Self {
            listeners: listeners::read(source, options, file)?,
            entra: entra(source, options, file)?,
            scopes: scopes(source, file)?,
            graph_endpoint: endpoint(
                source,
                ("--graph-endpoint", &options.graph_endpoint),
                "M365_GRAPH_ENDPOINT",
                ("graph_endpoint", file.graph_endpoint.as_ref()),
            )?,
            ca_file: paths::readable(
                source,
                ("--ca-file", &options.ca_file),
                "M365_CA_FILE",
                ("ca_file", file.ca_file.as_ref()),
            )?,
            tls_place: file.tls.as_ref().map_or_else(String::new, |it| source.place("[tls]", it)),
            state_key: credential::state_key(source, file)?,
            switches_file: paths::of_key(source, file.switches_file.as_ref()),
            obo_entries: limits::count(
                source,
                "cache.obo_entries",
                &file.cache.obo_entries,
                OBO_ENTRIES,
            )?,
            audit: sinks::audit(source, &file.audit)?,
            telemetry: sinks::telemetry(source, &file.telemetry)?,
            live: LiveConfig {
                allow: allow::read(source, &file.allow)?,
                tools: ToolsConfig::read(source, options, file)?,
                limits,
                hash,
            },
            instance: instance(env),
            warnings: Vec::new(),
        };
        config.warnings = config.unusual();
        Ok(config)
    }

    /// Says what is wrong with the files of `[tls]`, and which line to change.
    pub(crate) fn refuse_tls(&self, error: impl std::fmt::Display) -> ConfigError {
        ConfigError::new(format!("{}: {error}", self.tls_place))
    }

    /// Returns the root of Microsoft Graph in use.
    pub(crate) fn graph_root(&self) -> Url {
        self.graph_endpoint.clone().unwrap_or_else(|| self.entra.cloud.graph_root())
    }

    fn unusual(&self) -> Vec<String> {
        let overridden = self.entra.login_endpoint.is_some() || self.graph_endpoint.is_some();
        let public_admin = !self.listeners.admin.ip().is_loopback();
        let checks = [
            (overridden, "an endpoint override is set: this is not Microsoft's service"),
            (
                self.state_key.is_none(),
                "no state_key_file: cursors and questions end with this process and are not \
                 understood by other replicas",
            ),
            (
                public_admin,
                "admin_listen is not a loopback address: health and metrics are open to the network, \
                 /admin/ answers this machine alone",
            ),
        ];
        checks.into_iter().filter(|(holds, _)| *holds).map(|(_, text)| text.to_owned()).collect()
    }
}

fn document(options: &Options, env: &Environment) -> Result<Document, ConfigError> {
    let path = paths::config_file(options, env).ok_or_else(|| {
        ConfigError::new("no configuration: give --config FILE or M365_CONFIG, or try --demo")
    })?;
    Document::read(&path)
}

fn entra(source: Source<'_>, options: &Options, file: &File) -> Result<EntraConfig, ConfigError> {
    let (cloud, client_id, application_id_uri) = registration(source, file)?;
    let (credential, credential_place) = credential::read(source, &file.entra)?;
    Ok(EntraConfig {
        cloud,
        client_id,
        application_id_uri,
        accept_v1: file.entra.accept_v1_tokens,
        credential,
        credential_place,
        login_endpoint: endpoint(
            source,
            ("--login-endpoint", &options.login_endpoint),
            "M365_LOGIN_ENDPOINT",
            ("login_endpoint", file.login_endpoint.as_ref()),
        )?,
    })
}

/// Reads what anybody may know of the registration: cloud, client ID and Application ID URI.
fn registration(source: Source<'_>, file: &File) -> Result<(Cloud, ClientId, String), ConfigError> {
    let entra = &file.entra;
    let cloud = entra.azure_cloud.as_ref().map(|it| source.in_file("entra.azure_cloud", it));
    let client_id = entra.client_id.as_ref().ok_or_else(|| {
        source.missing("[entra] has no client_id: add the application (client) ID of the connector")
    })?;
    let client_id: ClientId = source.in_file("entra.client_id", client_id).accepted()?;
    let uri = match &entra.application_id_uri {
        Some(uri) => application_id_uri(&source.in_file("entra.application_id_uri", uri))?,
        None => format!("api://{client_id}"),
    };
    Ok((cloud.map_or(Ok(Cloud::Global), |it| it.accepted())?, client_id, uri))
}

/// Returns the permission that callers' tokens for `application_id_uri` must carry.
fn scope(application_id_uri: &str) -> String {
    format!("{application_id_uri}/access_as_user")
}

fn application_id_uri(setting: &Setting) -> Result<String, ConfigError> {
    let expected = "an Application ID URI, api://… or https://…, without a slash at its end";
    let plain = |url: &Url| {
        matches!(url.scheme(), "api" | "https") && url.query().is_none() && url.fragment().is_none()
    };
    let text = setting.value();
    let quotable =
        text.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'"' && byte != b'\\');
    match Url::parse(text) {
        Ok(url) if plain(&url) && quotable && !text.ends_with('/') => Ok(text.to_owned()),
        _ => Err(setting.refuse(expected)),
    }
}

fn scopes(source: Source<'_>, file: &File) -> Result<ScopeSet, ConfigError> {
    let Some(names) = &file.scopes else {
        return Ok(ScopeSet::default().without_offline_access());
    };
    for name in names {
        ScopeSet::from_names([name.get_ref()])
            .map_err(|error| source.in_file("scopes", name).explain(&error))?;
    }
    if names.is_empty() {
        return Err(source.missing(
            "scopes: the list is empty; name Graph permissions such as \"Mail.Read\", or leave it out",
        ));
    }
    ScopeSet::from_names(names.iter().map(Spanned::get_ref))
        .map(ScopeSet::without_offline_access)
        .map_err(|error| source.missing(&error.to_string()))
}

fn endpoint(
    source: Source<'_>,
    flag: (&str, &Option<String>),
    variable: &str,
    key: (&str, Option<&Spanned<String>>),
) -> Result<Option<Url>, ConfigError> {
    source.setting(flag, variable, key).map(|setting| setting.endpoint()).transpose()
}

/// Names this replica: as told, or as containers and pods are named.
fn instance(env: &Environment) -> String {
    let named = env.get("M365_INSTANCE").or_else(|| env.get("HOSTNAME"));
    let plain =
        named.filter(|name| name.len() <= 128 && name.bytes().all(|it| it.is_ascii_graphic()));
    plain.unwrap_or("m365-remote").to_owned()
}
