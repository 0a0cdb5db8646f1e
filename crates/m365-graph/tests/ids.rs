//! Ids, addresses and words reach Graph as data, whatever they contain.

use m365_graph::{
    Address, AttachmentId, ConversationId, ErrorKind, FolderId, Mailbox, MessageId,
    WellKnownFolder, kql, odata,
};
use proptest::prelude::*;
use wiremock::ResponseTemplate;

use crate::support::{Service, page};

#[test]
fn the_spelling_of_a_search_hit_is_converted() {
    let id = MessageId::new("AAMkA/x+9b0YGn/ReFt+=").unwrap();

    assert_eq!(id.as_str(), "AAMkA-x_9b0YGn-ReFt_=");
}

#[test]
fn what_cannot_be_an_id_is_refused() {
    let long = "A".repeat(1025);
    for text in [
        "",
        ".",
        "..",
        "a/../b",
        "%2e%2e",
        "a b",
        "a\r\nX: y",
        "a?$expand=x",
        "a#b",
        "a'b",
        "a\0",
        "a\u{202e}b",
        "https://evil.example/x",
        "é",
        &long,
    ] {
        for refused in [
            MessageId::new(text).map(drop),
            FolderId::new(text).map(drop),
            AttachmentId::new(text).map(drop),
            ConversationId::new(text).map(drop),
        ] {
            let error = refused.unwrap_err();
            assert_eq!(
                (error.kind(), error.code()),
                (ErrorKind::BadRequest, Some("invalidId")),
                "{text:?}"
            );
        }
    }
}

#[test]
fn what_cannot_be_an_address_is_refused() {
    let long = format!("{}@contoso.com", "a".repeat(250));
    for text in [
        "",
        "adele",
        "@contoso.com",
        "adele@",
        "a b@contoso.com",
        "a@b@c",
        "../me@x",
        "a/b@c.com",
        "a@contoso..com",
        "a@c.com?x=1",
        "a\r\n@c.com",
        "\"a\"@c.com",
        "a@c.com/messages",
        &long,
    ] {
        assert!(Address::new(text).is_err(), "{text:?}");
    }
}

#[test]
fn the_addresses_that_organisations_use_are_taken() {
    for text in [
        "adele@contoso.com",
        "o'neil+list@sub.contoso.co.uk",
        "jörg@müller.example",
        "guest_x.com#EXT#@contoso.onmicrosoft.com",
    ] {
        assert_eq!(Address::new(text).unwrap().as_str(), text);
    }
}

#[tokio::test]
async fn an_address_is_encoded_in_the_path() {
    let graph = Service::answering([ResponseTemplate::new(200).set_body_json(page(&[]))]).await;
    let guest = Mailbox::Of(Address::new("guest_x.com#EXT#@contoso.com").unwrap());
    let inbox = WellKnownFolder::Inbox.into();

    graph.client().mail(&guest).messages_in(&inbox).page().await.unwrap();

    let path = graph.requests().await[0].url.path().to_owned();
    assert_eq!(path, "/v1.0/users/guest_x.com%23EXT%23%40contoso.com/mailFolders/inbox/messages");
}

#[tokio::test]
async fn options_reach_graph_as_one_value_each() {
    let graph = Service::answering([ResponseTemplate::new(200).set_body_json(page(&[]))]).await;
    let hostile = "x' or 1 eq 1&$select=body#+%20\r\n";

    let messages = graph.client().mail(&Mailbox::Me).messages();
    messages.filter(&format!("subject eq {}", odata::string(hostile))).top(3).page().await.unwrap();

    let url = &graph.requests().await[0].url;
    let options = url.query_pairs().map(|(name, value)| (name.into_owned(), value.into_owned()));
    assert_eq!(
        options.collect::<Vec<_>>(),
        [
            ("$filter".to_owned(), "subject eq 'x'' or 1 eq 1&$select=body#+%20\r\n'".to_owned()),
            ("$top".to_owned(), "3".to_owned()),
        ]
    );
    assert!(!url.query().unwrap().contains('+'));
}

proptest! {
    #[test]
    fn an_id_that_is_taken_is_one_path_segment(text in "\\PC{0,40}|[A-Za-z0-9+/=_.%-]{0,40}") {
        if let Ok(id) = MessageId::new(&text) {
            prop_assert!(id.as_str().bytes().all(|b| b.is_ascii_alphanumeric() || b"_-=".contains(&b)));
            prop_assert!(!id.as_str().is_empty());
        }
    }

    #[test]
    fn an_odata_string_ends_where_it_should(text in "\\PC*|[' a-z]*") {
        let quoted = odata::string(&text);
        let inner = &quoted[1..quoted.len() - 1];

        prop_assert_eq!(inner.replace("''", ""), text.replace('\'', ""));
        prop_assert_eq!(inner.replace("''", "'"), text);
    }

    #[test]
    fn a_phrase_has_no_quotes_but_its_own(text in "\\PC*|[\"\\\\ a-z:()]*") {
        let phrase = kql::phrase(&text);

        prop_assert_eq!(phrase.matches('"').count(), 2);
        prop_assert!(!phrase.contains('\\'));
    }

    #[test]
    fn every_word_stands_in_its_own_quotes(text in "[\"a-z:()* ]{0,40}") {
        let words = kql::words(&text);

        let outside = words.split('"').step_by(2).collect::<String>();
        prop_assert!(outside.trim().is_empty(), "{}", words);
    }
}
