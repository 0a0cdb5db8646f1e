//! Serves the tools at `/mcp` of one's own axum app, behind one's own sign-in, beside one's own pages.
//!
//! The app here knows its users by an API key and holds a Graph token for each. The second half plays a
//! host that posts to it.

#![expect(clippy::print_stdout, reason = "the program's output")]

use std::{collections::HashMap, error::Error, net::SocketAddr, sync::Arc};

use async_trait::async_trait;
use axum::{
    Router,
    body::Body,
    extract::{Request, State},
    http::{HeaderMap, StatusCode, request::Parts},
    middleware::{self, Next},
    response::Response,
    routing::{any, get},
};
use jiff::Timestamp;
use m365_auth::{AccessToken, FixedToken};
use m365_graph::GraphPool;
use m365_sim::Sim;
use m365_tools::{
    CallInput, Caller, Catalog, CatalogOptions, Extractor,
    mcp::{CallerSource, ErrorData, Extensions, HttpOptions, HttpService, Server},
};
use serde_json::{Value, json};
use tokio::net::TcpListener;

const SCOPES: [&str; 2] = ["User.Read", "Mail.Read"];

/// A user of this app, as the layer in front of the tools recognised them.
#[derive(Clone)]
struct User {
    name: &'static str,
    token: AccessToken,
}

/// The users by their API keys.
type Users = Arc<HashMap<&'static str, User>>;

/// Lets in who has a key, and tells the tools who that is.
async fn signed_in(
    State(users): State<Users>,
    mut request: Request,
    next: Next,
) -> Result<Response, StatusCode> {
    let user = users.get(key(request.headers())).ok_or(StatusCode::UNAUTHORIZED)?;
    request.extensions_mut().insert(user.clone());
    Ok(next.run(request).await)
}

fn key(headers: &HeaderMap) -> &str {
    headers.get("x-api-key").and_then(|key| key.to_str().ok()).unwrap_or_default()
}

/// Reads Graph as the user whom [`signed_in`] found.
struct Callers {
    pool: GraphPool,
    tenant: String,
}

#[async_trait]
impl CallerSource for Callers {
    async fn call_input(&self, extensions: &Extensions) -> Result<CallInput, ErrorData> {
        let user = extensions.get::<Parts>().and_then(|parts| parts.extensions.get::<User>());
        let user = user.ok_or_else(|| ErrorData::invalid_request("nobody is signed in", None))?;
        let tokens = Arc::new(FixedToken::new(user.token.clone()));
        let graph = self.pool.client(&self.tenant, user.name, tokens.clone());
        Ok(CallInput::new(Caller::new(&self.tenant, user.name), graph, tokens))
    }
}

/// The app: its own page, and the tools.
fn app(users: Users, tools: HttpService) -> Router {
    let mcp = any(move |request: Request| async move {
        let answer = tools.handle(request).await;
        answer.map(Body::new)
    });
    Router::new()
        .route("/mcp", mcp)
        .layer(middleware::from_fn_with_state(users, signed_in))
        .route("/", get(|| async { "the app's own page" }))
}

fn main() -> Result<(), Box<dyn Error>> {
    // Documents are read by this program, started anew: such a child never gets past this line.
    run(Extractor::this_program()?)
}

#[tokio::main]
async fn run(extractor: Extractor) -> Result<(), Box<dyn Error>> {
    let tenant = Sim::start().await;
    let pool = GraphPool::builder().base_url(tenant.graph_endpoint().parse()?).build()?;
    let catalog = Catalog::new(CatalogOptions::with_random_key(extractor)?.with_scopes(SCOPES));
    let callers = Callers { pool, tenant: tenant.tenant_id().to_owned() };
    let server = Server::builder(catalog, Arc::new(callers)).identity("my-app", "1.0.0").build();
    let app = app(users(&tenant), HttpService::new(server, HttpOptions::new()));

    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    tokio::spawn(async { axum::serve(listener, app).await });
    visit(address).await
}

fn users(tenant: &Sim) -> Users {
    let user = |name| {
        let secret = tenant.issue_token(name, &SCOPES);
        User { name, token: AccessToken::new(secret, Timestamp::MAX, SCOPES) }
    };
    Arc::new([("key-of-mira", user("mira.solberg@fjordlight.example"))].into())
}

/// Plays a host: looks at the page, then calls a tool without a key and with one.
async fn visit(address: SocketAddr) -> Result<(), Box<dyn Error>> {
    let http = reqwest::Client::builder().no_proxy().build()?;
    println!("/: {}", http.get(format!("http://{address}/")).send().await?.text().await?);
    for key in ["key-of-nobody", "key-of-mira"] {
        let call = json!({ "jsonrpc": "2.0", "id": 1, "method": "tools/call",
            "params": { "name": "get_me", "arguments": {} } });
        let answer = http
            .post(format!("http://{address}/mcp"))
            .header("x-api-key", key)
            .header("accept", "application/json, text/event-stream")
            .header("content-type", "application/json")
            .header("mcp-protocol-version", "2025-11-25")
            .body(call.to_string())
            .send()
            .await?;
        println!("/mcp with {key}: {}", answer.status());
        if answer.status().is_success() {
            let answer: Value = serde_json::from_slice(&answer.bytes().await?)?;
            println!("  {}", answer["result"]["structuredContent"]["results"][0]["name"]);
        }
    }
    Ok(())
}
