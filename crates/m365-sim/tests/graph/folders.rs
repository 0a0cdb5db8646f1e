//! Folders.

use super::asking::{Asking, texts};

#[tokio::test]
async fn the_top_lists_visible_folders_only() {
    let graph = Asking::mail().await;

    let names = texts(&graph.json("/me/mailFolders?$top=100").await["value"], "displayName");

    assert!(names.contains(&"Inbox".to_owned()), "{names:?}");
    assert!(names.contains(&"Unread or Flagged".to_owned()), "{names:?}");
    assert!(!names.contains(&"Sync Issues".to_owned()), "{names:?}");
    assert!(!names.contains(&"Apollo".to_owned()), "{names:?}");
}
