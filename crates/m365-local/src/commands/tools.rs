use m365_auth::Scope;
use m365_tools::{Catalog, CatalogOptions, Definition, Extraction, PolicyMode};
use serde::Serialize;
use serde_json::{Map, Value};

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
    input_schema: Map<String, Value>,
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
    let further = further(config, &catalog);
    if !further.is_empty() {
        output::line("Not offered, as what they need is not configured (--scope):")?;
    }
    for (name, needs) in further {
        output::line(&format!("  {name}: {needs}"))?;
    }
    Ok(())
}

/// Returns the tools that would be offered with more permissions, and which each needs.
pub(super) fn further(config: &Config, catalog: &Catalog) -> Vec<(&'static str, String)> {
    let scopes = Scope::all().iter().map(|scope| scope.name());
    let options = CatalogOptions::new([0; 32], catalog.extraction().clone())
        .with_scopes(scopes)
        .with_policy(config.policy.clone());
    let offered: Vec<_> = catalog.definitions().map(Definition::name).collect();
    let all = Catalog::new(options);
    let further = all.definitions().filter(|tool| !offered.contains(&tool.name()));
    further.map(|tool| (tool.name(), spoken(tool.needs()))).collect()
}

/// Writes sets of permissions of which any one is enough.
pub(super) fn spoken(needs: &[&[&str]]) -> String {
    needs.iter().map(|set| set.join(" and ")).collect::<Vec<_>>().join(" or ")
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
        input_schema: tool.input_schema().as_ref().clone(),
    }
}

impl std::fmt::Display for Permission {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let configured = if self.configured { "configured" } else { "not configured" };
        let admin = if self.needs_admin { ", needs an administrator's consent" } else { "" };
        write!(f, "{}: {configured}{admin}", self.scope)
    }
}
