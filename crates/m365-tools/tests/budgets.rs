//! What the catalog costs a model before the user's first word: some 4 bytes are a token.

use m365_tools::{Catalog, INSTRUCTIONS, mcp::Server};
use serde_json::{Value, json};

use crate::{
    host::Callers,
    support::{EVERY_SCOPE, SEVEN, options},
};

/// The most for what a model sees of the seven tools together.
const SEEN: usize = 10 * 1024;

/// The most for what it sees of another tool.
const SMALL: usize = 750;

/// The most for the whole answer to `tools/list`.
const LIST: usize = 24 * 1024;

/// The most for an output schema.
const OUTPUT: usize = 950;

fn tools() -> Vec<Value> {
    let catalog = Catalog::new(options().with_scopes(EVERY_SCOPE));
    let server = Server::builder(catalog, Callers::signed_in()).build();
    server.tools_json().as_array().cloned().unwrap()
}

/// What hosts hand on to the model.
fn seen(tool: &Value) -> usize {
    let [name, description, input] = ["name", "description", "inputSchema"].map(|key| &tool[key]);
    json!({"name": name, "description": description, "inputSchema": input}).to_string().len()
}

fn is_one_of_the_seven(tool: &Value) -> bool {
    SEVEN.contains(&tool["name"].as_str().unwrap())
}

#[test]
fn what_a_model_sees_of_the_seven_is_short() {
    let sizes: Vec<_> = tools()
        .iter()
        .filter(|tool| is_one_of_the_seven(tool))
        .map(|tool| (tool["name"].to_string(), seen(tool)))
        .collect();

    assert_eq!(sizes.len(), SEVEN.len());
    let whole: usize = sizes.iter().map(|(_, size)| size).sum();
    assert!(whole <= SEEN, "{whole}: {sizes:?}");
}

#[test]
fn the_other_tools_are_shorter_still() {
    for tool in tools().iter().filter(|tool| !is_one_of_the_seven(tool)) {
        assert!(seen(tool) <= SMALL, "{}: {}", tool["name"], seen(tool));
    }
}

#[test]
fn the_whole_list_is_short() {
    let tools = tools();
    let sizes: Vec<_> =
        tools.iter().map(|tool| (tool["name"].to_string(), tool.to_string().len())).collect();

    assert_eq!(tools.len(), 15);
    let whole = json!({"tools": tools}).to_string().len();

    assert!(whole <= LIST, "{whole}: {sizes:?}");
}

#[test]
fn output_schemas_say_names_and_types_only() {
    for tool in tools() {
        let schema = tool["outputSchema"].to_string();
        assert!(schema.len() <= OUTPUT, "{}: {}", tool["name"], schema.len());
        assert!(!schema.contains("\"description\":\""), "{}: {schema}", tool["name"]);
    }
}

#[test]
fn the_instructions_are_short() {
    assert!(INSTRUCTIONS.chars().count() < 1_500, "{}", INSTRUCTIONS.chars().count());
}

#[test]
fn the_instructions_name_every_alias() {
    for alias in [
        "duration",
        "attendees",
        "startDate",
        "startDateTime",
        "after",
        "endDate",
        "endDateTime",
        "before",
        "from",
        "to",
        "top",
        "count",
        "maxResults",
        "skip",
    ] {
        let named = INSTRUCTIONS.split(|c: char| !c.is_alphanumeric()).any(|word| word == alias);
        assert!(named, "{alias}");
    }
}
