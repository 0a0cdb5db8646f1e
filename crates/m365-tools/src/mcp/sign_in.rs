use std::time::Duration;

use async_trait::async_trait;
use rmcp::model::{ElicitRequestParams, ElicitationAction};
use url::Url;

use super::{
    Outcome, Turn,
    question::{self, Topic},
    turn::Fault,
};
use crate::{CallInput, ErrorCode, Reply, ToolError};

mod window;

/// How long a call waits for the user to come back from the browser.
const PATIENCE: Duration = Duration::from_secs(40);

/// How long the user may take to agree to open the browser, in a host of the handshake era.
const AGREEMENT: Duration = Duration::from_secs(120);

/// Signs a user in while a call waits for it.
///
/// Where the operating system has a window for that, the user is asked to let it open, and the address
/// in the browser is what is left when it turns out to be of no use.
#[async_trait]
pub trait SignInPrompt: Send + Sync + 'static {
    /// Starts a sign-in, or joins the one that is under way.
    ///
    /// # Errors
    ///
    /// A tool error when no sign-in can begin.
    async fn begin(&self) -> Result<SignInRequest, ToolError>;

    /// Names the tenant, and the account that is expected, for what is told of a sign-in, e.g. "tenant 1111…
    /// as a@contoso.example".
    async fn who(&self) -> String;

    /// Returns when the sign-in under way has ended; at once when there is none.
    ///
    /// # Errors
    ///
    /// A tool error when it ended without an account.
    async fn finished(&self) -> Result<(), ToolError>;

    /// Tells whether [`begin`](Self::begin) itself shows the address to the user, e.g. in a browser; a
    /// window opens without a question then.
    fn shows_itself(&self) -> bool {
        false
    }

    /// Returns what to ask the user before a window of the operating system opens, naming tenant and
    /// expected account; `None` where there is no such window.
    async fn window_message(&self) -> Option<String> {
        None
    }

    /// Opens that window, or joins the one that is open, and returns when it has ended: `false` when it
    /// is of no use and the browser is. The window stays open when nobody waits here any more.
    ///
    /// # Errors
    ///
    /// A tool error when it ended without an account, and the browser would not help.
    async fn finish_in_window(&self) -> Result<bool, ToolError> {
        Ok(false)
    }
}

/// Where the user signs in.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct SignInRequest {
    /// The address to open.
    pub url: Url,
    /// What to tell the user, naming tenant and expected account.
    pub message: String,
}

impl SignInRequest {
    /// Asks the user with `message` to open `url`.
    #[must_use]
    pub fn new(url: Url, message: impl Into<String>) -> Self {
        Self { url, message: message.into() }
    }
}

/// How the wait for a sign-in ended.
enum Wait {
    SignedIn,
    NotYet,
    Failed(ToolError),
}

/// Returns who can sign the user in: nobody over HTTP, where the account is another for each caller, and
/// the page would be opened by one who need not be the caller.
fn prompt<'a>(turn: &Turn<'a>) -> Option<&'a dyn SignInPrompt> {
    turn.server.sign_in.as_deref().filter(|_| !turn.host().is_remote)
}

/// Asks the user to sign in, where somebody can show that; else `reply` says that it is necessary.
pub(super) async fn offer(
    turn: &Turn<'_>,
    input: &CallInput,
    approved: bool,
    reply: Reply,
) -> Result<Outcome, Fault> {
    let Some(prompt) = prompt(turn) else { return Ok(Outcome::Done(reply)) };
    let Some(message) = prompt.window_message().await else {
        return at_address(turn, prompt, input, approved, reply).await;
    };
    if !prompt.shows_itself() {
        match window::confirm(turn, input, approved, message).await? {
            window::Consent::Given => {}
            window::Consent::Refused => return Ok(failed(turn, declined(prompt).await)),
            window::Consent::Impossible => return Ok(Outcome::Done(reply)),
            window::Consent::Pending(question) => return Ok(Outcome::Ask(question)),
        }
    }
    match window::open(prompt).await {
        Some(ended) => conclude(turn, prompt, approved, ended).await,
        None => at_address(turn, prompt, input, approved, reply).await,
    }
}

async fn at_address(
    turn: &Turn<'_>,
    prompt: &dyn SignInPrompt,
    input: &CallInput,
    approved: bool,
    reply: Reply,
) -> Result<Outcome, Fault> {
    let host = turn.host();
    if !prompt.shows_itself() && !host.urls {
        return Ok(Outcome::Done(reply));
    }
    let request = match prompt.begin().await {
        Ok(request) => request,
        Err(error) => return Ok(failed(turn, error)),
    };
    if prompt.shows_itself() {
        return wait_and_call(turn, prompt, approved).await;
    }
    if host.modern {
        return ask(turn, input, approved, request);
    }
    match agrees(turn, request).await {
        true => wait_and_call(turn, prompt, approved).await,
        false => Ok(failed(turn, declined(prompt).await)),
    }
}

/// Goes on after the host came back from the question to sign in; `None`: as if nothing was asked.
pub(super) async fn resume(
    turn: &Turn<'_>,
    input: &CallInput,
    asked: &question::Asked,
    approved: bool,
) -> Result<Option<Outcome>, Fault> {
    let Some(prompt) = prompt(turn) else { return Ok(None) };
    if asked.refused() {
        return Ok(Some(failed(turn, declined(prompt).await)));
    }
    if !asked.accepted() {
        return Ok(None);
    }
    if asked.topic() == Some(Topic::Window) {
        return match window::open(prompt).await {
            Some(ended) => conclude(turn, prompt, approved, ended).await.map(Some),
            None => Ok(None),
        };
    }
    match wait(prompt).await {
        Wait::SignedIn => Ok(None),
        Wait::Failed(error) => Ok(Some(failed(turn, error))),
        Wait::NotYet => match prompt.begin().await {
            Ok(request) => ask(turn, input, approved, request).map(Some),
            Err(error) => Ok(Some(failed(turn, error))),
        },
    }
}

fn ask(
    turn: &Turn<'_>,
    input: &CallInput,
    approved: bool,
    request: SignInRequest,
) -> Result<Outcome, Fault> {
    let params = params(request, String::new());
    Ok(Outcome::Ask(question::ask(turn, input, Topic::SignIn, approved, params)?))
}

async fn agrees(turn: &Turn<'_>, request: SignInRequest) -> bool {
    let params = params(request, format!("sign-in-{}", turn.ctx.id));
    let answer = turn.ctx.peer.create_elicitation_with_timeout(params, Some(AGREEMENT)).await;
    answer.is_ok_and(|answer| answer.action == ElicitationAction::Accept)
}

fn params(request: SignInRequest, elicitation_id: String) -> ElicitRequestParams {
    ElicitRequestParams::UrlElicitationParams {
        meta: None,
        message: request.message,
        url: request.url.into(),
        elicitation_id,
    }
}

async fn wait_and_call(
    turn: &Turn<'_>,
    prompt: &dyn SignInPrompt,
    approved: bool,
) -> Result<Outcome, Fault> {
    let ended = wait(prompt).await;
    conclude(turn, prompt, approved, ended).await
}

async fn conclude(
    turn: &Turn<'_>,
    prompt: &dyn SignInPrompt,
    approved: bool,
    ended: Wait,
) -> Result<Outcome, Fault> {
    Ok(match ended {
        Wait::SignedIn => Outcome::Done(turn.call(turn.input().await?, approved).await?),
        Wait::NotYet => Outcome::Done(under_way(prompt).await.into()),
        Wait::Failed(error) => failed(turn, error),
    })
}

async fn wait(prompt: &dyn SignInPrompt) -> Wait {
    match tokio::time::timeout(PATIENCE, prompt.finished()).await {
        Ok(Ok(())) => Wait::SignedIn,
        Ok(Err(error)) => Wait::Failed(error),
        Err(_) => Wait::NotYet,
    }
}

/// Ends with an error that says how to sign in otherwise.
fn failed(turn: &Turn<'_>, error: ToolError) -> Outcome {
    Outcome::Done(turn.server.catalog.hinted(error).into())
}

async fn declined(prompt: &dyn SignInPrompt) -> ToolError {
    let who = prompt.who().await;
    ToolError::new(
        ErrorCode::SignInRequired,
        format!(
            "The user declined to sign in to Microsoft 365 ({who}); nothing can be read until somebody \
             does."
        ),
    )
}

async fn under_way(prompt: &dyn SignInPrompt) -> ToolError {
    let who = prompt.who().await;
    ToolError::new(
        ErrorCode::SignInRequired,
        format!(
            "The sign-in to {who} is open on the user's screen, in a browser or a window of the operating \
             system: finish it there, then make the same call again."
        ),
    )
}
