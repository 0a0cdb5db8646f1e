//! What folders and libraries hold.

use std::collections::HashSet;

use serde_json::json;

use super::{FILES, FINANCE, HOME, entries, item, named, office, own};
use crate::{
    office::{text, uris},
    support::code,
};

#[tokio::test]
async fn a_folder_lists_what_it_holds_by_name() {
    let office = office().await;

    let folder = item(&office, &own(&office, "Formats").await).await;

    assert_eq!((&folder["type"], &folder["title"]), (&json!("folder"), &json!("Formats")));
    let list = folder["items"].as_array().unwrap();
    assert_eq!(folder["childCount"].as_u64(), Some(list.len() as u64));
    let names: Vec<_> = list.iter().map(|entry| text(entry, "name").to_lowercase()).collect();
    assert!(names.is_sorted(), "{names:?}");
    let file = named(list, "wind.json");
    assert_eq!(file["type"], "file");
    assert!(file["size"].as_u64() > Some(0) && file.get("childCount").is_none(), "{file}");
    assert!(text(file, "lastModifiedDateTime").contains('T'));
    assert_eq!(named(list, "invoice.docm")["malware"], true);
}

#[tokio::test]
async fn a_large_folder_comes_in_parts_that_lose_and_repeat_nothing() {
    let office = office().await;
    let readings = "https://fjordlight.sharepoint.com/sites/Apollo/Shared%20Documents/Readings";

    let whole = entries(&office, readings).await;
    let small = entries(&office.limited(8_000), readings).await;

    let distinct: HashSet<_> = uris(&whole).into_iter().collect();
    assert_eq!((whole.len(), distinct.len()), (260, 260));
    assert_eq!(uris(&small), uris(&whole));
}

#[tokio::test]
async fn the_top_of_a_drive_has_an_address_and_the_name_of_its_library() {
    let office = office().await;

    let top = item(&office, &own(&office, "root").await).await;

    assert_eq!((&top["type"], &top["title"]), (&json!("folder"), &json!("Documents")));
    assert!(text(&top, "webUrl").starts_with(HOME), "{top}");
    let list = top["items"].as_array().unwrap();
    assert_eq!(named(list, "Formats")["type"], "folder");
    assert_eq!(named(list, "Notebook")["type"], "package");
}

#[tokio::test]
async fn a_shortcut_leads_to_what_it_stands_for() {
    let office = office().await;
    let top = entries(&office, &own(&office, "root").await).await;
    let shortcut = named(&top, "Drawings");
    assert_eq!((&shortcut["shortcut"], &shortcut["type"]), (&json!(true), &json!("folder")));

    let listed = item(&office, text(shortcut, "uri")).await;
    let by_path = office.read(&own(&office, "Drawings").await).await;

    assert!(text(&listed, "webUrl").contains("/sites/Apollo/"), "{listed}");
    assert_eq!(by_path["results"][0]["items"], listed["items"]);
    assert!(by_path["notices"].to_string().contains("shortcut"), "{by_path}");
}

#[tokio::test]
async fn a_path_that_leads_nowhere_is_answered_with_the_nearest_names() {
    let office = office().await;

    let error = office.refusal(&own(&office, "Formats/wnid.json").await).await;

    assert_eq!(code(&error), "NOT_FOUND");
    assert!(text(&error, "message").contains("wind.json"), "{error}");
}

#[tokio::test]
async fn the_libraries_of_a_site_are_listed_and_can_be_opened() {
    let office = office().await;
    let site = office.graph().sites().at("fjordlight.sharepoint.com", "/sites/Finance").await;
    let uri = format!("drive:///sites/{}", site.unwrap().id.unwrap());

    let found = item(&office, &uri).await;

    assert_eq!((&found["title"], &found["uri"]), (&json!("Finance"), &json!(uri)));
    assert_eq!(text(&found, "webUrl"), FINANCE);
    let list = found["items"].as_array().unwrap();
    assert_eq!(named(list, "Contracts")["type"], "library");
    let documents = entries(&office, text(named(list, "Documents"), "uri")).await;
    assert_eq!(named(&documents, "Budget")["type"], "folder");
}

#[tokio::test]
async fn what_a_folder_knows_nothing_of_is_refused() {
    let office = office().await.configured(&FILES);
    let uri = own(&office, "Formats").await;

    for (field, value) in [
        ("sheet", json!("Sheet1")),
        ("format", json!("raw")),
        ("startPage", json!(2)),
        ("cursor", json!("AQIDBA")),
    ] {
        let mut arguments = json!({"uri": uri});
        arguments[field] = value;
        let error = office.call("read_resource", arguments).await.unwrap_err();
        assert_eq!(code(&error), "VALIDATION_ERROR", "{field}: {error}");
        assert!(text(&error, "message").starts_with(field), "{error}");
    }
}
