use std::fmt;

use serde::{
    Deserialize, Deserializer,
    de::{MapAccess, SeqAccess, Visitor},
};
use serde_json::{Map, Value};

/// Holds in an object the key that it names twice.
const TWICE: &str = "\u{0}twice";

/// Reads JSON. An object that names a key twice is marked: of two rules for one tool, none may get
/// lost.
pub(super) fn parse(text: &str) -> serde_json::Result<Value> {
    serde_json::from_str::<Unique>(text).map(|unique| unique.0)
}

/// Returns the key that `value`, or something in it, names twice.
pub(super) fn named_twice(value: &Value) -> Option<&str> {
    match value {
        Value::Object(members) => {
            own_twice(members).or_else(|| members.values().find_map(named_twice))
        }
        Value::Array(items) => items.iter().find_map(named_twice),
        _ => None,
    }
}

/// Returns the key that an object itself names twice.
pub(super) fn own_twice(members: &Map<String, Value>) -> Option<&str> {
    members.get(TWICE).and_then(Value::as_str)
}

struct Unique(Value);

impl<'de> Deserialize<'de> for Unique {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Reader).map(Self)
    }
}

struct Reader;

impl<'de> Visitor<'de> for Reader {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut array = Vec::new();
        while let Some(Unique(item)) = items.next_element()? {
            array.push(item);
        }
        Ok(array.into())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Value, A::Error> {
        let mut object = Map::new();
        while let Some((key, Unique(value))) = members.next_entry::<String, _>()? {
            match object.contains_key(&key) {
                true => object.insert(TWICE.into(), key.into()),
                false => object.insert(key, value),
            };
        }
        Ok(object.into())
    }
}
