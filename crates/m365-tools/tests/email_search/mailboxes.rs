//! Whose mailbox is searched, and what the scopes let it see.

use m365_sim::{Fault, Sim};
use serde_json::json;

use crate::{
    office::{ADELE, ALL, Office, SHARED, text, uris},
    support::code,
};

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
async fn without_a_calendar_scope_the_device_tells_the_zone_and_a_notice_says_so() {
    let office = Office::with(Sim::builder().messages(5), &["User.Read", "Mail.Read"]).await;

    let found = office.search(json!({})).await;

    assert_eq!(found["timeZone"], "UTC");
    assert!(found["notices"].to_string().contains("Missing scope 'Calendars.Read'"));
}

const NOWHERE: &str = r#"{"value": [{
    "scheduleId": "mira.solberg@fjordlight.example",
    "workingHours": {"timeZone": {"name": "Nowhere Standard Time"}}
}]}"#;

#[tokio::test]
async fn the_notice_on_the_zone_tells_the_real_reason() {
    let cases = [
        (Fault::status(403), "Graph does not let it be asked for"),
        (Fault::status(400), "it could not be asked for this time"),
        (Fault::body(200, "application/json", NOWHERE), "it names none that is known"),
    ];
    for (fault, reason) in cases {
        let office = Office::with(Sim::builder().messages(5), &ALL).await;
        office.tenant.graph().on("/v1.0/me/calendar/getSchedule", fault);

        let found = office.search(json!({})).await;

        assert_eq!(found["timeZone"], "UTC");
        assert!(found["notices"].to_string().contains(reason), "{reason}: {found}");
    }
}

#[tokio::test]
async fn the_zone_of_the_mailbox_is_looked_up_once() {
    let office = Office::small().await;

    for _ in 0..3 {
        office.search(json!({"after": "today", "limit": 1})).await;
    }

    let log = office.tenant.graph().log();
    let asked = log.iter().filter(|record| record.path.ends_with("/getSchedule")).count();
    assert_eq!(asked, 1);
}

#[tokio::test]
async fn a_folder_is_found_by_name_or_path_at_any_depth_slashes_in_names_included() {
    let office = Office::open().await;
    let cases = [
        ("Permits/2026", "Legal/Permits/2026"),
        ("legal/permits/2026", "Legal/Permits/2026"),
        ("Tallowmere", "Projects/Apollo/Suppliers/Tallowmere"),
        ("Suppliers/Tallowmere", "Projects/Apollo/Suppliers/Tallowmere"),
        ("Receipts & travel/2026", "Inbox/Receipts & travel/2026"),
    ];

    for (name, path) in cases {
        let found = office.search(json!({"folderName": name, "limit": 1})).await;
        assert_eq!(found["results"][0]["folder"], path, "{found}");
    }
}

#[tokio::test]
async fn a_mailbox_of_many_folders_is_not_opened_without_bound() {
    let office = Office::small().await;
    let folder = |number| json!({"id": format!("AAMk{number}"), "displayName": format!("F{number}"), "childFolderCount": 1});
    let folders = json!({"value": (0..230).map(folder).collect::<Vec<_>>()});
    let fault = Fault::body(200, "application/json", folders.to_string());
    office.tenant.graph().on("/v1.0/me/mailFolders", fault);

    let nowhere = json!({"folderName": "Nowhere"});
    let error = office.call("outlook_email_search", nowhere).await.unwrap_err();

    assert!(text(&error, "message").contains("among those that could be read"), "{error}");
    let log = office.tenant.graph().log();
    let opened = log.iter().filter(|record| record.path.ends_with("/childFolders")).count();
    assert_eq!(opened, 200);
}

#[tokio::test]
async fn a_well_known_folder_that_the_mailbox_lacks_is_looked_for_by_its_name() {
    let office = Office::small().await;
    office.search(json!({"limit": 1})).await;
    let missing = json!({"error": {"code": "ErrorItemNotFound", "message": ""}}).to_string();
    office.tenant.graph().next_response(Fault::body(404, "application/json", missing));

    let found = office.search(json!({"folderName": "Archive", "limit": 1})).await;

    assert_eq!(found["results"][0]["folder"], "Archive");
}

#[tokio::test]
async fn the_narrow_scope_finds_by_header_what_the_usual_one_searches_for() {
    let usual = Office::small().await;
    let narrow = Office::with(Sim::builder().messages(150), &["User.Read", "Mail.ReadBasic"]).await;

    for arguments in [
        json!({"subject": "apollo", "limit": 25}),
        json!({"sender": "Adele Vance", "order": "oldest"}),
        json!({"recipient": "lukas.brandt@fjordlight.example", "unreadOnly": true}),
        json!({"sender": "jonas", "folderName": "Projects/Apollo", "hasAttachments": false}),
    ] {
        let expected = uris(&usual.search_all(&arguments).await);
        assert_eq!(uris(&narrow.search_all(&arguments).await), expected, "{arguments}");
    }
}

#[tokio::test]
async fn the_narrow_scope_cannot_search_texts_and_the_error_names_the_scope() {
    let office = Office::with(Sim::builder().messages(5), &["User.Read", "Mail.ReadBasic"]).await;

    let words = json!({"query": "apollo"});
    let error = office.call("outlook_email_search", words).await.unwrap_err();

    assert_eq!(code(&error), "FORBIDDEN");
    assert!(text(&error, "message").contains("Missing scope 'Mail.Read'"));
}

#[tokio::test]
async fn a_scope_that_is_not_configured_is_not_used_although_the_token_has_it() {
    let office = only_headers_configured().await;

    for arguments in [
        json!({}),
        json!({"unreadOnly": true}),
        json!({"subject": "apollo"}),
        json!({"sender": "Adele Vance", "order": "oldest"}),
        json!({"subject": "apollo", "folderName": "Projects/Apollo", "order": "relevance"}),
    ] {
        office.tenant.graph().clear_log();

        let found = office.search(arguments.clone()).await;

        let hits = found["results"].as_array().unwrap();
        assert!(!hits.is_empty(), "{arguments}");
        assert!(hits.iter().all(|hit| hit.get("summary").is_none()), "{arguments}: {found}");
        assert_asks_no_texts(&office);
    }
}

#[tokio::test]
async fn a_folder_is_listed_without_texts_where_only_headers_are_configured() {
    let office = only_headers_configured().await;

    let read = office.read("mail:///folders/inbox").await;

    let items = read["results"][0]["items"].as_array().unwrap();
    assert!(items.iter().any(|item| item["type"] == "message"));
    assert!(items.iter().all(|item| item.get("summary").is_none()), "{read}");
    assert!(read["notices"].to_string().contains("Missing scope 'Mail.Read'"), "{read}");
    assert_asks_no_texts(&office);
}

/// Bodies and previews must not even be asked for.
#[track_caller]
fn assert_asks_no_texts(office: &Office) {
    for record in office.tenant.graph().log() {
        let asked = format!("{record:?}");
        assert!(!asked.contains("body") && !asked.contains("search="), "{asked}");
    }
}

/// A user whose token has more than what is configured, as that was consented to earlier.
async fn only_headers_configured() -> Office {
    let granted = ["User.Read", "Mail.Read", "Mail.ReadBasic"];
    let office = Office::with(Sim::builder().messages(150), &granted).await;
    office.configured(&["User.Read", "Mail.ReadBasic"])
}
