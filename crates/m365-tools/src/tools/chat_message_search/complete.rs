//! Reads what a search's hits lack: the message, the chat's name, and those of team and channel.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use futures_util::future::join_all;
use m365_graph::{
    BatchGet, ChannelId, Chat, ChatId, ChatMember, ChatMessage, ChatMessageHit, ChatMessageId,
    ErrorKind, TeamId, TeamsApi, TeamsItem,
};

use super::{
    find::Finder,
    found::{Found, FoundMessage, Indexed},
};
use crate::{
    ToolError,
    mail::fields::{Person, line},
    teams::{
        access::{self, CHANNELS, TEAMS},
        chats, fields, names,
    },
    uri::{ResourceUri, TeamsUri},
};

/// In how many channels, and how many side by side, one call looks for replies: each may take a few
/// large pages.
const CHANNELS_SEARCHED: usize = 8;
const PARALLEL: usize = 4;

const GONE: &str = "Messages that the search index still lists but that are gone were left out.";
const UNREAD: &str = "Of some messages only what the search index holds could be read.";

/// Completes hits, and remembers the names that it has read.
pub(super) struct Completer<'a> {
    finder: &'a Finder<'a>,
    teams_granted: bool,
    channels_granted: bool,
    chats: BTreeMap<ChatId, KnownChat>,
    teams: BTreeMap<TeamId, String>,
    channels: BTreeMap<(TeamId, ChannelId), String>,
    /// In how many channels replies were looked for.
    searched: usize,
    notices: BTreeSet<&'static str>,
}

#[derive(Clone, Default)]
struct KnownChat {
    title: Option<String>,
    members: Arc<[ChatMember]>,
}

/// What a part of a batch asks for.
enum Part {
    Message(usize),
    Chat(ChatId),
    Team(TeamId),
    Channel(TeamId, ChannelId),
}

/// A hit with its address, and the message as soon as it was read.
struct Open {
    hit: ChatMessageHit,
    uri: TeamsUri,
    state: State,
}

enum State {
    Unread,
    Read(Box<ChatMessage>),
    Missing,
}

impl<'a> Completer<'a> {
    pub(super) async fn new(finder: &'a Finder<'a>) -> Result<Self, ToolError> {
        Ok(Self {
            finder,
            teams_granted: finder.ctx.has_scope(TEAMS).await?,
            channels_granted: finder.ctx.has_scope(CHANNELS).await?,
            chats: BTreeMap::new(),
            teams: BTreeMap::new(),
            channels: BTreeMap::new(),
            searched: 0,
            notices: BTreeSet::new(),
        })
    }

    /// Says what could not be had of what was found.
    pub(super) fn conclude(self, found: &mut Found) {
        let in_channels = found.messages.iter().any(|message| message.uri.channel().is_some());
        let names =
            [(self.teams_granted, TEAMS, "teams"), (self.channels_granted, CHANNELS, "channels")];
        let missing = names.into_iter().filter(|(granted, ..)| in_channels && !granted);
        found.notices.extend(missing.map(|(_, scope, what)| {
            format!("Missing scope '{scope}': names of {what} are left out.")
        }));
        found.notices.extend(self.notices.into_iter().map(str::to_owned));
    }

    /// Reads the messages behind `hits`, and the names of where they are, in one batch; a reply whose
    /// post is not known is looked for.
    pub(super) async fn complete(
        &mut self,
        hits: Vec<ChatMessageHit>,
    ) -> Result<Vec<FoundMessage>, ToolError> {
        let cloud = self.finder.ctx.cloud();
        let mut open: Vec<Open> = hits
            .into_iter()
            .filter_map(|hit| Some(Open { uri: uri(&hit, cloud)?, hit, state: State::Unread }))
            .collect();
        let (parts, gets): (Vec<_>, Vec<_>) = self.wanted(&open).into_iter().unzip();
        let answers = self.finder.ctx.graph().batch(gets).await;
        let answers = answers.map_err(|error| access::explain(self.finder.ctx, error, "chat"))?;
        for (part, answer) in parts.into_iter().zip(answers) {
            self.note(&mut open, part, answer);
        }
        self.find_replies(&mut open).await;
        Ok(open.into_iter().filter_map(|one| self.found(one)).collect())
    }

    fn wanted(&self, open: &[Open]) -> Vec<(Part, BatchGet<TeamsItem>)> {
        let api = self.finder.ctx.graph().teams();
        let messages = open.iter().enumerate();
        let mut wanted: Vec<_> =
            messages.map(|(at, one)| (Part::Message(at), get(&api, &one.uri))).collect();
        let chats: BTreeSet<_> = open.iter().filter_map(|one| one.hit.chat_id.clone()).collect();
        for chat in chats.into_iter().filter(|chat| !self.chats.contains_key(chat)) {
            let part = api.chat(&chat).batched();
            wanted.push((Part::Chat(chat), part));
        }
        let places: BTreeSet<_> = open
            .iter()
            .filter_map(|one| one.uri.channel())
            .map(|(team, channel)| (team.clone(), channel.clone()))
            .collect();
        self.add_places(&api, &places, &mut wanted);
        wanted
    }

    fn add_places(
        &self,
        api: &TeamsApi,
        places: &BTreeSet<(TeamId, ChannelId)>,
        wanted: &mut Vec<(Part, BatchGet<TeamsItem>)>,
    ) {
        let teams: BTreeSet<_> = places.iter().map(|(team, _)| team).collect();
        if self.teams_granted {
            let unknown = teams.into_iter().filter(|team| !self.teams.contains_key(*team));
            wanted.extend(unknown.map(|team| (Part::Team(team.clone()), api.team_batched(team))));
        }
        if self.channels_granted {
            let unknown = places.iter().filter(|place| !self.channels.contains_key(*place));
            wanted.extend(unknown.map(|(team, channel)| {
                let part = api.channel(team, channel).batched();
                (Part::Channel(team.clone(), channel.clone()), part)
            }));
        }
    }

    fn note(&mut self, open: &mut [Open], part: Part, answer: m365_graph::Result<TeamsItem>) {
        match part {
            Part::Message(at) => {
                if let Some(one) = open.get_mut(at) {
                    one.state = message(answer);
                }
            }
            Part::Chat(id) => {
                let chat = answer.ok().and_then(TeamsItem::into_chat);
                let known = chat.map(|chat| self.known(&chat)).unwrap_or_default();
                self.chats.insert(id, known);
            }
            Part::Team(id) => {
                let team = answer.ok().and_then(TeamsItem::into_team);
                let name = team.map(|team| line(team.display_name.as_deref()));
                self.teams.insert(id, name.unwrap_or_default());
            }
            Part::Channel(team, id) => {
                let channel = answer.ok().and_then(TeamsItem::into_channel);
                let name = channel.map(|channel| line(channel.display_name.as_deref()));
                self.channels.insert((team, id), name.unwrap_or_default());
            }
        }
    }

    fn known(&self, chat: &Chat) -> KnownChat {
        KnownChat {
            title: Some(chats::title(chat, &self.finder.own)),
            members: chat.members.clone().into(),
        }
    }

    /// Looks for messages that are no posts among the replies to the latest posts; one that is not
    /// found, or for which there is no time, stays as the index has it.
    async fn find_replies(&mut self, open: &mut [Open]) {
        let missing = missing_replies(open);
        let room = CHANNELS_SEARCHED.saturating_sub(self.searched);
        let missing: Vec<_> = missing.into_iter().take(room).collect();
        self.searched += missing.len();
        let finder = self.finder;
        for some in missing.chunks(PARALLEL) {
            let found = join_all(some.iter().map(|((team, channel), wanted)| async move {
                let is_late = || finder.is_late();
                names::find_replies(finder.ctx, (team, channel), wanted, is_late).await
            }));
            for (((_, channel), _), found) in some.iter().zip(found.await) {
                found.into_iter().for_each(|reply| place_reply(open, channel, reply));
            }
        }
    }

    /// Joins what is known; a message that is gone is left out.
    fn found(&mut self, open: Open) -> Option<FoundMessage> {
        let Open { hit, uri, state } = open;
        let (message, read) = match state {
            State::Read(message) if !fields::is_written(&message) => return self.gone(),
            State::Missing => return self.gone(),
            State::Read(message) => (*message, true),
            State::Unread => {
                self.notices.insert(UNREAD);
                (indexed_message(&hit), false)
            }
        };
        let chat = hit.chat_id.as_ref().and_then(|id| self.chats.get(id)).cloned();
        let chat = chat.unwrap_or_default();
        let (team, channel) = self.place(&uri);
        let person = |address: m365_graph::EmailAddress| Person {
            name: line(address.name.as_deref()),
            address: line(address.address.as_deref()),
        };
        let from = Some(person(hit.from)).filter(|one| *one != Person::default());
        let indexed = Some(Indexed { summary: hit.summary, from, read });
        Some(FoundMessage {
            uri,
            message,
            members: chat.members,
            chat: chat.title,
            team,
            channel,
            indexed,
        })
    }

    fn gone(&mut self) -> Option<FoundMessage> {
        self.notices.insert(GONE);
        None
    }

    fn place(&self, uri: &TeamsUri) -> (Option<String>, Option<String>) {
        let Some((team, channel)) = uri.channel() else { return (None, None) };
        let known = |name: Option<&String>| name.filter(|name| !name.is_empty()).cloned();
        let place = (team.clone(), channel.clone());
        (known(self.teams.get(team)), known(self.channels.get(&place)))
    }
}

/// Returns the messages that are no posts, by where they are, and gives those their posts that name
/// them.
fn missing_replies(open: &mut [Open]) -> BTreeMap<(TeamId, ChannelId), Vec<ChatMessageId>> {
    let mut missing = BTreeMap::<_, Vec<_>>::new();
    for one in open {
        let TeamsUri::ChannelMessage { team, channel, message } = &one.uri else { continue };
        match &one.state {
            State::Missing => {
                let place = (team.clone(), channel.clone());
                missing.entry(place).or_default().push(message.clone());
                one.state = State::Unread;
            }
            State::Read(read) => {
                if let Some(post) = read.reply_to_id.clone().filter(|post| post != message) {
                    one.uri = reply_uri(&one.uri, post);
                }
            }
            State::Unread => {}
        }
    }
    missing
}

/// Puts a reply in the place of the hit that found it.
fn place_reply(open: &mut [Open], channel: &ChannelId, (post, reply): names::FoundReply) {
    let is_hit = |one: &&mut Open| {
        one.uri.channel().is_some_and(|(_, known)| known == channel) && one.hit.id == reply.id
    };
    if let Some(one) = open.iter_mut().find(is_hit) {
        one.uri = reply_uri(&one.uri, post);
        one.state = State::Read(Box::new(reply));
    }
}

fn get(api: &TeamsApi, uri: &TeamsUri) -> BatchGet<TeamsItem> {
    match uri {
        TeamsUri::Chat(chat) => api.chat(chat).batched(),
        TeamsUri::ChatMessage { chat, message } => api.chat(chat).message(message).batched(),
        TeamsUri::Channel { team, channel } => api.channel(team, channel).batched(),
        TeamsUri::ChannelMessage { team, channel, message } => {
            api.channel(team, channel).post(message).message().batched()
        }
        TeamsUri::Reply { team, channel, post, message } => {
            api.channel(team, channel).post(post).reply(message).batched()
        }
    }
}

fn message(answer: m365_graph::Result<TeamsItem>) -> State {
    match answer {
        Ok(item) => item.into_message().map_or(State::Unread, |read| State::Read(Box::new(read))),
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::BadRequest) => {
            State::Missing
        }
        Err(_) => State::Unread,
    }
}

/// Returns the address of a hit: that of a reply where the link to it names its post.
fn uri(hit: &ChatMessageHit, cloud: crate::Cloud) -> Option<TeamsUri> {
    let message = hit.id.clone()?;
    if let Some(chat) = hit.chat_id.clone() {
        return Some(TeamsUri::ChatMessage { chat, message });
    }
    let (team, channel) = (hit.channel.team_id.clone()?, hit.channel.channel_id.clone()?);
    let link = hit.web_url.as_deref().and_then(|link| ResourceUri::parse(link, cloud).ok());
    let uri = TeamsUri::ChannelMessage { team, channel, message };
    match link {
        Some(ResourceUri::Teams(TeamsUri::ChannelMessage { message: post, .. }))
            if Some(&post) != hit.id.as_ref() =>
        {
            Some(reply_uri(&uri, post))
        }
        _ => Some(uri),
    }
}

fn reply_uri(uri: &TeamsUri, post: ChatMessageId) -> TeamsUri {
    match uri.clone() {
        TeamsUri::ChannelMessage { team, channel, message } => {
            TeamsUri::Reply { team, channel, post, message }
        }
        other => other,
    }
}

/// Makes do with what the index holds.
fn indexed_message(hit: &ChatMessageHit) -> ChatMessage {
    let mut message = ChatMessage::default();
    message.id.clone_from(&hit.id);
    message.created_date_time = hit.created_date_time;
    message.subject.clone_from(&hit.subject);
    message.importance.clone_from(&hit.importance);
    message.web_url.clone_from(&hit.web_url);
    message
}
