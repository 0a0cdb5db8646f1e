use m365_graph::{self as graph, ErrorKind};

use crate::{Cloud, ToolContext, ToolError};

pub(crate) const CHAT: &str = "Chat.Read";
pub(crate) const CHAT_BASIC: &str = "Chat.ReadBasic";
pub(crate) const CHANNEL_MESSAGES: &str = "ChannelMessage.Read.All";
pub(crate) const TEAMS: &str = "Team.ReadBasic.All";
pub(crate) const CHANNELS: &str = "Channel.ReadBasic.All";

/// What the caller's scopes let a tool see of chats.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Access {
    /// Everything.
    Full,
    /// Who takes part, and no message.
    Basic,
}

/// Makes sure that a scope opens chats, and says how far.
///
/// # Errors
///
/// `FORBIDDEN` that names the scope, and those of the sign-in.
pub(crate) async fn check(ctx: &ToolContext) -> Result<Access, ToolError> {
    let scope = ctx.require_any_scope(&[CHAT, CHAT_BASIC]).await?;
    Ok(if scope == CHAT { Access::Full } else { Access::Basic })
}

/// Turns Graph's refusal of a chat, channel or message into words that help.
pub(crate) fn explain(ctx: &ToolContext, error: graph::Error, what: &str) -> ToolError {
    let refused =
        matches!(error.kind(), ErrorKind::BadRequest | ErrorKind::Forbidden | ErrorKind::NotFound);
    let hidden = matches!(error.kind(), ErrorKind::Forbidden | ErrorKind::NotFound);
    let told = ToolError::from(error);
    if hidden {
        return told.with_message(format!(
            "This {what} is not available to the signed-in user: it was deleted, was never there, or the \
             user is not a member{}.",
            elsewhere(ctx.cloud())
        ));
    }
    match refused {
        true => {
            let message = format!(
                "{} The {what} may have another id, or Teams does not offer this here.",
                told.message()
            );
            told.with_message(message)
        }
        false => told,
    }
}

/// Turns Graph's refusal of a list that each user has into words that help; `what` is e.g. `chats`.
pub(crate) fn explain_list(ctx: &ToolContext, error: graph::Error, what: &str) -> ToolError {
    let hidden = matches!(error.kind(), ErrorKind::Forbidden | ErrorKind::NotFound);
    let told = ToolError::from(error);
    if !hidden {
        return told;
    }
    told.with_message(format!(
        "Teams does not list the {what} of the signed-in user: the account may have no Teams, or an \
         administrator has closed it to apps{}.",
        elsewhere(ctx.cloud())
    ))
}

/// Says that some of Teams is missing in national clouds.
const fn elsewhere(cloud: Cloud) -> &'static str {
    match cloud {
        Cloud::Global => "",
        _ => ", or this cloud does not offer it",
    }
}
