use std::time::Duration;

use crate::retry::Outcome;

/// Something on the way of a request that is worth counting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum GraphEvent {
    /// Graph answered 429, to a request or to a part of a batch.
    Throttled,
    /// It is sent once more.
    Retried(RetryReason),
    /// It would have been sent once more, but the retry budget is spent.
    BudgetEmpty(RetryReason),
    /// There was no place for it at once.
    #[non_exhaustive]
    Queued {
        /// Which limit was reached.
        queue: Queue,
        /// How long it waited.
        wait: Duration,
        /// Whether it got a place; else it failed with the code `busy`.
        is_admitted: bool,
    },
}

/// Why a request is sent once more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum RetryReason {
    /// The connection could not be made, or broke: `disconnected`.
    Disconnected,
    /// 500 or 502: `failed`.
    Failed,
    /// The answer could not be read: `garbled`.
    Garbled,
    /// 503, 504 or 509: `overloaded`.
    Overloaded,
    /// There was no answer in time: `silent`.
    Silent,
    /// A download's address was no longer good: `stale`.
    Stale,
    /// 429, or 503 and 504 with a `Retry-After`: `throttled`.
    Throttled,
}

impl RetryReason {
    /// Returns its name in metrics.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Disconnected => "disconnected",
            Self::Failed => "failed",
            Self::Garbled => "garbled",
            Self::Overloaded => "overloaded",
            Self::Silent => "silent",
            Self::Stale => "stale",
            Self::Throttled => "throttled",
        }
    }

    /// Returns why there may be another attempt after `outcome`; `None` where there is none.
    pub(crate) const fn of(outcome: Outcome) -> Option<Self> {
        match outcome {
            Outcome::Disconnected => Some(Self::Disconnected),
            Outcome::Failed => Some(Self::Failed),
            Outcome::Final => None,
            Outcome::Garbled => Some(Self::Garbled),
            Outcome::Overloaded => Some(Self::Overloaded),
            Outcome::Silent => Some(Self::Silent),
            Outcome::Stale => Some(Self::Stale),
            Outcome::Throttled | Outcome::Wait(_) => Some(Self::Throttled),
        }
    }
}

/// A limit on requests in flight.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Queue {
    /// One mailbox, one team, all chats, or all files of a user: `mailbox`.
    Mailbox,
    /// All requests of a user: `user`.
    User,
    /// All requests of a tenant: `tenant`.
    Tenant,
    /// All requests of the pool: `process`.
    Process,
}

impl Queue {
    /// Returns its name in metrics.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Mailbox => "mailbox",
            Self::User => "user",
            Self::Tenant => "tenant",
            Self::Process => "process",
        }
    }
}
