//! Each condition alone and with others, against a search that looks at every event.

use serde_json::{Value, json};

use crate::{
    diary::{Diary, office},
    office::{ADELE, MIRA, uris},
    support::code,
};

const LUKAS: &str = "lukas.brandt@fjordlight.example";

fn within(mut arguments: Value) -> Value {
    arguments["afterDateTime"] = json!("2026-10-12");
    arguments["beforeDateTime"] = json!("2026-12-20");
    arguments["limit"] = json!(50);
    arguments
}

#[tokio::test]
async fn every_condition_finds_what_a_look_at_each_event_finds() {
    let office = office().await;
    let days = ["2026-10-12T00:00", "2026-12-20T23:59:59"];
    let diary = Diary::of(&office, None, "Europe/Berlin", days).await;
    let cases = [
        json!({}),
        json!({"query": "*"}),
        json!({"query": "budget"}),
        json!({"query": "Budget REVIEW"}),
        json!({"query": "lukas"}),
        json!({"organizer": ADELE}),
        json!({"organizer": "Adele Vance"}),
        json!({"attendee": LUKAS}),
        json!({"attendee": "Lukas Brandt"}),
        json!({"location": "Room Fram"}),
        json!({"includeCancelled": true}),
        json!({"query": "budget", "organizer": ADELE, "attendee": LUKAS, "location": "fram"}),
        json!({"organizer": MIRA, "includeCancelled": true}),
        json!({"attendee": LUKAS, "query": "review", "includeCancelled": true}),
    ];

    for arguments in cases {
        let expected = diary.expected(&arguments);
        let found = office.all_events(&within(arguments.clone())).await;

        assert!(!expected.is_empty(), "{arguments}");
        assert_eq!(uris(&found), expected, "{arguments}");
    }
}

#[tokio::test]
async fn newest_first_is_the_other_way_round() {
    let office = office().await;
    let starts = |found: &[Value]| -> Vec<String> {
        found.iter().map(|hit| hit["start"].as_str().unwrap().to_owned()).collect()
    };

    let oldest = office.all_events(&within(json!({"organizer": ADELE}))).await;
    let newest = office.all_events(&within(json!({"organizer": ADELE, "order": "newest"}))).await;

    let mut turned = starts(&newest);
    turned.reverse();
    assert_eq!(turned, starts(&oldest));
}

#[tokio::test]
async fn words_without_their_accents_and_phrases_are_found() {
    let office = office().await;

    let plain = office.all_events(&within(json!({"query": "budget review"}))).await;
    let phrase = office.all_events(&within(json!({"query": "\"Búdget Review\""}))).await;
    let turned = office.all_events(&within(json!({"query": "\"review budget\""}))).await;

    assert!(!phrase.is_empty());
    assert!(phrase.iter().all(|hit| plain.contains(hit)));
    assert!(turned.is_empty());
}

#[tokio::test]
async fn what_joins_words_and_where_they_are_looked_for_is_applied() {
    let office = office().await;
    let find = async |query: &str| {
        uris(&office.all_events(&within(json!({"query": query}))).await).into_iter().collect()
    };
    let [budget, lukas]: [std::collections::BTreeSet<_>; 2] =
        [find("budget").await, find("lukas").await];

    assert_eq!(find("budget OR lukas").await, &budget | &lukas);
    assert_eq!(find("budget AND (lukas)").await, &budget & &lukas);
    assert_eq!(find("budget NOT lukas").await, &budget - &lukas);
    assert_eq!(find("budget -lukas").await, &budget - &lukas);
    assert_eq!(find("budge*").await, budget);
    assert!(!find("subject:\"budget review\" organizer:adele").await.is_empty());
    assert!(find("subject:budget").await.is_subset(&budget));
}

#[tokio::test]
async fn years_in_which_nothing_can_be_are_not_searched_and_that_is_said() {
    let office = office().await;

    let found = office.events(json!({"afterDateTime": "1900-01-01", "limit": 1})).await;

    assert!(crate::diary::notices(&found).contains("1950"), "{found}");
    assert!(found["interval"]["after"].as_str().unwrap().starts_with("1950"));
}

#[tokio::test]
async fn what_is_not_accepted_is_refused_by_name() {
    let office = office().await;
    let cases = [
        (json!({"timeZone": "Mars/Olympus"}), "timeZone"),
        (json!({"afterDateTime": "someday"}), "afterDateTime"),
        (json!({"afterDateTime": "2026-05-02", "beforeDateTime": "2026-05-01"}), "beforeDateTime"),
        (json!({"limit": 0}), "limit"),
        (json!({"offset": -1}), "offset"),
        (json!({"order": "random"}), "order"),
        (json!({"calendarOwnerEmail": "Adele"}), "calendarOwnerEmail"),
        (json!({"cursor": "AAAA"}), "cursor"),
        (json!({"folderName": "Inbox"}), "folderName"),
        (json!({"query": "from:adele"}), "query"),
        (json!({"query": "(budget"}), "query"),
        (json!({"query": "a".repeat(2_001)}), "query"),
    ];

    for (arguments, field) in cases {
        let error = office.no_events(arguments).await;

        assert_eq!(code(&error), "VALIDATION_ERROR", "{error}");
        assert!(error["message"].as_str().unwrap().contains(field), "{error}");
    }
}
