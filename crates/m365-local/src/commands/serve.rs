use std::sync::Arc;

use async_trait::async_trait;
use m365_auth::{ErrorKind, Result as AuthResult, SignIn, SignInOptions};
use m365_tools::{
    Extraction, ToolError,
    mcp::{Server, SignInPrompt, SignInRequest, serve_process},
};
use tokio::sync::{Mutex, watch};
use url::Url;

use super::sign_in;
use crate::{
    config::{Config, SignInMode},
    failure::{Failure, OTHER},
    session::Session,
    store,
};

mod interrupt;
mod window;

use interrupt::interrupted;
use window::Window;

/// Serves MCP on stdin and stdout until the host closes its end.
pub(crate) async fn run(config: &Config, extraction: Extraction) -> Result<(), Failure> {
    let session = Arc::new(Session::open(config).await?);
    let catalog = super::catalog(config, session.sealing_key(), extraction);
    let prompt = Prompt::new(config.clone(), session.clone());
    let server = Server::builder(catalog, session)
        .identity("m365-local", env!("CARGO_PKG_VERSION"))
        .sign_in(Arc::new(prompt))
        .policy_by_host(config.policy_by_host)
        .build();
    let served = tokio::select! {
        served = serve_process(server.clone()) => served.map_err(|error| Failure::new(OTHER, error)),
        ended = interrupted() => ended.map_err(Failure::from),
    };
    server.stop();
    served
}

type Ending = watch::Receiver<Option<AuthResult<()>>>;

/// Signs the user in while a tool call waits; calls that come meanwhile join the same sign-in.
struct Prompt {
    config: Config,
    session: Arc<Session>,
    /// Held while a sign-in is started, so that two calls start one.
    latest: Mutex<Option<(Url, Ending)>>,
    window: Window,
}

impl Prompt {
    fn new(config: Config, session: Arc<Session>) -> Self {
        Self { config, session, latest: Mutex::new(None), window: Window::default() }
    }

    /// Starts a sign-in that goes on by itself, and shows it if that is our part.
    async fn start(&self) -> Result<(Url, Ending), ToolError> {
        let sign_in = self.session.client.begin_sign_in(&SignInOptions::new()).await?;
        let url = sign_in.url().clone();
        if self.shows_itself() {
            eprintln!("Signing in to {}.", self.who().await);
            sign_in::show(&self.config, &url);
        }
        Ok((url, finish(sign_in, store::protection(&self.config))))
    }
}

/// Waits for the user in a task of its own; `protection` is how the tokens are kept then.
fn finish(sign_in: SignIn, protection: Option<String>) -> Ending {
    let (sender, ending) = watch::channel(None);
    tokio::spawn(async move {
        let finished = sign_in.finish().await.map(drop);
        if let Some(protection) = protection.filter(|_| finished.is_ok()) {
            tracing::info!("{protection}");
        }
        sender.send_replace(Some(finished));
    });
    ending
}

#[async_trait]
impl SignInPrompt for Prompt {
    async fn begin(&self) -> Result<SignInRequest, ToolError> {
        let mut latest = self.latest.lock().await;
        let under_way = latest.as_ref().filter(|(_, ending)| ending.borrow().is_none());
        let (url, ending) = match under_way {
            Some(pending) => pending.clone(),
            None => self.start().await?,
        };
        *latest = Some((url.clone(), ending));
        let who = self.who().await;
        Ok(SignInRequest::new(url, format!("Sign in to Microsoft 365: {who}.")))
    }

    async fn who(&self) -> String {
        sign_in::who(&self.config, &self.session).await
    }

    async fn finished(&self) -> Result<(), ToolError> {
        let latest = self.latest.lock().await.clone();
        let Some((_, mut ending)) = latest else { return Ok(()) };
        let finished = ending.wait_for(Option::is_some).await;
        let finished = finished.ok().and_then(|result| result.clone());
        Ok(finished.unwrap_or_else(|| Err(ErrorKind::Cancelled.into()))?)
    }

    fn shows_itself(&self) -> bool {
        self.config.sign_in == SignInMode::Auto
    }

    async fn window_message(&self) -> Option<String> {
        let broker = self.window.broker(&self.session.client).await?;
        let who = self.who().await;
        Some(format!("Sign in to Microsoft 365: {who}. A window of {broker} opens on this device."))
    }

    async fn finish_in_window(&self) -> Result<bool, ToolError> {
        Ok(self.window.finished(&self.session.client).await?)
    }
}
