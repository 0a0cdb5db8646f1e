//! Folders and conversations.

use m365_sim::Sim;
use serde_json::{Value, json};

use super::BUDGET;
use crate::{
    office::{ALL, Office, text, uris},
    support::code,
};

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

#[tokio::test]
async fn what_a_list_knows_nothing_of_is_refused() {
    let office = Office::open().await;
    let message = office.read(&office.mail(BUDGET).await).await;
    let conversation = text(&message["results"][0], "conversation");

    for (uri, field, value) in [
        (conversation, "format", json!("html")),
        (conversation, "format", json!("raw")),
        ("mail:///folders/", "format", json!("html")),
        ("mail:///folders/inbox", "format", json!("raw")),
        ("mail:///folders/inbox", "startPage", json!(2)),
        ("mail:///folders/", "endPage", json!(1)),
    ] {
        let arguments = json!({"uri": uri, field: value});
        let error = office.call("read_resource", arguments).await.unwrap_err();

        assert_eq!(code(&error), "VALIDATION_ERROR", "{uri} {field}");
        assert!(text(&error, "message").starts_with(field), "{error}");
    }
}

#[tokio::test]
async fn an_unknown_folder_is_answered_with_the_nearest_names() {
    let office = Office::open().await;

    for (uri, near) in
        [("mail:///folders/Inbos", "Inbox"), ("mail:///folders/No/Archiv", "Archive")]
    {
        let error = office.call("read_resource", json!({"uri": uri})).await.unwrap_err();

        assert_eq!(code(&error), "NOT_FOUND", "{uri}: {error}");
        assert!(text(&error, "message").starts_with("uri: there is no folder"), "{error}");
        assert!(text(&error, "message").contains(near), "{uri}: {error}");
    }
}

/// All entries of a listing, page by page.
pub(crate) async fn listed(office: &Office, uri: &str) -> (Value, Vec<Value>) {
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
async fn of_many_addresses_as_many_are_read_as_fit_and_the_cursor_reads_the_rest() {
    for characters in [2_000, 3_000, 8_000, 60_000] {
        let office = Office::open().await.limited(characters);
        let asked = uris(&office.search_all(&json!({"subject": "apollo"})).await);
        let asked: Vec<_> = asked.into_iter().take(10).collect();
        let (mut arguments, mut read, mut calls) = (json!({"uri": asked}), Vec::new(), 0);

        loop {
            let answer = office.call("read_resource", arguments).await.unwrap();
            let results = answer["results"].as_array().unwrap();
            assert!(!results.is_empty(), "{answer}");
            assert!(results.iter().all(|one| one.get("error").is_none()), "{answer}");
            read.extend(uris(results));
            calls += 1;
            if answer["moreResults"] == false {
                break;
            }
            arguments = json!({"uri": asked, "cursor": answer["nextCursor"]});
        }

        let all = asked.iter().all(|uri| read.contains(uri));
        assert!(all, "{characters}: {read:?}");
        assert!(characters > 3_000 || calls > 1, "{calls}");
    }
}
