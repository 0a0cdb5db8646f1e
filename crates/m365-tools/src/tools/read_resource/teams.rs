//! Chats, channels and their messages.

mod channel;
mod chat;
mod list;
mod message;
mod post;
mod shown;

use m365_graph::TeamsApi;

use super::{
    reader::{Read, Reader},
    request::Request,
};
use crate::{
    ToolError,
    teams::{
        access::{self, Access, CHANNEL_MESSAGES, CHAT},
        people::Own,
    },
    uri::TeamsUri,
};

/// One address in Teams, permitted.
pub(super) struct Source<'a> {
    pub(super) reader: &'a Reader<'a>,
    pub(super) request: &'a Request,
    pub(super) uri: TeamsUri,
    pub(super) access: Access,
    pub(super) own: Own,
}

impl Source<'_> {
    pub(super) fn api(&self) -> TeamsApi {
        self.reader.ctx.graph().teams()
    }

    pub(super) fn explain(&self, error: m365_graph::Error, what: &str) -> ToolError {
        access::explain(self.reader.ctx, error, what)
    }
}

/// Reads a chat, a channel, or one message.
pub(super) async fn read(
    reader: &Reader<'_>,
    request: &Request,
    uri: TeamsUri,
) -> Result<Read, ToolError> {
    let access = permitted(reader, &uri).await?;
    let own = Own::of(reader.ctx).await;
    let source = Source { reader, request, uri, access, own };
    request.refuse_sheet()?;
    match source.uri.clone() {
        TeamsUri::Chat(chat) => chat::read(&source, &chat).await,
        TeamsUri::ChatMessage { chat, message } => message::read(&source, &chat, &message).await,
        TeamsUri::Channel { team, channel } => channel::read(&source, &team, &channel).await,
        TeamsUri::ChannelMessage { team, channel, message } => {
            post::read(&source, &team, &channel, &message).await
        }
        TeamsUri::Reply { team, channel, post, message } => {
            message::read_reply(&source, &team, &channel, &post, &message).await
        }
    }
}

/// Makes sure that a scope opens what is named.
async fn permitted(reader: &Reader<'_>, uri: &TeamsUri) -> Result<Access, ToolError> {
    if uri.channel().is_some() {
        return reader.ctx.require_scope(CHANNEL_MESSAGES).await.map(|()| Access::Full);
    }
    let access = access::check(reader.ctx).await?;
    if access == Access::Basic && matches!(uri, TeamsUri::ChatMessage { .. }) {
        reader.ctx.require_scope(CHAT).await?;
    }
    Ok(access)
}
