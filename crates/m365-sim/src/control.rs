//! The routes by which another process asks for faults, and decides what happens; closed unless in
//! test mode.

mod identity;
mod policies;

use std::time::Duration;

use http::{Method, StatusCode};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::{
    fault::Fault,
    http::{Origin, Request, Response},
    state::State,
};

const PREFIX: &str = "/_sim/";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Order {
    /// `entra` or `graph`, `download`, `foreign`.
    host: String,
    fault: Value,
    /// How many of the next requests; 1 unless `on` is given.
    next: Option<usize>,
    /// Each request under this path, until cleared.
    on: Option<String>,
    /// With `on`: so many of a hundred.
    percent: Option<u8>,
}

/// Returns whether a request is for these routes.
pub(crate) fn is_for(request: &Request) -> bool {
    request.origin == Origin::Login && request.path.starts_with(PREFIX)
}

/// Answers such a request.
pub(crate) fn handle(state: &State, request: &Request) -> Response {
    let route = request.path.strip_prefix(PREFIX).filter(|_| state.test_mode);
    let body = &request.body;
    let done = match (&request.method, route) {
        (&Method::POST, Some("faults")) => order(state, body).map(nothing),
        (&Method::DELETE, Some("faults")) => clear(state).map(nothing),
        (&Method::POST, Some("clock")) => advance(state, body).map(nothing),
        (&Method::GET, Some("log")) => Ok(Some(log(state))),
        (&Method::GET, Some("counts")) => Ok(Some(json!(state.records.counts()))),
        (&Method::POST, Some("token")) => identity::token(state, body).map(Some),
        (&Method::POST, Some("keys")) => identity::keys(state, body).map(Some),
        (&Method::POST, Some("users")) => identity::users(state, body).map(nothing),
        (&Method::POST, Some("policies")) => policies::policy(state, body).map(Some),
        (&Method::DELETE, Some("policies")) => policies::clear(state),
        (&Method::POST, Some("connector")) => policies::connector(state, body).map(nothing),
        (&Method::POST, Some("consent")) => identity::consent(state, body).map(nothing),
        _ => return Response::empty(StatusCode::NOT_FOUND),
    };
    match done {
        Ok(None) => Response::empty(StatusCode::NO_CONTENT),
        Ok(Some(body)) => Response::json(StatusCode::OK, &body),
        Err(why) => Response::json(StatusCode::BAD_REQUEST, &json!({ "error": why })),
    }
}

fn read<'a, T: Deserialize<'a>>(body: &'a [u8]) -> Result<T, String> {
    serde_json::from_slice(body).map_err(|error| error.to_string())
}

fn nothing(_: ()) -> Option<Value> {
    None
}

fn order(state: &State, body: &[u8]) -> Result<(), String> {
    let order: Order = serde_json::from_slice(body).map_err(|error| error.to_string())?;
    let queue = state.faults(origin(&order.host)?);
    let fault = Fault::from_json(&order.fault)?;
    match order.on {
        Some(prefix) => queue.stand(&prefix, order.percent.unwrap_or(100), fault),
        None => queue.push("", order.next.unwrap_or(1), fault),
    }
    Ok(())
}

fn clear(state: &State) -> Result<(), String> {
    for host in ["entra", "graph", "download", "foreign"] {
        state.forget_faults(origin(host)?);
    }
    Ok(())
}

fn advance(state: &State, body: &[u8]) -> Result<(), String> {
    let order: Value = serde_json::from_slice(body).map_err(|error| error.to_string())?;
    let seconds = order["advanceSeconds"].as_u64().ok_or("advanceSeconds: expected a number")?;
    state.clock.advance(Duration::from_secs(seconds));
    Ok(())
}

fn log(state: &State) -> Value {
    let all = [Origin::Login, Origin::Graph, Origin::Download, Origin::Foreign];
    let records = all.into_iter().flat_map(|origin| state.records.of(origin)).map(|record| {
        json!({
            "origin": format!("{:?}", record.origin).to_lowercase(),
            "method": record.method, "route": record.route, "status": record.status,
            "form": record.form, "hasAuthorization": record.has_authorization,
            "at": record.at.to_string(),
        })
    });
    json!({"requests": records.collect::<Vec<_>>(), "violations": state.records.violations()})
}

fn origin(host: &str) -> Result<Origin, String> {
    match host {
        "entra" => Ok(Origin::Login),
        "graph" => Ok(Origin::Graph),
        "download" => Ok(Origin::Download),
        "foreign" => Ok(Origin::Foreign),
        other => Err(format!("host '{other}': expected entra, graph, download or foreign")),
    }
}
