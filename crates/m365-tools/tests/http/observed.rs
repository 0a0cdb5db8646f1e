use std::sync::Arc;

use m365_tools::{
    CallObserver, CallOutcome, Catalog, ErrorCode, FinishedCall, PolicyMode,
    mcp::{HttpOptions, HttpService, Server},
};
use serde_json::json;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

use super::post::Post;
use crate::{
    host::{Callers, ERAS, Era},
    support::{Probe, SignedIn, options, policy},
};

/// What an observer was told of a call.
#[derive(Debug, PartialEq)]
struct Seen {
    tool: String,
    outcome: CallOutcome,
    items: Option<usize>,
    has_content: bool,
    is_truncated: bool,
    policy: Option<PolicyMode>,
}

struct Observer(UnboundedSender<Seen>);

impl CallObserver for Observer {
    fn finished(&self, call: &FinishedCall<'_>) {
        assert!(call.extensions.get::<http::request::Parts>().is_some());
        let seen = Seen {
            tool: call.tool.to_owned(),
            outcome: call.outcome,
            items: call.items,
            has_content: call.bytes_out > 0,
            is_truncated: call.is_truncated,
            policy: call.policy,
        };
        self.0.send(seen).unwrap();
    }
}

fn observed(probe: Probe, rules: &[(&str, &str)]) -> (HttpService, UnboundedReceiver<Seen>) {
    observed_for(Callers::signed_in(), probe, rules)
}

fn observed_for(
    callers: Arc<Callers>,
    probe: Probe,
    rules: &[(&str, &str)],
) -> (HttpService, UnboundedReceiver<Seen>) {
    let (seen, receiver) = unbounded_channel();
    let catalog = Catalog::new(options().with_policy(policy(rules)).with_tool(probe).unwrap());
    let server = Server::builder(catalog, callers).observer(Arc::new(Observer(seen)));
    (HttpService::new(server.build(), HttpOptions::new()), receiver)
}

fn ended(outcome: CallOutcome) -> Seen {
    let has_content = matches!(outcome, CallOutcome::Ok | CallOutcome::Error(_));
    Seen {
        tool: "probe".into(),
        outcome,
        items: None,
        has_content,
        is_truncated: false,
        policy: None,
    }
}

/// Returns what was seen of `post`, which is one call.
async fn seen(post: Post, rules: &[(&str, &str)]) -> Seen {
    let (service, mut seen) = observed(Probe::default(), rules);
    post.to(&service).await;
    let one = seen.try_recv().unwrap();
    assert!(seen.try_recv().is_err(), "a call is told of once");
    one
}

#[tokio::test]
async fn a_call_is_told_of_with_how_much_it_found() {
    for era in ERAS {
        let seen = seen(Post::call(era, json!({})), &[]).await;

        let expected = Seen { items: Some(1), is_truncated: true, ..ended(CallOutcome::Ok) };
        assert_eq!(seen, expected, "{era:?}");
    }
}

#[tokio::test]
async fn a_failed_call_is_told_of_as_it_failed() {
    for era in ERAS {
        for (arguments, outcome) in [
            (json!({"limit": 0}), CallOutcome::Error(ErrorCode::ValidationError)),
            (json!({"mode": "panic"}), CallOutcome::Panicked),
        ] {
            assert_eq!(seen(Post::call(era, arguments), &[]).await, ended(outcome), "{era:?}");
        }
    }
}

#[tokio::test]
async fn names_of_tools_that_are_none_are_told_as_one() {
    for era in ERAS {
        let unknown = Post::of(era, "tools/call", json!({"name": "send_mail"}));

        let seen = seen(unknown, &[]).await;

        assert_eq!(seen, Seen { tool: "other".into(), ..ended(CallOutcome::UnknownTool) });
    }
}

#[tokio::test]
async fn what_the_policy_did_is_told() {
    let forbidden = ended(CallOutcome::Error(ErrorCode::Forbidden));
    let call = Post::call(Era::Modern, json!({}));
    for (call, mode, expected) in [
        (call.clone(), "blocked", Seen { policy: Some(PolicyMode::Blocked), ..forbidden }),
        (
            call.clone(),
            "ask",
            Seen {
                policy: Some(PolicyMode::Ask),
                ..ended(CallOutcome::Error(ErrorCode::Forbidden))
            },
        ),
        (
            call.elicits(),
            "ask",
            Seen { policy: Some(PolicyMode::Ask), ..ended(CallOutcome::AskedUser) },
        ),
    ] {
        assert_eq!(seen(call, &[("probe", mode)]).await, expected);
    }
}

#[tokio::test]
async fn h03_a_call_whose_host_has_gone_is_told_of_as_cancelled() {
    for era in ERAS {
        let probe = Probe::default();
        let running = probe.running.clone();
        let (service, mut seen) = observed(probe, &[]);
        let call = Post::call(era, json!({"mode": "hang"}));

        let answer = tokio::spawn(async move { call.to(&service).await });
        running.started().await;
        answer.abort();

        assert_eq!(seen.recv().await, Some(ended(CallOutcome::Cancelled)), "{era:?}");
    }
}

#[tokio::test]
async fn reading_a_resource_is_a_call_of_its_tool() {
    for era in ERAS {
        let read = Post::of(era, "resources/read", json!({"uri": "x:///nothing"}));

        let seen = seen(read, &[]).await;

        assert_eq!(seen.tool, "read_resource", "{era:?}");
        assert_eq!(seen.outcome, CallOutcome::Error(ErrorCode::ValidationError));
    }
}

#[tokio::test]
async fn a_completion_that_asks_graph_is_told_of_and_others_are_not() {
    let complete = |uri: &str, name: &str| {
        let reference = json!({"type": "ref/resource", "uri": uri});
        let argument = json!({"name": name, "value": "i"});
        Post::new("completion/complete", json!({"ref": reference, "argument": argument}))
    };
    let strangers = Callers::strangers(&SignedIn::default());
    let (service, mut seen) = observed_for(strangers, Probe::default(), &[]);

    complete("mail:///folders/{folder}{?owner}", "folder").to(&service).await;
    let asked = seen.try_recv().unwrap();
    complete("mail:///folders/{folder}{?owner}", "nothing").to(&service).await;

    // Nobody is signed in: the host is offered what every mailbox has, but it is told as it was.
    let failed = CallOutcome::Error(ErrorCode::SignInRequired);
    assert_eq!((asked.tool.as_str(), asked.outcome, asked.items), ("completion", failed, None));
    assert!(seen.try_recv().is_err());
}

#[tokio::test]
async fn lists_and_what_is_no_call_are_not_told_of() {
    let (service, mut seen) = observed(Probe::default(), &[]);
    for method in ["tools/list", "resources/list", "ping", "tools/dance"] {
        Post::new(method, json!({})).to(&service).await;
    }

    assert!(seen.try_recv().is_err());
}
