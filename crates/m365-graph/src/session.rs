use std::{sync::Arc, time::Duration};

use jiff::Timestamp;
use m365_auth::{Clock, TokenProvider};
use url::Url;

use crate::{
    GraphEvent, GraphObserver, Limits, RetryReason, Workload,
    budget::Budgets,
    call::CallState,
    gate::{Places, Widths},
    pool::{Tenant, User},
    random::Random,
    retry::{Outcome, RetryPolicy},
    skew::Skew,
    transport::{Server, Transport},
};

/// What all users of a pool have in common.
pub(crate) struct Core {
    /// The version root, e.g. `https://graph.microsoft.com/v1.0`.
    pub(crate) root: Url,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) limits: Limits,
    pub(crate) transport: Transport,
    pub(crate) retry: RetryPolicy,
    pub(crate) random: Random,
    pub(crate) skew: Skew,
    /// What all tenants together may retry.
    pub(crate) budgets: Budgets,
    /// The places of all requests in flight.
    pub(crate) places: Places,
    /// How many places there are now, for each of whom they are counted.
    pub(crate) widths: Widths,
    /// How many connections there may be, where that does not follow from the places.
    pub(crate) connections: Option<usize>,
}

/// One user's view of a pool: whose limits count, whose tokens are sent, and who watches.
#[derive(Clone)]
pub(crate) struct Session {
    pub(crate) core: Arc<Core>,
    pub(crate) tenant: Arc<Tenant>,
    pub(crate) user: Arc<User>,
    pub(crate) tokens: Arc<dyn TokenProvider>,
    pub(crate) observer: Option<Arc<dyn GraphObserver>>,
}

impl Session {
    pub(crate) fn admits(&self, workload: Workload) -> bool {
        self.observer.as_ref().is_none_or(|observer| observer.admits(workload))
    }

    pub(crate) fn notice(&self, workload: Workload, event: GraphEvent) {
        if let Some(observer) = &self.observer {
            observer.noticed(workload, event);
        }
    }

    /// Keeps the user's requests to `workload` back if `outcome` asks for that.
    pub(crate) fn note_block(&self, workload: Workload, outcome: Outcome) {
        let Outcome::Wait(after) = outcome else { return };
        let until = self.core.clock.now().checked_add(after).unwrap_or(Timestamp::MAX);
        self.user.blocks.note(workload, until);
    }

    /// Returns how long to wait after `attempt` ended in `outcome`; `None` when the policy, the
    /// call's deadline or a retry budget forbids another.
    pub(crate) fn retry_delay(
        &self,
        call: &CallState,
        (server, workload): (Server, Workload),
        attempt: u32,
        outcome: Outcome,
    ) -> Option<Duration> {
        let now = self.core.clock.now();
        let delay = self.core.retry.delay(attempt, outcome, self.core.random.unit())?;
        let reason = RetryReason::of(outcome).filter(|_| delay < call.remaining(now))?;
        let is_granted = self.spend(server, outcome.cost(), now);
        let event = if is_granted { GraphEvent::Retried } else { GraphEvent::BudgetEmpty };
        self.notice(workload, event(reason));
        is_granted.then_some(delay)
    }

    /// Takes `cost` from the tenant's budget and from that of all, or from neither.
    fn spend(&self, server: Server, cost: u32, now: Timestamp) -> bool {
        let own = self.tenant.budgets.of(server);
        if !own.take(cost, now) {
            return false;
        }
        let is_granted = self.core.budgets.of(server).take(cost, now);
        if !is_granted {
            own.give_back(cost);
        }
        is_granted
    }

    /// Pays a success back, which came after a retry that took `last`.
    pub(crate) fn repay(&self, server: Server, last: u32) {
        self.tenant.budgets.of(server).repay(last);
        self.core.budgets.of(server).repay(last);
    }
}
