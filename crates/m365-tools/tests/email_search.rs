//! outlook_email_search against the demo tenant.

use std::collections::BTreeSet;

use m365_sim::{Fault, Sim};
use serde_json::{Value, json};

use crate::{
    office::{ADELE, ALL, Office, SHARED, text, uris},
    oracle::Oracle,
    support::code,
};

/// Draws one of `values`; the same draws in each run.
struct Draw(u64);

impl Draw {
    fn one<'a>(&mut self, values: &'a [Value]) -> &'a Value {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        &values[(self.0 >> 33) as usize % values.len()]
    }
}

/// The values of each parameter; null leaves it out.
fn dimensions(oracle: &Oracle) -> Vec<(&'static str, Vec<Value>)> {
    let day = |share| json!(oracle.day_at(share));
    vec![
        (
            "query",
            vec![Value::Null, Value::Null, json!("*"), json!("apollo"), json!("budget OR apollo")],
        ),
        (
            "sender",
            vec![
                Value::Null,
                Value::Null,
                json!("jonas.lindqvist@fjordlight.example"),
                json!("Adele Vance"),
            ],
        ),
        ("recipient", vec![Value::Null, Value::Null, json!(crate::office::MIRA)]),
        ("subject", vec![Value::Null, Value::Null, json!("apollo layout")]),
        (
            "folderName",
            vec![
                Value::Null,
                Value::Null,
                json!("Inbox"),
                json!("Projects/Apollo"),
                json!("sent items"),
            ],
        ),
        ("afterDateTime", vec![Value::Null, Value::Null, day(25)]),
        ("beforeDateTime", vec![Value::Null, Value::Null, day(75)]),
        ("unreadOnly", vec![Value::Null, Value::Null, json!(true)]),
        ("hasAttachments", vec![Value::Null, Value::Null, json!(true), json!(false)]),
        ("importance", vec![Value::Null, Value::Null, json!("high")]),
        ("order", vec![Value::Null, json!("newest"), json!("oldest"), json!("relevance")]),
        ("limit", vec![json!(3), json!(10), json!(25)]),
    ]
}

fn drawn(dimensions: &[(&str, Vec<Value>)], draw: &mut Draw) -> Value {
    let mut arguments = json!({});
    for (name, values) in dimensions {
        let value = draw.one(values);
        if !value.is_null() {
            arguments[*name] = value.clone();
        }
    }
    arguments
}

/// Compares a search with the oracle; returns how many messages both found.
async fn agrees(office: &Office, oracle: &Oracle, arguments: &Value) -> usize {
    let found = office.search_all(arguments).await;

    let expected = oracle.expected(arguments);
    let unique: BTreeSet<_> = uris(&found).into_iter().collect();
    assert_eq!(unique.len(), found.len(), "a message twice: {arguments}");
    assert_eq!(unique, expected.iter().cloned().collect(), "{arguments}");
    let times: Vec<_> = found.iter().map(|hit| oracle.received(text(hit, "uri"))).collect();
    match arguments["order"].as_str() {
        Some("oldest") => assert!(times.is_sorted(), "{arguments}"),
        Some("relevance") => {}
        _ => assert!(times.is_sorted_by(|one, other| one >= other), "{arguments}"),
    }
    found.len()
}

#[tokio::test]
async fn every_combination_finds_what_a_look_at_each_message_finds() {
    let office = Office::small().await;
    let oracle = Oracle::of(&office, None).await;
    let dimensions = dimensions(&oracle);
    let mut draw = Draw(7);
    let mut with_hits = 0;

    for _ in 0..80 {
        let found = agrees(&office, &oracle, &drawn(&dimensions, &mut draw)).await;
        with_hits += usize::from(found > 0);
    }

    assert!(with_hits >= 20, "{with_hits} of the combinations found something");
}

#[tokio::test]
async fn each_parameter_works_alone_and_with_a_query() {
    let office = Office::small().await;
    let oracle = Oracle::of(&office, None).await;

    for (name, values) in dimensions(&oracle) {
        for value in values.iter().filter(|value| !value.is_null()) {
            agrees(&office, &oracle, &json!({name: value})).await;
            if name != "query" {
                agrees(&office, &oracle, &json!({name: value, "query": "apollo"})).await;
            }
        }
    }
}

#[tokio::test]
async fn a_shared_mailbox_is_searched_like_ones_own() {
    let office = Office::small().await;
    let oracle = Oracle::of(&office, Some(SHARED)).await;
    let mut draw = Draw(11);
    let dimensions = dimensions(&oracle);

    for _ in 0..25 {
        let mut arguments = drawn(&dimensions, &mut draw);
        arguments["mailboxOwnerEmail"] = json!(SHARED);
        // Not every mailbox has every folder.
        arguments.as_object_mut().unwrap().remove("folderName");
        agrees(&office, &oracle, &arguments).await;
    }
}

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
async fn an_offset_skips_hits_on_every_way() {
    let office = Office::small().await;

    for arguments in [
        json!({}),
        json!({"query": "apollo"}),
        json!({"query": "apollo", "order": "oldest"}),
        json!({"query": "apollo", "order": "relevance"}),
    ] {
        let all = uris(&office.search_all(&arguments).await);
        let mut from_four = arguments.clone();
        from_four["offset"] = json!(4);

        let rest = uris(&office.search_all(&from_four).await);

        assert_eq!(rest, all[4..], "{arguments}");
    }
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
async fn ones_own_address_means_ones_own_mailbox() {
    let office = Office::with(Sim::builder().messages(20), &["User.Read", "Mail.Read"]).await;
    let own = uris(&office.search_all(&json!({})).await);

    let named = json!({"mailboxOwnerEmail": "Mira.Solberg@fjordlight.example"});
    let found = uris(&office.search_all(&named).await);

    assert_eq!(found, own);
}

#[tokio::test]
async fn a_group_has_no_mailbox_and_the_error_says_why() {
    let office = Office::small().await;

    let group = json!({"mailboxOwnerEmail": "apollo@fjordlight.example"});
    let error = office.call("outlook_email_search", group).await.unwrap_err();

    assert_eq!(code(&error), "NOT_FOUND");
    assert!(text(&error, "message").contains("Microsoft 365 group"));
}

#[tokio::test]
async fn a_mailbox_that_is_not_shared_is_forbidden() {
    let office = Office::small().await;

    let other = json!({"mailboxOwnerEmail": ADELE});
    let error = office.call("outlook_email_search", other).await.unwrap_err();

    assert_eq!(code(&error), "FORBIDDEN");
    assert!(text(&error, "message").contains("not shared"));
}

#[tokio::test]
async fn a_shared_mailbox_needs_its_scope() {
    let office = Office::with(Sim::builder().messages(5), &["User.Read", "Mail.Read"]).await;

    let shared = json!({"mailboxOwnerEmail": SHARED});
    let error = office.call("outlook_email_search", shared).await.unwrap_err();

    assert_eq!(code(&error), "FORBIDDEN");
    assert!(text(&error, "message").contains("Missing scope 'Mail.Read.Shared'"));
}

#[tokio::test]
async fn the_narrow_scope_lists_and_says_what_is_missing() {
    let office = Office::with(Sim::builder().messages(20), &["User.Read", "Mail.ReadBasic"]).await;

    let found = office.search(json!({"unreadOnly": false, "limit": 2})).await;

    assert_eq!(found["results"].as_array().unwrap().len(), 2);
    assert!(found["results"][0].get("summary").is_none());
    assert!(found["notices"].to_string().contains("Missing scope 'Mail.Read'"));
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
async fn without_a_calendar_scope_the_device_tells_the_zone_and_a_notice_says_so() {
    let office = Office::with(Sim::builder().messages(5), &["User.Read", "Mail.Read"]).await;

    let found = office.search(json!({})).await;

    assert_eq!(found["timeZone"], "UTC");
    assert!(found["notices"].to_string().contains("Missing scope 'Calendars.Read'"));
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
        (json!({"sender": "\"\""}), "sender"),
        (json!({"mailboxOwnerEmail": "https://evil.example"}), "mailboxOwnerEmail"),
        (json!({"folderName": "Suppliers of nothing"}), "Folders at the top"),
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
async fn a_limit_above_the_maximum_is_lowered_and_says_so() {
    let office = Office::small().await;

    let found = office.search(json!({"limit": 100})).await;

    assert_eq!(found["results"].as_array().unwrap().len(), 25);
    assert!(found["notices"].to_string().contains("lowered to 25"));
}

#[tokio::test]
async fn a_scan_that_reaches_its_cap_goes_on_with_a_cursor() {
    let office = Office::with(Sim::builder().messages(3_000), &ALL).await;
    let arguments =
        json!({"query": "from:jonas", "unreadOnly": true, "hasAttachments": true, "limit": 25});

    let found = office.search(arguments).await;

    assert!(found["moreResults"] == false || found["nextCursor"].is_string());
}

#[tokio::test]
async fn more_than_graph_gives_of_one_search_is_found_by_the_next() {
    let office = Office::with(Sim::builder().messages(1_060), &ALL).await;
    let all = office.search(json!({"limit": 1})).await["totalResultCount"].as_u64();

    let found = office.search_all(&json!({"query": "received>=2000-01-01", "limit": 25})).await;

    let unique: BTreeSet<_> = uris(&found).into_iter().collect();
    assert_eq!(unique.len(), found.len());
    assert!(found.len() > 1_000);
    assert_eq!(Some(found.len() as u64), all);
}

#[tokio::test]
async fn oldest_first_reaches_the_newest_in_a_large_mailbox_without_loss() {
    let office = Office::with(Sim::builder().messages(1_500), &ALL).await;
    let newest = json!({"query": "re OR hi", "importance": "high", "limit": 25});
    let mut oldest = newest.clone();
    oldest["order"] = json!("oldest");

    let found = uris(&office.search_all(&oldest).await);

    let mut expected = uris(&office.search_all(&newest).await);
    expected.reverse();
    assert!(found.len() > 25, "{}", found.len());
    assert_eq!(found, expected);
}

#[tokio::test]
async fn an_inefficient_filter_is_completed_here() {
    let office = Office::small().await;
    let all = uris(&office.search_all(&json!({"importance": "high", "limit": 25})).await);
    let refused = json!({"error": {"code": "InefficientFilter", "message": ""}}).to_string();
    office.tenant.graph().next_response(Fault::body(400, "application/json", refused));

    let found = office.search(json!({"importance": "high", "limit": 25})).await;

    assert_eq!(uris(found["results"].as_array().unwrap()), all);
}

#[tokio::test]
async fn empty_pages_in_between_lose_nothing() {
    let office = Office::small().await;
    let all = uris(&office.search_all(&json!({"query": "apollo"})).await);
    office.tenant.graph().next_response(Fault::empty_pages(3));

    let found = uris(&office.search_all(&json!({"query": "apollo"})).await);

    assert_eq!(found, all);
}

#[tokio::test]
async fn g21_links_that_lead_back_end_the_answer_which_says_so() {
    let office = Office::small().await;

    for arguments in [json!({"query": "apollo"}), json!({"unreadOnly": true}), json!({})] {
        for fault in [Fault::looping_next_link(), Fault::ring(), Fault::empty_pages(10_000)] {
            office.search(json!({"limit": 1})).await;
            office.tenant.graph().next_response(fault.clone());
            office.tenant.graph().clear_log();

            let found = office.search(arguments.clone()).await;

            assert!(office.tenant.graph().requests() <= 11, "{fault:?}");
            let unique: BTreeSet<_> =
                uris(found["results"].as_array().unwrap()).into_iter().collect();
            assert_eq!(unique.len(), found["results"].as_array().unwrap().len(), "{fault:?}");
            assert!(
                found["notices"].is_array() || found["moreResults"] == true,
                "{fault:?} {found}"
            );
        }
    }
}

#[tokio::test]
async fn g20_a_link_to_a_stranger_is_not_followed_and_the_answer_says_so() {
    let office = Office::small().await;
    let stranger = format!("{}/v1.0/me/messages", office.tenant.foreign_endpoint());
    office.search(json!({"limit": 1})).await;
    office.tenant.graph().next_response(Fault::foreign_next_link(stranger));

    let found = office.search(json!({"query": "apollo"})).await;

    assert!(found["notices"].to_string().contains("another origin"), "{found}");
    assert_eq!(office.tenant.foreign().requests(), 0);
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
async fn r23_nothing_that_a_caller_writes_widens_what_we_add() {
    let office = Office::small().await;
    let oracle = Oracle::of(&office, None).await;
    let inside: BTreeSet<_> =
        oracle.expected(&json!({"folderName": "Projects/Apollo"})).into_iter().collect();

    for query in
        ["a OR from:adele", "\") OR from:adele OR (\"", "' or 1 eq 1", "&$select=body", "a) OR (b"]
    {
        for field in ["query", "sender", "subject", "recipient"] {
            let arguments = json!({field: query, "folderName": "Projects/Apollo", "limit": 25});
            if let Ok(found) = office.call("outlook_email_search", arguments.clone()).await {
                let found = uris(found["results"].as_array().unwrap());
                assert!(found.iter().all(|uri| inside.contains(uri)), "{arguments}");
            }
        }
    }
}
