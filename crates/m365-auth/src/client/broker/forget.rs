use super::{judge::impersonal, plain_question};
use crate::{Authority, BrokerRequest, Record, client::core::Core};

/// Where the account is removed that a broker keeps.
const STAYS: &str = if cfg!(windows) {
    "The account itself stays in Windows; remove it in Settings > Accounts > Access work or school"
} else if cfg!(target_os = "macos") {
    "The account itself stays in macOS; remove it in the Company Portal app"
} else {
    "The account itself stays in the system's identity broker; remove it there, e.g. in \
     `intune-portal`"
};

/// Makes the broker forget the tokens of `record`, as far as it does, and returns what is left to tell.
pub(crate) async fn forget(core: &Core, record: &Record) -> Option<String> {
    let question = record.broker_request()?;
    let Some(broker) = core.broker.of(record) else { return Some(STAYS.to_owned()) };
    let answer = broker.sign_out(&question);
    let problem = match tokio::time::timeout(core.settings.timeouts.attempt, answer).await {
        Ok(Ok(())) => return Some(STAYS.to_owned()),
        Ok(Err(problem)) => problem,
        Err(_) => "it does not answer".to_owned(),
    };
    tracing::info!(broker = broker.name(), reason = impersonal(&problem), "tokens stay there");
    Some(format!("{} keeps its tokens ({problem}). {STAYS}", broker.name()))
}

impl Record {
    /// Returns what a broker has to be asked to forget with these tokens; `None` when the account did
    /// not sign in through one.
    #[must_use]
    pub fn broker_request(&self) -> Option<BrokerRequest> {
        let account = self.broker_account()?;
        let authority = Authority::new(self.cloud.parse().ok()?, self.tenant_id.parse().ok()?);
        let mut question = plain_question(&authority, &self.client_id.parse().ok()?).ok()?;
        question.account = Some(account);
        Some(question)
    }
}

/// Returns where a person removes the account that the operating system's broker keeps.
#[must_use]
pub const fn broker_account_stays() -> &'static str {
    STAYS
}
