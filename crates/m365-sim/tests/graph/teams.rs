//! Chats and their messages.

use std::collections::BTreeSet;

use m365_sim::{Sim, SimCloud};
use reqwest::StatusCode;
use serde_json::Value;

use super::asking::{Asking, MIRA, bad, texts};

/// The thread of the budget review.
pub(crate) const BUDGET: &str = "/chats/19:meeting_QnVkZ2V0UmV2aWV3RlkyNw@thread.v2";
const ADELE: &str = "adele.vance@fjordlight.example";

async fn chats() -> Asking {
    Asking::with(&["Chat.Read"]).await
}

/// Gets the whole list, whatever its pages.
pub(crate) async fn all(graph: &Asking, path: &str) -> Vec<Value> {
    let mut rows = Vec::new();
    let mut link = Some(path.to_owned());
    while let Some(path) = link {
        let page = graph.json(&path).await;
        rows.extend(page["value"].as_array().unwrap().iter().cloned());
        link = page["@odata.nextLink"].as_str().map(str::to_owned);
    }
    rows
}

/// Returns the path of the chat that has a topic.
async fn chat(graph: &Asking, topic: &str) -> String {
    let found = graph.json(&format!("/me/chats?$filter=topic eq '{topic}'")).await;
    format!("/chats/{}", found["value"][0]["id"].as_str().unwrap())
}

async fn messages(graph: &Asking, chat: &str) -> Vec<Value> {
    all(graph, &format!("{chat}/messages?$top=50&$orderby=createdDateTime desc")).await
}

fn content(message: &Value) -> &str {
    message["body"]["content"].as_str().unwrap()
}

/// Returns the one message whose body contains a text.
fn with<'a>(messages: &'a [Value], text: &str) -> &'a Value {
    messages.iter().find(|message| content(message).contains(text)).unwrap()
}

/// Gets an error's message, and the code inside.
async fn refusal(graph: &Asking, path: &str) -> (u16, String, String) {
    let response = graph.get(path).send().await.unwrap();
    let status = response.status().as_u16();
    let body: Value = serde_json::from_str(&response.text().await.unwrap()).unwrap();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    (status, text(&body["error"]["message"]), text(&body["error"]["innerError"]["code"]))
}

#[tokio::test]
async fn s33_what_is_not_expanded_does_not_come() {
    let graph = chats().await;

    let plain = graph.json("/me/chats").await;
    let full = graph.json("/chats?$expand=members,lastMessagePreview&$top=50").await;

    assert!(plain["value"][0].get("members").is_none());
    assert!(plain["value"][0].get("lastMessagePreview").is_none());
    let rows = full["value"].as_array().unwrap();
    assert!(rows.iter().all(|row| row["members"].is_array()));
    assert!(rows.iter().any(|row| row["lastMessagePreview"]["body"]["content"].is_string()));
    assert!(rows.iter().any(|row| row["lastMessagePreview"].is_null()));
}

#[tokio::test]
async fn s33_expanded_members_are_cut_at_25() {
    let graph = chats().await;
    let crew = chat(&graph, "Site crew Ålesund").await;

    let expanded = graph.json(&format!("{crew}?$expand=members")).await;
    let listed = all(&graph, &format!("{crew}/members")).await;

    assert_eq!(expanded["members"].as_array().unwrap().len(), 25);
    assert!(listed.len() > 25);
}

#[tokio::test]
async fn there_are_chats_of_every_kind() {
    let graph = chats().await;

    let all = all(&graph, "/me/chats?$expand=members&$top=7").await;

    assert!(all.len() >= 30, "{}", all.len());
    for kind in ["oneOnOne", "group", "meeting"] {
        assert!(all.iter().any(|chat| chat["chatType"] == kind), "{kind}");
    }
    assert!(all.iter().any(|chat| chat["chatType"] == "group" && chat["topic"].is_null()));
    assert!(all.iter().any(|chat| chat["viewpoint"]["isHidden"] == true));
    let members = all.iter().flat_map(|chat| chat["members"].as_array().unwrap());
    assert!(members.clone().any(|member| member["email"].is_null()));
    let ids: BTreeSet<_> = all.iter().map(|chat| chat["id"].as_str().unwrap()).collect();
    assert_eq!(ids.len(), all.len());
}

#[tokio::test]
async fn ordered_chats_have_the_latest_message_first_and_their_update_is_another_thing() {
    let graph = chats().await;
    let path = "/me/chats?$expand=lastMessagePreview&$top=50&$orderby=lastMessagePreview/createdDateTime desc";

    let all = all(&graph, path).await;

    let latest =
        |chat: &Value| chat["lastMessagePreview"]["createdDateTime"].as_str().map(str::to_owned);
    let dates: Vec<_> = all.iter().filter_map(latest).collect();
    assert!(dates.is_sorted_by(|a, b| a >= b), "{dates:?}");
    assert!(
        all.iter()
            .all(|chat| latest(chat) != chat["lastUpdatedDateTime"].as_str().map(str::to_owned))
    );
}

#[tokio::test]
async fn chats_are_filtered_by_their_properties() {
    let graph = chats().await;

    let groups =
        all(&graph, "/chats?$filter=chatType eq 'group' and viewpoint/isHidden eq false").await;
    let named =
        all(&graph, "/chats?$filter=contains(topic,'budget') or startswith(topic,'Apollo')").await;

    assert!(groups.iter().all(|chat| chat["chatType"] == "group"));
    assert!(!groups.is_empty());
    let topics: Vec<_> = named.iter().map(|chat| chat["topic"].as_str().unwrap()).collect();
    assert!(
        topics.contains(&"Budget review") && topics.contains(&"Apollo core team"),
        "{topics:?}"
    );
}

#[tokio::test]
async fn options_that_teams_does_not_have_are_refused() {
    let graph = chats().await;

    for path in [
        "/me/chats?$select=id",
        "/me/chats?$search=budget",
        "/me/chats?$skip=2",
        "/me/chats?$count=true",
        "/me/chats?$expand=messages",
        "/me/chats?$orderby=createdDateTime desc",
        "/me/chats?$orderby=lastMessagePreview/createdDateTime",
        "/me/chats?$filter=members eq 'x'",
        "/me/chats?$filter=topic is 'x'",
        &format!("{BUDGET}/messages?$select=id"),
        &format!("{BUDGET}/messages?$filter=createdDateTime gt 2026-01-01T00:00:00Z"),
        &format!("{BUDGET}/messages?$filter=from eq 'adele'"),
        &format!("{BUDGET}/members?$top=5"),
        "/chats/nonsense",
        &format!("{BUDGET}/messages/nonsense"),
    ] {
        assert_eq!(graph.error(path).await, bad("BadRequest"), "{path}");
    }
}

#[tokio::test]
async fn s18_a_page_of_more_than_50_is_refused() {
    let graph = chats().await;

    for path in ["/me/chats?$top=51".to_owned(), format!("{BUDGET}/messages?$top=51")] {
        let (status, message, _) = refusal(&graph, &path).await;

        assert_eq!(status, 400);
        assert!(message.contains("limit of '50' for Top query has been exceeded"), "{message}");
    }
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

    let changed = all(&graph, &format!("{BUDGET}/messages")).await;
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
    let whole = all(&graph, &format!("{BUDGET}/messages")).await;
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
async fn who_is_not_in_a_chat_does_not_read_it() {
    let tenant = Sim::start().await;
    let adele = Asking::on(tenant, ADELE, &["Chat.Read"]);
    let private = adele.json("/me/chats?$filter=chatType eq 'oneOnOne'&$top=50").await;
    let ingrid = "6f1f0c1e-0000-4000-8000-000000000a04";
    let ids = texts(&private["value"], "id");
    let id = ids.iter().find(|id| id.contains(ingrid)).unwrap();
    let message = messages(&adele, &format!("/chats/{id}")).await[0].clone();
    let mira = Asking::on(adele.tenant, MIRA, &["Chat.Read"]);

    let hosted =
        format!("/chats/{id}/messages/{}/hostedContents/x/$value", message["id"].as_str().unwrap());
    for path in
        [format!("/chats/{id}"), format!("/chats/{id}/messages"), format!("/chats/{id}/members")]
    {
        let (status, _, inside) = refusal(&mira, &path).await;
        assert_eq!((status, inside.as_str()), (403, "InsufficientPrivileges"), "{path}");
    }
    let (status, message, _) = refusal(&mira, &hosted).await;
    assert_eq!(status, 403);
    assert!(message.starts_with("AclCheckFailed"), "{message}");
    let unknown = mira.error("/chats/19:00000000000000000000000000000000@thread.v2/messages").await;
    assert_eq!(unknown, (404, "NotFound".to_owned()));
}

#[tokio::test]
async fn nobody_lists_the_chats_of_others() {
    let graph = chats().await;

    let refused = graph.error(&format!("/users/{ADELE}/chats")).await;

    assert_eq!(refused, (403, "Forbidden".to_owned()));
}

#[tokio::test]
async fn s03_a_missing_scope_is_named() {
    let graph = Asking::with(&["User.Read"]).await;

    let (status, message, _) = refusal(&graph, &format!("{BUDGET}/messages")).await;

    assert_eq!(status, 403);
    let expected = "Missing scope permissions on the request. API requires one of 'Chat.Read, Chat.ReadWrite'. Scopes on the request 'User.Read'";
    assert_eq!(message, expected);
}

#[tokio::test]
async fn a_basic_token_lists_chats_and_reads_nothing_of_them() {
    let graph = Asking::with(&["Chat.ReadBasic"]).await;

    let list = graph.json("/me/chats?$expand=lastMessagePreview&$top=50").await;

    let previews = list["value"].as_array().unwrap().iter().map(|chat| &chat["lastMessagePreview"]);
    assert!(previews.clone().any(Value::is_object));
    assert!(previews.into_iter().all(|preview| preview["body"].is_null()));
    assert_eq!(graph.json(&format!("{BUDGET}/members")).await["@odata.count"], 4);
    assert_eq!(graph.error(&format!("{BUDGET}/messages")).await.0, 403);
    assert_eq!(graph.error(&format!("{BUDGET}/pinnedMessages")).await.0, 403);
}

#[tokio::test]
async fn members_of_one_meeting_chat_fail_each_time() {
    let graph = chats().await;
    let broken = chat(&graph, "Turbine sync").await;

    for _ in 0..2 {
        let refused = graph.error(&format!("{broken}/members")).await;

        assert_eq!(refused, (502, "UnknownError".to_owned()));
    }
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
async fn s58_a_government_cloud_has_no_order_of_chats() {
    let tenant = Sim::builder().cloud(SimCloud::UsGovHigh).start().await.unwrap();
    let graph = Asking::on(tenant, MIRA, &["Chat.Read"]);

    let refused = graph.error("/me/chats?$orderby=lastMessagePreview/createdDateTime desc").await;

    assert_eq!(refused, bad("BadRequest"));
    let link = graph.json(BUDGET).await["webUrl"].as_str().unwrap().to_owned();
    assert!(link.starts_with("https://gov.teams.microsoft.us/l/chat/19%3Ameeting_"), "{link}");
}

#[tokio::test]
async fn who_has_no_licence_has_no_teams() {
    let graph = Asking::on(Sim::start().await, "dock.terminal@fjordlight.example", &["Chat.Read"]);

    assert_eq!(graph.error("/me/chats").await, (403, "Forbidden".to_owned()));
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
