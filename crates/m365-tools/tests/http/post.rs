//! Requests as hosts of either era post them.

use std::convert::Infallible;

use bytes::Bytes;
use http::{HeaderMap, Request, StatusCode};
use http_body::Frame;
use http_body_util::{BodyExt, Full, StreamBody};
use m365_tools::{
    Catalog,
    mcp::{HttpOptions, HttpResponse, HttpService, Incoming, Server},
};
use serde_json::{Value, json};

use crate::{
    host::{Callers, Era},
    support::{Probe, options},
};

const LIMIT: usize = 64 << 10;

pub(super) fn service(catalog: Catalog) -> HttpService {
    let server = Server::builder(catalog, Callers::signed_in()).identity("m365", "1.2.3").build();
    HttpService::new(server, HttpOptions::new().body_bytes(LIMIT))
}

pub(super) fn with(probe: Probe) -> HttpService {
    service(Catalog::new(options().with_tool(probe).unwrap()))
}

/// A message and the headers around it.
#[derive(Clone, Debug)]
pub(super) struct Post {
    verb: String,
    headers: Vec<(String, String)>,
    message: Value,
}

impl Post {
    /// A request as hosts of the handshake era send it.
    pub(super) fn new(method: &str, params: Value) -> Self {
        let message = json!({"jsonrpc": "2.0", "id": 7, "method": method, "params": params});
        let post = Self { verb: "POST".into(), headers: Vec::new(), message };
        post.with("host", "localhost:8365")
            .with("content-type", "application/json")
            .with("accept", "application/json, text/event-stream")
    }

    /// The same as hosts of `era` send it; `name` is mirrored where there is one.
    pub(super) fn of(era: Era, method: &str, params: Value) -> Self {
        let name = params["name"].as_str().or(params["uri"].as_str()).map(str::to_owned);
        let mut post = Self::new(method, params);
        if era == Era::Handshake {
            return post.with("mcp-protocol-version", "2025-11-25");
        }
        post = post
            .with("mcp-protocol-version", "2026-07-28")
            .with("mcp-method", method)
            .with_meta("io.modelcontextprotocol/protocolVersion", json!("2026-07-28"))
            .with_meta("io.modelcontextprotocol/clientCapabilities", json!({}));
        match name {
            Some(name) => post.with("mcp-name", &name),
            None => post,
        }
    }

    pub(super) fn call(era: Era, arguments: Value) -> Self {
        Self::of(era, "tools/call", json!({"name": "probe", "arguments": arguments}))
    }

    /// Lets the host show forms and open addresses.
    pub(super) fn elicits(self) -> Self {
        let capabilities = json!({"elicitation": {"form": {}, "url": {}}});
        self.with_meta("io.modelcontextprotocol/clientCapabilities", capabilities)
    }

    pub(super) fn with(mut self, header: &str, value: &str) -> Self {
        self.headers.push((header.to_owned(), value.to_owned()));
        self
    }

    pub(super) fn without(mut self, header: &str) -> Self {
        self.headers.retain(|(name, _)| name != header);
        self
    }

    pub(super) fn with_meta(self, key: &str, value: Value) -> Self {
        self.edited(|message| message["params"]["_meta"][key] = value)
    }

    pub(super) fn edited(mut self, edit: impl FnOnce(&mut Value)) -> Self {
        edit(&mut self.message);
        self
    }

    pub(super) fn without_id(self) -> Self {
        self.edited(|message| drop(message.as_object_mut().unwrap().remove("id")))
    }

    pub(super) fn by(mut self, verb: &str) -> Self {
        self.verb = verb.to_owned();
        self
    }

    fn request<B>(&self, body: B) -> Request<B> {
        let mut request = Request::builder().method(self.verb.as_str()).uri("/mcp");
        for (name, value) in &self.headers {
            request = request.header(name, value);
        }
        request.body(body).unwrap()
    }

    pub(super) const fn message(&self) -> &Value {
        &self.message
    }

    pub(super) async fn incoming(&self) -> Incoming {
        let body = Full::new(Bytes::from(self.message.to_string()));
        Incoming::read(self.request(body), LIMIT).await.unwrap()
    }

    pub(super) async fn to(&self, service: &HttpService) -> Answer {
        self.sending(self.message.to_string(), service).await
    }

    /// Sends `body` in place of the message.
    pub(super) async fn sending(&self, body: impl Into<Bytes>, service: &HttpService) -> Answer {
        Answer::of(service.handle(self.request(Full::new(body.into()))).await).await
    }

    /// Sends `body` in chunks, without saying how long it is.
    pub(super) async fn streaming(&self, body: Vec<Bytes>, service: &HttpService) -> Answer {
        let frames = body.into_iter().map(|chunk| Ok::<_, Infallible>(Frame::data(chunk)));
        let body = StreamBody::new(futures_util::stream::iter(frames));
        Answer::of(service.handle(self.request(body)).await).await
    }
}

#[derive(Debug)]
pub(super) struct Answer {
    pub(super) status: StatusCode,
    headers: HeaderMap,
    pub(super) text: String,
    /// The body, where it is JSON.
    pub(super) json: Value,
}

impl Answer {
    pub(super) async fn of(response: HttpResponse) -> Self {
        let (parts, body) = response.into_parts();
        let text = body.collect().await.unwrap().to_bytes();
        let text = String::from_utf8(text.to_vec()).unwrap();
        let json = serde_json::from_str(&text).unwrap_or_default();
        Self { status: parts.status, headers: parts.headers, text, json }
    }

    pub(super) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    pub(super) fn events(&self) -> Vec<Value> {
        let data = self.text.lines().filter_map(|line| line.strip_prefix("data:"));
        data.filter_map(|data| serde_json::from_str(data).ok()).collect()
    }
}
