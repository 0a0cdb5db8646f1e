use rmcp::{
    ErrorData,
    model::{
        CacheScope, ErrorCode as RpcCode, ReadResourceRequestParams, ReadResourceResponse,
        ReadResourceResult, ResourceContents, ResourceTemplate,
    },
};
use serde_json::{Map, Value, json};

use super::{Context, Inner, Outcome, Turn, host};
use crate::{Block, Catalog, ErrorCode, PolicyMode, Reply, uri};

/// The tool that reads what the templates name.
pub(super) const READER: &str = "read_resource";

/// Template, name, title and description of each form of address.
const TEMPLATES: [[&str; 4]; 16] = [
    [
        uri::MESSAGE,
        "message",
        "Message",
        "A mail message: header fields, body as markdown, and its attachments' addresses. owner: a shared mailbox's address. part=full: with the history that it quotes.",
    ],
    [
        uri::ATTACHMENT,
        "attachment",
        "Attachment",
        "The text, image or item that is attached to a message.",
    ],
    [
        uri::CONVERSATION,
        "conversation",
        "Conversation",
        "The messages of one conversation, oldest first.",
    ],
    [
        uri::FOLDER,
        "mail-folder",
        "Mail folder",
        "A mail folder's subfolders and newest messages. folder: its id, a well-known name, e.g. inbox, or a name or path; empty for the top.",
    ],
    [
        uri::EVENT,
        "event",
        "Event",
        "A calendar event with its body, attendees, recurrence and join link. owner: the address of a shared calendar's owner.",
    ],
    [
        uri::TRANSCRIPT,
        "transcript",
        "Meeting transcript",
        "What was said in a meeting, with speakers and times. token: base64url of the join URL; start, end: of the occurrence, the latest unless given.",
    ],
    [uri::FILE, "file", "File or folder", "A file's text, or what a folder holds."],
    [
        uri::FILE_PATH,
        "file-by-path",
        "File or folder by path",
        "The same by its path in the drive; root for the top.",
    ],
    [
        uri::SITE,
        "site",
        "SharePoint site",
        "A site's title and description, its libraries and pages.",
    ],
    [uri::DRIVES, "libraries", "Document libraries", "The document libraries of a site."],
    [uri::PAGE, "page", "SharePoint page", "The text of a site's page."],
    [uri::CHAT, "chat", "Chat", "The newest messages of a Teams chat."],
    [uri::CHAT_MESSAGE, "chat-message", "Chat message", "One message of a chat, with its images."],
    [uri::CHANNEL, "channel", "Channel", "The newest posts in a Teams channel."],
    [uri::CHANNEL_MESSAGE, "post", "Channel post", "One post in a channel, with its replies."],
    [uri::REPLY, "reply", "Reply to a post", "One reply to a post in a channel."],
];

pub(super) fn are_offered(catalog: &Catalog) -> bool {
    catalog.mode(READER).is_some_and(|mode| mode != PolicyMode::Blocked)
}

/// # Errors
///
/// Method not found where resources are not offered, as nothing declares them then.
pub(super) fn check_offered(catalog: &Catalog) -> Result<(), ErrorData> {
    match are_offered(catalog) {
        true => Ok(()),
        false => Err(ErrorData::new(RpcCode::METHOD_NOT_FOUND, "Method not found", None)),
    }
}

pub(super) fn templates() -> Vec<ResourceTemplate> {
    let template = |[uri, name, title, description]: [&str; 4]| {
        ResourceTemplate::new(uri, name)
            .with_title(title)
            .with_description(description)
            .with_mime_type("text/markdown")
    };
    TEMPLATES.map(template).into()
}

/// Reads a resource as the tool does, or refuses to as the policy that blocks the tool demands.
pub(super) async fn read(
    server: &Inner,
    request: ReadResourceRequestParams,
    ctx: &Context,
) -> Result<ReadResourceResponse, ErrorData> {
    if server.catalog.mode(READER) != Some(PolicyMode::Blocked) {
        check_offered(&server.catalog)?;
    }
    let turn = Turn {
        server,
        ctx,
        tool: READER,
        arguments: Map::from_iter([("uri".to_owned(), request.uri.as_str().into())]),
        state: request.request_state,
        answers: request.input_responses.unwrap_or_default(),
        policy: <_>::default(),
    };
    match turn.take().await? {
        Outcome::Ask(question) => Ok(host::stamped_question(server, *question).into()),
        Outcome::Done(reply) if reply.error.is_some() => Err(error(&reply, &request.uri)),
        Outcome::Done(reply) => Ok(contents(server, ctx, reply, &request.uri).into()),
    }
}

/// What was read belongs to its reader and may change at any time.
fn contents(server: &Inner, ctx: &Context, reply: Reply, uri: &str) -> ReadResourceResult {
    let contents = reply.content.into_iter().map(|block| content(block, uri)).collect();
    let mut result = ReadResourceResult::new(contents);
    if host::is_modern(ctx) {
        result.ttl_ms = Some(0);
        result.cache_scope = Some(CacheScope::Private);
    }
    host::stamp(server, ctx, &mut result.meta);
    result
}

fn content(block: Block, uri: &str) -> ResourceContents {
    match block {
        Block::Json(text) => ResourceContents::text(text, uri).with_mime_type("application/json"),
        Block::Text(text) => ResourceContents::text(text, uri).with_mime_type("text/markdown"),
        Block::Image { media_type, data } => {
            ResourceContents::blob(data, uri).with_mime_type(media_type)
        }
    }
}

/// Resources know no tool errors: what the tool says travels as the error's message and data.
fn error(reply: &Reply, uri: &str) -> ErrorData {
    let told = match reply.content.first() {
        Some(Block::Json(text)) => serde_json::from_str(text).unwrap_or(Value::Null),
        _ => Value::Null,
    };
    let message = told["message"].as_str().unwrap_or("the resource cannot be read").to_owned();
    let mut data = json!({"uri": uri, "code": told["code"]});
    if let Some(details) = told.get("details") {
        data["details"] = details.clone();
    }
    match reply.error {
        Some(ErrorCode::NotFound | ErrorCode::ValidationError) => {
            ErrorData::resource_not_found(message, Some(data))
        }
        Some(ErrorCode::Forbidden) => ErrorData::invalid_params(message, Some(data)),
        _ => ErrorData::internal_error(message, Some(data)),
    }
}
