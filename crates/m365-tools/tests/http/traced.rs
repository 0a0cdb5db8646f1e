use std::collections::BTreeSet;

use m365_tools::{
    CallInput,
    mcp::{HttpOptions, HttpService, Server},
};
use serde_json::json;

use super::post::Post;
use crate::{
    host::{Callers, ERAS},
    office::Office,
};

const HOSTS: &str = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
const OURS: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

/// Returns the `traceparent`s that Graph was sent for a call whose host sent `sent` and whose source of
/// callers named `ours`.
async fn traced(post: Post, sent: Option<&str>, ours: Option<&str>) -> BTreeSet<Option<String>> {
    let office = Office::small().await;
    let input = office.input();
    let input = ours.into_iter().fold(input, CallInput::with_traceparent);
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
async fn a_trace_goes_on_to_graph_as_ours_or_else_as_the_host_named_it() {
    for era in ERAS {
        let me = || Post::of(era, "tools/call", json!({"name": "get_me", "arguments": {}}));
        for (sent, ours, expected) in [
            (None, Some(OURS), Some(OURS)),
            // Whoever wraps the request in a span of its own has made the host's its parent.
            (Some(HOSTS), Some(OURS), Some(OURS)),
            (Some(HOSTS), None, Some(HOSTS)),
            (Some("00-bad"), None, None),
        ] {
            let traced = traced(me(), sent, ours).await;

            let expected = expected.map(str::to_owned);
            assert_eq!(traced, BTreeSet::from([expected]), "{era:?} {sent:?} {ours:?}");
        }
    }
}
