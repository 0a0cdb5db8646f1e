use std::collections::BTreeSet;

use m365_tools::mcp::{HttpOptions, HttpService, Server};
use serde_json::json;

use super::post::Post;
use crate::{
    host::{Callers, ERAS},
    office::Office,
};

const HOSTS: &str = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
const OURS: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

/// Returns the `traceparent`s that Graph was sent for a call whose host sent `sent`.
async fn traced(post: Post, sent: Option<&str>) -> BTreeSet<Option<String>> {
    let office = Office::small().await;
    let input = office.input().with_traceparent(OURS);
    let callers = Callers::who(move || input.clone());
    let server = Server::builder(office.catalog.clone(), callers).build();
    let post = match sent {
        Some(parent) => post.with_meta("traceparent", json!(parent)),
        None => post,
    };

    post.to(&HttpService::new(server, HttpOptions::new())).await;

    let log = office.tenant.graph().log();
    log.iter().map(|request| request.header("traceparent").map(str::to_owned)).collect()
}

#[tokio::test]
async fn a_trace_goes_on_to_graph_and_the_hosts_own_goes_before_ours() {
    for era in ERAS {
        let me = || Post::of(era, "tools/call", json!({"name": "get_me", "arguments": {}}));
        for (sent, expected) in [(None, OURS), (Some(HOSTS), HOSTS), (Some("00-bad"), OURS)] {
            let traced = traced(me(), sent).await;

            assert_eq!(traced, BTreeSet::from([Some(expected.to_owned())]), "{era:?} {sent:?}");
        }
    }
}
