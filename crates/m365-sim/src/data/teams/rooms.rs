//! Teams and channels from what is written of them.

use crate::{
    data::{
        shared::{APOLLO_TEAM, FINANCE_TEAM},
        teams::{
            Source,
            bulk::Bulk,
            chats::{ago, sorted},
            ids,
            markup::Names,
            script::{Block, Entry},
            writer::Writer,
        },
    },
    graph::teams::{
        chat::Member,
        message::Message,
        team::{Access, Channel, Post, Team},
    },
};

/// Makes all teams of a file, each with the channels that follow it.
pub(crate) fn all(source: &Source, text: &str) -> Vec<Team> {
    let mut teams: Vec<Team> = Vec::new();
    for block in Block::all(text) {
        match teams.last_mut() {
            Some(team) if block.kind == "channel" => {
                let channel = channel(source, &block, team);
                team.channels.push(channel);
            }
            _ => teams.push(team(source, &block)),
        }
    }
    teams
}

fn team(source: &Source, block: &Block<'_>) -> Team {
    let id = match block.key {
        "Finance" => FINANCE_TEAM.to_owned(),
        "Apollo" => APOLLO_TEAM.to_owned(),
        key => ids::guid(key),
    };
    Team {
        id,
        name: block.key.to_owned(),
        description: block.get("description").unwrap_or_default().to_owned(),
        created: ago(source, block.age("created", "700d")),
        members: source.cast.members(block.get("members").unwrap_or_default()),
        channels: Vec::new(),
    }
}

fn channel(source: &Source, block: &Block<'_>, team: &Team) -> Channel {
    let access = match block.get("access") {
        Some("private") => Access::Private,
        Some("shared") => Access::Shared,
        _ => Access::Standard,
    };
    let key = format!("{}/{}", team.name, block.key);
    let members = source.cast.members(block.get("members").unwrap_or_default());
    let id = format!("19:{}@thread.tacv2", ids::hex(&key));
    let authors = if members.is_empty() { &team.members } else { &members };
    let names = Names { team: Some((&team.id, &team.name)), channel: Some((&id, block.key)) };
    let posts = posts(source, block, &key, names, authors);
    Channel {
        name: block.key.to_owned(),
        description: block.get("description").map(str::to_owned),
        created: ago(source, block.age("created", "690d")),
        access,
        posts,
        id,
        members,
    }
}

fn posts(
    source: &Source,
    block: &Block<'_>,
    key: &str,
    names: Names<'_>,
    authors: &[Member],
) -> Vec<Post> {
    let mut posts = written(source, block, key, names, authors);
    if let Some(bulk) = block.get("bulk") {
        let oldest = block.entries.iter().map(|entry| entry.age).max();
        let oldest = oldest.unwrap_or(block.age("latest", "1d"));
        posts.extend(Bulk::read(source, key, authors, bulk).posts(oldest));
    }
    for post in &mut posts {
        post.replies = sorted(std::mem::take(&mut post.replies));
    }
    posts
}

/// Makes the posts that are written by hand.
fn written(
    source: &Source,
    block: &Block<'_>,
    key: &str,
    names: Names<'_>,
    authors: &[Member],
) -> Vec<Post> {
    let mut writer = Writer::new(source, block.key, names);
    let mut posts: Vec<Post> = Vec::new();
    for entry in &block.entries {
        match posts.last_mut() {
            Some(post) if entry.is_reply => {
                let reply = writer.message(entry, Some(post.root.id()));
                post.replies.push(reply);
            }
            _ => {
                let root = writer.message(entry, None);
                let replies = thread(source, entry, key, authors, root.id());
                posts.push(Post { root, replies });
            }
        }
    }
    posts
}

/// Makes the replies that nobody wrote by hand.
fn thread(
    source: &Source,
    entry: &Entry<'_>,
    key: &str,
    authors: &[Member],
    root: i64,
) -> Vec<Message> {
    let bulk = entry.get("replies").map(|text| Bulk::read(source, key, authors, text));
    bulk.map(|bulk| bulk.thread(root, entry.age)).unwrap_or_default()
}
