//! Tools and a prompt that answer with questions to the user first.

use std::{sync::Arc, time::Duration};

use rmcp::{
    ErrorData,
    model::{
        CallToolRequestParams, CallToolResponse, CallToolResult, GetPromptRequestParams,
        GetPromptResponse, GetPromptResult, InputRequiredResult, InputResponses, RequestStateCodec,
        RequestStateError, SealOptions,
    },
};
use serde_json::{Map, Value, json};

use crate::{
    content::{finished, typed},
    fixture::Context,
};

/// Seals what hosts bring back, so that a change of it is seen.
#[derive(Clone)]
pub(crate) struct Seal(Arc<RequestStateCodec>);

impl Seal {
    pub(crate) fn new() -> Result<Self, RequestStateError> {
        RequestStateCodec::try_new([7; 32]).map(|codec| Self(Arc::new(codec)))
    }

    fn close(&self, state: &str) -> String {
        let options = SealOptions::new().ttl(Duration::from_mins(5));
        self.0.seal_with(state.as_bytes(), &options)
    }

    fn open(&self, sealed: &str) -> Result<String, ErrorData> {
        let opened = self.0.open(sealed);
        let refused = |_| ErrorData::invalid_params("requestState is not accepted", None);
        opened.map(|state| String::from_utf8_lossy(&state).into_owned()).map_err(refused)
    }
}

/// What one round of a conversation asks for, by key.
type Questions = Vec<(&'static str, Value)>;

/// How an attempt at a call goes on.
enum Next {
    Ask(Questions, Option<&'static str>),
    Done(String),
}

/// Answers a call of one of these tools; `None` for another.
pub(crate) fn tool(
    seal: &Seal,
    request: &CallToolRequestParams,
    ctx: &Context,
) -> Option<Result<CallToolResponse, ErrorData>> {
    let topic = request.name.strip_prefix("test_input_required_result_")?;
    let state = request.request_state.as_deref().map(|state| seal.open(state)).transpose();
    Some(state.and_then(|state| {
        let answers = request.input_responses.clone().unwrap_or_default();
        match next(topic, &answers, state.as_deref(), ctx)? {
            Next::Ask(questions, state) => {
                asked(questions, state.map(|state| seal.close(state))).map(Into::into)
            }
            Next::Done(text) => {
                finished::<CallToolResult>(json!({"content": [{"type": "text", "text": text}]}))
                    .map(Into::into)
            }
        }
    }))
}

/// Answers the prompt that asks; `None` for another.
pub(crate) fn prompt(
    request: &GetPromptRequestParams,
    _: &Context,
) -> Option<Result<GetPromptResponse, ErrorData>> {
    if request.name != "test_input_required_result_prompt" {
        return None;
    }
    let answers = request.input_responses.clone().unwrap_or_default();
    let Some(context) = field(&answers, "user_context", "context") else {
        let question = form("What context should the prompt use?", "context", "string");
        return Some(asked(vec![("user_context", question)], None).map(Into::into));
    };
    let message = json!({"role": "user", "content": {"type": "text", "text": context}});
    Some(finished::<GetPromptResult>(json!({"messages": [message]})).map(Into::into))
}

fn asked(questions: Questions, state: Option<String>) -> Result<InputRequiredResult, ErrorData> {
    let requests: Map<String, Value> =
        questions.into_iter().map(|(key, question)| (key.to_owned(), question)).collect();
    let mut result = json!({"resultType": "input_required", "inputRequests": requests});
    if let Some(state) = state {
        result["requestState"] = state.into();
    }
    typed(result)
}

fn next(
    topic: &str,
    answers: &InputResponses,
    state: Option<&str>,
    ctx: &Context,
) -> Result<Next, ErrorData> {
    let confirmed = field(answers, "confirm", "ok").is_some();
    Ok(match topic {
        "elicitation" => match field(answers, "user_name", "name") {
            Some(name) => Next::Done(format!("Hello, {name}!")),
            None => Next::Ask(vec![name()], None),
        },
        "sampling" => match answers.get("capital_question") {
            Some(answer) => Next::Done(answer["content"]["text"].to_string()),
            None => Next::Ask(vec![capital()], None),
        },
        "list_roots" => match answers.get("client_roots") {
            Some(answer) => Next::Done(answer["roots"].to_string()),
            None => Next::Ask(vec![roots()], None),
        },
        "request_state" | "tampered_state" => match (confirmed, state) {
            (true, Some(_)) => Next::Done("state-ok".to_owned()),
            _ => Next::Ask(vec![confirm()], Some("confirming")),
        },
        "multiple_inputs" => match ["user_name", "greeting", "client_roots"]
            .iter()
            .all(|key| answers.contains_key(*key))
        {
            true => Next::Done("all answered".to_owned()),
            false => Next::Ask(vec![name(), greeting(), roots()], Some("asking")),
        },
        "multi_round" => match state {
            Some("second") if answers.contains_key("step2") => Next::Done("both steps".to_owned()),
            Some("first") if answers.contains_key("step1") => Next::Ask(
                vec![step("step2", "Step 2: What is your favorite color?", "color")],
                Some("second"),
            ),
            _ => {
                Next::Ask(vec![step("step1", "Step 1: What is your name?", "name")], Some("first"))
            }
        },
        "capabilities" => Next::Ask(within_reach(ctx), None),
        _ => return Err(ErrorData::invalid_params("unknown tool", None)),
    })
}

/// Only what the host has declared may be asked of it.
fn within_reach(ctx: &Context) -> Questions {
    let can = ctx.client_capabilities().unwrap_or_default();
    let questions = [
        can.elicitation.is_some().then(name),
        can.sampling.is_some().then(capital),
        can.roots.is_some().then(roots),
    ];
    questions.into_iter().flatten().collect()
}

fn field(answers: &InputResponses, key: &str, field: &str) -> Option<String> {
    match &answers.get(key)?["content"][field] {
        Value::Null => None,
        Value::String(text) => Some(text.clone()),
        other => Some(other.to_string()),
    }
}

fn form(message: &str, field: &str, kind: &str) -> Value {
    json!({"method": "elicitation/create", "params": {"message": message, "requestedSchema": {
        "type": "object", "properties": {field: {"type": kind}}, "required": [field]}}})
}

fn sampling(text: &str, tokens: u32) -> Value {
    json!({"method": "sampling/createMessage", "params": {"maxTokens": tokens,
        "messages": [{"role": "user", "content": {"type": "text", "text": text}}]}})
}

fn name() -> (&'static str, Value) {
    ("user_name", form("What is your name?", "name", "string"))
}

fn capital() -> (&'static str, Value) {
    ("capital_question", sampling("What is the capital of France?", 100))
}

fn greeting() -> (&'static str, Value) {
    ("greeting", sampling("Generate a greeting", 50))
}

fn roots() -> (&'static str, Value) {
    ("client_roots", json!({"method": "roots/list", "params": {}}))
}

fn confirm() -> (&'static str, Value) {
    ("confirm", form("Please confirm", "ok", "boolean"))
}

fn step(key: &'static str, message: &str, field: &str) -> (&'static str, Value) {
    (key, form(message, field, "string"))
}
