//! Arguments that are not accepted, and how many times are given.

use serde_json::json;

use super::meetings::find;
use crate::{
    diary::{NOW, notices, office, office_at},
    office::text,
    support::code,
};

#[tokio::test]
async fn what_is_not_accepted_is_refused_by_name() {
    let office = office().await;
    let cases = [
        (json!({"durationMinutes": 0}), "durationMinutes"),
        (json!({"duration": 1441}), "durationMinutes"),
        (json!({"minimumAttendeePercentage": 101}), "minimumAttendeePercentage"),
        (json!({"minimumAttendeePercentage": -1}), "minimumAttendeePercentage"),
        (json!({"maxCandidates": 0}), "maxCandidates"),
        (json!({"timeZone": "Mars"}), "timeZone"),
        (json!({"beforeDateTime": "2026-11-01"}), "beforeDateTime"),
        (json!({"afterDateTime": "2027-05-02", "beforeDateTime": "2027-05-01"}), "beforeDateTime"),
        (json!({"beforeDateTime": "2029-11-01"}), "beforeDateTime"),
        (
            json!({"afterDateTime": "2026-11-23T09:00", "beforeDateTime": "2026-11-23T09:30", "durationMinutes": 60}),
            "durationMinutes",
        ),
        (json!({"participants": vec!["a@b.example"; 101]}), "participants"),
        (json!({"participants": "adele@b.example"}), "participants"),
        (json!({"participants": [""]}), "participants"),
        (json!({"participants": ["a@b.example", " "]}), "participants"),
        (json!({"afterDateTime": "last week", "beforeDateTime": "yesterday"}), "beforeDateTime"),
    ];

    for (arguments, field) in cases {
        let error = office.call("find_meeting_availability", arguments).await.unwrap_err();

        assert_eq!(code(&error), "VALIDATION_ERROR", "{error}");
        assert!(text(&error, "message").contains(field), "{field}: {error}");
    }
}

#[tokio::test]
async fn an_unknown_name_is_answered_with_names_that_come_near() {
    let office = office().await;

    let wrong = json!({"participants": ["Lukas Brant"]});
    let error = office.call("find_meeting_availability", wrong).await.unwrap_err();

    assert_eq!(code(&error), "NOT_FOUND");
    assert!(text(&error, "message").contains("Lukas Brandt"), "{error}");
}

#[tokio::test]
async fn names_need_a_scope_and_the_error_asks_for_addresses() {
    let office = office_at(NOW, &["User.Read", "Calendars.Read"]).await;

    let named = json!({"participants": ["Adele Vance"]});
    let error = office.call("find_meeting_availability", named).await.unwrap_err();

    assert_eq!(code(&error), "FORBIDDEN");
    assert!(text(&error, "message").contains("User.ReadBasic.All"), "{error}");
    assert!(text(&error, "message").contains("address"), "{error}");
}

#[tokio::test]
async fn no_more_than_fifty_times_are_given_and_that_is_said() {
    let office = office().await;

    let found = find(&office, json!({"maxCandidates": 500, "workingHoursOnly": false})).await;

    assert_eq!(found["suggestions"].as_array().unwrap().len(), 50);
    assert!(notices(&found).contains("maxCandidates 500 was lowered to 50"));
}

#[tokio::test]
async fn without_a_calendar_scope_the_missing_one_is_named() {
    let office = office_at(NOW, &["User.Read", "Mail.Read"]).await;

    let error = office.call("find_meeting_availability", json!({})).await.unwrap_err();

    assert_eq!(code(&error), "FORBIDDEN");
    assert!(text(&error, "message").contains("Missing scope 'Calendars.Read.Shared'"));
}
