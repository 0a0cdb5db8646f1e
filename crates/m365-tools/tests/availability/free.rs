//! outlook_find_available_time.

use serde_json::{Value, json};

use super::meetings::{LUKAS, slot, taken};
use crate::{
    diary::office,
    office::{MIRA, Office},
};

async fn free(office: &Office, arguments: Value) -> Value {
    office.call("outlook_find_available_time", arguments).await.unwrap()
}

#[tokio::test]
async fn the_earliest_times_at_which_all_are_free_are_given() {
    let office = office().await;
    let week = json!({
        "participants": [LUKAS, "nobody@elsewhere.example"], "durationMinutes": 45,
        "afterDateTime": "2026-11-23", "beforeDateTime": "2026-11-27", "maxCandidates": 20,
    });

    let found = free(&office, week).await;

    let times: Vec<_> = found["availableTimes"].as_array().unwrap().iter().map(slot).collect();
    assert!(!times.is_empty() && times.is_sorted());
    for who in [MIRA, LUKAS] {
        for (from, until) in taken(&office, who).await {
            assert!(times.iter().all(|(start, end)| from >= *end || until <= *start));
        }
    }
    assert_eq!(found["unavailableParticipants"][0]["participant"], "nobody@elsewhere.example");
    assert!(found["nowDateTime"].is_string());
}

#[tokio::test]
async fn one_alone_is_asked_for_with_one_request() {
    let office = office().await;
    free(&office, json!({})).await;
    office.tenant.graph().clear_log();

    let found = free(&office, json!({"maxCandidates": 3})).await;

    assert_eq!(found["availableTimes"].as_array().unwrap().len(), 3);
    assert_eq!(office.tenant.graph().requests(), 1);
}
