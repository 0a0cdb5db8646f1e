//! Sites, their libraries and their pages.

use m365_graph::{ErrorKind, PageId, SiteId};
use serde_json::{Value, json};
use wiremock::ResponseTemplate;

use crate::support::Service;

const SITE: &str = "brightquay.sharepoint.com,7aff99a4-3299-45bc-b54f-890980d85d35,5cd3d3ec-cbaf-44f0-9886-079a7b950c2d";
const PAGE: &str = "1fe7ecd8-40d3-407c-9767-7cc3afd1b8f0";

async fn answering(body: Value) -> Service {
    Service::answering([ResponseTemplate::new(200).set_body_json(body)]).await
}

async fn target(graph: &Service) -> String {
    let url = graph.requests().await[0].url.clone();
    let query = url.query().map_or_else(String::new, |query| format!("?{query}"));
    format!("{}{query}", url.path())
}

#[tokio::test]
async fn a_site_is_found_by_its_address_with_each_segment_encoded() {
    let graph = answering(json!({"id": SITE, "displayName": "R&D"})).await;

    let site = graph.client().sites().at("brightquay.sharepoint.com", "/sites/R&D #1").await;

    assert_eq!(site.unwrap().id.unwrap().as_str(), SITE);
    let sent = target(&graph).await;
    assert!(sent.contains("/sites/brightquay.sharepoint.com:/sites/R%26D%20%231?"), "{sent}");
}

#[tokio::test]
async fn the_site_of_a_host_needs_no_path() {
    let graph = answering(json!({"id": SITE})).await;

    graph.client().sites().at("brightquay.sharepoint.com", "/").await.unwrap();

    assert!(target(&graph).await.contains("/sites/brightquay.sharepoint.com?$select="));
}

#[tokio::test]
async fn a_path_that_leads_elsewhere_is_refused_before_anything_is_sent() {
    let graph = answering(json!({"id": SITE})).await;
    let sites = graph.client().sites();

    for (host, path) in [
        ("brightquay.sharepoint.com", "/sites/../../../me"),
        ("brightquay.sharepoint.com", "/sites/./Finance"),
        ("brightquay.sharepoint.com", "/sites/Finance:/drive"),
        ("brightquay.sharepoint.com", "/sites/Finance\\..\\Hr"),
        ("brightquay.sharepoint.com", "/sites/Finance\n"),
        ("..", "/me"),
        ("brightquay.sharepoint.com:", "/sites/Finance"),
    ] {
        let error = sites.at(host, path).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::BadRequest, "{host} {path:?}");
    }
    assert_eq!(graph.attempts().await, 0);
}

#[tokio::test]
async fn sites_are_looked_for_by_a_parameter_without_a_dollar() {
    let graph = answering(json!({"value": [{"id": SITE}]})).await;

    let found = graph.client().sites().search("hull refit").await.unwrap();

    assert_eq!(found.items.len(), 1);
    assert!(target(&graph).await.ends_with("&search=hull%20refit"));
}

#[tokio::test]
async fn a_page_comes_with_its_canvas() {
    let text =
        json!({"@odata.type": "#oneDrive.textWebPart", "innerHtml": "<p>Zero the wrench.</p>"});
    let links = json!({"data": {"title": "Quick links", "serverProcessedContent": {
        "searchablePlainTexts": [{"key": "items[0].title", "value": "Sheet"}], "links": null}}});
    let section = json!({"columns": [{"webparts": [text, null, links]}]});
    let graph = answering(json!({"id": PAGE, "title": "Recording torque", "canvasLayout":
        {"horizontalSections": [section], "verticalSection": null}, "publishingState": null}))
    .await;
    let (site, page) = (SiteId::new(SITE).unwrap(), PageId::new(PAGE).unwrap());

    let read = graph.client().sites().site(&site).page(&page).await.unwrap();

    let parts = &read.canvas_layout.unwrap().horizontal_sections[0].columns[0].webparts;
    assert_eq!(parts[0].inner_html.as_deref(), Some("<p>Zero the wrench.</p>"));
    let data = parts[1].data.clone().unwrap();
    assert_eq!(data.server_processed_content.searchable_plain_texts[0].value, "Sheet");
    assert!(target(&graph).await.contains("/microsoft.graph.sitePage?"));
}
