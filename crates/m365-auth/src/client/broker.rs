use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use url::Url;

use super::core::Core;
use crate::{
    Authority, Availability, Broker, BrokerRequest, ClientId, ParentWindow, Record, Result,
    wire::random::random_guid,
};

mod forget;
mod judge;
mod renewal;
mod sign_in;

pub use forget::broker_account_stays;
pub(crate) use forget::forget;
pub(crate) use renewal::{renew, without_broker};
pub(crate) use sign_in::sign_in;

/// The brokers that failed for good, by their names: the browser is used until the process ends.
static GIVEN_UP: Mutex<BTreeSet<&'static str>> = Mutex::new(BTreeSet::new());

/// What a client has of a broker.
#[derive(Debug)]
pub(crate) struct BrokerLink {
    broker: Option<Arc<dyn Broker>>,
    parent: ParentWindow,
}

/// Why a broker is given up.
#[derive(Debug)]
struct Failure {
    stage: &'static str,
    code: String,
    reason: String,
}

impl BrokerLink {
    /// Takes `broker`, unless the sign-in host is replaced: a broker speaks to the cloud's own.
    pub(crate) fn new(
        broker: Option<Arc<dyn Broker>>,
        parent: ParentWindow,
        authority: &Authority,
    ) -> Self {
        let genuine = *authority.login_root() == authority.cloud().login_root();
        Self { broker: broker.filter(|_| genuine), parent }
    }

    /// Tells whether the tokens of `record` can be renewed by this broker.
    pub(crate) fn serves(&self, record: &Record) -> bool {
        self.of(record).is_some()
    }

    /// Returns the broker that signed the account of `record` in, if it can be used.
    fn of(&self, record: &Record) -> Option<&Arc<dyn Broker>> {
        let name = record.broker.as_deref().filter(|_| record.broker_account().is_some());
        self.usable().filter(|broker| name == Some(broker.name()))
    }

    fn usable(&self) -> Option<&Arc<dyn Broker>> {
        self.broker.as_ref().filter(|broker| !given_up().contains(broker.name()))
    }
}

/// Returns the broker that a sign-in begins with, if it is there.
pub(crate) async fn available(core: &Core) -> Option<Arc<dyn Broker>> {
    let broker = core.broker.usable()?;
    let question = question(core).ok()?;
    let answer = broker.availability(&question);
    match tokio::time::timeout(core.settings.timeouts.attempt, answer).await {
        Ok(Availability::Available) => Some(broker.clone()),
        _ => None,
    }
}

/// Uses the browser from now on, and logs why when that is news.
fn give_up(broker: &dyn Broker, failure: &Failure, question: &BrokerRequest) {
    if given_up().insert(broker.name()) {
        tracing::warn!(
            platform = std::env::consts::OS,
            broker = broker.name(),
            stage = failure.stage,
            code = judge::impersonal(&failure.code),
            reason = judge::impersonal(&failure.reason),
            correlation_id = question.correlation_id,
            "local_auth_broker_fallback"
        );
    }
}

fn given_up() -> MutexGuard<'static, BTreeSet<&'static str>> {
    GIVEN_UP.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Asks for the client's tenant, nobody and nothing in particular.
fn question(core: &Core) -> Result<BrokerRequest> {
    plain_question(&core.settings.authority, &core.settings.client_id)
}

fn plain_question(authority: &Authority, client_id: &ClientId) -> Result<BrokerRequest> {
    let (tenant, id) = (authority.tenant(), random_guid()?);
    Ok(BrokerRequest::new(tenant_address(authority), tenant.clone(), client_id.clone(), id))
}

fn tenant_address(authority: &Authority) -> Url {
    let mut address = authority.cloud().login_root();
    address.set_path(authority.tenant().as_str());
    address
}
