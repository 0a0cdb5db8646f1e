//! A whole way through: a host searches the demo tenant and reads what it found.

use std::{collections::HashMap, sync::Arc};

use jiff::Timestamp;
use m365_auth::{AccessToken, FixedToken};
use m365_sim::Sim;
use m365_tools::{CallInput, Caller, mcp::Server};
use rmcp::model::{CompletionContext, ReadResourceRequestParams, ReadResourceResult};
use serde_json::{Value, json};

use crate::{
    host::{Callers, Client, ERAS, Era, Host, User, protocol_error},
    office::{ALL, MIRA, Office},
    support::object,
};

async fn connected(office: &Office, era: Era) -> Client {
    connected_with(office, era, &ALL).await
}

async fn connected_with(office: &Office, era: Era, scopes: &[&str]) -> Client {
    let secret = office.tenant.issue_token(MIRA, scopes);
    let token = AccessToken::new(secret, Timestamp::MAX, scopes.iter().copied());
    let input = CallInput::new(
        Caller::new("tenant", "mira"),
        office.graph(),
        Arc::new(FixedToken::new(token)),
    );
    let server =
        Server::builder(office.catalog.clone(), Callers::who(move || input.clone())).build();
    Host::new(User::Absent).connect(server, era).await
}

async fn found(client: &Client) -> String {
    let arguments = json!({"hasAttachments": true, "limit": 1});
    let result = client.call("outlook_email_search", arguments).await.unwrap();
    let found = result.structured_content.unwrap();
    found["results"][0]["uri"].as_str().unwrap().to_owned()
}

async fn read(client: &Client, uri: &str) -> ReadResourceResult {
    client.0.read_resource(ReadResourceRequestParams::new(uri)).await.unwrap()
}

#[tokio::test]
async fn what_a_search_found_can_be_read_as_a_resource() {
    let office = Office::small().await;
    for era in ERAS {
        let client = connected(&office, era).await;
        let uri = found(&client).await;

        let result = serde_json::to_value(read(&client, &uri).await).unwrap();

        let [item, text, ..] = result["contents"].as_array().unwrap().as_slice() else {
            panic!("{result}")
        };
        let header: Value = serde_json::from_str(item["text"].as_str().unwrap()).unwrap();
        assert_eq!((&item["mimeType"], &header["uri"]), (&json!("application/json"), &json!(uri)));
        assert_eq!(text["mimeType"], "text/markdown");
        assert_eq!(result.get("cacheScope").is_some(), era == Era::Modern);
    }
}

#[tokio::test]
async fn a_resource_and_the_tool_give_the_same_text() {
    let office = Office::small().await;
    let client = connected(&office, Era::Modern).await;
    let uri = found(&client).await;

    let resource = serde_json::to_value(read(&client, &uri).await).unwrap();
    let tool = client.call("read_resource", json!({"uri": uri})).await.unwrap();

    let tool = serde_json::to_value(tool).unwrap();
    assert_eq!(resource["contents"][1]["text"], tool["content"][1]["text"]);
}

#[tokio::test]
async fn a_message_that_is_gone_is_a_resource_not_found() {
    let office = Office::small().await;
    let client = connected(&office, Era::Modern).await;

    let params = ReadResourceRequestParams::new("mail:///messages/AAMkAGone");
    let error = protocol_error(client.0.read_resource(params).await);

    assert_eq!(object(error.data.unwrap())["uri"], "mail:///messages/AAMkAGone");
}

#[tokio::test]
async fn what_is_not_known_of_an_error_is_left_out() {
    let office = Office::small().await;
    let client = connected(&office, Era::Modern).await;

    let params = ReadResourceRequestParams::new("file:///etc/passwd");
    let data = object(protocol_error(client.0.read_resource(params).await).data.unwrap());

    assert_eq!(data["code"], "VALIDATION_ERROR");
    assert!(!data.contains_key("details"), "{data:?}");
}

#[tokio::test]
async fn a_folder_of_the_completion_can_be_read() {
    let office = Office::small().await;
    let client = connected(&office, Era::Modern).await;
    let template = "mail:///folders/{folder}{?owner}";
    let names = client.0.complete_resource_simple(template, "folder", "inb").await.unwrap();

    let listing = read(&client, &format!("mail:///folders/{}", names[0])).await;

    assert!(!listing.contents.is_empty());
}

#[tokio::test]
async fn a_users_own_folders_are_completed_by_paths_that_can_be_read() {
    let office = Office::small().await;
    let client = connected(&office, Era::Modern).await;
    let template = "mail:///folders/{folder}{?owner}";
    let completed = async |typed: &str| {
        client.0.complete_resource_simple(template, "folder", typed).await.unwrap()
    };

    let all = completed("").await;
    let projects = completed("proj").await;
    let apollo = completed("apollo").await;

    assert!(all.contains(&"inbox".to_owned()) && !all.contains(&"clutter".to_owned()), "{all:?}");
    assert_eq!(completed("clut").await, ["clutter"]);
    assert_eq!(projects[0], "Projects", "{projects:?}");
    assert!(apollo.contains(&"Projects/Apollo".to_owned()), "{apollo:?}");
    for name in [&projects[0], "Projects/Apollo"] {
        let name = name.replace('/', "%2F");
        let read = read(&client, &format!("mail:///folders/{name}")).await;
        let listing = serde_json::to_value(read).unwrap().to_string();
        assert!(listing.contains("folderCount") || listing.contains("messageCount"), "{listing}");
    }
}

#[tokio::test]
async fn where_folders_may_not_be_read_the_well_known_ones_are_completed_alone() {
    let office = Office::small().await.configured(&["User.Read"]);
    let client = connected(&office, Era::Modern).await;

    let template = "mail:///folders/{folder}{?owner}";
    let names = client.0.complete_resource_simple(template, "folder", "").await.unwrap();

    assert!(names.contains(&"inbox".to_owned()), "{names:?}");
    assert!(!names.contains(&"Projects".to_owned()), "{names:?}");
    assert_eq!(office.tenant.graph().requests(), 0);
}

const ALL_TEAMS: [&str; 5] = [
    "User.Read",
    "Team.ReadBasic.All",
    "Channel.ReadBasic.All",
    "ChannelMessage.Read.All",
    "Chat.Read",
];

#[tokio::test]
async fn a_channel_is_completed_by_the_names_of_team_and_channel_to_ids_that_can_be_read() {
    let office = Office::with(Sim::builder().messages(50), &ALL_TEAMS).await;
    let client = connected_with(&office, Era::Modern, &ALL_TEAMS).await;
    let template = "teams:///teams/{teamId}/channels/{channelId}/messages";

    let teams = client.0.complete_resource_simple(template, "teamId", "fin").await.unwrap();
    let chosen = HashMap::from([("teamId".to_owned(), teams[0].clone())]);
    let context = Some(CompletionContext::with_arguments(chosen));
    let channels =
        client.0.complete_resource_argument(template, "channelId", "budg", context).await.unwrap();
    let alone = client.0.complete_resource_simple(template, "channelId", "budg").await.unwrap();

    let [team, channel] = [&teams[0], &channels.values[0]];
    let channel = channel.replace(':', "%3A").replace('@', "%40");
    let read = read(&client, &format!("teams:///teams/{team}/channels/{channel}/messages")).await;
    assert!(!read.contents.is_empty() && alone.is_empty());
}

#[tokio::test]
async fn a_chat_is_completed_by_its_topic() {
    let office = Office::with(Sim::builder().messages(50), &ALL_TEAMS).await;
    let client = connected_with(&office, Era::Modern, &ALL_TEAMS).await;
    let template = "teams:///chats/{chatId}/messages";

    let chats = client.0.complete_resource_simple(template, "chatId", "budget").await.unwrap();

    assert!(chats.contains(&"19:meeting_QnVkZ2V0UmV2aWV3RlkyNw@thread.v2".to_owned()), "{chats:?}");
}

#[tokio::test]
async fn a_site_is_completed_by_its_name_and_not_without_the_scope() {
    let scopes = ["User.Read", "Sites.Read.All"];
    let office = Office::with(Sim::builder().messages(50), &scopes).await;
    let client = connected_with(&office, Era::Modern, &scopes).await;
    let template = "site:///{siteId}";

    let sites = client.0.complete_resource_simple(template, "siteId", "Finan").await.unwrap();

    assert!(sites[0].starts_with("fjordlight.sharepoint.com,"), "{sites:?}");
    assert!(!read(&client, &format!("site:///{}", sites[0])).await.contents.is_empty());
    let office = office.configured(&["User.Read"]);
    let client = connected_with(&office, Era::Modern, &scopes).await;
    let sites = client.0.complete_resource_simple(template, "siteId", "Finan").await.unwrap();
    assert!(sites.is_empty(), "{sites:?}");
}
