//! The key store of the system that this is built for.

use std::{collections::HashMap, sync::Arc};

use super::System;

#[cfg(windows)]
pub(super) const NAME: &str = "the Windows Credential Manager";
#[cfg(target_os = "macos")]
pub(super) const NAME: &str = "the login keychain";
#[cfg(target_os = "linux")]
pub(super) const NAME: &str = "the Secret Service (GNOME Keyring, KWallet)";
#[cfg(not(any(windows, target_os = "macos", target_os = "linux")))]
pub(super) const NAME: &str = "the key store";

/// Keys stay on this machine, like the files that they are for.
#[cfg(windows)]
pub(super) fn system() -> System {
    System {
        open: Arc::new(|| Ok(windows_native_keyring_store::Store::new()?)),
        modifiers: HashMap::from([("persistence", "Local")]),
        check: || Ok(()),
    }
}

#[cfg(target_os = "macos")]
pub(super) fn system() -> System {
    System {
        open: Arc::new(|| Ok(apple_native_keyring_store::keychain::Store::new()?)),
        modifiers: HashMap::new(),
        check: || Ok(()),
    }
}

#[cfg(target_os = "linux")]
pub(super) fn system() -> System {
    System {
        open: Arc::new(|| Ok(zbus_secret_service_keyring_store::Store::new()?)),
        modifiers: HashMap::from([("label", "Microsoft 365 connector: key of a saved sign-in")]),
        check: linux::check_unlocked,
    }
}

#[cfg(not(any(windows, target_os = "macos", target_os = "linux")))]
pub(super) fn system() -> System {
    System {
        open: Arc::new(|| Err(keyring_core::Error::NoDefaultStore)),
        modifiers: HashMap::new(),
        check: || Ok(()),
    }
}

#[cfg(target_os = "linux")]
mod linux {
    use keyring_core::{Error, Result};
    use zbus::blocking::{Connection, Proxy};

    /// Asks whether the default collection is locked: some services show nothing of it then. One
    /// that has no such collection has nothing to hide.
    pub(super) fn check_unlocked() -> Result<()> {
        match is_locked() {
            Ok(true) => Err(Error::NoStorageAccess("its default collection is locked".into())),
            Ok(false) | Err(_) => Ok(()),
        }
    }

    fn is_locked() -> zbus::Result<bool> {
        let connection = Connection::session()?;
        let path = "/org/freedesktop/secrets/aliases/default";
        let interface = "org.freedesktop.Secret.Collection";
        Proxy::new(&connection, "org.freedesktop.secrets", path, interface)?.get_property("Locked")
    }
}
