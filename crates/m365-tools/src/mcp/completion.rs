use m365_graph::WellKnownFolder;
use rmcp::{
    ErrorData,
    model::{CompleteRequestParams, CompleteResult, CompletionInfo, Reference},
};

use super::{Context, Inner, host, resources};
use crate::uri;

/// Completes the variables of the templates; needs no network, as folder names are the same for all.
pub(super) fn complete(
    server: &Inner,
    request: &CompleteRequestParams,
    ctx: &Context,
) -> Result<CompleteResult, ErrorData> {
    resources::check_offered(&server.catalog)?;
    let values = match template(&request.r#ref)? {
        uri::FOLDER if request.argument.name == "folder" => folders(&request.argument.value),
        _ => Vec::new(),
    };
    let info = CompletionInfo::with_all_values(values)
        .map_err(|error| ErrorData::internal_error(error, None))?;
    let mut result = CompleteResult::new(info);
    host::stamp(server, ctx, &mut result.meta);
    Ok(result)
}

fn template(reference: &Reference) -> Result<&str, ErrorData> {
    let unknown = || ErrorData::invalid_params("unknown reference", None);
    match reference {
        Reference::Resource(resource) => resources::templates()
            .iter()
            .any(|template| template.uri_template == resource.uri)
            .then_some(resource.uri.as_str())
            .ok_or_else(unknown),
        _ => Err(unknown()),
    }
}

fn folders(typed: &str) -> Vec<String> {
    let typed = typed.to_ascii_lowercase();
    let names = WellKnownFolder::ALL.iter().map(|folder| folder.as_str());
    names.filter(|name| name.starts_with(&typed)).map(str::to_owned).collect()
}
