//! Kill switches: what operators turn off at once, for everyone, a tenant, a user, a client, a tool or a
//! workload of Graph.
//!
//! They come from a watched file and from the admin listener; what either turns off is off. New calls are
//! refused within a second or two; calls that run finish.

mod file;
mod rules;

use std::{
    path::PathBuf,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use arc_swap::ArcSwap;
use m365_auth::{ClientId, Clock, TenantId};
use m365_tools::ErrorCode;

use self::file::SwitchesFile;
pub(crate) use self::rules::{SwitchError, SwitchRules, SwitchText};
use crate::metrics::Metrics;

/// The switches of this process; clones share them.
#[derive(Clone, Debug)]
pub(crate) struct Switches(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    /// From the file, then from the admin listener.
    rules: ArcSwap<[SwitchRules; 2]>,
    file: Option<Mutex<SwitchesFile>>,
    /// Whether what the file says now is not in force, since it cannot be read or is wrong.
    is_stale: AtomicBool,
    metrics: Metrics,
}

/// Where switches come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SwitchSource {
    /// The watched file.
    File,
    /// The admin listener.
    Admin,
}

/// What a switch turns off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Switched {
    /// Everything.
    All,
    /// A client application.
    Client,
    /// A tenant.
    Tenant,
    /// A tool.
    Tool,
    /// A user.
    User,
}

/// How often the file is read.
const INTERVAL: Duration = Duration::from_secs(1);

impl Switches {
    /// Reads the switches of `file`. One that does not exist has none, and is watched all the same.
    ///
    /// # Errors
    ///
    /// What is wrong with the file.
    pub(crate) fn open(file: Option<PathBuf>, metrics: Metrics) -> Result<Self, SwitchError> {
        let mut file = file.map(SwitchesFile::new);
        let rules = match &mut file {
            Some(file) => file.first()?,
            None => SwitchRules::default(),
        };
        let rules = ArcSwap::from_pointee([rules, SwitchRules::default()]);
        let (file, is_stale) = (file.map(Mutex::new), AtomicBool::new(false));
        let switches = Self(Arc::new(Inner { rules, file, is_stale, metrics }));
        switches.note();
        Ok(switches)
    }

    /// Watches the file, for ever; `changed` is told of every change that is in force.
    pub(crate) async fn watch(&self, clock: &dyn Clock, changed: impl Fn(&SwitchRules) + Send) {
        while self.0.file.is_some() {
            clock.sleep(INTERVAL).await;
            let switches = self.clone();
            let read = tokio::task::spawn_blocking(move || switches.read_again()).await;
            if let Ok(Some(rules)) = read {
                changed(&rules);
            }
        }
    }

    /// Replaces the switches of the admin listener.
    pub(crate) fn set_admin(&self, rules: SwitchRules) {
        self.set(SwitchSource::Admin, rules);
    }

    /// Returns the switches of one source.
    pub(crate) fn rules(&self, source: SwitchSource) -> SwitchRules {
        let [file, admin] = &**self.0.rules.load();
        match source {
            SwitchSource::File => file.clone(),
            SwitchSource::Admin => admin.clone(),
        }
    }

    /// Tells whether the file says what is in force.
    pub(crate) fn are_current(&self) -> bool {
        !self.0.is_stale.load(Ordering::Relaxed)
    }

    /// Tells which switch, if any, refuses a call.
    pub(crate) fn refused(
        &self,
        tenant: &TenantId,
        user: &str,
        client: &ClientId,
        tool: Option<&str>,
    ) -> Option<Switched> {
        let rules = self.0.rules.load();
        let refused = rules.iter().find_map(|rules| rules.refused(tenant, user, client, tool));
        refused.inspect(|switched| self.0.metrics.switched_off(switched.as_str()))
    }

    /// Tells whether requests may go to a workload of Graph, by its name in metrics.
    pub(crate) fn admits(&self, workload: &str) -> bool {
        let admitted = self.0.rules.load().iter().all(|rules| rules.admits(workload));
        if !admitted {
            self.0.metrics.switched_off("workload");
        }
        admitted
    }

    /// Reads the file, and returns its switches when they are new. What cannot be read changes nothing.
    fn read_again(&self) -> Option<SwitchRules> {
        let mut file = self.0.file.as_ref()?.lock().unwrap_or_else(PoisonError::into_inner);
        match file.changed() {
            Ok(rules) => rules.inspect(|rules| {
                self.0.is_stale.store(false, Ordering::Relaxed);
                tracing::warn!(event = "switches_changed", switches = %rules, "kill switches changed");
                self.set(SwitchSource::File, rules.clone());
            }),
            Err(error) => {
                self.0.is_stale.store(true, Ordering::Relaxed);
                tracing::error!(
                    event = "switches_refused",
                    %error,
                    "the switches file is not accepted; the switches stay as they are"
                );
                None
            }
        }
    }

    fn set(&self, source: SwitchSource, new: SwitchRules) {
        self.0.rules.rcu(|rules| {
            let [file, admin] = (**rules).clone();
            match source {
                SwitchSource::File => [new.clone(), admin],
                SwitchSource::Admin => [file, new.clone()],
            }
        });
        self.note();
    }

    fn note(&self) {
        let rules = self.0.rules.load();
        let [file, admin] = [rules[0].counts(), rules[1].counts()];
        for ((scope, file), (_, admin)) in file.into_iter().zip(admin) {
            self.0.metrics.switches(scope, file + admin);
        }
    }
}

impl Switched {
    /// Returns the label of metrics and audit.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Client => "client",
            Self::Tenant => "tenant",
            Self::Tool => "tool",
            Self::User => "user",
        }
    }

    /// Returns the status to answer with: 503 where nobody is served, else 403.
    pub(crate) const fn status(self) -> http::StatusCode {
        match self {
            Self::All => http::StatusCode::SERVICE_UNAVAILABLE,
            _ => http::StatusCode::FORBIDDEN,
        }
    }

    /// Returns the JSON-RPC error code to answer with.
    pub(crate) const fn code(self) -> i64 {
        -31003
    }

    /// Returns the kind of error, in the words of tools.
    pub(crate) const fn kind(self) -> ErrorCode {
        match self {
            Self::All => ErrorCode::ServiceError,
            _ => ErrorCode::Forbidden,
        }
    }

    /// Returns the sentence for the caller.
    pub(crate) const fn message(self) -> &'static str {
        match self {
            Self::All => "The operator has switched this server off for now; try again later",
            Self::Client => {
                "The operator has switched this application off; ask your administrator"
            }
            Self::Tenant => {
                "The operator has switched your organization off; ask your administrator"
            }
            Self::Tool => {
                "The operator has switched this tool off; use another or ask your administrator"
            }
            Self::User => "The operator has switched your account off; ask your administrator",
        }
    }
}

impl SwitchSource {
    /// Returns the word of the audit.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::File => "file",
            Self::Admin => "admin",
        }
    }
}

#[cfg(test)]
mod tests;
