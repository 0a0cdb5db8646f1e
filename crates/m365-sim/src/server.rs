//! The servers: accepting, reading, answering.

mod body;
pub(crate) mod listener;

use std::{sync::Arc, time::Duration};

use http::{HeaderValue, StatusCode, header};
use http_body_util::{BodyExt, Limited};
use hyper::body::Incoming;

pub(crate) use self::body::{Broken, WireBody};
use crate::{
    control, date, entra,
    fault::apply::{self, Outcome, Wire},
    graph,
    http::{Origin, Request, Response},
    state::State,
};

/// Longest body that is read.
const BODY_LIMIT: usize = 8 << 20;

/// Answers a request as a healthy service does.
pub(crate) async fn handle(state: &Arc<State>, request: Request) -> Response {
    handle_slowly(state, request, Duration::ZERO).await
}

/// Answers a request as a service does that takes its time. Graph takes it inside the mailbox,
/// where parallel requests are counted.
pub(crate) async fn handle_slowly(
    state: &Arc<State>,
    request: Request,
    delay: Duration,
) -> Response {
    if request.origin == Origin::Graph {
        return graph::handle(state, request, delay).await;
    }
    tokio::time::sleep(delay).await;
    match request.origin {
        Origin::Login => entra::handle(state, request).await,
        Origin::Graph => graph::handle(state, request, Duration::ZERO).await,
        Origin::Download => graph::drives::download(state, &request),
        Origin::Foreign => Response::html(StatusCode::OK, "<p>Nobody should come here.</p>"),
    }
}

/// Reads a request, answers it, and keeps the books.
pub(crate) async fn serve(
    state: Arc<State>,
    origin: Origin,
    request: hyper::Request<Incoming>,
) -> Result<(hyper::Response<WireBody>, Wire), Broken> {
    let request = read(origin, request).await?;
    if control::is_for(&request) {
        let response = control::handle(&state, &request);
        return Ok((wired(&state, response.into()), Wire::Whole));
    }
    let number = state.records.arrive(&request, state.clock.now());
    let fault = state.faults(origin).take(&request.path, state.seed);
    let outcome = apply::answer(&state, request, fault).await;
    let wire = outcome.wire;
    if wire != Wire::Reset {
        let (status, body) = (outcome.response.status, &outcome.response.body);
        state.records.answered(number, status.as_u16(), body.len());
    }
    Ok((wired(&state, outcome), wire))
}

async fn read(origin: Origin, request: hyper::Request<Incoming>) -> Result<Request, Broken> {
    let (parts, body) = request.into_parts();
    let body = Limited::new(body, BODY_LIMIT).collect().await.map_err(|_| Broken)?;
    Ok(Request {
        origin,
        method: parts.method,
        path: parts.uri.path().to_owned(),
        query: parts.uri.query().map(str::to_owned),
        headers: parts.headers,
        body: body.to_bytes(),
    })
}

fn wired(state: &State, outcome: Outcome) -> hyper::Response<WireBody> {
    let Outcome { response, wire } = outcome;
    let length = response.body.len();
    let bodiless = response.status == StatusCode::NO_CONTENT;
    let mut wired = hyper::Response::new(WireBody::new(response.body, wire));
    *wired.status_mut() = response.status;
    *wired.headers_mut() = response.headers;
    let headers = wired.headers_mut();
    if !bodiless {
        // The answer to a HEAD tells the length of what it leaves out.
        headers.entry(header::CONTENT_LENGTH).or_insert(HeaderValue::from(length));
    }
    let now = date::http(state.clock.now());
    if let Ok(now) = HeaderValue::from_str(&now) {
        headers.entry(header::DATE).or_insert(now);
    }
    wired
}
