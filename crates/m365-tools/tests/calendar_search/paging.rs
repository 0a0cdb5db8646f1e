//! Pages join without a gap, and caps are said.

use m365_sim::Fault;
use serde_json::json;

use crate::{
    diary::{notices, office},
    office::{text, uris},
    support::code,
};

#[tokio::test]
async fn pages_of_any_size_join_to_the_same_list() {
    let office = office().await;

    for order in ["oldest", "newest"] {
        let pages =
            |limit: u32| json!({"order": order, "limit": limit, "afterDateTime": "2026-11-02"});
        let whole = uris(&office.all_events(&pages(50)).await);

        assert!(whole.len() > 100);
        for limit in [3, 17] {
            assert_eq!(uris(&office.all_events(&pages(limit)).await), whole, "{order} by {limit}");
        }
    }
}

#[tokio::test]
async fn an_offset_skips_and_a_cursor_goes_on_behind_it() {
    let office = office().await;
    let whole = uris(&office.all_events(&json!({"limit": 50})).await);

    let rest = uris(&office.all_events(&json!({"limit": 7, "offset": 20})).await);

    assert_eq!(rest, whole[20..]);
}

#[tokio::test]
async fn ten_years_are_asked_for_in_stretches_that_graph_takes() {
    let office = office().await;
    let years =
        json!({"afterDateTime": "2021", "beforeDateTime": "2031", "query": "budget review"});

    let mut known = office.all_events(&years).await;
    let mut newest = years.clone();
    newest["order"] = json!("newest");
    let mut turned = office.all_events(&newest).await;

    known.sort_by_key(|hit| hit["uri"].to_string());
    turned.sort_by_key(|hit| hit["uri"].to_string());
    assert!(known.len() > 20);
    assert_eq!(known, turned);
}

#[tokio::test]
async fn a_limit_above_fifty_is_lowered_and_that_is_said() {
    let office = office().await;

    let found = office.events(json!({"limit": 500})).await;

    assert_eq!(found["results"].as_array().unwrap().len(), 50);
    assert!(notices(&found).contains("lowered to 50"));
}

#[tokio::test]
async fn a_short_answer_goes_on_where_it_was_full() {
    let whole = uris(&office().await.all_events(&json!({"limit": 50})).await);
    let office = office().await.limited(8_000);

    let found = office.events(json!({"limit": 50})).await;
    let all = uris(&office.all_events(&json!({"limit": 50})).await);

    assert!(notices(&found).contains("The answer is full"), "{found}");
    assert_eq!(all, whole);
}

#[tokio::test]
async fn a_scan_that_never_gets_on_ends_with_a_cursor() {
    let office = office().await;
    office.events(json!({"limit": 1})).await;
    office.tenant.graph().next_response(Fault::empty_pages(10_000));

    let found = office.events(json!({"query": "budget"})).await;

    assert_eq!(found["moreResults"], true);
    assert!(notices(&found).contains("Not all events were looked at"), "{found}");
    assert!(!text(&found, "nextCursor").is_empty());
}

#[tokio::test]
async fn a_link_that_leads_back_is_not_followed_for_ever() {
    let office = office().await;
    office.events(json!({"limit": 1})).await;
    office.tenant.graph().next_response(Fault::looping_next_link());

    let found = office.events(json!({"query": "nothing has this"})).await;

    assert!(notices(&found).contains("may be incomplete"), "{found}");
}

#[tokio::test]
async fn a_cursor_belongs_to_its_arguments() {
    let office = office().await;
    let first = office.events(json!({"limit": 5})).await;

    let cursor = text(&first, "nextCursor");
    let error = office.no_events(json!({"limit": 6, "cursor": cursor})).await;

    assert_eq!(code(&error), "VALIDATION_ERROR");
}

#[tokio::test]
async fn the_usual_search_takes_two_requests() {
    let office = office().await;
    office.events(json!({"limit": 1})).await;
    office.tenant.graph().clear_log();

    office.events(json!({"afterDateTime": "2026-11-16", "beforeDateTime": "2026-11-20"})).await;

    let paths: Vec<_> = office.tenant.graph().log().iter().map(|one| one.path.clone()).collect();
    assert_eq!(paths, ["/v1.0/me/calendarView", "/v1.0/$batch"]);
}
