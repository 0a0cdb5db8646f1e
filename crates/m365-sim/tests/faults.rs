//! Faults on request, as the fault catalogue numbers them.

mod bodies;
mod connections;
mod control;
mod entra;
mod pages;
mod refusals;

use m365_sim::Sim;

use crate::client::{self, Answer};

const MIRA: &str = "mira.solberg@fjordlight.example";
const MESSAGES: &str = "/v1.0/me/messages";

/// Asks for the main user's messages.
async fn messages(tenant: &Sim) -> Answer {
    Answer::of(request(tenant, MESSAGES)).await
}

fn request(tenant: &Sim, path: &str) -> reqwest::RequestBuilder {
    let token = tenant.issue_token(MIRA, &["Mail.Read", "User.Read"]);
    client::http().get(format!("{}{path}", tenant.graph_endpoint())).bearer_auth(token)
}
