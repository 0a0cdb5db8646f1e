//! The tables of the README are the catalog's own: `UPDATE_README=1 cargo test -p m365-local --test rules readme`
//! writes them anew.

use std::{collections::BTreeMap, env, fmt::Write as _, fs, process::Command};

use m365_auth::Scope;
use serde_json::Value;

use crate::root;

/// Every tool that there is, whatever its permission.
pub(crate) fn tools() -> Vec<Value> {
    let all: Vec<_> = Scope::all().iter().map(|scope| scope.name()).collect();
    let output = Command::new(env!("CARGO_BIN_EXE_m365-local"))
        .args(["--demo", "tools", "--json", "--scope", &all.join(" ")])
        .output()
        .unwrap();
    let listed: Value = serde_json::from_slice(&output.stdout).unwrap();
    listed["tools"].as_array().unwrap().clone()
}

fn permissions(tool: &Value) -> impl Iterator<Item = &str> {
    tool["permissions"].as_array().unwrap().iter().map(|it| it["scope"].as_str().unwrap())
}

/// Says which permissions a tool needs, and which add to it: `A or B and C; more with D`.
fn said(tool: &Value) -> String {
    let set = |set: &Value| -> Vec<String> {
        let scopes = set.as_array().unwrap().iter();
        scopes.map(|scope| scope.as_str().unwrap().to_owned()).collect()
    };
    let needs: Vec<_> = tool["needs"].as_array().unwrap().iter().map(set).collect();
    let more: Vec<_> = permissions(tool)
        .filter(|scope| !needs.iter().flatten().any(|needed| needed == scope))
        .collect();
    let needs: Vec<_> = needs.iter().map(|set| set.join(" and ")).collect();
    match (needs.join(" or "), more.join(", ")) {
        (needs, _) if needs.is_empty() => "none".to_owned(),
        (needs, more) if more.is_empty() => needs,
        (needs, more) => format!("{needs}; more with {more}"),
    }
}

/// Returns the first sentence of a tool's description, without its full stop.
pub(crate) fn first_sentence(tool: &Value) -> &str {
    let does = tool["description"].as_str().unwrap();
    does.split_once(". ").map_or(does, |(first, _)| first).trim_end_matches('.')
}

/// `| Tool | Does | Permissions |`
fn tool_table(tools: &[Value]) -> String {
    let mut table = "| Tool | Does | Permissions |\n|---|---|---|\n".to_owned();
    for tool in tools {
        let name = tool["name"].as_str().unwrap();
        let sentence = first_sentence(tool).replace('|', "\\|");
        writeln!(table, "| `{name}` | {sentence} | {} |", said(tool)).unwrap();
    }
    table
}

/// `| Permission | What it is | Consent | Used by |`
fn permission_table(tools: &[Value]) -> String {
    let mut users: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for tool in tools {
        for scope in permissions(tool) {
            users.entry(scope).or_default().push(format!("`{}`", tool["name"].as_str().unwrap()));
        }
    }
    let mut table = "| Permission | Allows | Consent | Used by |\n|---|---|---|---|\n".to_owned();
    for (scope, users) in &users {
        let scope = Scope::find(scope).unwrap_or_else(|| panic!("{scope} is not recognised"));
        let consent = if scope.needs_admin() { "administrator" } else { "user" };
        let (name, allows) = (scope.name(), scope.description());
        writeln!(table, "| {name} | {allows} | {consent} | {} |", users.join(", ")).unwrap();
    }
    table
}

/// Returns `text` with what stands between the two marks of `name` replaced.
pub(crate) fn with_block(text: &str, name: &str, block: &str) -> String {
    let (begin, end) = (format!("<!-- {name} -->\n"), format!("<!-- /{name} -->"));
    let (before, rest) = text.split_once(&begin).unwrap_or_else(|| panic!("no {begin}"));
    let (_, after) = rest.split_once(&end).unwrap_or_else(|| panic!("no {end}"));
    format!("{before}{begin}{block}{end}{after}")
}

#[test]
#[expect(clippy::disallowed_methods, reason = "a switch of the test, not of the product")]
fn the_tables_of_the_readme_are_those_of_the_catalog() {
    let path = root().join("README.md");
    let (readme, tools) = (fs::read_to_string(&path).unwrap(), tools());

    let written = with_block(&readme, "tools", &tool_table(&tools));
    let written = with_block(&written, "permissions", &permission_table(&tools));
    if env::var_os("UPDATE_README").is_some() {
        fs::write(&path, &written).unwrap();
        return;
    }

    assert_eq!(readme, written, "run it with UPDATE_README=1");
}
