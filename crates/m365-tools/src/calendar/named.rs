use m365_graph::{Calendar, CalendarId, GraphClient, Mailbox};

use super::access;
use crate::{ToolError, mail::fields, named, words::same_name};

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
    let fits =
        |calendar: &&Calendar| same_name(&calendar.name, name) || same_name(&label(calendar), name);
    let found: Vec<_> = calendars.iter().filter(fits).collect();
    match found.as_slice() {
        [] => Err(unknown(name, &calendars)),
        [only] => taken(only).ok_or_else(|| unknown(name, &calendars)),
        several => {
            let labels = several.iter().map(|calendar| label(calendar));
            Err(named::ambiguous("calendarName", "calendar", name, labels))
        }
    }
}

fn taken(calendar: &Calendar) -> Option<NamedCalendar> {
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
    named::not_found("calendarName", "calendar", name, names.iter().map(String::as_str))
}
