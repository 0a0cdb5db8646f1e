//! Which query options a route of Teams has.

use crate::graph::{
    call::Call,
    fail::Fail,
    filter::{Condition, Property},
};

/// Refuses options other than those named; a page's own token is always taken.
pub(crate) fn only(call: &Call<'_>, allowed: &[&str]) -> Result<(), Fail> {
    call.reading()?;
    match call.query.other_than(allowed) {
        None => Ok(()),
        Some(name) => {
            Err(Fail::bad_request(format!("Query option '{name}' is not allowed on this request.")))
        }
    }
}

/// Reads `$filter`, which Teams refuses in its own words.
pub(crate) fn filter<P: Property>(call: &Call<'_>) -> Result<Option<Condition<P>>, Fail> {
    let condition = call.query.get("$filter").map(Condition::parse).transpose();
    condition.map_err(|fail| fail.coded("BadRequest"))
}

/// Returns what `$expand` asks for, which must be among `known`.
pub(crate) fn expand<'a>(call: &Call<'a>, known: &[&str]) -> Result<Vec<&'a str>, Fail> {
    let names = call.query.get("$expand").unwrap_or_default().split(',').map(str::trim);
    let names: Vec<_> = names.filter(|name| !name.is_empty()).collect();
    match names.iter().find(|name| !known.contains(name)) {
        None => Ok(names),
        Some(name) => Err(Fail::bad_request(format!("'{name}' cannot be expanded."))),
    }
}
