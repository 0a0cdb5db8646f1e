//! The search for chat messages.

use m365_sim::Sim;
use serde_json::{Value, json};

use super::{
    asking::{Asking, MIRA, bad},
    teams::BUDGET,
};

const SCOPES: &[&str] =
    &["Chat.Read", "ChannelMessage.Read.All", "Channel.ReadBasic.All", "Team.ReadBasic.All"];

async fn search(graph: &Asking, query: &str, from: usize, size: usize) -> Value {
    let answer = graph.posted("/search/query", &body(query, from, size)).await;
    answer["value"][0]["hitsContainers"][0].clone()
}

fn body(query: &str, from: usize, size: usize) -> Value {
    json!({"requests": [{
        "entityTypes": ["chatMessage"], "query": {"queryString": query},
        "from": from, "size": size, "enableTopResults": true,
    }]})
}

async fn hits(graph: &Asking, query: &str) -> Vec<Value> {
    let found = search(graph, query, 0, 50).await;
    found["hits"].as_array().cloned().unwrap_or_default()
}

/// Gets the message of a chat that a hit stands for.
async fn message(graph: &Asking, hit: &Value) -> Value {
    let (chat, id) = (hit["resource"]["chatId"].as_str(), hit["resource"]["id"].as_str());
    graph.json(&format!("/chats/{}/messages/{}", chat.unwrap(), id.unwrap())).await
}

#[tokio::test]
async fn a_hit_tells_where_the_message_is_and_not_what_it_says() {
    let graph = Asking::with(SCOPES).await;

    let found = hits(&graph, "from:adele \"page 4 before Tuesday\"").await;

    let resource = found[0]["resource"].as_object().unwrap();
    assert_eq!(found.len(), 1);
    assert_eq!(resource["@odata.type"], "#microsoft.graph.chatMessage");
    assert_eq!(resource["channelIdentity"], json!({}));
    assert_eq!(resource["from"]["emailAddress"]["name"], "Adele Vance");
    assert_eq!(resource["subject"], "");
    assert!(
        resource["webLink"].as_str().unwrap().starts_with("https://outlook.office365.com/owa/")
    );
    for absent in ["body", "attachments", "mentions", "replyToId", "messageType"] {
        assert!(!resource.contains_key(absent), "{absent}");
    }
    assert!(found[0]["summary"].as_str().unwrap().contains("<c0>Tuesday.</c0>"));
    assert_eq!(message(&graph, &found[0]).await["importance"], "high");
}

#[tokio::test]
async fn posts_and_replies_are_found_too_and_some_have_their_link() {
    let graph = Asking::with(SCOPES).await;

    let found = hits(&graph, "deck OR deadline OR layout OR wake").await;

    let channels: Vec<_> =
        found.iter().filter(|hit| hit["resource"].get("chatId").is_none()).collect();
    let links: Vec<_> =
        channels.iter().filter_map(|hit| hit["resource"]["webUrl"].as_str()).collect();
    assert!(!links.is_empty() && links.len() < channels.len());
    let parent = |link: &&str| link.rsplit_once("parentMessageId=").unwrap().1.to_owned();
    let is_reply = |hit: &&&Value| {
        let link = hit["resource"]["webUrl"].as_str();
        link.is_some_and(|link| parent(&link) != hit["resource"]["id"].as_str().unwrap())
    };
    assert!(channels.iter().any(|hit| is_reply(&hit)));
}

#[tokio::test]
async fn s13_pages_come_newest_first_and_count_themselves() {
    let graph = Asking::with(SCOPES).await;
    let (mut dates, mut from, mut more) = (Vec::new(), 0, true);

    while more {
        let page = search(&graph, "turbine OR cable", from, 25).await;
        let hits = page["hits"].as_array().cloned().unwrap_or_default();
        assert_eq!(page["total"], hits.len());
        dates.extend(hits.iter().map(|hit| hit["resource"]["createdDateTime"].to_string()));
        more = page["moreResultsAvailable"].as_bool().unwrap();
        from += 25;
    }

    assert!(dates.len() > 50, "{}", dates.len());
    assert!(dates.is_sorted_by(|a, b| a >= b));
}

#[tokio::test]
async fn s11_no_hits_is_a_container_without_hits() {
    let graph = Asking::with(SCOPES).await;

    let found = search(&graph, "zzqqxx", 0, 25).await;

    assert_eq!(found, json!({"total": 0, "moreResultsAvailable": false}));
}

#[tokio::test]
async fn s10_both_scopes_are_needed_even_for_chats() {
    for scopes in [&["Chat.Read"][..], &["ChannelMessage.Read.All"]] {
        let graph = Asking::with(scopes).await;

        let refused = graph.refused("/search/query", &body("budget", 0, 25)).await;

        assert_eq!(refused, (403, "Forbidden".to_owned()), "{scopes:?}");
    }
}

#[tokio::test]
async fn properties_restrict_what_is_found() {
    let graph = Asking::with(SCOPES).await;

    let sent = hits(&graph, "from:\"Ingrid Haugen\" siden").await;
    let to = hits(&graph, "to:ingrid from:mira").await;
    let attached = hits(&graph, "from:adele hasAttachment:true").await;
    let mentioned = hits(&graph, "IsMentioned:true from:adele").await;
    let by_id = hits(&graph, "mentions:6f1f0c1e000040008000000000000a01 from:adele").await;
    let plain_id = hits(&graph, "mentions:6f1f0c1e-0000-4000-8000-000000000a01").await;

    assert_eq!(sent.len(), 1);
    assert!(to.iter().all(|hit| hit["resource"]["chatId"].as_str().unwrap().contains("@unq")));
    assert!(!to.is_empty() && !attached.is_empty());
    for hit in attached.iter().filter(|hit| hit["resource"].get("chatId").is_some()) {
        let found = message(&graph, hit).await;
        assert!(!found["attachments"].as_array().unwrap().is_empty());
    }
    assert!(!mentioned.is_empty());
    assert_eq!(mentioned.len(), by_id.len());
    assert!(plain_id.is_empty());
}

#[tokio::test]
async fn days_and_moments_bound_what_was_sent() {
    let now = "2026-03-17T09:30:12Z".parse().unwrap();
    let tenant = Sim::builder().now(now).start().await.unwrap();
    let graph = Asking::on(tenant, MIRA, SCOPES);

    let all = hits(&graph, "from:adele sent>=2026-03-01 sent<2026-03-14").await;
    let day = hits(&graph, "sent:2026-03-14").await;
    let moment = hits(&graph, "sent>2026-03-16T12:00:00Z").await;

    let date = |hit: &Value| hit["resource"]["createdDateTime"].as_str().unwrap().to_owned();
    assert!(!all.is_empty() && !day.is_empty() && !moment.is_empty());
    assert!(all.iter().map(date).all(|date| ("2026-03-01".."2026-03-14").contains(&date.as_str())));
    assert!(day.iter().map(date).all(|date| date.starts_with("2026-03-14")));
    assert!(moment.iter().map(date).all(|date| date.as_str() > "2026-03-16T12"));
}

#[tokio::test]
async fn is_read_breaks_the_service() {
    let graph = Asking::with(SCOPES).await;

    let refused = graph.refused("/search/query", &body("budget NOT IsRead:false", 0, 25)).await;

    assert_eq!(refused, (500, "InternalServerError".to_owned()));
}

#[tokio::test]
async fn s07_a_page_of_more_than_50_is_refused() {
    let graph = Asking::with(SCOPES).await;

    assert_eq!(graph.refused("/search/query", &body("a", 0, 51)).await, bad("BadRequest"));
}

#[tokio::test]
async fn the_text_of_attachments_is_searched_too() {
    let graph = Asking::with(SCOPES).await;

    let found = hits(&graph, "\"framework order Nordkabel\"").await;

    assert!(!found.is_empty());
    assert!(!found[0]["summary"].as_str().unwrap().contains("<c0>"));
}

#[tokio::test]
async fn nothing_is_found_that_was_deleted_or_that_the_service_tells() {
    let graph = Asking::with(SCOPES).await;
    let path = format!("{BUDGET}/messages?$top=50&$orderby=createdDateTime desc");
    let messages = graph.rows(&path).await;
    let hidden = |message: &&Value| {
        !message["deletedDateTime"].is_null() || !message["eventDetail"].is_null()
    };
    let hidden: Vec<_> = messages.iter().filter(hidden).map(|message| &message["id"]).collect();

    let found = hits(&graph, "chat OR sorry OR systemEventMessage OR recording").await;

    assert!(!hidden.is_empty());
    assert!(found.iter().all(|hit| !hidden.contains(&&hit["resource"]["id"])));
}

#[tokio::test]
async fn conversations_of_others_are_not_found() {
    let graph = Asking::with(SCOPES).await;
    let users = graph.tenant.users().to_vec();

    for user in users.iter().filter(|user| user.upn != MIRA) {
        let found = hits(&graph, &format!("\"{}\"", user.canary())).await;

        assert!(found.is_empty(), "{}", user.upn);
    }
}

#[tokio::test]
async fn the_subject_of_a_restricted_word_is_free_text_in_chats() {
    let graph = Asking::with(SCOPES).await;

    let found = hits(&graph, "received:2026-01-01").await;

    assert!(found.is_empty());
}
