use std::{collections::BTreeMap, time::Duration};

use jiff::Timestamp;
use rmcp::{
    ErrorData,
    model::{
        ElicitRequest, ElicitRequestParams, ElicitResult, ElicitationAction, ElicitationSchema,
        InputRequest, InputRequests, InputRequiredResult,
    },
};
use serde::{Deserialize, Serialize};

use super::Turn;
use crate::{CallInput, Catalog, cursor::Binding};

/// How long a question to the user stays open.
const LIFE: Duration = Duration::from_mins(5);

/// What the user is asked about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) enum Topic {
    /// Whether the call may run, as the policy demands.
    Approval,
    /// To sign in at an address.
    SignIn,
    /// To let a window open in which to sign in.
    Window,
}

impl Topic {
    /// Tells whether the answer leads to an account.
    pub(super) const fn signs_in(self) -> bool {
        matches!(self, Self::SignIn | Self::Window)
    }

    const fn key(self) -> &'static str {
        match self {
            Self::Approval => "approval",
            Self::SignIn => "sign_in",
            Self::Window => "window",
        }
    }
}

/// What we ask the host to bring back; it is sealed, as the host could change it.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct State {
    topic: Topic,
    approved: bool,
    expires: Timestamp,
}

/// What was asked in an earlier attempt at the same call, and what the user said.
#[derive(Debug, Default)]
pub(super) struct Asked {
    state: Option<State>,
    action: Option<ElicitationAction>,
}

impl Asked {
    /// Reads what came back. An answer without its question, or to one of long ago, counts as none.
    ///
    /// # Errors
    ///
    /// Invalid parameters for a state that we did not seal for this caller, tool and arguments.
    pub(super) fn of(turn: &Turn<'_>, input: &CallInput) -> Result<Self, ErrorData> {
        let Some(sealed) = &turn.state else { return Ok(Self::default()) };
        let state = open(turn, input, sealed)?;
        if state.expires < input.clock.now() {
            return Ok(Self::default());
        }
        let answer = turn.answers.get(state.topic.key());
        let action = answer
            .and_then(|answer| serde_json::from_value::<ElicitResult>(answer.clone()).ok())
            .map(|result| result.action);
        Ok(Self { state: Some(state), action })
    }

    /// Returns what was asked about.
    pub(super) fn topic(&self) -> Option<Topic> {
        self.state.as_ref().map(|state| state.topic)
    }

    /// Tells whether the user has allowed the call, now or in an attempt before.
    pub(super) fn approved(&self) -> bool {
        self.state.as_ref().is_some_and(|state| state.approved)
            || self.topic() == Some(Topic::Approval) && self.accepted()
    }

    /// Tells whether the user agreed to the latest question.
    pub(super) fn accepted(&self) -> bool {
        self.action == Some(ElicitationAction::Accept)
    }

    /// Tells whether the user turned the latest question down.
    pub(super) fn refused(&self) -> bool {
        self.action.is_some() && !self.accepted()
    }
}

/// Asks about `topic` by a result that the host answers with another call.
pub(super) fn ask(
    turn: &Turn<'_>,
    input: &CallInput,
    topic: Topic,
    approved: bool,
    params: ElicitRequestParams,
) -> Result<Box<InputRequiredResult>, ErrorData> {
    let expires = input.clock.now().checked_add(LIFE).unwrap_or(Timestamp::MAX);
    let state = State { topic, approved, expires };
    let sealed = turn.server.catalog.key().seal(&binding(turn, input, topic), &state);
    let sealed = sealed.map_err(|error| ErrorData::internal_error(error.to_string(), None))?;
    let request = InputRequest::Elicitation(ElicitRequest::new(params));
    let requests = InputRequests::from_iter([(topic.key().to_owned(), request)]);
    Ok(Box::new(InputRequiredResult::new(Some(requests), Some(sealed))))
}

/// A form without fields: the user accepts or declines it.
pub(super) fn form(message: String) -> ElicitRequestParams {
    ElicitRequestParams::FormElicitationParams {
        meta: None,
        message,
        requested_schema: ElicitationSchema::new(BTreeMap::new()),
    }
}

fn open(turn: &Turn<'_>, input: &CallInput, sealed: &str) -> Result<State, ErrorData> {
    let key = turn.server.catalog.key();
    [Topic::Approval, Topic::SignIn, Topic::Window]
        .into_iter()
        .find_map(|topic| key.open(&binding(turn, input, topic), sealed).ok())
        .ok_or_else(|| ErrorData::invalid_params("requestState is not accepted", None))
}

/// Nobody knows who will have signed in, so a question to sign in is bound to no caller; where several
/// callers share a server, nobody is asked to sign in.
fn binding(turn: &Turn<'_>, input: &CallInput, topic: Topic) -> Binding {
    let caller = match topic {
        Topic::Approval => input.caller.key(),
        Topic::SignIn | Topic::Window => "",
    };
    Catalog::question_binding(caller, topic.key(), turn.tool, &turn.arguments)
}
