use m365_graph::{self as graph, Address, ErrorKind, Mailbox};

use crate::{ErrorCode, ToolContext, ToolError, mail::access as mailboxes};

pub(crate) const READ: &str = "Calendars.Read";
pub(crate) const READ_SHARED: &str = "Calendars.Read.Shared";

/// The scope that opens transcripts; an administrator consents to it.
pub(crate) const TRANSCRIPTS: &str = "OnlineMeetingTranscript.Read.All";

/// The scope to find a meeting by its join address.
pub(crate) const MEETINGS: &str = "OnlineMeetings.Read";

/// Tells whether transcripts can be read with the scopes at hand.
///
/// # Errors
///
/// Those of the sign-in.
pub(crate) async fn opens_transcripts(ctx: &ToolContext) -> Result<bool, ToolError> {
    Ok(ctx.has_scope(MEETINGS).await? && ctx.has_scope(TRANSCRIPTS).await?)
}

/// Finds out whose calendars are meant; one's own address means one's own.
///
/// # Errors
///
/// `VALIDATION_ERROR` for what is no address, and those of the sign-in.
pub(crate) async fn mailbox(ctx: &ToolContext, owner: Option<&str>) -> Result<Mailbox, ToolError> {
    let Some(owner) = owner else { return Ok(Mailbox::Me) };
    let address = Address::new(owner).map_err(|_| {
        ToolError::validation(format!(
            "calendarOwnerEmail: {:?} is not accepted; an address such as adele@example.com is.",
            m365_extract::excerpt(owner, 100)
        ))
    })?;
    mailboxes::own_or(ctx, Mailbox::Of(address)).await
}

/// Makes sure that a scope opens the calendars of `mailbox`.
///
/// # Errors
///
/// `FORBIDDEN` that names the scope, and those of the sign-in.
pub(crate) async fn check(ctx: &ToolContext, mailbox: &Mailbox) -> Result<(), ToolError> {
    ctx.require_scope(if *mailbox == Mailbox::Me { READ } else { READ_SHARED }).await
}

/// Tells whether Graph refuses a calendar that its owner has not shared, of which free and busy times
/// can still be known.
pub(crate) fn is_unshared(error: &graph::Error, mailbox: &Mailbox) -> bool {
    let refused = matches!(error.kind(), ErrorKind::Forbidden | ErrorKind::NotFound);
    refused && *mailbox != Mailbox::Me && !mailboxes::has_no_mailbox(error)
}

/// Turns Graph's refusal of a calendar into words that help.
pub(crate) fn explain(error: graph::Error, mailbox: &Mailbox) -> ToolError {
    let has_none = mailboxes::has_no_mailbox(&error);
    let (denied, kind) = (is_unshared(&error, mailbox), error.kind());
    let error = ToolError::from(error);
    match mailbox {
        Mailbox::Me if has_none => error.with_code(ErrorCode::NotFound).with_message(
            "The signed-in user has no mailbox in Exchange Online, so there is no calendar to read.",
        ),
        Mailbox::Of(owner) if has_none => {
            error.with_code(ErrorCode::NotFound).with_message(no_calendar(owner))
        }
        Mailbox::Of(owner) if denied && kind == ErrorKind::Forbidden => {
            error.with_message(not_shared(owner))
        }
        _ => error,
    }
}

/// Turns Graph's refusal of an event into words that help: the id may be one of something else.
pub(crate) fn explain_event(error: graph::Error, mailbox: &Mailbox) -> ToolError {
    let kind = error.kind();
    let is_missing = kind == ErrorKind::NotFound && !mailboxes::has_no_mailbox(&error);
    let error = explain(error, mailbox);
    match kind {
        ErrorKind::BadRequest => error.with_code(ErrorCode::ValidationError).with_message(
            "uri: its id is not one of an event. Pass the uri of a hit of outlook_calendar_search as it is.",
        ),
        _ if is_missing => error.with_message(
            "There is no event of this id in this calendar, or none that the user may see. \
             calendar:///events/ takes ids of events only: a message is read as mail:///messages/{id}.",
        ),
        _ => error,
    }
}

/// Says why an address has no calendar.
pub(crate) fn no_calendar(owner: &Address) -> String {
    format!(
        "{owner} has no calendar of its own that can be read. The usual reason is that it is a Microsoft \
         365 group, or no address of this organisation. Use the address of a person, a room or a shared \
         mailbox."
    )
}

/// Says that a calendar is not shared.
pub(crate) fn not_shared(owner: &Address) -> String {
    format!(
        "The calendar of {owner} is not shared with the signed-in user. Its owner or an administrator can \
         give access to it."
    )
}
