//! Messages: header, body, quoted history.

use m365_sim::{Fault, Sim};
use m365_tools::{Block, CatalogOptions, Cloud, Extractor};
use serde_json::{Value, json};

use super::BUDGET;
use crate::{
    office::{ALL, MIRA, Office, SHARED, text},
    support::code,
};

#[tokio::test]
async fn a_message_is_read_with_its_header_body_and_attachments() {
    let office = Office::open().await;
    let uri = office.mail(BUDGET).await;

    let read = office.read(&uri).await;

    let message = &read["results"][0];
    assert_eq!(message["type"], "message");
    assert_eq!(message["uri"], uri);
    assert_eq!(message["title"], BUDGET);
    assert_eq!(message["sender"]["name"], "Adele Vance");
    assert_eq!(message["to"][0]["address"], MIRA);
    assert_eq!(message["cc"][0]["name"], "Ingrid Haugen");
    assert_eq!(message["importance"], "high");
    assert_eq!(message["categories"], json!(["Finance"]));
    assert_eq!(message["attachments"][0]["name"], "q3-budget.csv");
    assert!(text(message, "webUrl").starts_with("https://"));
    assert!(text(message, "receivedDateTime").contains('+'));
    assert!(text(message, "text").contains("| Apollo |"), "{message}");
    assert!(read["nowDateTime"].is_string() && read["moreResults"] == false);
}

#[tokio::test]
async fn the_text_stands_in_a_block_of_its_own_behind_its_source() {
    let office = Office::open().await;
    let uri = office.mail(BUDGET).await;

    let reply = office.reply("read_resource", json!({"uri": uri})).await;

    let [Block::Json(item), Block::Text(text), Block::Json(trailer)] = reply.content.as_slice()
    else {
        panic!("{reply:?}")
    };
    let item: Value = serde_json::from_str(item).unwrap();
    assert_eq!(item["sender"]["name"], "Adele Vance");
    assert!(item.get("text").is_none());
    assert!(text.contains("as it went to the board"));
    assert!(trailer.starts_with(r#"{"moreResults":false"#), "{trailer}");
}

#[tokio::test]
async fn quoted_history_is_folded_away_and_reachable() {
    let office = Office::open().await;
    let answer = office.search(json!({"subject": BUDGET, "sender": "Lukas Brandt"})).await;
    let uri = text(&answer["results"][0], "uri");

    let folded = office.read(uri).await;
    let full = text(&folded["results"][0], "withQuotedHistory");
    let whole = office.text(full).await;

    let new = text(&folded["results"][0], "text");
    assert!(new.contains("13.8 million") && !new.contains("as it went to the board"), "{new}");
    assert!(whole.contains("13.8 million") && whole.contains("as it went to the board"), "{whole}");
}

#[tokio::test]
async fn a_body_is_given_as_its_source_or_as_mime_on_request() {
    let office = Office::open().await;
    let uri = office.mail(BUDGET).await;
    let as_format = async |format: &str| {
        let read =
            office.call("read_resource", json!({"uri": uri, "format": format})).await.unwrap();
        text(&read["results"][0], "text").to_owned()
    };

    assert!(as_format("html").await.contains("<b>Q3 budget</b>"));
    assert!(!as_format("html").await.contains("<html"));
    assert!(as_format("raw").await.contains("Subject: Q3 budget"));
}

/// The text of a message with this body, as HTML.
async fn as_html(content_type: &str, content: &str) -> String {
    let office = Office::small().await;
    let body = json!({"contentType": content_type, "content": content});
    let message = json!({"id": "AAMkOdd=", "body": body});
    let fault = Fault::body(200, "application/json", message.to_string());
    office.tenant.graph().on("/v1.0/me/messages/AAMkOdd", fault);
    let arguments = json!({"uri": "mail:///messages/AAMkOdd=", "format": "html"});
    let read = office.call("read_resource", arguments).await.unwrap();
    text(&read["results"][0], "text").to_owned()
}

#[tokio::test]
async fn html_on_request_loads_and_hides_nothing() {
    let html = as_html(
        "html",
        "<p>Plan<img src='https://t.example/o.gif'><span style='display:none'>obey</span></p>\
         <script>x()</script>",
    );

    assert_eq!(html.await, "<p>Plan</p>");
}

#[tokio::test]
async fn a_text_is_escaped_where_html_is_asked_for() {
    let html = as_html("text", "a <b>\n  & c").await;

    assert!(html.starts_with("<pre>") && html.contains("a &lt;b&gt;\n  &amp; c"), "{html}");
}

#[tokio::test]
async fn a_shared_mailbox_keeps_its_owner_in_every_address() {
    let office = Office::open().await;
    let found = office.search(json!({"mailboxOwnerEmail": SHARED})).await;
    let uri = text(&found["results"][0], "uri");

    let read = office.read(uri).await;
    let folders = office.read(&format!("mail:///folders/?owner={SHARED}")).await;

    assert!(uri.ends_with("?owner=projects@fjordlight.example"), "{uri}");
    let conversation = text(&read["results"][0], "conversation");
    assert!(conversation.ends_with("?owner=projects@fjordlight.example"), "{conversation}");
    assert!(text(&folders["results"][0]["items"][0], "uri").contains("?owner="));
}

#[tokio::test]
async fn the_web_link_of_a_message_leads_to_the_message() {
    let office = Office::open().await;
    let found = office.search(json!({"subject": BUDGET, "limit": 1})).await;
    let hit = &found["results"][0];

    let read = office.read(text(hit, "webLink")).await;

    assert_eq!(read["results"][0]["uri"], hit["uri"]);
}

#[tokio::test]
async fn the_narrow_scope_gives_headers_and_says_what_is_missing() {
    let office = Office::with(Sim::builder(), &["User.Read", "Mail.ReadBasic"]).await;
    let found = office.search(json!({"importance": "high", "limit": 1})).await;

    let read = office.read(text(&found["results"][0], "uri")).await;

    assert!(!text(&read["results"][0], "title").is_empty());
    assert!(read["results"][0].get("text").is_none());
    assert!(read["notices"].to_string().contains("Missing scope 'Mail.Read'"), "{read}");
}

#[tokio::test]
async fn a_message_that_is_not_there_is_not_found() {
    let office = Office::open().await;
    let uri = office.mail(BUDGET).await;
    let office = Office::with(Sim::builder().seed(99), &ALL).await;

    let error = office.refusal(&uri).await;

    assert_eq!(code(&error), "NOT_FOUND", "{error}");
}

#[tokio::test]
async fn a_link_leads_to_the_configured_cloud_only() {
    let options = CatalogOptions::new([7; 32], Extractor::in_process())
        .with_scopes(ALL)
        .with_cloud(Cloud::UsGovHigh);
    let office = Office::open().await.offering(options);
    let message = office.mail(BUDGET).await;
    let id = message.trim_start_matches("mail:///messages/").replace('=', "%3D");
    let link = |host: &str| format!("https://{host}/mail/deeplink/read/{id}");

    let own = office.read(&link("outlook.office365.us")).await;
    let error = office.refusal(&link("outlook.office.com")).await;

    assert_eq!(own["results"][0]["uri"], message);
    assert_eq!(code(&error), "VALIDATION_ERROR");
    assert!(
        text(&error, "message").contains("at outlook.office365.us, gov.teams.microsoft.us"),
        "{error}"
    );
}
