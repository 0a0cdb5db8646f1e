//! Addresses that a tool is handed: what is wrong with one is said with what would be right.

use serde_json::json;

use crate::{
    office::text,
    support::{call, catalog, code},
};

async fn refused(uri: &str) -> String {
    let error = call(&catalog(), "read_resource", json!({"uri": uri})).await.unwrap_err();
    assert_eq!(code(&error), "VALIDATION_ERROR", "{uri}: {error}");
    text(&error, "message").to_owned()
}

#[tokio::test]
async fn an_id_of_another_kind_is_refused_with_the_kind_that_is_meant() {
    for (uri, expected) in [
        ("teams:///chats/19%3Aab%40thread.tacv2/messages", "19:…@thread.v2"),
        ("teams:///teams/19%3Aab%40thread.tacv2/channels/x/messages", "teamId: a GUID"),
        ("file:///01ABCDEFGHIJKLMNOPQRSTUVWXYZ234567/root", "driveId: b!…"),
        ("site:///b!abc", "siteId: host,guid,guid"),
        ("page:///sites/contoso.sharepoint.com/pages/1", "pageId: a GUID"),
        ("calendar:///events/", "calendar:///events/{id}"),
        ("meeting-transcript:///events/AAMk", "base64url of the join URL"),
        ("drive:///b!abc", "drive:///sites/{siteId}"),
        ("https://teams.microsoft.com/l/entity/x", "teams.microsoft.com"),
        ("https://evil.example/x", "*.sharepoint.com"),
        ("gopher://x", "the uri of a hit"),
    ] {
        let message = refused(uri).await;
        assert!(message.contains(expected), "{uri}: {message}");
    }
}

#[tokio::test]
async fn a_refusal_is_short() {
    for uri in ["x", "mail:///x", "https://x.example/", &format!("file:///{}", "a".repeat(5_000))] {
        let message = refused(uri).await;
        assert!(message.chars().count() < 700, "{message}");
    }
}

#[tokio::test]
async fn what_would_leave_its_place_never_reaches_graph() {
    for uri in [
        "calendar:///events/..%2F..%2Fusers",
        "calendar:///events/AAMk?owner=a/b",
        "calendar:///events/AAMk?part=full",
        "meeting-transcript:///events/aHR0cHM6Ly9ldmlsLmV4YW1wbGUv",
        "file:///b!a/%2e%2e/x",
        "file:///b!a/x%00",
        "file:///b!a/a%2Fb",
        "file:///b!a%2F..%2Fme/root",
        "site:///root%2F..%2Fme",
        "drive:///sites/a.b%3A",
        "teams:///chats/19%3Aa%2Fb%40thread.v2/messages",
        "teams:///chats/19%3Aa%40thread.v2/messages/1%2F2",
        "https://teams.microsoft.com@evil.example/l/chat/19:a@thread.v2/0",
        "https://contoso.sharepoint.com.evil.example/x",
        "https://contoso.sharepoint.com:444/x",
    ] {
        refused(uri).await;
    }
}
