//! sharepoint_folder_search against the demo tenant.

use std::collections::BTreeSet;

use m365_sim::Sim;
use serde_json::{Value, json};

use crate::{
    library::{HOST, Library, SCOPES, all, urls},
    office::{Office, text},
};

async fn office() -> Office {
    Office::with(Sim::builder().messages(150), &SCOPES).await
}

async fn find(office: &Office, arguments: Value) -> Value {
    match office.call("sharepoint_folder_search", arguments.clone()).await {
        Ok(found) => found,
        Err(error) => panic!("{arguments}: {error}"),
    }
}

fn names(found: &Value) -> Vec<&str> {
    found["results"].as_array().unwrap().iter().map(|hit| text(hit, "name")).collect()
}

#[tokio::test]
async fn a_folder_is_found_by_a_word_of_its_name_and_can_be_listed() {
    let office = office().await;

    let found = find(&office, json!({"name": "readings"})).await;

    let hit = &found["results"][0];
    assert_eq!((text(hit, "name"), text(hit, "site")), ("Readings", "Apollo"));
    assert_eq!((text(hit, "path"), &hit["childCount"]), ("Shared Documents", &json!(260)));
    assert_eq!(office.read(text(hit, "uri")).await["results"][0]["type"], "folder");
}

#[tokio::test]
async fn libraries_are_folders_too() {
    let office = office().await;

    let found = find(&office, json!({"name": "contracts", "limit": 50})).await;

    let sites: BTreeSet<_> =
        found["results"].as_array().unwrap().iter().map(|hit| text(hit, "site")).collect();
    assert!(sites.is_superset(&["Apollo", "Finance", "Sales"].into()), "{found}");
    let uri = text(&found["results"][0], "uri");
    assert_eq!(office.read(uri).await["results"][0]["type"], "folder", "{uri}");
}

#[tokio::test]
async fn files_of_that_name_are_none() {
    let office = office().await;

    let found = find(&office, json!({"name": "budget", "limit": 50})).await;

    assert!(names(&found).contains(&"Budget"));
    assert!(!names(&found).iter().any(|name| name.contains('.')), "{found}");
}

#[tokio::test]
async fn below_a_parent_parts_inside_words_are_found_exactly() {
    let office = office().await;
    let library = Library::of(&office).await;
    let parent = format!("{HOST}/sites/Finance/Shared%20Documents");

    for part in ["udge", "e", "20"] {
        let found = all(
            &office,
            "sharepoint_folder_search",
            &json!({"name": part, "parent": parent, "limit": 2}),
        )
        .await;

        let below = |url: &str| url.starts_with(&format!("{HOST}/sites/Finance/Shared Documents/"));
        let expected: BTreeSet<_> = library
            .entries
            .iter()
            .filter(|one| {
                one.is_folder && below(&one.url) && one.name.to_lowercase().contains(part)
            })
            .map(|one| one.url.clone())
            .collect();
        assert_eq!(urls(&found).into_iter().collect::<BTreeSet<_>>(), expected, "{part}");
        assert_eq!(urls(&found).len(), expected.len(), "{part}");
        assert!(!expected.is_empty());
    }
}

#[tokio::test]
async fn a_site_is_looked_through_for_what_its_index_does_not_find() {
    let office = office().await;

    let found = find(&office, json!({"name": "orecas", "site": "Finance"})).await;

    assert_eq!(names(&found), ["Forecast"]);
}

#[tokio::test]
async fn what_the_index_cannot_find_is_said() {
    let office = office().await;

    let found = find(&office, json!({"name": "orecas"})).await;

    assert_eq!(found["results"], json!([]));
    assert!(found["notices"].to_string().contains("name a site or a parent"), "{found}");
}

#[tokio::test]
async fn a_parent_may_be_a_hit_a_link_or_a_site() {
    let office = office().await;
    let budget = find(&office, json!({"name": "budget", "site": "Finance"})).await;
    let uri = text(&budget["results"][0], "uri").to_owned();

    for parent in [
        uri,
        format!("{HOST}/sites/Finance"),
        format!("{HOST}/sites/Finance/Shared%20Documents/Budget"),
    ] {
        let found = find(&office, json!({"name": "archive", "parent": parent})).await;
        assert_eq!(names(&found), ["Archive"], "{parent}");
    }
}

#[tokio::test]
async fn a_parent_outside_the_site_or_that_is_a_file_is_refused() {
    let office = office().await;

    for arguments in [
        json!({"name": "a", "site": "Sales", "parent": format!("{HOST}/sites/Finance/Shared%20Documents/Budget")}),
        json!({"name": "a", "parent": format!("{HOST}/sites/Finance/Shared%20Documents/Budget/Budget%20notes.md")}),
        json!({"name": "a", "parent": "https://evil.example/x"}),
        json!({"name": "a", "parent": "mail:///folders/inbox"}),
        json!({"name": "!!"}),
    ] {
        let error = office.call("sharepoint_folder_search", arguments.clone()).await.unwrap_err();
        assert_eq!(error["code"], "VALIDATION_ERROR", "{arguments}: {error}");
    }
}

#[tokio::test]
async fn pages_of_any_size_join_to_the_same_list() {
    let office = office().await;
    let whole = all(
        &office,
        "sharepoint_folder_search",
        &json!({"name": "e", "parent": format!("{HOST}/sites/Apollo"), "limit": 50}),
    )
    .await;

    for limit in [1, 3] {
        let arguments =
            json!({"name": "e", "parent": format!("{HOST}/sites/Apollo"), "limit": limit});
        let found = all(&office, "sharepoint_folder_search", &arguments).await;
        assert_eq!(urls(&found), urls(&whole), "{limit}");
    }
    for limit in [1, 2, 50] {
        let arguments = json!({"name": "d", "limit": limit});
        let unique: BTreeSet<_> =
            urls(&all(&office, "sharepoint_folder_search", &arguments).await).into_iter().collect();
        assert!(unique.len() > 4, "{limit}");
    }
}

#[tokio::test]
async fn the_own_drive_is_looked_through_where_nothing_else_may_be() {
    let scopes = ["User.Read", "Calendars.Read", "Files.Read"];
    let office = Office::with(Sim::builder().messages(150), &scopes).await;

    let found = find(&office, json!({"name": "ormat"})).await;

    assert_eq!(names(&found), ["Formats"], "{found}");
    assert!(found["notices"].to_string().contains("own OneDrive"));
}
