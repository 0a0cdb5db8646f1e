//! Ids, addresses and words reach Graph as data, whatever they contain.

use m365_graph::{
    Address, AttachmentId, ChannelId, ChatId, ChatMessageId, ConversationId, DriveId, ErrorKind,
    EventId, FolderId, ItemId, JoinUrl, Mailbox, MessageId, OnlineMeetingId, PageId, SiteId,
    TeamId, TranscriptId, WellKnownFolder, kql, odata,
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

const GUID: &str = "6f1f0c1e-0000-4000-8000-000000000b01";

#[test]
fn ids_of_each_kind_are_taken_in_their_shapes() {
    let item = format!("01{}", "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567");
    let site = format!("contoso.sharepoint.com,{GUID},{GUID}");
    for taken in [
        DriveId::new("b!-RIj2DuyvEyV1T4NlOaMHk8XkS_I8MdFlUCq1BlcjgmhRfAj3-Z8RY2VpuvV_tpd").is_ok(),
        DriveId::new("0123456789ABCDEF").is_ok(),
        ItemId::new(&item).is_ok(),
        ItemId::new(GUID).is_ok(),
        ItemId::new("0123456789ABCDEF!s12ab").is_ok(),
        SiteId::new(&site).is_ok(),
        SiteId::new("contoso.sharepoint.com").is_ok(),
        SiteId::new("root").is_ok(),
        PageId::new(GUID).is_ok(),
        TeamId::new(GUID).is_ok(),
        ChatId::new("19:meeting_QnVk-_Z2V0@thread.v2").is_ok(),
        ChatId::new(&format!("19:{GUID}_{GUID}@unq.gbl.spaces")).is_ok(),
        ChatId::new("48:notes").is_ok(),
        ChatId::new("19:uni01_abc.def:x@thread.v2").is_ok(),
        ChatId::new("19:a+b~c(1)@x@thread.v2").is_ok(),
        ChannelId::new("19:ab12@thread.tacv2").is_ok(),
        ChannelId::new("19:ab12@thread.skype").is_ok(),
        ChatMessageId::new("1773300001123").is_ok(),
    ] {
        assert!(taken);
    }
}

#[test]
fn an_id_of_one_kind_is_none_of_another() {
    for refused in [
        DriveId::new("b!").is_err(),
        DriveId::new("root").is_err(),
        ItemId::new("Budget").is_err(),
        ItemId::new("root").is_err(),
        ItemId::new("b!abc").is_err(),
        SiteId::new(&format!("contoso.sharepoint.com,{GUID}")).is_err(),
        SiteId::new("localhost").is_err(),
        PageId::new("1").is_err(),
        TeamId::new("19:ab12@thread.tacv2").is_err(),
        ChatId::new("19:ab12@thread.tacv2").is_err(),
        ChatId::new("19:@thread.v2").is_err(),
        ChatId::new("19:a/b@thread.v2").is_err(),
        ChatId::new("19:a b@thread.v2").is_err(),
        ChatId::new("19:a\n@thread.v2").is_err(),
        ChannelId::new("19:ab12@thread.v2").is_err(),
        ChatMessageId::new("1773300001123x").is_err(),
        JoinUrl::new("https://teams.microsoft.com/l/message/19:a@thread.v2/1").is_err(),
        JoinUrl::new("https://teams.microsoft.com.evil.example/l/meetup-join/x/0").is_err(),
        JoinUrl::new("http://teams.microsoft.com/l/meetup-join/x/0").is_err(),
    ] {
        assert!(refused);
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
    fn no_id_of_any_kind_has_a_part_that_leads_elsewhere(
        text in "(b!|01|19:|48:)?[A-Za-z0-9!@:,._=/\\\\%?#-]{0,40}(@thread.v2|@thread.tacv2)?"
    ) {
        let taken = [
            DriveId::new(&text).map(|id| id.to_string()),
            ItemId::new(&text).map(|id| id.to_string()),
            SiteId::new(&text).map(|id| id.to_string()),
            PageId::new(&text).map(|id| id.to_string()),
            TeamId::new(&text).map(|id| id.to_string()),
            ChatId::new(&text).map(|id| id.to_string()),
            ChannelId::new(&text).map(|id| id.to_string()),
            ChatMessageId::new(&text).map(|id| id.to_string()),
            OnlineMeetingId::new(&text).map(|id| id.to_string()),
            TranscriptId::new(&text).map(|id| id.to_string()),
            EventId::new(&text).map(|id| id.to_string()),
        ];
        for id in taken.into_iter().flatten() {
            prop_assert!(!id.is_empty() && !id.contains(['/', '\\', '%', '?', '#']), "{}", id);
            prop_assert!(!id.starts_with('.') && !id.contains(".."), "{}", id);
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
