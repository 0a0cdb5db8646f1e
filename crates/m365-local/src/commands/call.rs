use std::io::Read;

use m365_tools::{Block, CallError, ErrorCode, Reply};
use serde_json::{Map, Value, json};

use crate::{
    config::Config,
    failure::{self, Failure, USAGE},
    output,
    session::Session,
};

/// The most that is read from stdin, in bytes.
const MAX_ARGUMENTS: u64 = 1024 * 1024;

/// Calls one tool and prints its answer, for a person or as the MCP result.
pub(crate) async fn run(
    config: &Config,
    tool: &str,
    arguments: &str,
    json: bool,
) -> Result<(), Failure> {
    let arguments = parse(arguments)?;
    let session = Session::open(config).await?;
    let catalog = super::catalog(config, session.sealing_key());
    let reply = catalog
        .call(tool, arguments, session.call_input().await)
        .await
        .map_err(|error| explain(error, tool, catalog.definitions().map(|it| it.name())))?;
    if json {
        output::json(&result(&reply))?;
        return end(&reply, false);
    }
    if reply.is_error {
        return end(&reply, true);
    }
    output::line(&for_people(&reply))?;
    Ok(())
}

fn parse(arguments: &str) -> Result<Map<String, Value>, Failure> {
    let text = match arguments {
        "-" => {
            let mut text = String::new();
            std::io::stdin().lock().take(MAX_ARGUMENTS).read_to_string(&mut text)?;
            text
        }
        given => given.to_owned(),
    };
    serde_json::from_str(&text).map_err(|error| {
        Failure::new(
            USAGE,
            format_args!(
                "the arguments are not a JSON object ({error}); expected e.g. '{{\"query\":\"budget\"}}'"
            ),
        )
    })
}

fn explain<'a>(error: CallError, tool: &str, names: impl Iterator<Item = &'a str>) -> Failure {
    match error {
        CallError::UnknownTool => {
            let names: Vec<_> = names.collect();
            Failure::new(
                USAGE,
                format_args!("there is no tool `{tool}`; there are: {}", names.join(", ")),
            )
        }
        other => Failure::new(failure::OTHER, other),
    }
}

/// Puts a reply into the form of MCP's `CallToolResult`.
fn result(reply: &Reply) -> Value {
    let content: Vec<_> = reply.content.iter().map(block).collect();
    let mut result = json!({ "content": content, "isError": reply.is_error });
    if let Some(structured) = &reply.structured {
        result["structuredContent"] = structured.clone();
    }
    result
}

fn block(block: &Block) -> Value {
    match block {
        Block::Text(text) => json!({ "type": "text", "text": text }),
        Block::Image { media_type, data } => {
            json!({ "type": "image", "mimeType": media_type, "data": data })
        }
        _ => Value::Null,
    }
}

/// Ends with the exit code of a tool error, which is printed if `say` asks for it.
fn end(reply: &Reply, say: bool) -> Result<(), Failure> {
    if !reply.is_error {
        return Ok(());
    }
    let error = match reply.content.first() {
        Some(Block::Text(text)) => serde_json::from_str(text).unwrap_or(Value::Null),
        _ => Value::Null,
    };
    let code = serde_json::from_value::<ErrorCode>(error["code"].clone());
    let code = code.map_or(failure::OTHER, failure::exit_code);
    if !say {
        return Err(Failure::silent(code));
    }
    let details = error["details"].as_object().map(|it| format!("\n  {}", fields(it)));
    let message = error["message"].as_str().unwrap_or("the tool failed");
    Err(Failure::new(code, format_args!("{message}{}", details.unwrap_or_default())))
}

/// Lays the blocks of a reply out to be read: one field a line, text as it is.
fn for_people(reply: &Reply) -> String {
    let text = |block: &Block| match block {
        Block::Text(text) => match serde_json::from_str(text) {
            Ok(Value::Object(object)) => fields(&object),
            _ => text.clone(),
        },
        Block::Image { media_type, data } => {
            format!("[{media_type}, about {} bytes]", data.len() / 4 * 3)
        }
        _ => String::new(),
    };
    reply.content.iter().map(text).collect::<Vec<_>>().join("\n\n")
}

fn fields(object: &Map<String, Value>) -> String {
    let line = |(key, value): (&String, &Value)| format!("{key}: {}", plain(value));
    object.iter().map(line).collect::<Vec<_>>().join("\n  ")
}

fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(items) if items.iter().all(Value::is_string) => {
            items.iter().map(plain).collect::<Vec<_>>().join(" | ")
        }
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arguments_must_be_a_json_object() {
        for wrong in ["", "[]", "7", "{", "query=budget"] {
            assert!(parse(wrong).is_err(), "{wrong}");
        }
        assert_eq!(parse(r#"{"limit":1}"#).unwrap()["limit"], 1);
    }
}
