//! Readers that take `null`, an empty text or an unknown spelling for an absent value.

use jiff::Timestamp;
use serde::{Deserialize, Deserializer};

/// Reads `null` as the default.
pub(crate) fn nullable<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: Default + Deserialize<'de>,
{
    Ok(Option::deserialize(deserializer)?.unwrap_or_default())
}

/// Reads a list; `null` is an empty one, and a `null` in it is passed over.
pub(crate) fn list<'de, D, T>(deserializer: D) -> Result<Vec<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    let items: Option<Vec<Option<T>>> = Option::deserialize(deserializer)?;
    Ok(items.unwrap_or_default().into_iter().flatten().collect())
}

/// Reads a moment; Graph writes `Z` or `+00:00`, with or without a fraction.
pub(crate) fn moment<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Timestamp>, D::Error> {
    parsed(deserializer)
}

/// Reads a text into `T`, or into nothing where it does not fit.
pub(crate) fn parsed<'de, D, T>(deserializer: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: std::str::FromStr,
{
    let text = Option::<String>::deserialize(deserializer)?;
    Ok(text.and_then(|text| text.parse().ok()))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    #[test]
    fn a_list_may_be_null_or_hold_nulls() {
        let read = |value| super::list::<_, u8>(value).unwrap();

        assert_eq!(read(json!(null)), Vec::<u8>::new());
        assert_eq!(read(json!([1, null, 2])), [1, 2]);
    }
}
