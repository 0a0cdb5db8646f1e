use std::{io::Read, sync::Arc};

use async_trait::async_trait;
use m365_tools::{
    Block, CallError, Catalog, Definition, Extraction, ProgressSink, Reply, mcp::result_json,
};
use serde_json::{Map, Value};

use super::tools;
use crate::{
    config::Config,
    failure::{Failure, OTHER, USAGE, exit_code},
    output,
    session::Session,
    terminal::Progress,
};

/// The most that is read from stdin, in bytes.
const MAX_ARGUMENTS: u64 = 1024 * 1024;

/// Calls one tool and prints its answer, for a person or as the MCP result.
pub(crate) async fn run(
    config: &Config,
    extraction: Extraction,
    tool: &str,
    arguments: &str,
    json: bool,
) -> Result<(), Failure> {
    let arguments = parse(arguments)?;
    let session = Session::open(config).await?;
    let catalog = super::catalog(config, session.sealing_key(), extraction);
    let progress = Progress::start("Asking Microsoft 365");
    let input = session.call_input().await.approved();
    let reply =
        catalog.call(tool, arguments, input.with_progress(Arc::new(Shown(progress.clone())))).await;
    progress.clear();
    let reply = reply.map_err(|error| explain(error, tool, config, &catalog))?;
    match (json, reply.error) {
        (true, error) => {
            output::json(&result_json(reply))?;
            error.map_or(Ok(()), |code| Err(Failure::silent(exit_code(code))))
        }
        (false, Some(code)) => {
            let (message, help) = told(&reply);
            let help = help.unwrap_or_else(|| code.help_url());
            Err(Failure::new(exit_code(code), message).with_help(help))
        }
        (false, None) => Ok(output::line(&for_people(&reply))?),
    }
}

/// Shows the steps of a call to who waits for it.
struct Shown(Progress);

#[async_trait]
impl ProgressSink for Shown {
    async fn report(&self, at: u32, total: Option<u32>, text: &str) {
        self.0.say(match total {
            Some(total) => format!("{text}: {at} of {total}"),
            None => format!("{text}: step {at}"),
        });
    }
}

/// Returns what a tool error says, with what the services said below it, and its link.
fn told(reply: &Reply) -> (String, Option<String>) {
    let mut error = match reply.content.first() {
        Some(Block::Json(text)) => serde_json::from_str(text).unwrap_or(Value::Null),
        _ => Value::Null,
    };
    let details = error.get_mut("details").and_then(Value::as_object_mut);
    let mut details = details.map(std::mem::take).unwrap_or_default();
    let help = details.remove("help").and_then(|help| help.as_str().map(str::to_owned));
    let message = error["message"].as_str().unwrap_or("the tool failed");
    match details.is_empty() {
        true => (message.to_owned(), help),
        false => (format!("{message}\n  {}", output::fields(&details)), help),
    }
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

fn explain(error: CallError, tool: &str, config: &Config, catalog: &Catalog) -> Failure {
    if error != CallError::UnknownTool {
        return Failure::new(OTHER, error);
    }
    let further = tools::further(config, catalog);
    let message = match further.iter().find(|(name, _)| *name == tool) {
        Some((_, needs)) => {
            format!("`{tool}` needs {needs}, which is not configured: add it to --scope")
        }
        None => {
            let names: Vec<_> = catalog.definitions().map(Definition::name).collect();
            format!("there is no tool `{tool}`; there are: {}", names.join(", "))
        }
    };
    Failure::new(USAGE, message)
}

/// Lays the blocks of a reply out to be read: one field a line, text as it is.
fn for_people(reply: &Reply) -> String {
    let text = |block: &Block| match block {
        Block::Json(text) => match serde_json::from_str(text) {
            Ok(Value::Object(object)) => output::fields(&object),
            _ => text.clone(),
        },
        Block::Text(text) => text.clone(),
        Block::Image { media_type, data } => {
            format!("[{media_type}, about {} bytes]", data.len() / 4 * 3)
        }
        _ => String::new(),
    };
    let results = reply.structured.as_ref().and_then(|whole| whole["results"].as_array());
    let nothing = results.filter(|hits| hits.is_empty()).map(|_| "Nothing was found.".to_owned());
    let texts = nothing.into_iter().chain(reply.content.iter().map(text));
    texts.collect::<Vec<_>>().join("\n\n")
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
