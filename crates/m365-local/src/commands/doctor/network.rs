use std::time::{Duration, Instant};

use hyper_util::client::proxy::matcher::Matcher;
use jiff::{Timestamp, fmt::rfc2822::DateTimeParser};
use m365_auth::{Clock, SystemClock};
use reqwest::{Client, ClientBuilder, Response, header::DATE, redirect};
use url::Url;

use super::{
    Check, PATIENCE, Subject, about,
    clock::{self, Reading},
    trouble::Trouble,
};
use crate::{config::Config, failure::UNAVAILABLE, http, session::Session};

mod entra;

/// The most that is read of an answer, in bytes.
const MAX_BODY: usize = 64 * 1024;

pub(super) fn login_subject() -> Subject {
    about("network.login", "Sign-in host")
}

pub(super) fn graph_subject() -> Subject {
    about("network.graph", "Microsoft Graph")
}

/// How the two hosts answered.
pub(super) struct Network {
    login: Probe,
    graph: Probe,
    /// The issuer that the tenant's metadata must have.
    issuer: String,
}

/// One request and what came of it.
struct Probe {
    host: String,
    proxy: Option<String>,
    outcome: Result<Answer, Trouble>,
}

/// What is looked at of an answer.
struct Answer {
    status: u16,
    theirs: Option<Timestamp>,
    ours: Timestamp,
    took: Duration,
    body: Vec<u8>,
}

impl Network {
    /// Asks both hosts something that needs no account.
    pub(super) async fn look(config: &Config, session: &Session) -> Self {
        let authority = session.client.authority();
        let graph = below(session.graph().base_url(), "v1.0/me");
        let (login, graph) =
            tokio::join!(Probe::send(config, authority.metadata_url()), Probe::send(config, graph));
        Self { login, graph, issuer: authority.issuer() }
    }

    /// Tells whether the sign-in host gives answers.
    pub(super) fn login_is_reached(&self) -> bool {
        self.login.outcome.is_ok()
    }

    /// Tells whether Graph gives answers.
    pub(super) fn graph_is_reached(&self) -> bool {
        self.graph.outcome.is_ok()
    }

    /// Says how it went, the clock first: a wrong one explains much of the rest.
    pub(super) fn checks(&self) -> [Check; 3] {
        let readings = [("Entra ID", &self.login), ("Microsoft Graph", &self.graph)];
        let readings = readings.into_iter().filter_map(|(host, probe)| probe.reading(host));
        [clock::check(&readings.collect::<Vec<_>>()), self.login_check(), self.graph_check()]
    }

    fn login_check(&self) -> Check {
        let Probe { host, proxy, outcome } = &self.login;
        match outcome {
            Err(trouble) => trouble.check(login_subject(), host, proxy.as_deref()),
            Ok(answer) => match entra::fault(answer.status, &answer.body, &self.issuer) {
                None => login_subject().ok(self.login.described(answer)),
                Some(entra::Fault { code, what, fix }) => {
                    login_subject().failed(code, format!("{host}: {what}"), fix)
                }
            },
        }
    }

    fn graph_check(&self) -> Check {
        let Probe { host, proxy, outcome } = &self.graph;
        match outcome {
            Err(trouble) => trouble.check(graph_subject(), host, proxy.as_deref()),
            // Graph refuses who brings no token; whoever answers otherwise is not Graph.
            Ok(answer) if answer.status == 401 => graph_subject().ok(self.graph.described(answer)),
            Ok(Answer { status, .. }) => graph_subject().failed(
                UNAVAILABLE,
                format!("{host} answers with HTTP {status}, which Microsoft Graph does not"),
                "Try again in a few minutes; check proxies and the network's own sign-in page",
            ),
        }
    }
}

fn below(root: &Url, path: &str) -> Url {
    let mut url = root.clone();
    url.set_path(&format!("{}/{path}", root.path().trim_end_matches('/')));
    url
}

impl Probe {
    async fn send(config: &Config, url: Url) -> Self {
        let host = url.host_str().unwrap_or_default().to_owned();
        let proxy = proxy(&url);
        let outcome = match http::towards(&url, config.ca_file.as_deref()) {
            Ok(http) => ask(http, url).await,
            Err(failure) => Err(Trouble::Setup(failure.message().to_owned())),
        };
        Self { host, proxy, outcome }
    }

    fn reading(&self, host: &'static str) -> Option<Reading> {
        let answer = self.outcome.as_ref().ok()?;
        Some(Reading { host, theirs: answer.theirs?, ours: answer.ours })
    }

    fn described(&self, answer: &Answer) -> String {
        let took = answer.took.as_millis();
        match &self.proxy {
            Some(proxy) => format!("{} answers in {took} ms, through {proxy}", self.host),
            None => format!("{} answers in {took} ms", self.host),
        }
    }
}

/// Names the proxy that requests to `url` go through, without its password.
fn proxy(url: &Url) -> Option<String> {
    if http::is_local(url) {
        return None;
    }
    let intercept = Matcher::from_system().intercept(&url.as_str().parse().ok()?)?;
    Some(intercept.uri().authority()?.to_string().rsplit('@').next()?.to_owned())
}

async fn ask(
    http: impl Fn() -> ClientBuilder + Send + 'static,
    url: Url,
) -> Result<Answer, Trouble> {
    let asked = async {
        // The system's trust store is read for a client, which may block.
        let make = move || http().redirect(redirect::Policy::none()).build();
        let client = tokio::task::spawn_blocking(make).await;
        let client = client.map_err(|error| Trouble::Setup(error.to_string()))?;
        get(client.map_err(|error| Trouble::of(&error))?, url).await
    };
    tokio::time::timeout(PATIENCE, asked).await.unwrap_or(Err(Trouble::TimedOut))
}

async fn get(client: Client, url: Url) -> Result<Answer, Trouble> {
    let start = Instant::now();
    let response = client.get(url).send().await.map_err(|error| Trouble::of(&error))?;
    let (status, ours, took) =
        (response.status().as_u16(), SystemClock::default().now(), start.elapsed());
    let theirs = response.headers().get(DATE).and_then(|date| date.to_str().ok());
    let theirs = theirs.and_then(|date| DateTimeParser::new().parse_timestamp(date).ok());
    Ok(Answer { status, theirs, ours, took, body: body(response).await })
}

/// Reads the beginning of an answer; one that breaks off has said enough.
async fn body(mut response: Response) -> Vec<u8> {
    let mut body = Vec::new();
    while let Ok(Some(chunk)) = response.chunk().await {
        body.extend_from_slice(&chunk);
        if body.len() > MAX_BODY {
            break;
        }
    }
    body
}
