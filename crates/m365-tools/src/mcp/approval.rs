use std::time::Duration;

use rmcp::{
    ErrorData,
    model::{ElicitRequestParams, ElicitationAction, InputRequiredResult},
};
use serde_json::Value;

use super::{
    Turn,
    question::{self, Asked, Topic},
};
use crate::{CallInput, PolicyMode};

/// How long the user may think about a question in a host of the handshake era.
const PATIENCE: Duration = Duration::from_secs(120);

/// How much of a call's arguments the question shows, in characters.
const SHOWN: usize = 300;

/// Whether a call has the approval that a policy of `ask` demands.
pub(super) enum Approval {
    /// It has.
    Given,
    /// It has not; the catalog refuses the call if it needs one.
    NotGiven,
    /// The host is to ask the user and call again.
    Pending(Box<InputRequiredResult>),
}

/// Finds out whether the call is approved, asking the user where the host can.
pub(super) async fn of(
    turn: &Turn<'_>,
    input: &CallInput,
    asked: &Asked,
) -> Result<Approval, ErrorData> {
    if turn.server.policy_by_host || asked.approved() {
        return Ok(Approval::Given);
    }
    let must_ask = turn.server.catalog.mode(turn.tool) == Some(PolicyMode::Ask);
    let host = turn.host();
    if !must_ask || !host.forms || asked.topic() == Some(Topic::Approval) && asked.refused() {
        return Ok(Approval::NotGiven);
    }
    match host.modern {
        true => {
            question::ask(turn, input, Topic::Approval, false, form(turn)).map(Approval::Pending)
        }
        false => Ok(ask_now(turn).await),
    }
}

async fn ask_now(turn: &Turn<'_>) -> Approval {
    let peer = &turn.ctx.peer;
    match peer.create_elicitation_with_timeout(form(turn), Some(PATIENCE)).await {
        Ok(answer) if answer.action == ElicitationAction::Accept => Approval::Given,
        _ => Approval::NotGiven,
    }
}

fn form(turn: &Turn<'_>) -> ElicitRequestParams {
    question::form(message(turn))
}

fn message(turn: &Turn<'_>) -> String {
    let arguments = Value::Object(turn.arguments.clone()).to_string();
    let shown: String = arguments.chars().take(SHOWN).collect();
    let rest = if shown.len() < arguments.len() { "…" } else { "" };
    format!("May {} read from Microsoft 365 with {shown}{rest}?", turn.tool)
}
