//! Lists of events: filtered, sorted, paged.

use serde_json::Value;

use crate::{
    graph::{
        calendar::{
            View,
            event::{Event, Occasion},
            get::no_expansion,
            json::check,
            property::{Property, refuse},
        },
        fail::Fail,
        filter::{Condition, Sorting},
        mail::columns,
        page::{self, Count, Cut, Link},
    },
    http::Response,
};

/// The largest page.
const MAX_TOP: usize = 1000;

/// What a view, unlike a list of events, does not tell.
const NOT_IN_VIEWS: [&str; 2] = ["createdDateTime", "lastModifiedDateTime"];

/// Answers with the events of one calendar: single ones, and series as a whole.
pub(crate) fn events(view: &View<'_>, calendar: usize, tail: &str) -> Result<Response, Fail> {
    let own = view.calendars.events().iter().filter(|event| event.calendar == calendar);
    answer(view, own.map(Event::whole).collect(), tail, false)
}

/// Answers with some events; `in_view` where they are those of a window.
pub(crate) fn answer(
    view: &View<'_>,
    occasions: Vec<Occasion<'_>>,
    tail: &str,
    in_view: bool,
) -> Result<Response, Fail> {
    let select = selected(view, in_view)?;
    let attached = expanded(view)?;
    let cut = Cut { top: view.call.query.top(10, MAX_TOP)?, count: Count::OfAll, link: Link::Skip };
    let found = arranged(view, occasions)?;
    let context = view.context(&format!("{tail}{}", columns(select.as_deref())));
    let page = page::write(view.call, cut, &context, &found, |occasion| {
        let mut row = view.write(occasion, select.as_deref());
        if attached {
            row.insert("attachments".to_owned(), view.attachments(occasion, None));
        }
        Value::Object(row)
    });
    Ok(view.applied_to(page?))
}

fn selected<'a>(view: &View<'a>, in_view: bool) -> Result<Option<Vec<&'a str>>, Fail> {
    let select = view.call.query.select();
    check(view, select.as_deref().unwrap_or_default())?;
    let mut names = select.iter().flatten();
    match names.find(|name| in_view && NOT_IN_VIEWS.contains(name)) {
        Some(name) => Err(Fail::new(
            http::StatusCode::BAD_REQUEST,
            "ErrorInvalidProperty",
            format!("The property '{name}' cannot be selected in a calendar view."),
        )),
        None => Ok(select),
    }
}

fn expanded(view: &View<'_>) -> Result<bool, Fail> {
    match view.call.query.get("$expand").map(str::trim) {
        None => Ok(false),
        Some("attachments") if view.basic => Err(Fail::access_denied()),
        Some("attachments") => Ok(true),
        Some(name) => Err(no_expansion(name)),
    }
}

fn arranged<'a>(view: &View<'_>, occasions: Vec<Occasion<'a>>) -> Result<Vec<Occasion<'a>>, Fail> {
    let query = view.call.query;
    if query.get("$search").is_some() {
        let message = "The query parameter '$search' is not supported on events.";
        return Err(Fail::new(http::StatusCode::BAD_REQUEST, "ErrorInvalidRequest", message));
    }
    let mut found = occasions;
    if let Some(text) = query.get("$filter") {
        refuse(text)?;
        let filter = Condition::<Property>::parse(text)?;
        found.retain(|occasion| filter.passes(|property| property.value(view, occasion)));
    }
    if let Some(text) = query.get("$orderby") {
        let order = Sorting::<Property>::parse(text)?;
        found.sort_by(|a, b| {
            order.compare(|property| property.value(view, a), |property| property.value(view, b))
        });
    }
    Ok(found)
}
