//! What this run is told to do: flags, then the environment, then the configuration file, then
//! defaults. The only place that reads the environment.

mod document;
mod environment;
mod log;
mod managed;
mod setting;

#[cfg(test)]
mod tests;

use std::{cell::RefCell, path::PathBuf};

use m365_auth::{ClientId, Cloud, ParentWindow, ScopeSet, TenantId};
use m365_tools::ToolPolicy;
use url::Url;

use crate::cli::{Options, StoreKind};

use document::{Document, Entry};
pub(crate) use environment::Environment;
pub(crate) use log::{LogConfig, LogTarget};
use setting::Source;
pub(crate) use setting::{ConfigError, Setting};

/// The name of the entry where no document gives one.
const DEFAULT_ENTRY: &str = "Microsoft 365";

/// A setting's flag, its variable, and its key in a document.
type Place = (&'static str, &'static str, &'static str);

const TENANT_ID: Place = ("--tenant-id", "M365_TENANT_ID", "tenantId");
const CLIENT_ID: Place = ("--client-id", "M365_CLIENT_ID", "clientId");

/// Everything that a command needs to know.
#[derive(Clone, Debug)]
pub(crate) struct Config {
    pub(crate) target: Target,
    pub(crate) directory: Directory,
    pub(crate) scopes: ScopeSet,
    pub(crate) policy: ToolPolicy,
    pub(crate) account: Option<String>,
    pub(crate) ca_file: Option<PathBuf>,
    pub(crate) store: StoreKind,
    pub(crate) data_dir: Option<PathBuf>,
    pub(crate) answer_limit: Option<usize>,
    pub(crate) mark_untrusted: bool,
    pub(crate) policy_by_host: bool,
    pub(crate) sign_in: SignInMode,
    pub(crate) browser: Browser,
    pub(crate) parent_window: ParentWindow,
    /// Where the entry stands that was read, if one was.
    pub(crate) document: Option<String>,
    /// What to tell the user before the command runs, one sentence each.
    pub(crate) warnings: Vec<String>,
    /// Whether what is logged as a warning is on stderr, so that it need not be said again.
    pub(crate) warnings_are_shown: bool,
}

/// The tenant and the app registration that this entry signs in to.
#[derive(Clone, Debug)]
pub(crate) enum Target {
    /// The demo tenant inside this program.
    Demo,
    /// A tenant of the Microsoft cloud, or what the endpoint overrides put in its place.
    Tenant(Box<Tenant>),
    /// None was given; what needs one says how to give it.
    Missing(ConfigError),
}

/// One entry's tenant.
#[derive(Clone, Debug)]
pub(crate) struct Tenant {
    pub(crate) entry: String,
    pub(crate) tenant_id: TenantId,
    pub(crate) client_id: ClientId,
    pub(crate) cloud: Cloud,
    pub(crate) login_endpoint: Option<Url>,
    pub(crate) graph_endpoint: Option<Url>,
}

/// What is given of the tenant and of the app that is or will be registered there.
#[derive(Clone, Debug)]
pub(crate) struct Directory {
    pub(crate) cloud: Cloud,
    pub(crate) tenant_id: Option<TenantId>,
    pub(crate) client_id: Option<ClientId>,
    pub(crate) login_endpoint: Option<Url>,
    pub(crate) graph_endpoint: Option<Url>,
}

/// What happens when a tool needs an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SignInMode {
    /// The host is asked to show the sign-in address, or the answer says what to do.
    Ask,
    /// The browser opens at once.
    Auto,
}

/// How the sign-in address reaches the user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Browser {
    /// The system's browser.
    System,
    /// The command in `$BROWSER`.
    Command(String),
    /// Nothing is opened: the address is printed on stderr.
    Print,
}

impl Config {
    /// Puts flags, environment and document together.
    pub(crate) fn resolve(options: &Options, env: &Environment) -> Result<Self, ConfigError> {
        Self::resolve_with(options, env, managed::read)
    }

    /// Does so with the document of device management that `managed` reads when it is asked for.
    fn resolve_with(
        options: &Options,
        env: &Environment,
        managed: impl FnOnce() -> Result<Document, ConfigError>,
    ) -> Result<Self, ConfigError> {
        let plain = Source::new(env, None);
        let demo = plain.switch(options.demo, "--demo", "M365_DEMO", "")?;
        let is_managed = plain.switch(options.managed, "--managed", "M365_MANAGED", "")?;
        if demo && is_managed {
            return Err(ConfigError::new("--demo and --managed exclude each other: give one"));
        }
        let mut warnings = Vec::new();
        let document = is_managed.then(managed).transpose()?;
        let entry = document::entry(options, env, document, &mut warnings)?;
        let ignored = RefCell::default();
        let source = Source::new(env, entry.as_ref()).ignoring(is_managed.then_some(&ignored));
        let mut config = Self::of(options, env, &source, demo)?;
        config.policy = entry.as_ref().map(|it| it.policy.clone()).unwrap_or_default();
        config.document = entry.as_ref().map(|it| it.document().to_owned());
        config.warnings.splice(0..0, warnings);
        if is_managed {
            let _ = source.path(options.config.as_ref(), "--config", "M365_CONFIG", "config");
            config.warnings.extend(ignored_by_management(&ignored.take()));
        }
        Ok(config)
    }

    fn of(
        options: &Options,
        env: &Environment,
        source: &Source<'_>,
        demo: bool,
    ) -> Result<Self, ConfigError> {
        let directory = directory(options, source)?;
        let target = if demo { Target::Demo } else { target(source, &directory) };
        let (mark, by_host) = (options.mark_untrusted, options.tool_policy_by_host);
        let (flag, variable) = ("--tool-policy-by-host", "M365_TOOL_POLICY_BY_HOST");
        Ok(Self {
            warnings: overridden(&target).into_iter().collect(),
            target,
            directory,
            scopes: scopes(options, source)?,
            policy: ToolPolicy::default(),
            account: source.text(&options.account, "--account", "M365_ACCOUNT", "account"),
            ca_file: source.path(options.ca_file.as_ref(), "--ca-file", "M365_CA_FILE", "caFile"),
            store: store(options, source, demo)?,
            data_dir: source.path(options.data_dir.as_ref(), "--data-dir", "M365_DATA_DIR", ""),
            answer_limit: answer_limit(options, source)?,
            mark_untrusted: source.switch(
                mark,
                "--mark-untrusted",
                "M365_MARK_UNTRUSTED",
                "markUntrusted",
            )?,
            policy_by_host: source.switch(by_host, flag, variable, "toolPolicyByHost")?,
            sign_in: sign_in(options, source)?,
            browser: browser(options, env, source)?,
            parent_window: parent_window(options, source)?,
            document: None,
            warnings_are_shown: false,
        })
    }
}

/// Warns of an address that is not Microsoft's.
fn overridden(target: &Target) -> Option<String> {
    let Target::Tenant(tenant) = target else { return None };
    let overridden = tenant.login_endpoint.is_some() || tenant.graph_endpoint.is_some();
    overridden.then(|| "an endpoint override is set: this is not Microsoft's service".to_owned())
}

/// Warns of what a user said that only device management may say.
fn ignored_by_management(places: &[String]) -> Option<String> {
    let places = places.join(", ");
    let warn =
        || format!("--managed: the managed entry alone decides, so this is ignored: {places}");
    (!places.is_empty()).then(warn)
}

fn directory(options: &Options, source: &Source<'_>) -> Result<Directory, ConfigError> {
    let (flag, variable, key) = TENANT_ID;
    let tenant_id = source.setting(&options.tenant_id, flag, variable, key);
    let (flag, variable, key) = ("--azure-cloud", "M365_AZURE_CLOUD", "azureCloud");
    let cloud = source.setting(&options.azure_cloud, flag, variable, key);
    let (flag, variable, key) = ("--login-endpoint", "M365_LOGIN_ENDPOINT", "loginEndpoint");
    let login = source.setting(&options.login_endpoint, flag, variable, key);
    let (flag, variable, key) = ("--graph-endpoint", "M365_GRAPH_ENDPOINT", "graphEndpoint");
    let graph = source.setting(&options.graph_endpoint, flag, variable, key);
    let (flag, variable, key) = CLIENT_ID;
    let client_id = source.setting(&options.client_id, flag, variable, key);
    Ok(Directory {
        cloud: cloud.map_or(Ok(Cloud::Global), |it| it.accepted())?,
        tenant_id: tenant_id.map(|it| it.accepted()).transpose()?,
        client_id: client_id.map(|it| it.accepted()).transpose()?,
        login_endpoint: login.map(|it| it.endpoint()).transpose()?,
        graph_endpoint: graph.map(|it| it.endpoint()).transpose()?,
    })
}

fn target(source: &Source<'_>, directory: &Directory) -> Target {
    let missing = |what, (flag, variable, key): Place| {
        Target::Missing(ConfigError::new(format!(
            "no {what}: give {flag}, {variable} or a --config file with {key}, or try --demo"
        )))
    };
    let Some(tenant_id) = &directory.tenant_id else {
        return missing("directory (tenant) ID", TENANT_ID);
    };
    let Some(client_id) = &directory.client_id else {
        return missing("application (client) ID", CLIENT_ID);
    };
    Target::Tenant(Box::new(Tenant {
        entry: source.entry_name().unwrap_or(DEFAULT_ENTRY).to_owned(),
        tenant_id: tenant_id.clone(),
        client_id: client_id.clone(),
        cloud: directory.cloud,
        login_endpoint: directory.login_endpoint.clone(),
        graph_endpoint: directory.graph_endpoint.clone(),
    }))
}

fn scopes(options: &Options, source: &Source<'_>) -> Result<ScopeSet, ConfigError> {
    let setting = source.setting(&options.scope, "--scope", "M365_SCOPE", "scope");
    setting.map_or_else(|| Ok(ScopeSet::default()), |it| it.scopes())
}

fn store(options: &Options, source: &Source<'_>, demo: bool) -> Result<StoreKind, ConfigError> {
    if demo {
        return Ok(StoreKind::Memory);
    }
    let kinds = [StoreKind::Os, StoreKind::File, StoreKind::Memory].map(|it| (it.name(), it));
    // A build without the system's key store has files first.
    let built = if cfg!(feature = "keyring") { &kinds[..] } else { &kinds[1..] };
    source
        .setting(&options.token_store, "--token-store", "M365_TOKEN_STORE", "")
        .map_or(Ok(built[0].1), |it| it.one_of(built))
}

fn parent_window(options: &Options, source: &Source<'_>) -> Result<ParentWindow, ConfigError> {
    let expected = "a window handle such as 197254 or 0x30286";
    source
        .setting(&options.parent_window, "--parent-window", "M365_PARENT_WINDOW", "")
        .map_or(Ok(ParentWindow::default()), |it| {
            it.window().ok_or_else(|| it.refuse(expected)).map(ParentWindow::new)
        })
}

fn answer_limit(options: &Options, source: &Source<'_>) -> Result<Option<usize>, ConfigError> {
    source
        .setting(&options.answer_limit, "--answer-limit", "M365_ANSWER_LIMIT", "answerLimit")
        .map(|it| it.answer_limit())
        .transpose()
}

fn sign_in(options: &Options, source: &Source<'_>) -> Result<SignInMode, ConfigError> {
    let modes = [("ask", SignInMode::Ask), ("auto", SignInMode::Auto)];
    source
        .setting(&options.sign_in, "--sign-in", "M365_SIGN_IN", "")
        .map_or(Ok(SignInMode::Ask), |it| it.one_of(&modes))
}

fn browser(
    options: &Options,
    env: &Environment,
    source: &Source<'_>,
) -> Result<Browser, ConfigError> {
    if source.switch(options.no_browser, "--no-browser", "M365_NO_BROWSER", "")? {
        return Ok(Browser::Print);
    }
    let honoured = cfg!(all(unix, not(target_os = "macos")));
    Ok(match env.get("BROWSER") {
        Some(command) if honoured && !command.trim().is_empty() => {
            Browser::Command(command.to_owned())
        }
        _ => Browser::System,
    })
}
