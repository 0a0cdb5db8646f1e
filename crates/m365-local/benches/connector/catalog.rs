//! What one call of each tool costs: requests, bytes from Graph, bytes for the model, and time beside the same
//! requests sent bare, one after another.

use std::time::Duration;

use m365_sim::{Record, Sim};
use serde_json::{Value, json};

use crate::{Ours, USER, median, ratio, text, timed};

const CALLS: usize = 40;

/// The permissions of all tools.
pub(crate) const SCOPES: [&str; 17] = [
    "Calendars.Read",
    "Calendars.Read.Shared",
    "Channel.ReadBasic.All",
    "ChannelMessage.Read.All",
    "Chat.Read",
    "Files.Read.All",
    "Mail.Read",
    "Mail.Read.Shared",
    "OnlineMeetingArtifact.Read.All",
    "OnlineMeetingTranscript.Read.All",
    "OnlineMeetings.Read",
    "People.Read",
    "Sites.Read.All",
    "Team.ReadBasic.All",
    "User.Read",
    "User.ReadBasic.All",
    "OnlineMeetingRecording.Read.All",
];

/// The calls to measure; where the arguments name a search, the first hit of it is read.
fn calls() -> Vec<(&'static str, Value)> {
    let adele = "adele.vance@fjordlight.example";
    vec![
        ("outlook_email_search", json!({ "query": "budget" })),
        ("outlook_calendar_search", json!({ "query": "budget" })),
        ("find_meeting_availability", json!({ "participants": [adele] })),
        ("chat_message_search", json!({ "query": "budget" })),
        ("sharepoint_search", json!({ "query": "budget" })),
        ("sharepoint_folder_search", json!({ "name": "budget" })),
        ("get_me", json!({})),
        ("get_granted_scopes", json!({})),
        ("outlook_find_available_time", json!({})),
        ("teams_list_chats", json!({})),
        ("search_people", json!({ "query": "adele" })),
        ("teams_list_teams", json!({})),
        ("teams_list_channels", json!({ "teamId": "Finance" })),
        ("teams_list_channel_messages", json!({ "teamId": "Finance", "channelId": "Budget" })),
    ]
}

/// Searches whose first hit is read.
fn reads() -> Vec<(&'static str, &'static str, Value)> {
    vec![
        ("a message", "outlook_email_search", json!({ "query": "budget" })),
        ("an event", "outlook_calendar_search", json!({ "query": "budget" })),
        ("a chat message", "chat_message_search", json!({ "query": "budget" })),
        ("a file", "sharepoint_search", json!({ "query": "budget", "fileType": "md" })),
        ("a folder", "sharepoint_folder_search", json!({ "name": "budget" })),
    ]
}

/// Prints a line per tool, and one per kind of thing that is read.
pub(crate) async fn measure() {
    let sim = Sim::builder().transcripts(true).start().await.unwrap();
    let secret = sim.issue_token(USER, &SCOPES);
    let host = Ours::of(&sim, &secret, &SCOPES);
    let bare = Bare { http: reqwest::Client::builder().gzip(true).build().unwrap(), secret };
    println!();
    println!(
        "{:<38} {:>8} {:>11} {:>10} {:>10} {:>10} {:>6}",
        "a call", "requests", "from Graph", "to model", "time", "bare", "ratio"
    );
    for (tool, arguments) in calls() {
        line(&sim, &host, &bare, tool, tool, &arguments).await;
    }
    for (what, tool, arguments) in reads() {
        let found = host.call_tool(tool, &arguments).await;
        let structured = found.structured.unwrap_or_else(|| panic!("{tool}: {:?}", found.content));
        let uri = &structured["results"][0]["uri"];
        let name = format!("read_resource: {what}");
        line(&sim, &host, &bare, &name, "read_resource", &json!({ "uri": uri })).await;
    }
}

async fn line(sim: &Sim, host: &Ours, bare: &Bare, name: &str, tool: &str, arguments: &Value) {
    host.call_tool(tool, arguments).await;
    sim.graph().clear_log();
    sim.downloads().clear_log();
    let reply = host.call_tool(tool, arguments).await;
    assert_eq!(reply.error, None, "{tool}: {:?}", reply.content);
    let mut sent = sim.graph().log();
    sent.extend(sim.downloads().log());
    let bytes: usize = sent.iter().map(|record| record.answered).sum();
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for _ in 0..CALLS {
        theirs.push(bare.repeat(sim, &sent).await);
        ours.push(timed(host.call_tool(tool, arguments)).await);
    }
    let (ours, theirs) = (median(&mut ours), median(&mut theirs));
    let (requests, seen, ratio) = (sent.len(), text(&reply), ratio(ours, theirs));
    println!(
        "{name:<38} {requests:>8} {bytes:>11} {seen:>10} {ours:>10.2?} {theirs:>10.2?} {ratio:>6.2}"
    );
}

/// The requests that stand behind a call, sent without us.
struct Bare {
    http: reqwest::Client,
    secret: String,
}

impl Bare {
    async fn repeat(&self, sim: &Sim, sent: &[Record]) -> Duration {
        let mut took = Duration::ZERO;
        for record in sent {
            took += timed(self.send(sim, record)).await;
        }
        took
    }

    async fn send(&self, sim: &Sim, record: &Record) {
        let root =
            if record.has_authorization { sim.graph_endpoint() } else { sim.download_endpoint() };
        let url = format!("{root}{}?{}", record.path, record.query);
        let mut request = if record.method == "POST" {
            self.http.post(url).header("Content-Type", "application/json")
        } else {
            self.http.get(url)
        };
        if record.has_authorization {
            request = request.bearer_auth(&self.secret);
        }
        for name in ["prefer", "accept", "consistencylevel"] {
            request = match record.header(name) {
                Some(value) => request.header(name, value),
                None => request,
            };
        }
        request.body(record.body().to_vec()).send().await.unwrap().bytes().await.unwrap();
    }
}
