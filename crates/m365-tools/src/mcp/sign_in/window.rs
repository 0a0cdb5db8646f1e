use rmcp::model::{ElicitationAction, InputRequiredResult};

use super::{AGREEMENT, PATIENCE, SignInPrompt, Wait};
use crate::{
    CallInput,
    mcp::{
        Turn,
        question::{self, Topic},
        turn::Fault,
    },
};

/// Whether the user lets the window open.
pub(super) enum Consent {
    Given,
    Refused,
    /// The host cannot ask.
    Impossible,
    /// The host is to ask the user and call again.
    Pending(Box<InputRequiredResult>),
}

/// Asks the user whether the window may open, which would else come out of nowhere.
pub(super) async fn confirm(
    turn: &Turn<'_>,
    input: &CallInput,
    approved: bool,
    message: String,
) -> Result<Consent, Fault> {
    let host = turn.host();
    if !host.forms {
        return Ok(Consent::Impossible);
    }
    let params = question::form(message);
    if host.modern {
        let question = question::ask(turn, input, Topic::Window, approved, params)?;
        return Ok(Consent::Pending(question));
    }
    let answer = turn.ctx.peer.create_elicitation_with_timeout(params, Some(AGREEMENT)).await;
    let agreed = answer.is_ok_and(|answer| answer.action == ElicitationAction::Accept);
    Ok(if agreed { Consent::Given } else { Consent::Refused })
}

/// Opens the window and waits for the user; `None` when the browser has to be used.
pub(super) async fn open(prompt: &dyn SignInPrompt) -> Option<Wait> {
    match tokio::time::timeout(PATIENCE, prompt.finish_in_window()).await {
        Ok(Ok(true)) => Some(Wait::SignedIn),
        Ok(Ok(false)) => None,
        Ok(Err(error)) => Some(Wait::Failed(error)),
        Err(_) => Some(Wait::NotYet),
    }
}
