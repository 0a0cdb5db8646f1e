//! Rules about the whole tree.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod faults;
mod hosts;
mod packaging;
mod readme;
mod troubleshooting;

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use serde_json::Value;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap()
}

fn metadata() -> Value {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version=1", "--offline", "--no-deps"])
        .current_dir(root())
        .output()
        .unwrap();
    serde_json::from_slice(&output.stdout).unwrap()
}

fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries
        .flat_map(|path| if path.is_dir() { rust_files(&path) } else { vec![path] })
        .filter(|path| path.extension().is_some_and(|extension| extension == "rs"))
        .collect()
}

/// The crates of ours that each crate links, tests aside.
fn arrows() -> BTreeMap<String, BTreeSet<String>> {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let ours = |name: &str| name.starts_with("m365-");
    let metadata = metadata();
    let packages = metadata["packages"].as_array().unwrap();
    packages
        .iter()
        .map(|package| {
            let dependencies = package["dependencies"].as_array().unwrap().iter();
            let linked = dependencies.filter(|it| it["kind"].is_null()).map(|it| text(&it["name"]));
            (text(&package["name"]), linked.filter(|name| ours(name)).collect())
        })
        .collect()
}

/// The arrows as ARCHITECTURE.md draws them, one crate a line: `crate ─▶ crate crate`.
fn drawn() -> BTreeMap<String, BTreeSet<String>> {
    let text = fs::read_to_string(root().join("ARCHITECTURE.md")).unwrap();
    let lines = text.lines().filter_map(|line| line.split_once("─▶"));
    let set = |names: &str| names.split_whitespace().map(str::to_owned).collect();
    lines.map(|(name, names)| (name.trim().to_owned(), set(names))).collect()
}

#[test]
fn crates_depend_on_each_other_only_as_the_architecture_draws_it() {
    let mut arrows = arrows();
    // Programs that only show and test.
    for program in ["m365-conformance", "m365-examples", "m365-floor", "m365-public-api"] {
        arrows.remove(program);
    }

    assert_eq!(drawn(), arrows);
}

#[test]
fn the_catalog_without_mcp_links_neither_rmcp_nor_an_http_server() {
    let output = Command::new(env!("CARGO"))
        .args(["tree", "--offline", "-p", "m365-tools", "--no-default-features", "-e", "normal"])
        .current_dir(root())
        .output()
        .unwrap();
    let tree = String::from_utf8(output.stdout).unwrap();

    assert!(tree.contains("m365-graph"), "{tree}");
    for stranger in ["rmcp", "axum"] {
        assert!(!tree.contains(stranger), "{stranger} is linked");
    }
}

#[test]
fn the_demo_tenant_is_linked_behind_its_feature_only() {
    let manifest = fs::read_to_string(root().join("crates/m365-local/Cargo.toml")).unwrap();

    assert!(manifest.contains("m365-sim = { workspace = true, optional = true }"));
}

#[test]
fn the_simulator_shares_no_code_with_the_product_even_in_its_tests() {
    let metadata = metadata();
    let sim = metadata["packages"].as_array().unwrap().iter().find(|it| it["name"] == "m365-sim");

    let dependencies = sim.unwrap()["dependencies"].as_array().unwrap();

    assert!(!dependencies.iter().any(|it| it["name"].as_str().unwrap().starts_with("m365-")));
}

#[test]
fn only_the_adapter_of_the_catalog_names_rmcp() {
    let source = root().join("crates/m365-tools/src");
    let adapter = [source.join("mcp.rs"), source.join("mcp")];

    let strangers: Vec<_> = rust_files(&source)
        .into_iter()
        .filter(|path| !adapter.iter().any(|part| path.starts_with(part)))
        .filter(|path| fs::read_to_string(path).unwrap().contains("rmcp::"))
        .collect();

    assert_eq!(strangers, Vec::<PathBuf>::new());
}

#[test]
fn the_catalog_reads_no_document_in_its_own_process() {
    let is_named = |imports: &str| {
        let mut words = imports.split(|c: char| !(c.is_alphanumeric() || c == '_'));
        words.any(|word| word == "extract")
    };
    let reads = |text: &str| {
        let imports = text.split("use m365_extract::").skip(1);
        text.contains("m365_extract::extract(")
            || imports.filter_map(|rest| rest.split(';').next()).any(is_named)
    };
    for bad in
        ["use m365_extract::{Options,\n extract};", "m365_extract::extract(&input, &options)"]
    {
        assert!(reads(bad), "{bad}");
    }

    for path in rust_files(&root().join("crates/m365-tools/src")) {
        let text = fs::read_to_string(&path).unwrap();
        assert!(!reads(&text), "{} reads documents itself: see Extraction", path.display());
    }
}

#[test]
fn product_code_does_not_know_the_simulator() {
    for name in ["m365-auth", "m365-extract", "m365-graph", "m365-tools"] {
        for path in rust_files(&root().join("crates").join(name).join("src")) {
            let text = fs::read_to_string(&path).unwrap();
            let mut code = text.lines().filter(|line| !line.trim_start().starts_with("//"));
            let named = code.any(|line| line.contains("m365_sim"));
            assert!(!named, "{} names the simulator", path.display());
        }
    }
}

#[test]
fn every_crate_takes_its_lints_and_version_from_the_workspace() {
    for entry in fs::read_dir(root().join("crates")).unwrap() {
        let manifest = fs::read_to_string(entry.unwrap().path().join("Cargo.toml")).unwrap();
        for line in
            ["version.workspace = true", "license.workspace = true", "[lints]\nworkspace = true"]
        {
            assert!(manifest.contains(line), "{line} is not in:\n{manifest}");
        }
    }
}

#[test]
fn every_example_is_named_where_people_look_for_one() {
    let tables = ["README.md", "examples/lib.rs"];
    let tables = tables.map(|file| fs::read_to_string(root().join(file)).unwrap());
    for path in rust_files(&root().join("examples")) {
        let name = path.file_stem().unwrap().to_str().unwrap();
        let named = tables.iter().all(|table| table.contains(&format!("`{name}`")));
        assert!(name == "lib" || named, "{name} is in README.md or examples/lib.rs not named");
    }
}
