//! When people are free: their agendas, the times that fit all of them, and which of these are best.

use m365_graph::Mailbox;

use crate::{ErrorCode, ToolContext, ToolError, calendar::access};

mod agenda;
pub(crate) mod given;
mod guests;
mod hours;
mod meeting;
pub(crate) mod schedules;
mod slots;
pub(crate) mod span;
#[cfg(test)]
mod tests;
mod unavailable;

pub(crate) use agenda::{Agenda, State};
pub(crate) use guests::Guests;
pub(crate) use meeting::{Candidate, Meeting, NoTime};
pub(crate) use slots::Slot;
pub(crate) use unavailable::Unavailable;

use self::{hours::Hours, span::Span};

/// The longest meeting, in minutes.
const DAY: i64 = 24 * 60;

/// Reads how long a meeting is to be: half an hour unless said.
///
/// # Errors
///
/// `VALIDATION_ERROR` for none, and for more than a day.
pub(crate) fn minutes(asked: Option<i64>) -> Result<u32, ToolError> {
    let asked = asked.unwrap_or(30);
    let minutes = u32::try_from(asked).ok().filter(|_| (1..=DAY).contains(&asked));
    minutes.ok_or_else(|| {
        ToolError::validation(format!(
            "durationMinutes: {asked} is not accepted; a whole number from 1 to {DAY} is."
        ))
    })
}

/// Reads the agendas of the user and of the others.
///
/// # Errors
///
/// `NOT_FOUND` for a user without a calendar, and what a request to Graph can meet.
pub(crate) async fn agendas(
    ctx: &ToolContext,
    guests: &Guests,
    span: &Span,
) -> Result<(Agenda, Vec<Agenda>), ToolError> {
    let all: Vec<_> = [&guests.organizer].into_iter().chain(&guests.others).cloned().collect();
    let read = schedules::read(ctx.graph(), &all, span).await;
    let mut agendas = read.map_err(|error| access::explain(error, &Mailbox::Me))?.into_iter();
    let mut own = agendas.next().filter(|own| own.is_known).ok_or_else(|| {
        ToolError::new(ErrorCode::NotFound, access::no_calendar(&guests.organizer))
    })?;
    own.hours.get_or_insert_with(|| Hours::usual(span.zone.clone()));
    Ok((own, agendas.collect()))
}
