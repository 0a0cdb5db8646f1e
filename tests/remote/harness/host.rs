use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use reqwest::{Client, Method, Request, RequestBuilder, Response, header::HeaderMap};
use serde_json::{Value, json};

use super::finish::Traffic;

/// The two ways in which hosts speak MCP.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Era {
    /// Since 2026-07-28: every request stands alone.
    Modern,
    /// Before: a handshake comes first, which a server without sessions does not need.
    Handshake,
}

impl Era {
    pub(crate) const BOTH: [Self; 2] = [Self::Modern, Self::Handshake];
}

/// A host that calls the server.
pub(crate) struct Host {
    address: String,
    token: Option<String>,
    user: Option<String>,
    client: Client,
    next: AtomicU64,
    traffic: Arc<Traffic>,
}

/// An answer, read to its end.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
}

impl Answer {
    /// Returns the body, which must be JSON.
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    /// Returns a header field, or nothing.
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }
}

impl Host {
    pub(super) fn new(address: String, token: Option<String>, traffic: Arc<Traffic>) -> Self {
        let client = Client::builder().no_proxy().timeout(Duration::from_secs(60)).build().unwrap();
        Self { address, token, user: None, client, next: AtomicU64::new(1), traffic }
    }

    /// Says who sits in front of it.
    pub(super) fn used_by(self, upn: &str) -> Self {
        Self { user: Some(upn.to_owned()), ..self }
    }

    pub(crate) fn token(&self) -> &str {
        self.token.as_deref().unwrap_or_default()
    }

    /// Prepares a request with the token.
    pub(crate) fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let request = self.client.request(method, format!("{}{path}", self.address));
        match &self.token {
            Some(token) => request.header("authorization", format!("Bearer {token}")),
            None => request,
        }
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        answer(self.request(Method::GET, path)).await
    }

    /// Prepares a message as hosts of `era` post it.
    pub(crate) fn message(&self, era: Era, method: &str, mut params: Value) -> RequestBuilder {
        let id = self.next.fetch_add(1, Ordering::Relaxed);
        let name = params["name"].as_str().or(params["uri"].as_str()).map(str::to_owned);
        let mut request = self
            .request(Method::POST, "/mcp")
            .header("content-type", "application/json")
            .header("accept", "application/json, text/event-stream");
        if era == Era::Handshake {
            request = request.header("mcp-protocol-version", "2025-11-25");
        } else {
            params["_meta"]["io.modelcontextprotocol/protocolVersion"] = json!("2026-07-28");
            params["_meta"]["io.modelcontextprotocol/clientCapabilities"] = json!({});
            request =
                request.header("mcp-protocol-version", "2026-07-28").header("mcp-method", method);
            if let Some(name) = name {
                request = request.header("mcp-name", name);
            }
        }
        let message = json!({"jsonrpc": "2.0", "id": id, "method": method, "params": params});
        request.body(message.to_string())
    }

    pub(crate) async fn post(&self, era: Era, method: &str, params: Value) -> Answer {
        self.send(self.message(era, method, params)).await
    }

    /// Sends a request and notes the answer.
    pub(crate) async fn send(&self, request: RequestBuilder) -> Answer {
        self.execute(request.build().unwrap()).await
    }

    /// Sends a request that was changed after it was made, and notes the answer.
    pub(crate) async fn execute(&self, request: Request) -> Answer {
        let message = request.body().and_then(reqwest::Body::as_bytes).unwrap_or_default();
        let message: Value = serde_json::from_slice(message).unwrap_or_default();
        let answer = read(self.client.execute(request).await.unwrap()).await;
        let method = message["method"].as_str().unwrap_or_default();
        self.traffic.note(self.user.as_deref(), method, &answer);
        answer
    }

    /// Calls a tool; the answer is as HTTP has it.
    pub(crate) async fn try_call(&self, era: Era, tool: &str, arguments: Value) -> Answer {
        self.post(era, "tools/call", json!({ "name": tool, "arguments": arguments })).await
    }

    /// Calls a tool and returns its result.
    pub(crate) async fn call(&self, era: Era, tool: &str, arguments: Value) -> Value {
        let answer = self.try_call(era, tool, arguments).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        let mut message = answer.json();
        assert!(message["result"].is_object(), "a tool call is answered with a result: {message}");
        message["result"].take()
    }
}

/// Sends a request and reads the answer.
pub(crate) async fn answer(request: RequestBuilder) -> Answer {
    read(request.send().await.unwrap()).await
}

async fn read(response: Response) -> Answer {
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    Answer { status, headers, text: response.text().await.unwrap() }
}

/// Returns the tool error in a result.
pub(crate) fn error(result: &Value) -> Value {
    assert_eq!(result["isError"], true, "{result}");
    serde_json::from_str(result["content"][0]["text"].as_str().unwrap()).unwrap()
}

/// Returns the hits or resources of a result.
pub(crate) fn results(result: &Value) -> &Vec<Value> {
    assert_ne!(result["isError"], true, "{result}");
    result["structuredContent"]["results"].as_array().unwrap()
}
