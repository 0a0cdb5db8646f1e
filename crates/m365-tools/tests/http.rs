//! The server over Streamable HTTP: what hosts post, and what they get.

mod attacks;
mod messages;
mod observed;
mod parity;
mod policy;
mod post;
mod traced;

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use http::StatusCode;
use m365_tools::{
    CallInput, ErrorCode,
    mcp::{CallerSource, ErrorData, Extensions, HttpOptions, HttpService, Incoming, Server},
};
use serde_json::{Value, json};

use self::post::{Post, service};
use crate::{
    host::{ERAS, Era},
    support::{Probe, caller, catalog},
};

#[tokio::test]
async fn every_request_stands_alone_in_both_eras() {
    for era in ERAS {
        let answer = Post::call(era, json!({"query": "budget"})).to(&service(catalog())).await;

        assert_eq!(answer.status, StatusCode::OK, "{era:?}");
        assert_eq!(answer.header("content-type"), "application/json");
        assert_eq!(answer.json["id"], 7);
        let result = &answer.json["result"];
        assert_eq!(result["structuredContent"]["results"][0]["query"], "budget", "{era:?}");
        assert_eq!(result["_meta"].is_object(), era == Era::Modern);
    }
}

#[tokio::test]
async fn a_handshake_is_answered_and_opens_no_session() {
    for version in ["2025-03-26", "2025-06-18", "2025-11-25"] {
        let params = json!({"protocolVersion": version, "capabilities": {},
            "clientInfo": {"name": "test", "version": "0"}});

        let answer = Post::new("initialize", params).to(&service(catalog())).await;

        assert_eq!(answer.json["result"]["protocolVersion"], version);
        assert_eq!(answer.header("mcp-session-id"), "");
    }
}

#[tokio::test]
async fn a_notification_is_accepted() {
    let initialized = Post::new("notifications/initialized", json!({})).without_id();

    let answer = initialized.to(&service(catalog())).await;

    assert_eq!(answer.status, StatusCode::ACCEPTED);
}

#[tokio::test]
async fn progress_comes_as_a_stream_and_only_for_who_asked() {
    for era in ERAS {
        let service = service(catalog());
        let plain = Post::call(era, json!({"mode": "progress"}));
        let asking = plain.clone().with_meta("progressToken", json!("t"));

        let plain = plain.to(&service).await;
        let stream = asking.to(&service).await;

        assert_eq!(plain.header("content-type"), "application/json");
        assert_eq!(stream.header("content-type"), "text/event-stream");
        assert_eq!(stream.header("x-accel-buffering"), "no");
        let events = stream.events();
        let steps: Vec<_> = events.iter().map(|event| &event["params"]["progress"]).collect();
        assert_eq!(steps[..3], [&json!(1.0), &json!(2.0), &json!(3.0)], "{era:?}");
        assert_eq!(events[3]["id"], 7);
    }
}

#[tokio::test]
async fn a_panic_is_answered_and_the_next_call_works() {
    for era in ERAS {
        let service = service(catalog());

        let panicked = Post::call(era, json!({"mode": "panic", "query": "secret"}));
        let panicked = panicked.to(&service).await;
        let next = Post::call(era, json!({})).to(&service).await;

        assert_eq!(panicked.json["error"]["code"], -32_603, "{era:?}");
        assert!(!panicked.text.contains("secret"));
        assert_eq!(next.status, StatusCode::OK);
    }
}

/// A source of callers whose own code panics.
struct Broken;

#[async_trait]
impl CallerSource for Broken {
    async fn call_input(&self, _: &Extensions) -> Result<CallInput, ErrorData> {
        panic!("no caller")
    }
}

#[tokio::test]
async fn a_panic_before_the_tool_is_answered_too() {
    for era in ERAS {
        let server = Server::builder(catalog(), Arc::new(Broken)).build();
        let service = HttpService::new(server, HttpOptions::new());

        let answer = Post::call(era, json!({})).to(&service).await;

        assert_eq!(answer.json["error"]["code"], -32_603, "{era:?}");
    }
}

#[derive(Clone)]
struct Name(&'static str);

/// Takes down what the layers in front of the service put into the requests.
#[derive(Default)]
struct Named(Mutex<Vec<&'static str>>);

#[async_trait]
impl CallerSource for Named {
    async fn call_input(&self, extensions: &Extensions) -> Result<CallInput, ErrorData> {
        let parts = extensions.get::<http::request::Parts>().unwrap();
        self.0.lock().unwrap().push(parts.extensions.get::<Name>().unwrap().0);
        Ok(caller(&["Mail.Read"]))
    }
}

#[tokio::test]
async fn what_a_layer_knows_of_the_caller_reaches_the_source_of_callers() {
    for era in ERAS {
        let callers = Arc::new(Named::default());
        let server = Server::builder(catalog(), Arc::clone(&callers) as Arc<_>).build();
        let service = HttpService::new(server, HttpOptions::new());

        let mut incoming = Post::call(era, json!({})).incoming().await;
        incoming.extensions_mut().insert(Name("ida"));
        service.serve(incoming).await;

        assert_eq!(*callers.0.lock().unwrap(), ["ida"], "{era:?}");
    }
}

#[tokio::test]
async fn h03_who_closes_the_answer_cancels_the_call() {
    for era in ERAS {
        let probe = Probe::default();
        let running = probe.running.clone();
        let service = post::with(probe);
        let call = Post::call(era, json!({"mode": "hang"}));

        let answer = tokio::spawn(async move { call.to(&service).await });
        running.started().await;
        answer.abort();

        running.dropped().await;
    }
}

#[tokio::test]
async fn only_posts_are_answered() {
    for method in ["GET", "DELETE", "PUT", "OPTIONS"] {
        let answer = Post::new("ping", json!({})).by(method).to(&service(catalog())).await;

        assert_eq!(answer.status, StatusCode::METHOD_NOT_ALLOWED, "{method}");
        assert_eq!(answer.header("allow"), "POST");
    }
}

#[tokio::test]
async fn what_is_asked_for_is_known_before_it_is_served() {
    let about = |incoming: &Incoming| json!([incoming.method(), incoming.tool(), incoming.id()]);

    for (post, expected) in [
        (Post::call(Era::Modern, json!({})), json!(["tools/call", "probe", 7])),
        (
            Post::new("resources/read", json!({"uri": "x:///y"})),
            json!(["resources/read", "read_resource", 7]),
        ),
        (Post::new("tools/list", json!({"name": "x"})), json!(["tools/list", null, 7])),
        (
            Post::new("notifications/x", json!({})).without_id(),
            json!(["notifications/x", null, null]),
        ),
    ] {
        assert_eq!(about(&post.incoming().await), expected);
    }
}

#[tokio::test]
async fn a_refusal_names_the_request_its_kind_and_when_to_come_back() {
    let incoming = Post::call(Era::Modern, json!({})).incoming().await;
    let wait = std::time::Duration::from_millis(1_200);

    let (status, kind) = (StatusCode::TOO_MANY_REQUESTS, ErrorCode::Throttled);
    let refused = incoming.refuse(status, -31_001, kind, "slowly", Some(wait));

    let refused = post::Answer::of(refused).await;
    assert_eq!(refused.status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(refused.header("retry-after"), "2");
    let data = json!({"code": "THROTTLED", "retryAfterSeconds": 2});
    let error = json!({"code": -31_001, "message": "slowly", "data": data});
    assert_eq!(refused.json, json!({"jsonrpc": "2.0", "id": 7, "error": error}));
}

/// Returns the code of the JSON-RPC error in `answer`.
fn error_code(answer: &Value) -> i64 {
    answer["error"]["code"].as_i64().unwrap_or_default()
}
