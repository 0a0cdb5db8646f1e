//! What an answer holds, and what a wrong argument is told.

use m365_tools::Block;
use serde_json::json;

use crate::{
    office::{Office, SHARED, text},
    oracle::Oracle,
};

#[tokio::test]
async fn a_hit_has_the_fields_to_choose_by_and_nothing_empty() {
    let office = Office::small().await;

    let found = office.search(json!({"query": "apollo", "folderName": "Projects/Apollo"})).await;

    let hit = &found["results"][0];
    assert!(text(hit, "uri").starts_with("mail:///messages/"));
    assert!(!text(hit, "subject").is_empty());
    assert!(text(&hit["sender"], "address").contains('@'));
    assert!(text(&hit["recipients"][0], "address").contains('@'));
    assert!(!text(hit, "summary").contains('\n'));
    assert!(hit["hasAttachments"].is_boolean() && hit["isRead"].is_boolean());
    assert_eq!(hit["folder"], "Projects/Apollo");
    assert!(hit["conversationId"].is_string() && hit["webLink"].is_string());
    assert!(found["timeZone"].is_string() && found["nowDateTime"].is_string());
}

#[tokio::test]
async fn the_model_is_spared_the_long_ids_that_programs_get() {
    let office = Office::small().await;

    let reply = office.reply("outlook_email_search", json!({"limit": 1})).await;

    let blocks = format!("{:?}", reply.content);
    assert!(!blocks.contains("conversationId") && !blocks.contains("webLink"));
    assert!(reply.structured.unwrap()["results"][0]["webLink"].is_string());
}

#[tokio::test]
async fn ten_hits_are_short_whatever_was_asked_for() {
    let office = Office::open().await;

    for query in [
        "*",
        "apollo",
        "budget",
        "review",
        "turbine",
        "meeting",
        "invoice",
        "supplier",
        "report",
        "question",
        "mira",
        "adele",
        "update",
        "the",
        "fjordlight",
        "møte",
    ] {
        for order in ["newest", "oldest", "relevance"] {
            let arguments = json!({"query": query, "order": order, "limit": 10});
            let reply = office.reply("outlook_email_search", arguments).await;

            let text = |block: &Block| match block {
                Block::Json(text) => text.len(),
                _ => 0,
            };
            let bytes: usize = reply.content.iter().map(text).sum();
            assert!(bytes <= 8_192, "{query}, {order}: {bytes} bytes");
        }
    }
}

#[tokio::test]
async fn a_filtered_list_and_a_text_search_each_cost_one_request() {
    let office = Office::small().await;
    office.search(json!({"limit": 1})).await;

    for arguments in [
        json!({"unreadOnly": true, "folderName": "Inbox", "order": "oldest"}),
        json!({"query": "apollo"}),
        json!({"query": "apollo", "sender": "jonas.lindqvist@fjordlight.example"}),
    ] {
        office.tenant.graph().clear_log();

        office.search(arguments.clone()).await;

        assert_eq!(office.tenant.graph().requests(), 1, "{arguments}");
    }
}

#[tokio::test]
async fn a_filtered_list_tells_its_real_total() {
    let office = Office::small().await;
    let oracle = Oracle::of(&office, None).await;

    let found = office.search(json!({"unreadOnly": true, "limit": 2})).await;

    let expected = oracle.expected(&json!({"unreadOnly": true})).len();
    assert_eq!(found["totalResultCount"], expected);
    assert_eq!(found["nextOffset"], 2);
}

#[tokio::test]
async fn words_that_rank_bring_the_three_best_first() {
    let office = Office::small().await;

    let found = office.search(json!({"query": "apollo", "order": "relevance"})).await;

    let log = office.tenant.graph().log();
    assert!(log.iter().any(|record| record.path.ends_with("/search/query")));
    assert!(found["results"][0]["isRead"].is_boolean());
    assert!(found["results"][0]["recipients"].is_array());
    assert!(found.get("notices").is_none(), "{found}");
}

#[tokio::test]
async fn where_nothing_ranks_the_newest_come_first_and_a_notice_says_so() {
    let office = Office::small().await;

    for arguments in [
        json!({"order": "relevance"}),
        json!({"order": "relevance", "query": "apollo", "folderName": "Inbox"}),
        json!({"order": "relevance", "query": "apollo", "mailboxOwnerEmail": SHARED}),
    ] {
        let found = office.search(arguments).await;

        assert!(found["notices"].to_string().contains("newest come first"), "{found}");
    }
}

#[tokio::test]
async fn an_interval_is_echoed_as_it_was_used() {
    let office = Office::small().await;

    let found = office.search(json!({"after": "2026-03-01", "before": "2026-03-02"})).await;

    assert_eq!(found["interval"]["after"], "2026-03-01T00:00:00+01:00");
    assert_eq!(found["interval"]["before"], "2026-03-02T23:59:59+01:00");
    assert_eq!(found["timeZone"], "Europe/Berlin");
}

#[tokio::test]
async fn wrong_arguments_are_named_with_what_is_accepted() {
    let office = Office::small().await;
    let cases = [
        (json!({"limit": 0}), "limit"),
        (json!({"offset": -1}), "offset"),
        (json!({"after": "someday"}), "someday"),
        (json!({"after": "today", "before": "yesterday"}), "beforeDateTime"),
        (json!({"query": "\"a"}), "quotes"),
        (json!({"query": "budget isRead:false"}), "unreadOnly"),
        (json!({"sender": "\"\""}), "sender"),
        (json!({"mailboxOwnerEmail": "https://evil.example"}), "mailboxOwnerEmail"),
        (json!({"folderName": "Suppliers of nothing"}), "The nearest names are: "),
        (json!({"cursor": "AAAA"}), "cursor"),
        (json!({"importance": "urgent"}), "urgent"),
    ];

    for (arguments, named) in cases {
        let error = office.call("outlook_email_search", arguments).await.unwrap_err();
        assert!(error.to_string().contains(named), "{error}");
    }
    assert!(office.tenant.violations().is_empty());
}

#[tokio::test]
async fn a_property_that_mail_search_does_not_know_is_said() {
    let office = Office::small().await;

    let found = office.search(json!({"query": "foo:bar from:adele 12:30"})).await;

    let notices = found["notices"].as_array().unwrap();
    assert_eq!(notices.len(), 1, "{notices:?}");
    assert!(notices[0].as_str().unwrap().contains("\"foo\" is no property of mail search"));
}

#[tokio::test]
async fn a_limit_above_the_maximum_is_lowered_and_says_so() {
    let office = Office::small().await;

    let found = office.search(json!({"limit": 100})).await;

    assert_eq!(found["results"].as_array().unwrap().len(), 25);
    assert!(found["notices"].to_string().contains("lowered to 25"));
}

#[tokio::test]
async fn a_folder_may_be_named_by_its_address() {
    let office = Office::small().await;
    let folders = office.read("mail:///folders/").await;
    let inbox = &folders["results"][0]["items"][0];

    let found = office.search(json!({"folderName": inbox["uri"]})).await;

    assert_eq!(found["totalResultCount"], inbox["messageCount"]);
}

#[tokio::test]
async fn dates_at_the_ends_of_time_are_accepted_and_echoed_as_iso_8601() {
    let office = Office::small().await;
    let all = office.search(json!({"limit": 1})).await;
    let cases = [
        json!({"after": "0001-01-01", "before": "9999-12-31"}),
        json!({"after": "0001-01-01T00:00:00Z", "before": "9999-12-31T23:59:59Z"}),
        json!({"after": "0001", "before": "9999"}),
        json!({"after": "0001-01", "before": "9999-12", "subject": "apollo"}),
        json!({"after": "0001-01-01", "before": "9999-12-31", "subject": "apollo", "order": "oldest"}),
    ];

    for arguments in cases {
        let found = office.search(arguments.clone()).await;

        assert!(!found["results"].as_array().unwrap().is_empty(), "{arguments}");
        if arguments.get("subject").is_none() {
            assert_eq!(found["totalResultCount"], all["totalResultCount"], "{arguments}");
        }
        for end in ["after", "before"] {
            let echoed = text(&found["interval"], end);
            assert_eq!(echoed.len(), "2026-11-21T09:00:00+01:00".len(), "{echoed}");
        }
        assert!(text(&found["interval"], "after").starts_with("0001-01-01T00:00:00"), "{found}");
    }
    assert!(office.tenant.violations().is_empty());
}
