use std::{collections::HashMap, fmt, io, sync::Arc, time::Duration};

use base64::{Engine, engine::general_purpose::STANDARD};
use keyring_core::{CredentialStore, Entry, Error};
use zeroize::Zeroizing;

use super::{EntryId, KeyPlace, KeyProvider, StoreError, StoreKey, key::decode};

mod lane;
mod system;

#[cfg(test)]
mod tests;

use lane::{Lane, Missed};

/// How long a call waits: less than [`Timeouts::store`](crate::Timeouts::store), so that who waits
/// for the store hears from here what is wrong.
const PATIENCE: Duration = Duration::from_secs(4);

/// The key store of a system.
#[derive(Clone)]
struct System {
    open: Arc<dyn Fn() -> keyring_core::Result<Arc<CredentialStore>> + Send + Sync>,
    /// How its items are made, as name and value.
    modifiers: HashMap<&'static str, &'static str>,
    /// Fails when what seems not to be there may only be out of sight.
    check: fn() -> keyring_core::Result<()>,
}

/// Keeps keys in the operating system's key store: the Credential Manager of Windows, the login
/// keychain of macOS, or the Secret Service of a Linux desktop.
///
/// A key store may ask a person to unlock it, or not answer at all. A call waits for four seconds;
/// after that the question stays open, at most one in a process, and further calls fail at once
/// until it is answered. Clones share this.
#[derive(Clone)]
pub struct OsKeys {
    service: String,
    advice: Option<String>,
    patience: Duration,
    system: System,
    lane: Arc<Lane>,
}

impl OsKeys {
    /// Keeps keys under the name of the product, `service`.
    #[must_use]
    pub fn new(service: impl Into<String>) -> Self {
        Self {
            service: service.into(),
            advice: None,
            patience: PATIENCE,
            system: system::system(),
            lane: Arc::default(),
        }
    }

    /// Sets what a person may do instead of mending the key store, e.g. `or keep the key in a file`.
    #[must_use]
    pub fn with_advice(mut self, advice: impl Into<String>) -> Self {
        self.advice = Some(advice.into());
        self
    }

    /// Sets how long a call waits.
    #[must_use]
    pub const fn with_patience(mut self, patience: Duration) -> Self {
        self.patience = patience;
        self
    }

    /// Does `work` with the item of `entry`, where it may hang.
    fn item<T: Send + 'static>(
        &self,
        entry: &EntryId,
        work: fn(&Item) -> Result<T, Refused>,
    ) -> Result<T, StoreError> {
        let (system, service, account) = (self.system.clone(), self.service.clone(), entry.clone());
        let done = self.lane.run(self.patience, move || {
            let store = (system.open)().map_err(Refused::Absent)?;
            let entry = store.build(&service, account.as_str(), Some(&system.modifiers))?;
            work(&Item { entry, check: system.check })
        });
        done.unwrap_or_else(|missed| Err(missed.into())).map_err(|refused| self.explain(refused))
    }

    fn explain(&self, refused: Refused) -> StoreError {
        match refused {
            Refused::Absent(cause) => StoreError::Absent(
                self.advise(&format!("{} does not answer ({cause}); start it", system::NAME)),
            ),
            Refused::Store(cause) => StoreError::Locked(self.advise(&reason(&cause))),
            Refused::Missed(Missed::Late) => StoreError::Locked(self.advise(&format!(
                "{} does not answer in time; perhaps a window asks for its password: unlock it",
                system::NAME
            ))),
            Refused::Missed(Missed::Broken) => StoreError::Broken,
            Refused::Other(error) => error,
        }
    }

    fn advise(&self, sentence: &str) -> String {
        match &self.advice {
            Some(advice) => format!("{sentence}, {advice}"),
            None => sentence.to_owned(),
        }
    }
}

impl KeyProvider for OsKeys {
    fn key(&self, entry: &EntryId) -> Result<Option<StoreKey>, StoreError> {
        self.item(entry, Item::read)
    }

    fn key_or_new(&self, entry: &EntryId) -> Result<StoreKey, StoreError> {
        self.item(entry, |item| match item.read()? {
            Some(key) => Ok(key),
            None => item.make(),
        })
    }

    fn delete(&self, entry: &EntryId) -> Result<(), StoreError> {
        self.item(entry, Item::forget)
    }

    fn place(&self) -> KeyPlace {
        KeyPlace::KeyStore
    }
}

impl fmt::Debug for OsKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OsKeys").field("service", &self.service).finish_non_exhaustive()
    }
}

/// Why there is no answer of the key store to work with.
enum Refused {
    /// There is no key store.
    Absent(Error),
    /// The key store says so.
    Store(Error),
    Missed(Missed),
    Other(StoreError),
}

impl From<Error> for Refused {
    fn from(error: Error) -> Self {
        Self::Store(error)
    }
}

impl From<Missed> for Refused {
    fn from(missed: Missed) -> Self {
        Self::Missed(missed)
    }
}

impl From<StoreError> for Refused {
    fn from(error: StoreError) -> Self {
        Self::Other(error)
    }
}

/// Where the key of one entry is, or would be.
struct Item {
    entry: Entry,
    check: fn() -> keyring_core::Result<()>,
}

impl Item {
    fn read(&self) -> Result<Option<StoreKey>, Refused> {
        match self.entry.get_secret().map(Zeroizing::new) {
            Ok(text) => Ok(std::str::from_utf8(&text).ok().and_then(decode)),
            Err(Error::NoEntry) => Ok((self.check)().map(|()| None)?),
            Err(error) => Err(error.into()),
        }
    }

    /// Makes a key; it counts when it can be read back.
    fn make(&self) -> Result<StoreKey, Refused> {
        let key = StoreKey::random()?;
        // As text: some key stores keep nothing else.
        let text = Zeroizing::new(STANDARD.encode(key.bytes()));
        self.entry.set_secret(text.as_bytes())?;
        match self.read()? {
            Some(kept) if kept.bytes() == key.bytes() => Ok(key),
            _ => Err(StoreError::Failed(io::Error::other("the key store did not keep it")).into()),
        }
    }

    fn forget(&self) -> Result<(), Refused> {
        match self.entry.delete_credential() {
            Ok(()) | Err(Error::NoEntry) => Ok(()),
            Err(Error::Ambiguous(all)) => {
                all.iter().try_for_each(Entry::delete_credential).map_err(Refused::from)
            }
            Err(error) => Err(error.into()),
        }
    }
}

/// Says what is wrong and what to do; the error's own text may show what it holds.
fn reason(error: &Error) -> String {
    let name = system::NAME;
    match error {
        Error::NoStorageAccess(cause) => {
            format!("{name} is locked or denies access ({cause}); unlock it")
        }
        Error::Ambiguous(found) => format!(
            "{name} holds {} keys for this entry; sign out, which deletes them, and sign in again",
            found.len()
        ),
        Error::PlatformFailure(cause) => format!("{name} fails ({cause}); see that it works"),
        Error::BadDataFormat(..) | Error::BadEncoding(_) => {
            format!("{name} holds something that is no key; sign out and in again")
        }
        other => format!("{name} fails ({other}); see that it works"),
    }
}
