//! Chats, channels and their messages.

use m365_graph::{ChannelId, ChatId, ChatMessageId, ChatMessageSearch, ErrorKind, TeamId};
use serde_json::{Value, json};
use wiremock::ResponseTemplate;

use crate::support::{Service, page_with_next, refusal};

const CHAT: &str = "19:5d1e0c7ab2f94836a1c0e9d8b7f6a5c4@thread.v2";
const TEAM: &str = "7a90c4de-12b8-4f35-8e60-d4b1a2937c21";
const CHANNEL: &str = "19:f0b3c2d1e4a5968778695a4b3c2d1e0f@thread.tacv2";

fn json(body: Value) -> ResponseTemplate {
    ResponseTemplate::new(200).set_body_json(body)
}

fn chat() -> ChatId {
    ChatId::new(CHAT).unwrap()
}

fn place() -> (TeamId, ChannelId) {
    (TeamId::new(TEAM).unwrap(), ChannelId::new(CHANNEL).unwrap())
}

async fn asked(graph: &Service) -> Vec<String> {
    let requests = graph.requests().await;
    let url = |one: &wiremock::Request| {
        format!("{}?{}", one.url.path(), one.url.query().unwrap_or_default())
    };
    requests.iter().map(url).collect()
}

#[tokio::test]
async fn chats_are_asked_for_with_members_and_newest_message_first() {
    let graph = Service::answering([json(json!({"value": [{
        "id": CHAT, "topic": null, "chatType": "group",
        "lastMessagePreview": {"id": "17", "createdDateTime": "2026-03-12T07:20:01.123Z", "isDeleted": null},
        "members": [{"displayName": null, "email": null, "userId": "x"}, null]
    }]}))])
    .await;

    let page =
        graph.client().teams().chats().expanded().newest_first().top(80).page().await.unwrap();

    let last = page.items[0].last_message_preview.as_ref().unwrap();
    assert_eq!(page.items[0].members.len(), 1);
    assert_eq!(last.created_date_time.unwrap().to_string(), "2026-03-12T07:20:01.123Z");
    assert_eq!(
        asked(&graph).await,
        ["/v1.0/me/chats?$expand=members,lastMessagePreview\
          &$orderby=lastMessagePreview/createdDateTime%20desc&$top=50"]
    );
}

#[tokio::test]
async fn a_chat_that_cannot_be_addressed_is_left_out_and_counted() {
    let odd = json!({"id": "8:orgid:x", "topic": "Odd"});
    let strange = json!({"id": CHAT, "topic": 7});
    let graph = Service::answering([json(json!({"value": [{"id": CHAT}, odd, strange]}))]).await;

    let page = graph.client().teams().chats().page().await.unwrap();

    assert_eq!((page.items.len(), page.left_out), (1, 2));
    assert_eq!(graph.attempts().await, 1);
}

#[tokio::test]
async fn messages_before_a_moment_are_ordered_by_what_is_filtered() {
    let graph = Service::answering([json(json!({"value": []}))]).await;
    let moment = "2026-03-13T00:00:00Z".parse().unwrap();

    let messages = graph.client().teams().chat(&chat()).messages();
    messages.newest_first().before(moment).top(50).page().await.unwrap();

    assert_eq!(
        asked(&graph).await,
        ["/v1.0/chats/19%3A5d1e0c7ab2f94836a1c0e9d8b7f6a5c4%40thread.v2/messages\
          ?$orderby=createdDateTime%20desc&$filter=createdDateTime%20lt%202026-03-13T00:00:00Z&$top=50"]
    );
}

#[tokio::test]
async fn a_next_link_is_followed_as_it_is() {
    let graph = Service::answering([json(json!({"value": []}))]).await;
    let link = format!("{}/v1.0/chats/x/messages?$skiptoken=a%2Bb", graph.server.uri());
    let graph = Service::answering([
        json(page_with_next(&[json!({"id": "17"})], &link.replace(&graph.server.uri(), ""))),
        json(json!({"value": [{"id": "16"}]})),
    ])
    .await;

    let first = graph.client().teams().chat(&chat()).messages().page().await.unwrap();

    assert!(first.next.is_none() && first.incomplete.is_some(), "a link without origin is foreign");
}

#[tokio::test]
async fn what_is_missing_or_unknown_in_a_message_is_passed_over() {
    let graph = Service::answering([json(json!({
        "id": "1773300001123", "replyToId": null, "messageType": "unknownFutureValue", "from": null,
        "body": {"contentType": "html", "content": null}, "attachments": null, "mentions": [null],
        "eventDetail": {"@odata.type": "#microsoft.graph.membersAddedEventMessageDetail",
            "members": [{"id": "1", "displayName": null}]},
        "createdDateTime": "2026-03-12T07:20:01+00:00", "importance": "someday"
    }))])
    .await;

    let id = ChatMessageId::new("1773300001123").unwrap();
    let message = graph.client().teams().chat(&chat()).message(&id).get().await.unwrap();

    assert_eq!(message.created_date_time.unwrap().to_string(), "2026-03-12T07:20:01Z");
    assert!(message.from.is_none() && message.mentions.is_empty());
    assert_eq!(message.event_detail.unwrap().members.len(), 1);
}

#[tokio::test]
async fn posts_come_with_their_replies_and_tell_of_more() {
    let graph = Service::answering([json(json!({"value": [{
        "id": "17", "replies": [{"id": "18", "replyToId": "17"}],
        "replies@odata.nextLink": "https://graph.microsoft.com/v1.0/x"
    }]}))])
    .await;
    let (team, channel) = place();

    let request = graph.client().teams().channel(&team, &channel);
    let page = request.posts_with_replies().top(20).page().await.unwrap();

    assert_eq!(page.items[0].replies[0].reply_to_id, page.items[0].id);
    assert!(page.items[0].more_replies.is_some());
    assert_eq!(
        asked(&graph).await,
        [format!(
            "/v1.0/teams/{TEAM}/channels/19%3Af0b3c2d1e4a5968778695a4b3c2d1e0f%40thread.tacv2/messages\
             ?$expand=replies&$top=20"
        )]
    );
}

#[tokio::test]
async fn a_search_of_messages_reads_hits_of_chats_and_channels() {
    let graph = Service::answering([json(json!({"value": [{"hitsContainers": [{"hits": [
        {"hitId": "AAMk/x=", "rank": 1, "summary": "the <c0>gasket</c0> kit", "resource": {
            "id": "1773300001123", "chatId": CHAT, "channelIdentity": {}, "subject": "",
            "from": {"emailAddress": {"name": "Tobias Renn", "address": "tobias@brightquay.example"}}}},
        {"hitId": "AAMk/y=", "rank": 2, "summary": null, "resource": {
            "id": "1773213600456", "channelIdentity": {"teamId": TEAM, "channelId": CHANNEL},
            "from": {"user": {"displayName": "Ife Okafor"}}}}
    ], "total": 2, "moreResultsAvailable": true}]}]}))])
    .await;

    let search = ChatMessageSearch::new("gasket").skip(25).size(80);
    let page = graph.client().teams().search(&search).await.unwrap();

    let sent: Value = serde_json::from_slice(&graph.requests().await[0].body).unwrap();
    assert_eq!(
        sent,
        json!({"requests": [{"entityTypes": ["chatMessage"], "query": {"queryString": "gasket"},
                             "from": 25, "size": 25}]})
    );
    assert!(page.more);
    assert_eq!(page.hits[0].summary, "the gasket kit");
    assert_eq!(
        (page.hits[0].chat_id.clone(), page.hits[0].channel.team_id.clone()),
        (Some(chat()), None)
    );
    assert_eq!(page.hits[0].from.address.as_deref(), Some("tobias@brightquay.example"));
    assert_eq!(page.hits[1].channel.channel_id, Some(place().1));
    assert_eq!(page.hits[1].from.name.as_deref(), Some("Ife Okafor"));
}

#[tokio::test]
async fn things_of_several_kinds_come_in_one_batch() {
    let parts = |body: Value| json!({"id": body["id"], "status": 200, "body": body["body"]});
    let graph = Service::answering([json(json!({"responses": [
        parts(json!({"id": "1", "body": {"id": TEAM, "displayName": "Refit"}})),
        parts(json!({"id": "0", "body": {"id": CHAT, "topic": "Refit parts"}})),
    ]}))])
    .await;
    let client = graph.client();
    let teams = client.teams();

    let wanted = vec![teams.chat(&chat()).batched(), teams.team_batched(&place().0)];
    let answers = client.batch(wanted).await.unwrap();

    let [chat, team]: [_; 2] = answers.try_into().unwrap_or_else(|_| panic!("two answers"));
    assert_eq!(chat.unwrap().into_chat().unwrap().topic.as_deref(), Some("Refit parts"));
    assert_eq!(team.unwrap().into_team().unwrap().display_name.as_deref(), Some("Refit"));
}

#[tokio::test]
async fn a_chat_of_others_is_refused_by_kind() {
    let graph = Service::answering([refusal(403, "Forbidden")]).await;

    let error = graph.client().teams().chat(&chat()).get().await.unwrap_err();

    assert_eq!(error.kind(), ErrorKind::Forbidden);
}
