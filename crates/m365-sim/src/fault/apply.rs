//! Doing wrong what a fault says.

use std::{sync::Arc, time::Duration};

use http::{StatusCode, header};
use jiff::Timestamp;
use serde_json::{Value, json};

use super::{
    Effect, Fault, bodies,
    pages::{self, Token},
};
use crate::{
    date,
    entra::{
        self,
        failure::{self, Ids},
    },
    graph::{self, trace::Trace},
    http::{Origin, Request, Response},
    server,
    state::State,
};

/// What goes out on the wire.
#[derive(Debug)]
pub(crate) struct Outcome {
    pub(crate) response: Response,
    pub(crate) wire: Wire,
}

/// How it goes out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wire {
    Whole,
    /// So many bytes a second.
    Drip(u32),
    /// Nothing but a reset.
    Reset,
    /// Half of it, then a reset.
    Half,
    /// Half of it, then an orderly end, though more was promised.
    Short,
}

impl From<Response> for Outcome {
    fn from(response: Response) -> Self {
        Self { response, wire: Wire::Whole }
    }
}

/// Answers a request as the service would, but for the fault.
pub(crate) async fn answer(
    state: &Arc<State>,
    mut request: Request,
    fault: Option<Fault>,
) -> Outcome {
    let token = Token::take(&mut request);
    match (fault.map(|fault| fault.effect), token) {
        (Some(effect), _) => faulty(state, request, effect).await,
        (None, Some(Token::Empty(0)) | None) => server::handle(state, request).await.into(),
        (None, Some(Token::Empty(left))) => {
            let link = Token::Empty(left - 1).link(state, &request);
            pages::empty(&link).into()
        }
        (None, Some(Token::Ring(place))) => {
            relinked(state, request, Token::Ring((place + 1) % 3)).await
        }
    }
}

async fn faulty(state: &Arc<State>, request: Request, effect: Effect) -> Outcome {
    if let Some(response) = instead(state, &request, &effect) {
        return response.into();
    }
    match effect {
        Effect::Delay { millis } => {
            let delay = Duration::from_millis(millis);
            server::handle_slowly(state, request, delay).await.into()
        }
        Effect::Hang => std::future::pending().await,
        Effect::Drip { bytes_per_second } => {
            sent(state, request, Wire::Drip(bytes_per_second)).await
        }
        Effect::ResetBeforeHeaders => {
            Outcome { response: Response::empty(StatusCode::OK), wire: Wire::Reset }
        }
        Effect::ResetMidBody => sent(state, request, Wire::Half).await,
        Effect::Truncated { right_length: false } => sent(state, request, Wire::Short).await,
        Effect::Ring => relinked(state, request, Token::Ring(1)).await,
        effect => altered(state, request, effect).await.into(),
    }
}

/// Returns the answer of faults for which the service is not asked at all.
fn instead(state: &State, request: &Request, effect: &Effect) -> Option<Response> {
    Some(match effect {
        Effect::Throttled { seconds, date } => throttled(state, request, *seconds, *date),
        Effect::Status { status, retry_after } => refused(state, request, *status, *retry_after),
        Effect::Body { status, content_type, body } => {
            canned(*status, content_type.as_deref(), body)
        }
        Effect::File { bytes } => {
            Response::bytes(StatusCode::OK, "application/octet-stream", bytes.clone())
        }
        Effect::Redirect { status, location } => {
            Response::empty(code(*status)).header(header::LOCATION, location)
        }
        Effect::EmptyPages { count } => {
            pages::empty(&Token::Empty(count.saturating_sub(1)).link(state, request))
        }
        Effect::HugePage { bytes } => {
            Response::bytes(StatusCode::OK, bodies::GRAPH_JSON, bodies::huge_page(*bytes))
        }
        Effect::GzipBomb { bytes } => packed(*bytes),
        Effect::Unauthorized { claims } => unauthorized(state, request, claims.as_ref()),
        Effect::Entra { code } => entra::refusal(state, request, *code),
        _ => return None,
    })
}

fn refused(state: &State, request: &Request, status: u16, retry_after: Option<u64>) -> Response {
    match (request.origin, code(status)) {
        (_, StatusCode::TOO_MANY_REQUESTS) => throttled(state, request, retry_after, false),
        (Origin::Graph, StatusCode::UNAUTHORIZED) => unauthorized(state, request, None),
        (_, status) => error(state, request, status, retry_after.map(Duration::from_secs)),
    }
}

fn canned(status: u16, content_type: Option<&str>, body: &str) -> Response {
    match content_type {
        Some(kind) => Response::bytes(code(status), kind, body.to_owned()),
        None => Response::empty(code(status)),
    }
}

fn packed(bytes: u64) -> Response {
    let body = bodies::gzip_bomb(bytes).unwrap_or_default();
    let response = Response::bytes(StatusCode::OK, bodies::GRAPH_JSON, body);
    response.header(header::CONTENT_ENCODING, "gzip")
}

fn throttled(state: &State, request: &Request, seconds: Option<u64>, date: bool) -> Response {
    let status = StatusCode::TOO_MANY_REQUESTS;
    let Some(seconds) = seconds else {
        return error(state, request, status, None);
    };
    let now = state.clock.now();
    // A date has whole seconds.
    let from = if date { Timestamp::from_second(now.as_second()).unwrap_or(now) } else { now };
    let wait = waited(state, request, Duration::from_secs(seconds), from);
    let response = error(state, request, status, Some(wait));
    if !date {
        return response;
    }
    let later = from.checked_add(wait).map(date::http).unwrap_or_default();
    response.header(header::RETRY_AFTER, later)
}

/// Graph remembers whom it told to wait.
fn waited(state: &State, request: &Request, length: Duration, from: Timestamp) -> Duration {
    match request.origin {
        Origin::Graph => graph::ask_to_wait(state, request, length, from),
        _ => length,
    }
}

fn unauthorized(state: &State, request: &Request, claims: Option<&Value>) -> Response {
    let trace = Trace::new(&request.headers, state.clock.now());
    let message = "Access token has expired or is not yet valid.";
    trace.named(match claims {
        Some(claims) => entra::bearer::challenge(state, &trace, claims),
        None => entra::bearer::plain(state, &trace, message),
    })
}

fn error(
    state: &State,
    request: &Request,
    status: StatusCode,
    after: Option<Duration>,
) -> Response {
    if request.origin != Origin::Login {
        return graph::refusal(state, request, status, after);
    }
    let ids = Ids::new(state, request);
    let response = Response::json(status, &bodies::entra_error(status, &ids));
    let response = failure::with_ids(response, &ids, request);
    match after {
        Some(wait) => response.header(header::RETRY_AFTER, wait.as_secs().to_string()),
        None => response,
    }
}

fn code(status: u16) -> StatusCode {
    StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}

async fn sent(state: &Arc<State>, request: Request, wire: Wire) -> Outcome {
    Outcome { response: server::handle(state, request).await, wire }
}

async fn relinked(state: &Arc<State>, request: Request, next: Token) -> Outcome {
    let link = next.link(state, &request);
    pages::relinked(plain(state, request).await, &link).into()
}

/// Asks the service for a body that is not packed.
async fn plain(state: &Arc<State>, mut request: Request) -> Response {
    request.headers.remove(header::ACCEPT_ENCODING);
    server::handle(state, request).await
}

/// Changes the service's answer.
async fn altered(state: &Arc<State>, request: Request, effect: Effect) -> Response {
    let own = pages::address(state, &request);
    let response = plain(state, request).await;
    match effect {
        Effect::Truncated { .. } => {
            let half = response.body.slice(..response.body.len() / 2);
            Response { body: half, ..response }
        }
        Effect::NextLink { location } => pages::relinked(response, &location),
        Effect::LoopingNextLink => pages::relinked(response, &own),
        Effect::Token { set } => edited(response, |body| {
            for (name, value) in set {
                body[&name] = value;
            }
        }),
        Effect::FewerScopes { scopes } => narrowed(state, response, &scopes),
        Effect::ClockSkew { seconds } => {
            let span = jiff::SignedDuration::from_secs(seconds);
            let time = state.clock.now().checked_add(span).unwrap_or(state.clock.now());
            response.header(header::DATE, date::http(time))
        }
        Effect::ForeignMetadata => {
            let text = String::from_utf8_lossy(&response.body);
            let text = text.replace(&state.origins.login, &state.origins.foreign);
            Response { body: text.into(), ..response }
        }
        _ => response,
    }
}

/// Changes a JSON object; members set to `null` are taken away.
fn edited(mut response: Response, edit: impl FnOnce(&mut Value)) -> Response {
    if let Ok(mut body @ Value::Object(_)) = serde_json::from_slice(&response.body) {
        edit(&mut body);
        if let Value::Object(members) = &mut body {
            members.retain(|_, value| !value.is_null());
        }
        response.body = body.to_string().into();
    }
    response
}

fn narrowed(state: &State, response: Response, scopes: &[String]) -> Response {
    edited(response, |body| {
        let token = body["access_token"].as_str().unwrap_or_default();
        state.entra.with(|memory| {
            if let Some(record) = memory.access_tokens.get_mut(token) {
                record.scopes = scopes.iter().cloned().collect();
            }
        });
        body["scope"] = json!(scopes.join(" "));
    })
}
