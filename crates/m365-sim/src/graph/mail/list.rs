//! Lists of messages: filtered, sorted, searched, paged.

use std::cmp::Ordering;

use serde_json::{Value, json};

use crate::{
    graph::{
        call::{Call, ok},
        fail::Fail,
        filter::{Filter, Order},
        mail::{Indexed, View, ids::Form, json::check, message::Message},
        page,
        trace::JSON,
    },
    http::Response,
    kql,
};

/// How many hits `$search` gives in total.
const MAX_HITS: usize = 1000;
/// The largest page.
const MAX_TOP: usize = 1000;

/// Answers with the messages of one folder, or of all.
pub(crate) fn messages(
    view: &View<'_>,
    folder: Option<usize>,
    tail: &str,
) -> Result<Response, Fail> {
    let query = view.call.query;
    let top = query.top(10, MAX_TOP)?;
    let start = page::start(view.call)?;
    let end = start + top;
    let found = match query.get("$search") {
        Some(words) => searched(view, folder, words)?,
        None => filtered(view, folder, end + 1)?,
    };
    let mut body = page(view, found.iter().skip(start).take(top), tail)?;
    if query.count()? {
        body["@odata.count"] = found.len().into();
    }
    if found.len() > end {
        body["@odata.nextLink"] = page::next_link(view.call, end).into();
    }
    if query.get("$search").is_some() && view.form == Form::Immutable {
        return Ok(broken_off(&body));
    }
    Ok(view.applied_to(ok(&body)))
}

/// Writes the messages of a page.
fn page<'a>(
    view: &View<'_>,
    messages: impl Iterator<Item = &'a &'a Message>,
    tail: &str,
) -> Result<Value, Fail> {
    let select = view.call.query.select();
    check(view, select.as_deref().unwrap_or_default())?;
    let attached = expanded(view)?;
    let rows = messages.map(|message| {
        let mut row = view.write(message, select.as_deref());
        if attached {
            row.insert("attachments".into(), view.attachments(message, None));
        }
        Value::Object(row)
    });
    Ok(json!({
        "@odata.context": view.context(&format!("{tail}{}", columns(select.as_deref()))),
        "value": rows.collect::<Vec<_>>(),
    }))
}

/// A search cannot give immutable ids, and notices when it has already begun to answer.
fn broken_off(page: &Value) -> Response {
    let error = json!({"error": {
        "code": "ErrorInternalServerError",
        "message": "An internal server error occurred. The operation failed.",
    }});
    let (context, first) = (&page["@odata.context"], &page["value"][0]);
    let text = format!(r#"{{"@odata.context":{context},"value":[{first},{error}"#);
    Response::bytes(http::StatusCode::OK, JSON, text)
}

/// Returns how many messages a folder holds that pass the filter.
pub(crate) fn count(view: &View<'_>, folder: Option<usize>) -> Result<usize, Fail> {
    Ok(filtered(view, folder, usize::MAX)?.len())
}

/// Writes the selected columns as `@odata.context` has them.
pub(crate) fn columns(select: Option<&[&str]>) -> String {
    select.map(|names| format!("({})", names.join(","))).unwrap_or_default()
}

/// Reads `$expand`, which may name attachments and nothing else.
pub(crate) fn expanded(view: &View<'_>) -> Result<bool, Fail> {
    match view.call.query.get("$expand").map(str::trim) {
        None => Ok(false),
        Some("attachments") if view.basic => Err(Fail::access_denied()),
        Some("attachments") => Ok(true),
        Some(name) if name.contains("xtend") || name.contains("ExtensionProp") => {
            Err(Fail::not_here(&format!("$expand={name} on messages")))
        }
        Some(name) => Err(Fail::parse_uri(format!(
            "Could not find a property named '{name}' on type 'microsoft.graph.message'."
        ))),
    }
}

fn lies_in(view: &View<'_>, message: &Message, folder: Option<usize>) -> bool {
    folder.is_none_or(|place| view.mailbox.holds(place, message))
}

/// Without a count there is no need to look further than the page's end.
fn filtered<'a>(
    view: &View<'a>,
    folder: Option<usize>,
    enough: usize,
) -> Result<Vec<&'a Message>, Fail> {
    let query = view.call.query;
    let filter = query.get("$filter").map(Filter::parse).transpose()?;
    let order = query.get("$orderby").map(Order::parse).transpose()?;
    if let (Some(filter), Some(order)) = (&filter, &order) {
        filter.check_order(order)?;
    }
    let passes = |message: &&Message| {
        lies_in(view, message, folder)
            && filter.as_ref().is_none_or(|filter| filter.passes(view, message))
    };
    let own = view.mailbox.messages().filter(passes);
    let Some(order) = order else {
        let enough = if query.count()? { usize::MAX } else { enough };
        return Ok(own.take(enough).collect());
    };
    let mut sorted: Vec<_> = own.collect();
    sorted.sort_by(|a, b| order.compare(view, a, b));
    Ok(sorted)
}

fn searched<'a>(
    view: &View<'a>,
    folder: Option<usize>,
    words: &str,
) -> Result<Vec<&'a Message>, Fail> {
    check_search(view)?;
    let query = kql::Query::parse(&unquoted(words)?, view.call.now()).map_err(unreadable)?;
    let hits = view.mailbox.indexed().filter(|indexed| {
        !indexed.message.gone && lies_in(view, indexed.message, folder) && query.matches(indexed)
    });
    let mut hits: Vec<_> = hits.map(|Indexed { message, .. }| message).collect();
    hits.sort_by(|a, b| newest_sent(a, b));
    hits.truncate(MAX_HITS);
    Ok(hits)
}

fn newest_sent(a: &Message, b: &Message) -> Ordering {
    b.sent.cmp(&a.sent).then(a.key.cmp(&b.key))
}

fn unreadable(error: kql::Error) -> Fail {
    Fail::parse_uri(format!("Syntax error in the search query: {error}."))
}

/// `$search` gets along with neither filter, order, count nor offset, nor with narrow tokens.
fn check_search(view: &View<'_>) -> Result<(), Fail> {
    let Call { query, .. } = view.call;
    let conflicts = [
        ("$orderby", "SearchWithOrderBy", "$orderBy"),
        ("$filter", "SearchWithFilter", "$filter"),
        ("$count", "SearchWithCount", "$count"),
        ("$skip", "SearchWithSkip", "$skip"),
    ];
    for (option, code, spelling) in conflicts {
        if query.get(option).is_some() {
            let message =
                format!("The query parameter '{spelling}' is not supported with '$search'.");
            return Err(Fail::new(http::StatusCode::BAD_REQUEST, code, message));
        }
    }
    if view.basic { Err(Fail::access_denied()) } else { Ok(()) }
}

/// Takes the double quotes off a `$search`; quotes inside are escaped with a backslash.
fn unquoted(words: &str) -> Result<String, Fail> {
    let inner = words.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
    let Some(inner) = inner.filter(|_| words.len() > 1) else { return bare(words) };
    let mut out = String::with_capacity(inner.len());
    let mut chars = inner.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => out.extend(chars.next()),
            '"' => return Err(Fail::parse_uri("Syntax error: a quote in $search is not escaped.")),
            _ => out.push(c),
        }
    }
    Ok(out)
}

/// One word may stand without quotes.
fn bare(words: &str) -> Result<String, Fail> {
    let plain = !words.is_empty() && words.chars().all(char::is_alphanumeric);
    let unquoted = || Fail::parse_uri("Syntax error: the value of $search must be in quotes.");
    if plain { Ok(words.to_owned()) } else { Err(unquoted()) }
}
