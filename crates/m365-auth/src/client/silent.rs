use std::{sync::Arc, time::Duration};

use secrecy::ExposeSecret;

use super::{
    broker,
    core::Core,
    memory::Blocked,
    vault::{Lock, Saved},
};
use crate::{
    AccessToken, Error, ErrorKind, Record, Result, TokenRequest,
    clock::after,
    store::{Method, StoredAccessToken, StoredRefreshToken},
    wire::{
        answer::TokenAnswer,
        claims,
        fault::{Fault, Reaction},
        flights::Flight,
        form::Form,
        random::random_guid,
        refusal::Refusal,
        transport::RequestIds,
    },
};

mod demand;

use demand::{demand, pending, signed_out};

/// A token with less time left counts as expired while there is hope for another.
const MARGIN: Duration = Duration::from_secs(300);
/// How long a demand for interaction is answered from memory.
const DEMAND_HOLDS: Duration = Duration::from_secs(120);
/// How long Entra ID is left alone after it failed or refused without saying how long.
const FAILURE_HOLDS: Duration = Duration::from_secs(60);

/// What makes two renewals the same.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct RenewalKey {
    claims: Option<String>,
    forced: bool,
}

/// Returns a token from memory, or renews it.
pub(crate) async fn access_token(core: &Arc<Core>, request: &TokenRequest) -> Result<AccessToken> {
    core.vault.look(&Lock::NotHeld).await;
    if let Some(rejected) = &request.rejected {
        core.vault.memory().forget(rejected);
    }
    if let Some((token, early)) = cached(core, request, MARGIN) {
        if early && hold(core, request).is_none() {
            drop(board(core, request));
        }
        return Ok(token);
    }
    match renewable(core) {
        Ok(_) => board(core, request).landed().await,
        Err(error) => fallback(core, request, error),
    }
}

/// Joins or starts the renewal that `request` needs.
fn board(core: &Arc<Core>, request: &TokenRequest) -> Flight {
    let key = RenewalKey { claims: request.claims.clone(), forced: request.rejected.is_some() };
    let (core, request) = (core.clone(), request.clone());
    core.flights.clone().board(key, move || async move { renew(&core, &request).await })
}

/// Takes turns with the other renewals, also of other processes, and renews if it still has to.
async fn renew(core: &Core, request: &TokenRequest) -> Result<AccessToken> {
    let mut sign_outs = core.sign_outs.subscribe();
    let _turn = core.turn.lock().await;
    let lock = core.vault.lock().await;
    core.vault.look(&lock).await;
    if let Some((token, false)) = cached(core, request, MARGIN) {
        return Ok(token);
    }
    if let Some(error) = hold(core, request) {
        return fallback(core, request, error);
    }
    let record = match renewable(core) {
        Ok(record) => record,
        Err(error) => return fallback(core, request, error),
    };
    tokio::select! {
        answered = refresh(core, &record, request) => {
            conclude(core, &lock, record, request, answered).await
        }
        _ = sign_outs.changed() => Err(signed_out(core, None)),
    }
}

/// Returns the cached token if it may answer `request`, and whether it should be renewed early.
fn cached(core: &Core, request: &TokenRequest, margin: Duration) -> Option<(AccessToken, bool)> {
    let memory = core.vault.memory();
    let stored = memory.access_token(core.settings.resource())?;
    let (token, now) = (stored.token(), core.clock.now());
    let fits = request.claims.is_none() && request.rejected.as_ref() != Some(&token);
    let early = stored.refresh_on.is_some_and(|refresh_on| refresh_on <= now);
    (fits && token.is_valid_for(margin, now)).then_some((token, early))
}

/// Returns why Entra ID is not asked now.
fn hold(core: &Core, request: &TokenRequest) -> Option<Error> {
    let (memory, now) = (core.vault.memory(), core.clock.now());
    let forced = request.claims.is_some() || request.rejected.is_some();
    let blocked = memory.blocked.as_ref().filter(|blocked| blocked.until > now);
    if let Some(blocked) = blocked.filter(|blocked| blocked.firm || !forced) {
        return Some(blocked.error_at(now));
    }
    let record = memory.record.as_ref().filter(|_| !forced)?;
    let pending = record.pending.as_ref()?;
    (now < after(pending.since, DEMAND_HOLDS)).then(|| demand(pending))
}

/// Returns the record with which a token can be renewed.
fn renewable(core: &Core) -> Result<Record> {
    let memory = core.vault.memory();
    let record = memory.record.as_ref();
    let renewable = |record: &&Record| record.refresh_token.is_some() || core.broker.serves(record);
    match record.filter(renewable) {
        Some(record) => Ok(record.clone()),
        None => Err(signed_out(core, Some(&memory))),
    }
}

async fn refresh(
    core: &Core,
    record: &Record,
    request: &TokenRequest,
) -> Result<TokenAnswer, Refusal> {
    if record.method == Method::Broker {
        return broker::renew(core, record, request).await;
    }
    let id = random_guid().map_err(Refusal::Useless)?;
    let scope = scope_parameter(core, record);
    let form = refresh_form(core, record, request, &scope).map_err(Refusal::Useless)?;
    let anchor = Some(format!("{}@{}", record.account.oid, record.account.tid));
    core.redeem(&form, &RequestIds { client_request_id: &id, anchor }, &scope).await
}

fn refresh_form(core: &Core, record: &Record, request: &TokenRequest, scope: &str) -> Result<Form> {
    let token = record.refresh_token.as_ref();
    Ok(Form::new()
        .set("client_id", core.settings.client_id.as_str())
        .set("grant_type", "refresh_token")
        .set_if("refresh_token", token.map(|token| token.secret.expose_secret()))
        .set("scope", scope)
        .set("client_info", "1")
        .set("claims", claims::parameter(request.claims.as_deref())?))
}

/// Asks for what was granted before: a scope without consent would spoil the whole request, and
/// Entra ID adds by itself what was consented to since.
fn scope_parameter(core: &Core, record: &Record) -> String {
    let cloud = core.settings.authority.cloud();
    core.settings.scopes.parameter(cloud, granted_before(core, record))
}

pub(crate) fn granted_before(core: &Core, record: &Record) -> impl Fn(&str) -> bool {
    let granted = |name: &str| record.scopes_granted.iter().any(|scope| scope == name);
    let nothing_known = !core.settings.scopes.iter().any(|scope| granted(scope.name()));
    move |name| nothing_known || granted(name)
}

/// Keeps what the answer changes, and turns it into a token or an error.
async fn conclude(
    core: &Core,
    lock: &Lock,
    record: Record,
    request: &TokenRequest,
    answered: Result<TokenAnswer, Refusal>,
) -> Result<AccessToken> {
    match answered {
        Ok(answer) => accept(core, lock, record, answer).await,
        Err(Refusal::Useless(error)) => fallback(core, request, error),
        Err(Refusal::NoReply(error)) => fallback(core, request, error.into_error()),
        Err(Refusal::Fault(fault)) => react(core, lock, record, request, *fault).await,
    }
}

async fn accept(
    core: &Core,
    lock: &Lock,
    mut record: Record,
    answer: TokenAnswer,
) -> Result<AccessToken> {
    let access = StoredAccessToken::new(answer.access, core.settings.resource());
    let token = access.token();
    if let Some(secret) = answer.refresh_token {
        record.refresh_token = Some(StoredRefreshToken { secret, obtained_at: access.obtained_at });
    }
    record.scopes_granted = access.scopes.clone();
    record.access_tokens = vec![access];
    record.scopes_requested = core.settings.scope_names();
    record.pending = None;
    core.vault.memory().blocked = None;
    match core.vault.save(lock, record).await {
        Saved::Kept => Ok(token),
        Saved::Overtaken => match cached(core, &TokenRequest::new(), Duration::ZERO) {
            Some((token, _)) => Ok(token),
            None => Err(signed_out(core, None)),
        },
    }
}

async fn react(
    core: &Core,
    lock: &Lock,
    record: Record,
    request: &TokenRequest,
    fault: Fault,
) -> Result<AccessToken> {
    let (reaction, retry_after) = (fault.reaction(), fault.retry_after);
    let shown = core.vault.memory().policy_shown;
    let policy = if shown { ErrorKind::Denied } else { ErrorKind::SignInRequired };
    let context = core.settings.context(Some(&record.account));
    let error = fault.into_error(reaction.kind(policy), &context);
    match reaction {
        Reaction::Consent | Reaction::Interact | Reaction::Over | Reaction::Policy => {
            require(core, lock, record, request, error, reaction == Reaction::Over).await
        }
        Reaction::Retry => {
            block(core, retry_after.unwrap_or(FAILURE_HOLDS), &error, retry_after.is_some());
            fallback(core, request, error)
        }
        Reaction::Wait(wait) => {
            block(core, wait, &error, true);
            fallback(core, request, error.with_retry_after(wait))
        }
        Reaction::Refuse(_) => {
            block(core, FAILURE_HOLDS, &error, false);
            Err(error)
        }
    }
}

/// Notes that the user has to do something; no cached token of theirs is used until then.
async fn require(
    core: &Core,
    lock: &Lock,
    mut record: Record,
    request: &TokenRequest,
    error: Error,
    over: bool,
) -> Result<AccessToken> {
    let error = match (error.claims(), &request.claims) {
        (None, Some(challenge)) => error.with_claims(challenge.clone()),
        _ => error,
    };
    record.access_tokens.clear();
    // The operating system may mend by itself what a broker's answer says is over.
    if over && record.method == Method::Browser {
        record.end_session();
    }
    record.pending = Some(pending(&error, core.clock.now()));
    core.vault.save(lock, record).await;
    Err(error)
}

/// Returns a token that still is valid although it should have been renewed, or else `error`.
fn fallback(core: &Core, request: &TokenRequest, error: Error) -> Result<AccessToken> {
    cached(core, request, Duration::ZERO).map(|(token, _)| token).ok_or(error)
}

fn block(core: &Core, wait: Duration, error: &Error, firm: bool) {
    let until = after(core.clock.now(), wait);
    core.vault.memory().blocked = Some(Blocked { until, error: error.clone(), firm });
}
