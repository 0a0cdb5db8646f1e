//! Teams: chats, teams, channels, and what is written in them.
//!
//! Chats and channels know their members, and nobody else reads them. An option that a list does
//! not have is refused, and `@odata.count` counts the page.
//!
//! | Rule | What |
//! |---|---|
//! | S3 | a missing scope is named, beside those that the token has |
//! | S18 | no page is longer than 50 |
//! | S33 | chats come without members and last message unless expanded, and with 25 members at most |
//! | S34 | a filter on messages that their order does not name is not looked at |
//! | S35 | messages are not sorted upwards |
//! | S36 | system messages have their name only for who prefers to know it |
//! | S37 | deleted messages are listed, and empty |
//! | S38 | messages of chats have no replies |
//! | S39 | an id of a message means something in its own chat only |
//! | S56 | pages follow one another by nothing but an opaque token |
//! | S58 | government clouds neither sort chats nor share channels |

mod access;
mod channels;
pub(crate) mod chat;
mod chat_json;
mod chats;
mod hosted;
mod list;
pub(crate) mod message;
mod message_json;
mod messages;
mod options;
mod posts;
mod property;
pub(crate) mod search;
pub(crate) mod team;

use std::sync::LazyLock;

pub(crate) use self::{
    access::need,
    channels::{associated, joined, route as teams},
    chats::{list as chat_list, route as chats},
    list::page,
    message_json::identity,
    options::{expand, filter, only},
};
use self::{chat::Chat, team::Team};
use crate::{
    graph::{call::Call, fail::Fail, owner::Owner},
    http::Response,
};

/// What Teams holds.
#[derive(Debug, Default)]
pub(crate) struct Contents {
    pub(crate) chats: Vec<Chat>,
    pub(crate) teams: Vec<Team>,
}

type Filler = Box<dyn FnOnce() -> Contents + Send>;

/// All chats and teams of the tenant, made when somebody asks for them first.
#[derive(Debug)]
pub(crate) struct Store {
    contents: LazyLock<Contents, Filler>,
}

impl Store {
    pub(crate) fn new(fill: impl FnOnce() -> Contents + Send + 'static) -> Self {
        Self { contents: LazyLock::new(Box::new(fill) as Filler) }
    }

    /// Returns all chats, in no order that means anything.
    pub(crate) fn chats(&self) -> &[Chat] {
        &self.contents.chats
    }

    /// Returns all teams.
    pub(crate) fn teams(&self) -> &[Team] {
        &self.contents.teams
    }
}

/// Answers a request below a user: `chats`, `joinedTeams` or `teamwork`.
pub(crate) fn of_user(call: &Call<'_>, owner: &Owner<'_>, path: &[&str]) -> Result<Response, Fail> {
    if !owner.is_caller {
        return Err(Fail::teams_forbidden("The user is not the one that the token is for."));
    }
    match path {
        ["chats"] => chat_list(call),
        ["chats", rest @ ..] => chats(call, rest),
        ["joinedTeams"] => joined(call),
        ["teamwork", "associatedTeams"] => associated(call),
        _ => Err(Fail::not_here(&format!("/me/{}", path.join("/")))),
    }
}
