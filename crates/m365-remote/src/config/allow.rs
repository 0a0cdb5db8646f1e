use std::collections::BTreeSet;

use m365_auth::{AllowList, ClientId, TenantId};
use m365_tools::ToolPolicy;

use super::{ConfigError, LimitsConfig, ToolsConfig, file, setting::Source};

/// What can change while the server runs.
#[derive(Clone, Debug)]
pub(crate) struct LiveConfig {
    pub(crate) allow: Vec<AllowEntry>,
    pub(crate) tools: ToolsConfig,
    pub(crate) limits: LimitsConfig,
    /// A digest of the file, to tell which one is in force.
    pub(crate) hash: String,
}

/// One tenant whose users may call.
#[derive(Clone, Debug)]
pub(crate) struct AllowEntry {
    pub(crate) tenant: TenantId,
    pub(crate) clients: Vec<ClientId>,
    pub(crate) policy: ToolPolicy,
    /// Calls of this tenant in a minute, where they differ from the others'.
    pub(crate) tenant_per_minute: Option<u32>,
}

impl LiveConfig {
    /// Returns who may call.
    pub(crate) fn allow_list(&self) -> AllowList {
        self.allow.iter().fold(AllowList::new(), |list, entry| {
            list.with(entry.tenant.clone(), entry.clients.iter().cloned())
        })
    }

    /// Says for whom the allow-list has an entry, or should have one, and yet nobody may call.
    pub(crate) fn nobody(&self) -> Vec<String> {
        if self.allow.is_empty() {
            return vec!["the allow-list is empty: every caller is answered 403".to_owned()];
        }
        let shut = self.allow.iter().filter(|entry| entry.clients.is_empty());
        shut.map(|entry| {
            format!("client_ids of tenant {} is empty: its users are answered 403", entry.tenant)
        })
        .collect()
    }
}

/// Checks the entries `[[allow]]`.
pub(super) fn read(
    source: Source<'_>,
    entries: &[file::Allow],
) -> Result<Vec<AllowEntry>, ConfigError> {
    let mut seen = BTreeSet::new();
    entries.iter().map(|entry| one(source, entry, &mut seen)).collect()
}

/// Refuses a list that lets nobody in, or nobody of a tenant that it names.
pub(super) fn refuse_nobody(
    source: Source<'_>,
    entries: &[file::Allow],
) -> Result<(), ConfigError> {
    if entries.is_empty() {
        return Err(source.missing(
            "there is no [[allow]], so nobody may call; add one with tenant_id and client_ids for \
             each tenant",
        ));
    }
    let shut = entries.iter().find(|entry| entry.client_ids.get_ref().is_empty());
    shut.map_or(Ok(()), |entry| {
        let place = source.place("allow.client_ids", &entry.client_ids);
        Err(ConfigError::new(format!(
            "{place}: the list is empty, so no host may call for this tenant; add the application \
             (client) ID of each"
        )))
    })
}

fn one(
    source: Source<'_>,
    entry: &file::Allow,
    seen: &mut BTreeSet<String>,
) -> Result<AllowEntry, ConfigError> {
    let place = source.in_file("allow.tenant_id", &entry.tenant_id);
    let tenant: TenantId = place.accepted()?;
    if !seen.insert(tenant.to_string()) {
        return Err(place.wrong("this tenant has an entry already; put all its client_ids there"));
    }
    Ok(AllowEntry {
        tenant,
        clients: clients(source, entry)?,
        policy: policy(source, entry)?,
        tenant_per_minute: rate(source, entry)?,
    })
}

fn clients(source: Source<'_>, entry: &file::Allow) -> Result<Vec<ClientId>, ConfigError> {
    let ids = entry.client_ids.get_ref().iter();
    ids.map(|id| source.in_file("allow.client_ids", id).accepted()).collect()
}

fn policy(source: Source<'_>, entry: &file::Allow) -> Result<ToolPolicy, ConfigError> {
    let rules = || entry.tool_policy.iter();
    for (key, value) in rules() {
        ToolPolicy::from_rules([(key, value.get_ref())]).map_err(|error| {
            ConfigError::new(format!("{}: {error}", source.place("allow.tool_policy", value)))
        })?;
    }
    ToolPolicy::from_rules(rules().map(|(key, value)| (key, value.get_ref())))
        .map_err(|error| source.missing(&error.to_string()))
}

fn rate(source: Source<'_>, entry: &file::Allow) -> Result<Option<u32>, ConfigError> {
    let value = &entry.tenant_per_minute;
    let rate = super::limits::count(source, "allow.tenant_per_minute", value, 0)?;
    Ok(value.as_ref().map(|_| rate))
}
