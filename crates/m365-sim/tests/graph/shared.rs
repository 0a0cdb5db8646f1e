//! Other people's mailboxes.

use super::asking::{Asking, texts};

const DENIED: (u16, &str) = (403, "ErrorAccessDenied");

async fn error(graph: &Asking, user: &str) -> (u16, String) {
    graph.error(&format!("/users/{user}/mailFolders/inbox/messages")).await
}

fn is((status, code): (u16, &str)) -> (u16, String) {
    (status, code.to_owned())
}

#[tokio::test]
async fn a_shared_mailbox_is_read_and_searched() {
    let graph = Asking::mail().await;
    let path = "/users/projects@fjordlight.example/messages?$search=%22Aqaba%22&$select=subject";

    let subjects = texts(&graph.json(path).await["value"], "subject");

    assert_eq!(subjects, ["RE: Site visit in Aqaba", "Site visit in Aqaba"]);
}

#[tokio::test]
async fn a_shared_mailbox_needs_the_shared_scope() {
    let graph = Asking::with(&["Mail.Read"]).await;

    assert_eq!(error(&graph, "projects@fjordlight.example").await, is(DENIED));
}

#[tokio::test]
async fn a_mailbox_that_is_not_shared_is_denied() {
    let graph = Asking::mail().await;

    assert_eq!(error(&graph, "board@fjordlight.example").await, is(DENIED));
    assert_eq!(error(&graph, "adele.vance@fjordlight.example").await, is(DENIED));
}

#[tokio::test]
async fn addresses_without_a_mailbox_are_told_apart() {
    let graph = Asking::mail().await;

    let kiosk = error(&graph, "dock.terminal@fjordlight.example").await;
    let unknown = error(&graph, "nobody@fjordlight.example").await;
    let group = error(&graph, "apollo@fjordlight.example").await;

    assert_eq!(kiosk, is((404, "MailboxNotEnabledForRESTAPI")));
    assert_eq!(unknown, is((404, "ErrorInvalidUser")));
    assert_eq!(group, is((404, "ErrorInvalidUser")));
}

#[tokio::test]
async fn ones_own_mailbox_has_a_long_path_too() {
    let graph = Asking::with(&["Mail.Read"]).await;

    let page = graph.json("/users/MIRA.SOLBERG@fjordlight.example/messages?$top=1").await;

    assert_eq!(page["value"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn an_id_of_another_mailbox_is_not_found() {
    let graph = Asking::mail().await;
    let id = graph.ids("/users/projects@fjordlight.example/messages?$top=1").await.remove(0);

    let refused = graph.error(&format!("/me/messages/{id}")).await;

    assert_eq!(refused, is((404, "ErrorItemNotFound")));
}

#[tokio::test]
async fn s14_a_search_never_reaches_shared_mailboxes() {
    let graph = Asking::mail().await;

    let container = graph.search("Aqaba").await;

    assert!(container["hits"].is_null(), "{container}");
}
