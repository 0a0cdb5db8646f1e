use jiff::Timestamp;

use crate::{
    Error, ErrorKind,
    client::{broker, core::Core, memory::Memory},
    store::{Pending, PendingKind},
};

/// Makes the error for a session that there is none of, or that has ended.
pub(super) fn signed_out(core: &Core, memory: Option<&Memory>) -> Error {
    let record = memory.and_then(|memory| memory.record.as_ref());
    if let Some(pending) = record.and_then(|record| record.pending.as_ref()) {
        return demand(pending);
    }
    if let Some(record) = record.filter(|record| record.broker_account().is_some()) {
        return broker::without_broker(core, record);
    }
    let account = record.map(|record| &record.account);
    let notices = memory.and_then(|memory| memory.notices.store.clone());
    let message = match account.filter(|account| core.settings.refuses(account)) {
        Some(other) => format!(
            "{} is signed in, expected is {}. Sign in again",
            other.username,
            core.settings.who(None)
        ),
        None => format!("Nobody is signed in ({}). Sign in", core.settings.who(account)),
    };
    let sentences = [Some(message), notices];
    let text = sentences.into_iter().flatten().collect::<Vec<_>>().join(". ");
    Error::new(ErrorKind::SignInRequired).with_message(text)
}

/// Notes what `error` demands.
pub(super) fn pending(error: &Error, since: Timestamp) -> Pending {
    Pending {
        kind: match error.kind() {
            ErrorKind::ConsentRequired => PendingKind::ConsentRequired,
            ErrorKind::Denied => PendingKind::Denied,
            _ => PendingKind::InteractionRequired,
        },
        claims: error.claims().map(str::to_owned),
        aadsts: error.aadsts(),
        suberror: error.suberror().map(str::to_owned),
        text: error.message().map(str::to_owned),
        correlation_id: error.correlation_id().map(str::to_owned),
        since,
    }
}

/// Makes the error again that asked for an interaction.
pub(super) fn demand(pending: &Pending) -> Error {
    let kind = match pending.kind {
        PendingKind::ConsentRequired => ErrorKind::ConsentRequired,
        PendingKind::Denied => ErrorKind::Denied,
        PendingKind::InteractionRequired => ErrorKind::SignInRequired,
    };
    let text = pending.text.as_deref().unwrap_or("Sign in again");
    let error = Error::new(kind).with_message(text).with_ids(pending.correlation_id.clone(), None);
    let error = pending.aadsts.into_iter().fold(error, Error::with_aadsts);
    let error = pending.suberror.iter().fold(error, Error::with_suberror);
    pending.claims.iter().fold(error, Error::with_claims)
}
