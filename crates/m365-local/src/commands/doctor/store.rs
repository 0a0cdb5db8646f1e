use std::error::Error;

use m365_auth::{EntryId, Loaded, StoreError, StoreLock};

use super::{Check, LATE, Subject, about, in_time};
use crate::{
    config::{Config, Target},
    failure::OTHER,
    session::entry_id,
    store::{self, Store},
};

pub(super) fn subject() -> Subject {
    about("token-store", "Token store")
}

/// What the token store is good for, as far as the checks that follow depend on it.
pub(super) struct Standing {
    pub(super) check: Check,
    /// Whether a sign-in would outlive the process that does it.
    pub(super) keeps: bool,
}

/// Reads the token store and takes its lock for a moment; nothing in it changes.
pub(super) async fn look(config: &Config) -> Standing {
    let (Target::Tenant(tenant), Some(folder)) = (&config.target, store::folder(config)) else {
        let check = subject().ok("memory: the sign-in ends with the process");
        return Standing { check, keeps: false };
    };
    let (store, entry) = (Store::of(config), entry_id(tenant));
    let found = tokio::task::spawn_blocking(move || Found::in_store(&store, &entry));
    let place = format!("encrypted files in {}", folder.display());
    let failed = |what: &str| Standing {
        check: subject().failed(OTHER, format!("{place}: {what}"), UNLOCK),
        keeps: false,
    };
    match in_time(found).await {
        Some(Ok(found)) => Standing { check: found.judged(&place), keeps: found.keeps() },
        Some(Err(_)) => failed("the store broke off"),
        None => failed(LATE),
    }
}

const UNLOCK: &str =
    "Unlock the system's key store, or give this user back the right to read the folder";
const FIND_KEY: &str = "Start the key store that holds the key (sign in to the desktop); or run \
                        `m365-local sign-out`, and sign in with --token-store file";
const WRITE: &str =
    "Give this user back the right to write the folder, make room, or give another --data-dir";
const REPLACE: &str = "Run `m365-local sign-in`; the damaged file is set aside";
const UPGRADE: &str = "Upgrade this program, or give another --data-dir";
const CHOOSE: &str = "Start the system's key store, or give --token-store file (M365_TOKEN_STORE=file) \
                      to each command and in the host's configuration";

/// What reading, locking, and asking for a key said.
struct Found {
    loaded: Loaded,
    lock: Result<Option<StoreLock>, StoreError>,
    keys: Result<(), StoreError>,
}

impl Found {
    fn in_store(store: &Store, entry: &EntryId) -> Self {
        let loaded = store.tokens.load(entry);
        // Where nothing had to be opened, nobody has asked for a key.
        let keys = match loaded {
            Loaded::Empty => store.check_keys(entry),
            _ => Ok(()),
        };
        Self { loaded, lock: store.tokens.try_lock(entry), keys }
    }

    fn keeps(&self) -> bool {
        let can_be_replaced =
            matches!(self.loaded, Loaded::Empty | Loaded::Record(_) | Loaded::Corrupt);
        can_be_replaced && self.lock.is_ok() && self.keys.is_ok()
    }

    fn judged(&self, place: &str) -> Check {
        match (self.obstacle(), &self.keys, &self.loaded) {
            (Some((what, fix)), ..) => subject().failed(OTHER, format!("{place}: {what}"), fix),
            (None, Err(error), _) => subject().warning(
                format!("{}, so a sign-in ends with the program that does it", explained(error)),
                CHOOSE,
            ),
            (None, _, Loaded::Record(_)) => subject().ok(format!("{place}: it holds a sign-in")),
            _ => subject().ok(format!("{place}: empty, and can be written")),
        }
    }

    /// Returns what stands in the way of a sign-in, and what helps. A missing key store does not: without
    /// one a sign-in lasts for a run.
    fn obstacle(&self) -> Option<(String, &'static str)> {
        let words = |text: &str| text.to_owned();
        match (&self.loaded, &self.lock, &self.keys) {
            (Loaded::Corrupt, ..) => {
                Some((words("what is stored is damaged, or its key is gone"), REPLACE))
            }
            (Loaded::Newer, ..) => {
                Some((words("a newer version of this program wrote it"), UPGRADE))
            }
            (Loaded::Locked(error @ StoreError::Absent(_)), ..) => {
                Some((explained(error), FIND_KEY))
            }
            (Loaded::Locked(error), ..) => Some((explained(error), UNLOCK)),
            (_, Err(error), _) => Some((explained(error), WRITE)),
            (.., Ok(()) | Err(StoreError::Absent(_))) => None,
            (.., Err(error)) => Some((explained(error), UNLOCK)),
        }
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

    fn found(
        loaded: Loaded,
        lock: Result<Option<StoreLock>, StoreError>,
        keys: Result<(), StoreError>,
    ) -> Check {
        Found { loaded, lock, keys }.judged("files")
    }

    fn absent() -> StoreError {
        StoreError::Absent("no bus".into())
    }

    #[test]
    fn each_state_of_the_store_is_told_apart() {
        let full = || Err(StoreError::Failed(std::io::Error::other("no space left")));
        let locked = || StoreError::Locked("the keyring is locked".into());

        assert!(!found(Loaded::Empty, Ok(None), Ok(())).has_failed());
        for failed in [
            found(Loaded::Corrupt, Ok(None), Ok(())),
            found(Loaded::Newer, Ok(None), Ok(())),
            found(Loaded::Locked(locked()), Ok(None), Ok(())),
            found(Loaded::Locked(absent()), Ok(None), Ok(())),
            found(Loaded::Empty, full(), Ok(())),
            found(Loaded::Empty, full(), Err(absent())),
            found(Loaded::Empty, Ok(None), Err(locked())),
        ] {
            assert!(failed.has_failed());
        }
    }

    #[test]
    fn an_empty_store_on_a_machine_without_a_key_store_is_a_warning() {
        let check = found(Loaded::Empty, Ok(None), Err(absent()));

        assert!(!check.has_failed());
    }
}
