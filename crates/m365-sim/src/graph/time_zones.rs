//! The time zones that a mailbox understands.

use serde_json::{Value, json};

use crate::{
    graph::{
        call::{Call, ok},
        fail::Fail,
        owner::Owner,
        schedule::zone::{iana_names, windows_names},
    },
    http::Response,
};

/// Answers a request below `outlook`.
pub(crate) fn route(call: &Call<'_>, owner: &Owner<'_>, path: &[&str]) -> Result<Response, Fail> {
    call.reading()?;
    let [segment] = path else { return Err(not_here(path)) };
    let Some(arguments) = segment.strip_prefix("supportedTimeZones") else {
        return Err(not_here(path));
    };
    call.need(&["User.Read"])?;
    if !owner.is_caller {
        return Err(Fail::access_denied());
    }
    let names = match standard(arguments)? {
        Standard::Windows => windows_names(),
        Standard::Iana => iana_names(),
    };
    let value: Vec<Value> =
        names.iter().map(|name| json!({"alias": name, "displayName": name})).collect();
    let context =
        format!("{}/$metadata#Collection(microsoft.graph.timeZoneInformation)", call.root());
    Ok(ok(&json!({"@odata.context": context, "value": value})))
}

fn not_here(path: &[&str]) -> Fail {
    match path.first() {
        None | Some(&"masterCategories") => Fail::not_here("/me/outlook"),
        Some(segment) => Fail::no_segment(segment),
    }
}

enum Standard {
    Iana,
    Windows,
}

/// Reads `(TimeZoneStandard=microsoft.graph.timeZoneStandard'Iana')`.
fn standard(arguments: &str) -> Result<Standard, Fail> {
    let bare = arguments.trim_start_matches('(').trim_end_matches(')');
    if bare.is_empty() {
        return Ok(Standard::Windows);
    }
    let value = bare.split_once('=').map(|(_, value)| value.to_ascii_lowercase());
    match value.as_deref().and_then(|value| value.rsplit('.').next()) {
        Some("timezonestandard'iana'" | "'iana'") => Ok(Standard::Iana),
        Some("timezonestandard'windows'" | "'windows'") => Ok(Standard::Windows),
        _ => Err(Fail::bad_request("The value of 'TimeZoneStandard' is not valid.")),
    }
}
