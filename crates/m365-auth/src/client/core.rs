use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::{self, watch};

use crate::{
    Clock,
    client::{broker::BrokerLink, settings::Settings, silent::RenewalKey, vault::Vault},
    wire::{
        answer::TokenAnswer,
        fault::Fault,
        flights::Flights,
        form::Form,
        metadata::Endpoints,
        refusal::Refusal,
        transport::{RequestIds, Transport},
    },
};

/// What the parts of a client share.
#[derive(Debug)]
pub(crate) struct Core {
    pub(crate) settings: Arc<Settings>,
    pub(crate) transport: Transport,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) vault: Vault,
    pub(crate) broker: BrokerLink,
    pub(crate) flights: Flights<RenewalKey>,
    /// Held by whoever changes the session; the network is waited for under it on purpose, since
    /// the next one needs the result.
    pub(crate) turn: sync::Mutex<()>,
    /// Counts sign-outs, so that work for the session before one stops.
    pub(crate) sign_outs: watch::Sender<u64>,
    /// Counts sign-ins that began, so that each ends the one before.
    pub(crate) sign_ins: watch::Sender<u64>,
    endpoints: Mutex<Endpoints>,
}

impl Core {
    pub(crate) fn new(
        settings: Arc<Settings>,
        transport: Transport,
        clock: Arc<dyn Clock>,
        vault: Vault,
        broker: BrokerLink,
    ) -> Self {
        let endpoints = Mutex::new(Endpoints::well_known(&settings.authority));
        Self {
            settings,
            transport,
            clock,
            vault,
            broker,
            endpoints,
            flights: Flights::default(),
            turn: sync::Mutex::default(),
            sign_outs: watch::Sender::new(0),
            sign_ins: watch::Sender::new(0),
        }
    }

    pub(crate) fn endpoints(&self) -> MutexGuard<'_, Endpoints> {
        self.endpoints.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Posts a token request; one that fails for a moment is repeated once.
    pub(crate) async fn redeem(
        &self,
        form: &Form,
        ids: &RequestIds<'_>,
        requested: &str,
    ) -> Result<TokenAnswer, Refusal> {
        let refusal = match self.redeem_once(form, ids, requested).await {
            Ok(answer) => return Ok(answer),
            Err(refusal) => refusal,
        };
        let Some(wait) = refusal.repeat_after() else { return Err(refusal) };
        self.clock.sleep(wait).await;
        self.redeem_once(form, ids, requested).await
    }

    async fn redeem_once(
        &self,
        form: &Form,
        ids: &RequestIds<'_>,
        requested: &str,
    ) -> Result<TokenAnswer, Refusal> {
        let url = self.endpoints().token.clone();
        let reply = self.transport.post(&url, form, ids).await.map_err(Refusal::NoReply)?;
        self.vault.memory().note_server_time(reply.received_at, reply.server_time());
        let answered = TokenAnswer::from_reply(&reply, ids, requested);
        if let Err(Refusal::Fault(fault)) = &answered {
            self.log(fault);
        }
        answered
    }

    pub(crate) fn log(&self, fault: &Fault) {
        if fault.is_loop() {
            tracing::error!("Entra ID reports that this program sends requests in a loop");
        }
        tracing::info!(
            status = fault.status,
            aadsts = fault.aadsts,
            suberror = fault.suberror,
            correlation_id = fault.correlation_id,
            trace_id = fault.trace_id,
            tenant = %self.settings.authority.tenant(),
            "Entra ID refused a token request"
        );
    }
}
