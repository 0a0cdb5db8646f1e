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
    let facts = facts.map(|(name, value)| (name.clone(), compact(value.clone())));
    Value::Object(facts.chain(trailer.clone()).collect())
}

fn render_item(item: Item, boundary: Option<&Boundary>) -> (Vec<Block>, Value) {
    match item {
        Item::Hit { text, structured } => {
            let mark = |value| compact(mark_fields(value, boundary));
            (vec![Block::Json(mark(text).to_string())], mark(structured))
        }
        Item::Resource(resource) => render_resource(resource, boundary),
    }
}

fn render_resource(resource: Resource, boundary: Option<&Boundary>) -> (Vec<Block>, Value) {
    let mut item = compact(resource.item);
    let mut blocks = vec![Block::Json(item.to_string())];
    if let Some(text) = resource.text {
        let text = boundary.map_or_else(|| text.clone(), |boundary| boundary.around(&text));
        blocks.push(Block::Text(text.clone()));
        if let Value::Object(item) = &mut item {
            item.insert("text".to_owned(), text.into());
        }
    }
    blocks.extend(resource.images);
    (blocks, item)
}

/// The fields of hits that others wrote and that may hold whole sentences.
const BY_OTHERS: [&str; 5] = ["summary", "subject", "location", "title", "chat"];

/// Marks the fields of a hit, and of what it holds, that others wrote.
fn mark_fields(value: Value, boundary: Option<&Boundary>) -> Value {
    let Some(mark) = boundary else { return value };
    match value {
        Value::Object(fields) => {
            let marked = |(name, value): (String, Value)| match (name.as_str(), value) {
                (field, Value::String(text)) if BY_OTHERS.contains(&field) => {
                    (name, mark.around(&text).into())
                }
                (_, value) => (name, mark_fields(value, boundary)),
            };
            fields.into_iter().map(marked).collect()
        }
        Value::Array(items) => items.into_iter().map(|item| mark_fields(item, boundary)).collect(),
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
pub(super) fn characters(answer: &Answer) -> usize {
    let items: usize = answer.items.iter().map(item_characters).sum();
    items + last(&answer.facts, &trailer(answer)).to_string().chars().count()
}

fn item_characters(item: &Item) -> usize {
    match item {
        Item::Hit { text, .. } => count(text),
        Item::Resource(resource) => resource_characters(resource),
    }
}

pub(super) fn resource_characters(resource: &Resource) -> usize {
    count(&resource.item) + resource.text.as_ref().map_or(0, |text| text.chars().count())
}

fn count(value: &Value) -> usize {
    compact(value.clone()).to_string().chars().count()
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
