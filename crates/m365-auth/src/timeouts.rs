use std::time::Duration;

/// How long a client waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Timeouts {
    /// For a connection to Entra ID: 5 s.
    pub connect: Duration,
    /// For one request to Entra ID, answer included, or to a broker that shows nothing: 10 s.
    pub attempt: Duration,
    /// For the user to finish in the browser or in a broker's window: 5 min.
    pub sign_in: Duration,
    /// For the key store, and for another process to release the token store: 5 s.
    pub store: Duration,
}

impl Default for Timeouts {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(5),
            attempt: Duration::from_secs(10),
            sign_in: Duration::from_secs(300),
            store: Duration::from_secs(5),
        }
    }
}

impl Timeouts {
    /// Sets the time for a connection to Entra ID.
    #[must_use]
    pub const fn with_connect(mut self, connect: Duration) -> Self {
        self.connect = connect;
        self
    }

    /// Sets the time for one request to Entra ID, or to a broker that shows nothing.
    #[must_use]
    pub const fn with_attempt(mut self, attempt: Duration) -> Self {
        self.attempt = attempt;
        self
    }

    /// Sets the time for the user to finish in the browser or in a broker's window.
    #[must_use]
    pub const fn with_sign_in(mut self, sign_in: Duration) -> Self {
        self.sign_in = sign_in;
        self
    }

    /// Sets the time for the key store and for other processes.
    #[must_use]
    pub const fn with_store(mut self, store: Duration) -> Self {
        self.store = store;
        self
    }
}
