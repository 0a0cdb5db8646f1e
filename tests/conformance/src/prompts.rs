//! Prompts, which the product has none of.

use rmcp::{
    ErrorData,
    model::{
        CompleteRequestParams, CompleteResult, CompletionInfo, GetPromptRequestParams,
        GetPromptResult, Prompt, Reference,
    },
};
use serde_json::{Value, json};

use crate::content::{PNG, finished, typed};

pub(crate) fn all() -> Result<Vec<Prompt>, ErrorData> {
    let argument =
        |name: &str| json!({"name": name, "description": "For the test.", "required": true});
    typed(json!([
        {"name": "test_simple_prompt", "description": "Says one thing."},
        {"name": "test_prompt_with_arguments", "description": "Says what it is given.",
            "arguments": [argument("arg1"), argument("arg2")]},
        {"name": "test_prompt_with_embedded_resource", "description": "Quotes a resource.",
            "arguments": [argument("resourceUri")]},
        {"name": "test_prompt_with_image", "description": "Shows an image."},
        {"name": "test_input_required_result_prompt", "description": "Asks first."},
    ]))
}

pub(crate) fn get(request: &GetPromptRequestParams) -> Result<GetPromptResult, ErrorData> {
    let unknown = || ErrorData::invalid_params("unknown prompt", None);
    let contents = contents(request).ok_or_else(unknown)?;
    let message = |content| json!({"role": "user", "content": content});
    finished(json!({"messages": contents.into_iter().map(message).collect::<Vec<_>>()}))
}

fn contents(request: &GetPromptRequestParams) -> Option<Vec<Value>> {
    let text = |text: &str| json!({"type": "text", "text": text});
    Some(match request.name.as_str() {
        "test_simple_prompt" => vec![text("This is a simple prompt for testing.")],
        "test_prompt_with_arguments" => {
            let [one, two] = ["arg1", "arg2"].map(|name| argument(request, name));
            vec![text(&format!("Prompt with arguments: arg1='{one}', arg2='{two}'"))]
        }
        "test_prompt_with_embedded_resource" => {
            let resource = json!({"uri": argument(request, "resourceUri"),
                "mimeType": "text/plain", "text": "Embedded resource content for testing."});
            let resource = json!({"type": "resource", "resource": resource});
            vec![resource, text("Please process the embedded resource above.")]
        }
        "test_prompt_with_image" => {
            let image = json!({"type": "image", "data": PNG, "mimeType": "image/png"});
            vec![image, text("Please analyze the image above.")]
        }
        _ => return None,
    })
}

fn argument<'a>(request: &'a GetPromptRequestParams, name: &str) -> &'a str {
    let arguments = request.arguments.as_ref();
    arguments.and_then(|arguments| arguments.get(name)?.as_str()).unwrap_or_default()
}

/// Completes an argument of a prompt; `None` for what is about resources.
pub(crate) fn complete(
    request: &CompleteRequestParams,
) -> Option<Result<CompleteResult, ErrorData>> {
    let Reference::Prompt(_) = &request.r#ref else { return None };
    let values =
        ["paris", "park", "party"].iter().filter(|one| one.starts_with(&request.argument.value));
    let info = CompletionInfo::with_all_values(values.map(ToString::to_string).collect());
    Some(info.map(CompleteResult::new).map_err(|error| ErrorData::internal_error(error, None)))
}
