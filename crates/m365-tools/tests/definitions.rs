//! Rules over the whole catalog, and its definitions as they are reviewed.

use std::collections::BTreeSet;

use m365_tools::{Catalog, INSTRUCTIONS, mcp::Server};
use serde_json::{Map, Value};

use crate::{
    host::Callers,
    support::{Probe, options, policy},
};

fn catalog() -> Catalog {
    Catalog::new(options())
}

fn tools() -> Vec<Value> {
    let server = Server::builder(catalog(), Callers::signed_in()).build();
    server.tools_json().as_array().cloned().unwrap()
}

/// Calls `check` with each schema in `schema` and the path to it.
fn each_schema(schema: &Value, path: &str, check: &mut impl FnMut(&str, &Map<String, Value>)) {
    let Some(object) = schema.as_object() else { return };
    check(path, object);
    for (name, property) in
        object.get("properties").and_then(Value::as_object).into_iter().flatten()
    {
        each_schema(property, &format!("{path}.{name}"), check);
    }
    if let Some(items) = object.get("items") {
        each_schema(items, &format!("{path}[]"), check);
    }
}

#[test]
fn the_definitions_are_as_reviewed() {
    insta::assert_json_snapshot!("definitions", tools());
}

#[test]
fn the_order_is_fixed() {
    let names: Vec<_> = catalog().definitions().map(|one| one.name()).collect();

    // Written out, as hosts keep the list: a change of it is to be seen here.
    assert_eq!(names, ["outlook_email_search", "read_resource"]);
}

#[test]
fn a_second_tool_of_the_same_name_is_refused() {
    let once = options().with_tool(Probe::default()).unwrap();

    let twice = once.with_tool(Probe::default());

    assert_eq!(twice.unwrap_err().to_string(), "there is a tool named probe already");
}

#[test]
fn names_are_unique_and_valid() {
    let catalog = catalog();
    let names: Vec<_> = catalog.definitions().map(|one| one.name()).collect();

    let unique: BTreeSet<_> = names.iter().collect();
    assert_eq!(unique.len(), names.len());
    for name in names {
        assert!(name.len() <= 64, "{name}");
        assert!(name.bytes().all(|b| b.is_ascii_lowercase() || b == b'_'), "{name}");
    }
}

#[test]
fn every_tool_says_that_it_only_reads() {
    for tool in tools() {
        let hints = &tool["annotations"];
        assert_eq!(hints["readOnlyHint"], true);
        assert_eq!(hints["destructiveHint"], false);
        assert_eq!(hints["idempotentHint"], true);
        assert_eq!(hints["openWorldHint"], true);
        assert!(tool["title"].as_str().is_some_and(|title| !title.is_empty()));
    }
}

#[test]
fn no_tool_uses_a_scope_that_writes() {
    for definition in catalog().definitions() {
        for scope in definition.scopes() {
            for verb in ["Write", "Send", "Manage", "Create"] {
                assert!(!scope.contains(verb), "{scope}");
            }
        }
    }
}

#[test]
fn input_schemas_are_of_the_plainest_kind() {
    for definition in catalog().definitions() {
        let schema = Value::Object((**definition.input_schema()).clone());
        assert_eq!(schema["type"], "object");
        assert_eq!(schema["additionalProperties"], false);
        each_schema(&schema, definition.name(), &mut |path, schema| {
            for keyword in [
                "$ref",
                "$defs",
                "anyOf",
                "oneOf",
                "allOf",
                "not",
                "maximum",
                "format",
                "x-or-array",
            ] {
                assert!(!schema.contains_key(keyword), "{keyword} at {path}");
            }
            assert!(schema.get("type").is_some_and(Value::is_string), "one type at {path}");
        });
    }
}

#[test]
fn every_property_is_described() {
    for definition in catalog().definitions() {
        let schema = Value::Object((**definition.input_schema()).clone());
        each_schema(&schema, definition.name(), &mut |path, schema| {
            if path != definition.name() && !path.ends_with("[]") {
                assert!(schema.contains_key("description"), "{path}");
            }
        });
    }
}

#[test]
fn output_schemas_are_objects_with_results_and_a_trailer() {
    for definition in catalog().definitions() {
        let schema = Value::Object((**definition.output_schema()).clone());
        assert_eq!(schema["type"], "object");
        assert_eq!(schema["properties"]["results"]["type"], "array");
        assert_eq!(schema["properties"]["moreResults"]["type"], "boolean");
        assert_eq!(schema["required"], serde_json::json!(["results", "moreResults"]));
    }
}

#[test]
fn schemas_are_valid_json_schema() {
    for definition in catalog().definitions() {
        for schema in [definition.input_schema(), definition.output_schema()] {
            jsonschema::draft202012::new(&Value::Object((**schema).clone())).unwrap();
        }
    }
}

/// A model reads all of this before the user's first word: some 4 characters are a token.
#[test]
fn the_definitions_are_short() {
    for tool in tools() {
        let mut read = tool.clone();
        read.as_object_mut().unwrap().remove("outputSchema");
        assert!(read.to_string().len() < 5_500, "{}: {}", tool["name"], read.to_string().len());
        assert!(tool.to_string().len() < 10_000, "{}: {}", tool["name"], tool.to_string().len());
    }
    assert!(INSTRUCTIONS.len() < 1_500, "{}", INSTRUCTIONS.len());
}

#[test]
fn a_blocked_tool_is_not_listed() {
    let catalog = Catalog::new(options().with_policy(policy(&[("outlook_*", "blocked")])));

    let names: Vec<_> = catalog.definitions().map(|one| one.name()).collect();

    assert_eq!(names, ["read_resource"]);
}

#[test]
fn the_listing_does_not_depend_on_the_scopes_of_the_seven() {
    let without = Catalog::new(options().with_scopes(["User.Read"]));

    assert_eq!(without.definitions().count(), catalog().definitions().count());
}

#[test]
fn a_rule_that_matches_no_tool_is_reported() {
    let catalog = Catalog::new(options().with_policy(policy(&[("outlok_*", "ask")])));

    assert_eq!(catalog.unmatched_rules(), ["outlok_*"]);
}
