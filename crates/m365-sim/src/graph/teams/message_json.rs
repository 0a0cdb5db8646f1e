//! Messages as Graph writes them.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Map, Value, json};

use crate::graph::{
    call::Call,
    teams::{
        chat::Chat,
        message::{Attachment, Hosted, Mention, Mentioned, Message, Person, Reaction, Sender},
        team::{Channel, Team},
    },
};

/// What a link to Teams leaves as it is.
const LINK: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// The conversation that messages are in.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Place<'a> {
    Chat(&'a Chat),
    Channel(&'a Team, &'a Channel),
}

impl Place<'_> {
    /// Returns the path of a message below the version.
    fn path(&self, message: &Message) -> String {
        let id = message.id();
        match (self, message.root) {
            (Self::Chat(chat), _) => format!("/chats/{}/messages/{id}", chat.id),
            (Self::Channel(team, channel), None) => {
                format!("/teams/{}/channels/{}/messages/{id}", team.id, channel.id)
            }
            (Self::Channel(team, channel), Some(root)) => {
                let (team, channel) = (&team.id, &channel.id);
                format!("/teams/{team}/channels/{channel}/messages/{root}/replies/{id}")
            }
        }
    }

    fn channel_identity(&self) -> Value {
        match self {
            Self::Chat(_) => Value::Null,
            Self::Channel(team, channel) => json!({"teamId": team.id, "channelId": channel.id}),
        }
    }

    /// Returns the link to a message, which those of chats do not have.
    pub(crate) fn web_url(&self, call: &Call<'_>, message: &Message) -> Option<String> {
        let Self::Channel(team, channel) = self else { return None };
        let (id, root) = (message.id(), message.root.unwrap_or(message.id()));
        Some(format!(
            "https://{}/l/message/{}/{id}?groupId={}&tenantId={}&createdTime={id}&parentMessageId={root}",
            host(call),
            encoded(&channel.id),
            team.id,
            call.tenant_id(),
        ))
    }
}

/// Returns the host of the cloud's Teams.
pub(crate) fn host(call: &Call<'_>) -> &'static str {
    call.state.cloud.teams()
}

/// Encodes an id for a link.
pub(crate) fn encoded(id: &str) -> String {
    utf8_percent_encode(id, LINK).to_string()
}

/// Writes a message.
pub(crate) fn written(call: &Call<'_>, place: Place<'_>, message: &Message) -> Value {
    let chat_id = match place {
        Place::Chat(chat) => Some(&chat.id),
        Place::Channel(..) => None,
    };
    let mut out = json!({
        "id": message.id().to_string(),
        "replyToId": message.root.map(|root| root.to_string()),
        "etag": message.modified.as_millisecond().to_string(),
        "messageType": kind(call, message),
        "createdDateTime": message.created.to_string(),
        "lastModifiedDateTime": message.modified.to_string(),
        "lastEditedDateTime": message.edited.map(|edited| edited.to_string()),
        "deletedDateTime": message.deleted.then(|| message.modified.to_string()),
        "subject": message.subject,
        "summary": null,
        "chatId": chat_id,
        "importance": message.importance,
        "locale": "en-us",
        "webUrl": place.web_url(call, message),
        "channelIdentity": place.channel_identity(),
        "policyViolation": null,
        "eventDetail": message.event,
        "from": sender(&message.sender),
    });
    if let Some(members) = out.as_object_mut() {
        members.extend(contents(call, place, message));
    }
    out
}

/// What is left of a deleted message is that it was there.
fn contents(call: &Call<'_>, place: Place<'_>, message: &Message) -> Map<String, Value> {
    let there = format!("{}{}/hostedContents", call.root(), place.path(message));
    let attachments = message.attachments.iter().map(|attachment| attached(attachment, &there));
    let mentions = message.mentions.iter().enumerate().map(|(id, mention)| mentioned(id, mention));
    let all = json!({
        "body": body(message, &there),
        "attachments": attachments.collect::<Vec<_>>(),
        "mentions": mentions.collect::<Vec<_>>(),
        "reactions": message.reactions.iter().map(reaction).collect::<Vec<_>>(),
        "messageHistory": [],
    });
    let mut members = all.as_object().cloned().unwrap_or_default();
    if message.deleted {
        members.insert("body".into(), json!({"contentType": "html", "content": ""}));
        for name in ["attachments", "mentions", "reactions"] {
            members.insert(name.into(), json!([]));
        }
    }
    members
}

/// Returns what a chat's list shows of its latest message.
pub(super) fn preview(call: &Call<'_>, chat: &Chat, with_body: bool) -> Value {
    let Some(message) = chat.latest() else { return Value::Null };
    let whole = written(call, Place::Chat(chat), message);
    json!({
        "id": whole["id"],
        "createdDateTime": whole["createdDateTime"],
        "isDeleted": message.deleted,
        "messageType": whole["messageType"],
        "eventDetail": whole["eventDetail"],
        "body": if with_body { whole["body"].clone() } else { Value::Null },
        "from": whole["from"],
    })
}

/// Clients that know of no later values are told of none.
fn kind(call: &Call<'_>, message: &Message) -> &'static str {
    if message.event.is_none() {
        return "message";
    }
    match call.prefers("include-unknown-enum-members") {
        Some(_) => "systemEventMessage",
        None => "unknownFutureValue",
    }
}

fn body(message: &Message, there: &str) -> Value {
    let kind = if message.html { "html" } else { "text" };
    json!({"contentType": kind, "content": message.body.replace("{hosted}", there)})
}

fn sender(sender: &Sender) -> Value {
    match sender {
        Sender::Person(person) => json!({
            "application": null, "device": null, "user": identity(person, Some(&person.name)),
        }),
        Sender::Gone(person) => json!({
            "application": null, "device": null, "user": identity(person, None),
        }),
        Sender::Bot(id, name) => json!({
            "application": {
                "@odata.type": "#microsoft.graph.teamworkApplicationIdentity",
                "id": id, "displayName": name, "applicationIdentityType": "bot",
            },
            "device": null, "user": null,
        }),
        Sender::Nobody => Value::Null,
    }
}

/// Writes a person as Teams identifies one.
pub(crate) fn identity(person: &Person, name: Option<&str>) -> Value {
    json!({
        "@odata.type": "#microsoft.graph.teamworkUserIdentity",
        "id": person.id, "displayName": name, "userIdentityType": "aadUser",
        "tenantId": person.tenant,
    })
}

fn attached(attachment: &Attachment, there: &str) -> Value {
    json!({
        "id": attachment.id, "contentType": attachment.content_type,
        "contentUrl": attachment.url,
        "content": attachment.content.as_ref().map(|content| content.replace("{hosted}", there)),
        "name": attachment.name, "thumbnailUrl": null, "teamsAppId": null,
    })
}

fn mentioned(id: usize, mention: &Mention) -> Value {
    let (user, conversation) = match &mention.who {
        Mentioned::Person(person) => {
            let user = json!({
                "@odata.type": "#microsoft.graph.teamworkUserIdentity",
                "id": person.id, "displayName": person.name, "userIdentityType": "aadUser",
            });
            (user, Value::Null)
        }
        Mentioned::Conversation(id, name, kind) => {
            let conversation = json!({
                "id": id, "displayName": name, "conversationIdentityType": kind,
            });
            (Value::Null, conversation)
        }
    };
    json!({
        "id": id, "mentionText": mention.text,
        "mentioned": {
            "application": null, "device": null, "conversation": conversation, "tag": null,
            "user": user,
        },
    })
}

fn reaction(reaction: &Reaction) -> Value {
    let mut user = identity(&reaction.by, None);
    if let Some(members) = user.as_object_mut() {
        members.remove("tenantId");
    }
    json!({
        "reactionType": reaction.sign, "displayName": reaction_name(&reaction.sign),
        "reactionContentUrl": null, "createdDateTime": reaction.at.to_string(),
        "user": {"application": null, "device": null, "user": user},
    })
}

fn reaction_name(sign: &str) -> Option<&'static str> {
    Some(match sign {
        "👍" => "Like",
        "❤️" => "Heart",
        "😆" => "Laugh",
        "😮" => "Surprised",
        _ => return None,
    })
}

/// Writes hosted content, of which lists tell nothing but that it is there.
pub(super) fn hosted(hosted: &Hosted) -> Value {
    json!({"id": hosted.id, "contentBytes": null, "contentType": null})
}
