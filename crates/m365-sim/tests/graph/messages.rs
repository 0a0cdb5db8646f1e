//! Single messages and their ids.

use m365_sim::{Sim, SimCloud};

use super::asking::{Asking, MIRA, bad, texts};

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

#[tokio::test]
async fn s15_an_id_in_standard_base64_is_malformed() {
    let graph = Asking::mail().await;
    let container = graph.search("turbine").await;
    let hit = container["hits"][0]["hitId"].as_str().unwrap();

    let encoded = hit.replace('/', "%2F").replace('+', "%2B");

    assert_eq!(
        graph.error(&format!("/me/messages/{encoded}")).await,
        bad("ErrorInvalidIdMalformed")
    );
    assert_eq!(graph.error("/me/messages/AAMk").await, bad("ErrorInvalidIdMalformed"));
    assert_eq!(graph.error("/me/messages/A%20B").await, bad("ErrorInvalidIdMalformed"));
}

#[tokio::test]
async fn ids_are_long_and_some_differ_in_case_only() {
    let graph = Asking::mail().await;

    let ids = graph.ids("/me/messages?$select=id&$top=1000").await;

    let mut folded: Vec<_> = ids.iter().map(|id| id.to_lowercase()).collect();
    folded.sort();
    let all = folded.len();
    folded.dedup();
    assert!(folded.len() < all);
    assert!(ids.iter().all(|id| id.len() == 152 && id.contains('-') && id.contains('_')));
}

#[tokio::test]
async fn an_immutable_id_reads_the_same_message() {
    let graph = Asking::mail().await;
    let path = "/me/messages?$top=1&$select=id,subject";
    let usual = graph.json(path).await["value"][0].clone();

    let prefer = graph.get(path).header("prefer", "IdType=\"ImmutableId\"");
    let response = prefer.send().await.unwrap();
    let applied = response.headers()["preference-applied"].clone();
    let immutable: serde_json::Value =
        serde_json::from_str(&response.text().await.unwrap()).unwrap();

    let id = immutable["value"][0]["id"].as_str().unwrap();
    assert_eq!(applied, "IdType=\"ImmutableId\"");
    assert_ne!(id, usual["id"]);
    assert_eq!(graph.json(&format!("/me/messages/{id}")).await["id"], usual["id"]);
}

#[tokio::test]
async fn s20_the_body_is_text_when_preferred() {
    let graph = Asking::mail().await;
    let path = graph.message("subject:\"Q3 budget\" received>=2000-01-01 from:ingrid").await;

    let response = graph
        .get(&path)
        .header("prefer", "outlook.body-content-type=\"text\"")
        .send()
        .await
        .unwrap();

    assert_eq!(response.headers()["preference-applied"], "outlook.body-content-type=\"text\"");
    let body = response.text().await.unwrap();
    assert!(body.contains(r#""contentType":"text""#), "{body}");
    assert!(!body.contains("<blockquote"), "{body}");
}

#[tokio::test]
async fn s19_the_unique_body_is_there_when_selected_and_quotes_nothing() {
    let graph = Asking::mail().await;
    let path = graph.message("subject:\"Q3 budget\" from:ingrid").await;

    let usual = graph.json(&path).await;
    let selected = graph.json(&format!("{path}?$select=body,uniqueBody")).await;

    assert!(usual["uniqueBody"].is_null());
    assert!(selected["body"]["content"].as_str().unwrap().contains("gmail_quote"));
    assert!(!selected["uniqueBody"]["content"].as_str().unwrap().contains("gmail_quote"));
}

#[tokio::test]
async fn s21_basic_tokens_see_no_bodies_and_no_attachments() {
    let graph = Asking::with(&["Mail.ReadBasic"]).await;
    let page = graph.json("/me/messages?$filter=hasAttachments%20eq%20true").await;
    let id = texts(&page["value"], "id").remove(0);

    let attachments = graph.error(&format!("/me/messages/{id}/attachments")).await;
    let search = graph.error("/me/messages?$search=%22budget%22").await;

    let row = page["value"][0].as_object().unwrap();
    assert!(row.contains_key("subject"));
    assert!(!row.contains_key("body") && !row.contains_key("bodyPreview"));
    assert_eq!(attachments, (403, "ErrorAccessDenied".to_owned()));
    assert_eq!(search, (403, "ErrorAccessDenied".to_owned()));
}

#[tokio::test]
async fn s03_mail_without_a_mail_scope_is_denied() {
    let graph = Asking::with(&["User.Read"]).await;

    let refused = graph.error("/me/messages").await;

    assert_eq!(refused, (403, "ErrorAccessDenied".to_owned()));
}

#[tokio::test]
async fn mime_is_plain_text_with_all_parts() {
    let graph = Asking::mail().await;
    let path = graph.message("subject:\"Shipping documents\"").await;

    let response = graph.get(&format!("{path}/$value")).send().await.unwrap();

    assert_eq!(response.headers()["content-type"], "text/plain");
    let mime = response.text().await.unwrap();
    assert!(mime.starts_with("Received: "));
    assert!(mime.contains("filename=\"packing-list.csv\""));
    assert!(mime.contains("Content-Type: multipart/mixed"));
}

#[tokio::test]
async fn messages_within_messages_have_boundaries_of_their_own() {
    let graph = Asking::mail().await;
    let path = graph.message("subject:\"FW: contact and appointment\"").await;

    let mime = graph.get(&format!("{path}/$value")).send().await.unwrap().text().await.unwrap();

    let mut boundaries: Vec<_> = mime.split("boundary=").skip(1).map(|text| &text[..30]).collect();
    let all = boundaries.len();
    boundaries.sort_unstable();
    boundaries.dedup();
    assert_eq!(boundaries.len(), all);
    assert!(all >= 6, "{all}");
}

#[tokio::test]
async fn the_web_link_carries_the_standard_id() {
    let graph = Asking::mail().await;
    let row = graph.json("/me/messages?$top=1&$select=webLink").await["value"][0].clone();

    let link = row["webLink"].as_str().unwrap();

    let id = link.split("ItemID=").nth(1).unwrap().split('&').next().unwrap();
    let id = id.replace("%2F", "-").replace("%2B", "_").replace("%3D", "=");
    assert_eq!(row["id"], id);
}

#[tokio::test]
async fn drafts_have_no_sender_and_perhaps_no_subject() {
    let graph = Asking::mail().await;

    let page = graph.json("/me/mailFolders/drafts/messages").await;

    let bare = page["value"].as_array().unwrap().iter().find(|row| row["subject"].is_null());
    let bare = bare.unwrap().as_object().unwrap();
    assert!(!bare.contains_key("from"));
    assert_eq!(bare["isDraft"], true);
}

#[tokio::test]
async fn ids_are_translated_between_spellings() {
    let graph = Asking::mail().await;
    let hit = graph.search("turbine").await["hits"][0]["hitId"].clone();

    let body = serde_json::json!({
        "inputIds": [hit], "sourceIdType": "ewsId", "targetIdType": "restId",
    });
    let answer = graph.posted("/me/translateExchangeIds", &body).await;

    let expected = hit.as_str().unwrap().replace('/', "-").replace('+', "_");
    assert_eq!(answer["value"][0]["targetId"], expected);
}

#[tokio::test]
async fn s58_a_government_clouds_message_has_no_index_in_its_conversation() {
    let tenant = Sim::builder().cloud(SimCloud::UsGovHigh).start().await.unwrap();
    let government = Asking::on(tenant, MIRA, &["Mail.Read"]);
    let path = "/me/messages?$top=1&$select=conversationIndex";

    let whole = government.json("/me/messages?$top=1").await["value"][0].clone();

    assert!(whole.get("conversationIndex").is_none() && whole["conversationId"].is_string());
    assert_eq!(government.error(path).await, bad("RequestBroker--ParseUri"));
    assert!(Asking::mail().await.json(path).await["value"][0]["conversationIndex"].is_string());
}
