//! Several addresses, pages, and what is refused.

use m365_sim::Fault;
use serde_json::json;

use super::BUDGET;
use crate::{
    office::{Office, text},
    support::code,
};

#[tokio::test]
async fn several_addresses_are_read_at_once_and_each_fails_alone() {
    let office = Office::open().await;
    let good = office.mail(BUDGET).await;
    let uris = json!([good, "mail:///messages/AAMkNobody=", "file:///x", good]);

    let read = office.call("read_resource", json!({"uri": uris})).await.unwrap();

    let results = read["results"].as_array().unwrap();
    assert_eq!(results[0]["title"], BUDGET);
    assert_eq!(results[1]["uri"], "mail:///messages/AAMkNobody=");
    assert!(results[1]["error"]["code"].is_string() && results[1]["error"]["message"].is_string());
    assert_eq!(results[2]["error"]["code"], "VALIDATION_ERROR");
    assert_eq!(results[3]["title"], BUDGET);
}

#[tokio::test]
async fn only_when_all_fail_the_answer_is_an_error() {
    let office = Office::open().await;

    let uris = json!({"uri": ["mail:///messages/AAMkNobody=", "file:///x"]});
    let error = office.call("read_resource", uris).await.unwrap_err();

    assert_eq!(error["message"], "None of the 2 URIs could be read.");
    let errors = error["details"]["errors"].as_array().unwrap();
    assert_eq!(errors[0]["uri"], "mail:///messages/AAMkNobody=");
    assert_eq!(errors[0]["code"], error["code"]);
    assert_eq!(
        (&errors[1]["uri"], code(&errors[1])),
        (&json!("file:///x"), "VALIDATION_ERROR".into())
    );
    assert!(errors.iter().all(|one| !text(one, "message").is_empty()), "{error}");
}

#[tokio::test]
async fn one_address_that_fails_is_an_error_of_its_own() {
    let office = Office::open().await;

    for uri in [json!("file:///x"), json!(["file:///x"])] {
        let error = office.call("read_resource", json!({"uri": uri})).await.unwrap_err();

        assert_eq!(code(&error), "VALIDATION_ERROR");
        assert_eq!(error.get("details"), None);
    }
}

#[tokio::test]
async fn more_than_ten_addresses_are_refused() {
    let office = Office::open().await;

    let many = json!({"uri": vec!["mail:///folders/"; 11]});
    let error = office.call("read_resource", many).await.unwrap_err();

    assert_eq!(code(&error), "VALIDATION_ERROR");
}

#[tokio::test]
async fn a_long_text_comes_in_pages_that_join_without_loss() {
    let office = Office::open().await;
    let uri = office.mail(BUDGET).await;
    let whole = office.call("read_resource", json!({"uri": uri, "format": "raw"})).await.unwrap();
    let body = |text: &str| text.split("\n\n[page").next().unwrap().to_owned();
    let whole = body(text(&whole["results"][0], "text"));
    let office = office.limited(2_000);

    let (mut joined, mut arguments) = (String::new(), json!({"uri": uri, "format": "raw"}));
    loop {
        let reply = office.reply("read_resource", arguments).await;
        assert!(reply.characters() <= 2_000, "{}", reply.characters());
        let read = reply.structured.unwrap();
        let part = text(&read["results"][0], "text");
        joined.push_str(body(part).split("\n\nMore: ").next().unwrap());
        joined.push('\n');
        if read["moreResults"] == false {
            break;
        }
        arguments = json!({"uri": uri, "format": "raw", "cursor": read["nextCursor"]});
    }

    let squeezed = |text: &str| text.split_whitespace().collect::<String>();
    assert_eq!(squeezed(&joined), squeezed(&whole));
}

#[tokio::test]
async fn r21_r22_r24_nothing_malformed_reaches_graph() {
    let office = Office::open().await;
    let long = format!("mail:///messages/{}", "A".repeat(10_000));
    let wrong = [
        "mail:///messages/..",
        "mail:///messages/%2e%2e/x",
        "mail:///messages//A",
        "mail:///messages/A\\B",
        "mail:///messages/A%0D%0AX",
        "mail:///messages/A?$expand=x",
        "mail:///messages/A#x",
        "mail:///messages/A'B",
        "mail:///messages/A%00",
        "mail:///messages/https://evil.example/x",
        "https://169.254.169.254/latest",
        "https://evil.example/owa/?ItemID=AAMk",
        "teams:///chats/x",
        &long,
    ];

    for uri in wrong {
        let error = office.refusal(uri).await;
        assert_eq!(code(&error), "VALIDATION_ERROR", "{uri}");
        assert!(error.to_string().len() < 1_000, "{error}");
    }
    assert_eq!(office.tenant.graph().requests(), 0);
}

#[tokio::test]
async fn wrong_pages_are_named() {
    let office = Office::open().await;
    let uri = office.mail(BUDGET).await;

    for (arguments, named) in [
        (json!({"uri": uri, "startPage": 0}), "startPage"),
        (json!({"uri": uri, "startPage": 3, "endPage": 2}), "endPage"),
        (json!({"uri": uri, "startPage": 7}), "1 page"),
        (json!({"uri": uri, "sheet": "Sheet1"}), "sheet"),
        (json!({"uri": uri, "format": "pdf"}), "pdf"),
        (json!({"uri": uri, "cursor": "x"}), "cursor"),
        (json!({}), "uri"),
    ] {
        let error = office.call("read_resource", arguments).await.unwrap_err();
        assert_eq!(code(&error), "VALIDATION_ERROR");
        assert!(text(&error, "message").contains(named), "{error}");
    }
}

/// Serves a message of four pages.
async fn four_pages() -> Office {
    let office = Office::small().await;
    let content = "Thirty characters in each line\n".repeat(1_000);
    let message = json!({"id": "AAMkLong=", "body": {"contentType": "text", "content": content}});
    let fault = Fault::body(200, "application/json", message.to_string());
    office.tenant.graph().on("/v1.0/me/messages/AAMkLong", fault);
    office
}

#[tokio::test]
async fn chosen_pages_end_with_their_names_and_the_call_for_more() {
    let office = four_pages().await;
    let pages = json!({"uri": "mail:///messages/AAMkLong=", "startPage": 2, "endPage": 3});

    let read = office.call("read_resource", pages).await.unwrap();

    let result = &read["results"][0];
    assert_eq!(result["pages"], json!({"from": 2, "to": 3, "total": 4}));
    let lines: Vec<_> = text(result, "text").lines().rev().take(2).collect();
    assert_eq!(lines[1], "[pages 2–3 of 4]");
    assert!(
        lines[0].contains(r#"{"uri":"mail:///messages/AAMkLong=","startPage":4}"#),
        "{lines:?}"
    );
}

#[tokio::test]
async fn the_last_page_alone_is_named_as_one() {
    let office = four_pages().await;
    let last = json!({"uri": "mail:///messages/AAMkLong=", "startPage": 4});

    let read = office.call("read_resource", last).await.unwrap();

    assert!(text(&read["results"][0], "text").ends_with("\n[page 4 of 4]"));
    assert_eq!(read["moreResults"], false);
}

#[tokio::test]
async fn several_long_texts_go_on_together_and_those_at_their_end_are_left_out() {
    let office = four_pages().await.limited(12_000);
    let short = office.search(json!({"limit": 1})).await["results"][0]["uri"].clone();
    let uris = json!([short, "mail:///messages/AAMkLong="]);

    let (mut lines, mut arguments) = (0, json!({"uri": uris}));
    let mut answers = Vec::new();
    loop {
        let read = office.call("read_resource", arguments).await.unwrap();
        let long = read["results"].as_array().unwrap().last().unwrap();
        lines += text(long, "text").matches("Thirty").count();
        answers.push(read["results"].as_array().unwrap().len());
        if read["moreResults"] == false {
            break;
        }
        arguments = json!({"uri": uris, "cursor": read["nextCursor"]});
    }

    assert_eq!(lines, 1_000);
    assert_eq!(answers[0], 2);
    assert!(answers[1..].iter().all(|count| *count == 1), "{answers:?}");
}
