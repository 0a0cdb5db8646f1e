use m365_graph::{self as graph, Address, ErrorKind, Mailbox};

use crate::{ErrorCode, ToolContext, ToolError, zones};

pub(crate) const READ: &str = "Mail.Read";
pub(crate) const READ_BASIC: &str = "Mail.ReadBasic";
pub(crate) const READ_SHARED: &str = "Mail.Read.Shared";

/// What the caller's scopes let a tool see of a mailbox.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Access {
    /// Everything.
    Full,
    /// No bodies, previews or attachments.
    Basic,
}

/// Finds out whose mailbox is meant; one's own address means one's own mailbox.
pub(crate) async fn mailbox(ctx: &ToolContext, owner: Option<&str>) -> Result<Mailbox, ToolError> {
    let Some(owner) = owner else { return Ok(Mailbox::Me) };
    let address = Address::new(owner).map_err(|_| {
        ToolError::validation(format!(
            "mailboxOwnerEmail: {:?} is not accepted; an address such as desk@example.com is.",
            m365_extract::excerpt(owner, 100)
        ))
    })?;
    own_or(ctx, Mailbox::Of(address)).await
}

/// Returns the caller's own mailbox where `mailbox` is another name for it.
pub(crate) async fn own_or(ctx: &ToolContext, mailbox: Mailbox) -> Result<Mailbox, ToolError> {
    let Mailbox::Of(address) = &mailbox else { return Ok(mailbox) };
    let own = zones::own_addresses(ctx).await?;
    let is_own = own.iter().any(|one| one.to_lowercase() == address.as_str().to_lowercase());
    Ok(if is_own { Mailbox::Me } else { mailbox })
}

/// Makes sure that a scope opens `mailbox`, and says how far.
///
/// # Errors
///
/// `FORBIDDEN` that names the scope, and those of the sign-in.
pub(crate) async fn check(ctx: &ToolContext, mailbox: &Mailbox) -> Result<Access, ToolError> {
    if let Mailbox::Of(_) = mailbox {
        return ctx.require_scope(READ_SHARED).await.map(|()| Access::Full);
    }
    let scope = ctx.require_any_scope(&[READ, READ_BASIC]).await?;
    Ok(if scope == READ { Access::Full } else { Access::Basic })
}

/// Turns Graph's refusal of a mailbox into words that help.
pub(crate) fn explain(error: graph::Error, mailbox: &Mailbox) -> ToolError {
    let has_none = has_no_mailbox(&error);
    let malformed = error.code() == Some("ErrorInvalidIdMalformed");
    let denied = error.kind() == ErrorKind::Forbidden;
    let error = ToolError::from(error);
    match mailbox {
        Mailbox::Me if has_none => error.with_code(ErrorCode::NotFound).with_message(
            "The signed-in user has no mailbox in Exchange Online, so there is no mail to read.",
        ),
        Mailbox::Of(owner) if has_none => error.with_code(ErrorCode::NotFound).with_message(format!(
            "{owner} has no mailbox of its own. The usual reason is that it is a Microsoft 365 group: \
             its conversations are not in a mailbox that can be searched. Use the address of a person \
             or of a shared mailbox."
        )),
        Mailbox::Of(owner) if denied => error.with_message(format!(
            "The mailbox of {owner} is not shared with the signed-in user. Its owner or an \
             administrator can give access to it."
        )),
        _ if malformed => error.with_code(ErrorCode::ValidationError).with_message(
            "uri: its id is not one that Graph gave. Pass the uri of a hit as it is.",
        ),
        _ => error,
    }
}

/// Tells whether Graph said that an address has no mailbox.
pub(crate) fn has_no_mailbox(error: &graph::Error) -> bool {
    let codes = [
        "MailboxNotEnabledForRESTAPI",
        "MailboxNotSupportedForRESTAPI",
        "ErrorNonExistentMailbox",
        "ErrorInvalidUser",
        "Request_ResourceNotFound",
        "ResourceNotFound",
    ];
    error.codes().iter().any(|code| codes.contains(&code.as_str()))
}
