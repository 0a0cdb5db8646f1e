use m365_graph::{Calendar, CalendarId, GraphClient, Mailbox};

use super::access;
use crate::{ErrorCode, ToolError, mail::fields, nearest, words::fold};

/// A calendar that was found by name.
#[derive(Clone, Debug)]
pub(crate) struct NamedCalendar {
    pub(crate) id: CalendarId,
    pub(crate) name: String,
}

/// Finds the calendar that a person means: by its name, or by name and owner where several bear it.
///
/// # Errors
///
/// `NOT_FOUND` with the nearest names for none, `VALIDATION_ERROR` that lists them for several.
pub(crate) async fn find(
    graph: &GraphClient,
    mailbox: &Mailbox,
    name: &str,
) -> Result<NamedCalendar, ToolError> {
    let calendars = graph.calendar(mailbox).calendars().await;
    let calendars = calendars.map_err(|error| access::explain(error, mailbox))?.items;
    let wanted = fold(name);
    let fits =
        |calendar: &&Calendar| fold(&calendar.name) == wanted || fold(&label(calendar)) == wanted;
    let found: Vec<_> = calendars.iter().filter(fits).collect();
    match found.as_slice() {
        [] => Err(unknown(name, &calendars)),
        [only] => named(only).ok_or_else(|| unknown(name, &calendars)),
        several => Err(ambiguous(name, several)),
    }
}

fn named(calendar: &Calendar) -> Option<NamedCalendar> {
    let id = calendar.id.clone()?;
    Some(NamedCalendar { id, name: fields::one_line(&calendar.name) })
}

/// `Holidays (adele@contoso.com)`: what tells calendars of one name apart.
fn label(calendar: &Calendar) -> String {
    let owner = calendar.owner.as_ref().and_then(|owner| owner.address.as_deref());
    match owner {
        Some(owner) => fields::one_line(&format!("{} ({owner})", calendar.name)),
        None => fields::one_line(&calendar.name),
    }
}

fn unknown(name: &str, calendars: &[Calendar]) -> ToolError {
    let names: Vec<_> = calendars.iter().map(|calendar| fields::one_line(&calendar.name)).collect();
    let near = nearest::names(name, names.iter().map(String::as_str));
    let name = m365_extract::excerpt(name, 100);
    let known = match near.as_slice() {
        [] => "There are no calendars.".to_owned(),
        near => format!("The nearest names are {near:?}."),
    };
    let message = format!("calendarName: there is no calendar {name:?}. {known}");
    ToolError::new(ErrorCode::NotFound, message)
}

fn ambiguous(name: &str, found: &[&Calendar]) -> ToolError {
    let name = m365_extract::excerpt(name, 100);
    let labels: Vec<_> = found.iter().take(20).map(|calendar| label(calendar)).collect();
    ToolError::validation(format!(
        "calendarName: {name:?} names {} calendars; one of these is accepted: {labels:?}.",
        found.len()
    ))
}
