//! What was said in meetings: the right occurrence, with speakers, and each refusal in its own words.

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use jiff::{SignedDuration, Timestamp};
use m365_sim::{Sim, SimBuilder};
use serde_json::{Value, json};

use crate::{
    office::{Office, text},
    support::code,
};

const BUDGET: &str = "https://teams.microsoft.com/l/meetup-join/19%3ameeting_QnVkZ2V0UmV2aWV3RlkyNw%40thread.v2/0?context=%7b%22Tid%22%3a%2211111111-2222-4333-8444-555555555555%22%2c%22Oid%22%3a%226f1f0c1e-0000-4000-8000-000000000a02%22%7d";
const FOREIGN: &str = "https://teams.microsoft.com/l/meetup-join/19%3ameeting_Tm9ydGh3aW5kQXVkaXRLaWNrb2Zm%40thread.v2/0?context=%7b%22Tid%22%3a%2299999999-8888-4777-8666-555555555555%22%2c%22Oid%22%3a%22d0a3f1c2-0000-4000-8000-00000000000d%22%7d";

const SCOPES: [&str; 4] =
    ["User.Read", "Calendars.Read", "OnlineMeetings.Read", "OnlineMeetingTranscript.Read.All"];

async fn office_of(builder: SimBuilder, scopes: &[&'static str]) -> Office {
    Office::with(builder.messages(50), scopes).await
}

async fn office() -> Office {
    office_of(Sim::builder().transcripts(true), &SCOPES).await
}

fn uri(join_url: &str) -> String {
    format!("meeting-transcript:///events/{}", BASE64_URL_SAFE_NO_PAD.encode(join_url))
}

fn at(uri: &str, start: Timestamp) -> String {
    let end = start + SignedDuration::from_hours(1);
    format!("{uri}?start={start}&end={end}")
}

async fn one(office: &Office, uri: &str) -> Value {
    office.read(uri).await["results"][0].clone()
}

fn moment(value: &Value) -> Timestamp {
    value.as_str().unwrap().parse().unwrap()
}

#[tokio::test]
async fn without_a_time_the_latest_is_read_and_the_others_are_listed() {
    let office = office().await;

    let read = office.read(&uri(BUDGET)).await;

    let result = &read["results"][0];
    assert_eq!(
        (&result["type"], &result["title"]),
        (&json!("transcript"), &json!("Budget review"))
    );
    assert!(text(result, "text").contains("**Adele Vance** (00:0"), "{result}");
    let others = result["items"].as_array().unwrap();
    assert_eq!(others.len(), 10);
    let starts: Vec<_> = others.iter().map(|one| moment(&one["start"])).collect();
    assert!(starts.iter().all(|start| *start < moment(&result["start"])));
    assert!(starts.is_sorted_by(|one, next| one > next));
    let told = read["notices"][0].as_str().unwrap();
    assert!(
        told.starts_with("Transcripts not listed here: ") && told.contains("?start=20"),
        "{told}"
    );
}

#[tokio::test]
async fn each_occurrence_is_read_by_its_own_address() {
    let office = office().await;
    let latest = one(&office, &uri(BUDGET)).await;
    let other = latest["items"][3].clone();

    let read = office.read(other["uri"].as_str().unwrap()).await;

    let result = &read["results"][0];
    assert_eq!((&result["start"], &result["end"]), (&other["start"], &other["end"]));
    assert_eq!(result["uri"], other["uri"]);
    assert_ne!(result["text"], latest["text"]);
    assert_eq!(result.get("items"), None);
    assert_eq!(read.get("notices"), None, "{read}");
}

#[tokio::test]
async fn an_occurrence_that_was_not_held_has_no_transcript_and_others_are_named() {
    let office = office().await;
    let latest = moment(&one(&office, &uri(BUDGET)).await["start"]);

    let cancelled = latest - SignedDuration::from_hours(5 * 7 * 24);
    let error = office.refusal(&at(&uri(BUDGET), cancelled)).await;

    assert_eq!(code(&error), "NOT_FOUND");
    assert_eq!(text(&error, "message").matches(" to 20").count(), 10, "{error}");
}

#[tokio::test]
async fn a_join_address_is_taken_in_every_spelling() {
    let office = office().await;
    let expected = one(&office, &uri(BUDGET)).await["uri"].clone();
    let encoded = BUDGET.replace('%', "%25").replace('/', "%2F").replace('?', "%3F");
    let decoded = "https%3A%2F%2Fteams.microsoft.com%2Fl%2Fmeetup-join%2F19%3Ameeting_QnVkZ2V0UmV2aWV3RlkyNw%40thread.v2%2F0%3Fcontext%3D%7B%22Tid%22%3A%2211111111-2222-4333-8444-555555555555%22%2C%22Oid%22%3A%226f1f0c1e-0000-4000-8000-000000000a02%22%7D";

    for uri in [
        BUDGET.to_owned(),
        format!("meeting-transcript:///events/{encoded}"),
        format!("meeting-transcript:///events/{BUDGET}"),
        format!("{}==", uri(BUDGET)),
    ] {
        assert_eq!(one(&office, &uri).await["uri"], expected, "{uri}");
    }
    let found = one(&office, &format!("meeting-transcript:///events/{decoded}")).await;
    assert_eq!(found["title"], "Budget review");
}

#[tokio::test]
async fn raw_is_the_file_as_teams_keeps_it() {
    let office = office().await;

    let read = office.call("read_resource", json!({"uri": uri(BUDGET), "format": "raw"})).await;

    let read = read.unwrap();
    let file = text(&read["results"][0], "text");
    assert!(file.starts_with("WEBVTT\n\n00:00:"), "{file}");
    assert!(file.contains("<v Adele Vance>"));
}

#[tokio::test]
async fn what_was_said_is_read_where_a_bad_file_does_no_harm() {
    let (office, extraction) = office().await.queued();

    one(&office, &uri(BUDGET)).await;

    let read = extraction.metrics().seconds;
    assert_eq!(read.iter().map(|it| (it.format, it.count)).collect::<Vec<_>>(), [("vtt", 1)]);
}

#[tokio::test]
async fn a_form_that_a_transcript_has_not_is_refused() {
    let office = office().await;

    for (field, value) in [("format", "html"), ("sheet", "One")] {
        let call = office.call("read_resource", json!({"uri": uri(BUDGET), field: value})).await;
        assert_eq!(code(&call.unwrap_err()), "VALIDATION_ERROR", "{field}");
    }
}

#[tokio::test]
async fn s50_a_tenant_that_keeps_transcripts_closed_is_named_with_the_way_to_open_them() {
    let office = office_of(Sim::builder().transcripts(false), &SCOPES).await;

    let error = office.refusal(&uri(BUDGET)).await;

    assert_eq!(code(&error), "FORBIDDEN");
    assert_eq!(error["details"]["graphCode"], "GraphAccessToTranscriptsDisabled");
    assert!(text(&error, "message").contains("Transcript API access"), "{error}");
}

#[tokio::test]
async fn s51_without_speaker_attribution_times_and_words_are_left() {
    let builder = Sim::builder().transcripts(true).speaker_attribution(false);
    let office = office_of(builder, &SCOPES).await;

    let read = office.read(&uri(BUDGET)).await;

    let spoken = text(&read["results"][0], "text");
    assert!(spoken.starts_with("(00:0") && !spoken.contains("Adele Vance**"), "{spoken}");
    let notices = read["notices"].to_string();
    assert!(notices.contains("speakers' names"), "{notices}");
}

#[tokio::test]
async fn a_missing_scope_is_named() {
    for (missing, scopes) in [
        ("OnlineMeetingTranscript.Read.All", ["User.Read", "OnlineMeetings.Read"]),
        ("OnlineMeetings.Read", ["User.Read", "OnlineMeetingTranscript.Read.All"]),
    ] {
        let office = office_of(Sim::builder().transcripts(true), &scopes).await;

        let error = office.refusal(&uri(BUDGET)).await;

        assert_eq!(code(&error), "FORBIDDEN");
        assert!(text(&error, "message").contains(&format!("Missing scope '{missing}'")), "{error}");
        assert_eq!(office.tenant.graph().requests(), 0);
    }
}

#[tokio::test]
async fn s48_a_meeting_that_may_not_be_looked_up_and_one_that_is_none_differ() {
    let office = office().await;

    let foreign = office.refusal(&uri(FOREIGN)).await;
    let unknown = office.refusal(&uri(&BUDGET.replace("QnVk", "XXXX"))).await;

    assert_eq!((code(&foreign), code(&unknown)), ("FORBIDDEN".to_owned(), "NOT_FOUND".to_owned()));
    assert!(text(&foreign, "message").contains("another organisation"), "{foreign}");
    assert!(text(&unknown, "message").contains("join URL"), "{unknown}");
}

#[tokio::test]
async fn notes_attendance_and_recording_come_with_their_scopes() {
    let more = [
        "OnlineMeetingAiInsight.Read.All",
        "OnlineMeetingArtifact.Read.All",
        "OnlineMeetingRecording.Read.All",
    ];
    let scopes = [&SCOPES[..], &more[..]].concat();
    let office = office_of(Sim::builder().transcripts(true), &scopes).await;

    let read = office.read(&uri(BUDGET)).await;

    let result = &read["results"][0];
    let spoken = text(result, "text");
    assert!(spoken.starts_with("## Notes by Copilot\n\n- "), "{spoken}");
    assert!(
        spoken.contains("## Action items") && spoken.contains("## Transcript\n\n**"),
        "{spoken}"
    );
    let people = result["attendance"]["people"].as_array().unwrap();
    assert!(people.iter().any(|one| one["name"] == "Mira Solberg"), "{result}");
    let recordings = result["recordings"].as_array().unwrap();
    assert_eq!(recordings.len(), 1, "{result}");
    assert!(text(&recordings[0], "webUrl").starts_with("https://teams.microsoft.com/l/chat/19%3A"));
    assert!(
        recordings[0]["start"].is_string() && !result.to_string().contains("/content"),
        "{result}"
    );
}
