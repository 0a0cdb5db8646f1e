//! Sites, libraries and folders by their names.

use m365_sim::{Fault, Sim};
use serde_json::{Value, json};

use crate::{
    library::{HOST, SCOPES, all, search, urls},
    office::{Office, text},
};

async fn office() -> Office {
    Office::with(Sim::builder().messages(150), &SCOPES).await
}

async fn refusal(office: &Office, arguments: Value) -> Value {
    office.call("sharepoint_search", arguments).await.unwrap_err()
}

#[tokio::test]
async fn a_site_is_found_by_name_address_and_id() {
    let office = office().await;
    let id =
        office.graph().sites().at("fjordlight.sharepoint.com", "/sites/Finance").await.unwrap();
    let id = id.id.unwrap().to_string();
    let by_name = all(&office, "sharepoint_search", &json!({"site": "finance", "limit": 50})).await;

    for site in [
        format!("{HOST}/sites/Finance"),
        format!("{HOST}/sites/Finance/"),
        id.clone(),
        format!("site:///{id}"),
    ] {
        let found = all(&office, "sharepoint_search", &json!({"site": site, "limit": 50})).await;
        assert_eq!(urls(&found), urls(&by_name), "{site}");
    }
    assert!(by_name.len() > 8);
}

#[tokio::test]
async fn a_site_that_is_called_alike_stays_out() {
    let office = office().await;

    let found = all(&office, "sharepoint_search", &json!({"site": "Apollo", "limit": 50})).await;

    assert!(found.iter().all(|hit| hit["site"] == "Apollo"));
    assert!(urls(&found).iter().any(|url| url.contains("/sites/Apollo/Engineering/")), "subsites");
}

#[tokio::test]
async fn the_site_of_the_host_is_not_the_whole_tenant() {
    let office = office().await;

    let found = all(&office, "sharepoint_search", &json!({"site": "Intranet", "limit": 50})).await;

    assert!(!found.is_empty());
    assert!(urls(&found).iter().all(|url| !url.contains("/sites/")), "{:?}", urls(&found));
}

#[tokio::test]
async fn an_address_that_leads_out_of_its_site_is_refused_unread() {
    let office = office().await;
    for address in [
        format!("{HOST}/x.aspx?id=/sites/../../../me"),
        format!("{HOST}/sites/Finance/Forms/AllItems.aspx?RootFolder=%2F..%2Fme"),
        format!("{HOST}/sites/..%2F..%2Fme"),
    ] {
        let error = refusal(&office, json!({"site": address})).await;

        assert_eq!(error["code"], "VALIDATION_ERROR", "{address}: {error}");
    }
}

#[tokio::test]
async fn an_unknown_name_is_answered_with_the_nearest() {
    let office = office().await;

    for (arguments, near) in [
        (json!({"site": "Finanse"}), "Finance"),
        (json!({"site": "Finance", "library": "Contract"}), "Contracts"),
        (json!({"site": "Finance", "folderName": "Budgit"}), "Budget"),
    ] {
        let error = refusal(&office, arguments.clone()).await;
        assert_eq!(error["code"], "NOT_FOUND", "{arguments}");
        assert!(text(&error, "message").contains(near), "{arguments}: {error}");
    }
}

#[tokio::test]
async fn an_id_of_another_kind_is_told_what_it_is() {
    let office = office().await;

    for (site, kind) in [
        ("b!abc", "drive"),
        ("19:abc@thread.v2", "chat"),
        ("01K7Q2LDCP7HX6EBX3VULO6NONRZ4GDJ5Q", "file"),
    ] {
        let error = refusal(&office, json!({"site": site})).await;
        assert_eq!(error["code"], "VALIDATION_ERROR", "{site}");
        assert!(text(&error, "message").contains(kind), "{site}: {error}");
    }
}

#[tokio::test]
async fn a_site_that_is_not_there_is_not_found() {
    let office = office().await;

    for site in [
        format!("{HOST}/sites/Nowhere"),
        "fjordlight.sharepoint.com,11111111-2222-4333-8444-555555555555,11111111-2222-4333-8444-555555555555".to_owned(),
    ] {
        assert_eq!(refusal(&office, json!({"site": site})).await["code"], "NOT_FOUND", "{site}");
    }
}

#[tokio::test]
async fn a_site_that_is_closed_to_the_user_is_forbidden() {
    let office = office().await;

    let error = refusal(&office, json!({"site": format!("{HOST}/sites/Board")})).await;

    assert_eq!(error["code"], "FORBIDDEN", "{error}");
    assert_eq!(refusal(&office, json!({"site": "Board"})).await["code"], "NOT_FOUND");
}

#[tokio::test]
async fn a_folder_is_found_by_name_path_and_address() {
    let office = office().await;
    let budget = |url: &String| url.contains("/Finance/Shared Documents/Budget/");

    for folder in [
        "Budget".to_owned(),
        "Documents/Budget".to_owned(),
        "Shared Documents/budget".to_owned(),
        format!("{HOST}/sites/Finance/Shared%20Documents/Budget"),
        format!(
            "{HOST}/sites/Finance/Shared%20Documents/Forms/AllItems.aspx?id=%2Fsites%2FFinance%2FShared%20Documents%2FBudget"
        ),
    ] {
        let arguments = json!({"site": "Finance", "folderName": folder, "limit": 50});
        let found = urls(&search(&office, arguments).await["results"].as_array().unwrap().clone());
        assert!(found.len() >= 3 && found.iter().all(budget), "{folder}: {found:?}");
    }
}

#[tokio::test]
async fn an_ambiguous_folder_lists_the_candidates() {
    let office = office().await;

    let error = refusal(&office, json!({"folderName": "Shared Documents"})).await;

    assert_eq!(error["code"], "VALIDATION_ERROR", "{error}");
    assert!(text(&error, "message").contains(&format!("{HOST}/sites/Sales/")), "{error}");
}

#[tokio::test]
async fn places_that_exclude_each_other_find_nothing() {
    let office = office().await;

    let found =
        search(&office, json!({"site": "Sales", "path": format!("{HOST}/sites/Finance")})).await;

    assert_eq!((&found["results"], &found["moreResults"]), (&json!([]), &json!(false)));
}

/// The error of a search, or how many hits it had.
async fn outcome(office: &Office, arguments: Value) -> Result<usize, String> {
    let found = office.call("sharepoint_search", arguments).await;
    found
        .map(|found| found["results"].as_array().unwrap().len())
        .map_err(|error| text(&error, "code").to_owned())
}

#[tokio::test]
async fn a_path_is_never_widened() {
    let office = office().await;
    let site = format!("{HOST}/sites/Finance");

    for path in [
        format!("{site}/Shared%20Documents/Forms/2026"),
        format!("{site}/_layouts"),
        format!("{site}/_layouts/15/Doc.aspx?sourcedoc=%7Bf87bfe13-be81-45eb-bbcd-73639e1869ec%7D"),
        format!("{HOST}/x/Forms/AllItems.aspx?id=/sites/../../../me"),
    ] {
        let found = outcome(&office, json!({"path": path, "limit": 50})).await;
        assert!(
            matches!(found.as_ref().map_err(String::as_str), Ok(0) | Err("VALIDATION_ERROR")),
            "{path}: {found:?}"
        );
    }
}

#[tokio::test]
async fn a_view_is_read_in_any_case_of_letters() {
    let office = office().await;
    let budget = format!("{HOST}/sites/Finance/Shared%20Documents/Budget");
    let expected = outcome(&office, json!({"path": budget, "limit": 50})).await.unwrap();

    let view = format!(
        "{HOST}/Sites/finance/shared documents/forms/allitems.aspx?ID=%2Fsites%2FFinance%2FShared%20Documents%2FBudget"
    );

    assert_eq!(outcome(&office, json!({"path": view, "limit": 50})).await, Ok(expected));
    assert!(expected >= 3);
}

#[tokio::test]
async fn the_addresses_of_an_ambiguity_and_the_site_of_a_hit_are_accepted() {
    let office = office().await;
    let error = refusal(&office, json!({"folderName": "Shared Documents"})).await;
    let (_, candidates) = text(&error, "message").rsplit_once(": ").unwrap();
    let candidates = candidates.trim_end_matches('.').split("; ");
    for candidate in candidates.filter(|one| one.starts_with("https://")) {
        assert!(outcome(&office, json!({"folderName": candidate})).await.is_ok(), "{candidate}");
    }

    let all = all(&office, "sharepoint_search", &json!({"limit": 50})).await;
    let own = all.iter().find(|hit| text(hit, "site").starts_with("OneDrive of mira")).unwrap();
    let found = search(&office, json!({"site": own["site"]})).await;

    assert!(found["results"].as_array().unwrap().iter().all(|hit| hit["site"] == own["site"]));
    assert!(!found["results"].as_array().unwrap().is_empty());
}

#[tokio::test]
async fn a_library_nobody_has_is_answered_with_the_nearest() {
    let office = office().await;

    let error = refusal(&office, json!({"library": "Contrakts"})).await;

    assert_eq!(error["code"], "NOT_FOUND", "{error}");
    assert!(text(&error, "message").contains("Contracts"), "{error}");
}

#[tokio::test]
async fn a_failing_look_up_is_no_unknown_name() {
    let office = office().await;
    search(&office, json!({"limit": 1})).await;
    let nothing =
        json!({"value": [{"hitsContainers": [{"hits": [], "moreResultsAvailable": false}]}]});
    let graph = office.tenant.graph();
    graph.next_on("/v1.0/search/query", Fault::body(200, "application/json", nothing.to_string()));
    graph.next_on("/v1.0/search/query", Fault::status(403));

    let error = refusal(&office, json!({"folderName": "Nowhere"})).await;

    assert_eq!(error["code"], "FORBIDDEN", "{error}");
}
