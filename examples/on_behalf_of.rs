//! Acts on behalf of callers in a service of one's own: it checks the caller's token, exchanges it for one
//! for Graph, and reads what the caller may read.
//!
//! The service is an axum app with one route, `/unread`. Its callers come from the demo tenant, where
//! the app registration of the service is the connector's.

#![expect(clippy::print_stdout, reason = "the program's output")]

use std::{error::Error, net::SocketAddr, sync::Arc};

use axum::{
    Router,
    extract::State,
    http::{HeaderMap, StatusCode, header::AUTHORIZATION},
    routing::get,
};
use m365_auth::{
    AllowList, CallerToken, ClientSecret, Cloud, ConfidentialClient, RejectionClass, TokenValidator,
};
use m365_graph::{GraphPool, Mailbox, WellKnownFolder};
use m365_sim::Sim;
use tokio::net::TcpListener;

/// What the service needs; clones share everything.
#[derive(Clone)]
struct Service {
    validator: TokenValidator,
    client: ConfidentialClient,
    graph: GraphPool,
}

impl Service {
    /// Sets the service up; with a tenant of your own, leave the three roots out.
    fn new(tenant: &Sim) -> Result<Self, Box<dyn Error>> {
        let (login, client_id) = (tenant.login_endpoint(), tenant.connector_client_id());
        let allowed =
            AllowList::new().with(tenant.tenant_id().parse()?, [tenant.host_client_id().parse()?]);
        let secret = ClientSecret::new(tenant.connector_secret());
        Ok(Self {
            validator: TokenValidator::builder(Cloud::Global, client_id.parse()?)
                .allow_list(allowed)
                .login_root(login.parse()?)
                .build(),
            client: ConfidentialClient::builder(Cloud::Global, client_id.parse()?, secret)
                .scopes("Mail.Read".parse()?)
                .login_root(login.parse()?)
                .build(),
            graph: GraphPool::builder().base_url(tenant.graph_endpoint().parse()?).build()?,
        })
    }

    /// Counts the caller's unread mail.
    async fn unread(&self, caller: &CallerToken) -> Result<String, m365_graph::Error> {
        let tokens = Arc::new(self.client.on_behalf_of(caller));
        let graph = self.graph.client(caller.tenant().as_str(), caller.user(), tokens);
        let inbox = graph.mail(&Mailbox::Me).folder(&WellKnownFolder::Inbox.into()).await?;
        Ok(format!("{} unread", inbox.unread_item_count.unwrap_or_default()))
    }
}

async fn unread(
    State(service): State<Service>,
    headers: HeaderMap,
) -> Result<String, (StatusCode, String)> {
    let caller = service.validator.validate(bearer(&headers)).await.map_err(|rejection| {
        println!("  (refused: {:?})", rejection.reason());
        (status(rejection.reason().class()), "the token is not accepted".to_owned())
    })?;
    service.unread(&caller).await.map_err(|error| (StatusCode::BAD_GATEWAY, error.to_string()))
}

fn bearer(headers: &HeaderMap) -> &str {
    let header = headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok());
    header.and_then(|value| value.strip_prefix("Bearer ")).unwrap_or_default()
}

fn status(class: RejectionClass) -> StatusCode {
    match class {
        RejectionClass::InvalidToken => StatusCode::UNAUTHORIZED,
        RejectionClass::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        _ => StatusCode::FORBIDDEN,
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let tenant = Sim::start().await;
    let app = Router::new().route("/unread", get(unread)).with_state(Service::new(&tenant)?);
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    tokio::spawn(async { axum::serve(listener, app).await });

    let mira = "mira.solberg@fjordlight.example";
    ask(address, "with Mira's token", &tenant.desktop(mira).token().await?).await?;
    let elsewhere = tenant.caller_token(mira).client(tenant.other_host_client_id()).issue();
    ask(address, "with one that another app got", &elsewhere).await
}

async fn ask(address: SocketAddr, how: &str, token: &str) -> Result<(), Box<dyn Error>> {
    println!("GET /unread {how}");
    let http = reqwest::Client::builder().no_proxy().build()?;
    let answer = http.get(format!("http://{address}/unread")).bearer_auth(token).send().await?;
    println!("  {}: {}", answer.status(), answer.text().await?);
    Ok(())
}
