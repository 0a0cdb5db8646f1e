use std::sync::Arc;

use async_trait::async_trait;
use m365_tools::{
    Catalog, ToolError,
    mcp::{HttpOptions, HttpService, Server, SignInPrompt, SignInRequest},
};
use serde_json::{Value, json};

use super::{
    error_code,
    post::{Answer, Post, service},
};
use crate::{
    host::{Callers, ERAS, Era},
    support::{Probe, SignedIn, catalog, options, policy, user},
};

fn asking() -> Catalog {
    let rules = policy(&[("probe", "ask")]);
    Catalog::new(options().with_policy(rules).with_tool(Probe::default()).unwrap())
}

fn tool_error(answer: &Answer) -> Value {
    assert_eq!(answer.json["result"]["isError"], true, "{}", answer.text);
    serde_json::from_str(answer.json["result"]["content"][0]["text"].as_str().unwrap()).unwrap()
}

/// The same call again, with the answer of the user.
fn accepting(call: Post, question: &Answer) -> Post {
    let state = question.json["result"]["requestState"].clone();
    call.edited(|message| {
        message["params"]["requestState"] = state;
        message["params"]["inputResponses"] =
            json!({"approval": {"action": "accept", "content": {}}});
    })
}

#[tokio::test]
async fn a_host_of_the_handshake_era_cannot_be_asked_and_is_refused() {
    let answer = Post::call(Era::Handshake, json!({})).elicits().to(&service(asking())).await;

    assert_eq!(tool_error(&answer)["code"], "FORBIDDEN");
}

#[tokio::test]
async fn a_host_that_keeps_the_policy_itself_is_let_through() {
    for era in ERAS {
        let server = Server::builder(asking(), Callers::signed_in()).policy_by_host(true).build();
        let service = HttpService::new(server, HttpOptions::new());

        let answer = Post::call(era, json!({})).to(&service).await;

        assert_eq!(answer.json["result"]["isError"], false, "{era:?}");
    }
}

#[tokio::test]
async fn a_modern_host_asks_its_user_and_any_replica_takes_the_answer() {
    let (here, there) = (service(asking()), service(asking()));
    let call = Post::call(Era::Modern, json!({"query": "budget"})).elicits();

    let question = call.to(&here).await;
    let answer = accepting(call, &question).to(&there).await;

    assert_eq!(question.json["result"]["resultType"], "input_required");
    let hit = &answer.json["result"]["structuredContent"]["results"][0];
    assert_eq!(hit["query"], "budget", "{}", answer.text);
}

#[tokio::test]
async fn an_approval_holds_for_its_caller_and_arguments_only() {
    let call = Post::call(Era::Modern, json!({"query": "budget"})).elicits();
    let question = call.to(&service(asking())).await;
    let other_arguments = Post::call(Era::Modern, json!({"query": "salaries"})).elicits();
    let others = Server::builder(asking(), Callers::who(|| user("other", &["Mail.Read"]))).build();
    let others = HttpService::new(others, HttpOptions::new());

    let swapped = accepting(other_arguments, &question).to(&service(asking())).await;
    let stolen = accepting(call.clone(), &question).to(&others).await;
    let forged = accepting(call, &question).edited(|message| {
        message["params"]["requestState"] = "x".repeat(80).into();
    });
    let forged = forged.to(&service(asking())).await;

    for answer in [swapped, stolen, forged] {
        assert_eq!(error_code(&answer.json), -32_602, "{}", answer.text);
    }
}

/// A prompt that nobody may come to over HTTP.
struct Never;

#[async_trait]
impl SignInPrompt for Never {
    async fn begin(&self) -> Result<SignInRequest, ToolError> {
        panic!("nobody signs in over HTTP")
    }

    async fn who(&self) -> String {
        panic!("nobody signs in over HTTP")
    }

    async fn finished(&self) -> Result<(), ToolError> {
        panic!("nobody signs in over HTTP")
    }
}

#[tokio::test]
async fn nobody_is_asked_to_sign_in_over_http() {
    for era in ERAS {
        let strangers = Callers::strangers(&SignedIn::default());
        let server = Server::builder(catalog(), strangers).sign_in(Arc::new(Never));
        let service = HttpService::new(server.build(), HttpOptions::new());

        let answer = Post::call(era, json!({"mode": "scope"})).elicits().to(&service).await;

        assert_eq!(tool_error(&answer)["code"], "SIGN_IN_REQUIRED", "{era:?}");
    }
}
