//! What a call costs that asks nothing of Graph, over HTTP without a network: reading the request, both
//! parses of it, the protocol, the tool, and writing the answer. One thread, so time is CPU.
//!
//! `cargo bench -p m365-tools --features http --bench http`

use std::{hint::black_box, sync::Arc, time::Instant};

use async_trait::async_trait;
use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use jiff::Timestamp;
use m365_auth::{AccessToken, FixedToken, TokenProvider};
use m365_graph::GraphClient;
use m365_tools::{
    CallInput, Caller, Catalog, CatalogOptions, Extractor,
    mcp::{CallerSource, ErrorData, Extensions, HttpOptions, HttpService, Server},
};
use serde_json::{Value, json};

const CALLS: u32 = 20_000;

struct User(CallInput);

#[async_trait]
impl CallerSource for User {
    async fn call_input(&self, _: &Extensions) -> Result<CallInput, ErrorData> {
        Ok(self.0.clone())
    }
}

fn service() -> Result<HttpService, Box<dyn std::error::Error>> {
    let token = AccessToken::new("token", Timestamp::MAX, ["Mail.Read"]);
    let tokens: Arc<dyn TokenProvider> = Arc::new(FixedToken::new(token));
    let graph = GraphClient::builder(Arc::clone(&tokens)).build()?;
    let input = CallInput::new(Caller::new("tenant", "user"), graph, tokens);
    let options = CatalogOptions::with_random_key(Extractor::in_process())?;
    let catalog = Catalog::new(options.with_scopes(["Mail.Read"]));
    let server = Server::builder(catalog, Arc::new(User(input))).build();
    Ok(HttpService::new(server, HttpOptions::new()))
}

fn request(method: &str, params: &Value, modern: bool) -> http::Request<Full<Bytes>> {
    let mut params = params.clone();
    let mut request = http::Request::post("/mcp")
        .header("host", "localhost")
        .header("content-type", "application/json")
        .header("accept", "application/json, text/event-stream");
    if modern {
        params["_meta"] = json!({"io.modelcontextprotocol/protocolVersion": "2026-07-28",
            "io.modelcontextprotocol/clientCapabilities": {}});
        request = request.header("mcp-protocol-version", "2026-07-28").header("mcp-method", method);
        if let Some(name) = params["name"].as_str() {
            request = request.header("mcp-name", name);
        }
    }
    let message = json!({"jsonrpc": "2.0", "id": 1, "method": method, "params": params});
    request.body(Full::new(Bytes::from(message.to_string()))).unwrap_or_default()
}

async fn measure(service: &HttpService, name: &str, method: &str, params: Value, modern: bool) {
    let since = Instant::now();
    let mut bytes = 0;
    for _ in 0..CALLS {
        let answer = service.handle(request(method, &params, modern)).await;
        let Ok(body) = black_box(answer.into_body().collect().await);
        bytes = body.to_bytes().len();
    }
    let each = since.elapsed() / CALLS;
    eprintln!("{name:<40} {each:>10.1?}  {bytes} bytes");
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let service = service()?;
    runtime.block_on(async {
        for (era, modern) in [("handshake", false), ("modern", true)] {
            let call = json!({"name": "get_granted_scopes", "arguments": {}});
            let wrong = json!({"name": "outlook_email_search", "arguments": {"limit": "ten"}});
            measure(&service, &format!("{era}: ping-like tools/call"), "tools/call", call, modern)
                .await;
            measure(&service, &format!("{era}: refused arguments"), "tools/call", wrong, modern)
                .await;
            measure(&service, &format!("{era}: tools/list"), "tools/list", json!({}), modern).await;
        }
    });
    Ok(())
}
