//! Whose mailbox is searched, and what the scopes let it see.

use m365_sim::Sim;
use serde_json::json;

use crate::{
    office::{ADELE, Office, SHARED, text, uris},
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
