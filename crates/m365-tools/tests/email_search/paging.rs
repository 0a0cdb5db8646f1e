//! Going on to the end, also where Graph does not help.

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};
use m365_sim::{Fault, Sim};
use serde_json::json;

use crate::{
    office::{ALL, Office, text, uris},
    oracle::Oracle,
};

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
async fn a_scan_that_reaches_its_cap_goes_on_with_a_cursor() {
    let office = Office::with(Sim::builder().messages(3_200), &ALL).await;
    let mut arguments =
        json!({"query": "received>=2000-01-01", "folderName": "Sent Items", "unreadOnly": true});

    let first = office.search(arguments.clone()).await;
    arguments["cursor"] = first["nextCursor"].clone();
    let second = office.search(arguments).await;

    assert_eq!((&first["results"], &first["moreResults"]), (&json!([]), &json!(true)));
    assert!(first["notices"].to_string().contains("Not all messages were looked at"), "{first}");
    assert_eq!((&second["results"], &second["moreResults"]), (&json!([]), &json!(false)));
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
async fn a_service_that_knows_only_days_is_searched_by_days_without_loss() {
    let nothing = json!({"value": []}).to_string();
    for fault in [Fault::status(400), Fault::body(200, "application/json", nothing)] {
        let office = Office::with(Sim::builder().messages(1_060), &ALL).await;
        let all = office.search(json!({"limit": 1})).await["totalResultCount"].clone();
        let mut arguments = json!({"query": "received>=2000-01-01", "offset": 975, "limit": 25});
        let last_of_search = office.search(arguments.clone()).await;
        arguments["cursor"] = last_of_search["nextCursor"].clone();
        // The next search ends at the second of the last hit.
        office.tenant.graph().next_on("/v1.0/me/messages", fault);

        let rest = office.search_all(&arguments).await;

        let known = uris(last_of_search["results"].as_array().unwrap());
        let unique: BTreeSet<_> = uris(&rest).into_iter().chain(known).collect();
        assert_eq!(Some(975 + unique.len() as u64), all.as_u64());
        assert_eq!(unique.len(), rest.len() + 25);
    }
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

/// A tenant with some 550 messages a day, more than a search passes in two days.
async fn dense() -> Office {
    Office::with(Sim::builder().messages(300_000), &ALL).await
}

/// The ends of a stretch of time, so many days before the newest message.
async fn stretch(office: &Office, days: i64, hours: i64) -> (String, String) {
    let newest = office.search(json!({"limit": 1})).await;
    let newest: Timestamp =
        text(&newest["results"][0], "receivedDateTime").parse::<Timestamp>().unwrap();
    let end = newest - SignedDuration::from_hours(24 * days);
    ((end - SignedDuration::from_hours(hours)).to_string(), end.to_string())
}

#[tokio::test]
async fn oldest_first_loses_nothing_where_a_day_has_more_than_a_search_gives() {
    let office = dense().await;
    let (after, before) = stretch(&office, 3, 24).await;
    let listed = json!({"afterDateTime": after, "beforeDateTime": before, "order": "oldest", "offset": 450, "limit": 25});
    let mut searched = listed.clone();
    searched["query"] = json!("received>=2000-01-01");

    let found = uris(&office.search_all(&searched).await);

    let expected = uris(&office.search_all(&listed).await);
    assert!(expected.len() > 50, "{}", expected.len());
    assert_eq!(found.iter().collect::<BTreeSet<_>>(), expected.iter().collect());
    assert_eq!(found.len(), expected.len());
}

#[tokio::test]
async fn newest_first_goes_on_where_a_day_has_more_than_a_search_gives() {
    let office = dense().await;
    let (after, before) = stretch(&office, 0, 48).await;
    let listed =
        json!({"afterDateTime": after, "beforeDateTime": before, "offset": 950, "limit": 25});
    let mut searched = listed.clone();
    searched["query"] = json!("received>=2000-01-01");

    let found = uris(&office.search_all(&searched).await);

    let expected = uris(&office.search_all(&listed).await);
    assert!(expected.len() > 100, "{}", expected.len());
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
