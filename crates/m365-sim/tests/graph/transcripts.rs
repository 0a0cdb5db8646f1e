//! What was said in meetings.

use m365_sim::Sim;
use serde_json::Value;

use super::{
    asking::{Asking, bad, texts},
    meetings::{BUDGET, join_url, meeting, on, open},
};

const UNATTRIBUTED: &str = "application/vnd.microsoft.graph.transcript+text";

async fn text(graph: &Asking, path: &str, accept: &str) -> (String, String) {
    let response = graph.get(path).header("accept", accept).send().await.unwrap();
    assert_eq!(response.status(), 200, "{path}");
    let kind = response.headers()["content-type"].to_str().unwrap().to_owned();
    (kind, response.text().await.unwrap())
}

#[tokio::test]
async fn s50_transcripts_are_off_unless_the_tenant_opens_them() {
    let graph = on(Sim::builder()).await;
    let path = format!("{}/transcripts", meeting(&graph, BUDGET).await);

    for path in [path.clone(), format!("{path}/any/content")] {
        let (status, _, inside) = graph.refusal(&path).await;

        assert_eq!((status, inside.as_str()), (403, "GraphAccessToTranscriptsDisabled"));
    }
}

#[tokio::test]
async fn s52_all_times_of_a_series_are_in_one_list_of_pages() {
    let graph = open().await;
    let path = format!("{}/transcripts", meeting(&graph, BUDGET).await);

    let first = graph.json(&path).await;
    let all = graph.rows(&path).await;

    assert_eq!(first["@odata.count"], 10);
    assert_eq!(all.len(), 12);
    let dates = texts(&Value::from(all.clone()), "createdDateTime");
    assert!(dates.is_sorted());
    let url = all[0]["transcriptContentUrl"].as_str().unwrap();
    assert!(url.contains("/users/6f1f0c1e-0000-4000-8000-000000000a02/onlineMeetings/"), "{url}");
    assert_eq!(graph.error(&format!("{path}?$top=5")).await, bad("BadRequest"));
}

#[tokio::test]
async fn each_transcript_lies_in_its_tuesday_and_one_tuesday_has_none() {
    let now = "2026-04-08T10:00:00Z".parse().unwrap();
    let graph = on(Sim::builder().now(now).transcripts(true)).await;
    let path = format!("{}/transcripts", meeting(&graph, BUDGET).await);

    let all = graph.rows(&path).await;

    // Oslo's clocks go forward on 29 March, so its afternoon comes an hour earlier in UTC.
    let starts: Vec<_> =
        all.iter().map(|one| one["createdDateTime"].as_str().unwrap()[..13].to_owned()).collect();
    let expected = [
        "2026-01-13T14",
        "2026-01-20T14",
        "2026-01-27T14",
        "2026-02-03T14",
        "2026-02-10T14",
        "2026-02-17T14",
        "2026-02-24T14",
        "2026-03-10T14",
        "2026-03-17T14",
        "2026-03-24T14",
        "2026-03-31T13",
        "2026-04-07T13",
    ];
    assert_eq!(starts, expected);
}

#[tokio::test]
async fn the_latest_review_says_what_was_decided_and_by_whom() {
    let graph = open().await;
    let path = format!("{}/transcripts", meeting(&graph, BUDGET).await);
    let latest = graph.rows(&path).await.pop().unwrap();
    let content = format!("{path}/{}/content", latest["id"].as_str().unwrap());

    let (kind, vtt) = text(&graph, &content, "*/*").await;
    let (_, same) = text(&graph, &format!("{content}?$format=text/vtt"), "*/*").await;

    assert_eq!(kind, "text/vtt");
    assert_eq!(vtt, same);
    assert!(vtt.starts_with("WEBVTT\r\n\r\n00:00:16.246 --> 00:00:"));
    assert!(vtt.contains("<v Adele Vance>The deadline stands: last Friday"));
    assert!(vtt.contains("600 kNOK from Borealis to Operations"));
    assert!(vtt.contains("<v Lukas Brandt>All fine &amp; thanks.</v>"));
}

#[tokio::test]
async fn s51_without_attribution_only_the_nameless_form_is_given() {
    let graph = on(Sim::builder().transcripts(true).speaker_attribution(false)).await;
    let path = format!("{}/transcripts", meeting(&graph, BUDGET).await);
    let id = graph.ids(&path).await[0].clone();
    let content = format!("{path}/{id}/content");

    let (status, _, inside) = graph.refusal(&content).await;
    let (kind, spoken) = text(&graph, &content, UNATTRIBUTED).await;
    let (metadata, ..) = graph.refusal(&format!("{path}/{id}/metadataContent")).await;

    assert_eq!((status, inside.as_str()), (403, "SpeakerAttributionNotAllowed"));
    assert_eq!(metadata, 403);
    assert_eq!(kind, UNATTRIBUTED);
    assert!(spoken.starts_with("00:00:16.246 --> "), "{spoken}");
    assert!(spoken.contains("fine & thanks") && !spoken.contains("Adele"));
}

#[tokio::test]
async fn other_forms_cannot_be_asked_for() {
    let graph = open().await;
    let path = format!("{}/transcripts", meeting(&graph, BUDGET).await);
    let id = graph.ids(&path).await[0].clone();

    for format in
        ["application/vnd.openxmlformats-officedocument.wordprocessingml.document", "json"]
    {
        let refused = graph.error(&format!("{path}/{id}/content?$format={format}")).await;

        assert_eq!(refused, bad("BadRequest"), "{format}");
    }
    for accept in [
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "application/json, text/html;q=0.9",
    ] {
        let request = graph.get(&format!("{path}/{id}/content")).header("accept", accept);

        assert_eq!(request.send().await.unwrap().status(), 406, "{accept}");
    }
    let stream = "application/octet-stream, application/json";
    for accept in ["application/json, text/vtt;q=0.5", "text/*", "*/*;q=0.1", stream] {
        let (kind, _) = text(&graph, &format!("{path}/{id}/content"), accept).await;

        assert_eq!(kind, "text/vtt", "{accept}");
    }
}

#[tokio::test]
async fn metadata_is_a_cue_of_json_for_each_sentence() {
    let graph = open().await;
    let path = format!("{}/transcripts", meeting(&graph, BUDGET).await);
    let id = graph.ids(&path).await[0].clone();

    let (_, cues) = text(&graph, &format!("{path}/{id}/metadataContent"), "*/*").await;

    let line = cues.lines().find(|line| line.starts_with('{')).unwrap();
    let cue: Value = serde_json::from_str(line).unwrap();
    assert_eq!(cue["speakerName"], "Adele Vance");
    assert_eq!(cue["spokenLanguage"], "en-us");
}

#[tokio::test]
async fn one_transcript_uses_all_that_the_format_allows() {
    let graph = open().await;
    let workshop = join_url(&graph, "Apollo risk workshop").await;
    let path = format!("{}/transcripts", meeting(&graph, &workshop).await);
    let id = graph.ids(&path).await[0].clone();

    let (_, vtt) = text(&graph, &format!("{path}/{id}/content"), "text/vtt").await;

    for part in
        ["NOTE\n", "-0:0:0.5 --> ", "<v.first.loud ", "align:start", "&lt; 4.5", "\n[inaudible]\n"]
    {
        assert!(vtt.contains(part), "{part} in {vtt}");
    }
    assert!(!vtt.contains('\r'));
}

#[tokio::test]
async fn a_meeting_may_have_no_transcript_or_one_that_the_organizer_keeps() {
    let graph = open().await;
    let sync = join_url(&graph, "Turbine sync").await;
    let negotiation = join_url(&graph, "Nordkabel negotiation").await;

    let none = graph.json(&format!("{}/transcripts", meeting(&graph, &sync).await)).await;
    let path = format!("{}/transcripts", meeting(&graph, &negotiation).await);
    let id = graph.ids(&path).await[0].clone();

    assert_eq!(none["value"], serde_json::json!([]));
    let refused = graph.error(&format!("{path}/{id}/content")).await;
    assert_eq!(refused, (403, "Forbidden".to_owned()));
}
