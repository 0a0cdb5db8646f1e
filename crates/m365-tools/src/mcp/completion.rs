use std::time::Duration;

use m365_graph::WellKnownFolder;
use rmcp::{
    ErrorData,
    model::{CompleteRequestParams, CompleteResult, CompletionInfo, Reference},
};

use super::{Context, Inner, host, resources};
use crate::mail::folders::well_known;
use crate::uri;

/// How long the names of one's own folders are waited for.
const PATIENCE: Duration = Duration::from_secs(2);

/// The well-known folders that every mailbox has; others are offered to who types their names.
const USUAL: [WellKnownFolder; 7] = [
    WellKnownFolder::Archive,
    WellKnownFolder::DeletedItems,
    WellKnownFolder::Drafts,
    WellKnownFolder::Inbox,
    WellKnownFolder::JunkEmail,
    WellKnownFolder::Outbox,
    WellKnownFolder::SentItems,
];

/// Completes the variables of the templates.
pub(super) async fn complete(
    server: &Inner,
    request: &CompleteRequestParams,
    ctx: &Context,
) -> Result<CompleteResult, ErrorData> {
    resources::check_offered(&server.catalog)?;
    let values = match template(&request.r#ref)? {
        uri::FOLDER if request.argument.name == "folder" => folders(server, request, ctx).await,
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

/// Returns the folders that fit what was typed, best first: well-known ones and one's own.
async fn folders(server: &Inner, request: &CompleteRequestParams, ctx: &Context) -> Vec<String> {
    let typed = request.argument.value.to_lowercase();
    let usual = |folder: &&WellKnownFolder| !typed.is_empty() || USUAL.contains(folder);
    let names = WellKnownFolder::ALL.iter().filter(usual).map(|folder| folder.as_str().to_owned());
    let own = match has_owner(request) {
        true => Vec::new(),
        false => tokio::time::timeout(PATIENCE, own(server, ctx)).await.unwrap_or_default(),
    };
    let own = own.into_iter().filter(|name| well_known(name).is_none());
    let ranked =
        names.chain(own).filter_map(|name| Some((rank(&name.to_lowercase(), &typed)?, name)));
    let mut ranked: Vec<_> = ranked.collect();
    ranked.sort_by_key(|(rank, _)| *rank);
    ranked.into_iter().map(|(_, name)| name).take(CompletionInfo::MAX_VALUES).collect()
}

/// Tells whether the folders of somebody else's mailbox are meant.
fn has_owner(request: &CompleteRequestParams) -> bool {
    let arguments = request.context.as_ref().and_then(|context| context.arguments.as_ref());
    arguments.is_some_and(|arguments| arguments.get("owner").is_some_and(|owner| !owner.is_empty()))
}

/// Reads the names of the caller's folders; none on any failure, and when the server is busy.
async fn own(server: &Inner, ctx: &Context) -> Vec<String> {
    let Ok(_permit) = server.permits.try_acquire() else { return Vec::new() };
    match server.callers.call_input(&ctx.extensions).await {
        Ok(input) => server.catalog.folder_names(resources::READER, input).await,
        Err(_) => Vec::new(),
    }
}

/// 0 for a name that begins as typed, 1 for a path with such a name in it, `None` for others.
fn rank(name: &str, typed: &str) -> Option<u8> {
    if name.starts_with(typed) {
        return Some(0);
    }
    name.split('/').any(|part| part.starts_with(typed)).then_some(1)
}
