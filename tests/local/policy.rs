//! The tool policy of an entry, as a host and its user meet it in both eras.

use serde_json::{Value, json};

use crate::harness::{Bench, Server, error, results};

/// A host that can show forms to its user.
fn forms() -> Value {
    json!({ "elicitation": { "form": {} } })
}

fn search() -> Value {
    json!({ "name": "outlook_email_search", "arguments": { "query": "budget" } })
}

/// A signed-in account, and the path of an entry that asks before mail is searched.
async fn asking() -> (Bench, String) {
    let bench = Bench::without_server().await;
    let entry = bench.entry(json!({
        "toolPolicy": { "outlook_*_search": "ask-session", "teams_*": "blocked", "*": "allow" }
    }));
    let ended = bench.sign_in_as(&["--config", &entry]).await;
    assert_eq!(ended.code, Some(0), "{ended:?}");
    (bench, entry)
}

/// Answers the question of a host of the handshake era; returns the question and the result.
async fn answered(server: &mut Server, answer: Value) -> (Value, Value) {
    server.begin("tools/call", search()).await;
    let question = server.next().await;
    server.send(&json!({ "jsonrpc": "2.0", "id": question["id"], "result": answer })).await;
    let mut result = server.next().await;
    (question, result["result"].take())
}

fn refusal(result: &Value) -> String {
    let error = error(result);
    assert_eq!(error["code"], "FORBIDDEN", "{error}");
    error["message"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_host_of_the_handshake_era_asks_its_user_by_a_form() {
    let (bench, entry) = asking().await;
    let mut server = bench.another(&["--config", &entry], forms()).await;

    let accept = json!({ "action": "accept", "content": {} });
    let (question, accepted) = answered(&mut server, accept).await;
    let (_, declined) = answered(&mut server, json!({ "action": "decline" })).await;
    let (_, cancelled) = answered(&mut server, json!({ "action": "cancel" })).await;

    assert_eq!(question["method"], "elicitation/create");
    let message = question["params"]["message"].as_str().unwrap();
    assert!(message.contains("outlook_email_search") && message.contains("budget"), "{message}");
    assert_eq!(question["params"]["requestedSchema"]["type"], "object");
    assert!(!results(&accepted).is_empty());
    for result in [declined, cancelled] {
        assert!(refusal(&result).contains("toolPolicy"));
    }
}

#[tokio::test]
async fn a_host_of_the_modern_era_gets_the_question_as_a_result() {
    let (bench, entry) = asking().await;
    let mut server = bench.modern(&["--config", &entry]);
    for (answer, runs) in [
        (json!({ "action": "accept", "content": {} }), true),
        (json!({ "action": "decline" }), false),
        (json!({ "action": "cancel" }), false),
    ] {
        let question = server.call_modern(search(), forms()).await;
        let mut again = search();
        again["requestState"] = question["requestState"].clone();
        again["inputResponses"] = json!({ "approval": answer });
        let result = server.call_modern(again, forms()).await;

        assert_eq!(question["resultType"], "input_required", "{question}");
        let asked = &question["inputRequests"]["approval"];
        assert_eq!(asked["method"], "elicitation/create", "{question}");
        assert!(asked["params"]["message"].as_str().unwrap().contains("budget"), "{question}");
        match runs {
            true => assert!(!results(&result).is_empty()),
            false => assert!(refusal(&result).contains("toolPolicy")),
        }
    }
}

#[tokio::test]
async fn a_host_that_cannot_ask_is_refused_and_told_by_which_policy() {
    let (bench, entry) = asking().await;
    let requests = || bench.sim.graph().requests();
    let mut handshake = bench.another(&["--config", &entry], json!({})).await;
    let mut modern = bench.modern(&["--config", &entry]);

    let by_handshake = handshake.call("outlook_email_search", json!({ "query": "budget" })).await;
    let by_modern = modern.call_modern(search(), json!({})).await;

    for result in [by_handshake, by_modern] {
        let message = refusal(&result);
        assert!(message.contains("toolPolicy") && message.contains("ask"), "{message}");
    }
    assert_eq!(requests(), 0, "nothing is read before the user said yes");
}

#[tokio::test]
async fn a_host_that_keeps_the_policy_itself_is_not_asked() {
    let (bench, entry) = asking().await;
    let arguments = ["--config", &entry, "--tool-policy-by-host"];
    let mut handshake = bench.another(&arguments, forms()).await;
    let mut modern = bench.modern(&arguments);

    let by_handshake = handshake.call("outlook_email_search", json!({ "query": "budget" })).await;
    let by_modern = modern.call_modern(search(), forms()).await;

    assert!(!results(&by_handshake).is_empty());
    assert!(!results(&by_modern).is_empty());
}

#[tokio::test]
async fn a_blocked_tool_is_not_listed_and_refused_whoever_keeps_the_policy() {
    let (bench, entry) = asking().await;
    for more in [&[][..], &["--tool-policy-by-host"]] {
        let arguments = [&["--config", entry.as_str()], more].concat();
        let mut server = bench.another(&arguments, forms()).await;

        let listed = server.request("tools/list", json!({})).await.to_string();
        let refused = server.call("teams_list_chats", json!({})).await;
        let free = server.call("get_me", json!({})).await;

        assert!(!listed.contains("\"teams_list_chats\""), "{listed}");
        assert!(listed.contains("\"outlook_email_search\""), "{listed}");
        assert!(refusal(&refused).contains("toolPolicy"));
        assert_ne!(free["isError"], true, "{free}");
    }
}
