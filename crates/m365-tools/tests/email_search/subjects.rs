//! Subjects as people write them.

use std::collections::BTreeMap;

use m365_graph::Mailbox;
use serde_json::json;

use crate::{
    office::{Office, uris},
    support::code,
};

/// The subjects of the mailbox, each with the address of a message that bears it.
async fn subjects(office: &Office) -> BTreeMap<String, String> {
    let mail = office.graph().mail(&Mailbox::Me);
    let query = mail.messages().select(&["id", "subject"]).top(250);
    let all = query.pages().collect().await.unwrap();
    let bearers = all.items.into_iter().map(|message| {
        (message.subject.unwrap_or_default(), format!("mail:///messages/{}", message.id.unwrap()))
    });
    bearers.filter(|(subject, _)| subject.chars().any(char::is_alphanumeric)).collect()
}

#[tokio::test]
async fn each_subject_of_the_mailbox_finds_its_own_message() {
    let office = Office::open().await;
    let subjects = subjects(&office).await;
    let hard = |subject: &&String| subject.contains(['&', '%', '–', '☀']);
    assert!(subjects.keys().filter(hard).count() >= 3, "{:?}", subjects.keys());

    for (subject, uri) in subjects {
        let found = office.search_all(&json!({"subject": subject, "limit": 25})).await;

        assert!(uris(&found).contains(&uri), "{subject}");
    }
}

#[tokio::test]
async fn a_subject_without_letters_and_digits_is_refused() {
    let office = Office::small().await;

    for subject in ["-", "☀️ …", "& \"–\""] {
        let error =
            office.call("outlook_email_search", json!({"subject": subject})).await.unwrap_err();

        assert_eq!(code(&error), "VALIDATION_ERROR", "{error}");
    }
}
