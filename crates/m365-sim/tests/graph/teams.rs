//! Chats.

use std::collections::BTreeSet;

use m365_sim::{Sim, SimCloud};
use serde_json::Value;

use super::asking::{Asking, MIRA, bad, texts};

/// The chat of the budget review.
pub(super) const BUDGET: &str = "/chats/19:meeting_QnVkZ2V0UmV2aWV3RlkyNw@thread.v2";
const ADELE: &str = "adele.vance@fjordlight.example";

/// Signs the main user in with what chats need.
pub(super) async fn chats() -> Asking {
    Asking::with(&["Chat.Read"]).await
}

/// Returns the path of the chat that has a topic.
pub(super) async fn chat(graph: &Asking, topic: &str) -> String {
    let found = graph.json(&format!("/me/chats?$filter=topic eq '{topic}'")).await;
    format!("/chats/{}", found["value"][0]["id"].as_str().unwrap())
}

/// Gets all messages of a chat, newest first.
pub(super) async fn messages(graph: &Asking, chat: &str) -> Vec<Value> {
    graph.rows(&format!("{chat}/messages?$top=50&$orderby=createdDateTime desc")).await
}

/// Returns the body of a message.
pub(super) fn content(message: &Value) -> &str {
    message["body"]["content"].as_str().unwrap()
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
    let listed = graph.rows(&format!("{crew}/members")).await;

    assert_eq!(expanded["members"].as_array().unwrap().len(), 25);
    assert!(listed.len() > 25);
}

#[tokio::test]
async fn there_are_chats_of_every_kind() {
    let graph = chats().await;

    let all = graph.rows("/me/chats?$expand=members&$top=7").await;

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

    let all = graph.rows(path).await;

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
        graph.rows("/chats?$filter=chatType eq 'group' and viewpoint/isHidden eq false").await;
    let named =
        graph.rows("/chats?$filter=contains(topic,'budget') or startswith(topic,'Apollo')").await;

    assert!(groups.iter().all(|chat| chat["chatType"] == "group"));
    assert!(!groups.is_empty());
    let topics: Vec<_> = named.iter().map(|chat| chat["topic"].as_str().unwrap()).collect();
    assert!(
        topics.contains(&"Budget review") && topics.contains(&"Apollo core team"),
        "{topics:?}"
    );
}

#[tokio::test]
async fn a_filter_knows_chats_without_a_topic() {
    let graph = chats().await;

    let without = graph.rows("/chats?$filter=topic eq null").await;
    let with = graph.rows("/chats?$filter=not (topic eq null)").await;
    let above = graph.rows("/chats?$filter=topic le 'zzz'").await;

    assert!(!without.is_empty() && without.iter().all(|chat| chat["topic"].is_null()));
    assert!(!with.is_empty() && with.iter().all(|chat| chat["topic"].is_string()));
    assert!(above.iter().all(|chat| chat["topic"].is_string()));
}

#[tokio::test]
async fn ids_of_chats_have_no_form_to_count_on() {
    let graph = chats().await;
    let odd = "19:uni01_abc.def:x@thread.v2";

    let all = graph.all_ids("/me/chats?$top=50").await;
    let plain = graph.json(&format!("/chats/{odd}")).await;
    let encoded = "/chats/19%3Auni01_abc.def%3Ax%40thread.v2";
    let messages = messages(&graph, encoded).await;

    assert!(all.iter().any(|id| id == odd), "{all:?}");
    assert_eq!(plain["topic"], "Site crew Ålesund");
    assert!(!messages.is_empty() && messages.iter().all(|message| message["chatId"] == odd));
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
        "/me/chats?$filter=topic gt true",
        "/me/chats?$filter=lastUpdatedDateTime gt '2026-01-01'",
        "/me/chats?$filter=chatType eq null",
        "/me/chats?$filter=viewpoint/isHidden eq 'false'",
        &format!("{BUDGET}/messages?$select=id"),
        &format!("{BUDGET}/messages?$filter=createdDateTime gt 2026-01-01T00:00:00Z"),
        &format!("{BUDGET}/messages?$filter=from eq 'adele'"),
        &format!("{BUDGET}/messages?$filter=createdDateTime lt '2026-01-01'"),
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
        let (status, message, _) = graph.refusal(&path).await;

        assert_eq!(status, 400);
        assert!(message.contains("limit of '50' for Top query has been exceeded"), "{message}");
    }
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
        let (status, _, inside) = mira.refusal(&path).await;
        assert_eq!((status, inside.as_str()), (403, "InsufficientPrivileges"), "{path}");
    }
    let (status, message, _) = mira.refusal(&hosted).await;
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

    let (status, message, _) = graph.refusal(&format!("{BUDGET}/messages")).await;

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
async fn a_meeting_chat_leads_to_its_event() {
    let graph = Asking::with(&["Chat.Read", "Calendars.Read"]).await;
    let info = graph.json(BUDGET).await["onlineMeetingInfo"].clone();

    let event =
        graph.json(&format!("/me/events/{}", info["calendarEventId"].as_str().unwrap())).await;

    assert_eq!(event["subject"], "Budget review");
    assert_eq!(event["type"], "seriesMaster");
    assert_eq!(event["onlineMeeting"]["joinUrl"], info["joinWebUrl"]);
}
