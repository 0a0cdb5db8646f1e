//! Drives of the demo tenant.

use std::sync::Arc;

use jiff::Timestamp;
use m365_auth::{AccessToken, FixedToken, SystemClock};
use m365_graph::{DriveItem, ErrorKind, GraphClient};
use m365_sim::{Fault, Sim};

use crate::support::builder_with;

const MIRA: &str = "mira.solberg@fjordlight.example";
const LARGE: &str = "Formats/Raw wind speeds.csv";
const MIB: usize = 1024 * 1024;

async fn started() -> (Sim, GraphClient) {
    let scopes = ["User.Read", "Files.Read.All", "Sites.Read.All"];
    let tenant = Sim::builder().messages(20).start().await.unwrap();
    let secret = tenant.issue_token(MIRA, &scopes);
    let token = AccessToken::new(secret, Timestamp::MAX, scopes);
    let tokens = Arc::new(FixedToken::new(token));
    let client = builder_with(tokens, tenant.graph_endpoint(), SystemClock::default());
    (tenant, client.build().unwrap())
}

async fn known(client: &GraphClient, path: &str) -> DriveItem {
    client.my_drive().at(path).unwrap().get().await.unwrap()
}

#[tokio::test]
async fn a_large_file_that_breaks_half_way_arrives_whole_and_no_byte_twice() {
    let (tenant, client) = started().await;
    let item = known(&client, LARGE).await;
    let size = usize::try_from(item.size.unwrap()).unwrap();
    tenant.downloads().next_response(Fault::reset_mid_body());

    let found = client.my_drive().at(LARGE).unwrap().content(&item, 50 * MIB).await.unwrap();

    assert!(size > 29 * MIB, "{size}");
    assert_eq!(found.bytes.len(), size);
    let asked = tenant.downloads().log();
    let range = asked[1].header("range").unwrap();
    let start: usize = range.strip_prefix("bytes=").unwrap().trim_end_matches('-').parse().unwrap();
    assert!(start > 0 && asked[1].answered <= size - start, "{range}");
    assert!(tenant.violations().is_empty(), "{:?}", tenant.violations());
}

#[tokio::test]
async fn a_file_above_the_cap_is_not_even_asked_for() {
    let (tenant, client) = started().await;
    let item = known(&client, LARGE).await;

    let error = client.my_drive().at(LARGE).unwrap().content(&item, MIB).await.unwrap_err();

    assert_eq!(error.kind(), ErrorKind::TooLarge);
    assert_eq!(tenant.downloads().requests(), 0);
}

#[tokio::test]
async fn a_folder_of_many_pages_is_read_to_its_end() {
    let (_tenant, client) = started().await;
    let link = "https://fjordlight.sharepoint.com/sites/Apollo/Shared%20Documents/Readings";
    let folder = client.shared_item(link).await.unwrap();
    let drive = client.drive(folder.drive_id().unwrap());

    let first = drive.item(folder.id.as_ref().unwrap()).children().top(100).page().await.unwrap();
    let second = drive.next_page(first.next.as_ref().unwrap()).await.unwrap();
    let third = drive.next_page(second.next.as_ref().unwrap()).await.unwrap();

    let count = first.items.len() + second.items.len() + third.items.len();
    assert_eq!(Some(count as u64), folder.folder.unwrap().child_count);
    assert!(third.next.is_none());
}

#[tokio::test]
async fn one_item_has_the_same_content_by_id_by_guid_and_by_place() {
    let (_tenant, client) = started().await;
    let item = known(&client, "Formats/wind.json").await;
    let drive = client.drive(item.drive_id().unwrap());
    let guid = item.sharepoint_ids.clone().unwrap().list_item_unique_id.unwrap();

    let by_id = drive.item(item.id.as_ref().unwrap()).content(&item, MIB).await.unwrap();
    let by_guid = drive.item(&guid.parse().unwrap()).content(&item, MIB).await.unwrap();
    let by_place = drive.at("Formats/wind.json").unwrap().content(&item, MIB).await.unwrap();

    assert!(by_id.bytes.starts_with(b"{\"mast\""));
    assert_eq!((&by_id.bytes, &by_id.bytes), (&by_guid.bytes, &by_place.bytes));
}

#[tokio::test]
async fn a_onedrive_that_was_never_opened_is_not_there() {
    let scopes = ["User.Read", "Files.Read.All"];
    let (tenant, _) = started().await;
    let secret = tenant.issue_token("sofia.marin@fjordlight.example", &scopes);
    let tokens = Arc::new(FixedToken::new(AccessToken::new(secret, Timestamp::MAX, scopes)));
    let sofia = builder_with(tokens, tenant.graph_endpoint(), SystemClock::default());

    let error = sofia.build().unwrap().my_drive().get().await.unwrap_err();

    assert_eq!((error.kind(), error.code()), (ErrorKind::NotFound, Some("ResourceNotFound")));
}
