//! What narrower scopes let be read.

use m365_sim::Sim;

use super::{FINANCE, HOME, NOTES, entries, item, named, own};
use crate::{
    office::{MIRA, Office, text},
    support::code,
};

async fn with(scopes: &[&'static str]) -> Office {
    Office::with(Sim::builder().messages(20), scopes).await
}

/// The address of the folder that a link names, found with every scope.
async fn address(link: &str) -> String {
    let full = super::office().await;
    text(&item(&full, link).await, "uri").to_owned()
}

#[tokio::test]
async fn without_a_scope_for_files_nothing_is_read() {
    let office = with(&["User.Read", "Mail.Read"]).await;

    let error = office.refusal("file:///b!abc/root").await;

    assert_eq!(code(&error), "FORBIDDEN");
    assert!(text(&error, "message").contains("Missing scope 'Files.Read.All'"), "{error}");
    assert_eq!(office.tenant.graph().requests(), 0);
}

#[tokio::test]
async fn files_read_opens_ones_own_drive_and_no_other() {
    let office = with(&["User.Read", "Files.Read"]).await;
    let foreign = address(&NOTES.replace("/Budget%20notes.md", "")).await;

    let read = office.text(&own(&office, "Notes/Weekly%20plan.md").await).await;
    let error = office.refusal(&foreign).await;

    assert!(read.contains("safety walk"), "{read}");
    assert_eq!(code(&error), "FORBIDDEN");
    assert!(text(&error, "message").contains("Missing scope 'Files.Read.All'"), "{error}");
}

#[tokio::test]
async fn files_read_says_that_shortcuts_elsewhere_stay_closed() {
    let office = with(&["User.Read", "Files.Read"]).await;

    let top = office.read(&own(&office, "root").await).await;

    assert!(top["notices"].to_string().contains("shortcuts to other drives"), "{top}");
}

#[tokio::test]
async fn files_read_follows_a_link_into_ones_own_drive() {
    let office = with(&["User.Read", "Files.Read"]).await;

    let list = entries(&office, &format!("{HOME}/Formats")).await;

    assert_eq!(named(&list, "wind.json")["type"], "file");
}

#[tokio::test]
async fn sites_selected_opens_the_sites_named_for_the_app_and_says_so_of_others() {
    let scopes = ["User.Read", "Sites.Selected"];
    let office = Office::with(Sim::builder().messages(20).grant_site("Finance"), &scopes).await;
    let finance = address(&NOTES.replace("/Budget%20notes.md", "")).await;
    let apollo = address(&FINANCE.replace("Finance", "Apollo/Shared%20Documents/Readings")).await;

    let list = entries(&office, &finance).await;
    let error = office.refusal(&apollo).await;

    assert_eq!(named(&list, "Q3 budget.csv")["type"], "file");
    assert_eq!(code(&error), "FORBIDDEN");
    assert!(text(&error, "message").contains("Sites.Selected"), "{error}");
}

#[tokio::test]
async fn what_the_user_may_not_see_is_not_there() {
    let office = super::office().await;
    let budget = NOTES.replace("Budget%20notes.md", "");

    let list = entries(&office, &budget).await;
    let error = office.refusal(&format!("{budget}Board%20version.docx")).await;

    assert!(list.iter().all(|entry| entry["name"] != "Board version.docx"));
    assert!(matches!(code(&error).as_str(), "NOT_FOUND" | "FORBIDDEN"), "{error}");
    assert!(!MIRA.is_empty() && !error.to_string().contains("Only Ingrid"), "{error}");
}
