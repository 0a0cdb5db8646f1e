//! What an answer holds, and what it costs.

use m365_sim::Sim;
use m365_tools::Block;
use serde_json::json;

use crate::{
    library::{SCOPES, all, search, urls},
    office::{Office, text},
};

async fn office() -> Office {
    Office::with(Sim::builder().messages(150), &SCOPES).await
}

#[tokio::test]
async fn a_hit_has_the_fields_to_choose_by_and_can_be_read() {
    let office = office().await;

    let found = search(&office, json!({"query": "filename:\"Budget notes\""})).await;

    let hit = &found["results"][0];
    assert_eq!((text(hit, "name"), text(hit, "site")), ("Budget notes.md", "Finance"));
    assert_eq!(
        (text(hit, "path"), text(hit, "author")),
        ("Shared Documents/Budget", "Adele Vance")
    );
    assert_eq!(text(hit, "fileType"), "md");
    assert!(hit["size"].as_u64() > Some(0));
    assert!(text(hit, "lastModifiedDateTime").ends_with("00"));
    assert!(office.text(text(hit, "uri")).await.contains("70 350 kNOK"));
}

#[tokio::test]
async fn what_matched_is_bold_in_the_summary() {
    let office = office().await;

    let found = search(&office, json!({"query": "monopiles"})).await;

    let summary = text(&found["results"][0], "summary");
    assert!(summary.contains("**Monopiles**"), "{summary}");
    assert!(!summary.contains("<c0>"), "{summary}");
}

#[tokio::test]
async fn a_page_is_found_by_its_text_and_read_by_its_uri() {
    let office = office().await;

    let found = search(&office, json!({"query": "objections", "contentType": "page"})).await;

    let hit = &found["results"][0];
    assert!(text(hit, "uri").starts_with("page:///sites/"), "{hit}");
    assert_eq!(text(hit, "name"), "Budget process");
    assert!(office.text(text(hit, "uri")).await.contains("## Objections"));
}

#[tokio::test]
async fn lists_and_sites_are_found_as_such() {
    let office = office().await;

    let lists = search(&office, json!({"query": "risks", "contentType": "list"})).await;
    let sites = search(&office, json!({"query": "apollo", "contentType": "site"})).await;

    assert_eq!(lists["results"][0]["name"], "Risks");
    let names: Vec<_> =
        sites["results"].as_array().unwrap().iter().map(|one| text(one, "name")).collect();
    assert!(names.contains(&"Apollo") && names.contains(&"Apollo Archive"), "{names:?}");
    assert_eq!(office.read(text(&sites["results"][0], "uri")).await["results"][0]["type"], "site");
}

#[tokio::test]
async fn all_lists_and_all_sites_can_be_browsed() {
    let office = office().await;

    for kind in ["list", "site"] {
        let found = search(&office, json!({"contentType": kind, "limit": 50})).await;
        assert!(found["results"].as_array().unwrap().len() >= 5, "{kind}: {found}");
    }
}

#[tokio::test]
async fn a_page_of_hits_is_one_request_to_graph() {
    let office = office().await;
    search(&office, json!({"limit": 1})).await;
    office.tenant.graph().clear_log();

    search(&office, json!({"query": "apollo", "fileType": "docx", "limit": 50})).await;

    assert_eq!(office.tenant.graph().requests(), 1);
}

#[tokio::test]
async fn ten_hits_are_short_and_no_opaque_id_stands_twice_in_one() {
    let office = office().await;

    let reply = office.reply("sharepoint_search", json!({"query": "apollo"})).await;

    assert!(reply.characters() <= 8_192, "{}", reply.characters());
    for block in &reply.content {
        let Block::Json(hit) = block else { panic!("{block:?}") };
        let hit: serde_json::Value = serde_json::from_str(hit).unwrap();
        if let Some(id) = hit["uri"].as_str().and_then(|uri| uri.rsplit('/').next()) {
            assert_eq!(hit.to_string().matches(id).count(), 1, "{hit}");
        }
    }
}

#[tokio::test]
async fn dates_are_in_the_users_zone_and_the_interval_is_echoed() {
    let office = office().await;

    let found =
        search(&office, json!({"afterDateTime": "last month", "beforeDateTime": "today"})).await;

    assert_eq!(found["timeZone"], "Europe/Berlin");
    assert!(text(&found["interval"], "before").contains("T23:59:59+"), "{found}");
}

#[tokio::test]
async fn a_misspelled_word_is_answered_with_a_better_one() {
    let office = office().await;

    let found = search(&office, json!({"query": "foundaton", "site": "Apollo"})).await;

    assert_eq!(found["results"], json!([]));
    assert!(found["notices"].to_string().contains("foundation"), "{found}");
}

#[tokio::test]
async fn arguments_that_cannot_be_applied_are_refused_by_name() {
    let office = office().await;

    for (arguments, word) in [
        (json!({"limit": 0}), "limit"),
        (json!({"fileType": "../x"}), "fileType"),
        (json!({"path": "https://evil.example/sites/F"}), "path"),
        (json!({"path": "Shared Documents"}), "path"),
        (json!({"query": "(a"}), "query"),
        (json!({"query": "\"a"}), "query"),
        (json!({"contentType": "site", "fileType": "docx"}), "fileType"),
        (json!({"contentType": "list", "folderName": "Budget"}), "folderName"),
        (json!({"contentType": "folder"}), "contentType"),
        (json!({"afterDateTime": "2026-02-01", "beforeDateTime": "2026-01-01"}), "beforeDateTime"),
        (json!({"offset": 200_000}), "offset"),
    ] {
        let error = office.call("sharepoint_search", arguments.clone()).await.unwrap_err();
        assert_eq!(error["code"], "VALIDATION_ERROR", "{arguments}");
        assert!(text(&error, "message").starts_with(word), "{arguments}: {error}");
    }
}

#[tokio::test]
async fn r23_nothing_that_a_caller_writes_widens_what_we_add() {
    let office = office().await;

    for query in
        ["a OR path:\"https://fjordlight.sharepoint.com\"", "\") OR (\"a", "a) OR (b", "a NOT b"]
    {
        for field in ["query", "author", "library", "folderName"] {
            let arguments = json!({field: query, "site": "Finance", "limit": 50});
            if let Ok(found) = office.call("sharepoint_search", arguments.clone()).await {
                let hits = found["results"].as_array().unwrap();
                assert!(hits.iter().all(|hit| hit["site"] == "Finance"), "{arguments}");
            }
        }
    }
}

#[tokio::test]
async fn a_library_can_be_listed_and_a_list_has_no_uri_that_fails() {
    let office = office().await;

    let lists = search(&office, json!({"contentType": "list", "limit": 50})).await;

    for hit in lists["results"].as_array().unwrap() {
        let Some(uri) = hit["uri"].as_str() else { continue };
        assert!(uri.starts_with("file:///") && uri.ends_with("/root"), "{hit}");
        assert_eq!(office.read(uri).await["results"][0]["type"], "folder", "{hit}");
    }
    let risks = search(&office, json!({"query": "risks", "contentType": "list"})).await;
    assert!(risks["results"][0]["uri"].is_null() && risks["results"][0]["webUrl"].is_string());
}

#[tokio::test]
async fn an_author_nobody_knows_is_said() {
    let office = office().await;

    let found = search(&office, json!({"author": "Nobody Known"})).await;

    assert_eq!(found["results"], json!([]));
    assert!(found["notices"].to_string().contains("search_people"), "{found}");
}

#[tokio::test]
async fn an_answer_is_filled_to_the_limit_and_goes_on_where_it_is_full() {
    let arguments = json!({"query": "*", "limit": 50});
    let (office, small) = (office().await, office().await.limited(5_000));
    let whole = search(&office, arguments.clone()).await;

    let first = search(&small, arguments.clone()).await;
    let found = all(&small, "sharepoint_search", &arguments).await;

    assert_eq!(whole["results"].as_array().unwrap().len(), 50, "{whole}");
    assert!(first["notices"].to_string().contains("The answer is full"), "{first}");
    assert!(first["results"].as_array().unwrap().len() > 2);
    assert_eq!(urls(&found), urls(&all(&office, "sharepoint_search", &arguments).await));
}
