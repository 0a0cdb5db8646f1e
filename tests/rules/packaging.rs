//! What is handed to registries and hosts fits the program: its version, its tools, its options. The tools of the
//! bundle's manifest are written by `UPDATE_README=1 cargo test -p m365-local --test rules packaging`.

use std::{collections::BTreeSet, env, fs, path::PathBuf, process::Command};

use serde_json::{Map, Value, json};

use crate::{
    metadata,
    readme::{first_sentence, tools},
    root,
};

fn manifest_path() -> PathBuf {
    root().join("packaging/mcpb/manifest.json")
}

fn read(path: PathBuf) -> Value {
    serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap()
}

fn manifest() -> Value {
    read(manifest_path())
}

fn server() -> Value {
    read(root().join("packaging/server.json"))
}

/// The version and the repository of the workspace.
fn workspace() -> (String, String) {
    let metadata = metadata();
    let packages = metadata["packages"].as_array().unwrap();
    let local = packages.iter().find(|it| it["name"] == "m365-local").unwrap();
    let text = |key: &str| local[key].as_str().unwrap().to_owned();
    (text("version"), text("repository"))
}

fn keys(object: &Value) -> BTreeSet<&str> {
    object.as_object().unwrap().keys().map(String::as_str).collect()
}

/// The variables of the options of every command.
fn variables() -> BTreeSet<String> {
    let help = ["help", "options"];
    let output = Command::new(env!("CARGO_BIN_EXE_m365-local")).args(help).output().unwrap();
    let help = String::from_utf8(output.stdout).unwrap();
    let flags = help.split_whitespace().filter_map(|word| word.strip_prefix("--"));
    flags.map(|flag| format!("M365_{}", flag.replace('-', "_").to_uppercase())).collect()
}

fn manifest_variables(manifest: &Value) -> &Map<String, Value> {
    manifest["server"]["mcp_config"]["env"].as_object().unwrap()
}

#[test]
fn version_and_repository_are_those_of_the_workspace() {
    let (version, repository) = workspace();
    let (manifest, server) = (manifest(), server());

    assert_eq!(manifest["version"], version.as_str());
    assert_eq!(manifest["repository"]["url"], format!("{repository}.git"));
    assert_eq!(server["version"], version.as_str());
    assert_eq!(server["repository"]["url"], repository.as_str());
    for package in server["packages"].as_array().unwrap() {
        let bundle = format!("{repository}/releases/download/v{version}/m365-local.mcpb");
        assert_eq!(package["version"], version.as_str());
        assert_eq!(package["identifier"], bundle);
    }
}

#[test]
#[expect(clippy::disallowed_methods, reason = "a switch of the test, not of the product")]
fn the_tools_of_the_bundle_are_those_of_the_catalog() {
    let tool = |tool: &Value| json!({ "name": tool["name"], "description": first_sentence(tool) });
    let mut written = manifest();

    written["tools"] = tools().iter().map(tool).collect();

    let text = format!("{written:#}\n");
    if env::var_os("UPDATE_README").is_some() {
        fs::write(manifest_path(), &text).unwrap();
        return;
    }
    assert_eq!(fs::read_to_string(manifest_path()).unwrap(), text, "run it with UPDATE_README=1");
}

#[test]
fn every_setting_that_is_asked_for_is_an_option_of_the_program() {
    let variables = variables();
    let (manifest, server) = (manifest(), server());

    let asked = &server["packages"][0]["environmentVariables"];
    let asked: BTreeSet<&str> =
        asked.as_array().unwrap().iter().map(|it| it["name"].as_str().unwrap()).collect();
    let set: BTreeSet<&str> = manifest_variables(&manifest).keys().map(String::as_str).collect();

    assert_eq!(asked, set);
    for name in asked {
        assert!(variables.contains(name), "{name} among {variables:?}");
    }
}

/// A host leaves the placeholder of a setting without a value as it is, so each that need not be given has a
/// default, if an empty one, which the program takes for none.
#[test]
fn each_setting_of_the_bundle_is_used_and_never_left_a_placeholder() {
    let manifest = manifest();
    let config = manifest["user_config"].as_object().unwrap();

    let used: BTreeSet<&str> = manifest_variables(&manifest)
        .values()
        .map(|value| value.as_str().unwrap())
        .map(|value| value.strip_prefix("${user_config.").unwrap().strip_suffix('}').unwrap())
        .collect();

    assert_eq!(used, keys(&manifest["user_config"]));
    for (key, setting) in config {
        assert!(setting["required"] == true || setting["default"].is_string(), "{key}");
    }
}

#[test]
fn the_program_takes_what_a_host_fills_in() {
    let manifest = manifest();
    let value = |name: &Value| {
        let key = name.as_str().unwrap().trim_start_matches("${user_config.").trim_end_matches('}');
        let default = manifest["user_config"][key]["default"].as_str();
        default.unwrap_or("11111111-2222-4333-8444-555555555555").to_owned()
    };
    let env = manifest_variables(&manifest).iter().map(|(name, it)| (name, value(it)));

    let output = Command::new(env!("CARGO_BIN_EXE_m365-local"))
        .args(["tools", "--json"])
        .env_clear()
        .envs(env)
        .output()
        .unwrap();

    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

/// The rules of the schema that the file names, and of the registry for bundles:
/// <https://github.com/modelcontextprotocol/registry/tree/main/docs/reference/server-json>.
#[test]
fn the_registry_accepts_the_entry() {
    let server = server();
    let length = |key: &str| server[key].as_str().unwrap().chars().count();
    let name = server["name"].as_str().unwrap();
    let schema = "https://static.modelcontextprotocol.io/schemas/2025-12-11/server.schema.json";

    assert_eq!(server["$schema"], schema);
    let known = [
        "$schema",
        "name",
        "title",
        "description",
        "version",
        "repository",
        "websiteUrl",
        "packages",
    ];
    assert_eq!(keys(&server), BTreeSet::from(known));
    let (namespace, own) = name.split_once('/').unwrap();
    let owner = server["repository"]["url"].as_str().unwrap().split('/').nth(3).unwrap();
    assert_eq!(namespace, format!("io.github.{owner}"));
    assert!(own.chars().all(|c| c.is_ascii_alphanumeric() || "._-".contains(c)), "{own}");
    assert!((1..=100).contains(&length("title")) && (1..=100).contains(&length("description")));
    for package in server["packages"].as_array().unwrap() {
        check_package(package);
    }
}

fn check_package(package: &Value) {
    let identifier = package["identifier"].as_str().unwrap();
    let known = ["registryType", "identifier", "version", "transport", "environmentVariables"];
    assert_eq!(keys(package), BTreeSet::from(known));
    assert_eq!(package["registryType"], "mcpb");
    assert!(identifier.starts_with("https://") && identifier.contains("mcp"), "{identifier}");
    assert_eq!(package["transport"], json!({ "type": "stdio" }));
    let input =
        BTreeSet::from(["name", "description", "isRequired", "default", "placeholder", "choices"]);
    for variable in package["environmentVariables"].as_array().unwrap() {
        assert!(keys(variable).is_subset(&input), "{variable}");
        assert!(variable["isRequired"].is_boolean() || variable.get("isRequired").is_none());
    }
}
