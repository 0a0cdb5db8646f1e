//! Rules over the whole catalog, and its definitions as they are reviewed.

use std::collections::BTreeSet;

use m365_tools::{CallError, Catalog, mcp::Server};
use serde_json::{Map, Value};

use crate::{
    host::Callers,
    support::{EVERY_SCOPE, Probe, SEVEN, caller, options, policy},
};

fn catalog() -> Catalog {
    Catalog::new(options().with_scopes(EVERY_SCOPE))
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
    assert_eq!(
        names,
        [
            "outlook_email_search",
            "outlook_calendar_search",
            "find_meeting_availability",
            "chat_message_search",
            "sharepoint_search",
            "sharepoint_folder_search",
            "read_resource",
            "get_me",
            "get_granted_scopes",
            "outlook_find_available_time",
            "teams_list_chats",
            "search_people",
            "teams_list_teams",
            "teams_list_channels",
            "teams_list_channel_messages",
        ]
    );
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
fn output_schemas_are_objects_with_a_list_and_a_trailer() {
    for definition in catalog().definitions() {
        let schema = Value::Object((**definition.output_schema()).clone());
        let list = match definition.name() {
            "find_meeting_availability" => "suggestions",
            "outlook_find_available_time" => "availableTimes",
            _ => "results",
        };
        assert_eq!(schema["type"], "object");
        assert_eq!(schema["properties"][list]["type"], "array", "{}", definition.name());
        assert_eq!(schema["properties"]["moreResults"]["type"], "boolean");
        let required = schema["required"].as_array().unwrap();
        assert!(required.contains(&list.into()) && required.contains(&"moreResults".into()));
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

#[test]
fn a_blocked_tool_is_not_listed() {
    let rules = policy(&[("outlook_*", "blocked"), ("get_me", "ask")]);
    let blocked = Catalog::new(options().with_scopes(EVERY_SCOPE).with_policy(rules));

    let names: Vec<_> = blocked.definitions().map(|one| one.name()).collect();

    assert!(!names.iter().any(|name| name.starts_with("outlook_")), "{names:?}");
    assert!(names.contains(&"get_me") && names.contains(&"read_resource"), "{names:?}");
}

#[test]
fn the_seven_and_the_list_of_scopes_are_always_there() {
    let without: Vec<String> = Vec::new();
    let catalog = Catalog::new(options().with_scopes(without));

    let names: Vec<_> = catalog.definitions().map(|one| one.name()).collect();

    assert_eq!(names[..7], SEVEN);
    assert_eq!(names[7..], ["get_granted_scopes"]);
}

#[test]
fn the_other_tools_are_listed_with_one_of_their_scopes() {
    for (scope, tool) in [
        ("User.Read", "get_me"),
        ("calendars.read", "outlook_find_available_time"),
        ("People.Read", "search_people"),
        ("Chat.Read", "teams_list_chats"),
        ("Team.ReadBasic.All", "teams_list_teams"),
        ("Channel.ReadBasic.All", "teams_list_channels"),
        ("ChannelMessage.Read.All", "teams_list_channel_messages"),
    ] {
        let has = |scopes: &[&str]| {
            let catalog = Catalog::new(options().with_scopes(scopes.to_vec()));
            catalog.definitions().any(|one| one.name() == tool)
        };
        assert!(has(&[scope]) && !has(&["Mail.Read"]), "{tool}");
    }
}

#[tokio::test]
async fn a_tool_that_is_not_listed_cannot_be_called() {
    let catalog = Catalog::new(options().with_scopes(["Mail.Read"]));

    let call = catalog.call("get_me", Map::new(), caller(&["User.Read"])).await;

    assert_eq!(call.unwrap_err(), CallError::UnknownTool);
}

#[test]
fn a_rule_that_matches_no_tool_is_reported() {
    let catalog = Catalog::new(options().with_policy(policy(&[("outlok_*", "ask")])));

    assert_eq!(catalog.unmatched_rules(), ["outlok_*"]);
}
