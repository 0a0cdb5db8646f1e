use m365_graph::{Address, Calendar, CalendarId, GraphClient, Mailbox};

use super::access;
use crate::{ToolContext, ToolError, mail::fields, named, words::same_name};

/// What Graph says where a calendar that was shared in the manner of old is read by its id.
pub(crate) const UNREADABLE: &str = "ErrorInternalServerTransientError";

/// A calendar that was found by name.
#[derive(Clone, Debug)]
pub(crate) struct NamedCalendar {
    pub(crate) id: CalendarId,
    pub(crate) name: String,
    /// Whose it is, by address.
    pub(crate) owner: Option<Address>,
    /// Whether it bears its owner's name, as somebody's usual calendar does with others.
    is_usual: bool,
}

impl NamedCalendar {
    /// Tells whether it is the usual calendar of `mailbox`, which needs no id.
    pub(crate) fn is_usual_of(&self, mailbox: &Mailbox) -> bool {
        let owned = |owner: &Address| *mailbox == Mailbox::Of(owner.clone());
        self.is_usual && self.owner.as_ref().is_some_and(owned)
    }
}

/// Returns whose usual calendar it is that was found by name, where it can be read as theirs: by its id
/// Graph reads none that was shared in the manner of old.
///
/// # Errors
///
/// Those of the sign-in.
pub(crate) async fn usual_of(
    ctx: &ToolContext,
    calendar: Option<&NamedCalendar>,
) -> Result<Option<Address>, ToolError> {
    let owner = calendar.filter(|one| one.is_usual).and_then(|one| one.owner.clone());
    let readable = owner.is_some() && ctx.has_scope(access::READ_SHARED).await?;
    Ok(owner.filter(|_| readable))
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
    let (id, name) = (calendar.id.clone()?, fields::one_line(&calendar.name));
    let owner = calendar.owner.as_ref();
    let named_so = |owner: &str| same_name(owner, &name);
    let is_usual = owner.and_then(|owner| owner.name.as_deref()).is_some_and(named_so);
    let owner = owner.and_then(|owner| Address::new(owner.address.as_deref()?).ok());
    Some(NamedCalendar { id, name, owner, is_usual })
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
