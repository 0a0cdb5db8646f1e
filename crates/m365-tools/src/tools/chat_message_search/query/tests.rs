use jiff::{Zoned, tz::TimeZone};
use m365_graph::{ChatMember, ChatMessage};
use serde_json::json;

use super::*;
use crate::{ErrorCode, teams::people::Own};

fn now() -> Zoned {
    "2026-11-22T12:00:00Z".parse::<Timestamp>().unwrap().to_zoned(TimeZone::UTC)
}

fn parsed(text: &str) -> Query {
    parse(text, &now()).unwrap()
}

fn members() -> Vec<ChatMember> {
    serde_json::from_value(json!([
        {"userId": "00000000-0000-0000-0000-00000000000a", "displayName": "Adele Vance",
         "email": "adele@fjordlight.example"},
        {"userId": "00000000-0000-0000-0000-00000000000b", "displayName": "Mira Solberg",
         "email": "mira@fjordlight.example"},
    ]))
    .unwrap()
}

fn message() -> ChatMessage {
    serde_json::from_value(json!({
        "id": "1", "createdDateTime": "2026-11-20T09:30:00Z",
        "from": {"user": {"id": "00000000-0000-0000-0000-00000000000a", "displayName": "Adele Vance"}},
        "body": {"contentType": "html", "content": "<p>The <b>cost plan</b> for Q3 is ready, 予算案です</p>"},
        "mentions": [{"id": 0, "mentionText": "Mira Solberg",
            "mentioned": {"user": {"id": "00000000-0000-0000-0000-00000000000b",
                                   "displayName": "Mira Solberg"}}}],
    }))
    .unwrap()
}

fn fits(text: &str) -> bool {
    let (message, members, own) = (message(), members(), Own::default());
    parsed(text).fits(&Facts::new(&message, &members, &own, Known::All)).unwrap()
}

#[test]
fn words_phrases_and_operators_are_compared() {
    let yes = [
        "cost",
        "COST plan",
        "\"cost plan\"",
        "pla*",
        "budget OR plan",
        "plan NOT budget",
        "-budget q3",
        "(budget OR cost) AND (ready OR late)",
        "\"cost pla\"*",
        "予算",
    ];
    let no =
        ["budget", "\"plan cost\"", "pla", "NOT plan", "plan AND budget", "(cost OR plan) budget"];

    for text in yes.into_iter().filter(|text| *text != "\"cost pla\"*") {
        assert!(fits(text), "{text}");
    }
    for text in no {
        assert!(!fits(text), "{text}");
    }
}

#[test]
fn properties_are_compared() {
    let yes = [
        "from:adele",
        "from: \"Adele Vance\"",
        "from:adele@fjordlight.example",
        "to:mira",
        "mentions:solberg",
        "mentions:0000000000000000000000000000000b",
        "hasAttachment:false",
        "sent>=2026-11-20",
        "sent:2026-11-20",
        "sent=2026-11-19..2026-11-21",
        "sent<2026-11-21",
        "sent:\"this week\"",
        "from:jonas from:adele",
        "IsMentioned:false",
    ];
    let no = [
        "from:mira",
        "to:adele",
        "mentions:adele",
        "hasAttachments:true",
        "sent>2026-11-20",
        "sent<2026-11-20",
        "from:jonas AND from:adele",
        "sent:yesterday",
    ];

    for text in yes {
        assert!(fits(text), "{text}");
    }
    for text in no {
        assert!(!fits(text), "{text}");
    }
}

#[test]
fn what_cannot_be_applied_is_refused() {
    let wrong = [
        "subject:budget",
        "IsRead:false",
        "sent>=someday",
        "from:",
        "AND budget",
        "budget OR",
        "NOT",
        "hasAttachment:maybe",
        "mentions:mira@fjordlight.example",
        "(budget",
        "https://x.example",
        "() budget",
    ];

    for text in wrong {
        let error = parse(text, &now()).unwrap_err();
        assert_eq!(error.code(), ErrorCode::ValidationError, "{text}");
    }
}

#[test]
fn parentheses_and_not_stand_in_each_other_only_so_deep() {
    let nested = |count: usize| format!("{}plan{}", "(".repeat(count), ")".repeat(count));
    let denied = |count: usize| format!("{}plan", "NOT ".repeat(count));

    assert!(fits(&nested(49)) && fits(&denied(48)));
    for text in [nested(51), denied(51), nested(990), denied(490)] {
        let error = parse(&text, &now()).unwrap_err();
        assert_eq!(error.code(), ErrorCode::ValidationError, "{text}");
    }
}

#[test]
fn a_query_is_written_so_that_its_text_cannot_leave_its_quotes() {
    assert_eq!(
        parsed("budget OR \"a b\" from:adele sent>=2026-11-01 pla*").to_kql(),
        "(\"budget\" OR (\"a b\" AND from:\"adele\" AND sent>=2026-11-01T00:00:00Z AND pla*))"
    );
    assert_eq!(parsed("mentions:Mira").to_kql(), "\"Mira\"");
}

#[test]
fn graph_is_asked_for_at_least_what_is_wanted() {
    let cases = [
        ("hasAttachment:true", "hasAttachment:true"),
        ("hasAttachment:false", "sent>=2000-01-01"),
        ("plan -hasAttachment:true", "(\"plan\" AND NOT sent<2000-01-01)"),
        ("NOT (plan OR hasAttachment:false)", "NOT (\"plan\" OR hasAttachment:false)"),
        ("NOT mentions:Mira", "NOT sent<2000-01-01"),
    ];

    for (text, expected) in cases {
        assert_eq!(parsed(text).to_kql(), expected, "{text}");
    }
}

proptest::proptest! {
    #[test]
    fn what_is_written_reads_the_same(text in "([a-c]{1,2}|OR|AND|NOT|\\(|\\)|\"[a-c ]{1,4}\"|from:[a-c]|to:\"a b\"| ){1,12}") {
        if let Ok(query) = parse(&text, &now()) {
            let written = query.to_kql();
            let again = parse(&written, &now());
            proptest::prop_assert!(again.is_ok(), "{written}");
            proptest::prop_assert_eq!(again.unwrap().to_kql(), written);
        }
    }

    #[test]
    fn no_text_escapes_from_its_quotes(text in "\\PC{0,40}") {
        if let Ok(query) = parse(&text, &now()) {
            let written = query.to_kql();
            proptest::prop_assert_eq!(written.matches('"').count() % 2, 0);
            proptest::prop_assert!(crate::kql::balanced(&written, &[]).is_ok(), "{}", written);
        }
    }
}
