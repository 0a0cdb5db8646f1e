use std::sync::Arc;

use secrecy::ExposeSecret;

use super::{
    judge::{Verdict, account, answer, fault, judge},
    question,
};
use crate::{
    Broker, BrokerOutcome, BrokerRequest, BrokerToken, Error, ErrorKind, Record, Result,
    TokenRequest,
    client::{core::Core, silent},
    wire::{answer::TokenAnswer, claims, refusal::Refusal},
};

/// Renews the tokens of `record` by asking the broker that signed its account in; nothing is shown.
pub(crate) async fn renew(
    core: &Core,
    record: &Record,
    request: &TokenRequest,
) -> Result<TokenAnswer, Refusal> {
    let Some(broker) = core.broker.of(record).cloned() else { return Err(gone(core, record)) };
    let question = renewal(core, record, request).map_err(Refusal::Useless)?;
    let outcome = silently(core, &broker, &question).await.unwrap_or_else(silence);
    match judge(core, broker.as_ref(), &question, outcome) {
        Verdict::Token(token) => accept(core, record, request, &question, *token),
        Verdict::Demand(fault) | Verdict::Refused(fault) => Err(Refusal::Fault(fault)),
        Verdict::Cancelled => Err(Refusal::Useless(ErrorKind::Cancelled.into())),
        Verdict::Browser => Err(gone(core, record)),
    }
}

/// Asks the broker silently; `None` when it does not answer in time.
pub(super) async fn silently(
    core: &Core,
    broker: &Arc<dyn Broker>,
    question: &BrokerRequest,
) -> Option<BrokerOutcome> {
    tokio::time::timeout(core.settings.timeouts.attempt, broker.silent(question)).await.ok()
}

/// Asks for the tokens of the account of `record` once more.
fn renewal(core: &Core, record: &Record, request: &TokenRequest) -> Result<BrokerRequest> {
    let settings = &core.settings;
    let mut question = question(core)?;
    question.scopes =
        settings.scopes.listed(settings.authority.cloud(), silent::granted_before(core, record));
    question.claims = Some(claims::parameter(request.claims.as_deref())?);
    question.account = record.broker_account();
    Ok(question)
}

fn accept(
    core: &Core,
    record: &Record,
    request: &TokenRequest,
    question: &BrokerRequest,
    token: BrokerToken,
) -> Result<TokenAnswer, Refusal> {
    let demand = |why: &str| {
        Refusal::Fault(Box::new(fault(question, "interaction_required", None, why.to_owned())))
    };
    let account = account(core, &token).map_err(Refusal::Useless)?;
    if account.oid != record.account.oid {
        return Err(demand("The broker answered for another account"));
    }
    let secret = token.secret.expose_secret();
    if request.rejected.as_ref().is_some_and(|rejected| rejected.secret() == secret) {
        return Err(demand("Microsoft Graph refused the token, and the broker has no other"));
    }
    Ok(answer(core, question, token))
}

fn silence() -> BrokerOutcome {
    BrokerOutcome::Retryable { after: None, text: "The broker does not answer".to_owned() }
}

fn gone(core: &Core, record: &Record) -> Refusal {
    Refusal::Useless(without_broker(core, record))
}

/// Makes the error for an account whose broker is not there any more.
pub(crate) fn without_broker(core: &Core, record: &Record) -> Error {
    Error::new(ErrorKind::SignInRequired).with_message(format!(
        "{} signed in through {}, which cannot be used any more ({}). Sign in again; the browser is \
         used for it",
        record.account.username,
        record.broker.as_deref().unwrap_or("a broker"),
        core.settings.who(None)
    ))
}
