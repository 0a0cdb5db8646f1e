//! Drives and their items, as Graph answers for them.

mod tenant;

use m365_graph::{ConversionFormat, DriveApi, DriveId, DriveItem, ErrorKind, GraphClient, ItemId};
use serde_json::{Value, json};
use wiremock::ResponseTemplate;

use crate::support::{SECRET, Service, refusal};

const DRIVE: &str = "b!pJn_epkyvEW1T4kJgNhdNezT01yvy_BEmIYHmnuVDC0AgvaWAfJVR5q0N3utP2fd";
const ITEM: &str = "01K7Q2LDCP7HX6EBX3VULO6NONRZ4GDJ5Q";

fn drive(client: &GraphClient) -> DriveApi {
    client.drive(&DriveId::new(DRIVE).unwrap())
}

fn id() -> ItemId {
    ItemId::new(ITEM).unwrap()
}

fn answer(body: Value) -> ResponseTemplate {
    ResponseTemplate::new(200).set_body_json(body)
}

fn file(size: u64) -> Value {
    json!({"id": ITEM, "name": "Torque sheet.txt", "size": size, "file": {"mimeType": "text/plain"}})
}

async fn item(value: Value) -> DriveItem {
    let graph = Service::answering([answer(value)]).await;
    drive(&graph.client()).item(&id()).get().await.unwrap()
}

/// The path that a request went to, and its query.
async fn asked(graph: &Service) -> (String, String) {
    let request = graph.requests().await.pop().unwrap();
    let path = request.url.path().strip_prefix("/v1.0").unwrap();
    (path.to_owned(), request.url.query().unwrap_or_default().to_owned())
}

#[tokio::test]
async fn an_item_is_found_by_id_root_place_and_link() {
    let graph = Service::answering([answer(file(3))]).await;
    let client = graph.client();
    let base = format!("/drives/{}", DRIVE.replace('!', "%21"));

    drive(&client).item(&id()).get().await.unwrap();
    assert_eq!(asked(&graph).await.0, format!("{base}/items/{ITEM}"));
    drive(&client).root().get().await.unwrap();
    assert_eq!(asked(&graph).await.0, format!("{base}/root"));
    drive(&client).at("a b/50% #1/é.txt").unwrap().get().await.unwrap();
    assert_eq!(asked(&graph).await.0, format!("{base}/root:/a%20b/50%25%20%231/%C3%A9.txt"));
    client.my_drive().root().get().await.unwrap();
    assert_eq!(asked(&graph).await.0, "/me/drive/root");
}

#[tokio::test]
async fn a_link_is_read_and_never_redeemed() {
    let graph = Service::answering([answer(file(3))]).await;
    let link = "https://brightquay.sharepoint.com/:x:/s/HullRefit/EInventedToken?e=ab12cd";

    graph.client().shared_item(link).await.unwrap();

    let request = &graph.requests().await[0];
    let share = "u%21aHR0cHM6Ly9icmlnaHRxdWF5LnNoYXJlcG9pbnQuY29tLzp4Oi9zL0h1bGxSZWZpdC9FSW52ZW50ZWRUb2tlbj9lPWFiMTJjZA";
    assert_eq!(request.url.path(), format!("/v1.0/shares/{share}/driveItem"));
    assert!(request.url.query().unwrap().starts_with("$select=id,"));
    assert!(!request.headers.contains_key("prefer"));
}

#[tokio::test]
async fn a_place_that_no_item_can_have_is_refused_before_it_is_asked_for() {
    let graph = Service::answering([answer(file(3))]).await;

    for path in ["..", "a/../b", "a/./b", "a:/children", "a\\b", "a?b", "a\u{7}b"] {
        let error = drive(&graph.client()).at(path).unwrap_err();
        assert_eq!((error.kind(), error.code()), (ErrorKind::BadRequest, Some("invalidPath")));
    }
    assert_eq!(graph.attempts().await, 0);
}

#[tokio::test]
async fn children_come_in_pages_whatever_their_kind() {
    let graph = Service::answering([
        answer(json!({"value": [
            {"id": "01K7Q2LDARHCPH7457MEZDZ7SK7C4MHWLY", "name": "Photos", "folder": {"childCount": 12}},
            {"id": "01K7Q2LDWQZ4DW5YX77E7NCIAPKHLEWGSI", "name": "Notes", "package": {"type": "oneNote"}},
            {"id": "odd id", "name": "Odd", "file": null, "size": null},
            {"id": "01K7Q2LDIGXFKAEQTNZUJCG4LE4UXE6EE4", "name": "Drawings", "remoteItem": {
                "id": "01M3P8TZLXDX3LVYXB4UDNXDOJM6P3AATE", "folder": {"childCount": 4},
                "parentReference": {"driveId": DRIVE}}}],
            "@odata.nextLink": "PLACEHOLDER"})),
        answer(json!({"value": [file(1)]})),
    ])
    .await;
    let client = graph.client();
    let page = drive(&client).at("Yard").unwrap().children().order_by("name").top(4).page().await;

    let page = page.unwrap();

    let (path, query) = asked(&graph).await;
    assert!(path.ends_with("/root:/Yard:/children"), "{path}");
    assert!(query.contains("$orderby=name") && query.contains("$top=4"), "{query}");
    assert_eq!(page.items[0].folder.as_ref().unwrap().child_count, Some(12));
    assert_eq!(page.items[1].package.as_ref().unwrap().r#type.as_deref(), Some("oneNote"));
    assert_eq!(page.items[2].id, None);
    let (at, target) = page.items[3].target().unwrap();
    assert_eq!((at.as_str(), target.as_str()), (DRIVE, "01M3P8TZLXDX3LVYXB4UDNXDOJM6P3AATE"));
    assert!(page.incomplete.is_some() && page.next.is_none());
}

#[tokio::test]
async fn content_is_read_from_where_graph_sends_us_without_the_token() {
    let files = Service::answering([ResponseTemplate::new(200).set_body_string("abc")]).await;
    let location = format!("{}/download.aspx?tempauth=v1&x=2", files.server.uri());
    let graph =
        Service::answering([ResponseTemplate::new(302).insert_header("Location", location)]).await;
    let known = item(file(3)).await;

    let found = drive(&graph.client()).item(&id()).content(&known, 10).await.unwrap();

    assert_eq!(&*found.bytes, b"abc");
    assert!(asked(&graph).await.0.ends_with(&format!("/items/{ITEM}/content")));
    let request = &files.requests().await[0];
    assert_eq!(request.url.query(), Some("tempauth=v1&x=2"));
    assert!(!format!("{:?}", request.headers).contains(SECRET));
}

#[tokio::test]
async fn what_is_not_to_be_fetched_is_refused_by_what_is_known_of_it() {
    let graph = Service::answering([refusal(500, "never")]).await;
    let infected = json!({"id": ITEM, "size": 1, "file": {}, "malware": {"description": "Virus"}});
    let cases = [
        (infected, ErrorKind::Forbidden, Some("malware")),
        (json!({"id": ITEM, "folder": {}}), ErrorKind::NotSupported, Some("noContent")),
        (json!({"id": ITEM, "package": {}}), ErrorKind::NotSupported, Some("noContent")),
        (json!({"id": ITEM, "remoteItem": {}}), ErrorKind::NotSupported, Some("noContent")),
        (file(5_368_709_120), ErrorKind::TooLarge, None),
    ];

    for (known, kind, code) in cases {
        let known = item(known).await;
        let error = drive(&graph.client()).item(&id()).content(&known, 10).await.unwrap_err();
        assert_eq!((error.kind(), error.code()), (kind, code));
    }
    assert_eq!(graph.attempts().await, 0);
}

#[tokio::test]
async fn a_conversion_is_asked_for_by_its_format() {
    let graph = Service::answering([refusal(406, "notSupported")]).await;
    let known = item(file(3)).await;

    let asked_for = drive(&graph.client()).at("a.loop").unwrap();
    let error = asked_for.content_as(&known, ConversionFormat::Html, 10).await.unwrap_err();

    assert_eq!(error.kind(), ErrorKind::NotSupported);
    let (path, query) = asked(&graph).await;
    assert!(path.ends_with("/root:/a.loop:/content"), "{path}");
    assert_eq!(query, "format=html");
}

#[tokio::test]
async fn a_stream_that_breaks_off_with_an_error_is_no_item() {
    let graph = Service::answering([answer(json!({"error": {"code": "generalException"}}))]).await;

    let error = drive(&graph.client()).root().get().await.unwrap_err();

    assert_eq!(error.kind(), ErrorKind::Protocol);
}

#[tokio::test]
async fn a_drive_says_whose_it_is() {
    let graph = Service::answering([answer(json!({
        "id": DRIVE, "name": "OneDrive", "driveType": "business", "owner": {"user": {"displayName": "Ife"}},
        "webUrl": "https://contoso-my.sharepoint.com/personal/ife_contoso_example/Documents"}))])
    .await;

    let found = graph.client().my_drive().get().await.unwrap();

    assert_eq!(found.id.unwrap().as_str(), DRIVE);
    assert_eq!(found.owner.unwrap().identity().unwrap().display_name.as_deref(), Some("Ife"));
    assert_eq!(asked(&graph).await.0, "/me/drive");
}
