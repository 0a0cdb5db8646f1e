//! Tools that answer at once.

use std::time::Duration;

use rmcp::{
    ErrorData,
    model::{
        CallToolRequestParams, CallToolResult, ClientCapabilities, ProgressNotificationParam, Tool,
    },
};
use serde_json::{Value, json};

use crate::{
    content::{PNG, WAV, finished, typed},
    fixture::Context,
};

/// The tools whose only parameter is their name; those that ask the user are answered elsewhere.
const NAMES: [&str; 18] = [
    "test_simple_text",
    "test_image_content",
    "test_audio_content",
    "test_embedded_resource",
    "test_multiple_content_types",
    "test_error_handling",
    "test_tool_with_progress",
    "test_missing_capability",
    "test_streaming_elicitation",
    "test_logging_tool",
    "test_input_required_result_elicitation",
    "test_input_required_result_sampling",
    "test_input_required_result_list_roots",
    "test_input_required_result_request_state",
    "test_input_required_result_multiple_inputs",
    "test_input_required_result_multi_round",
    "test_input_required_result_tampered_state",
    "test_input_required_result_capabilities",
];

pub(crate) fn all() -> Result<Vec<Tool>, ErrorData> {
    let plain = NAMES.iter().map(|name| tool(name, json!({"type": "object"})));
    plain.chain([tool("json_schema_2020_12_tool", schema_2020_12())]).collect()
}

fn tool(name: &str, schema: Value) -> Result<Tool, ErrorData> {
    let description = format!("What the conformance suite expects of {name}.");
    typed(json!({"name": name, "description": description, "inputSchema": schema}))
}

/// A schema with the keywords that a server must not lose.
fn schema_2020_12() -> Value {
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "type": "object",
        "$defs": {"address": {"$anchor": "addressDef", "type": "object", "properties": {
            "street": {"type": "string"}, "city": {"type": "string"}}}},
        "properties": {
            "name": {"type": "string"},
            "address": {"$ref": "#/$defs/address"},
            "contactMethod": {"type": "string", "enum": ["phone", "email"]},
            "phone": {"type": "string"},
            "email": {"type": "string"},
        },
        "allOf": [{"anyOf": [{"required": ["phone"]}, {"required": ["email"]}]}],
        "if": {"properties": {"contactMethod": {"const": "phone"}}, "required": ["contactMethod"]},
        "then": {"required": ["phone"]},
        "else": {"required": ["email"]},
        "additionalProperties": false,
    })
}

/// Answers a call of one of these tools; `None` for another.
pub(crate) async fn call(
    request: &CallToolRequestParams,
    ctx: &Context,
) -> Option<Result<CallToolResult, ErrorData>> {
    match request.name.as_ref() {
        "test_missing_capability" => Some(sampled(ctx)),
        "test_tool_with_progress" => {
            progress(ctx).await;
            Some(text("done"))
        }
        name => content(name).map(|content| finished(json!({"content": content}))),
    }
    .map(|answer| mark_error(request, answer))
}

fn text(text: &str) -> Result<CallToolResult, ErrorData> {
    finished(json!({"content": [{"type": "text", "text": text}]}))
}

fn mark_error(
    request: &CallToolRequestParams,
    answer: Result<CallToolResult, ErrorData>,
) -> Result<CallToolResult, ErrorData> {
    let mut result = answer?;
    result.is_error = Some(request.name == "test_error_handling");
    Ok(result)
}

fn content(tool: &str) -> Option<Value> {
    let image = || json!({"type": "image", "data": PNG, "mimeType": "image/png"});
    Some(match tool {
        "test_simple_text" => text_block("This is a simple text response for testing."),
        "test_image_content" => json!([image()]),
        "test_audio_content" => json!([{"type": "audio", "data": WAV, "mimeType": "audio/wav"}]),
        "test_embedded_resource" => json!([resource(
            "test://embedded-resource",
            "text/plain",
            "This is an embedded resource content.",
        )]),
        "test_multiple_content_types" => json!([
            {"type": "text", "text": "Multiple content types test:"},
            image(),
            resource("test://mixed-content-resource", "application/json", r#"{"test":"data","value":123}"#),
        ]),
        "test_error_handling" => text_block("This tool intentionally returns an error for testing"),
        "json_schema_2020_12_tool" | "test_streaming_elicitation" | "test_logging_tool" => {
            text_block("done")
        }
        _ => return None,
    })
}

fn text_block(text: &str) -> Value {
    json!([{"type": "text", "text": text}])
}

fn resource(uri: &str, media_type: &str, text: &str) -> Value {
    json!({"type": "resource", "resource": {"uri": uri, "mimeType": media_type, "text": text}})
}

/// Stands for a tool that cannot do without sampling.
fn sampled(ctx: &Context) -> Result<CallToolResult, ErrorData> {
    if ctx.client_capabilities().is_some_and(|can| can.sampling.is_some()) {
        return text("done");
    }
    let needed: ClientCapabilities = typed(json!({"sampling": {}}))?;
    Err(ErrorData::missing_required_client_capability(needed))
}

async fn progress(ctx: &Context) {
    for at in [0.0, 50.0, 100.0] {
        if let Some(token) = ctx.meta.get_progress_token() {
            let step = ProgressNotificationParam::new(token, at).with_total(100.0);
            let _ = ctx.peer.notify_progress(step).await;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}
