//! Folders.

use super::asking::{Asking, bad, texts};

#[tokio::test]
async fn the_top_lists_visible_folders_only() {
    let graph = Asking::mail().await;

    let names = texts(&graph.json("/me/mailFolders?$top=100").await["value"], "displayName");

    assert!(names.contains(&"Inbox".to_owned()), "{names:?}");
    assert!(names.contains(&"Unread or Flagged".to_owned()), "{names:?}");
    assert!(!names.contains(&"Sync Issues".to_owned()), "{names:?}");
    assert!(!names.contains(&"Apollo".to_owned()), "{names:?}");
}

#[tokio::test]
async fn hidden_folders_come_when_asked_for() {
    let graph = Asking::mail().await;

    let page = graph.json("/me/mailFolders?includeHiddenFolders=true&$top=100").await;

    assert!(texts(&page["value"], "displayName").contains(&"Sync Issues".to_owned()));
}

#[tokio::test]
async fn folders_are_paged_ten_at_a_time() {
    let graph = Asking::mail().await;
    let all = graph.ids("/me/mailFolders?$top=100").await;

    let first = graph.ids("/me/mailFolders").await;
    let paged = graph.all_ids("/me/mailFolders").await;

    assert_eq!(first.len(), 10);
    assert_eq!(paged, all);
}

#[tokio::test]
async fn folders_are_nested_and_may_have_a_slash_in_their_name() {
    let graph = Asking::mail().await;
    let projects = graph.folder("/me/mailFolders", "Projects").await;

    let apollo = graph.folder(&format!("/me/mailFolders/{projects}/childFolders"), "Apollo").await;

    let path = format!("/me/mailFolders/{apollo}/childFolders");
    let names = texts(&graph.json(&path).await["value"], "displayName");
    assert!(names.contains(&"Suppliers".to_owned()), "{names:?}");
    assert!(names.contains(&"R&D / 100% ideas".to_owned()), "{names:?}");
}

#[tokio::test]
async fn a_folder_counts_what_lies_in_it() {
    let graph = Asking::mail().await;

    let inbox = graph.json("/me/mailFolders/Inbox").await;

    let all = graph.ids("/me/mailFolders/inbox/messages?$top=1000&$select=id").await;
    let count = graph.get("/me/mailFolders/inbox/messages/$count").send().await.unwrap();
    assert_eq!(inbox["totalItemCount"], all.len());
    assert_eq!(count.text().await.unwrap(), all.len().to_string());
    assert!(inbox["unreadItemCount"].as_u64().unwrap() > 0);
}

#[tokio::test]
async fn a_folder_that_is_not_there_is_not_found() {
    let graph = Asking::mail().await;

    let absent = graph.error("/me/mailFolders/clutter").await;
    let display_name = graph.error("/me/mailFolders/Projects/messages").await;

    assert_eq!(absent, (404, "ErrorItemNotFound".to_owned()));
    assert_eq!(display_name, bad("ErrorInvalidIdMalformed"));
}

#[tokio::test]
async fn folders_are_found_by_name() {
    let graph = Asking::mail().await;

    let page = graph.json("/me/mailFolders?$filter=displayName%20eq%20%27archive%27").await;

    assert_eq!(texts(&page["value"], "displayName"), ["Archive"]);
}

#[tokio::test]
async fn a_search_folder_shows_mail_that_lies_elsewhere() {
    let graph = Asking::mail().await;
    let id = graph.folder("/me/mailFolders", "Unread or Flagged").await;

    let folder = graph.json(&format!("/me/mailFolders/{id}")).await;
    let path = format!("/me/mailFolders/{id}/messages?$select=isRead,flag&$top=1000");
    let page = graph.json(&path).await;

    let rows = page["value"].as_array().unwrap();
    assert_eq!(folder["@odata.type"], "#microsoft.graph.mailSearchFolder");
    assert_eq!(folder["totalItemCount"], rows.len());
    let fits =
        |row: &serde_json::Value| row["isRead"] == false || row["flag"]["flagStatus"] == "flagged";
    assert!(rows.len() > 10 && rows.iter().all(fits));
}
