use std::error::Error;

use m365_auth::{EntryId, Loaded, StoreError, StoreLock};

use super::{Check, LATE, Subject, about, in_time};
use crate::{
    commands::sign_in_command,
    config::{Config, Target},
    failure::OTHER,
    session::entry_id,
    store::{self, Store},
};

pub(super) fn subject() -> Subject {
    about("token-store", "Token store")
}

/// Reads the token store and takes its lock for a moment; nothing in it changes.
pub(super) async fn check(config: &Config) -> Check {
    let (Target::Tenant(tenant), Some(folder)) = (&config.target, store::folder(config)) else {
        return subject().ok("memory: the sign-in ends with the process");
    };
    let (store, entry) = (Store::of(config), entry_id(tenant));
    let looked = tokio::task::spawn_blocking(move || look(&store, &entry));
    let place = format!("encrypted files in {}", folder.display());
    match in_time(looked).await {
        Some(Ok((loaded, lock))) => judged(&place, &loaded, &lock),
        Some(Err(_)) => subject().failed(OTHER, format!("{place}: the store broke off"), UNLOCK),
        None => subject().failed(OTHER, format!("{place}: {LATE}"), UNLOCK),
    }
}

type Lock = Result<Option<StoreLock>, StoreError>;

fn look(store: &Store, entry: &EntryId) -> (Loaded, Lock) {
    let loaded = match store.tokens.load(entry) {
        // Nothing had to be opened, so nobody has asked for a key.
        Loaded::Empty => store.check_keys(entry).map_or_else(Loaded::Locked, |()| Loaded::Empty),
        loaded => loaded,
    };
    (loaded, store.tokens.try_lock(entry))
}

const UNLOCK: &str = "Unlock the system's key store, or use --token-store file";

fn judged(place: &str, loaded: &Loaded, lock: &Lock) -> Check {
    let failed = |what: &str, fix: &str| subject().failed(OTHER, format!("{place}: {what}"), fix);
    match (loaded, lock) {
        (Loaded::Corrupt, _) => failed(
            "what is stored is damaged, or its key is gone",
            &format!("Run {}; the damaged file is set aside", sign_in_command()),
        ),
        (Loaded::Newer, _) => failed(
            "a newer version of this program wrote it",
            "Upgrade this program, or give another --data-dir",
        ),
        (Loaded::Locked(error @ StoreError::Absent(_)), _) => failed(
            &explained(error),
            "Start the system's key store (sign in to the desktop), or use --token-store file",
        ),
        (Loaded::Locked(error), _) => failed(
            &explained(error),
            "Unlock the system's key store, or give this user back the right to read the folder",
        ),
        (_, Err(error)) => failed(
            &explained(error),
            "Give this user back the right to write the folder, make room, or give another --data-dir",
        ),
        (Loaded::Record(_), Ok(_)) => subject().ok(format!("{place}: it holds a sign-in")),
        (_, Ok(_)) => subject().ok(format!("{place}: empty, and can be written")),
    }
}

fn explained(error: &StoreError) -> String {
    match error.source() {
        Some(cause) => format!("{error}: {cause}"),
        None => error.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_state_of_the_store_is_told_apart() {
        let free = || Ok(None);
        let full = || Err(StoreError::Failed(std::io::Error::other("no space left")));
        let locked = || Loaded::Locked(StoreError::Locked("the keyring is locked".into()));
        let fails = |loaded: Loaded, lock: Lock| judged("files", &loaded, &lock).has_failed();

        assert!(!fails(Loaded::Empty, free()));
        for failed in [
            fails(Loaded::Corrupt, free()),
            fails(Loaded::Newer, free()),
            fails(locked(), free()),
            fails(Loaded::Empty, full()),
        ] {
            assert!(failed);
        }
    }
}
