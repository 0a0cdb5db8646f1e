use std::{collections::BTreeMap, fmt, path::Path};

use m365_sim::Sim;

use super::SECRET;

/// A configuration file; values are written as TOML.
#[derive(Clone, Debug)]
pub(crate) struct Setup {
    top: BTreeMap<String, String>,
    tables: BTreeMap<String, BTreeMap<String, String>>,
    allow: Vec<String>,
    tenant: String,
    client: String,
}

impl Setup {
    pub(super) fn new(sim: &Sim, folder: &Path) -> Self {
        let audit = folder.join("audit.jsonl");
        let empty = Self {
            top: BTreeMap::new(),
            tables: BTreeMap::new(),
            allow: Vec::new(),
            tenant: sim.tenant_id().to_owned(),
            client: sim.host_client_id().to_owned(),
        };
        empty
            .with("listen", "\"127.0.0.1:0\"")
            .with("admin_listen", "\"127.0.0.1:0\"")
            .with("login_endpoint", format!("{:?}", sim.login_endpoint()))
            .with("graph_endpoint", format!("{:?}", sim.graph_endpoint()))
            .in_table("entra", "client_id", format!("{:?}", sim.connector_client_id()))
            .in_table("entra", "credential", format!("{{ client_secret_env = {SECRET:?} }}"))
            .in_table("audit", "sink", format!("{{ file = {audit:?} }}"))
            .in_table("limits", "grace_seconds", "0")
            .in_table("limits", "user_per_minute", "100000")
            .in_table("limits", "user_burst", "10000")
            .allowing(sim.tenant_id(), &[sim.host_client_id()], "")
    }

    /// Sets a key before the tables.
    pub(crate) fn with(mut self, key: &str, value: impl Into<String>) -> Self {
        self.top.insert(key.to_owned(), value.into());
        self
    }

    /// Sets a key of a table.
    pub(crate) fn in_table(mut self, table: &str, key: &str, value: impl Into<String>) -> Self {
        self.tables.entry(table.to_owned()).or_default().insert(key.to_owned(), value.into());
        self
    }

    /// Lets a tenant's users call through `clients`; `more` are further lines of the entry.
    pub(crate) fn allowing(mut self, tenant: &str, clients: &[&str], more: &str) -> Self {
        self.allow.push(format!("tenant_id = {tenant:?}\nclient_ids = {clients:?}\n{more}\n"));
        self
    }

    /// The tenant that the demo data belongs to.
    pub(crate) fn tenant(&self) -> &str {
        &self.tenant
    }

    /// The host's client id.
    pub(crate) fn client(&self) -> &str {
        &self.client
    }

    /// Lets nobody call.
    pub(crate) fn allowing_nobody(mut self) -> Self {
        self.allow.clear();
        self
    }
}

impl fmt::Display for Setup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (key, value) in &self.top {
            writeln!(f, "{key} = {value}")?;
        }
        for (table, keys) in &self.tables {
            writeln!(f, "[{table}]")?;
            for (key, value) in keys {
                writeln!(f, "{key} = {value}")?;
            }
        }
        self.allow.iter().try_for_each(|entry| writeln!(f, "[[allow]]\n{entry}"))
    }
}
