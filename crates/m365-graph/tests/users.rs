//! People, in the directory and around the user.

use serde_json::json;
use wiremock::ResponseTemplate;

use crate::support::{Service, page};

#[tokio::test]
async fn a_search_of_the_directory_is_quoted_and_may_be_answered_from_a_copy() {
    let user = json!({"id": "1", "displayName": "Adele Vance", "mail": "adele@contoso.com"});
    let graph = Service::answering([ResponseTemplate::new(200).set_body_json(page(&[user]))]).await;

    let found = graph.client().search_users("ade\" OR \"mail:x", 5).await.unwrap();

    let request = &graph.requests().await[0];
    let options: Vec<_> = request.url.query_pairs().collect();
    assert_eq!(found[0].mail.as_deref(), Some("adele@contoso.com"));
    assert_eq!(request.headers["consistencylevel"], "eventual");
    assert_eq!(options[0].1, "\"displayName:ade  OR  mail:x\"");
}

#[tokio::test]
async fn people_are_asked_for_without_what_is_not_wanted() {
    let person = json!({"id": "1", "displayName": "Adele", "scoredEmailAddresses": null});
    let graph =
        Service::answering([ResponseTemplate::new(200).set_body_json(page(&[person]))]).await;

    let found = graph.client().people(None, 5, 0).await.unwrap();

    let request = &graph.requests().await[0];
    assert!(found[0].scored_email_addresses.is_empty());
    assert_eq!(request.url.path(), "/v1.0/me/people");
    let query = request.url.query().unwrap();
    assert!(!query.contains("$search") && !query.contains("$skip"), "{query}");
    assert_eq!(request.headers.get("consistencylevel"), None);
}
