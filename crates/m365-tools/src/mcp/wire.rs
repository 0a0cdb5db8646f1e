use std::sync::Arc;

use rmcp::{
    ErrorData,
    model::{CallToolResult, ContentBlock, ErrorCode, Tool, ToolAnnotations},
};

use crate::{Block, Definition, Reply};

/// Returns a definition as hosts read it; every tool reads only, from a world of other people's text.
pub(super) fn tool(definition: &Definition) -> Tool {
    let annotations = ToolAnnotations::with_title(definition.title())
        .read_only(true)
        .destructive(false)
        .idempotent(true)
        .open_world(true);
    let input = Arc::clone(definition.input_schema());
    Tool::new(definition.name(), definition.description(), input)
        .with_title(definition.title())
        .with_raw_output_schema(Arc::clone(definition.output_schema()))
        .with_annotations(annotations)
}

/// Returns a reply as the JSON of a [`CallToolResult`], for programs that show what hosts would see.
///
/// [`CallToolResult`]: https://modelcontextprotocol.io/specification/2025-11-25/server/tools
#[must_use]
pub fn result_json(reply: Reply) -> serde_json::Value {
    serde_json::to_value(result(reply)).unwrap_or_default()
}

/// Returns a reply as hosts read it.
pub(super) fn result(reply: Reply) -> CallToolResult {
    let is_error = reply.error.is_some();
    let content = reply.content.into_iter().map(block).collect();
    let mut result = match is_error {
        true => CallToolResult::error(content),
        false => CallToolResult::success(content),
    };
    result.structured_content = reply.structured;
    result
}

fn block(block: Block) -> ContentBlock {
    match block {
        Block::Json(text) | Block::Text(text) => ContentBlock::text(text),
        Block::Image { media_type, data } => ContentBlock::image(data, media_type),
    }
}

/// The methods that we know; rmcp hands over one of them when its parameters did not parse.
const KNOWN: [&str; 8] = [
    "completion/complete",
    "resources/list",
    "resources/read",
    "resources/templates/list",
    "server/discover",
    "subscriptions/listen",
    "tools/call",
    "tools/list",
];

/// The handshake is a method of its own era only.
pub(super) fn misunderstood(method: &str, is_modern: bool) -> ErrorData {
    if KNOWN.contains(&method) || method == "initialize" && !is_modern {
        return ErrorData::invalid_params(format!("malformed params for {method}"), None);
    }
    ErrorData::new(ErrorCode::METHOD_NOT_FOUND, "Method not found", None)
}
