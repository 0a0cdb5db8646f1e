//! Lists of messages.

use super::asking::{Asking, bad, texts};

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

    let paged = graph.all_ids("/me/mailFolders/inbox/messages?$select=id&$top=50").await;

    assert!(all.len() > 50);
    assert_eq!(paged, all);
}

#[tokio::test]
async fn s56_a_next_link_is_a_full_url_that_carries_the_query() {
    let graph = Asking::mail().await;

    let page = graph.json("/me/messages?$select=id,subject&$top=2").await;

    let link = page["@odata.nextLink"].as_str().unwrap();
    let start = format!(
        "{}/v1.0/me/messages?%24select=id%2csubject&%24top=2&%24skip=2",
        graph.tenant.graph_endpoint()
    );
    assert!(link.starts_with(&start), "{link}");
}

#[tokio::test]
async fn s56_an_altered_next_link_is_refused() {
    let graph = Asking::mail().await;
    let page = graph.json("/me/messages?$search=%22budget%22&$top=2").await;
    let link = page["@odata.nextLink"].as_str().unwrap();

    let other_query = graph.error(&link.replace("budget", "apollo")).await;
    let other_place = graph.error(&link.replace("skiptoken=", "skiptoken=A")).await;

    assert_eq!(other_query, bad("BadRequest"));
    assert_eq!(other_place, bad("BadRequest"));
}

#[tokio::test]
async fn a_search_is_paged_by_its_next_links_alone() {
    let graph = Asking::mail().await;
    let all = graph.ids("/me/messages?$search=%22apollo%22&$select=id&$top=1000").await;

    let paged = graph.all_ids("/me/messages?$search=%22apollo%22&$select=id&$top=7").await;

    assert!(all.len() > 14);
    assert_eq!(paged, all);
}

#[tokio::test]
async fn a_search_in_a_folder_stays_in_it() {
    let graph = Asking::mail().await;
    let junk = graph.json("/me/mailFolders/junkemail").await["id"].clone();

    let page = graph.json("/me/mailFolders/junkemail/messages?$search=%22invoice%22&$top=50").await;

    let folders = texts(&page["value"], "parentFolderId");
    assert!(!folders.is_empty());
    assert!(folders.iter().all(|folder| *folder == junk), "{folders:?}");
}

#[tokio::test]
async fn a_search_is_sorted_by_sent_date() {
    let graph = Asking::mail().await;

    let page = graph.json("/me/messages?$search=%22from:adele%20budget%22&$top=50").await;

    let dates = texts(&page["value"], "sentDateTime");
    assert!(dates.len() > 1);
    assert!(dates.is_sorted_by(|a, b| a >= b), "{dates:?}");
}

#[tokio::test]
async fn s16_search_excludes_order_filter_and_count() {
    let graph = Asking::mail().await;
    let search = "/me/messages?$search=%22budget%22";

    let order = graph.error(&format!("{search}&$orderby=receivedDateTime%20desc")).await;
    let filter = graph.error(&format!("{search}&$filter=isRead%20eq%20false")).await;
    let count = graph.error(&format!("{search}&$count=true")).await;

    assert_eq!(order, bad("SearchWithOrderBy"));
    assert_eq!(filter, bad("SearchWithFilter"));
    assert_eq!(count, bad("SearchWithCount"));
}

#[tokio::test]
async fn a_search_text_that_does_not_parse_is_refused() {
    let graph = Asking::mail().await;

    for text in ["%22(budget%22", "%22a%20AND%22", "from:adele", "%22a%22b%22", "%22%22"] {
        let refused = graph.error(&format!("/me/messages?$search={text}")).await;

        assert_eq!(refused, bad("RequestBroker--ParseUri"), "{text}");
    }
}

#[tokio::test]
async fn quotes_inside_a_search_are_escaped_with_a_backslash() {
    let graph = Asking::mail().await;

    let path = "/me/messages?$search=%22subject:%5C%22Q3%20budget%5C%22%22&$select=subject&$top=50";
    let subjects = texts(&graph.json(path).await["value"], "subject");

    assert!(!subjects.is_empty());
    assert!(subjects.iter().all(|subject| subject.contains("Q3 budget")), "{subjects:?}");
}

#[tokio::test]
async fn s18_a_page_of_more_than_1000_is_refused() {
    let graph = Asking::mail().await;

    assert_eq!(graph.error("/me/messages?$top=1001").await, bad("BadRequest"));
    assert_eq!(graph.error("/me/messages?$top=0").await, bad("BadRequest"));
    assert_eq!(graph.error("/me/messages?$top=ten").await, bad("BadRequest"));
}

#[tokio::test]
async fn a_count_is_of_all_that_pass_the_filter() {
    let graph = Asking::mail().await;
    let unread = "/me/messages?$filter=isRead%20eq%20false&$select=id";

    let page = graph.json(&format!("{unread}&$count=true&$top=1")).await;

    let all = graph.ids(&format!("{unread}&$top=1000")).await;
    assert_eq!(page["@odata.count"], all.len());
}

#[tokio::test]
async fn an_option_given_twice_or_unknown_is_refused() {
    let graph = Asking::mail().await;

    assert_eq!(graph.error("/me/messages?$top=1&$top=2").await, bad("BadRequest"));
    assert_eq!(graph.error("/me/messages?$apply=x").await, bad("BadRequest"));
}

#[tokio::test]
async fn only_what_is_selected_comes_back_beside_the_id() {
    let graph = Asking::mail().await;

    let page = graph.json("/me/messages?$select=subject&$top=1").await;

    let mut names: Vec<_> = page["value"][0].as_object().unwrap().keys().collect();
    names.sort();
    assert_eq!(names, ["@odata.etag", "id", "subject"]);
}

#[tokio::test]
async fn a_property_that_messages_lack_cannot_be_selected() {
    let graph = Asking::mail().await;

    let refused = graph.error("/me/messages?$select=subjekt").await;

    assert_eq!(refused, bad("RequestBroker--ParseUri"));
}

#[tokio::test]
async fn a_search_for_immutable_ids_breaks_off() {
    let graph = Asking::mail().await;

    let request = graph.get("/me/messages?$search=%22budget%22");
    let response = request.header("prefer", "IdType=\"ImmutableId\"").send().await.unwrap();

    assert_eq!(response.status(), 200);
    let text = response.text().await.unwrap();
    assert!(text.contains("ErrorInternalServerError"), "{text}");
    assert!(serde_json::from_str::<serde_json::Value>(&text).is_err());
}
