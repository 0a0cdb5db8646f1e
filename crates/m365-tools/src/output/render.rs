use m365_extract::disarm;
use serde::Serialize;
use serde_json::{Map, Value, json};

use super::{Answer, Block, Item, Reply, Resource};
use crate::{ToolError, untrusted::Boundary};

/// Turns an answer into what leaves: blocks for the model, structured content for programs.
pub(crate) fn render(answer: Answer, boundary: Option<&Boundary>) -> Reply {
    let (mut facts, trailer) = (answer.facts.clone(), trailer(&answer));
    let name = answer.list.unwrap_or("results");
    let is_truncated = answer.trailer.more_results;
    let mut content = Vec::new();
    let mut results = Vec::new();
    for item in answer.items {
        let (blocks, structured) = render_item(item, boundary);
        content.extend(blocks);
        results.push(structured);
    }
    content.push(Block::Json(last(&facts, &trailer).to_string()));
    facts = facts.into_iter().map(|(name, value)| (name, shown(value, &OF_HITS, None))).collect();
    facts.extend(trailer);
    let items = results.len();
    let structured = Some(whole(name, results, facts));
    Reply { content, structured, error: None, items, is_truncated }
}

fn whole(name: &str, results: Vec<Value>, trailer: Map<String, Value>) -> Value {
    let mut whole = Map::from_iter([(name.to_owned(), Value::Array(results))]);
    whole.extend(trailer);
    Value::Object(whole)
}

/// The last block: what is known of the whole, and the trailer.
fn last(facts: &Map<String, Value>, trailer: &Map<String, Value>) -> Value {
    let facts = facts.iter().filter(|(_, value)| !is_empty(value));
    let facts =
        facts.map(|(name, value)| (name.clone(), compact(shown(value.clone(), &OF_HITS, None))));
    Value::Object(facts.chain(trailer.clone()).collect())
}

fn render_item(item: Item, boundary: Option<&Boundary>) -> (Vec<Block>, Value) {
    match item {
        Item::Hit { text, structured } => {
            let written = |value| compact(shown(value, &OF_HITS, boundary));
            (vec![Block::Json(written(text).to_string())], written(structured))
        }
        Item::Resource(resource) => render_resource(resource, boundary),
    }
}

fn render_resource(resource: Resource, boundary: Option<&Boundary>) -> (Vec<Block>, Value) {
    let text = body(&resource, boundary);
    let mut item = compact(shown(resource.item, &OF_RESOURCES, boundary));
    let mut blocks = vec![Block::Json(item.to_string())];
    if let Some(text) = text {
        blocks.push(Block::Text(text.clone()));
        if let Value::Object(item) = &mut item {
            item.insert("text".to_owned(), text.into());
        }
    }
    blocks.extend(resource.images);
    (blocks, item)
}

/// Joins the text of a resource, inside the boundary, and the lines of ours that end it, outside.
fn body(resource: &Resource, boundary: Option<&Boundary>) -> Option<String> {
    let text = resource.text.as_deref().map(|text| match boundary {
        Some(boundary) => boundary.around(text),
        None => text.to_owned(),
    });
    let parts: Vec<_> = text.into_iter().chain(resource.footer.clone()).collect();
    (!parts.is_empty()).then(|| parts.join("\n\n"))
}

/// The fields of hits that others wrote and that may hold whole sentences.
const OF_HITS: [&str; 6] = ["summary", "subject", "location", "title", "description", "chat"];

/// Those of what is read, and of what that lists; its `chat` is an address.
const OF_RESOURCES: [&str; 6] =
    ["summary", "subject", "location", "title", "description", "chatTitle"];

/// Disarms each text of a hit or resource, and marks those of its `fields` that others wrote.
///
/// An address has nothing in it that would be disarmed.
fn shown(value: Value, fields: &[&str], boundary: Option<&Boundary>) -> Value {
    match value {
        Value::String(text) => disarm(&text).into(),
        Value::Object(entries) => {
            let written = |(name, value): (String, Value)| {
                let mark = boundary.filter(|_| fields.contains(&name.as_str()));
                let value = match (mark, value) {
                    (Some(mark), Value::String(text)) if !text.is_empty() => {
                        mark.around(&disarm(&text)).into()
                    }
                    (_, value) => shown(value, fields, boundary),
                };
                (name, value)
            };
            entries.into_iter().map(written).collect()
        }
        Value::Array(items) => {
            items.into_iter().map(|item| shown(item, fields, boundary)).collect()
        }
        other => other,
    }
}

fn trailer(answer: &Answer) -> Map<String, Value> {
    match serde_json::to_value(&answer.trailer) {
        Ok(Value::Object(trailer)) => trailer,
        _ => Map::new(),
    }
}

/// Leaves out null and empty fields at any depth; elements of arrays stay in their places.
fn compact(value: Value) -> Value {
    match value {
        Value::Object(fields) => fields
            .into_iter()
            .map(|(name, value)| (name, compact(value)))
            .filter(|(_, value)| !is_empty(value))
            .collect(),
        Value::Array(items) => items.into_iter().map(compact).collect(),
        other => other,
    }
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        Value::Array(items) => items.is_empty(),
        Value::Object(fields) => fields.is_empty(),
        _ => false,
    }
}

/// Counts the characters of the text blocks that `answer` has so far.
pub(super) fn characters(answer: &Answer, boundary: Option<&Boundary>) -> usize {
    let items: usize = answer.items.iter().map(|item| item_characters(item, boundary)).sum();
    items + last(&answer.facts, &trailer(answer)).to_string().chars().count()
}

fn item_characters(item: &Item, boundary: Option<&Boundary>) -> usize {
    match item {
        Item::Hit { text, .. } => count(text, &OF_HITS, boundary),
        Item::Resource(resource) => resource_characters(resource, boundary),
    }
}

pub(super) fn resource_characters(resource: &Resource, boundary: Option<&Boundary>) -> usize {
    let text = body(resource, boundary).map_or(0, |text| text.chars().count());
    count(&resource.item, &OF_RESOURCES, boundary) + text
}

fn count(value: &Value, fields: &[&str], boundary: Option<&Boundary>) -> usize {
    compact(shown(value.clone(), fields, boundary)).to_string().chars().count()
}

/// Counts the characters that a hit or an entry of a list takes in an answer.
pub(crate) fn length<T: Serialize>(entry: &T, boundary: Option<&Boundary>) -> usize {
    let written = serde_json::to_value(entry).unwrap_or_default();
    shown(written, &OF_HITS, boundary).to_string().chars().count() + 1
}

impl Reply {
    /// Counts the characters of text that the model reads.
    #[must_use]
    pub fn characters(&self) -> usize {
        let count = |block: &Block| match block {
            Block::Json(text) | Block::Text(text) => text.chars().count(),
            Block::Image { .. } => 0,
        };
        self.content.iter().map(count).sum()
    }
}

impl From<ToolError> for Reply {
    fn from(error: ToolError) -> Self {
        let text = serde_json::to_string(&error)
            .unwrap_or_else(|_| json!({"message": error.message()}).to_string());
        Self {
            content: vec![Block::Json(text)],
            structured: None,
            error: Some(error.code()),
            items: 0,
            is_truncated: false,
        }
    }
}

/// Puts `results` before the fields of the trailer.
pub(super) fn describe_results(schema: &mut schemars::Schema, results: schemars::Schema) {
    let object = schema.ensure_object();
    let Some(Value::Object(properties)) = object.get_mut("properties") else { return };
    let mut results = results.to_value();
    results["description"] = "What was found or read, in order.".into();
    properties.insert("results".to_owned(), results);
    if let Some(Value::Array(required)) = object.get_mut("required") {
        required.insert(0, "results".into());
    }
}
