use std::{panic::AssertUnwindSafe, time::Duration};

use futures_util::FutureExt;
use m365_graph::{TeamId, WellKnownFolder};
use rmcp::{
    ErrorData,
    model::{CompleteRequestParams, CompleteResult, CompletionInfo, Reference},
};
use serde_json::{Map, Value};

use super::{Context, Inner, host, resources, turn, watch::Watch};
use crate::{
    CallOutcome, ErrorCode, PolicyMode,
    choices::{Choice, Variable},
    mail::folders::well_known,
    uri,
    words::fold,
};

/// How long the names of what one has are waited for.
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

/// Completes the variables of the templates: with ids, found by the names that people know.
pub(super) async fn complete(
    server: &Inner,
    request: &CompleteRequestParams,
    ctx: &Context,
) -> Result<CompleteResult, ErrorData> {
    resources::check_offered(&server.catalog)?;
    let template = template(&request.r#ref)?;
    let values = match variable(template, request) {
        Some(variable) => values(server, request, ctx, &variable).await,
        None => Vec::new(),
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

/// Tells what stands in a variable; `None` for what has no names, and for none of this template's.
fn variable(template: &str, request: &CompleteRequestParams) -> Option<Variable> {
    let name = request.argument.name.as_str();
    if !template.contains(name) {
        return None;
    }
    match name {
        "channelId" => TeamId::new(known(request, "teamId")?).ok().map(Variable::Channel),
        "chatId" => Some(Variable::Chat),
        "driveId" => Some(Variable::Drive),
        "folder" if template == uri::FOLDER => Some(Variable::Folder),
        "owner" => Some(Variable::Owner),
        "siteId" => Some(Variable::Site),
        "teamId" => Some(Variable::Team),
        _ => None,
    }
}

/// Returns what was chosen for another variable of the same template.
fn known<'a>(request: &'a CompleteRequestParams, name: &str) -> Option<&'a str> {
    let arguments = request.context.as_ref()?.arguments.as_ref()?;
    arguments.get(name).map(String::as_str).filter(|value| !value.is_empty())
}

/// Returns the values whose names fit what was typed, best first.
async fn values(
    server: &Inner,
    request: &CompleteRequestParams,
    ctx: &Context,
    variable: &Variable,
) -> Vec<String> {
    let typed = typed(request);
    let mut choices =
        if *variable == Variable::Folder { well_known_names(&typed) } else { Vec::new() };
    // The folders of somebody else's mailbox would take the scope and the right to it.
    if *variable != Variable::Folder || known(request, "owner").is_none() {
        choices.extend(own(server, request, ctx, variable).await);
    }
    let folded = fold(&typed);
    let ranked =
        choices.into_iter().filter_map(|choice| Some((rank(&choice, &folded)?, choice.value)));
    let mut ranked: Vec<_> = ranked.collect();
    ranked.sort_by_key(|(rank, _)| *rank);
    ranked.into_iter().map(|(_, value)| value).take(CompletionInfo::MAX_VALUES).collect()
}

fn well_known_names(typed: &str) -> Vec<Choice> {
    let usual = |folder: &&WellKnownFolder| !typed.is_empty() || USUAL.contains(folder);
    let folders = WellKnownFolder::ALL.iter().filter(usual);
    folders.map(|folder| Choice::new(folder, folder.as_str())).collect()
}

/// Reads what the caller has; nothing on any failure, and when the server is busy.
async fn own(
    server: &Inner,
    request: &CompleteRequestParams,
    ctx: &Context,
    variable: &Variable,
) -> Vec<Choice> {
    if server.catalog.mode(resources::READER) != Some(PolicyMode::Allow) {
        return Vec::new();
    }
    let Ok(_permit) = server.permits.try_acquire() else { return Vec::new() };
    let (arguments, typed) = (described(request), typed(request));
    let mut watch = Watch::begin(server, ctx, "completion", &arguments);
    let found = AssertUnwindSafe(found(server, ctx, variable, &typed)).catch_unwind();
    let found = tokio::select! {
        biased;
        () = ctx.ct.cancelled() => return Vec::new(),
        () = server.stop.cancelled() => return Vec::new(),
        found = tokio::time::timeout(PATIENCE, found) => found,
    };
    let choices = match found {
        Ok(Ok(choices)) => choices.map_err(CallOutcome::Error),
        Ok(Err(_)) => Err(CallOutcome::Panicked),
        Err(_) => Err(CallOutcome::Error(ErrorCode::Timeout)),
    };
    watch.completes(choices.as_ref().map(Vec::len).map_err(|outcome| *outcome));
    choices.unwrap_or_default()
}

async fn found(
    server: &Inner,
    ctx: &Context,
    variable: &Variable,
    typed: &str,
) -> Result<Vec<Choice>, ErrorCode> {
    let input = turn::caller(server, ctx).await.map_err(|_| ErrorCode::ServiceError)?;
    let choices = server.catalog.choices(resources::READER, input, variable, typed).await;
    let choices = choices.map_err(|error| error.code())?;
    let is_new =
        |choice: &Choice| *variable != Variable::Folder || well_known(&choice.value).is_none();
    Ok(choices.into_iter().filter(is_new).collect())
}

fn typed(request: &CompleteRequestParams) -> String {
    request.argument.value.trim().to_lowercase()
}

/// Returns what was asked for, as arguments of a call.
fn described(request: &CompleteRequestParams) -> Map<String, Value> {
    let CompleteRequestParams { argument, .. } = request;
    Map::from_iter([(argument.name.clone(), argument.value.as_str().into())])
}

/// 0 for a name or value that begins as typed, 1 for one with such a word in it, `None` for others.
fn rank(choice: &Choice, typed: &str) -> Option<u8> {
    let [name, value] = [fold(&choice.name), fold(&choice.value)];
    if name.starts_with(typed) || value.starts_with(typed) {
        return Some(0);
    }
    name.split(['/', ' ']).any(|part| part.starts_with(typed)).then_some(1)
}
