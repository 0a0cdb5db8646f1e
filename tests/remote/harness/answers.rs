use std::sync::Mutex;

use super::{Answer, Bench};

/// All that the hosts of a bench were answered, and who sat in front of them.
#[derive(Debug, Default)]
pub(crate) struct Answers(Mutex<Vec<(Option<String>, String)>>);

impl Answers {
    /// Keeps an answer until the end of the test.
    pub(super) fn note(&self, user: Option<&str>, answer: &Answer) {
        let text = format!("{:?}\n{}", answer.headers, answer.text);
        self.0.lock().unwrap().push((user.map(str::to_owned), text));
    }
}

impl Bench {
    /// I4, I6: no answer held a secret of the tenant, or what only somebody else has.
    pub(super) fn check_answers(&self) {
        let (secrets, answers) = (self.sim.secrets(), self.answers.0.lock().unwrap());
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
