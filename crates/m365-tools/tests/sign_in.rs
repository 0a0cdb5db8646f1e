//! Questions to the user: approval of a call, and signing in.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use async_trait::async_trait;
use m365_tools::{
    Catalog, ErrorCode as Code, ToolError,
    mcp::{Server, ServerBuilder, SignInPrompt, SignInRequest},
};
use rmcp::model::{
    CallToolRequestParams, CallToolResponse, ElicitRequestParams, ErrorCode, InputRequiredResult,
};
use serde_json::{Value, json};
use tokio::sync::Notify;

use crate::{
    host::{Callers, Client, ERAS, Era, Host, User, protocol_error},
    support::{Probe, SignedIn, code, object, options, policy},
};

mod window;

fn asking() -> Catalog {
    Catalog::new(
        options().with_policy(policy(&[("probe", "ask")])).with_tool(Probe::default()).unwrap(),
    )
}

async fn asked(user: User, era: Era) -> (Host, Client) {
    let host = Host::new(user);
    let server = Server::builder(asking(), Callers::signed_in()).build();
    let client = host.connect(server, era).await;
    (host, client)
}

#[tokio::test]
async fn a_call_runs_after_the_user_approved_it() {
    for era in ERAS {
        let (host, client) = asked(User::Accepts, era).await;

        let result = client.call("probe", json!({"query": "budget"})).await.unwrap();

        assert_eq!(result.is_error, Some(false), "{era:?}");
        let [ElicitRequestParams::FormElicitationParams { message, .. }] = &host.questions()[..]
        else {
            panic!("{:?}", host.questions())
        };
        assert!(message.contains("probe") && message.contains("budget"), "{message}");
    }
}

#[tokio::test]
async fn a_call_that_the_user_declines_is_forbidden_by_the_policy() {
    for user in [User::Declines, User::Absent] {
        for era in ERAS {
            let (_, client) = asked(user, era).await;

            let error = client.error("probe", json!({})).await;

            assert_eq!(code(&error), "FORBIDDEN", "{user:?} {era:?}");
            assert!(error["message"].as_str().unwrap().contains("toolPolicy"));
        }
    }
}

#[tokio::test]
async fn a_host_that_keeps_the_policy_itself_is_not_asked() {
    for era in ERAS {
        let host = Host::new(User::Declines);
        let server = Server::builder(asking(), Callers::signed_in()).policy_by_host(true).build();
        let client = host.connect(server, era).await;

        let result = client.call("probe", json!({})).await.unwrap();

        assert_eq!(result.is_error, Some(false), "{era:?}");
        assert!(host.questions().is_empty());
    }
}

async fn question(client: &Client, arguments: Value) -> InputRequiredResult {
    let params = CallToolRequestParams::new("probe").with_arguments(object(arguments));
    match client.0.call_tool_once(params).await.unwrap() {
        CallToolResponse::InputRequired(question) => question,
        other => panic!("{other:?}"),
    }
}

fn approving(arguments: Value, state: String) -> CallToolRequestParams {
    let answers = [("approval".to_owned(), json!({"action": "accept", "content": {}}))];
    let mut params = CallToolRequestParams::new("probe")
        .with_arguments(object(arguments))
        .with_input_responses(answers.into());
    params.request_state = Some(state);
    params
}

#[tokio::test]
async fn an_approval_holds_for_exactly_the_call_that_was_shown() {
    let (_, client) = asked(User::Accepts, Era::Modern).await;
    let state = question(&client, json!({"query": "a"})).await.request_state.unwrap();

    let same = client.0.call_tool_once(approving(json!({"query": "a"}), state.clone())).await;
    let other = client.0.call_tool_once(approving(json!({"query": "b"}), state)).await;

    assert!(matches!(same, Ok(CallToolResponse::Complete(_))));
    assert_eq!(protocol_error(other).code, ErrorCode::INVALID_PARAMS);
}

#[tokio::test]
async fn a_forged_approval_is_refused() {
    let (_, client) = asked(User::Accepts, Era::Modern).await;

    let forged = client.0.call_tool_once(approving(json!({}), "AQIDBA".into())).await;

    assert_eq!(protocol_error(forged).code, ErrorCode::INVALID_PARAMS);
}

#[tokio::test]
async fn an_answer_without_its_question_is_asked_again() {
    let (_, client) = asked(User::Accepts, Era::Modern).await;
    let mut params = approving(json!({}), String::new());
    params.request_state = None;

    let answer = client.0.call_tool_once(params).await.unwrap();

    assert!(matches!(answer, CallToolResponse::InputRequired(_)));
}

/// A sign-in whose user comes back when the test says so.
#[derive(Clone, Default)]
struct Prompt {
    signed_in: SignedIn,
    back: Arc<Notify>,
    begun: Arc<AtomicUsize>,
    shows_itself: bool,
    fails: bool,
    window: Window,
}

/// What the operating system has to offer.
#[derive(Clone, Default)]
enum Window {
    #[default]
    None,
    SignsIn,
    /// The user closes it, or Entra ID refuses.
    Ends(Code),
    /// It is of no use, as turns out when it is to open.
    Breaks(Arc<AtomicUsize>),
}

impl Prompt {
    fn come_back(&self) {
        self.signed_in.set();
        self.back.notify_one();
    }

    fn server(&self) -> Server {
        self.builder().build()
    }

    fn builder(&self) -> ServerBuilder {
        let catalog = Catalog::new(options().with_tool(Probe::default()).unwrap());
        Server::builder(catalog, Callers::strangers(&self.signed_in))
            .sign_in(Arc::new(self.clone()))
    }
}

#[async_trait]
impl SignInPrompt for Prompt {
    async fn begin(&self) -> Result<SignInRequest, ToolError> {
        self.begun.fetch_add(1, Ordering::SeqCst);
        let url = "https://login.example/authorize?client_id=1".parse().unwrap();
        Ok(SignInRequest::new(url, "Sign in to Contoso."))
    }

    async fn who(&self) -> String {
        "Contoso as a@contoso.example".to_owned()
    }

    async fn finished(&self) -> Result<(), ToolError> {
        self.back.notified().await;
        match self.fails {
            true => Err(ToolError::new(Code::SignInRequired, "Another account signed in.")),
            false => Ok(()),
        }
    }

    fn shows_itself(&self) -> bool {
        self.shows_itself
    }

    async fn window_message(&self) -> Option<String> {
        let offered = match &self.window {
            Window::None => false,
            Window::Breaks(opened) => opened.load(Ordering::SeqCst) == 0,
            Window::SignsIn | Window::Ends(_) => true,
        };
        offered.then(|| "Sign in to Contoso in a window.".to_owned())
    }

    async fn finish_in_window(&self) -> Result<bool, ToolError> {
        match &self.window {
            Window::SignsIn => {
                self.signed_in.set();
                Ok(true)
            }
            Window::Ends(code) => Err(ToolError::new(*code, "No.")),
            Window::Breaks(opened) => {
                opened.fetch_add(1, Ordering::SeqCst);
                Ok(false)
            }
            Window::None => Ok(false),
        }
    }
}

const NEEDS_SCOPE: &str = r#"{"mode":"scope"}"#;

fn needs_scope() -> Value {
    serde_json::from_str(NEEDS_SCOPE).unwrap()
}

#[tokio::test]
async fn a_host_that_opens_addresses_signs_the_user_in_and_the_call_runs() {
    for era in ERAS {
        let prompt = Prompt::default();
        let back = prompt.clone();
        let host = Host::new(User::Accepts).opening(move || back.come_back());
        let client = host.connect(prompt.server(), era).await;

        let result = client.call("probe", needs_scope()).await.unwrap();

        assert_eq!(result.is_error, Some(false), "{era:?}");
        let [ElicitRequestParams::UrlElicitationParams { message, url, .. }] =
            &host.questions()[..]
        else {
            panic!("{:?}", host.questions())
        };
        assert_eq!(message, "Sign in to Contoso.");
        assert!(url.starts_with("https://login.example/authorize"));
    }
}

#[tokio::test]
async fn a_host_that_opens_no_addresses_is_told_to_sign_in() {
    for era in ERAS {
        let prompt = Prompt::default();
        let client = Host::new(User::Absent).connect(prompt.server(), era).await;

        let error = client.error("probe", needs_scope()).await;

        assert_eq!(code(&error), "SIGN_IN_REQUIRED", "{era:?}");
        assert_eq!(prompt.begun.load(Ordering::SeqCst), 0);
    }
}

#[tokio::test]
async fn a_user_who_does_not_want_to_sign_in_is_not_asked_again() {
    for era in ERAS {
        let prompt = Prompt::default();
        let host = Host::new(User::Declines);
        let client = host.connect(prompt.server(), era).await;

        let error = client.error("probe", needs_scope()).await;

        assert_eq!(code(&error), "SIGN_IN_REQUIRED", "{era:?}");
        assert_eq!(host.questions().len(), 1);
    }
}

#[tokio::test]
async fn a_sign_in_that_fails_says_why() {
    for era in ERAS {
        let prompt = Prompt { fails: true, ..Prompt::default() };
        let back = prompt.back.clone();
        let host = Host::new(User::Accepts).opening(move || back.notify_one());
        let client = host.connect(prompt.server(), era).await;

        let error = client.error("probe", needs_scope()).await;

        let told = "Another account signed in. Sign in, then make the same call again.";
        assert_eq!(error["message"], told, "{era:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_user_who_stays_away_is_waited_for_within_bounds() {
    let prompt = Prompt::default();
    let client = Host::new(User::Accepts).connect(prompt.server(), Era::Handshake).await;

    let error = client.error("probe", needs_scope()).await;

    assert_eq!(code(&error), "SIGN_IN_REQUIRED");
    assert!(error["message"].as_str().unwrap().contains("browser"));
}

#[tokio::test]
async fn a_browser_that_opens_by_itself_needs_no_host() {
    for era in ERAS {
        let prompt = Prompt { shows_itself: true, ..Prompt::default() };
        let client = Host::new(User::Absent).connect(prompt.server(), era).await;
        prompt.come_back_after_begin();

        let result = client.call("probe", needs_scope()).await.unwrap();

        assert_eq!(result.is_error, Some(false), "{era:?}");
        assert_eq!(prompt.begun.load(Ordering::SeqCst), 1);
    }
}

#[tokio::test]
async fn a_call_that_waits_for_the_user_takes_no_place_from_others() {
    for era in ERAS {
        let prompt = Prompt { shows_itself: true, ..Prompt::default() };
        let server = prompt.builder().in_flight(1).build();
        let client = Host::new(User::Absent).connect(server, era).await;

        let other = tokio::select! {
            biased;
            _ = client.call("probe", needs_scope()) => panic!("nobody signs in"),
            other = async {
                prompt.begun().await;
                client.call("probe", json!({})).await
            } => other,
        };

        assert_eq!(other.unwrap().is_error, Some(false), "{era:?}");
    }
}

impl Prompt {
    async fn begun(&self) {
        while self.begun.load(Ordering::SeqCst) == 0 {
            tokio::task::yield_now().await;
        }
    }

    fn come_back_after_begin(&self) {
        let prompt = self.clone();
        tokio::spawn(async move {
            prompt.begun().await;
            prompt.come_back();
        });
    }
}
