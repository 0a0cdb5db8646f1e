//! The tools that list chats, teams, channels and posts.

use std::collections::BTreeSet;

use m365_sim::Fault;
use m365_tools::{CatalogOptions, Extractor};
use serde_json::{Value, json};

use crate::{
    office::{Office, text, uris},
    support::code,
    teams_office::{CHATS, EVERYTHING, Everything, all, office},
};

const FINANCE: &str = "6f1f0c1e-0000-4000-8000-000000000b01";

async fn list(office: &Office, tool: &str, arguments: Value) -> Vec<Value> {
    let found = match office.call(tool, arguments.clone()).await {
        Ok(found) => found,
        Err(error) => panic!("{tool} {arguments}: {error}"),
    };
    found["results"].as_array().unwrap().clone()
}

fn names(hits: &[Value]) -> Vec<&str> {
    hits.iter().map(|hit| text(hit, "name")).collect()
}

#[tokio::test]
async fn chats_come_by_last_activity_and_all_of_them() {
    let office = office(&CHATS).await;

    let hits = all(&office, "teams_list_chats", &json!({"limit": 7})).await;

    let unique: BTreeSet<_> = uris(&hits).into_iter().collect();
    let dated: Vec<_> = hits.iter().filter_map(|hit| hit["lastMessageDateTime"].as_str()).collect();
    let times: Vec<jiff::Timestamp> = dated.iter().map(|date| date.parse().unwrap()).collect();
    assert!(unique.len() >= 30 && unique.len() == hits.len(), "{}", hits.len());
    assert!(times.is_sorted_by(|one, other| one >= other));
}

#[tokio::test]
async fn chats_are_found_by_topic_and_by_member() {
    let office = office(&CHATS).await;

    let topic = list(&office, "teams_list_chats", json!({"query": "budget rev"})).await;
    let member = list(&office, "teams_list_chats", json!({"query": "claire", "limit": 50})).await;

    assert_eq!(text(&topic[0], "title"), "Budget review");
    assert_eq!(topic[0]["members"], json!(["Adele Vance", "Lukas Brandt", "Ingrid Haugen"]));
    assert!(member.iter().any(|hit| hit["title"] == "Claire Fontaine"), "{member:?}");
}

#[tokio::test]
async fn with_the_basic_scope_chats_come_without_messages_and_say_so() {
    let office = office(&["User.Read", "Chat.ReadBasic"]).await;

    let found = office.call("teams_list_chats", json!({})).await.unwrap();

    let hits = found["results"].as_array().unwrap();
    assert!(!hits.is_empty() && hits.iter().all(|hit| hit.get("summary").is_none()));
    assert!(found["notices"][0].as_str().unwrap().starts_with("Missing scope 'Chat.Read'"));
}

#[tokio::test]
async fn teams_and_channels_are_listed_by_name_or_id() {
    let office = office(&EVERYTHING).await;

    let teams = list(&office, "teams_list_teams", json!({})).await;
    let by_name = list(&office, "teams_list_channels", json!({"teamId": "finance"})).await;
    let by_id = list(&office, "teams_list_channels", json!({"teamId": FINANCE})).await;

    assert_eq!(names(&teams), ["Finance", "Apollo"]);
    assert_eq!(names(&by_name)[..2], ["General", "Budget"]);
    assert!(!names(&by_name).contains(&"Salaries"), "a private channel of others");
    assert_eq!(by_name, by_id);
}

#[tokio::test]
async fn posts_come_with_their_replies_page_by_page() {
    let office = office(&EVERYTHING).await;
    let everything = Everything::of(&office).await;

    let arguments = json!({"teamId": "Apollo", "channelId": "General", "limit": 3});
    let hits = all(&office, "teams_list_channel_messages", &arguments).await;

    let expected = everything.expected(|one| {
        one.place.as_ref().is_some_and(|(team, name)| team == "Apollo" && name == "General")
            && !one.uri.contains("/replies/")
    });
    let given: BTreeSet<_> = uris(&hits).into_iter().collect();
    assert_eq!(given, expected.into_iter().collect());
    let busiest = hits.iter().max_by_key(|hit| hit["replyCount"].as_u64()).unwrap();
    assert!(busiest["replyCount"].as_u64() > Some(5), "{busiest}");
    assert!(text(&busiest["replies"][0], "from").contains(' '), "{busiest}");
}

/// A page of posts or chats with these ids, each last used in the hour that its id names.
fn listed(ids: &[u32]) -> Fault {
    let entry = |id: &u32| {
        json!({"id": id.to_string(), "messageType": "message", "createdDateTime": format!("2026-11-20T{id}:00:00Z"),
               "body": {"contentType": "text", "content": format!("Post {id}")}})
    };
    let page = json!({"value": ids.iter().map(entry).collect::<Vec<_>>()});
    Fault::body(200, "application/json", page.to_string())
}

#[tokio::test]
async fn a_post_that_arrives_between_two_pages_repeats_none() {
    let office = office(&EVERYTHING).await;
    let channel = json!({"teamId": FINANCE, "channelId": "19:x@thread.tacv2", "limit": 2});
    office.tenant.graph().on("/v1.0/teams/", listed(&[13, 12, 11, 10]));
    let first = office.call("teams_list_channel_messages", channel.clone()).await.unwrap();

    office.tenant.graph().clear();
    office.tenant.graph().on("/v1.0/teams/", listed(&[14, 13, 12, 11, 10]));
    let mut rest = channel;
    rest["cursor"] = first["nextCursor"].clone();
    let rest = list(&office, "teams_list_channel_messages", rest).await;

    let summaries: Vec<_> = rest.iter().map(|hit| text(hit, "summary")).collect();
    assert_eq!(summaries, ["Post 11", "Post 10"]);
}

#[tokio::test]
async fn lists_are_filled_as_far_as_an_answer_goes() {
    let short = office(&EVERYTHING).await.limited(4_000);
    let office = office(&EVERYTHING).await;

    let channel = json!({"teamId": "Apollo", "channelId": "General", "limit": 50});
    for (tool, arguments) in
        [("teams_list_chats", json!({"limit": 50})), ("teams_list_channel_messages", channel)]
    {
        let found = short.call(tool, arguments.clone()).await.unwrap();
        let pages = all(&short, tool, &arguments).await;

        assert!(found["results"].as_array().unwrap().len() > 1, "{tool}");
        assert!(found["notices"][0].as_str().unwrap().starts_with("The answer is full"), "{found}");
        assert_eq!(uris(&pages), uris(&all(&office, tool, &arguments).await), "{tool}");
    }
}

#[tokio::test]
async fn a_list_that_teams_refuses_was_not_deleted() {
    let office = office(&EVERYTHING).await;
    office.tenant.graph().on("/v1.0/me/", Fault::status(403));

    for tool in ["teams_list_chats", "teams_list_teams"] {
        let error = office.call(tool, json!({})).await.unwrap_err();
        let told = text(&error, "message");
        assert!(told.contains("does not list") && !told.contains("deleted"), "{told}");
    }
}

#[tokio::test]
async fn topics_and_last_messages_are_marked_where_that_is_wanted() {
    let marked = CatalogOptions::new([7; 32], Extractor::in_process())
        .with_scopes(CHATS.to_vec())
        .with_mark_untrusted(true);
    let office = office(&CHATS).await.offering(marked);

    let hits = list(&office, "teams_list_chats", json!({"query": "budget rev"})).await;
    let found = list(&office, "chat_message_search", json!({"chatName": "Budget review"})).await;

    for shown in [text(&hits[0], "title"), text(&hits[0], "summary"), text(&found[0], "chat")] {
        assert!(shown.starts_with("<untrusted-"), "{shown}");
    }
}

#[tokio::test]
async fn wrong_names_and_kinds_of_ids_are_refused() {
    let office = office(&EVERYTHING).await;
    let chat = "19:meeting_QnVkZ2V0UmV2aWV3RlkyNw@thread.v2";

    let cases = [
        ("teams_list_channels", json!({"teamId": "Finanse"}), "NOT_FOUND", "Finance"),
        ("teams_list_channels", json!({"teamId": chat}), "VALIDATION_ERROR", "a chat"),
        (
            "teams_list_channel_messages",
            json!({"teamId": "Finance", "channelId": "Bugdet"}),
            "NOT_FOUND",
            "Budget",
        ),
        (
            "teams_list_channel_messages",
            json!({"teamId": "Finance", "channelId": FINANCE}),
            "VALIDATION_ERROR",
            "a team",
        ),
    ];

    for (tool, arguments, expected, named) in cases {
        let error = office.call(tool, arguments).await.unwrap_err();
        assert_eq!(code(&error), expected, "{error}");
        assert!(text(&error, "message").contains(named), "{error}");
    }
}

#[tokio::test]
async fn each_tool_is_offered_where_its_scope_is_configured() {
    let offered = |office: &Office| -> Vec<&str> {
        let names = office.catalog.definitions().map(|one| one.name());
        names.filter(|name| name.starts_with("teams_")).collect()
    };

    assert_eq!(offered(&office(&["Mail.Read"]).await), Vec::<&str>::new());
    assert_eq!(offered(&office(&["Chat.ReadBasic"]).await), ["teams_list_chats"]);
    assert_eq!(
        offered(&office(&EVERYTHING).await),
        [
            "teams_list_chats",
            "teams_list_teams",
            "teams_list_channels",
            "teams_list_channel_messages"
        ]
    );
}

#[tokio::test]
async fn what_a_model_sees_of_each_tool_is_short() {
    let office = office(&EVERYTHING).await;

    for definition in office.catalog.definitions() {
        let most = match definition.name() {
            "chat_message_search" => 1_250,
            name if name.starts_with("teams_") => 600,
            _ => continue,
        };
        let schema = serde_json::to_string(definition.input_schema()).unwrap();
        let seen = definition.name().len() + definition.description().len() + schema.len();
        let output = serde_json::to_string(definition.output_schema()).unwrap();
        assert!(seen <= most, "{} takes {seen}", definition.name());
        assert!(output.len() <= 1_000, "{}: output {}", definition.name(), output.len());
    }
}
