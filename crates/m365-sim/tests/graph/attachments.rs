//! Attachments.

use super::asking::{Asking, texts};

const SELECT: &str = "?$select=id,name,contentType,size,isInline";

async fn listed(graph: &Asking, query: &str) -> (String, Vec<serde_json::Value>) {
    let path = format!("{}/attachments", graph.message(query).await);
    let list = graph.json(&format!("{path}{SELECT}")).await;
    (path, list["value"].as_array().unwrap().clone())
}

#[tokio::test]
async fn a_selection_leaves_the_content_out() {
    let graph = Asking::mail().await;

    let (_, rows) = listed(&graph, "subject:\"Shipping documents\"").await;

    assert_eq!(rows.len(), 6);
    assert!(rows.iter().all(|row| row["contentBytes"].is_null() && row["size"].as_u64() > Some(0)));
    assert_eq!(rows[0]["@odata.type"], "#microsoft.graph.fileAttachment");
}

#[tokio::test]
async fn s22_without_a_selection_the_content_is_there() {
    let graph = Asking::mail().await;
    let path = graph.message("subject:\"Shipping documents\"").await;

    let list = graph.json(&format!("{path}/attachments")).await;

    assert!(list["value"][0]["contentBytes"].as_str().unwrap().len() > 10);
}

#[tokio::test]
async fn the_value_of_a_file_is_its_bytes() {
    let graph = Asking::mail().await;
    let (path, rows) = listed(&graph, "subject:\"Shipping documents\"").await;

    let id = rows[0]["id"].as_str().unwrap();
    let response = graph.get(&format!("{path}/{id}/$value")).send().await.unwrap();

    assert_eq!(response.headers()["content-type"], "text/csv");
    assert!(response.text().await.unwrap().contains("Flange bolts"));
}

#[tokio::test]
async fn s23_a_reference_has_no_value() {
    let graph = Asking::mail().await;
    let (path, rows) = listed(&graph, "subject:\"Paint quote\"").await;
    let kind = "#microsoft.graph.referenceAttachment";
    let row = rows.iter().find(|row| row["@odata.type"] == kind).unwrap();

    let id = row["id"].as_str().unwrap();
    let refused = graph.error(&format!("{path}/{id}/$value")).await;

    assert_eq!(refused, (405, "ErrorInvalidRequest".to_owned()));
}

#[tokio::test]
async fn an_item_is_expanded_with_what_it_holds() {
    let graph = Asking::mail().await;
    let (path, rows) = listed(&graph, "subject:\"FW: contact and appointment\"").await;
    let row = rows.iter().find(|row| row["name"] == "Nested thread").unwrap();

    let id = row["id"].as_str().unwrap();
    let item =
        graph.json(&format!("{path}/{id}?$expand=microsoft.graph.itemattachment/item")).await;

    let inner = &item["item"];
    assert_eq!(inner["id"], "");
    assert_eq!(inner["subject"], "FW: FW: Cable drum numbers");
    let deepest = &inner["attachments"][0]["item"]["attachments"][0]["item"];
    assert_eq!(deepest["attachments"][0]["name"], "drums.csv");
}

#[tokio::test]
async fn items_have_a_raw_form_each() {
    let graph = Asking::mail().await;
    let (path, rows) = listed(&graph, "subject:\"FW: contact and appointment\"").await;

    let mut starts = Vec::new();
    for row in &rows {
        let id = row["id"].as_str().unwrap();
        let response = graph.get(&format!("{path}/{id}/$value")).send().await.unwrap();
        starts.push(response.text().await.unwrap().chars().take(15).collect::<String>());
    }

    assert_eq!(starts, ["BEGIN:VCALENDAR", "BEGIN:VCARD\r\nVE", "From: Lukas Bra"]);
}

#[tokio::test]
async fn an_inline_picture_does_not_count_as_attached() {
    let graph = Asking::mail().await;
    let path = graph.message("subject:\"Gearbox vibration, reference\"").await;

    let message = graph.json(&format!("{path}?$expand=attachments")).await;

    assert_eq!(message["hasAttachments"], false);
    assert_eq!(texts(&message["attachments"], "contentId"), ["vibration@fjordlight"]);
    assert!(message["body"]["content"].as_str().unwrap().contains("cid:vibration@fjordlight"));
}
