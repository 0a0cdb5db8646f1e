//! Lists of messages.

use super::asking::{Asking, texts};

#[tokio::test]
async fn messages_come_newest_first_ten_at_a_time() {
    let graph = Asking::mail().await;

    let page = graph.json("/me/messages?$select=receivedDateTime").await;

    let dates = texts(&page["value"], "receivedDateTime");
    assert_eq!(dates.len(), 10);
    assert!(dates.is_sorted_by(|a, b| a >= b), "{dates:?}");
}

#[tokio::test]
async fn pages_make_up_the_whole_list() {
    let graph = Asking::mail().await;
    let all = graph.ids("/me/mailFolders/inbox/messages?$select=id&$top=1000").await;

    let mut paged = Vec::new();
    let mut link = Some("/me/mailFolders/inbox/messages?$select=id&$top=50".to_owned());
    while let Some(path) = link {
        let page = graph.json(&path).await;
        paged.extend(texts(&page["value"], "id"));
        link = page["@odata.nextLink"].as_str().map(str::to_owned);
    }

    assert!(all.len() > 50);
    assert_eq!(paged, all);
}
