//! The messages of chats.

use std::collections::BTreeSet;

use m365_sim::Sim;
use reqwest::StatusCode;
use serde_json::Value;

use super::{
    asking::{Asking, MIRA, bad, texts},
    teams::{BUDGET, chat, chats, content, messages},
};

/// Returns the one message whose body contains a text.
fn with<'a>(messages: &'a [Value], text: &str) -> &'a Value {
    messages.iter().find(|message| content(message).contains(text)).unwrap()
}

#[tokio::test]
async fn s56_pages_follow_one_another_by_a_token_alone_and_count_themselves() {
    let graph = chats().await;
    let long = chat(&graph, "Apollo core team").await;
    let first = graph.json(&format!("{long}/messages?$top=50")).await;
    let link = first["@odata.nextLink"].as_str().unwrap().to_owned();

    assert_eq!(first["@odata.count"], 50);
    assert!(link.contains("skiptoken=") && !link.contains("skip="), "{link}");
    let ids = graph.all_ids(&format!("{long}/messages?$top=50")).await;
    assert!(ids.len() > 120, "{}", ids.len());
    assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), ids.len());
    assert_eq!(graph.error(&link.replace("=50", "=49")).await, bad("BadRequest"));
}

#[tokio::test]
async fn messages_come_with_the_last_change_first_and_a_reaction_is_a_change() {
    let graph = chats().await;

    let changed = graph.rows(&format!("{BUDGET}/messages")).await;
    let created = messages(&graph, BUDGET).await;

    let dates = |rows: &[Value], name: &str| texts(&Value::from(rows.to_vec()), name);
    assert!(dates(&changed, "lastModifiedDateTime").is_sorted_by(|a, b| a >= b));
    assert!(dates(&created, "createdDateTime").is_sorted_by(|a, b| a >= b));
    assert_ne!(dates(&changed, "id"), dates(&created, "id"));
    let deck = with(&created, "page 4 before Tuesday");
    assert_ne!(deck["id"], deck["etag"]);
    assert!(
        deck["lastEditedDateTime"].is_null() && !deck["reactions"].as_array().unwrap().is_empty()
    );
}

#[tokio::test]
async fn s34_a_filter_that_the_order_does_not_name_is_ignored() {
    let graph = chats().await;
    let whole = messages(&graph, BUDGET).await;
    let middle = whole[whole.len() / 2]["createdDateTime"].as_str().unwrap();
    let filter = format!("$top=50&$filter=createdDateTime lt {middle}");

    let ignored = graph.ids(&format!("{BUDGET}/messages?{filter}")).await;
    let other =
        graph.ids(&format!("{BUDGET}/messages?{filter}&$orderby=lastModifiedDateTime desc")).await;
    let heard =
        graph.ids(&format!("{BUDGET}/messages?{filter}&$orderby=createdDateTime desc")).await;

    assert_eq!(ignored.len(), whole.len().min(50));
    assert_eq!(other, ignored);
    assert_eq!(heard.len(), whole.len() - whole.len() / 2 - 1);
}

#[tokio::test]
async fn a_window_of_changes_is_filtered_from_both_sides() {
    let graph = chats().await;
    let whole = graph.rows(&format!("{BUDGET}/messages")).await;
    let date = |place: usize| whole[place]["lastModifiedDateTime"].as_str().unwrap();
    let filter =
        format!("lastModifiedDateTime gt {} and lastModifiedDateTime lt {}", date(4), date(1));
    let path = format!("{BUDGET}/messages?$orderby=lastModifiedDateTime desc&$filter={filter}");

    let found = graph.ids(&path).await;

    assert_eq!(found, [whole[2]["id"].as_str().unwrap(), whole[3]["id"].as_str().unwrap()]);
}

#[tokio::test]
async fn s35_messages_cannot_be_sorted_upwards() {
    let graph = chats().await;

    for order in ["createdDateTime", "createdDateTime asc", "lastModifiedDateTime asc"] {
        let path = format!("{BUDGET}/messages?$orderby={order}");

        assert_eq!(graph.error(&path).await, bad("BadRequest"), "{order}");
    }
}

#[tokio::test]
async fn s36_system_messages_have_their_name_only_for_those_who_know_it() {
    let graph = chats().await;
    let path = format!("{BUDGET}/messages?$top=50");
    let plain = graph.json(&path).await;
    let request = graph.get(&path).header("prefer", "include-unknown-enum-members");
    let text = request.send().await.unwrap().text().await.unwrap();
    let named: Value = serde_json::from_str(&text).unwrap();

    let kinds =
        |page: &Value| texts(&page["value"], "messageType").into_iter().collect::<BTreeSet<_>>();
    let names = |names: [&str; 2]| names.map(str::to_owned).into_iter().collect::<BTreeSet<_>>();
    assert_eq!(kinds(&plain), names(["message", "unknownFutureValue"]));
    assert_eq!(kinds(&named), names(["message", "systemEventMessage"]));
    let events = texts(&named["value"], "body").len();
    assert!(events > 0);
    let rows = named["value"].as_array().unwrap();
    let event = rows.iter().find(|row| !row["eventDetail"].is_null()).unwrap();
    assert_eq!(content(event), "<systemEventMessage/>");
    assert!(event["from"].is_null());
}

#[tokio::test]
async fn each_review_leaves_its_call_recording_and_transcript_in_the_chat() {
    let graph = chats().await;

    let all = messages(&graph, BUDGET).await;

    let kinds: Vec<_> =
        all.iter().filter_map(|message| message["eventDetail"]["@odata.type"].as_str()).collect();
    for kind in ["callEnded", "callRecording", "callTranscript"] {
        let name = format!("#microsoft.graph.{kind}EventMessageDetail");
        assert_eq!(kinds.iter().filter(|kind| **kind == name).count(), 12, "{kinds:?}");
    }
}

#[tokio::test]
async fn s37_of_a_deleted_message_little_is_left() {
    let graph = chats().await;

    let all = messages(&graph, BUDGET).await;

    let gone = all.iter().find(|message| !message["deletedDateTime"].is_null()).unwrap();
    assert_eq!(gone["body"], serde_json::json!({"contentType": "html", "content": ""}));
    assert!(gone["mentions"].as_array().unwrap().is_empty());
    assert_eq!(gone["from"]["user"]["displayName"], "Adele Vance");
}

#[tokio::test]
async fn s38_messages_of_chats_have_no_replies() {
    let graph = chats().await;
    let id = messages(&graph, BUDGET).await[0]["id"].as_str().unwrap().to_owned();

    let refused = graph.error(&format!("{BUDGET}/messages/{id}/replies")).await;

    assert_eq!(refused, (404, "NotFound".to_owned()));
}

#[tokio::test]
async fn s39_a_message_is_in_its_own_chat_only() {
    let graph = chats().await;
    let id = messages(&graph, BUDGET).await[0]["id"].as_str().unwrap().to_owned();
    let other = chat(&graph, "Apollo core team").await;

    let own = graph.json(&format!("/me{BUDGET}/messages/{id}")).await;
    let refused = graph.error(&format!("{other}/messages/{id}")).await;

    assert_eq!(own["id"], id.as_str());
    assert_eq!(refused, (404, "NotFound".to_owned()));
}

#[tokio::test]
async fn names_files_and_quotes_pair_with_their_marks() {
    let graph = chats().await;

    let all = messages(&graph, BUDGET).await;

    let deck = with(&all, "page 4 before Tuesday");
    assert!(content(deck).contains("<at id=\"0\">Mira Solberg</at>"));
    assert_eq!(deck["mentions"][0]["mentioned"]["user"]["displayName"], "Mira Solberg");
    assert_eq!(deck["attachments"][0]["contentType"], "reference");
    let id = deck["attachments"][0]["id"].as_str().unwrap();
    assert!(content(deck).contains(&format!("<attachment id=\"{id}\">")));
    let quote = with(&all, "Page 4 still says");
    assert_eq!(quote["attachments"][0]["contentType"], "messageReference");
    let quoted: Value =
        serde_json::from_str(quote["attachments"][0]["content"].as_str().unwrap()).unwrap();
    assert_eq!(quoted["messageId"], deck["id"]);
    assert_eq!(quoted["messageSender"]["user"]["displayName"], "Adele Vance");
    let split = with(&all, "present the Operations line");
    assert_eq!(texts(&split["mentions"], "mentionText"), ["Mira", "Solberg"]);
    assert!(content(split).contains("<emoji "));
    assert_eq!(with(&all, "<2 100>")["body"]["contentType"], "text");
}

#[tokio::test]
async fn pictures_and_snippets_lie_in_teams_itself() {
    let graph = chats().await;
    let found = graph.json("/me/chats?$filter=chatType eq 'oneOnOne'&$top=50").await;
    let mut pictures = 0;

    for id in texts(&found["value"], "id") {
        let newest =
            graph.json(&format!("/chats/{id}/messages?$orderby=createdDateTime desc")).await;
        for message in newest["value"].as_array().unwrap() {
            let path =
                format!("/chats/{id}/messages/{}/hostedContents", message["id"].as_str().unwrap());
            let listed = graph.json(&path).await;
            for hosted in listed["value"].as_array().unwrap() {
                let name = hosted["id"].as_str().unwrap();
                assert!(hosted["contentBytes"].is_null() && hosted["contentType"].is_null());
                let response = graph.get(&format!("{path}/{name}/$value")).send().await.unwrap();
                assert_eq!(response.status(), StatusCode::OK);
                if response.headers()["content-type"] == "image/png" {
                    pictures += 1;
                    assert!(content(message).contains(&format!("{path}/{name}/$value")));
                    assert!(response.bytes().await.unwrap().starts_with(b"\x89PNG"));
                }
            }
        }
    }

    assert!(pictures > 0);
}

#[tokio::test]
async fn a_pinned_message_is_named_and_expanded_on_request() {
    let graph = chats().await;

    let plain = graph.json(&format!("{BUDGET}/pinnedMessages")).await;
    let full = graph.json(&format!("{BUDGET}/pinnedMessages?$expand=message")).await;

    assert!(plain["value"][0].get("message").is_none());
    assert!(content(&full["value"][0]["message"]).contains("It stands"));
}

#[tokio::test]
async fn two_tenants_of_one_day_have_the_same_ids() {
    let now: jiff::Timestamp = "2026-03-18T09:30:12Z".parse().unwrap();
    let later: jiff::Timestamp = "2026-03-18T21:02:55Z".parse().unwrap();
    let mut ids = Vec::new();

    for now in [now, later] {
        let tenant = Sim::builder().now(now).start().await.unwrap();
        let graph = Asking::on(tenant, MIRA, &["Chat.Read"]);
        ids.push(
            graph
                .all_ids(&format!("{BUDGET}/messages?$top=50&$orderby=createdDateTime desc"))
                .await,
        );
    }

    assert_eq!(ids[0], ids[1]);
}

#[tokio::test]
async fn nothing_is_written_after_now() {
    let now = "2026-03-18T00:00:03Z";
    let tenant = Sim::builder().now(now.parse().unwrap()).start().await.unwrap();
    let graph = Asking::on(tenant, MIRA, &["Chat.Read"]);

    for id in graph.all_ids("/me/chats?$top=50").await {
        let newest = graph.json(&format!("/chats/{id}/messages?$top=1")).await;
        for message in newest["value"].as_array().unwrap() {
            assert!(message["lastModifiedDateTime"].as_str().unwrap() <= now, "{message}");
        }
    }
}
