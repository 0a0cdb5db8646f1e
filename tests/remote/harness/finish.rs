//! What holds whatever has happened: `reliability.md`, chapter 1.

use std::{
    collections::HashSet,
    sync::{
        Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use serde_json::{Value, json};
use tokio::time::{Instant, sleep};

use super::{Answer, Bench, Era, PATIENCE, USER, results};

/// The events of which each tool call and each rejected authentication has exactly one.
const ENDS: [&str; 4] = ["auth.rejected", "limit.hit", "policy.denied", "tool.call"];

/// What the hosts of a bench have posted, and what came back.
#[derive(Debug, Default)]
pub(crate) struct Traffic {
    events: AtomicUsize,
    answers: Mutex<Vec<(Option<String>, String)>>,
}

impl Traffic {
    /// Notes what `user` was answered to a message.
    pub(super) fn note(&self, user: Option<&str>, method: &str, answer: &Answer) {
        self.expect(usize::from(is_event(method, answer)));
        let text = format!("{:?}\n{}", answer.headers, answer.text);
        self.answers.lock().unwrap().push((user.map(str::to_owned), text));
    }

    /// Notes calls and rejected tokens that no host has sent.
    pub(crate) fn expect(&self, events: usize) {
        self.events.fetch_add(events, Ordering::Relaxed);
    }
}

/// Tells whether a call has ended, or a token was rejected. A message that proves wrong before it is
/// a call is neither, nor is a request of which the token is not looked at.
fn is_event(method: &str, answer: &Answer) -> bool {
    let body: Value = serde_json::from_str(&answer.text).unwrap_or_default();
    let says = |start| body["error_description"].as_str().is_some_and(|it| it.starts_with(start));
    match answer.status {
        400 if body["error"] == "invalid_request" => says("Send "),
        400 if body["error"]["code"] == -32_020 => false,
        403 if body["error"] == "access_denied" => false,
        408 | 413 | 415 => false,
        401 | 403 => true,
        503 if body["error"] == "temporarily_unavailable" => true,
        _ => ["tools/call", "resources/read"].contains(&method),
    }
}

impl Bench {
    /// Checks what holds after every case: the server lives and answers, each call and each rejected
    /// token is in the audit once, nobody was shown a secret or what is somebody else's, and nothing
    /// went where it should not.
    pub(crate) async fn finish(&mut self) {
        self.finish_for(USER).await;
    }

    /// Checks the same where `upn` is who can still call.
    pub(crate) async fn finish_for(&mut self, upn: &str) {
        self.sim.graph().clear();
        self.sim.entra().clear();
        let query = json!({ "query": "budget" });
        results(&self.host_of(upn).await.call(Era::Modern, "outlook_email_search", query).await);
        assert!(self.server().log().find("panicked").is_none(), "I2: a panic");
        self.check_records().await;
    }

    /// Checks what takes no server that still answers calls, but its admin listener.
    pub(crate) async fn check_records(&mut self) {
        self.check_events().await;
        self.check_answers();
        self.check_secrets().await;
    }

    async fn check_events(&self) {
        let expected = self.traffic.events.load(Ordering::Relaxed);
        let deadline = Instant::now() + PATIENCE;
        while self.ends().len() < expected {
            assert!(Instant::now() < deadline, "I8: {expected}: {:?}", self.ends());
            // A file says nothing when it grows.
            sleep(Duration::from_millis(20)).await;
        }
        let ends = self.ends();
        let ids: HashSet<_> = ends.iter().map(|event| event["request_id"].as_str()).collect();
        assert_eq!((ends.len(), ids.len()), (expected, expected), "I8: {:?}", ends.last());
    }

    fn ends(&self) -> Vec<Value> {
        let mut events = self.audit();
        events.retain(|event| ENDS.iter().any(|end| event["event"] == **end));
        events
    }

    /// I4, I6: no answer holds a secret, or what only somebody else has.
    fn check_answers(&self) {
        let (secrets, answers) = (self.sim.secrets(), self.traffic.answers.lock().unwrap());
        for (user, text) in answers.iter() {
            let shown = secrets.iter().find(|secret| text.contains(*secret));
            assert!(shown.is_none(), "I4: {user:?} was answered a secret: {text}");
            let mut others = self.sim.tenants().flat_map(m365_sim::Tenant::users);
            let other = others
                .find(|other| Some(&other.upn) != user.as_ref() && text.contains(&other.canary()));
            assert!(user.is_none() || other.is_none(), "I6: {user:?} was answered {other:?}");
        }
    }
}
