//! Who uses Teams in the tests, and every message that they can see, read one by one.

use std::collections::BTreeMap;

use jiff::Timestamp;
use m365_graph::{ChannelRequest, Chat, ChatMessage, GraphClient, PostRequest};
use m365_sim::Sim;
use serde_json::{Value, json};

use crate::office::{Office, text};

/// Every scope that the tools of Teams use.
pub(crate) const EVERYTHING: [&str; 6] = [
    "User.Read",
    "Calendars.Read",
    "Chat.Read",
    "ChannelMessage.Read.All",
    "Team.ReadBasic.All",
    "Channel.ReadBasic.All",
];

/// The scopes for chats, without channels.
pub(crate) const CHATS: [&str; 3] = ["User.Read", "Calendars.Read", "Chat.Read"];

/// A tenant whose mailboxes are as small as can be: only Teams is looked at.
pub(crate) async fn office(scopes: &[&'static str]) -> Office {
    Office::with(Sim::builder().messages(1), scopes).await
}

/// A message as it is found by looking at all of them.
#[derive(Clone, Debug)]
pub(crate) struct Said {
    pub(crate) uri: String,
    pub(crate) sender: String,
    pub(crate) text: String,
    /// The text with that of what the message carries.
    pub(crate) words: String,
    pub(crate) chat: Option<String>,
    pub(crate) members: Vec<String>,
    /// Team and channel.
    pub(crate) place: Option<(String, String)>,
    pub(crate) sent: Timestamp,
    pub(crate) written: bool,
    pub(crate) files: usize,
    pub(crate) mentions: Vec<String>,
}

/// Every message of the user's chats and channels.
pub(crate) struct Everything(pub(crate) Vec<Said>);

impl Everything {
    pub(crate) async fn of(office: &Office) -> Self {
        let mut said = Self::chats(office).await.0;
        said.extend(channels(&office.graph()).await);
        Self(said)
    }

    pub(crate) async fn chats(office: &Office) -> Self {
        let teams = office.graph().teams();
        let mut said = Vec::new();
        let mut page = teams.chats().with_members().top(25).page().await.unwrap();
        loop {
            for chat in &page.items {
                said.extend(messages(&office.graph(), chat).await);
            }
            let Some(link) = page.next else { return Self(said) };
            page = teams.next_chats(&link).await.unwrap();
        }
    }

    pub(crate) fn written(&self) -> impl Iterator<Item = &Said> {
        self.0.iter().filter(|one| one.written)
    }

    /// The addresses of what fits, the newest first.
    pub(crate) fn expected(&self, fits: impl Fn(&Said) -> bool) -> Vec<String> {
        let mut found: Vec<_> = self.written().filter(|one| fits(one)).collect();
        found.sort_by_key(|one| std::cmp::Reverse(one.sent));
        found.into_iter().map(|one| one.uri.clone()).collect()
    }

    pub(crate) fn sent(&self) -> BTreeMap<&str, Timestamp> {
        self.0.iter().map(|one| (one.uri.as_str(), one.sent)).collect()
    }
}

async fn messages(graph: &GraphClient, chat: &Chat) -> Vec<Said> {
    let id = chat.id.clone().unwrap();
    let members: Vec<_> = chat.members.iter().map(name_and_address).collect();
    let mut said = Vec::new();
    let mut page = graph.teams().chat(&id).messages().top(50).page().await.unwrap();
    loop {
        said.extend(page.items.iter().map(|message| Said {
            chat: Some(chat.topic.clone().unwrap_or_default()),
            members: members.clone(),
            ..said_of(message, &format!("teams:///chats/{}/messages", encoded(id.as_str())))
        }));
        let Some(link) = page.next else { return said };
        page = graph.teams().next_messages(&link).await.unwrap();
    }
}

fn name_and_address(member: &m365_graph::ChatMember) -> String {
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    format!("{} {}", text(&member.display_name), text(&member.email)).trim().to_owned()
}

async fn channels(graph: &GraphClient) -> Vec<Said> {
    let teams = graph.teams();
    let mut said = Vec::new();
    for team in teams.joined().await.unwrap().items {
        let team_id = team.id.unwrap();
        for channel in teams.channels(&team_id).await.unwrap().items {
            let id = channel.id.unwrap();
            let root =
                format!("teams:///teams/{team_id}/channels/{}/messages", encoded(id.as_str()));
            let place =
                Some((team.display_name.clone().unwrap(), channel.display_name.clone().unwrap()));
            let mut page = teams.channel(&team_id, &id).posts().top(50).page().await.unwrap();
            loop {
                for post in &page.items {
                    let own = said_of(post, &root);
                    let root = format!("{}/replies", own.uri);
                    said.push(Said { place: place.clone(), ..own });
                    let post = teams.channel(&team_id, &id).post(post.id.as_ref().unwrap());
                    for reply in replies(&teams.channel(&team_id, &id), post).await {
                        said.push(Said { place: place.clone(), ..said_of(&reply, &root) });
                    }
                }
                let Some(link) = page.next else { break };
                page = teams.channel(&team_id, &id).next_page(&link).await.unwrap();
            }
        }
    }
    said
}

async fn replies(channel: &ChannelRequest, post: PostRequest) -> Vec<ChatMessage> {
    let mut replies = Vec::new();
    let mut page = post.replies().top(50).page().await.unwrap();
    loop {
        replies.extend(page.items);
        let Some(link) = page.next else { return replies };
        page = channel.clone().next_page(&link).await.unwrap();
    }
}

fn encoded(id: &str) -> String {
    id.replace(':', "%3A").replace('@', "%40")
}

fn said_of(message: &ChatMessage, root: &str) -> Said {
    let from = message.from.as_ref().and_then(|from| from.identity());
    let files = message.attachments.iter();
    let files = files.filter(|one| !one.content_type.as_deref().unwrap().ends_with("Reference"));
    Said {
        uri: format!("{root}/{}", message.id.as_ref().unwrap()),
        sender: from.and_then(|from| from.display_name.clone()).unwrap_or_default(),
        text: plain(message),
        words: format!("{} {}", plain(message), carried(message)),
        chat: None,
        members: Vec::new(),
        place: None,
        sent: message.created_date_time.unwrap(),
        written: message.message_type.as_deref() == Some("message")
            && message.deleted_date_time.is_none(),
        files: files.count(),
        mentions: message.mentions.iter().filter_map(|one| one.mention_text.clone()).collect(),
    }
}

/// The names and texts of files, quotes and cards.
fn carried(message: &ChatMessage) -> String {
    let parts = message.attachments.iter().flat_map(|one| [one.name.clone(), one.content.clone()]);
    parts.flatten().collect::<Vec<_>>().join(" ").to_lowercase()
}

/// The words of a message's own text: without its tags, which is enough to look for some.
fn plain(message: &ChatMessage) -> String {
    let body = message.body.clone().unwrap_or_default().content;
    let subject = message.subject.clone().unwrap_or_default();
    let mut text = format!("{subject} ");
    let mut inside = false;
    for letter in body.chars() {
        match letter {
            '<' => inside = true,
            '>' => inside = false,
            letter if !inside => text.push(letter),
            _ => {}
        }
    }
    text.to_lowercase()
}

/// Tells whether a text has a whole word.
pub(crate) fn has_word(text: &str, word: &str) -> bool {
    text.split(|letter: char| !letter.is_alphanumeric()).any(|one| one == word)
}

/// All results of a tool, page by page; no page is asked for twice.
pub(crate) async fn all(office: &Office, tool: &str, arguments: &Value) -> Vec<Value> {
    let mut results = Vec::new();
    let mut next = arguments.clone();
    for _ in 0..200 {
        let found = match office.call(tool, next).await {
            Ok(found) => found,
            Err(error) => panic!("{arguments}: {error}"),
        };
        results.extend(found["results"].as_array().unwrap().iter().cloned());
        if found["moreResults"] == false {
            return results;
        }
        next = arguments.clone();
        next["cursor"] = json!(text(&found, "nextCursor"));
    }
    panic!("{arguments}: no end")
}

/// The address of the one message that has this text.
pub(crate) fn uri_of(everything: &Everything, words: &str) -> String {
    let found: Vec<_> = everything.written().filter(|one| one.text.contains(words)).collect();
    assert_eq!(found.len(), 1, "{words}");
    found[0].uri.clone()
}
