use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use base64::{Engine, prelude::BASE64_STANDARD};
use reqwest::{Client, Method, Request, RequestBuilder, header::HeaderMap};
use serde_json::{Value, json};

use super::{answers::Answers, ledger};

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
    answers: Arc<Answers>,
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
    pub(super) fn new(address: String, token: Option<String>) -> Self {
        let client = Client::builder().no_proxy().timeout(Duration::from_secs(60)).build().unwrap();
        Self {
            address,
            token,
            user: None,
            client,
            next: AtomicU64::new(1),
            answers: Arc::default(),
        }
    }

    /// Says who sits in front of it.
    pub(super) fn used_by(self, upn: &str) -> Self {
        Self { user: Some(upn.to_owned()), ..self }
    }

    /// Keeps what comes back in `answers`.
    pub(super) fn keeping(self, answers: Arc<Answers>) -> Self {
        Self { answers, ..self }
    }

    /// Calls over HTTP/2, all on one connection.
    pub(crate) fn over_http2(self) -> Self {
        let client = Client::builder().no_proxy().http2_prior_knowledge().build().unwrap();
        Self { client, ..self }
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

    /// Sends a request and keeps the answer.
    pub(crate) async fn send(&self, request: RequestBuilder) -> Answer {
        self.execute(request.build().unwrap()).await
    }

    /// Sends a request that was changed after it was made, and keeps the answer.
    pub(crate) async fn execute(&self, request: Request) -> Answer {
        let answer = exchange(&self.client, request).await;
        self.answers.note(self.user.as_deref(), &answer);
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
    let (client, request) = request.build_split();
    exchange(&client, request.unwrap()).await
}

async fn exchange(client: &Client, request: Request) -> Answer {
    let sent = request.try_clone().expect("no body is a stream");
    let response = client.execute(request).await.unwrap();
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    let answer = Answer { status, headers, text: response.text().await.unwrap() };
    ledger::note(&sent, &answer);
    answer
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

/// Returns the claims of a 401, which must name them as the contract says.
pub(crate) fn claims(answer: &Answer) -> String {
    assert_eq!(answer.status, 401, "{answer:?}");
    let challenge = answer.header("www-authenticate");
    assert!(challenge.contains("error=\"insufficient_claims\""), "{challenge}");
    assert!(challenge.contains("resource_metadata=\""), "{challenge}");
    let encoded = challenge.split("claims=\"").nth(1).unwrap().split('"').next().unwrap();
    String::from_utf8(BASE64_STANDARD.decode(encoded).unwrap()).unwrap()
}
