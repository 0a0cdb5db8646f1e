//! sharepoint_folder_search against the demo tenant.

use std::collections::BTreeSet;

use m365_sim::{Fault, Sim};
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

#[tokio::test]
async fn a_folder_longer_than_one_call_is_gone_on_with() {
    let office = office().await;
    let parent = format!("{HOST}/sites/Finance/Shared%20Documents");
    let arguments = json!({"name": "budget", "parent": parent});
    let whole = find(&office, arguments.clone()).await;
    office.tenant.graph().next_on("/v1.0/drives/", Fault::empty_pages(45));

    let first = find(&office, arguments.clone()).await;
    let mut rest = arguments;
    rest["cursor"] = first["nextCursor"].clone();
    let rest = find(&office, rest).await;

    assert_eq!((names(&first), &first["moreResults"]), (vec![], &json!(true)), "{first}");
    assert!(first["notices"].to_string().contains("Not all folders were looked at"), "{first}");
    assert_eq!((names(&rest), &rest["moreResults"]), (names(&whole), &json!(false)), "{rest}");
    assert!(!names(&whole).is_empty());
}

#[tokio::test]
async fn a_folder_that_graph_does_not_open_is_said() {
    let office = office().await;
    let parts: Vec<_> = (0..20)
        .map(|id| json!({"id": id.to_string(), "status": 403, "body": {"error": {"code": "accessDenied"}}}))
        .collect();
    let refused = json!({"responses": parts}).to_string();
    office.tenant.graph().next_on("/v1.0/$batch", Fault::body(200, "application/json", refused));

    let found = find(&office, json!({"name": "readings"})).await;

    assert_eq!(found["results"], json!([]));
    assert!(found["notices"].to_string().contains("does not open some"), "{found}");
}

#[tokio::test]
async fn a_failing_look_at_the_folders_is_an_error_and_not_an_empty_list() {
    let office = office().await;
    let parts: Vec<_> = (0..20)
        .map(|id| json!({"id": id.to_string(), "status": 400, "body": {"error": {"code": "invalidRequest"}}}))
        .collect();
    let broken = json!({"responses": parts}).to_string();
    office.tenant.graph().next_on("/v1.0/$batch", Fault::body(200, "application/json", broken));

    let answer = office.call("sharepoint_folder_search", json!({"name": "readings"})).await;

    assert!(answer.is_err(), "{answer:?}");
}

#[tokio::test]
async fn libraries_without_files_are_said() {
    let found = find(&office().await, json!({"name": "Site Pages"})).await;

    assert_eq!(found["results"], json!([]));
    assert!(found["notices"].to_string().contains("lists a site's pages"), "{found}");
}

#[tokio::test]
async fn a_parent_may_have_blanks_as_people_write_them() {
    let office = office().await;
    let budget = find(&office, json!({"name": "budget", "site": "Finance"})).await;
    let uri = text(&budget["results"][0], "uri");
    let drive = uri.rsplit_once('/').unwrap().0;

    for (name, parent) in [
        ("budget", format!("{HOST}/sites/Finance/Shared Documents")),
        ("archive", format!("{HOST}/sites/Finance/Shared Documents/Budget")),
    ] {
        let found = find(&office, json!({"name": name, "parent": parent})).await;
        assert!(!names(&found).is_empty(), "{parent}");
    }
    let read = office.read(&format!("{drive}/Budget/Budget notes.md")).await;
    assert_eq!(read["results"][0]["title"], "Budget notes.md");
}

#[tokio::test]
async fn what_does_not_fit_an_answer_is_in_the_next() {
    let arguments = json!({"name": "d", "limit": 50});
    let below = json!({"name": "e", "parent": format!("{HOST}/sites/Finance/Shared%20Documents")});
    let (office, small) = (office().await, office().await.limited(2_000));

    for arguments in [arguments, below] {
        let whole = urls(&all(&office, "sharepoint_folder_search", &arguments).await);

        let first = find(&small, arguments.clone()).await;
        let found = urls(&all(&small, "sharepoint_folder_search", &arguments).await);

        assert!(first["notices"].to_string().contains("The answer is full"), "{first}");
        assert_eq!(found, whole, "{arguments}");
    }
}
