use std::time::Duration;

/// What a broker is being asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stage {
    Silent,
    Interactive,
}

impl Stage {
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Silent => "silent",
            Self::Interactive => "interactive",
        }
    }
}

/// How long a broker may take.
#[derive(Clone, Copy, Debug)]
pub(super) struct Limits {
    /// To say whether it is there, and to forget an account.
    pub(super) brief: Duration,
    pub(super) silent: Duration,
    pub(super) interactive: Duration,
}

impl Limits {
    pub(super) const fn of(&self, stage: Stage) -> Duration {
        match stage {
            Stage::Silent => self.silent,
            Stage::Interactive => self.interactive,
        }
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            brief: Duration::from_secs(5),
            silent: Duration::from_secs(10),
            interactive: Duration::from_secs(300),
        }
    }
}
