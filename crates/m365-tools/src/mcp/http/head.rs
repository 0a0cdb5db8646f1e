use http::StatusCode;
use serde_json::{Map, Value};

use super::{
    super::{
        resources::READER,
        scan::{self, Unfit},
    },
    HttpResponse,
    answer::{self, INVALID_PARAMS, INVALID_REQUEST, PARSE_ERROR},
};

/// What a message says of itself.
#[derive(Debug, Default)]
pub(super) struct Head {
    pub(super) id: Option<Value>,
    pub(super) method: Option<String>,
    pub(super) tool: Option<String>,
    pub(super) traceparent: Option<String>,
}

impl Head {
    /// Reads a message.
    ///
    /// # Errors
    ///
    /// The answer to what is no JSON, or no message of JSON-RPC 2.0.
    pub(super) fn read(message: &[u8]) -> Result<Self, HttpResponse> {
        scan::fits(message).map_err(unfit)?;
        let message = serde_json::from_slice(message).map_err(|error| unread(&error))?;
        Self::of(message)
    }

    fn of(mut message: Map<String, Value>) -> Result<Self, HttpResponse> {
        let id = message.remove("id");
        if id.as_ref().is_some_and(|id| !is_id(id)) {
            return Err(invalid(None, "id must be a string or a whole number"));
        }
        if message.get("jsonrpc").and_then(Value::as_str) != Some("2.0") {
            return Err(invalid(id.as_ref(), "jsonrpc must be \"2.0\""));
        }
        let method = match message.remove("method") {
            Some(Value::String(method)) => Some(method),
            None if message.contains_key("result") || message.contains_key("error") => None,
            _ => return Err(invalid(id.as_ref(), "method must be a string")),
        };
        let params = params(message, id.as_ref())?;
        let traceparent = traceparent(&params);
        let tool = method.as_deref().and_then(|method| tool(method, params));
        Ok(Self { id, method, tool, traceparent })
    }
}

fn params(
    mut message: Map<String, Value>,
    id: Option<&Value>,
) -> Result<Map<String, Value>, HttpResponse> {
    match message.remove("params") {
        None | Some(Value::Null) => Ok(Map::new()),
        Some(Value::Object(params)) => Ok(params),
        Some(_) => {
            let message = "params must be an object";
            Err(answer::error(StatusCode::BAD_REQUEST, id, INVALID_PARAMS, message))
        }
    }
}

fn traceparent(params: &Map<String, Value>) -> Option<String> {
    params.get("_meta")?.get("traceparent")?.as_str().map(str::to_owned)
}

/// Resources are read, and their variables completed, by a tool.
fn tool(method: &str, mut params: Map<String, Value>) -> Option<String> {
    match (method, params.remove("name")) {
        ("tools/call", Some(Value::String(name))) => Some(name),
        ("resources/read" | "completion/complete", _) => Some(READER.to_owned()),
        _ => None,
    }
}

fn is_id(id: &Value) -> bool {
    let is_whole = |number: f64| number.fract() == 0.0 && number.abs() < 9e15;
    id.is_string() || id.is_i64() || !id.is_u64() && id.as_f64().is_some_and(is_whole)
}

fn unread(error: &serde_json::Error) -> HttpResponse {
    match error.is_data() {
        true => invalid(None, "a message is one JSON object; there are no batches"),
        false => not_json(),
    }
}

fn unfit(why: Unfit) -> HttpResponse {
    match why {
        Unfit::Empty | Unfit::NotJson => not_json(),
        Unfit::TooDeep => invalid(None, "the message is nested too deep"),
        Unfit::TooMany => invalid(None, "the message has too many values"),
    }
}

fn not_json() -> HttpResponse {
    answer::error(StatusCode::BAD_REQUEST, None, PARSE_ERROR, "the body is not JSON")
}

fn invalid(id: Option<&Value>, message: &str) -> HttpResponse {
    answer::error(StatusCode::BAD_REQUEST, id, INVALID_REQUEST, message)
}
