//! What narrower scopes leave of a search.

use m365_sim::Sim;
use serde_json::{Value, json};

use crate::{
    library::{HOST, search},
    office::{Office, text},
};

async fn office(scope: &'static str) -> Office {
    Office::with(Sim::builder().messages(150), &["User.Read", "Calendars.Read", scope]).await
}

async fn forbidden(office: &Office, arguments: Value) -> String {
    let error = office.call("sharepoint_search", arguments).await.unwrap_err();
    assert_eq!(error["code"], "FORBIDDEN", "{error}");
    text(&error, "message").to_owned()
}

#[tokio::test]
async fn files_alone_leave_pages_out_and_say_so() {
    let office = office("Files.Read.All").await;

    let found = search(&office, json!({"query": "budget", "limit": 50})).await;

    let hits = found["results"].as_array().unwrap();
    assert!(!hits.is_empty() && hits.iter().all(|hit| text(hit, "uri").starts_with("file:///")));
    assert!(found["notices"].to_string().contains("Missing scope 'Sites.Read.All'"), "{found}");
    for kind in ["page", "list", "site"] {
        let message = forbidden(&office, json!({"contentType": kind})).await;
        assert!(message.contains("Sites.Read.All"), "{message}");
    }
}

#[tokio::test]
async fn files_alone_take_the_address_of_a_site_and_not_its_name() {
    let office = office("Files.Read.All").await;

    let found = search(&office, json!({"site": format!("{HOST}/sites/Finance")})).await;

    let hits = found["results"].as_array().unwrap();
    assert!(!hits.is_empty() && hits.iter().all(|hit| hit["site"] == "Finance"), "{found}");
    assert!(forbidden(&office, json!({"site": "Finance"})).await.contains("Sites.Read.All"));
}

#[tokio::test]
async fn the_own_drive_is_searched_where_nothing_else_may_be() {
    let office = office("Files.Read").await;

    let browsed = search(&office, json!({"fileType": "txt"})).await;
    let found = search(&office, json!({"query": "helmet gloves"})).await;

    assert!(!browsed["results"].as_array().unwrap().is_empty());
    assert_eq!(found["results"][0]["name"], "Mira's list.txt", "{found}");
    assert!(found["notices"].to_string().contains("only the user's own OneDrive"), "{found}");
    assert!(forbidden(&office, json!({"query": "title:budget"})).await.contains("Files.Read.All"));
}

#[tokio::test]
async fn sites_granted_one_by_one_open_no_search() {
    let office = office("Sites.Selected").await;

    assert!(forbidden(&office, json!({"query": "budget"})).await.contains("Sites.Read.All"));
}
