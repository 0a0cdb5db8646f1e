//! The order of what was found.

use std::cmp::{Ordering, Reverse};

use serde_json::Value;

use super::index::Found;
use crate::{
    graph::{fail::Fail, search::request::SearchRequest},
    kql::{Document as _, Field},
};

/// What can be sorted by.
#[derive(Clone, Copy, Debug)]
enum Key {
    Created,
    Modified,
    Name,
    Size,
    /// A managed property that nothing here has a value of.
    Refinable,
}

impl Key {
    fn named(name: &str) -> Option<Self> {
        Some(match name.to_ascii_lowercase().as_str() {
            "created" | "createddatetime" => Self::Created,
            "lastmodifieddatetime" | "lastmodifiedtime" | "write" => Self::Modified,
            "filename" | "name" => Self::Name,
            "size" => Self::Size,
            name if is_refinable(name) => Self::Refinable,
            _ => return None,
        })
    }

    fn compare(self, a: &Found<'_>, b: &Found<'_>) -> Ordering {
        match self {
            Self::Created => a.time(Field::Created).cmp(&b.time(Field::Created)),
            Self::Modified => a.time(Field::Modified).cmp(&b.time(Field::Modified)),
            Self::Name => a.name().to_lowercase().cmp(&b.name().to_lowercase()),
            Self::Size => a.size().cmp(&b.size()),
            Self::Refinable => Ordering::Equal,
        }
    }
}

/// Returns whether each tenant has a managed property of this name, such as `refinabledate00`, to
/// which administrators map columns.
fn is_refinable(name: &str) -> bool {
    let kinds = ["date", "dateinvariant", "datesingle", "decimal", "double", "int", "string"];
    let Some(rest) = name.strip_prefix("refinable") else { return false };
    let kind = rest.trim_end_matches(|c: char| c.is_ascii_digit());
    kinds.contains(&kind) && (2..=3).contains(&(rest.len() - kind.len()))
}

fn keys(request: &SearchRequest<'_>) -> Option<Vec<(Key, bool)>> {
    let sorts = request.member("sortProperties").as_array().into_iter().flatten();
    let key = |sort: &Value| {
        let descending = sort["isDescending"].as_bool().unwrap_or_default();
        Some((Key::named(sort["name"].as_str()?)?, descending))
    };
    sorts.map(key).collect()
}

/// Refuses what cannot be sorted by.
pub(crate) fn check(request: &SearchRequest<'_>) -> Result<(), Fail> {
    match keys(request) {
        Some(keys) if keys.is_empty() || request.kinds != ["drive"] => Ok(()),
        _ => Err(Fail::search_entity("A sort property is not sortable")),
    }
}

/// Puts the best first, the newest of those that are as good, or follows the request.
pub(crate) fn ordered<'a>(
    mut all: Vec<Found<'a>>,
    words: &[&str],
    request: &SearchRequest<'_>,
) -> Vec<Found<'a>> {
    let keys = keys(request).unwrap_or_default();
    all.sort_by_cached_key(|found| {
        (Reverse(found.weight(words)), Reverse(found.time(Field::Modified)))
    });
    all.sort_by(|a, b| {
        let orders = keys.iter().map(|(key, descending)| {
            let order = key.compare(a, b);
            if *descending { order.reverse() } else { order }
        });
        orders.fold(Ordering::Equal, Ordering::then)
    });
    all
}
