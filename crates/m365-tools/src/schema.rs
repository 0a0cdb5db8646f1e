use schemars::{JsonSchema, SchemaGenerator, generate::SchemaSettings};
use serde_json::{Map, Value};

/// Marks a string parameter that takes an array of strings too; not published.
pub(crate) const OR_ARRAY: &str = "x-or-array";

/// Returns the schema that arguments of type `T` are checked against.
pub(crate) fn of_input<T: JsonSchema>() -> Value {
    let mut schema = generate::<T>(SchemaSettings::draft2020_12());
    close_objects(&mut schema);
    schema
}

/// Returns `schema` as hosts see it.
pub(crate) fn published(schema: &Value) -> Map<String, Value> {
    let mut schema = schema.clone();
    each_object(&mut schema, &mut |object| {
        object.remove(OR_ARRAY);
    });
    object(schema)
}

/// Returns the schema of the structured content `T`.
///
/// Empty fields are left out of answers, so only those of the trailer are required.
pub(crate) fn of_output<T: JsonSchema>() -> Map<String, Value> {
    let mut schema = generate::<T>(SchemaSettings::draft2020_12().for_serialize());
    if let Some(properties) = schema.get_mut("properties") {
        each_object(properties, &mut |object| {
            if object.get("required").is_some_and(Value::is_array) {
                object.remove("required");
            }
        });
    }
    shallow(&mut schema);
    object(schema)
}

/// Keeps the names and types of a result's fields and of the trailer's: hosts check structured content
/// by them, and each byte more is paid for in every conversation.
fn shallow(schema: &mut Value) {
    let Some(Value::Object(fields)) = schema.get_mut("properties") else { return };
    for (name, field) in fields {
        match (name.as_str(), field.pointer_mut("/items/properties")) {
            ("results", Some(Value::Object(inner))) => {
                inner.values_mut().for_each(only_type);
                field.as_object_mut().map(|field| field.remove("description"));
                let items = field.pointer_mut("/items").and_then(Value::as_object_mut);
                items.map(|items| items.remove("description"));
            }
            _ => only_type(field),
        }
    }
}

fn only_type(schema: &mut Value) {
    if let Some(schema) = schema.as_object_mut() {
        schema.retain(|keyword, _| keyword == "type");
    }
}

fn generate<T: JsonSchema>(mut settings: SchemaSettings) -> Value {
    settings.inline_subschemas = true;
    settings.meta_schema = None;
    let mut schema = SchemaGenerator::new(settings).into_root_schema_for::<T>().to_value();
    each_object(&mut schema, &mut simplify);
    if let Some(root) = schema.as_object_mut() {
        root.remove("title");
        root.remove("description");
    }
    object_root(&mut schema);
    schema
}

/// A tool without arguments has no fields to derive a type from; hosts want an object anyway.
fn object_root(schema: &mut Value) {
    if let Some(root) = schema.as_object_mut() {
        root.insert("type".to_owned(), "object".into());
        root.entry("properties").or_insert_with(|| Map::new().into());
    }
}

fn close_objects(schema: &mut Value) {
    each_object(schema, &mut |object| {
        if object.get("type") == Some(&"object".into()) && is_schema_of_fields(object) {
            object.insert("additionalProperties".to_owned(), false.into());
        }
    });
}

fn is_schema_of_fields(object: &Map<String, Value>) -> bool {
    object.get("properties").is_some_and(Value::is_object)
}

/// Makes one schema portable: hosts and models differ in what they understand beyond the plainest.
fn simplify(schema: &mut Map<String, Value>) {
    schema.remove("maximum");
    if schema.get("default") == Some(&Value::Null) {
        schema.remove("default");
    }
    if schema.get("format").and_then(Value::as_str).is_some_and(is_width) {
        schema.remove("format");
    }
    if let Some(Value::String(description)) = schema.get_mut("description") {
        *description = description.replace('\n', " ");
    }
    drop_null_type(schema);
    unwrap_only_choice(schema);
    merge_constants(schema);
}

fn is_width(format: &str) -> bool {
    format.starts_with("int") || format.starts_with("uint") || ["float", "double"].contains(&format)
}

/// `Option<T>` is `T` that may be absent: nobody has to send null.
fn drop_null_type(schema: &mut Map<String, Value>) {
    for keyword in ["type", "enum"] {
        let Some(Value::Array(choices)) = schema.get_mut(keyword) else { continue };
        choices.retain(|choice| *choice != "null" && !choice.is_null());
        if let ("type", [_]) = (keyword, choices.as_slice()) {
            let only = choices.remove(0);
            schema.insert(keyword.to_owned(), only);
        }
    }
}

fn unwrap_only_choice(schema: &mut Map<String, Value>) {
    let Some(Value::Array(choices)) = schema.get_mut("anyOf") else { return };
    choices.retain(|choice| choice["type"] != "null");
    if let [Value::Object(only)] = choices.as_mut_slice() {
        let mut only = std::mem::take(only);
        simplify(&mut only);
        schema.remove("anyOf");
        for (keyword, value) in only {
            schema.entry(keyword).or_insert(value);
        }
    }
}

/// An enum whose variants have docs comes as `oneOf` constants; an `enum` says the same.
fn merge_constants(schema: &mut Map<String, Value>) {
    let Some(Value::Array(choices)) = schema.get("oneOf") else { return };
    let constants: Option<Vec<Value>> =
        choices.iter().map(|choice| choice.get("const").cloned()).collect();
    if let Some(constants) = constants {
        schema.remove("oneOf");
        schema.insert("type".to_owned(), "string".into());
        schema.insert("enum".to_owned(), constants.into());
    }
}

fn each_object(value: &mut Value, change: &mut impl FnMut(&mut Map<String, Value>)) {
    match value {
        Value::Object(object) => {
            change(object);
            object.values_mut().for_each(|value| each_object(value, change));
        }
        Value::Array(items) => items.iter_mut().for_each(|value| each_object(value, change)),
        _ => {}
    }
}

fn object(schema: Value) -> Map<String, Value> {
    match schema {
        Value::Object(schema) => schema,
        _ => Map::new(),
    }
}
