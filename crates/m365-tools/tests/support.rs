//! Tools that a test makes do what it needs, and callers who need no tenant.

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use jiff::Timestamp;
use m365_auth::{AccessToken, Error, ErrorKind, FixedToken, TokenProvider, TokenRequest};
use m365_graph::GraphClient;
use m365_tools::{
    Answer, CallInput, Caller, Catalog, CatalogOptions, ErrorCode, Extractor, OneOrMany, Resource,
    Results, Tool, ToolContext, ToolError, ToolPolicy,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use tokio::sync::Semaphore;

/// What the test tools take.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ProbeInput {
    /// What to do, e.g. `echo`.
    pub(crate) mode: Option<Mode>,
    /// Words.
    pub(crate) query: Option<String>,
    /// One word or an array of words.
    pub(crate) words: Option<OneOrMany>,
    /// How many, e.g. 10.
    #[schemars(range(min = 1))]
    pub(crate) limit: Option<u32>,
    /// Where to go on.
    pub(crate) cursor: Option<String>,
    /// The first moment.
    pub(crate) after_date_time: Option<String>,
    /// Yes or no.
    pub(crate) unread_only: Option<bool>,
}

/// What a probe does.
#[derive(Clone, Copy, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) enum Mode {
    /// Answers with what it was given.
    #[default]
    Echo,
    /// Never answers.
    Hang,
    /// Panics with the query.
    Panic,
    /// Reads a text.
    Read,
    /// Needs Mail.Read.
    Scope,
    /// Reports three steps.
    Progress,
}

/// A result of the probe.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct ProbeHit {
    query: String,
}

/// A tool of the test's.
#[derive(Clone, Default)]
pub(crate) struct Probe {
    pub(crate) running: Running,
}

/// Counts the calls that hang, and tells when one was dropped.
#[derive(Clone, Default)]
pub(crate) struct Running(Arc<RunningState>);

struct RunningState {
    started: Semaphore,
    dropped: Semaphore,
}

impl Default for RunningState {
    fn default() -> Self {
        Self { started: Semaphore::new(0), dropped: Semaphore::new(0) }
    }
}

impl Running {
    pub(crate) async fn started(&self) {
        self.0.started.acquire().await.unwrap().forget();
    }

    pub(crate) async fn dropped(&self) {
        self.0.dropped.acquire().await.unwrap().forget();
    }
}

struct Hanging(Running);

impl Drop for Hanging {
    fn drop(&mut self) {
        self.0.0.dropped.add_permits(1);
    }
}

#[async_trait]
impl Tool for Probe {
    type Input = ProbeInput;
    type Output = Results<ProbeHit>;
    const NAME: &'static str = "probe";
    const TITLE: &'static str = "Probe";
    const DESCRIPTION: &'static str = "Does what a test needs.";
    const NEEDS: &'static [&'static [&'static str]] = &[&["Mail.Read"]];

    async fn call(&self, ctx: &ToolContext, input: ProbeInput) -> Result<Answer, ToolError> {
        match input.mode.unwrap_or_default() {
            Mode::Echo => echo(ctx, &input),
            Mode::Hang => {
                let _hanging = Hanging(self.running.clone());
                self.running.0.started.add_permits(1);
                std::future::pending().await
            }
            Mode::Panic => panic!("{:?}", input.query),
            Mode::Read => Ok(read(&input)),
            Mode::Scope => {
                ctx.require_scope("Mail.Read").await?;
                Ok(Answer::new())
            }
            Mode::Progress => {
                for step in [1, 2, 2, 3] {
                    ctx.progress(step, Some(3), "stepping").await;
                }
                Ok(Answer::new())
            }
        }
    }
}

fn echo(ctx: &ToolContext, input: &ProbeInput) -> Result<Answer, ToolError> {
    let page: u32 = match &input.cursor {
        Some(cursor) => ctx.open_cursor(cursor)?,
        None => 0,
    };
    let mut answer = Answer::new();
    let words: Vec<_> = input.words.iter().flat_map(|words| words.as_slice().to_vec()).collect();
    let hit = json!({
        "query": input.query, "page": page, "limit": input.limit, "words": words,
        "after": input.after_date_time, "unread": input.unread_only, "summary": input.query,
    });
    answer.hit(hit.clone(), hit);
    answer.trailer().continues_with(ctx.seal_cursor(&(page + 1))?);
    Ok(answer)
}

fn read(input: &ProbeInput) -> Answer {
    let mut answer = Answer::new();
    let item = json!({"uri": "mail:///messages/1", "type": "message", "title": ""});
    let resource = Resource::new(item)
        .with_text(input.query.clone().unwrap_or_default())
        .with_image("image/png", b"png");
    answer.resource(resource);
    answer
}

/// A user whose token grants what is named.
pub(crate) fn caller(scopes: &[&str]) -> CallInput {
    user("user", scopes)
}

/// The user `oid`, whose token grants what is named.
pub(crate) fn user(oid: &str, scopes: &[&str]) -> CallInput {
    let token = AccessToken::new("secret-token", Timestamp::MAX, scopes.iter().copied());
    with_tokens(oid, Arc::new(FixedToken::new(token)))
}

/// Somebody who has not signed in, or has by the time that the switch is on.
pub(crate) fn stranger(signed_in: &SignedIn) -> CallInput {
    with_tokens("user", Arc::new(signed_in.clone()))
}

fn with_tokens(oid: &str, tokens: Arc<dyn TokenProvider>) -> CallInput {
    let graph = GraphClient::builder(Arc::clone(&tokens)).build().unwrap();
    CallInput::new(Caller::new("tenant", oid), graph, tokens)
}

/// Whether somebody is signed in.
#[derive(Clone, Debug, Default)]
pub(crate) struct SignedIn(Arc<Mutex<bool>>);

impl SignedIn {
    pub(crate) fn set(&self) {
        *self.0.lock().unwrap() = true;
    }
}

#[async_trait]
impl TokenProvider for SignedIn {
    async fn access_token(&self, _: &TokenRequest) -> m365_auth::Result<AccessToken> {
        match *self.0.lock().unwrap() {
            true => Ok(AccessToken::new("secret-token", Timestamp::MAX, ["Mail.Read"])),
            false => Err(Error::new(ErrorKind::SignInRequired)),
        }
    }
}

/// Every scope that some tool can use.
pub(crate) const EVERY_SCOPE: [&str; 23] = [
    "User.Read",
    "User.ReadBasic.All",
    "People.Read",
    "Mail.Read",
    "Mail.Read.Shared",
    "Calendars.Read",
    "Calendars.Read.Shared",
    "Chat.Read",
    "ChatMember.Read",
    "Team.ReadBasic.All",
    "Channel.ReadBasic.All",
    "ChannelMessage.Read.All",
    "Files.Read",
    "Files.Read.All",
    "Sites.Read.All",
    "OnlineMeetings.Read",
    "OnlineMeetingTranscript.Read.All",
    "OnlineMeetingRecording.Read.All",
    "OnlineMeetingArtifact.Read.All",
    "OnlineMeetingAiInsight.Read.All",
    "Mail.ReadBasic",
    "Chat.ReadBasic",
    "Sites.Selected",
];

/// The tools that every configuration has unless it blocks them.
pub(crate) const SEVEN: [&str; 7] = [
    "outlook_email_search",
    "outlook_calendar_search",
    "find_meeting_availability",
    "chat_message_search",
    "sharepoint_search",
    "sharepoint_folder_search",
    "read_resource",
];

pub(crate) fn options() -> CatalogOptions {
    CatalogOptions::new([7; 32], Extractor::in_process()).with_scopes(["Mail.Read"])
}

pub(crate) fn policy(rules: &[(&str, &str)]) -> ToolPolicy {
    ToolPolicy::from_rules(rules.iter().copied()).unwrap()
}

/// Our tools and the probe.
pub(crate) fn catalog() -> Catalog {
    Catalog::new(options().with_tool(Probe::default()).unwrap())
}

pub(crate) fn object(value: Value) -> Map<String, Value> {
    value.as_object().cloned().unwrap()
}

/// How a call ended for a program: structured content, or the tool error.
pub(crate) async fn call(catalog: &Catalog, tool: &str, arguments: Value) -> Result<Value, Value> {
    call_as(catalog, tool, arguments, caller(&["Mail.Read"])).await
}

pub(crate) async fn call_as(
    catalog: &Catalog,
    tool: &str,
    arguments: Value,
    input: CallInput,
) -> Result<Value, Value> {
    let reply = catalog.call(tool, object(arguments), input).await.unwrap();
    match reply.error {
        None => Ok(fitting(catalog, tool, reply.structured.unwrap())),
        Some(_) => Err(error(&reply)),
    }
}

/// Returns structured content that fits the schema of the tool, as hosts check it.
fn fitting(catalog: &Catalog, tool: &str, structured: Value) -> Value {
    let definition = catalog.definitions().find(|one| one.name() == tool).unwrap();
    let schema = Value::Object((**definition.output_schema()).clone());
    let errors: Vec<_> = jsonschema::draft202012::new(&schema)
        .unwrap()
        .iter_errors(&structured)
        .map(|error| error.to_string())
        .collect();
    assert!(errors.is_empty(), "{errors:?}");
    structured
}

fn error(reply: &m365_tools::Reply) -> Value {
    assert_eq!(reply.structured, None);
    let [m365_tools::Block::Json(text)] = reply.content.as_slice() else { panic!("{reply:?}") };
    serde_json::from_str(text).unwrap()
}

pub(crate) fn code(error: &Value) -> String {
    error["code"].as_str().unwrap_or_default().to_owned()
}

#[test]
fn error_codes_are_spelled_as_the_contract_says() {
    let spelled = serde_json::to_value([ErrorCode::SignInRequired, ErrorCode::TooLarge]).unwrap();

    assert_eq!(spelled, json!(["SIGN_IN_REQUIRED", "TOO_LARGE"]));
}
