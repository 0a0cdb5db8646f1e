use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use tokio::sync::{self, watch};

use crate::{
    Clock, Error, ErrorKind, Result,
    client::{flights::Flights, settings::Settings, vault::Vault},
    wire::{
        answer::TokenAnswer,
        fault::{Fault, Reaction},
        form::Form,
        metadata::Endpoints,
        transport::{NoReply, Reply, RequestIds, Transport},
    },
};

/// The wait before the one repetition of a failed request.
const REPEAT_AFTER: Duration = Duration::from_secs(1);
/// The longest wait that Entra ID may ask for and still get its repetition within the same call.
const MAX_PATIENCE: Duration = Duration::from_secs(2);

/// What the parts of a client share.
#[derive(Debug)]
pub(crate) struct Core {
    pub(crate) settings: Arc<Settings>,
    pub(crate) transport: Transport,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) vault: Vault,
    pub(crate) flights: Flights,
    /// Held by whoever changes the session; the network is waited for under it on purpose, since
    /// the next one needs the result.
    pub(crate) turn: sync::Mutex<()>,
    /// Counts sign-outs, so that work for the session before one stops.
    pub(crate) sign_outs: watch::Sender<u64>,
    /// Counts sign-ins that began, so that each ends the one before.
    pub(crate) sign_ins: watch::Sender<u64>,
    endpoints: Mutex<Endpoints>,
}

/// Why a token request brought no token.
pub(crate) enum Refusal {
    /// Entra ID answered with an error.
    Fault(Fault),
    /// There was no answer.
    NoReply(NoReply),
    /// There was an answer that is of no use.
    Useless(Error),
}

impl Core {
    pub(crate) fn new(
        settings: Arc<Settings>,
        transport: Transport,
        clock: Arc<dyn Clock>,
        vault: Vault,
    ) -> Self {
        let endpoints = Mutex::new(Endpoints::well_known(&settings.authority));
        Self {
            settings,
            transport,
            clock,
            vault,
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
        self.clock.sleep(wait + REPEAT_AFTER.mul_f64(fraction() / 2.0)).await;
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
        if reply.status != 200 {
            let fault = Fault::from_reply(&reply, ids.client_request_id);
            self.log(&fault);
            return Err(Refusal::Fault(fault));
        }
        let answer = TokenAnswer::read(&reply, self.settings.resource(), requested, fraction());
        answer.map_err(|why| Refusal::Useless(useless(why, &reply, ids)))
    }

    fn log(&self, fault: &Fault) {
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

impl Refusal {
    /// Returns how soon the same request is worth another try, if it is at all.
    fn repeat_after(&self) -> Option<Duration> {
        match self {
            Self::NoReply(NoReply::TooLarge | NoReply::Unprepared(_)) | Self::Useless(_) => None,
            Self::NoReply(_) => Some(REPEAT_AFTER),
            Self::Fault(fault) if fault.reaction() == Reaction::Retry => {
                Some(fault.retry_after.unwrap_or(REPEAT_AFTER)).filter(|wait| *wait <= MAX_PATIENCE)
            }
            Self::Fault(_) => None,
        }
    }
}

fn useless(why: crate::wire::answer::Unreadable, reply: &Reply, ids: &RequestIds<'_>) -> Error {
    Error::new(ErrorKind::Protocol)
        .with_message("Entra ID's answer cannot be read; check proxies, and try again")
        .with_ids(Some(ids.client_request_id.to_owned()), reply.header("x-ms-request-id"))
        .with_source(why)
}

/// Returns a random number in 0..1; a machine without random numbers gets a middle one.
fn fraction() -> f64 {
    getrandom::u32().map_or(0.5, |number| f64::from(number) / (f64::from(u32::MAX) + 1.0))
}

/// Returns `N` random bytes as text that fits into a URL.
pub(crate) fn random_text<const N: usize>() -> Result<String> {
    let mut bytes = [0; N];
    fill(&mut bytes)?;
    Ok(URL_SAFE_NO_PAD.encode(bytes))
}

/// Returns a random GUID, see [RFC 9562](https://www.rfc-editor.org/rfc/rfc9562#section-5.4).
pub(crate) fn random_guid() -> Result<String> {
    let mut bytes = [0; 16];
    fill(&mut bytes)?;
    bytes[6] = (bytes[6] & 0x0f) | 0x40;
    bytes[8] = (bytes[8] & 0x3f) | 0x80;
    let hex = crate::store::hex(&bytes);
    let groups = [&hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..]];
    Ok(groups.join("-"))
}

fn fill(bytes: &mut [u8]) -> Result<()> {
    getrandom::fill(bytes).map_err(|error| {
        Error::new(ErrorKind::Unavailable)
            .with_message("The operating system gives no random numbers")
            .with_source(error)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn guids_are_of_version_4_and_differ() {
        let (one, other) = (random_guid().unwrap(), random_guid().unwrap());

        assert!(crate::authority::is_guid(&one), "{one}");
        assert_eq!(&one[14..15], "4");
        assert_ne!(one, other);
    }
}
