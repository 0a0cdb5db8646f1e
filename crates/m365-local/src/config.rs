//! What this run is told to do: flags, then the environment, then the configuration file, then
//! defaults. The only place that reads the environment.

mod document;
mod environment;
mod setting;

#[cfg(test)]
mod tests;

use std::path::PathBuf;

use m365_auth::{ClientId, Cloud, ParentWindow, ScopeSet, TenantId};
use m365_tools::ToolPolicy;
use tracing::Level;
use url::Url;

use crate::cli::{Options, StoreKind};

use document::Entry;
pub(crate) use environment::Environment;
use setting::Source;
pub(crate) use setting::{ConfigError, Setting};

/// The name of the entry where no document gives one.
const DEFAULT_ENTRY: &str = "Microsoft 365";

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
    /// What to tell the user before the command runs, one sentence each.
    pub(crate) warnings: Vec<String>,
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

/// Where the app is or will be registered; a tenant is not needed for that.
#[derive(Clone, Debug)]
pub(crate) struct Directory {
    pub(crate) cloud: Cloud,
    pub(crate) tenant_id: Option<TenantId>,
    pub(crate) login_endpoint: Option<Url>,
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

/// Where diagnostics go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct LogConfig {
    pub(crate) level: Level,
    pub(crate) json: bool,
    pub(crate) file: Option<PathBuf>,
}

impl LogConfig {
    /// Reads the log options; they come first, so that all else can be logged.
    pub(crate) fn resolve(options: &Options, env: &Environment) -> Result<Self, ConfigError> {
        let source = Source::new(env, None);
        Ok(Self {
            level: source
                .setting(&options.log_level, "--log-level", "M365_LOG_LEVEL", "")
                .map_or(Ok(Level::WARN), |it| it.parse("one of error, warn, info, debug, trace"))?,
            json: source
                .setting(&options.log_format, "--log-format", "M365_LOG_FORMAT", "")
                .map_or(Ok(false), |it| it.one_of(&[("text", false), ("json", true)]))?,
            file: source.path(options.log_file.as_ref(), "M365_LOG_FILE"),
        })
    }
}

impl Config {
    /// Puts flags, environment and file together.
    pub(crate) fn resolve(options: &Options, env: &Environment) -> Result<Self, ConfigError> {
        let demo = Source::new(env, None).switch(options.demo, "--demo", "M365_DEMO", "")?;
        let mut warnings = Vec::new();
        let entry = document::entry(options, env, &mut warnings)?;
        let source = Source::new(env, entry.as_ref());
        let directory = directory(options, &source)?;
        let target = if demo { Target::Demo } else { target(options, &source, &directory)? };
        if matches!(&target, Target::Tenant(it) if it.login_endpoint.is_some() || it.graph_endpoint.is_some())
        {
            warnings.push("an endpoint override is set: this is not Microsoft's service".into());
        }
        Ok(Self {
            target,
            directory,
            scopes: scopes(options, &source)?,
            policy: entry.as_ref().map(|it| it.policy.clone()).unwrap_or_default(),
            account: source.text(&options.account, "--account", "M365_ACCOUNT", "account"),
            ca_file: source.path(options.ca_file.as_ref(), "M365_CA_FILE"),
            store: store(options, &source, demo)?,
            data_dir: source.path(options.data_dir.as_ref(), "M365_DATA_DIR"),
            answer_limit: answer_limit(options, &source)?,
            mark_untrusted: source.switch(
                options.mark_untrusted,
                "--mark-untrusted",
                "M365_MARK_UNTRUSTED",
                "markUntrusted",
            )?,
            policy_by_host: source.switch(
                options.tool_policy_by_host,
                "--tool-policy-by-host",
                "M365_TOOL_POLICY_BY_HOST",
                "",
            )?,
            sign_in: source
                .setting(&options.sign_in, "--sign-in", "M365_SIGN_IN", "")
                .map_or(Ok(SignInMode::Ask), |it| {
                    it.one_of(&[("ask", SignInMode::Ask), ("auto", SignInMode::Auto)])
                })?,
            browser: browser(options, env, &source)?,
            parent_window: parent_window(options, &source)?,
            warnings,
        })
    }
}

fn directory(options: &Options, source: &Source<'_>) -> Result<Directory, ConfigError> {
    let (flag, variable, key) = ("--tenant-id", "M365_TENANT_ID", "tenantId");
    let tenant_id = source.setting(&options.tenant_id, flag, variable, key);
    let (flag, variable, key) = ("--azure-cloud", "M365_AZURE_CLOUD", "azureCloud");
    let cloud = source.setting(&options.azure_cloud, flag, variable, key);
    let (flag, variable, key) = ("--login-endpoint", "M365_LOGIN_ENDPOINT", "loginEndpoint");
    let login = source.setting(&options.login_endpoint, flag, variable, key);
    Ok(Directory {
        cloud: cloud.map_or(Ok(Cloud::Global), |it| it.accepted())?,
        tenant_id: tenant_id.map(|it| it.accepted()).transpose()?,
        login_endpoint: login.map(|it| it.endpoint()).transpose()?,
    })
}

fn target(
    options: &Options,
    source: &Source<'_>,
    directory: &Directory,
) -> Result<Target, ConfigError> {
    let missing = |what, flag, variable, key| {
        Ok(Target::Missing(ConfigError::new(format!(
            "no {what}: give {flag}, {variable} or a --config file with {key}, or try --demo"
        ))))
    };
    let Some(tenant_id) = &directory.tenant_id else {
        return missing("directory (tenant) ID", "--tenant-id", "M365_TENANT_ID", "tenantId");
    };
    let (flag, variable, key) = ("--client-id", "M365_CLIENT_ID", "clientId");
    let Some(client_id) = source.setting(&options.client_id, flag, variable, key) else {
        return missing("application (client) ID", flag, variable, key);
    };
    let (flag, variable, key) = ("--graph-endpoint", "M365_GRAPH_ENDPOINT", "graphEndpoint");
    let graph = source.setting(&options.graph_endpoint, flag, variable, key);
    Ok(Target::Tenant(Box::new(Tenant {
        entry: source.entry_name().unwrap_or(DEFAULT_ENTRY).to_owned(),
        tenant_id: tenant_id.clone(),
        client_id: client_id.accepted()?,
        cloud: directory.cloud,
        login_endpoint: directory.login_endpoint.clone(),
        graph_endpoint: graph.map(|it| it.endpoint()).transpose()?,
    })))
}

fn scopes(options: &Options, source: &Source<'_>) -> Result<ScopeSet, ConfigError> {
    let setting = source.setting(&options.scope, "--scope", "M365_SCOPE", "scope");
    setting.map_or_else(|| Ok(ScopeSet::default()), |it| it.scopes())
}

fn store(options: &Options, source: &Source<'_>, demo: bool) -> Result<StoreKind, ConfigError> {
    if demo {
        return Ok(StoreKind::Memory);
    }
    source
        .setting(&options.token_store, "--token-store", "M365_TOKEN_STORE", "")
        .map_or(Ok(StoreKind::File), |it| {
            it.one_of(&[("file", StoreKind::File), ("memory", StoreKind::Memory)])
        })
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
    let expected = "a number of characters from 2000 to 1000000";
    source
        .setting(&options.answer_limit, "--answer-limit", "M365_ANSWER_LIMIT", "answerLimit")
        .map(|it| match it.parse(expected) {
            Ok(limit @ 2_000..=1_000_000) => Ok(limit),
            _ => Err(it.refuse(expected)),
        })
        .transpose()
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
