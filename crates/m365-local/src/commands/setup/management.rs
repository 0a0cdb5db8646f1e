//! `setup --managed`: the document that device management puts where `--managed` looks for it.

use serde_json::{Map, Value, json};

use crate::{
    config::{Config, Target, Tenant},
    failure::{Failure, USAGE},
    output,
};

use super::{NAME, Server, Wanted, host::Host};

/// Prints the document, and on stderr where it belongs and what starts the server then.
pub(super) fn run(
    config: &Config,
    host: Host,
    wanted: &Wanted,
    command: String,
) -> Result<(), Failure> {
    if wanted.write {
        return Err(refused("--write: device management writes the document; leave this out"));
    }
    let tenant = match &config.target {
        Target::Tenant(tenant) => tenant,
        Target::Missing(error) => return Err(error.clone().into()),
        Target::Demo => return Err(refused("--demo: the demo tenant needs no device management")),
    };
    let name = wanted.name.as_deref().map_or_else(|| Ok(NAME.to_owned()), super::checked)?;
    let entries = json!([entry(config, tenant)]);
    output::json(&json!({ "managedMcpServers": entries }))?;
    let server = Server { name, command, arguments: vec!["serve".into(), "--managed".into()] };
    for note in notes(&entries, &host.document(&server)) {
        eprintln!("{note}");
    }
    if tenant.login_endpoint.is_some() || tenant.graph_endpoint.is_some() {
        eprintln!("Endpoint overrides do not count on managed devices and are left out.");
    }
    Ok(())
}

fn refused(why: &str) -> Failure {
    Failure::new(USAGE, why)
}

fn entry(config: &Config, tenant: &Tenant) -> Map<String, Value> {
    let optional = [
        ("account", config.account.as_deref().map(Value::from)),
        ("toolPolicy", policy(config)),
        ("toolPolicyByHost", config.policy_by_host.then_some(Value::Bool(true))),
        ("caFile", ca_file(config)),
        ("answerLimit", config.answer_limit.map(Value::from)),
        ("markUntrusted", config.mark_untrusted.then_some(Value::Bool(true))),
    ];
    let required = [
        ("name", tenant.entry.as_str().into()),
        ("server", "microsoft365".into()),
        ("tenantId", tenant.tenant_id.as_str().into()),
        ("clientId", tenant.client_id.as_str().into()),
        ("azureCloud", tenant.cloud.to_string().into()),
        ("scope", config.scopes.to_string().into()),
    ];
    let optional = optional.into_iter().filter_map(|(key, value)| Some((key, value?)));
    required.into_iter().chain(optional).map(|(key, value)| (key.to_owned(), value)).collect()
}

fn ca_file(config: &Config) -> Option<Value> {
    let path = std::path::absolute(config.ca_file.as_ref()?).ok()?;
    path.to_str().map(Value::from)
}

fn policy(config: &Config) -> Option<Value> {
    let rules = config.policy.rules().map(|(key, mode)| (key.to_owned(), mode.as_str().into()));
    let rules: Map<String, Value> = rules.collect();
    (!rules.is_empty()).then_some(Value::Object(rules))
}

fn notes(entries: &Value, host: &Value) -> [String; 4] {
    [
        "macOS: a profile for the preference domain m365-local, which becomes \
         /Library/Managed Preferences/m365-local.plist; the key managedMcpServers is the array, \
         or the array as a JSON string."
            .into(),
        format!(
            r"Windows: HKLM\SOFTWARE\Policies\m365-local, the value managedMcpServers (REG_SZ): {entries}"
        ),
        "Linux: the document as it is, in /etc/m365-local/managed.json; only root may write to it."
            .into(),
        format!("The host's own configuration names no tenant then: {host}"),
    ]
}
