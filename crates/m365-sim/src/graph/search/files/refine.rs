//! Counting, filtering and thinning out by properties that can be refined by.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::index::Found;
use crate::graph::fail::Fail;

/// What stands in front of a value in a filter.
const MARK: &str = "ǂǂ";

/// How many buckets there are unless told otherwise.
const BUCKETS: usize = 10;

/// Returns a property by which can be refined.
fn value(found: &Found<'_>, name: &str) -> Result<String, Fail> {
    Ok(match name.to_ascii_lowercase().as_str() {
        "author" | "createdby" | "displayauthor" => found.author(),
        "contentclass" => found.class().to_owned(),
        "fileextension" | "filetype" => {
            found.item().map(crate::graph::drives::item::Item::extension).unwrap_or_default()
        }
        "site" | "siteid" | "spsiteurl" => found.site().url(),
        _ => return Err(Fail::search_entity(format!("Property '{name}' is not refinable"))),
    })
}

/// Keeps what passes all filters, each a property and the marked values that it may have.
pub(crate) fn filtered<'a>(all: Vec<Found<'a>>, filters: &Value) -> Result<Vec<Found<'a>>, Fail> {
    let mut all = all;
    for filter in filters.as_array().into_iter().flatten().filter_map(Value::as_str) {
        let (name, values) = filter
            .split_once(':')
            .ok_or_else(|| Fail::search_entity("An aggregation filter is malformed"))?;
        let wanted: Vec<_> = values.split(MARK).skip(1).filter_map(decoded).collect();
        let mut kept = Vec::new();
        for found in all {
            if wanted.contains(&value(&found, name)?) {
                kept.push(found);
            }
        }
        all = kept;
    }
    Ok(all)
}

fn decoded(text: &str) -> Option<String> {
    let hex: Vec<_> = text.bytes().take_while(u8::is_ascii_hexdigit).collect();
    let digits = std::str::from_utf8(&hex).ok()?;
    let byte = |at: usize| u8::from_str_radix(digits.get(at..at + 2)?, 16).ok();
    let bytes: Option<Vec<_>> = (0..digits.len()).step_by(2).map(byte).collect();
    String::from_utf8(bytes?).ok()
}

fn encoded(text: &str) -> String {
    let hex: String = text.bytes().map(|byte| format!("{byte:02x}")).collect();
    format!("\"{MARK}{hex}\"")
}

/// Keeps so many of each value, level by level.
pub(crate) fn collapsed<'a>(all: Vec<Found<'a>>, levels: &Value) -> Result<Vec<Found<'a>>, Fail> {
    let mut all = all;
    let mut last = u64::MAX;
    for level in levels.as_array().into_iter().flatten() {
        let limit = level["limit"].as_u64().unwrap_or(1);
        if limit > last {
            return Err(Fail::search_entity("The limit of a collapse level must not grow"));
        }
        last = limit;
        let names = level["fields"].as_array().into_iter().flatten().filter_map(Value::as_str);
        all = thinned(all, &names.collect::<Vec<_>>(), limit)?;
    }
    Ok(all)
}

fn thinned<'a>(all: Vec<Found<'a>>, names: &[&str], limit: u64) -> Result<Vec<Found<'a>>, Fail> {
    let mut counts: BTreeMap<Vec<String>, u64> = BTreeMap::new();
    let mut kept = Vec::new();
    for found in all {
        let values: Result<_, _> = names.iter().map(|name| value(&found, name)).collect();
        let count = counts.entry(values?).or_default();
        *count += 1;
        if *count <= limit {
            kept.push(found);
        }
    }
    Ok(kept)
}

/// Counts the values of each property that is asked for.
pub(crate) fn aggregations(all: &[Found<'_>], wanted: &Value) -> Result<Value, Fail> {
    let wanted = wanted.as_array().into_iter().flatten();
    wanted.map(|aggregation| one(all, aggregation)).collect::<Result<Vec<_>, _>>().map(Value::from)
}

fn one(all: &[Found<'_>], wanted: &Value) -> Result<Value, Fail> {
    let name = wanted["field"].as_str().unwrap_or_default();
    let mut counts: BTreeMap<String, u64> = BTreeMap::new();
    for found in all {
        *counts.entry(value(found, name)?).or_default() += 1;
    }
    let bucket = &wanted["bucketDefinition"];
    let least = bucket["minimumCount"].as_u64().unwrap_or(1);
    let prefix = bucket["prefixFilter"].as_str().unwrap_or_default();
    counts.retain(|key, count| !key.is_empty() && *count >= least && key.starts_with(prefix));
    let mut buckets: Vec<_> = counts.into_iter().collect();
    if bucket["sortBy"].as_str().unwrap_or("count") == "count" {
        buckets.sort_by_key(|(_, count)| *count);
    }
    if bucket["isDescending"].as_bool().unwrap_or(true) {
        buckets.reverse();
    }
    let size = wanted["size"].as_u64().and_then(|size| usize::try_from(size).ok());
    let buckets = buckets.iter().take(size.unwrap_or(BUCKETS)).map(
        |(key, count)| json!({"key": key, "count": count, "aggregationFilterToken": encoded(key)}),
    );
    Ok(json!({"field": name, "buckets": buckets.collect::<Vec<_>>()}))
}
