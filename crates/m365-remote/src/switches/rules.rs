use std::{collections::HashSet, fmt, str::FromStr};

use m365_auth::{ClientId, TenantId};
use m365_graph::Workload;
use m365_tools::{PolicyMode, ToolPolicy};
use serde::{Deserialize, Serialize};

use super::Switched;

/// What one source turns off.
#[derive(Clone, Debug, Default)]
pub(crate) struct SwitchRules {
    text: SwitchText,
    tenants: HashSet<TenantId>,
    users: HashSet<(TenantId, String)>,
    clients: HashSet<ClientId>,
    tools: ToolPolicy,
    workloads: HashSet<Workload>,
}

/// The switches as they are written, in TOML in the file and in JSON on the admin listener.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct SwitchText {
    /// Everything.
    pub(crate) all: bool,
    /// Tenant ids.
    pub(crate) tenants: Vec<String>,
    /// Users, as `tenant id/object id`.
    pub(crate) users: Vec<String>,
    /// Client ids.
    pub(crate) clients: Vec<String>,
    /// Tool names or anchored `*` patterns.
    pub(crate) tools: Vec<String>,
    /// Workloads of Graph.
    pub(crate) workloads: Vec<String>,
}

/// Why switches are not accepted, and what is.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(crate) struct SwitchError(pub(super) String);

impl SwitchRules {
    /// Reads switches that are written in TOML.
    pub(super) fn from_toml(text: &str) -> Result<Self, SwitchError> {
        let text: SwitchText = toml::from_str(text).map_err(|error| {
            let place = error.span().map_or(0, |span| 1 + lines_before(text, span.start));
            SwitchError(format!("line {place}: {}", error.message()))
        })?;
        text.try_into()
    }

    /// Returns the switches as they are written.
    pub(crate) const fn text(&self) -> &SwitchText {
        &self.text
    }

    pub(super) fn refused(
        &self,
        tenant: &TenantId,
        user: &str,
        client: &ClientId,
        tool: Option<&str>,
    ) -> Option<Switched> {
        let user = || self.users.contains(&(tenant.clone(), user.to_ascii_lowercase()));
        let tool = || tool.is_some_and(|tool| self.tools.mode(tool) == PolicyMode::Blocked);
        match () {
            () if self.text.all => Some(Switched::All),
            () if self.tenants.contains(tenant) => Some(Switched::Tenant),
            () if !self.users.is_empty() && user() => Some(Switched::User),
            () if self.clients.contains(client) => Some(Switched::Client),
            () if tool() => Some(Switched::Tool),
            () => None,
        }
    }

    pub(super) fn admits(&self, workload: &str) -> bool {
        !self.workloads.iter().any(|off| off.as_str() == workload)
    }

    /// Returns the number of switches of each scope.
    pub(super) fn counts(&self) -> [(&'static str, usize); 6] {
        let SwitchText { all, tenants, users, clients, tools, workloads } = &self.text;
        [
            ("all", usize::from(*all)),
            ("tenant", tenants.len()),
            ("user", users.len()),
            ("client", clients.len()),
            ("tool", tools.len()),
            ("workload", workloads.len()),
        ]
    }
}

impl TryFrom<SwitchText> for SwitchRules {
    type Error = SwitchError;

    fn try_from(text: SwitchText) -> Result<Self, SwitchError> {
        let blocked = text.tools.iter().map(|tool| (tool, "blocked"));
        let tools = ToolPolicy::from_rules(blocked).map_err(|error| wrong("tools", error))?;
        Ok(Self {
            tenants: parsed("tenants", &text.tenants, parse)?,
            users: parsed("users", &text.users, user)?,
            clients: parsed("clients", &text.clients, parse)?,
            tools,
            workloads: parsed("workloads", &text.workloads, workload)?,
            text,
        })
    }
}

/// Counts without naming: what is switched off may concern a person.
impl fmt::Display for SwitchRules {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut counts = self.counts().into_iter().filter(|(_, count)| *count > 0).peekable();
        if counts.peek().is_none() {
            return f.write_str("none");
        }
        counts.try_for_each(|(scope, count)| write!(f, "{scope}:{count} "))
    }
}

fn parsed<T: Eq + std::hash::Hash>(
    key: &str,
    values: &[String],
    parse: impl Fn(&str) -> Result<T, String>,
) -> Result<HashSet<T>, SwitchError> {
    values.iter().map(|value| parse(value).map_err(|error| wrong(key, error))).collect()
}

fn parse<T: FromStr<Err: fmt::Display>>(value: &str) -> Result<T, String> {
    value.parse().map_err(|error: T::Err| error.to_string())
}

fn user(value: &str) -> Result<(TenantId, String), String> {
    let (tenant, user) = value
        .split_once('/')
        .ok_or_else(|| format!("{value:?} is not a user; expected is \"tenant id/object id\""))?;
    // An object id has the shape of a tenant id.
    let user: TenantId =
        user.parse().map_err(|_| format!("{user:?} is not a user's object id, a GUID"))?;
    Ok((parse(tenant)?, user.as_str().to_owned()))
}

fn workload(name: &str) -> Result<Workload, String> {
    let known = Workload::ALL.map(Workload::as_str).join(", ");
    Workload::named(name).ok_or_else(|| format!("{name:?} is unknown; known are {known}"))
}

fn wrong(key: &str, error: impl fmt::Display) -> SwitchError {
    SwitchError(format!("{key}: {error}"))
}

fn lines_before(text: &str, place: usize) -> usize {
    text.bytes().take(place).filter(|byte| *byte == b'\n').count()
}
