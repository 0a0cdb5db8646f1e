//! The messages of a channel: posts and their replies.

use std::cmp::Reverse;

use serde_json::Value;

use crate::{
    graph::{
        call::Call,
        fail::Fail,
        page::link_of,
        teams::{
            access::{self, POSTS},
            hosted,
            list::{entity, page},
            message::Message,
            message_json::{Place, encoded, written},
            messages::{MAX_TOP, TOP, no_message, number},
            need,
            options::{expand, only},
            team::{Channel, Post, Team},
        },
    },
    http::Response,
};

/// How many replies a post shows where they are expanded.
const EXPANDED_REPLIES: usize = 200;

/// A channel that the caller reads.
#[derive(Clone, Copy)]
struct Open<'a> {
    call: &'a Call<'a>,
    team: &'a Team,
    channel: &'a Channel,
}

/// Answers a request to `messages` of a channel, or below.
pub(super) fn route(
    call: &Call<'_>,
    team: &str,
    id: &str,
    path: &[&str],
) -> Result<Response, Fail> {
    need(call, POSTS)?;
    let (team, channel) = match (access::channel(call, team, id), path) {
        (Err(_), [_, "hostedContents", ..] | [_, "replies", _, "hostedContents", ..]) => {
            return Err(hosted::refused());
        }
        (found, _) => found?,
    };
    let open = Open { call, team, channel };
    match path {
        [] => open.posts(),
        ["delta"] => Err(Fail::not_here("the changes of a channel's messages")),
        [post] => open.one(&open.post(post)?.root),
        [post, "replies"] => open.replies(open.post(post)?),
        [post, "replies", "delta"] => Err(Fail::not_here(&format!("the changes of {post}"))),
        [post, "replies", reply] => open.one(open.reply(post, reply)?),
        [post, "replies", reply, "hostedContents", rest @ ..] => {
            open.hosted(open.reply(post, reply)?, rest)
        }
        [post, "hostedContents", rest @ ..] => open.hosted(&open.post(post)?.root, rest),
        [_, segment, ..] => Err(Fail::no_segment(segment)),
    }
}

impl Open<'_> {
    fn context(&self) -> String {
        let channel = encoded(&self.channel.id);
        format!("teams('{}')/channels('{channel}')/messages", self.team.id)
    }

    fn written(&self, message: &Message) -> Value {
        written(self.call, Place::Channel(self.team, self.channel), message)
    }

    /// Lists the posts, the thread that changed last first.
    fn posts(&self) -> Result<Response, Fail> {
        only(self.call, &["$top", "$expand"])?;
        let top = self.call.query.top(TOP, MAX_TOP)?;
        let with_replies = !expand(self.call, &["replies"])?.is_empty();
        let mut posts: Vec<_> = self.channel.posts.iter().collect();
        posts.sort_by_key(|post| Reverse(post.latest()));
        let context =
            format!("{}{}", self.context(), if with_replies { "(replies())" } else { "" });
        page(self.call, &context, &posts, top, |post| {
            if with_replies { self.thread(post) } else { self.written(&post.root) }
        })
    }

    fn thread(&self, post: &Post) -> Value {
        let mut out = self.written(&post.root);
        let shown = post.replies.iter().rev().take(EXPANDED_REPLIES);
        let shown: Vec<_> = shown.map(|reply| self.written(reply)).collect();
        let (root, id) = (self.call.root(), post.root.id());
        out["replies@odata.context"] =
            format!("{root}/$metadata#{}('{id}')/replies", self.context()).into();
        out["replies@odata.count"] = shown.len().into();
        if shown.len() < post.replies.len() {
            let path = format!(
                "/teams/{}/channels/{}/messages/{id}/replies",
                self.team.id, self.channel.id
            );
            out["replies@odata.nextLink"] = link_of(self.call, &path, shown.len()).into();
        }
        out["replies"] = shown.into();
        out
    }

    fn replies(&self, post: &Post) -> Result<Response, Fail> {
        only(self.call, &["$top"])?;
        let top = self.call.query.top(TOP, MAX_TOP)?;
        let replies: Vec<_> = post.replies.iter().rev().collect();
        let context = format!("{}('{}')/replies", self.context(), post.root.id());
        page(self.call, &context, &replies, top, |reply| self.written(reply))
    }

    fn one(&self, message: &Message) -> Result<Response, Fail> {
        only(self.call, &[])?;
        let context = match message.root {
            None => self.context(),
            Some(root) => format!("{}('{root}')/replies", self.context()),
        };
        Ok(entity(self.call, &context, self.written(message)))
    }

    fn hosted(&self, message: &Message, path: &[&str]) -> Result<Response, Fail> {
        let context = format!("{}('{}')", self.context(), message.id());
        hosted::route(self.call, message, &context, path)
    }

    /// Replies are not found among the posts.
    fn post(&self, id: &str) -> Result<&Post, Fail> {
        let id = number(id)?;
        let found = self.channel.posts.iter().find(|post| post.root.id() == id);
        found.ok_or_else(no_message)
    }

    fn reply(&self, post: &str, id: &str) -> Result<&Message, Fail> {
        let id = number(id)?;
        let found = self.post(post)?.replies.iter().find(|reply| reply.id() == id);
        found.ok_or_else(no_message)
    }
}
