//! What holds after every case, whatever happened in it.

use std::time::Duration;

use serde_json::{Value, json};
use tokio::time::{Instant, sleep};

use super::{Bench, Era, USER, ledger, ledger::Tally};

/// How long the last audit events may take.
const SOON: Duration = Duration::from_secs(10);

impl Bench {
    /// Checks the invariants of the catalogue: life, secrets, hosts, and the audit.
    pub(crate) async fn finish(&mut self) {
        let is_running = self.server().is_running();
        if is_running {
            self.check_life().await;
        }
        self.check_records().await;
        if is_running {
            self.check_secrets().await;
        } else {
            let log = self.server().log();
            self.check_outputs(&[log, self.audit_text()]);
        }
    }

    /// Checks what takes no server that still answers calls: the audit, and the answers so far.
    pub(crate) async fn check_records(&mut self) {
        self.check_audit().await;
        self.check_answers();
    }

    /// Notes that a host has left `count` calls before they were answered.
    pub(crate) fn note_left(&mut self, count: usize) {
        ledger::note_left(&self.server().address(), count);
    }

    /// Notes that `count` callers were refused who are no hosts of ours.
    pub(crate) fn note_rejected(&mut self, count: usize) {
        ledger::note_rejected(&self.server().address(), count);
    }

    /// Returns what the answers so far must have left in the audit.
    pub(crate) fn tally(&mut self) -> Tally {
        ledger::tally(&self.server().address())
    }

    async fn check_life(&self) {
        assert_eq!(self.admin("/livez").await.status, 200, "I2");
        // Without a sign-in, which the case may have made impossible.
        let token = self.sim.caller_token(USER).issue();
        let canary = self.stranger(Some(&token)).post(Era::Modern, "tools/list", json!({})).await;
        assert_eq!(canary.status, 200, "I2: {canary:?}");
    }

    /// I8: one event for each call and each caller who was refused, and it says how it ended.
    async fn check_audit(&mut self) {
        let tally = self.tally();
        let deadline = Instant::now() + SOON;
        while !agree(tally, &self.audit()) {
            assert!(Instant::now() < deadline, "I8: {tally:?} in {}", self.audit_text());
            // A file says nothing when it grows.
            sleep(Duration::from_millis(20)).await;
        }
    }
}

fn agree(tally: Tally, events: &[Value]) -> bool {
    let count = |kind: &str| events.iter().filter(|event| event["event"] == kind).count();
    let good = |event: &&Value| event["event"] == "tool.call" && event["outcome"] == "ok";
    // Who is limited at the source is answered without a code of JSON-RPC, and noted once.
    let of_source = |event: &&Value| event["event"] == "limit.hit" && event["reason"] == "source";
    let (calls, rejected) = (count("tool.call"), count("auth.rejected"));
    let (least, most) = tally.recorded();
    calls >= tally.calls
        && rejected >= tally.rejected
        && (least..=most).contains(&(calls + rejected))
        && events.iter().filter(good).count() == tally.good
        && count("limit.hit") - events.iter().filter(of_source).count() == tally.limited
        && count("policy.denied") == tally.switched
}
