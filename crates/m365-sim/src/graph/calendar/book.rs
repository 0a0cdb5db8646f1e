//! The calendars that someone has.

use serde_json::{Map, Value, json};

use crate::{
    graph::{
        calendar::{Calendar, View},
        call::ok,
        fail::Fail,
        filter::{Condition, Property, Value as Own},
        mail::columns,
        page::{self, Count, Cut, Link},
    },
    http::Response,
};

/// What a calendar has.
const PROPERTIES: [&str; 14] = [
    "id",
    "name",
    "color",
    "hexColor",
    "isDefaultCalendar",
    "changeKey",
    "canShare",
    "canViewPrivateItems",
    "canEdit",
    "allowedOnlineMeetingProviders",
    "defaultOnlineMeetingProvider",
    "isTallyingResponses",
    "isRemovable",
    "owner",
];

/// The largest page.
const MAX_TOP: usize = 1000;

/// What calendars can be filtered by.
#[derive(Clone, Copy, PartialEq)]
struct Name;

impl Property for Name {
    fn named(path: &str) -> Result<Self, Fail> {
        if path == "name" { Ok(Self) } else { Err(no_property(path)) }
    }

    fn typed(self, literal: Own) -> Option<Own> {
        matches!(literal, Own::Text(_)).then_some(literal)
    }
}

/// Answers with the calendars.
pub(crate) fn list(view: &View<'_>) -> Result<Response, Fail> {
    let query = view.call.query;
    let select = selected(view)?;
    let filter = query.get("$filter").map(Condition::<Name>::parse).transpose()?;
    let cut = Cut { top: query.top(10, MAX_TOP)?, count: Count::Nothing, link: Link::Skip };
    let own = view.calendars.list.iter().take(view.visible()).enumerate();
    let name = |calendar: &Calendar| Own::Text(calendar.name.to_lowercase());
    let own: Vec<_> = own
        .filter(|(_, own)| filter.as_ref().is_none_or(|filter| filter.passes(|_| name(own))))
        .collect();
    let context = view.context(&format!("/calendars{}", columns(select.as_deref())));
    page::write(view.call, cut, &context, &own, |(place, own)| {
        Value::Object(written(view, *place, own, select.as_deref()))
    })
}

/// Answers with one calendar.
pub(crate) fn get(view: &View<'_>, place: usize) -> Result<Response, Fail> {
    let select = selected(view)?;
    let own = view.calendars.list.get(place).ok_or_else(Fail::item_not_found)?;
    let mut body = written(view, place, own, select.as_deref());
    let tail = format!("/calendars{}/$entity", columns(select.as_deref()));
    body.insert("@odata.context".to_owned(), view.context(&tail).into());
    Ok(ok(&Value::Object(body)))
}

fn selected<'a>(view: &View<'a>) -> Result<Option<Vec<&'a str>>, Fail> {
    let select = view.call.query.select();
    match select.iter().flatten().find(|name| !PROPERTIES.contains(name)) {
        Some(name) => Err(no_property(name)),
        None => Ok(select),
    }
}

fn no_property(name: &str) -> Fail {
    Fail::parse_uri(format!(
        "Could not find a property named '{name}' on type 'microsoft.graph.calendar'."
    ))
}

fn written(
    view: &View<'_>,
    place: usize,
    calendar: &Calendar,
    select: Option<&[&str]>,
) -> Map<String, Value> {
    let names = select.unwrap_or(&PROPERTIES).iter().chain(&["id"]);
    names.map(|name| ((*name).to_owned(), property(view, place, calendar, name))).collect()
}

fn property(view: &View<'_>, place: usize, calendar: &Calendar, name: &str) -> Value {
    let (is_default, is_own) = (place == 0, calendar.is_own && view.is_owner);
    match name {
        "id" => view.calendar_id(place).into(),
        "name" => calendar.name.as_str().into(),
        "color" => "auto".into(),
        "hexColor" => "".into(),
        "isDefaultCalendar" => is_default.into(),
        "changeKey" => view.calendars.ids.change_key(u32::MAX - place as u32).into(),
        "canShare" | "canViewPrivateItems" | "canEdit" => is_own.into(),
        "allowedOnlineMeetingProviders" => json!(["teamsForBusiness"]),
        "defaultOnlineMeetingProvider" => "teamsForBusiness".into(),
        "isTallyingResponses" => is_default.into(),
        "isRemovable" => (!is_default).into(),
        _ => json!({"name": &*calendar.owner.name, "address": &*calendar.owner.address}),
    }
}
