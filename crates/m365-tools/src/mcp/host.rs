use rmcp::model::{CallToolResult, InputRequiredResult, MetaObject};

use super::{Context, Inner, wire};
use crate::Reply;

/// What the host at the other end of a request can do.
#[derive(Clone, Copy, Debug)]
pub(super) struct Host {
    /// Whether it speaks 2026-07-28 or later, where servers send no requests.
    pub(super) modern: bool,
    /// Whether it shows forms to the user.
    pub(super) forms: bool,
    /// Whether it opens addresses for the user.
    pub(super) urls: bool,
    /// Whether its requests come over HTTP.
    pub(super) is_remote: bool,
}

impl Host {
    pub(super) fn of(ctx: &Context) -> Self {
        let (modern, is_remote) = (is_modern(ctx), is_remote(ctx));
        let elicitation = ctx.client_capabilities().and_then(|can| can.elicitation);
        // Without a session a host of the handshake era cannot answer, whatever it says that it can.
        let elicitation = elicitation.filter(|_| modern || !is_remote);
        Self {
            modern,
            forms: elicitation.as_ref().is_some_and(|can| can.form.is_some() || can.url.is_none()),
            urls: elicitation.is_some_and(|can| can.url.is_some()),
            is_remote,
        }
    }
}

#[cfg(feature = "http")]
fn is_remote(ctx: &Context) -> bool {
    ctx.extensions.get::<http::request::Parts>().is_some()
}

#[cfg(not(feature = "http"))]
const fn is_remote(_: &Context) -> bool {
    false
}

pub(super) fn is_modern(ctx: &Context) -> bool {
    ctx.protocol_version().is_some_and(|version| !version.has_initialize())
}

/// Says who answered, which modern hosts expect of every result.
pub(super) fn stamp(server: &Inner, ctx: &Context, meta: &mut Option<MetaObject>) {
    if is_modern(ctx) {
        put_server_info(server, meta);
    }
}

pub(super) fn stamped_reply(server: &Inner, ctx: &Context, reply: Reply) -> CallToolResult {
    let mut result = wire::result(reply);
    stamp(server, ctx, &mut result.meta);
    result
}

/// Questions as results exist in the modern era only.
pub(super) fn stamped_question(
    server: &Inner,
    mut question: InputRequiredResult,
) -> InputRequiredResult {
    put_server_info(server, &mut question.meta);
    question
}

fn put_server_info(server: &Inner, meta: &mut Option<MetaObject>) {
    let info = serde_json::to_value(&server.config.server_info).unwrap_or_default();
    meta.get_or_insert_default().0.insert("io.modelcontextprotocol/serverInfo".to_owned(), info);
}
