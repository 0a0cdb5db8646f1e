//! Single messages.

use super::asking::Asking;

#[tokio::test]
async fn a_search_hit_leads_to_its_message() {
    let graph = Asking::mail().await;
    let container = graph.search("turbine").await;
    let hit = container["hits"][0]["hitId"].as_str().unwrap();

    let id = hit.replace('/', "-").replace('+', "_");
    let message = graph.json(&format!("/me/messages/{id}")).await;

    assert_eq!(message["id"], id);
    assert_eq!(message["body"]["contentType"], "html");
}
