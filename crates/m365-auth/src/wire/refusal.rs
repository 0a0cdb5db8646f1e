use std::time::Duration;

use super::{
    answer::TokenAnswer,
    fault::{Fault, Reaction},
    random::fraction,
    transport::{NoReply, Reply, RequestIds},
};
use crate::{Error, ErrorKind};

/// The wait before the one repetition of a failed request.
const REPEAT_AFTER: Duration = Duration::from_secs(1);
/// The longest wait that Entra ID may ask for and still get its repetition within the same call.
const MAX_PATIENCE: Duration = Duration::from_secs(2);

/// Why a token request brought no token.
pub(crate) enum Refusal {
    /// Entra ID answered with an error.
    Fault(Box<Fault>),
    /// There was no answer.
    NoReply(NoReply),
    /// There was an answer that is of no use.
    Useless(Error),
}

impl Refusal {
    /// Returns how soon, with some jitter, the same request is worth another try, if it is at all.
    pub(crate) fn repeat_after(&self) -> Option<Duration> {
        let wait = match self {
            Self::NoReply(NoReply::TooLarge | NoReply::Unprepared(_)) | Self::Useless(_) => None,
            Self::NoReply(_) => Some(REPEAT_AFTER),
            Self::Fault(fault) if fault.reaction() == Reaction::Retry => {
                Some(fault.retry_after.unwrap_or(REPEAT_AFTER)).filter(|wait| *wait <= MAX_PATIENCE)
            }
            Self::Fault(_) => None,
        };
        wait.map(|wait| wait + REPEAT_AFTER.mul_f64(fraction() / 2.0))
    }
}

impl TokenAnswer {
    /// Reads the answer to a token request; `requested` are the scopes if it names none.
    pub(crate) fn from_reply(
        reply: &Reply,
        ids: &RequestIds<'_>,
        requested: &str,
    ) -> Result<Self, Refusal> {
        if reply.status != 200 {
            let fault = Fault::from_reply(reply, ids.client_request_id);
            return Err(Refusal::Fault(Box::new(fault)));
        }
        Self::read(reply, requested, fraction()).map_err(|why| {
            let ours = Some(ids.client_request_id.to_owned());
            let error = Error::new(ErrorKind::Protocol)
                .with_message("Entra ID's answer cannot be read; check proxies, and try again")
                .with_ids(ours, reply.header("x-ms-request-id"))
                .with_source(why);
            Refusal::Useless(error)
        })
    }
}
