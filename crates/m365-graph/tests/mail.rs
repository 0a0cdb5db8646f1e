//! Messages, folders and attachments as Graph sends them.

use std::collections::HashMap;

use m365_graph::{
    Address, AttachedItem, AttachmentId, AttachmentKind, BodyKind, Call, FolderId, GraphClient,
    Importance, MailApi, Mailbox, MessageId, WellKnownFolder,
};
use serde_json::{Value, json};
use wiremock::ResponseTemplate;

use crate::support::{ID, Service, message, ok, page, read};

fn json(body: Value) -> ResponseTemplate {
    ResponseTemplate::new(200).set_body_json(body)
}

fn mail(client: &GraphClient) -> MailApi {
    client.mail(&Mailbox::Me)
}

fn id() -> MessageId {
    MessageId::new(ID).unwrap()
}

async fn options(graph: &Service) -> HashMap<String, String> {
    graph.requests().await[0].url.query_pairs().into_owned().collect()
}

#[tokio::test]
async fn a_message_is_read_with_its_fields() {
    let graph = Service::answering([json(json!({
        "@odata.context": "ignored", "@odata.etag": "W/\"x\"", "id": ID,
        "receivedDateTime": "2026-03-12T07:41:04Z", "sentDateTime": "2026-03-12T07:41:00.5+00:00",
        "hasAttachments": true, "internetMessageId": "<a1@brightquay.example>",
        "subject": "Keel inspection", "bodyPreview": "Morning", "importance": "High",
        "conversationId": "AAQk=", "isRead": false, "isDraft": false, "webLink": "https://outlook/x",
        "body": {"contentType": "text", "content": "Morning all"},
        "from": {"emailAddress": {"name": "Tobias Renn", "address": "tobias@brightquay.example"}},
        "toRecipients": [{"emailAddress": {"name": "Maren"}}], "ccRecipients": null,
        "flag": {"flagStatus": "notFlagged"}, "isDeliveryReceiptRequested": null
    }))])
    .await;

    let message = read(&graph.client()).await.unwrap();

    assert_eq!(message.id.unwrap().as_str(), ID);
    assert_eq!(message.received_date_time.unwrap().to_string(), "2026-03-12T07:41:04Z");
    assert_eq!(message.sent_date_time.unwrap().to_string(), "2026-03-12T07:41:00.5Z");
    assert_eq!(message.importance, Some(Importance::High));
    assert_eq!(message.body.as_ref().unwrap().content_type, Some(BodyKind::Text));
    assert_eq!(message.from.unwrap().email_address.name.as_deref(), Some("Tobias Renn"));
    assert_eq!(message.to_recipients[0].email_address.address, None);
    assert!(message.cc_recipients.is_empty());
}

#[tokio::test]
async fn a_message_without_anything_but_its_id_is_read() {
    let graph = Service::answering([json(json!({
        "id": ID, "subject": null, "from": null, "importance": "unheard of", "receivedDateTime": ""
    }))])
    .await;

    let message = read(&graph.client()).await.unwrap();

    assert_eq!(
        (message.subject, message.importance, message.received_date_time),
        (None, None, None)
    );
}

#[tokio::test]
async fn a_request_says_who_asks_and_for_which_call() {
    let graph = Service::answering([ok()]).await;
    let client = graph.client();
    let call =
        client.for_call(Call::new().with_client_request_id("6b0f1a2c-0000-4000-8000-000000000001"));

    read(&call).await.unwrap();
    read(&client).await.unwrap();
    read(&client).await.unwrap();

    let requests = graph.requests().await;
    let header = |at: usize, name: &str| requests[at].headers[name].to_str().unwrap().to_owned();
    assert!(header(0, "user-agent").starts_with("NONISV|m365-connector|m365-connector/"));
    assert_eq!(header(0, "accept"), "application/json");
    assert!(header(0, "accept-encoding").contains("gzip"));
    assert_eq!(header(0, "client-request-id"), "6b0f1a2c-0000-4000-8000-000000000001");
    assert_eq!(header(1, "client-request-id").len(), 36);
    assert_ne!(header(1, "client-request-id"), header(2, "client-request-id"));
}

#[tokio::test]
async fn a_list_asks_for_what_the_query_says() {
    let graph =
        Service::answering([json(json!({"value": [message("a")], "@odata.count": 812}))]).await;

    let query = mail(&graph.client())
        .messages()
        .filter("isRead eq false")
        .order_by("receivedDateTime desc");
    let page = query.select(&["subject", "id"]).top(5).skip(10).count().page().await.unwrap();

    let options = options(&graph).await;
    assert_eq!(page.count, Some(812));
    assert_eq!(options["$filter"], "isRead eq false");
    assert_eq!(options["$orderby"], "receivedDateTime desc");
    assert_eq!(options["$select"], "id,subject");
    assert_eq!((&*options["$top"], &*options["$skip"], &*options["$count"]), ("5", "10", "true"));
}

#[tokio::test]
async fn a_search_is_quoted_as_a_whole() {
    let graph = Service::answering([json(page(&[]))]).await;

    mail(&graph.client()).messages().search("subject:\"keel plan\" budget").page().await.unwrap();

    assert_eq!(options(&graph).await["$search"], "\"subject:\\\"keel plan\\\" budget\"");
}

#[tokio::test]
async fn another_mailbox_and_folder_are_addressed_by_their_names() {
    let graph = Service::answering([json(page(&[]))]).await;
    let owner = Mailbox::Of(Address::new("dockdesk@brightquay.example").unwrap());

    let messages = graph.client().mail(&owner).messages_in(&WellKnownFolder::SentItems.into());
    messages.page().await.unwrap();

    let path = graph.requests().await[0].url.path().to_owned();
    assert_eq!(path, "/v1.0/users/dockdesk%40brightquay.example/mailFolders/sentitems/messages");
}

#[tokio::test]
async fn the_path_of_a_graph_root_is_kept() {
    let graph = Service::answering([ok()]).await;
    let root = format!("{}/tenant/graph/", graph.server.uri());
    let client = graph.builder().base_url(root.parse().unwrap()).build().unwrap();

    read(&client).await.unwrap();

    assert!(graph.requests().await[0].url.path().starts_with("/tenant/graph/v1.0/me/messages/"));
}

#[tokio::test]
async fn folders_are_listed_with_their_counts() {
    let graph = Service::answering([json(json!({"value": [
        {"id": "AAMkFolder=", "displayName": "Inbox", "childFolderCount": 1, "unreadItemCount": 4,
         "totalItemCount": 812, "isHidden": false},
        {"@odata.type": "#microsoft.graph.mailSearchFolder", "id": "AAMkS=", "displayName": "Unread"}
    ]}))])
    .await;

    let query = mail(&graph.client()).child_folders(&FolderId::new("AAMkTop=").unwrap());
    let page = query.top(50).page().await.unwrap();

    let options = options(&graph).await;
    assert_eq!(
        (page.items[0].total_item_count, page.items[0].unread_item_count),
        (Some(812), Some(4))
    );
    assert!(!page.items[0].is_search_folder() && page.items[1].is_search_folder());
    assert_eq!(options["$top"], "50");
    assert!(graph.requests().await[0].url.path().ends_with("/mailFolders/AAMkTop%3D/childFolders"));
}

#[tokio::test]
async fn attachments_are_listed_without_their_bytes() {
    let graph = Service::answering([json(json!({"value": [
        {"@odata.type": "#microsoft.graph.fileAttachment", "id": "AAMkA=", "name": "quote.pdf",
         "contentType": "application/pdf", "size": 212, "isInline": false},
        {"@odata.type": "#microsoft.graph.itemAttachment", "id": "AAMkB=", "contentType": null},
        {"@odata.type": "#microsoft.graph.referenceAttachment", "id": "AAMkC="}
    ]}))])
    .await;

    let attachments = mail(&graph.client()).message(&id()).attachments().await.unwrap();

    let kinds = attachments.items.iter().map(|attachment| attachment.kind()).collect::<Vec<_>>();
    assert_eq!(kinds, [AttachmentKind::File, AttachmentKind::Item, AttachmentKind::Reference]);
    assert_eq!(options(&graph).await["$select"], "id,name,contentType,size,isInline");
}

async fn attached(item: Value) -> AttachedItem {
    let body =
        json!({"@odata.type": "#microsoft.graph.itemAttachment", "id": "AAMkB=", "item": item});
    let graph = Service::answering([json(body)]).await;
    let attachment = AttachmentId::new("AAMkB=").unwrap();

    let attachment =
        mail(&graph.client()).message(&id()).item_attachment(&attachment).await.unwrap();

    assert_eq!(options(&graph).await["$expand"], "microsoft.graph.itemattachment/item");
    attachment.item.unwrap()
}

#[tokio::test]
async fn an_attached_message_is_read_though_its_id_is_empty() {
    let item = attached(
        json!({"@odata.type": "#microsoft.graph.message", "id": "", "subject": "Earlier quote",
        "attachments": [{"@odata.type": "#microsoft.graph.fileAttachment", "name": "a.txt"}]}),
    )
    .await;

    let AttachedItem::Message(message) = item else { panic!("{item:?}") };
    assert_eq!((message.id, message.subject.as_deref()), (None, Some("Earlier quote")));
    assert_eq!(message.attachments[0].name.as_deref(), Some("a.txt"));
}

#[tokio::test]
async fn attached_events_and_contacts_are_read_as_such() {
    let event = attached(json!({
        "@odata.type": "microsoft.graph.event",
        "subject": "Refit",
        "start": {"dateTime": "2026-03-19T09:00:00.0000000", "timeZone": "UTC"},
        "attendees": [{"emailAddress": {"address": "a@b.c"}, "status": {"response": "accepted"}}]
    }))
    .await;
    let contact = attached(json!({
        "@odata.type": "#microsoft.graph.contact",
        "displayName": "Petra Novak",
        "emailAddresses": [{"address": "petra@tallowmere.example"}]
    }))
    .await;
    let other = attached(json!({"@odata.type": "#microsoft.graph.post"})).await;

    let AttachedItem::Event(event) = event else { panic!("{event:?}") };
    let AttachedItem::Contact(contact) = contact else { panic!("{contact:?}") };
    assert_eq!(event.start.as_ref().unwrap().time_zone, "UTC");
    assert_eq!(event.attendees[0].email_address.address.as_deref(), Some("a@b.c"));
    assert_eq!(contact.email_addresses.len(), 1);
    assert!(matches!(&other, AttachedItem::Other(kind) if kind == "microsoft.graph.post"));
}

#[tokio::test]
async fn mime_is_read_as_it_is() {
    let mime = ResponseTemplate::new(200).set_body_raw("Subject: x\r\n\r\ny", "text/plain");
    let graph = Service::answering([mime]).await;

    let mime = mail(&graph.client()).message(&id()).mime(1000).await.unwrap();

    assert_eq!(&*mime.bytes, b"Subject: x\r\n\r\ny");
    assert!(graph.requests().await[0].url.path().ends_with("%3D/$value"));
}

#[tokio::test]
async fn the_signed_in_user_is_read() {
    let body =
        json!({"id": "6f1c", "displayName": "Maren Aldous", "mail": "maren@brightquay.example"});
    let graph = Service::answering([json(body)]).await;

    let user = graph.client().me().await.unwrap();

    assert_eq!(user.mail.as_deref(), Some("maren@brightquay.example"));
}

#[test]
fn a_root_that_must_not_get_a_token_is_refused() {
    for root in [
        "http://graph.microsoft.com",
        "https://user@graph.microsoft.com",
        "https://graph.test/?x=1",
        "https://graph.test/#x",
        "ftp://127.0.0.1",
        "http://graph.localhost",
    ] {
        let builder = crate::support::builder(root, crate::support::clock());

        assert_eq!(builder.build().unwrap_err().code(), Some("invalidRoot"), "{root}");
    }
}
