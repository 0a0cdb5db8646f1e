//! `POST /search/query`.

use std::collections::BTreeSet;

use m365_sim::{Sim, SimCloud};
use serde_json::{Value, json};

use super::asking::{Asking, MIRA, bad};

/// One request for messages with `more` members.
fn body(query: &str, more: Value) -> Value {
    let mut request = json!({
        "entityTypes": ["message"], "query": {"queryString": query}, "from": 0, "size": 25,
    });
    for (name, value) in more.as_object().unwrap() {
        request[name] = value.clone();
    }
    json!({"requests": [request]})
}

async fn container(graph: &Asking, query: &str, more: Value) -> Value {
    let answer = graph.posted("/search/query", &body(query, more)).await;
    answer["value"][0]["hitsContainers"][0].clone()
}

fn subjects(container: &Value) -> Vec<&str> {
    let hits = container["hits"].as_array().into_iter().flatten();
    hits.map(|hit| hit["resource"]["subject"].as_str().unwrap_or_default()).collect()
}

#[tokio::test]
async fn s12_a_hit_is_less_than_the_message() {
    let graph = Asking::mail().await;

    let container = container(&graph, "subject:\"Q3 budget\" from:ingrid", json!({})).await;

    let hit = &container["hits"][0];
    let id = hit["hitId"].as_str().unwrap();
    assert!(id.contains('/') && id.contains('+'), "{id}");
    assert_eq!(hit["rank"], 1);
    let resource = hit["resource"].as_object().unwrap();
    assert_eq!(resource["@odata.type"], "#microsoft.graph.message");
    for absent in ["id", "body", "toRecipients", "isRead"] {
        assert!(!resource.contains_key(absent), "{absent}");
    }
}

#[tokio::test]
async fn s11_no_hits_is_a_container_without_hits() {
    let graph = Asking::mail().await;

    let container = container(&graph, "zzqqxx", json!({})).await;

    assert_eq!(container, json!({"total": 0, "moreResultsAvailable": false}));
}

#[tokio::test]
async fn hits_come_newest_first_with_their_matches_marked() {
    let graph = Asking::mail().await;

    let container = container(&graph, "budget", json!({"size": 4})).await;

    assert_eq!(container["total"], 4);
    assert_eq!(container["moreResultsAvailable"], true);
    let hits = container["hits"].as_array().unwrap();
    let date = |hit: &Value| hit["resource"]["receivedDateTime"].as_str().unwrap().to_owned();
    assert!(hits.iter().map(date).is_sorted_by(|a, b| a >= b));
    let summaries: String = hits.iter().map(|hit| hit["summary"].as_str().unwrap()).collect();
    assert!(summaries.contains("<c0>"), "{summaries}");
}

#[tokio::test]
async fn top_results_put_three_good_hits_first() {
    let graph = Asking::mail().await;

    let top = container(&graph, "budget", json!({"enableTopResults": true})).await;

    let first: Vec<_> = subjects(&top).into_iter().take(3).collect();
    assert!(first.iter().all(|subject| subject.contains("budget")), "{first:?}");
    let newest = container(&graph, "budget", json!({})).await;
    let sorted = |container| {
        let mut all = subjects(container).into_iter().map(str::to_owned).collect::<Vec<_>>();
        all.sort();
        all
    };
    assert_eq!(sorted(&top), sorted(&newest));
}

#[tokio::test]
async fn s13_pages_follow_one_another_and_their_totals_are_their_own() {
    let graph = Asking::mail().await;
    let (mut ids, mut from, mut more) = (Vec::new(), 0, true);

    while more {
        let page = container(&graph, "apollo OR cable", json!({"from": from, "size": 10})).await;
        let hits = page["hits"].as_array().cloned().unwrap_or_default();
        assert_eq!(page["total"], hits.len());
        ids.extend(hits.iter().map(|hit| hit["hitId"].to_string()));
        more = page["moreResultsAvailable"].as_bool().unwrap();
        from += 10;
    }

    let found = ids.len();
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), found);
    assert!(from > 20 && found <= from);
}

#[tokio::test]
async fn what_the_index_lists_and_the_mailbox_lacks_makes_pages_short() {
    let graph = Asking::mail().await;
    let (mut short, mut from, mut more) = (0, 0, true);

    while more {
        let page = container(&graph, "from:fjordlight", json!({"from": from})).await;
        more = page["moreResultsAvailable"].as_bool().unwrap();
        short += usize::from(more && page["total"].as_u64() < Some(25));
        from += 25;
    }

    assert!(short > 0);
}

#[tokio::test]
async fn s07_a_later_page_needs_the_first_one() {
    let graph = Asking::mail().await;

    let later = graph.refused("/search/query", &body("cable", json!({"from": 25}))).await;

    assert_eq!(later, bad("BadRequest"));
}

#[tokio::test]
async fn s07_to_s09_requests_that_break_a_rule_are_refused() {
    let graph = Asking::mail().await;
    let sort = json!([{"name": "receivedDateTime", "isDescending": true}]);

    for (query, more) in [
        ("", json!({})),
        ("a", json!({"size": 26})),
        ("a", json!({"size": 0})),
        ("a", json!({"from": -1})),
        ("a", json!({"sortProperties": sort})),
        ("a", json!({"region": "EUR"})),
        ("a", json!({"contentSources": ["x"]})),
        ("a", json!({"sortProperties": {"name": "receivedDateTime"}})),
        ("a", json!({"sortProperties": "receivedDateTime"})),
        ("a", json!({"trimDuplicates": true})),
        ("a", json!({"entityTypes": ["message", "event"]})),
        ("a", json!({"entityTypes": ["email"]})),
        ("a", json!({"entityTypes": []})),
        ("(a", json!({})),
        ("*", json!({})),
        ("received>=soon", json!({})),
    ] {
        let body = body(query, more);

        assert_eq!(graph.refused("/search/query", &body).await, bad("BadRequest"), "{body}");
    }
}

#[tokio::test]
async fn a_search_has_no_query_options() {
    let graph = Asking::mail().await;

    let refused = graph.refused("/search/query?$top=5", &body("a", json!({}))).await;

    assert_eq!(refused, bad("BadRequest"));
}

#[tokio::test]
async fn a_misspelled_word_is_corrected_where_that_is_asked_for() {
    let graph = Asking::with(&["Mail.Read", "Calendars.Read"]).await;
    let answer = async |kind: &str, option: &str| {
        let more = json!({"entityTypes": [kind], "queryAlterationOptions": {option: true}});
        graph.posted("/search/query", &body("buget", more)).await["value"][0].clone()
    };

    for kind in ["message", "event"] {
        let suggested = answer(kind, "enableSuggestion").await;
        let modified = answer(kind, "enableModification").await;

        let altered = &suggested["queryAlterationResponse"];
        assert_eq!(altered["queryAlterationType"], "Suggestion");
        assert_eq!(altered["queryAlteration"]["alteredQueryString"], "budget");
        assert!(suggested["hitsContainers"][0]["hits"].is_null());
        assert_eq!(modified["queryAlterationResponse"]["queryAlterationType"], "Modification");
        assert_eq!(modified["searchTerms"], json!(["budget"]));
        assert!(!modified["hitsContainers"][0]["hits"].is_null(), "{kind}");
    }
}

#[tokio::test]
async fn s58_a_government_cloud_has_no_acronyms_and_no_bookmarks() {
    let scopes = ["ExternalItem.Read.All"];
    let tenant = Sim::builder().cloud(SimCloud::UsGovHigh).start().await.unwrap();
    let government = Asking::on(tenant, MIRA, &scopes);
    let global = Asking::with(&scopes).await;

    for kind in ["acronym", "bookmark"] {
        let body = body("a", json!({"entityTypes": [kind]}));

        assert_eq!(government.refused("/search/query", &body).await, bad("BadRequest"), "{kind}");
        assert_eq!(global.refused("/search/query", &body).await.0, 501, "{kind}");
    }
}

#[tokio::test]
async fn guests_search_nothing_but_what_is_in_sharepoint() {
    let scopes = [
        "Calendars.Read",
        "ChannelMessage.Read.All",
        "Chat.Read",
        "ExternalItem.Read.All",
        "Files.Read.All",
        "Mail.Read",
        "People.Read",
        "Sites.Read.All",
    ];
    let guest = Asking::on(Sim::start().await, "sam.rivers@northwind.example", &scopes);
    let of = |kind: &str| body("budget", json!({"entityTypes": [kind]}));

    for kind in ["message", "event", "chatMessage", "person", "externalItem"] {
        let refused = guest.refused("/search/query", &of(kind)).await;
        assert_eq!(refused, (403, "Forbidden".to_owned()), "{kind}");
    }
    for kind in ["drive", "driveItem", "list", "listItem", "site"] {
        let answer = guest.posted("/search/query", &of(kind)).await;
        assert!(answer["value"][0]["hitsContainers"][0]["total"].is_number(), "{kind}");
    }
}

#[tokio::test]
async fn s08_what_a_connector_brings_cannot_be_sorted() {
    let graph = Asking::with(&["ExternalItem.Read.All", "Files.Read.All"]).await;
    let sort = json!([{"name": "lastModifiedDateTime"}]);

    for kinds in [json!(["externalItem"]), json!(["driveItem", "externalItem"])] {
        let body = body("a", json!({"entityTypes": kinds, "sortProperties": sort}));

        assert_eq!(graph.refused("/search/query", &body).await, bad("BadRequest"), "{body}");
    }
}

#[tokio::test]
async fn s09_a_region_is_not_for_who_searches_as_a_user() {
    let scopes = ["Calendars.Read", "Chat.Read", "ChannelMessage.Read.All", "Files.Read.All"];
    let graph = Asking::with(&[&scopes[..], &["Mail.Read", "Sites.Read.All"]].concat()).await;

    for kind in ["chatMessage", "driveItem", "event", "listItem", "message", "site"] {
        let plain = body("a", json!({"entityTypes": [kind]}));
        let region = body("a", json!({"entityTypes": [kind], "region": "EUR"}));

        graph.posted("/search/query", &plain).await;
        assert_eq!(graph.refused("/search/query", &region).await, bad("BadRequest"), "{kind}");
    }
}

#[tokio::test]
async fn a_restriction_has_a_limit_of_its_own() {
    let graph = Asking::mail().await;
    let long = "a".repeat(2048);

    let words = graph.search(&long).await;
    let refused = body(&format!("subject:{long}"), json!({}));

    assert_eq!(words["total"], 0);
    assert_eq!(graph.refused("/search/query", &refused).await, bad("BadRequest"));
}

#[tokio::test]
async fn two_requests_at_once_are_refused() {
    let graph = Asking::mail().await;
    let one = body("a", json!({}))["requests"][0].clone();

    let refused = graph.refused("/search/query", &json!({"requests": [one, one]})).await;

    assert_eq!(refused, bad("BadRequest"));
}

#[tokio::test]
async fn s08_a_broken_rule_is_named_at_every_level() {
    let graph = Asking::mail().await;
    let sort = json!({"sortProperties": [{"name": "receivedDateTime"}]});

    let response = graph.post("/search/query", &body("keel", sort)).send().await.unwrap();

    let answer: Value = serde_json::from_str(&response.text().await.unwrap()).unwrap();
    let rule = "Don't support sort for Message";
    assert_eq!(answer["error"]["httpCode"], 400);
    assert_eq!(answer["error"]["details"][0]["details"][0]["message"], rule);
    assert!(answer["Instrumentation"]["TraceId"].is_string());
}

#[tokio::test]
async fn s10_chat_search_needs_two_scopes() {
    let graph = Asking::with(&["Chat.Read", "Mail.Read"]).await;
    let chats = body("a", json!({"entityTypes": ["chatMessage"]}));

    let response = graph.post("/search/query", &chats).send().await.unwrap();

    assert_eq!(response.status(), 403);
    let answer: Value = serde_json::from_str(&response.text().await.unwrap()).unwrap();
    assert_eq!(answer["error"]["code"], "Forbidden");
    assert_eq!(answer["error"]["target"], "");
    let message = answer["error"]["message"].as_str().unwrap();
    assert!(message.contains("ChannelMessage.Read.All. However"), "{message}");
}

#[tokio::test]
async fn a_basic_token_cannot_search() {
    let graph = Asking::with(&["Mail.ReadBasic"]).await;

    let refused = graph.refused("/search/query", &body("a", json!({}))).await;

    assert_eq!(refused, (403, "Forbidden".to_owned()));
}

#[tokio::test]
async fn a_type_that_is_not_searched_here_answers_501() {
    let graph = Asking::with(&["People.Read"]).await;

    let refused =
        graph.refused("/search/query", &body("a", json!({"entityTypes": ["person"]}))).await;

    assert_eq!(refused, (501, "NotImplemented".to_owned()));
}

#[tokio::test]
async fn mail_in_any_script_is_found() {
    let graph = Asking::mail().await;

    for (query, subject) in [
        ("Terminanderung", "Terminänderung: Werksabnahme Gründungspfähle"),
        ("aarsberetningen OR årsberetningen", "Ønsker til årsberetningen"),
        ("安全靴", "【ご連絡】タービン点検の日程について"),
        ("العقبة", "عرض أسعار محطة الطاقة الشمسية"),
        ("הממוצעת", "נתוני הרוח לחודש האחרון"),
        ("reecrit", "Projet d'avenant n° 2 – à relire"),
    ] {
        let found = container(&graph, query, json!({})).await;

        assert_eq!(subjects(&found), [subject], "{query}");
    }
}

#[tokio::test]
async fn deleted_and_junk_mail_is_found_too() {
    let graph = Asking::mail().await;

    let found = container(&graph, "subject:\"Fire drill\" OR subject:quota", json!({})).await;

    assert_eq!(found["total"], 2);
}

#[tokio::test]
async fn only_named_fields_come_back() {
    let graph = Asking::mail().await;

    let found = container(&graph, "budget", json!({"fields": ["subject", "nonsense"]})).await;

    let resource = found["hits"][0]["resource"].as_object().unwrap();
    let names: BTreeSet<_> = resource.keys().map(String::as_str).collect();
    assert_eq!(names, BTreeSet::from(["@odata.type", "subject"]));
}
