use m365_auth::Scope;
use m365_tools::{Definition, Extraction, PolicyMode};
use serde::Serialize;

use crate::{config::Config, failure::Failure, output};

/// A tool with the permissions that it can use.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Row {
    name: &'static str,
    title: &'static str,
    description: &'static str,
    policy: &'static str,
    /// Sets of permissions of which any one lets it work.
    needs: &'static [&'static [&'static str]],
    permissions: Vec<Permission>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Permission {
    scope: &'static str,
    configured: bool,
    needs_admin: bool,
}

/// Prints the catalog with the permissions of each tool and whether they are configured.
pub(crate) fn run(config: &Config, extraction: Extraction, json: bool) -> Result<(), Failure> {
    let catalog = super::catalog(config, [0; 32], extraction);
    let rows: Vec<_> = catalog.definitions().map(|tool| row(config, tool)).collect();
    if json {
        return Ok(output::json(&serde_json::json!({ "tools": rows }))?);
    }
    for row in &rows {
        output::line(&format!("{}  ({})", row.name, row.title))?;
        for permission in &row.permissions {
            output::line(&format!("  {permission}"))?;
        }
        if row.policy != "allow" {
            output::line(&format!("  policy: {}", row.policy))?;
        }
    }
    Ok(())
}

fn row(config: &Config, tool: &Definition) -> Row {
    let permission = |scope: &&'static str| Permission {
        scope,
        configured: config.scopes.contains(scope),
        needs_admin: Scope::find(scope).is_some_and(Scope::needs_admin),
    };
    Row {
        name: tool.name(),
        title: tool.title(),
        description: tool.description(),
        policy: match config.policy.mode(tool.name()) {
            PolicyMode::Ask => "ask",
            PolicyMode::Blocked => "blocked",
            _ => "allow",
        },
        needs: tool.needs(),
        permissions: tool.scopes().iter().map(permission).collect(),
    }
}

impl std::fmt::Display for Permission {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let configured = if self.configured { "configured" } else { "not configured" };
        let admin = if self.needs_admin { ", needs an administrator's consent" } else { "" };
        write!(f, "{}: {configured}{admin}", self.scope)
    }
}
