//! Meetings by their join address, and what was said in them.

use m365_graph::{Attribution, ErrorKind, JoinUrl, OnlineMeetingId, TranscriptId};
use serde_json::{Value, json};
use wiremock::ResponseTemplate;

use crate::support::{Service, page};

const JOIN: &str = "https://teams.microsoft.com/l/meetup-join/19%3ameeting_NjU1@thread.v2/0?context=%7b%22Tid%22%3a%22t%22%2c%22Oid%22%3a%22a2d47e10-58c3-4f0b-8a9e-7b13f6c8d902%22%7d";
const ID: &str = "MSphMmQ0N2UxMC01OGMz";

fn json(body: Value) -> ResponseTemplate {
    ResponseTemplate::new(200).set_body_json(body)
}

fn join() -> JoinUrl {
    JoinUrl::new(JOIN).unwrap()
}

fn id() -> OnlineMeetingId {
    OnlineMeetingId::new(ID).unwrap()
}

#[tokio::test]
async fn s49_a_join_address_is_encoded_once_more_in_the_query() {
    let graph = Service::answering([json(page(&[json!({"id": ID, "subject": "Stand-up"})]))]).await;

    let found = graph.client().meetings().by_join_url(&join()).await.unwrap().unwrap();

    let url = &graph.requests().await[0].url;
    assert_eq!(found.subject.as_deref(), Some("Stand-up"));
    assert_eq!(url.path(), "/v1.0/me/onlineMeetings");
    assert!(url.query().unwrap().contains("19%253ameeting_NjU1"), "{url}");
    let (name, value) = url.query_pairs().next().unwrap();
    assert_eq!((&*name, &*value), ("$filter", format!("JoinWebUrl eq '{JOIN}'").as_str()));
}

#[tokio::test]
async fn s48_the_number_of_a_refusal_is_its_code() {
    for (status, number) in [(400, "1026"), (403, "3003")] {
        let body = json!({"error": {"code": "Forbidden", "message": format!("{number}: no")}});
        let graph = Service::answering([ResponseTemplate::new(status).set_body_json(body)]).await;

        let error = graph.client().meetings().by_join_url(&join()).await.unwrap_err();

        assert_eq!(error.code(), Some(number));
    }
}

#[tokio::test]
async fn a_list_of_transcripts_is_read_to_its_end_without_options() {
    let transcript = |id: &str| json!({"id": id, "createdDateTime": "2026-03-05T08:01:12.33Z"});
    let graph = Service::answering([json(json!(null))]).await;
    let next =
        format!("{}/v1.0/me/onlineMeetings/{ID}/transcripts?$skiptoken=x", graph.server.uri());
    let mut first = page(&[transcript("a")]);
    first["@odata.nextLink"] = next.into();
    graph.server.reset().await;
    let script = crate::support::Script::new([json(first), json(page(&[transcript("b")]))]);
    wiremock::Mock::given(wiremock::matchers::any())
        .respond_with(script)
        .mount(&graph.server)
        .await;

    let all = graph.client().meetings().transcripts(&id()).await.unwrap();

    assert_eq!(all.items.len(), 2);
    assert_eq!(graph.requests().await[0].url.query(), None);
}

#[tokio::test]
async fn the_form_without_speakers_is_asked_for_by_its_type_alone() {
    let content = ResponseTemplate::new(200).set_body_raw("WEBVTT", "text/vtt");
    let graph = Service::answering([content]).await;
    let transcript = TranscriptId::new("quAz-OH_aQ").unwrap();

    for attribution in [Attribution::Speakers, Attribution::Nobody] {
        let meetings = graph.client().meetings();
        meetings.transcript(&id(), &transcript, attribution, 1_000).await.unwrap();
    }

    let requests = graph.requests().await;
    assert_eq!(requests[0].headers["accept"], "text/vtt");
    assert_eq!(requests[1].headers["accept"], "application/vnd.microsoft.graph.transcript+text");
    assert!(requests.iter().all(|request| request.url.query().is_none()));
}

#[tokio::test]
async fn a_transcript_beyond_its_cap_is_refused() {
    let content = ResponseTemplate::new(200).set_body_raw("x".repeat(100), "text/vtt");
    let graph = Service::answering([content]).await;
    let transcript = TranscriptId::new("a").unwrap();

    let meetings = graph.client().meetings();
    let error = meetings.transcript(&id(), &transcript, Attribution::Speakers, 99).await;

    assert_eq!(error.unwrap_err().kind(), ErrorKind::TooLarge);
}

#[test]
fn the_likely_id_of_a_meeting_is_made_of_its_join_address() {
    let url = "https://teams.microsoft.com/l/meetup-join/19%3ameeting_NjU1NmJlMjctNTRmNi00Mzc0LWIwMTQtMjZkNjE5NGU5OTI5%40thread.v2/0?context=%7b%22Tid%22%3a%224e2b7c81-66da-4c0f-a1b3-93d5e8f70a10%22%2c%22Oid%22%3a%22a2d47e10-58c3-4f0b-8a9e-7b13f6c8d902%22%7d";
    let likely = OnlineMeetingId::likely(&JoinUrl::new(url).unwrap()).unwrap();

    assert_eq!(
        likely.as_str(),
        "MSphMmQ0N2UxMC01OGMzLTRmMGItOGE5ZS03YjEzZjZjOGQ5MDIqMCoqMTk6bWVldGluZ19OalUxTm1KbE1qY3ROVFJtTmkwME16YzBMV0l3TVRRdE1qWmtOakU1TkdVNU9USTVAdGhyZWFkLnYy"
    );
}

#[test]
fn a_join_address_that_was_decoded_is_spelled_as_teams_does() {
    let spelled = JOIN.replace('@', "%40");
    let decoded = spelled
        .replace("%3a", ":")
        .replace("%40", "@")
        .replace("%7b", "{")
        .replace("%22", "\"")
        .replace("%2c", ",")
        .replace("%7d", "}");

    assert_eq!(JoinUrl::new(&decoded).unwrap().respelled().unwrap().as_str(), spelled);
    assert_eq!(JoinUrl::new(&spelled).unwrap().respelled(), None);
}

#[test]
fn a_short_join_address_holds_a_number_and_no_thread() {
    let short = JoinUrl::new("https://teams.microsoft.com/meet/2713344556677?p=abc").unwrap();

    assert_eq!(short.number().as_deref(), Some("2713344556677"));
    assert_eq!((short.thread(), short.organizer(), short.respelled()), (None, None, None));
    assert_eq!(format!("{short:?}"), "JoinUrl(52 characters)");
}
