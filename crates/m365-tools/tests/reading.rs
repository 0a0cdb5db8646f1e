//! read_resource against the demo tenant.

use m365_sim::Sim;
use m365_tools::Block;
use serde_json::{Value, json};

use crate::{
    office::{ALL, MIRA, Office, SHARED, text},
    support::code,
};

const SHIPPING: &str = "Shipping documents, vessel Harbour Wren";
const HARBOUR: &str = "FW: contact and appointment for the harbour";
const AUDIT: &str = "Audit: list of samples";
const BUDGET: &str = "Q3 budget";

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
    assert!(as_format("raw").await.contains("Subject: Q3 budget"));
}

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

    assert!(event.contains("- Start: "), "{event}");
    assert!(contact.contains("Marta O'Neill"), "{contact}");
    assert!(thread["results"][0]["sender"].is_object(), "{thread}");
}

#[tokio::test]
async fn what_cannot_be_read_says_why_and_where_a_person_can() {
    let office = Office::open().await;

    for name in ["samples.xlsx", "scan.bin", "Shared workbook.xlsx"] {
        let error = office.refusal(&office.attachment(AUDIT, name).await).await;

        assert_eq!(code(&error), "UNSUPPORTED_CONTENT", "{name}: {error}");
        assert!(text(&error["details"], "webLink").starts_with("https://"), "{error}");
    }
}

#[tokio::test]
async fn a_conversation_is_read_oldest_first() {
    let office = Office::open().await;
    let message = office.read(&office.mail(BUDGET).await).await;
    let uri = text(&message["results"][0], "conversation");

    let read = office.read(uri).await;

    let conversation = &read["results"][0];
    let items = conversation["items"].as_array().unwrap();
    let times: Vec<_> = items.iter().map(|item| text(item, "receivedDateTime")).collect();
    assert!(items.len() >= 4, "{conversation}");
    assert!(times.is_sorted(), "{times:?}");
    let body = text(conversation, "text");
    assert!(body.starts_with("--- message 1 of "), "{body}");
    assert!(body.find("as it went to the board") < body.find("13.8 million"), "{body}");
    assert!(body.contains(&format!("[pages 1–{0} of {0}]", items.len())), "{body}");
}

#[tokio::test]
async fn the_folders_at_the_top_are_listed_with_their_counts() {
    let office = Office::open().await;

    let read = office.read("mail:///folders/").await;

    let items = read["results"][0]["items"].as_array().unwrap();
    let inbox = items.iter().find(|item| item["name"] == "Inbox").unwrap();
    assert_eq!(inbox["type"], "folder");
    assert!(inbox["messageCount"].as_u64() > Some(0) && inbox["unreadCount"].is_u64());
    assert!(text(inbox, "uri").starts_with("mail:///folders/"));
}

/// All entries of a listing, page by page.
async fn listed(office: &Office, uri: &str) -> (Value, Vec<Value>) {
    let (mut entries, mut first, mut arguments) = (Vec::new(), None, json!({"uri": uri}));
    loop {
        let read = office.call("read_resource", arguments).await.unwrap();
        let item = &read["results"][0];
        entries.extend(item["items"].as_array().into_iter().flatten().cloned());
        first.get_or_insert(item.clone());
        if read["moreResults"] == false {
            return (first.unwrap(), entries);
        }
        arguments = json!({"uri": uri, "cursor": read["nextCursor"]});
    }
}

#[tokio::test]
async fn a_folder_is_listed_to_its_end_folders_first_and_newest_messages_first() {
    for characters in [60_000, 4_000] {
        let office = Office::with(Sim::builder().messages(300), &ALL).await.limited(characters);
        let projects = listed(&office, "mail:///folders/").await.1;
        let projects = projects.iter().find(|item| item["name"] == "Projects").unwrap();
        let children = listed(&office, text(projects, "uri")).await.1;
        let apollo = children.iter().find(|item| item["name"] == "Apollo").unwrap();

        let (folder, entries) = listed(&office, text(apollo, "uri")).await;

        let split = entries.iter().position(|entry| entry["type"] == "message").unwrap();
        let (folders, messages) = entries.split_at(split);
        assert_eq!(Some(folders.len() as u64), folder["folderCount"].as_u64());
        assert_eq!(Some(messages.len() as u64), folder["messageCount"].as_u64());
        let times: Vec<_> = messages.iter().map(|one| text(one, "receivedDateTime")).collect();
        assert!(messages.iter().all(|one| one["type"] == "message"));
        assert!(times.len() > 5);
    }
}

#[tokio::test]
async fn a_folder_is_found_by_its_well_known_name() {
    let office = Office::open().await;

    for uri in ["mail:///folders/inbox", "mail:///folders/Sent%20Items", "mail:///folders/drafts"] {
        let read = office.read(uri).await;

        assert_eq!(read["results"][0]["type"], "folder");
        assert!(!text(&read["results"][0], "title").is_empty());
    }
}

#[tokio::test]
async fn several_addresses_are_read_at_once_and_each_fails_alone() {
    let office = Office::open().await;
    let good = office.mail(BUDGET).await;
    let uris = json!([good, "mail:///messages/AAMkNobody=", "file:///x", good]);

    let read = office.call("read_resource", json!({"uri": uris})).await.unwrap();

    let results = read["results"].as_array().unwrap();
    assert_eq!(results[0]["title"], BUDGET);
    assert_eq!(results[1]["uri"], "mail:///messages/AAMkNobody=");
    assert!(results[1]["error"]["code"].is_string() && results[1]["error"]["message"].is_string());
    assert_eq!(results[2]["error"]["code"], "VALIDATION_ERROR");
    assert_eq!(results[3]["title"], BUDGET);
}

#[tokio::test]
async fn only_when_all_fail_the_answer_is_an_error() {
    let office = Office::open().await;

    let reply = office.reply("read_resource", json!({"uri": ["file:///x", "mail:///y"]})).await;

    assert!(reply.error.is_some());
    assert_eq!(reply.structured, None);
}

#[tokio::test]
async fn more_than_ten_addresses_are_refused() {
    let office = Office::open().await;

    let many = json!({"uri": vec!["mail:///folders/"; 11]});
    let error = office.call("read_resource", many).await.unwrap_err();

    assert_eq!(code(&error), "VALIDATION_ERROR");
}

#[tokio::test]
async fn a_long_text_comes_in_pages_that_join_without_loss() {
    let office = Office::open().await;
    let uri = office.mail(BUDGET).await;
    let whole = office.call("read_resource", json!({"uri": uri, "format": "raw"})).await.unwrap();
    let whole = text(&whole["results"][0], "text").to_owned();
    let office = office.limited(2_000);

    let (mut joined, mut arguments) = (String::new(), json!({"uri": uri, "format": "raw"}));
    loop {
        let reply = office.reply("read_resource", arguments).await;
        assert!(reply.characters() <= 2_000, "{}", reply.characters());
        let read = reply.structured.unwrap();
        let part = text(&read["results"][0], "text");
        joined.push_str(part.split("\n\nMore: ").next().unwrap());
        joined.push('\n');
        if read["moreResults"] == false {
            break;
        }
        arguments = json!({"uri": uri, "format": "raw", "cursor": read["nextCursor"]});
    }

    let squeezed = |text: &str| text.split_whitespace().collect::<String>();
    assert_eq!(squeezed(&joined), squeezed(&whole));
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
async fn r21_r22_r24_nothing_malformed_reaches_graph() {
    let office = Office::open().await;
    let long = format!("mail:///messages/{}", "A".repeat(10_000));
    let wrong = [
        "mail:///messages/..",
        "mail:///messages/%2e%2e/x",
        "mail:///messages//A",
        "mail:///messages/A\\B",
        "mail:///messages/A%0D%0AX",
        "mail:///messages/A?$expand=x",
        "mail:///messages/A#x",
        "mail:///messages/A'B",
        "mail:///messages/A%00",
        "mail:///messages/https://evil.example/x",
        "https://169.254.169.254/latest",
        "https://evil.example/owa/?ItemID=AAMk",
        "teams:///chats/x",
        &long,
    ];

    for uri in wrong {
        let error = office.refusal(uri).await;
        assert_eq!(code(&error), "VALIDATION_ERROR", "{uri}");
        assert!(error.to_string().len() < 1_000, "{error}");
    }
    assert_eq!(office.tenant.graph().requests(), 0);
}

#[tokio::test]
async fn wrong_pages_are_named() {
    let office = Office::open().await;
    let uri = office.mail(BUDGET).await;

    for (arguments, named) in [
        (json!({"uri": uri, "startPage": 0}), "startPage"),
        (json!({"uri": uri, "startPage": 3, "endPage": 2}), "endPage"),
        (json!({"uri": uri, "startPage": 7}), "1 page"),
        (json!({"uri": uri, "sheet": "Sheet1"}), "sheet"),
        (json!({"uri": uri, "format": "pdf"}), "pdf"),
        (json!({"uri": uri, "cursor": "x"}), "cursor"),
        (json!({}), "uri"),
    ] {
        let error = office.call("read_resource", arguments).await.unwrap_err();
        assert_eq!(code(&error), "VALIDATION_ERROR");
        assert!(text(&error, "message").contains(named), "{error}");
    }
}
