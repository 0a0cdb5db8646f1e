//! What a hit says.

use jiff::Timestamp;
use m365_tools::Block;
use serde_json::{Value, json};

use crate::{
    diary::{NOW, office, office_at},
    office::{Office, text},
};

async fn reviews(office: &Office) -> Vec<Value> {
    let found =
        office.all_events(&json!({"query": "\"budget review\"", "organizer": "Adele"})).await;
    found.into_iter().filter(|hit| hit["subject"] == "Budget review").collect()
}

#[tokio::test]
async fn an_occurrence_tells_how_its_series_repeats() {
    let office = office().await;

    for hit in reviews(&office).await {
        let phrase = text(&hit, "recurrence");
        assert!(phrase.starts_with("weekly on Tuesday until 20"), "{phrase}");
    }
}

#[tokio::test]
async fn a_meeting_that_has_begun_leads_to_its_own_transcript() {
    let office = office().await;

    let reviews = reviews(&office).await;

    assert!(!reviews.is_empty());
    for hit in reviews {
        let start: Timestamp = text(&hit, "start").parse().unwrap();
        let url = hit["meetingTranscriptUrl"].as_str();
        assert_eq!(url.is_some(), start <= NOW.parse().unwrap(), "{hit}");
        if let Some(url) = url {
            assert!(url.starts_with("meeting-transcript:///events/"));
            assert!(url.contains(&format!("?start={start}&end=")), "{url}");
        }
        assert!(text(&hit, "joinUrl").starts_with("https://teams.microsoft.com/l/meetup-join/"));
    }
}

#[tokio::test]
async fn transcripts_are_not_offered_where_no_scope_opens_them() {
    let scopes = ["User.Read", "Calendars.Read"];
    let office = office_at(NOW, &scopes).await;

    let reviews = reviews(&office).await;

    assert!(!reviews.is_empty());
    assert!(reviews.iter().all(|hit| hit.get("meetingTranscriptUrl").is_none()));
}

#[tokio::test]
async fn a_hit_says_who_when_where_and_what() {
    let office = office().await;
    let hits = office
        .all_events(&json!({"query": "\"audit preparation\"", "afterDateTime": "2026-11-16"}))
        .await;

    let hit = &hits[0];

    assert_eq!(hit["organizer"]["address"], "mira.solberg@fjordlight.example");
    assert_eq!(hit["location"], "Bergen, 4th floor; Oslo, board room");
    assert_eq!(hit["showAs"], "busy");
    assert_eq!(hit["isAllDay"], false);
    assert_eq!(hit["isOnlineMeeting"], true);
    assert!(text(hit, "summary").starts_with("Bring the approvals"));
    let answers: Vec<_> =
        hit["attendees"].as_array().unwrap().iter().map(|one| text(one, "response")).collect();
    assert!(answers.contains(&"declined") && answers.contains(&"tentativelyAccepted"));
    assert!(text(hit, "webLink").starts_with("https://"));
}

#[tokio::test]
async fn ten_hits_are_short_and_keep_links_and_join_addresses_to_programs() {
    let office = office().await;

    let words = [
        "*",
        "budget",
        "apollo",
        "review",
        "adele",
        "turbine",
        "teams",
        "board",
        "lukas",
        "meeting",
        "plan",
        "room",
        "fjordlight",
    ];
    for word in words {
        for order in ["oldest", "newest"] {
            let arguments = json!({"query": word, "order": order, "beforeDateTime": "today"});
            let reply = office.reply("outlook_calendar_search", arguments).await;
            assert_short(&reply.content.iter().map(block).collect::<Vec<_>>(), word);
        }
    }
}

#[track_caller]
fn assert_short(texts: &[String], word: &str) {
    let size: usize = texts.iter().map(String::len).sum();
    assert!(texts.len() > 1, "{word}");
    assert!(size <= 12 * 1024, "{word}: {size}");
    assert!(texts.iter().all(|text| !text.contains("joinUrl") && !text.contains("webLink")));
}

fn block(block: &Block) -> String {
    match block {
        Block::Json(text) => text.clone(),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn what_is_invisible_is_not_shown() {
    let office = office().await;

    for hit in office.all_events(&json!({"limit": 50})).await {
        let shown = hit.to_string();
        let hidden = |c: char| matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
        assert!(!shown.contains(hidden), "{shown}");
    }
}
