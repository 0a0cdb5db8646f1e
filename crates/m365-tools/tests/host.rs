//! A host for tests: rmcp's client, in either era, with a user who answers as told.

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use m365_tools::{
    CallInput, Catalog,
    mcp::{CallerSource, ErrorData, Extensions, Server},
};
use rmcp::{
    ClientHandler, ClientLifecycleMode, ClientServiceExt, RoleClient, ServiceError, ServiceExt,
    model::{
        CallToolRequestParams, CallToolResult, ClientCapabilities, ClientConfig,
        ElicitRequestParams, ElicitResult, ElicitationCapability, Implementation,
        ProgressNotificationParam, ProtocolVersion,
    },
    service::{NotificationContext, RequestContext, RunningService},
};
use serde_json::{Value, json};

use crate::support::{SignedIn, caller, object, stranger};

/// Callers as a function makes them.
pub(crate) struct Callers(Box<dyn Fn() -> CallInput + Send + Sync>);

impl Callers {
    pub(crate) fn who(input: impl Fn() -> CallInput + Send + Sync + 'static) -> Arc<Self> {
        Arc::new(Self(Box::new(input)))
    }

    pub(crate) fn signed_in() -> Arc<Self> {
        let input = caller(&["Mail.Read"]);
        Self::who(move || input.clone())
    }

    pub(crate) fn strangers(signed_in: &SignedIn) -> Arc<Self> {
        let input = stranger(signed_in);
        Self::who(move || input.clone())
    }
}

#[async_trait]
impl CallerSource for Callers {
    async fn call_input(&self, _: &Extensions) -> Result<CallInput, ErrorData> {
        Ok(self.0())
    }
}

/// Which protocol a host speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Era {
    Handshake,
    Modern,
}

pub(crate) const ERAS: [Era; 2] = [Era::Handshake, Era::Modern];

/// What the user does when asked.
#[derive(Clone, Copy, Debug)]
pub(crate) enum User {
    Accepts,
    Declines,
    /// The host cannot ask.
    Absent,
}

/// A host, and what it has seen.
#[derive(Clone)]
pub(crate) struct Host {
    user: User,
    seen: Arc<Mutex<Seen>>,
    on_url: Arc<dyn Fn() + Send + Sync>,
}

#[derive(Default)]
struct Seen {
    questions: Vec<ElicitRequestParams>,
    progress: Vec<f64>,
}

impl Host {
    pub(crate) fn new(user: User) -> Self {
        Self { user, seen: Arc::default(), on_url: Arc::new(|| {}) }
    }

    /// Runs `act` when the user opens an address.
    pub(crate) fn opening(mut self, act: impl Fn() + Send + Sync + 'static) -> Self {
        self.on_url = Arc::new(act);
        self
    }

    pub(crate) fn questions(&self) -> Vec<ElicitRequestParams> {
        self.seen.lock().unwrap().questions.clone()
    }

    pub(crate) fn progress(&self) -> Vec<f64> {
        self.seen.lock().unwrap().progress.clone()
    }

    pub(crate) async fn connect(&self, server: Server, era: Era) -> Client {
        let (ours, theirs) = tokio::io::duplex(1 << 16);
        tokio::spawn(async move {
            if let Ok(running) = server.serve(ours).await {
                let _ = running.waiting().await;
            }
        });
        let mode = match era {
            Era::Handshake => ClientLifecycleMode::Initialize,
            Era::Modern => ClientLifecycleMode::Discover {
                preferred_versions: vec![ProtocolVersion::V_2026_07_28],
            },
        };
        Client(self.clone().serve_with_lifecycle(theirs, mode).await.unwrap())
    }

    fn answer(&self, question: &ElicitRequestParams) -> Value {
        let opens = matches!(question, ElicitRequestParams::UrlElicitationParams { .. });
        match self.user {
            User::Accepts if opens => {
                (self.on_url)();
                json!({"action": "accept"})
            }
            User::Accepts => json!({"action": "accept", "content": {}}),
            _ => json!({"action": "decline"}),
        }
    }
}

impl ClientHandler for Host {
    fn get_info(&self) -> ClientConfig {
        let mut capabilities = ClientCapabilities::default();
        if !matches!(self.user, User::Absent) {
            let elicitation =
                ElicitationCapability::new().with_form(<_>::default()).with_url(<_>::default());
            capabilities.elicitation = Some(elicitation);
        }
        ClientConfig::new(capabilities, Implementation::new("test", "0"))
    }

    async fn create_elicitation(
        &self,
        question: ElicitRequestParams,
        _: RequestContext<RoleClient>,
    ) -> Result<ElicitResult, ErrorData> {
        let answer = self.answer(&question);
        self.seen.lock().unwrap().questions.push(question);
        Ok(serde_json::from_value(answer).unwrap())
    }

    async fn on_progress(
        &self,
        progress: ProgressNotificationParam,
        _: NotificationContext<RoleClient>,
    ) {
        self.seen.lock().unwrap().progress.push(progress.progress);
    }
}

/// A connection of a host.
pub(crate) struct Client(pub(crate) RunningService<RoleClient, Host>);

impl Client {
    pub(crate) async fn call(
        &self,
        tool: &'static str,
        arguments: Value,
    ) -> Result<CallToolResult, ServiceError> {
        let params = CallToolRequestParams::new(tool).with_arguments(object(arguments));
        self.0.call_tool(params).await
    }

    /// Calls a tool that must fail, and returns its error.
    pub(crate) async fn error(&self, tool: &'static str, arguments: Value) -> Value {
        let result = self.call(tool, arguments).await.unwrap();
        assert_eq!(result.is_error, Some(true));
        assert_eq!(result.structured_content, None);
        serde_json::from_str(&text(&result)).unwrap()
    }
}

/// Returns the one text of a result.
pub(crate) fn text(result: &CallToolResult) -> String {
    let result = serde_json::to_value(result).unwrap();
    let [block] = result["content"].as_array().unwrap().as_slice() else { panic!("{result}") };
    block["text"].as_str().unwrap().to_owned()
}

/// A host without special wishes at a server of `catalog`.
pub(crate) async fn connect(catalog: Catalog, era: Era) -> Client {
    let server = Server::builder(catalog, Callers::signed_in()).identity("m365", "1.2.3").build();
    Host::new(User::Absent).connect(server, era).await
}

/// Returns the JSON-RPC error of a call that is none of the tool's.
pub(crate) fn protocol_error<T: std::fmt::Debug>(result: Result<T, ServiceError>) -> ErrorData {
    match result {
        Err(ServiceError::McpError(error)) => error,
        other => panic!("{other:?}"),
    }
}
