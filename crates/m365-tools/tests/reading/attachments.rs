//! Attachments: files, pictures, items and links.

use m365_sim::Sim;
use m365_tools::Block;
use serde_json::json;

use crate::{
    office::{Office, text},
    support::code,
};

const SHIPPING: &str = "Shipping documents, vessel Harbour Wren";
const HARBOUR: &str = "FW: contact and appointment for the harbour";
const AUDIT: &str = "Audit: list of samples";

#[tokio::test]
async fn attachments_with_text_are_read() {
    let office = Office::open().await;
    let cases = [
        ("packing-list.csv", "|"),
        ("readme.txt", ""),
        ("manifest.json", "{"),
        ("delivery.html", ""),
        ("forwarded.eml", "Subject"),
    ];

    for (name, part) in cases {
        let uri = office.attachment(SHIPPING, name).await;
        let read = office.read(&uri).await;
        let item = &read["results"][0];
        assert_eq!(item["type"], "attachment", "{name}");
        assert_eq!(item["title"], name);
        assert!(text(item, "text").contains(part), "{item}");
        assert!(text(&item["sender"], "address").contains('@'), "{name}");
        assert!(text(item, "message").starts_with("mail:///messages/"), "{name}");
    }
}

#[tokio::test]
async fn attached_documents_are_read() {
    let office = Office::open().await;
    let cases = [
        (super::BUDGET, "Q3 budget memo.docx", "| Borealis | 12 750 |"),
        ("RE: Q3 budget", "Board resolution.pdf", "600 kNOK move from Borealis to Operations"),
        (AUDIT, "samples.xlsx", "| "),
        ("Minutes: Apollo design review", "minutes.docx", "Apollo"),
    ];

    for (subject, name, part) in cases {
        let read = office.read(&office.attachment(subject, name).await).await;

        let item = &read["results"][0];
        assert!(text(item, "text").contains(part), "{name}: {item}");
        assert_eq!((&item["type"], &item["title"]), (&json!("attachment"), &json!(name)));
    }
}

#[tokio::test]
async fn a_page_as_html_is_as_harmless_as_a_body() {
    let office = Office::open().await;
    let uri = office.attachment(SHIPPING, "delivery.html").await;

    let arguments = json!({"uri": uri, "format": "html"});
    let read = office.call("read_resource", arguments).await.unwrap();

    let html = text(&read["results"][0], "text");
    assert!(html.contains("<li>240 bolts</li>"), "{html}");
    for unsafe_part in ["<script", "<style", "<img", "<html", "onclick"] {
        assert!(!html.contains(unsafe_part), "{html}");
    }
}

#[tokio::test]
async fn a_picture_is_handed_on_as_a_picture() {
    let office = Office::open().await;
    let uri = office.attachment(SHIPPING, "stamp.png").await;

    let reply = office.reply("read_resource", json!({"uri": uri})).await;

    assert!(reply.content.iter().any(
        |block| matches!(block, Block::Image { media_type, data } if media_type == "image/png" && !data.is_empty())
    ));
}

#[tokio::test]
async fn attached_items_are_read_as_what_they_are() {
    let office = Office::open().await;

    let event = office.text(&office.attachment(HARBOUR, "Harbour inspection").await).await;
    let contact = office.text(&office.attachment(HARBOUR, "Marta O'Neill").await).await;
    let thread = office.read(&office.attachment(HARBOUR, "Nested thread").await).await;

    let start = event.lines().find_map(|line| line.strip_prefix("- Start: ")).unwrap();
    assert!(start.ends_with("+01:00") || start.ends_with("+02:00"), "{event}");
    assert!(contact.contains("Marta O'Neill"), "{contact}");
    assert!(thread["results"][0]["sender"].is_object(), "{thread}");
}

#[tokio::test]
async fn what_an_attached_message_has_attached_is_listed_with_the_way_to_it() {
    let office = Office::open().await;

    let thread = office.read(&office.attachment(HARBOUR, "Nested thread").await).await;

    let inner = &thread["results"][0]["attachments"][0];
    assert!(!text(inner, "name").is_empty() && inner.get("uri").is_none(), "{thread}");
    assert!(thread["notices"].to_string().contains("format=raw"), "{thread}");
}

#[tokio::test]
async fn what_cannot_be_read_says_why_and_where_a_person_can() {
    let office = Office::open().await;

    for name in ["scan.bin", "Shared workbook.xlsx"] {
        let error = office.refusal(&office.attachment(AUDIT, name).await).await;

        assert_eq!(code(&error), "UNSUPPORTED_CONTENT", "{name}: {error}");
        assert!(text(&error["details"], "webLink").starts_with("https://"), "{error}");
    }
}

#[tokio::test]
async fn an_attachment_needs_the_scope_for_content() {
    let full = Office::open().await;
    let uri = full.attachment(SHIPPING, "readme.txt").await;
    let office = Office::with(Sim::builder(), &["User.Read", "Mail.ReadBasic"]).await;

    let error = office.refusal(&uri).await;

    assert_eq!(code(&error), "FORBIDDEN");
    assert!(text(&error, "message").contains("Missing scope 'Mail.Read'"));
}
