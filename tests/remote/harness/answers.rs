use std::{fmt::Write as _, sync::Mutex};

use super::{Answer, Bench};

/// All that the hosts of a bench were answered.
#[derive(Debug, Default)]
pub(crate) struct Answers(Mutex<String>);

impl Answers {
    /// Keeps an answer until the end of the test.
    pub(super) fn note(&self, answer: &Answer) {
        writeln!(self.0.lock().unwrap(), "{:?}\n{}", answer.headers, answer.text).unwrap();
    }
}

impl Bench {
    /// I4: no secret of the tenant has come back to a host.
    pub(super) fn check_answers(&self) {
        let answers = self.answers.0.lock().unwrap();
        for secret in self.sim.secrets() {
            assert!(!answers.contains(&secret), "I4: {}… was answered", &secret[..8]);
        }
    }
}
