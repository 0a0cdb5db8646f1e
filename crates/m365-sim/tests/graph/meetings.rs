//! Online meetings and what is left of them.

use m365_sim::{Sim, SimBuilder, SimCloud};
use serde_json::Value;
use url::form_urlencoded::byte_serialize;

use super::asking::{Asking, MIRA, bad};

/// The join address of the budget review.
pub(super) const BUDGET: &str = "https://teams.microsoft.com/l/meetup-join/19%3ameeting_QnVkZ2V0UmV2aWV3RlkyNw%40thread.v2/0?context=%7b%22Tid%22%3a%2211111111-2222-4333-8444-555555555555%22%2c%22Oid%22%3a%226f1f0c1e-0000-4000-8000-000000000a02%22%7d";
const FOREIGN: &str = "https://teams.microsoft.com/l/meetup-join/19%3ameeting_Tm9ydGh3aW5kQXVkaXRLaWNrb2Zm%40thread.v2/0?context=%7b%22Tid%22%3a%2299999999-8888-4777-8666-555555555555%22%2c%22Oid%22%3a%22d0a3f1c2-0000-4000-8000-00000000000d%22%7d";
/// All that meetings have a scope for.
pub(super) const SCOPES: &[&str] = &[
    "Chat.Read",
    "OnlineMeetings.Read",
    "OnlineMeetingAiInsight.Read.All",
    "OnlineMeetingArtifact.Read.All",
    "OnlineMeetingRecording.Read.All",
    "OnlineMeetingTranscript.Read.All",
];

/// Signs the main user in to a demo tenant.
pub(super) async fn on(builder: SimBuilder) -> Asking {
    Asking::on(builder.start().await.unwrap(), MIRA, SCOPES)
}

/// Signs the main user in to a demo tenant that gives out transcripts.
pub(super) async fn open() -> Asking {
    on(Sim::builder().transcripts(true)).await
}

fn lookup(property: &str, value: &str) -> String {
    let filter = format!("{property} eq '{value}'");
    let encoded: String = byte_serialize(filter.as_bytes()).collect();
    format!("/me/onlineMeetings?$filter={encoded}")
}

/// Returns the path of the meeting that has a join address.
pub(super) async fn meeting(graph: &Asking, join_url: &str) -> String {
    let found = graph.json(&lookup("JoinWebUrl", join_url)).await;
    format!("/me/onlineMeetings/{}", found["value"][0]["id"].as_str().unwrap())
}

/// Returns the join address of the chat that has a topic.
pub(super) async fn join_url(graph: &Asking, topic: &str) -> String {
    let chats = graph.json(&format!("/me/chats?$filter=topic eq '{topic}'")).await;
    chats["value"][0]["onlineMeetingInfo"]["joinWebUrl"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_meeting_is_found_by_its_address_or_its_number() {
    let graph = open().await;

    let found = graph.json(&lookup("JoinWebUrl", BUDGET)).await;
    let one = &found["value"][0];
    let number = one["joinMeetingIdSettings"]["joinMeetingId"].as_str().unwrap();
    let again = graph.json(&lookup("joinMeetingIdSettings/joinMeetingId", number)).await;

    assert_eq!(one["subject"], "Budget review");
    assert_eq!(one["meetingType"], "recurring");
    assert_eq!(one["chatInfo"]["threadId"], "19:meeting_QnVkZ2V0UmV2aWV3RlkyNw@thread.v2");
    assert_eq!(again["value"], found["value"]);
    let by_id = graph.json(&meeting(&graph, BUDGET).await).await;
    assert_eq!(by_id["joinWebUrl"], BUDGET);
}

#[tokio::test]
async fn s49_the_address_is_compared_letter_by_letter() {
    let graph = open().await;
    let plain = BUDGET.replace("%3a", ":").replace("%40", "@");

    for other in [&plain, &BUDGET.replace("%3a", "%3A"), &BUDGET.replace("%3a", "%253a")] {
        let (status, message, _) = graph.refusal(&lookup("JoinWebUrl", other)).await;

        assert_eq!(status, 400);
        assert!(message.starts_with("1026"), "{message}");
    }
}

#[tokio::test]
async fn s48_what_is_organised_elsewhere_or_without_the_caller_is_not_looked_up() {
    let graph = open().await;
    let adele = Asking::on(Sim::start().await, "adele.vance@fjordlight.example", SCOPES);
    let other = join_url(&graph, "Apollo risk workshop").await;

    let foreign = graph.refusal(&lookup("JoinWebUrl", FOREIGN)).await;
    let uninvited = adele.refusal(&lookup("JoinWebUrl", &other)).await;

    for (status, message, _) in [foreign, uninvited] {
        assert_eq!(status, 403);
        assert!(message.starts_with("3003"), "{message}");
    }
}

#[tokio::test]
async fn an_expired_meeting_is_gone() {
    let graph = open().await;
    let expired = join_url(&graph, "Borealis lease").await;

    let refused = graph.error(&lookup("JoinWebUrl", &expired)).await;

    assert_eq!(refused, (404, "NotFound".to_owned()));
}

#[tokio::test]
async fn the_list_of_meetings_answers_nothing_but_a_lookup() {
    let graph = open().await;

    for path in [
        "/me/onlineMeetings".to_owned(),
        lookup("subject", "Budget review"),
        format!("{}&$top=5", lookup("JoinWebUrl", BUDGET)),
        "/me/onlineMeetings?$filter=contains(JoinWebUrl,'teams')".to_owned(),
    ] {
        assert_eq!(graph.error(&path).await, bad("BadRequest"), "{path}");
    }
    let others =
        format!("/users/adele.vance@fjordlight.example{}", &lookup("JoinWebUrl", BUDGET)[3..]);
    assert_eq!(graph.error(&others).await, (403, "Forbidden".to_owned()));
}

#[tokio::test]
async fn a_recording_lies_on_another_host() {
    let graph = open().await;
    let path = format!("{}/recordings", meeting(&graph, BUDGET).await);
    let all = graph.rows(&path).await;

    let content = format!("{path}/{}/content", all[0]["id"].as_str().unwrap());
    let response = graph.get(&content).send().await.unwrap();

    assert_eq!(all.len(), 12);
    assert!(all[0]["recordingContentUrl"].as_str().unwrap().ends_with("/content"));
    assert_eq!(response.status(), 302);
    let there = response.headers()["location"].to_str().unwrap();
    assert!(!there.starts_with(graph.tenant.graph_endpoint()), "{there}");
}

#[tokio::test]
async fn attendance_tells_who_was_there_for_how_long() {
    let graph = open().await;
    let path = format!("{}/attendanceReports", meeting(&graph, BUDGET).await);

    let reports = graph.json(&path).await;
    let id = reports["value"][0]["id"].as_str().unwrap();
    let records = graph.json(&format!("{path}/{id}/attendanceRecords")).await;
    let expanded = graph.json(&format!("{path}/{id}?$expand=attendanceRecords")).await;

    assert_eq!(reports["@odata.count"], 12);
    assert_eq!(reports["value"][0]["totalParticipantCount"], 3);
    assert_eq!(records["value"][0]["role"], "Organizer");
    assert!(records["value"][0]["totalAttendanceInSeconds"].as_i64().unwrap() > 2400);
    assert_eq!(expanded["attendanceRecords"], records["value"]);
}

#[tokio::test]
async fn notes_are_empty_in_the_list_and_full_by_their_id() {
    let graph = open().await;
    let id = meeting(&graph, BUDGET).await.rsplit('/').next().unwrap().to_owned();
    let path = format!("/copilot/users/{MIRA}/onlineMeetings/{id}/aiInsights");

    let list = graph.json(&path).await;
    let last = list["value"].as_array().unwrap().last().unwrap();
    let one = graph.json(&format!("{path}/{}", last["id"].as_str().unwrap())).await;

    assert!(last["meetingNotes"].as_array().unwrap().is_empty());
    assert_eq!(one["meetingNotes"][0]["title"], "Deadline");
    assert_eq!(one["actionItems"][1]["ownerDisplayName"], "Mira Solberg");
    assert!(!one["viewpoint"]["mentionEvents"].as_array().unwrap().is_empty());
}

#[tokio::test]
async fn notes_need_a_licence() {
    let lukas = Asking::on(Sim::start().await, "lukas.brandt@fjordlight.example", SCOPES);
    let id = meeting(&lukas, BUDGET).await.rsplit('/').next().unwrap().to_owned();

    for user in ["lukas.brandt@fjordlight.example", MIRA] {
        let path = format!("/copilot/users/{user}/onlineMeetings/{id}/aiInsights");

        assert_eq!(lukas.error(&path).await, (403, "Forbidden".to_owned()));
    }
}

#[tokio::test]
async fn s58_a_government_cloud_has_meetings_and_no_notes() {
    let graph = on(Sim::builder().cloud(SimCloud::UsGovHigh).transcripts(true)).await;
    let address = BUDGET.replace("teams.microsoft.com", "gov.teams.microsoft.us");
    let path = meeting(&graph, &address).await;
    let id = path.rsplit('/').next().unwrap();

    assert_eq!(graph.error(&lookup("JoinWebUrl", BUDGET)).await, bad("BadRequest"));
    assert_eq!(graph.json(&format!("{path}/transcripts")).await["@odata.count"], 10);
    let notes = format!("/copilot/users/{MIRA}/onlineMeetings/{id}/aiInsights");
    assert_eq!(graph.error(&notes).await, bad("BadRequest"));
}

#[tokio::test]
async fn s03_each_part_of_a_meeting_needs_a_scope_of_its_own() {
    let full = open().await;
    let path = meeting(&full, BUDGET).await;
    let id = path.rsplit('/').next().unwrap().to_owned();
    let mut tenant = full.tenant;

    for (scope, part) in [
        ("OnlineMeetings.Read", path.clone()),
        ("OnlineMeetingTranscript.Read.All", format!("{path}/transcripts")),
        ("OnlineMeetingRecording.Read.All", format!("{path}/recordings")),
        ("OnlineMeetingArtifact.Read.All", format!("{path}/attendanceReports")),
        (
            "OnlineMeetingAiInsight.Read.All",
            format!("/copilot/users/{MIRA}/onlineMeetings/{id}/aiInsights"),
        ),
    ] {
        let with = Asking::on(tenant, MIRA, &[scope]);
        assert_eq!(with.get(&part).send().await.unwrap().status(), 200, "{scope}");
        let without: Vec<_> = SCOPES.iter().copied().filter(|own| *own != scope).collect();
        let without = Asking::on(with.tenant, MIRA, &without);
        assert_eq!(without.error(&part).await, (403, "Forbidden".to_owned()), "{scope}");
        tenant = without.tenant;
    }
}

#[tokio::test]
async fn what_the_calendar_invites_to_is_a_meeting_that_was_not_recorded() {
    let tenant = Sim::builder().transcripts(true).start().await.unwrap();
    let scopes = [SCOPES, &["Calendars.Read"]].concat();
    let graph = Asking::on(tenant, MIRA, &scopes);
    let events =
        graph.rows("/me/events?$top=100&$select=subject,isOnlineMeeting,onlineMeeting").await;
    let url = |event: &Value| event["onlineMeeting"]["joinUrl"].as_str().map(str::to_owned);
    let mut own = events.iter().filter(|event| {
        url(event).is_some_and(|url| url != BUDGET && url.contains("11111111-2222-4333"))
    });
    let event = own.next_back().unwrap();

    let path = meeting(&graph, &url(event).unwrap()).await;
    let one = graph.json(&path).await;
    let transcripts = graph.json(&format!("{path}/transcripts")).await;

    assert_eq!(one["subject"], event["subject"]);
    assert_eq!(transcripts["value"], serde_json::json!([]));
}
