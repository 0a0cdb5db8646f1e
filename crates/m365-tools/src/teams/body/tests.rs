use m365_graph::ChatMessage;
use serde_json::{Value, json};

use super::*;

fn message(fields: Value) -> ChatMessage {
    serde_json::from_value(fields).unwrap()
}

fn html(content: &str) -> ChatMessage {
    message(json!({"body": {"contentType": "html", "content": content}}))
}

#[test]
fn mentions_emoji_and_pictures_are_readable() {
    let mira = json!({"user": {"id": "m", "displayName": "Mira Solberg"}});
    let found = markdown(&message(json!({
        "body": {"contentType": "html", "content": "<p><at id=\"0\">Mira</at>&nbsp;<at id=\"1\">Solberg</at> see \
            <emoji id=\"x\" alt=\"🙂\" title=\"Smile\"></emoji><img alt=\"plan\" \
            src=\"https://g/v1.0/chats/c/messages/1/hostedContents/aWQ9/$value\"></p>"},
        "mentions": [{"id": 0, "mentioned": mira}, {"id": 1, "mentioned": mira}],
    })));

    assert_eq!(found.text, "@Mira Solberg see 🙂 [image 1: plan]");
    assert_eq!(found.images.len(), 1);
}

#[test]
fn two_people_are_mentioned_apart() {
    let person = |id: &str| json!({"user": {"id": id}});
    let found = text(&message(json!({
        "body": {"contentType": "html", "content": "<at id=\"0\">Ann</at> <at id=\"1\">Bo</at>"},
        "mentions": [{"id": 0, "mentioned": person("a")}, {"id": 1, "mentioned": person("b")}],
    })));

    assert_eq!(found, "@Ann @Bo");
}

#[test]
fn files_quotes_and_cards_stand_around_the_text() {
    let quote =
        json!({"messagePreview": "Shall we?", "messageSender": {"user": {"displayName": "Adele"}}});
    let card = json!({"type": "AdaptiveCard", "body": [{"type": "TextBlock", "text": "Approve 70 350 kNOK"},
        {"type": "FactSet", "facts": [{"title": "Due", "value": "Friday"}]}]});
    let found = markdown(&message(json!({
        "body": {"contentType": "html", "content": "<attachment id=\"1\"></attachment><p>Yes</p>"},
        "attachments": [
            {"id": "1", "contentType": "messageReference", "content": quote.to_string()},
            {"id": "2", "contentType": "reference", "contentUrl": "https://x.example/a (1).pptx", "name": "a.pptx"},
            {"id": "3", "contentType": "application/vnd.microsoft.card.adaptive", "content": card.to_string()},
        ],
    })));

    assert_eq!(
        found.text,
        "> Adele: Shall we?\n\nYes\n\n[a.pptx] (https://x.example/a%20%281%29.pptx)\n\nApprove 70 350 kNOK\n\
         Due: Friday"
    );
}

#[test]
fn a_text_body_is_no_html() {
    let found =
        text(&message(json!({"body": {"contentType": "text", "content": "1 < 2 &amp; b"}})));

    assert_eq!(found, "1 < 2 &amp; b");
}

#[test]
fn code_keeps_its_lines() {
    let found =
        text(&html("<codeblock class=\"Rust\"><code>let a = 1;<br>a + 1</code></codeblock>"));

    assert!(found.contains("let a = 1;\na + 1"), "{found}");
}

#[test]
fn invisible_characters_and_live_pictures_do_not_come_through() {
    let found = text(&html("<p>a\u{202e}b\u{200b}</p><img src=\"https://evil.example/t.png\">"));

    assert!(found.starts_with("ab") && !found.contains("evil"), "{found}");
}

#[test]
fn what_teams_reports_is_said_in_words() {
    let found = event(&message(json!({
        "messageType": "unknownFutureValue",
        "eventDetail": {"@odata.type": "#microsoft.graph.membersAddedEventMessageDetail",
            "members": [{"id": "1", "displayName": "Lukas Brandt"}],
            "initiator": {"user": {"displayName": "Adele Vance"}}},
    })));

    assert_eq!(found, "members added: Lukas Brandt (by Adele Vance)");
}

proptest::proptest! {
    #[test]
    fn any_markup_is_rewritten_without_loss_of_words(word in "[a-z]{1,8}", junk in "[ -~]{0,40}") {
        let found = markup::rewrite(&format!("{word} {junk}"), &[]);

        proptest::prop_assert!(found.html.starts_with(&word));
    }
}

/// What would fetch a picture, be a link, arm one, be HTML, or pass for our own page mark.
const HOSTILE: [&str; 5] = [
    "![x](https://t.example/?d=1)",
    "[o](https://t.example/?d=1)",
    "[r]: https://t.example/?d=1",
    "<img src=https://t.example/?d=1>",
    "[page 1 of 2]",
];

fn is_harmless(text: &str) -> bool {
    let acts = ["](http", "!["].iter().any(|mark| text.contains(mark));
    let tag = text.match_indices("<img").any(|(at, _)| !text[..at].ends_with('\\'));
    let mark = text.lines().map(|line| line.trim_start_matches(['>', ' ']));
    let mark = mark.into_iter().any(|line| line.starts_with("[page") || line.starts_with("[r]:"));
    !acts && !tag && !mark
}

#[test]
fn what_a_message_carries_does_not_act() {
    for text in HOSTILE {
        let card = json!({"type": "AdaptiveCard", "body": [{"type": "TextBlock", "text": text},
            {"type": "FactSet", "facts": [{"title": text, "value": "https://t.example"}]}]});
        let quote =
            json!({"messagePreview": text, "messageSender": {"user": {"displayName": text}}});
        let code = json!({"title": text, "codeSnippetUrl":
            "https://g/v1.0/chats/c/messages/1/hostedContents/aWQ9/$value"});
        let found = markdown(&message(json!({
            "body": {"contentType": "text", "content": text},
            "attachments": [
                {"id": "1", "contentType": "messageReference", "content": quote.to_string()},
                {"id": "2", "contentType": "application/vnd.microsoft.card.adaptive", "name": text,
                 "content": card.to_string()},
                {"id": "3", "contentType": "application/vnd.microsoft.card.codesnippet",
                 "content": code.to_string()},
                {"id": "4", "contentType": "reference", "name": text},
            ],
        })));

        assert!(is_harmless(&found.text), "{}", found.text);
    }
}

#[test]
fn a_file_is_named_with_its_address_and_is_no_live_link() {
    let found = markdown(&message(json!({"attachments": [{"id": "1", "contentType": "reference",
        "name": "a](https://t.example) <img src=x>", "contentUrl": "https://x.example/a"}]})));

    assert_eq!(found.text, "[a (https://t.example) \\<img src=x>] (https://x.example/a)");
}

#[test]
fn what_teams_reports_does_not_act() {
    for text in HOSTILE {
        let found = event(&message(json!({"messageType": "systemEventMessage", "eventDetail": {
            "@odata.type": "#microsoft.graph.chatRenamedEventMessageDetail", "chatDisplayName": text,
            "initiator": {"user": {"displayName": text}}, "members": [{"id": "1", "displayName": text}],
        }})));

        assert!(is_harmless(&found), "{found}");
    }
}
