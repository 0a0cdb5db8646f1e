//! Teams, channels and their posts.

use m365_sim::{Sim, SimCloud};
use serde_json::Value;

use super::asking::{Asking, MIRA, bad, texts};

const FINANCE: &str = "/teams/6f1f0c1e-0000-4000-8000-000000000b01";
const APOLLO: &str = "/teams/6f1f0c1e-0000-4000-8000-000000000a12";
const SCOPES: &[&str] = &["Team.ReadBasic.All", "Channel.ReadBasic.All", "ChannelMessage.Read.All"];

async fn teams() -> Asking {
    Asking::with(SCOPES).await
}

/// Returns the path of the channel of a team that has a name.
async fn channel(graph: &Asking, team: &str, name: &str) -> String {
    let list = graph.json(&format!("{team}/channels")).await;
    let mut rows = list["value"].as_array().unwrap().iter();
    let found = rows.find(|row| row["displayName"] == name).unwrap();
    format!("{team}/channels/{}", found["id"].as_str().unwrap())
}

/// Returns the post that has a subject.
async fn post(graph: &Asking, channel: &str, subject: &str) -> Value {
    let posts = graph.rows(&format!("{channel}/messages?$top=50")).await;
    posts.into_iter().find(|post| post["subject"] == subject).unwrap()
}

/// Returns the team that shares a channel with Mira, who is not in it.
async fn board(graph: &Asking) -> String {
    let list = graph.json("/me/teamwork/associatedTeams").await;
    let mut rows = list["value"].as_array().unwrap().iter();
    let found = rows.find(|row| row["displayName"] == "Board").unwrap();
    format!("/teams/{}", found["id"].as_str().unwrap())
}

#[tokio::test]
async fn of_joined_teams_little_is_told_and_of_one_team_more() {
    let graph = teams().await;

    let joined = graph.json("/me/joinedTeams").await;
    let one = graph.json(FINANCE).await;

    assert_eq!(texts(&joined["value"], "displayName"), ["Finance", "Apollo"]);
    assert!(joined["value"][0]["webUrl"].is_null());
    assert!(one["webUrl"].as_str().unwrap().starts_with("https://teams.microsoft.com/l/team/"));
    assert_eq!(graph.error("/me/joinedTeams?$top=5").await, bad("BadRequest"));
}

#[tokio::test]
async fn channels_are_those_that_the_caller_reads() {
    let graph = teams().await;

    let apollo = graph.json(&format!("{APOLLO}/channels")).await;
    let private = graph
        .json(&format!("{APOLLO}/channels?$filter=membershipType eq 'private'&$select=displayName"))
        .await;

    assert_eq!(texts(&apollo["value"], "displayName"), ["General", "Engineering", "Suppliers"]);
    assert_eq!(private["value"], serde_json::json!([{"displayName": "Suppliers"}]));
}

#[tokio::test]
async fn a_shared_channel_opens_nothing_else_of_its_team() {
    let graph = teams().await;
    let board = board(&graph).await;

    let channels = graph.json(&format!("{board}/channels")).await;
    let shared = channel(&graph, &board, "Investor updates").await;

    assert_eq!(texts(&channels["value"], "membershipType"), ["shared"]);
    assert_eq!(graph.json(&format!("{shared}/messages")).await["@odata.count"], 1);
    assert_eq!(graph.error(&board).await, (403, "Forbidden".to_owned()));
}

#[tokio::test]
async fn s58_a_government_cloud_shares_no_channels() {
    let tenant = Sim::builder().cloud(SimCloud::UsGovDod).start().await.unwrap();
    let graph = Asking::on(tenant, MIRA, SCOPES);

    let teams = graph.json("/me/teamwork/associatedTeams").await;

    assert_eq!(texts(&teams["value"], "displayName"), ["Finance", "Apollo"]);
}

#[tokio::test]
async fn posts_come_by_the_last_change_of_their_threads() {
    let graph = teams().await;
    let budget = channel(&graph, FINANCE, "Budget").await;

    let page = graph.json(&format!("{budget}/messages?$expand=replies&$top=50")).await;

    let latest = |post: &Value| {
        let replies = post["replies"].as_array().unwrap().iter();
        let dates = replies.map(|reply| &reply["lastModifiedDateTime"]);
        let all = dates.chain([&post["lastModifiedDateTime"]]).map(|date| date.as_str().unwrap());
        all.max().unwrap().to_owned()
    };
    let dates: Vec<_> = page["value"].as_array().unwrap().iter().map(latest).collect();
    assert!(dates.is_sorted_by(|a, b| a >= b), "{dates:?}");
    let roots = texts(&page["value"], "replyToId");
    assert!(roots.iter().all(String::is_empty));
}

#[tokio::test]
async fn a_post_about_the_deck_has_its_file_and_its_replies() {
    let graph = teams().await;
    let budget = channel(&graph, FINANCE, "Budget").await;

    let post = post(&graph, &budget, "Q3 budget deck").await;
    let id = post["id"].as_str().unwrap();
    let replies = graph.json(&format!("{budget}/messages/{id}/replies")).await;

    let deck = "https://fjordlight.sharepoint.com/sites/Finance/Shared%20Documents/Budget/Q3%20budget%20deck.pptx";
    assert_eq!(post["attachments"][0]["contentUrl"], deck);
    assert_eq!(post["mentions"][0]["mentioned"]["conversation"]["displayName"], "Budget");
    assert_eq!(replies["@odata.count"], 3);
    let reply = &replies["value"][0];
    assert_eq!(reply["replyToId"], id);
    assert!(reply["webUrl"].as_str().unwrap().ends_with(&format!("&parentMessageId={id}")));
    let reply_id = reply["id"].as_str().unwrap();
    let one = graph.json(&format!("{budget}/messages/{id}/replies/{reply_id}")).await;
    assert_eq!(one["body"], reply["body"]);
    let as_root = graph.error(&format!("{budget}/messages/{reply_id}")).await;
    assert_eq!(as_root, (404, "NotFound".to_owned()));
}

#[tokio::test]
async fn a_long_thread_has_pages_of_replies_newest_first() {
    let graph = teams().await;
    let engineering = channel(&graph, APOLLO, "Engineering").await;
    let post = post(&graph, &engineering, "Gearbox of turbine 7").await;
    let path = format!("{engineering}/messages/{}/replies", post["id"].as_str().unwrap());

    let first = graph.json(&path).await;
    let all = graph.rows(&path).await;

    assert_eq!(first["@odata.count"], 20);
    assert_eq!(all.len(), 32);
    let dates = texts(&Value::from(all), "createdDateTime");
    assert!(dates.is_sorted_by(|a, b| a > b));
}

#[tokio::test]
async fn expanded_replies_end_at_200_and_go_on_behind_a_link() {
    let graph = teams().await;
    let general = channel(&graph, APOLLO, "General").await;

    let page = graph.json(&format!("{general}/messages?$expand=replies")).await;

    let rows = page["value"].as_array().unwrap();
    let long = rows.iter().find(|post| post["subject"] == "Daily log").unwrap();
    assert_eq!(long["replies@odata.count"], 200);
    let link = long["replies@odata.nextLink"].as_str().unwrap();
    let rest = graph.json(link).await;
    assert_eq!(rest["@odata.count"], 12);
    let last = long["replies"].as_array().unwrap().last().unwrap();
    assert!(rest["value"][0]["createdDateTime"].as_str() < last["createdDateTime"].as_str());
    let short = rows.iter().find(|post| post["subject"] == "Access to the site").unwrap();
    assert!(short.get("replies@odata.nextLink").is_none());
}

#[tokio::test]
async fn a_picture_in_a_post_is_read_by_its_address() {
    let graph = teams().await;
    let budget = channel(&graph, FINANCE, "Budget").await;
    let post = post(&graph, &budget, "Q3 budget deck").await;
    let body = post["body"]["content"].as_str().unwrap();
    let address = body.split_once("src=\"").unwrap().1.split_once('"').unwrap().0;

    let response = graph.get(address).send().await.unwrap();

    assert_eq!(response.headers()["content-type"], "image/png");
    assert!(response.bytes().await.unwrap().starts_with(b"\x89PNG"));
}

#[tokio::test]
async fn posts_have_fewer_options_than_chats() {
    let graph = teams().await;
    let budget = channel(&graph, FINANCE, "Budget").await;
    let id = graph.ids(&format!("{budget}/messages")).await[0].clone();

    for path in [
        format!("{budget}/messages?$top=51"),
        format!("{budget}/messages?$orderby=createdDateTime desc"),
        format!("{budget}/messages?$filter=lastModifiedDateTime gt 2026-01-01T00:00:00Z"),
        format!("{budget}/messages?$search=deck"),
        format!("{budget}/messages?$expand=hostedContents"),
        format!("{budget}/messages/{id}?$expand=replies"),
        format!("{budget}/messages/{id}/replies?$top=51"),
    ] {
        assert_eq!(graph.error(&path).await, bad("BadRequest"), "{path}");
    }
    assert_eq!(graph.error(&format!("{budget}/messages/delta")).await.0, 501);
}

#[tokio::test]
async fn s03_each_part_of_teams_needs_a_scope_of_its_own() {
    let tenant = Sim::start().await;
    let full = Asking::on(tenant, MIRA, SCOPES);
    let budget = channel(&full, FINANCE, "Budget").await;
    let (posts, members) = (format!("{budget}/messages"), format!("{budget}/members"));
    let paths = ["/me/joinedTeams", FINANCE, budget.as_str(), posts.as_str(), members.as_str()];
    let mut tenant = full.tenant;

    for (scope, open) in [
        ("Team.ReadBasic.All", &paths[..2]),
        ("Channel.ReadBasic.All", &paths[2..3]),
        ("ChannelMessage.Read.All", &paths[3..4]),
        ("ChannelMember.Read.All", &paths[4..]),
        ("Chat.Read", &[]),
    ] {
        let graph = Asking::on(tenant, MIRA, &[scope]);
        for path in paths {
            let status = graph.get(path).send().await.unwrap().status().as_u16();
            let expected = if open.contains(&path) { 200 } else { 403 };
            assert_eq!(status, expected, "{scope} {path}");
        }
        tenant = graph.tenant;
    }
}

#[tokio::test]
async fn a_channel_that_the_caller_is_not_in_stays_closed() {
    let tenant = Sim::start().await;
    let jonas = Asking::on(tenant, "jonas.lindqvist@fjordlight.example", SCOPES);
    let closed = channel(&jonas, APOLLO, "Management").await;
    let mira = Asking::on(jonas.tenant, MIRA, SCOPES);

    let refused = mira.error(&format!("{closed}/messages")).await;
    let unknown = mira.error(&format!("{APOLLO}/channels/19:0@thread.tacv2/messages")).await;

    assert_eq!(refused, (403, "Forbidden".to_owned()));
    assert_eq!(unknown, (404, "NotFound".to_owned()));
}

#[tokio::test]
async fn members_of_a_private_channel_are_fewer_than_those_of_its_team() {
    let tenant = Sim::start().await;
    let graph = Asking::on(tenant, MIRA, &["Channel.ReadBasic.All", "ChannelMember.Read.All"]);
    let suppliers = channel(&graph, APOLLO, "Suppliers").await;
    let general = channel(&graph, APOLLO, "General").await;

    let few = graph.json(&format!("{suppliers}/members")).await;
    let all = graph.json(&format!("{general}/members")).await;

    assert_eq!(
        texts(&few["value"], "displayName"),
        ["Lukas Brandt", "Mira Solberg", "Jonas Lindqvist"]
    );
    assert_eq!(all["@odata.count"], 7);
}

#[tokio::test]
async fn the_folder_of_a_channel_is_in_the_site_of_its_team_once_it_is_made() {
    let scopes = ["Channel.ReadBasic.All", "Files.Read.All"];
    let graph = Asking::on(Sim::start().await, MIRA, &scopes);
    let budget = channel(&graph, FINANCE, "Budget").await;
    let questions = channel(&graph, FINANCE, "Questions").await;

    let folder = graph.json(&format!("{budget}/filesFolder")).await;
    let none = graph.error(&format!("{questions}/filesFolder")).await;

    assert_eq!(folder["name"], "Budget");
    let (drive, id) = (folder["parentReference"]["driveId"].as_str(), folder["id"].as_str());
    let item = graph.json(&format!("/drives/{}/items/{}", drive.unwrap(), id.unwrap())).await;
    assert_eq!(item["webUrl"], folder["webUrl"]);
    assert_eq!(none, (404, "NotFound".to_owned()));
}
