//! JSON objects of which each member counts.

use std::{collections::HashSet, fmt};

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};

/// The most members of a header or payload.
const MAX_MEMBERS: usize = 128;

/// How deep what we do not use may be.
const MAX_DEPTH: u8 = 8;

/// Reads the next member's name, which no other equals in any case, and is none of `known` in
/// another case: other readers of the token might take one for the other.
pub(super) fn next_name<'de, A: MapAccess<'de>>(
    map: &mut A,
    seen: &mut HashSet<String>,
    known: &[&str],
) -> Result<Option<String>, A::Error> {
    let Some(name) = map.next_key::<String>()? else { return Ok(None) };
    let lower = name.to_ascii_lowercase();
    let disguised = lower != name && known.contains(&lower.as_str());
    if disguised || !seen.insert(lower) || seen.len() > MAX_MEMBERS {
        return Err(A::Error::custom("a member is doubled, disguised or one too many"));
    }
    Ok(Some(name))
}

/// Passes over a member's value.
pub(super) fn skip<'de, A: MapAccess<'de>>(map: &mut A) -> Result<(), A::Error> {
    map.next_value_seed(Skip { left: MAX_DEPTH })
}

/// Reads a value that is not used, as long as it is shallow.
struct Skip {
    left: u8,
}

impl Skip {
    fn deeper<E: Error>(&self) -> Result<Self, E> {
        let left = self.left.checked_sub(1).ok_or_else(|| E::custom("it is too deep"))?;
        Ok(Self { left })
    }
}

impl<'de> DeserializeSeed<'de> for Skip {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, json: D) -> Result<(), D::Error> {
        json.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Skip {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_bool<E>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_i64<E>(self, _: i64) -> Result<(), E> {
        Ok(())
    }

    fn visit_u64<E>(self, _: u64) -> Result<(), E> {
        Ok(())
    }

    fn visit_f64<E>(self, _: f64) -> Result<(), E> {
        Ok(())
    }

    fn visit_str<E>(self, _: &str) -> Result<(), E> {
        Ok(())
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
        while items.next_element_seed(self.deeper()?)?.is_some() {}
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<(), A::Error> {
        while members.next_key::<String>()?.is_some() {
            members.next_value_seed(self.deeper()?)?;
        }
        Ok(())
    }
}
