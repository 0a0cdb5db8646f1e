use std::{
    sync::{
        Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use serde_json::json;

use super::{Answer, Bench, Era, PATIENCE, USER};

/// The events of which each tool call and each rejected authentication has exactly one.
const ENDS: [&str; 4] = ["auth.rejected", "limit.hit", "policy.denied", "tool.call"];

/// What the hosts of a bench have posted, and what came back.
#[derive(Debug, Default)]
pub(crate) struct Traffic {
    events: AtomicUsize,
    answers: Mutex<String>,
}

impl Traffic {
    /// Notes the answer to a message.
    pub(super) fn note(&self, method: &str, answer: &Answer) {
        if method == "tools/call" || matches!(answer.status, 401 | 403) {
            self.events.fetch_add(1, Ordering::Relaxed);
        }
        self.answers.lock().unwrap().push_str(&format!("{:?}\n{}\n", answer.headers, answer.text));
    }
}

impl Bench {
    /// Checks what holds whatever has happened: `reliability.md`, chapter 1.
    pub(crate) async fn finish(&mut self) {
        self.check_events().await;
        self.check_answers();
        self.check_that_it_lives().await;
        self.check_secrets().await;
    }

    async fn check_events(&self) {
        let expected = self.traffic.events.load(Ordering::Relaxed);
        let deadline = tokio::time::Instant::now() + PATIENCE;
        loop {
            let mut events = self.audit();
            events.retain(|event| ENDS.iter().any(|end| event["event"] == **end));
            assert!(events.len() <= expected, "I8: {expected} of {}: {events:?}", events.len());
            if events.len() == expected {
                return;
            }
            assert!(tokio::time::Instant::now() < deadline, "I8: {expected}: {events:?}");
            // A file says nothing when it grows.
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    fn check_answers(&self) {
        let answers = self.traffic.answers.lock().unwrap();
        for secret in self.sim.secrets() {
            assert!(!answers.contains(&secret), "I4: {}… was answered", &secret[..8]);
        }
    }

    async fn check_that_it_lives(&self) {
        self.sim.graph().clear();
        self.sim.entra().clear();
        let canary = self.stranger(Some(&self.sim.caller_token(USER).issue()));
        let alive = canary.post(Era::Modern, "tools/list", json!({})).await;
        assert_eq!(alive.status, 200, "I2: {alive:?}");
    }
}
