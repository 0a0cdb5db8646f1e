use tokio::sync::watch;

use super::cancelled;
use crate::{
    Account, Error, ErrorKind, Record, Result,
    client::{core::Core, settings::Settings, vault::Saved},
    store::{LAYOUT, Method, StoredAccessToken, StoredRefreshToken},
    wire::answer::TokenAnswer,
};

/// A sign-in that worked, and of which nothing is kept yet.
pub(crate) struct SignedIn {
    pub(crate) account: Account,
    pub(crate) answer: TokenAnswer,
    pub(crate) method: Method,
    /// The broker's name, and what it knows the account by.
    pub(crate) broker: Option<(String, String)>,
}

/// Keeps account and tokens, if it is the account that is expected and nobody signed out meanwhile.
pub(crate) async fn keep(
    core: &Core,
    signed_out: &watch::Receiver<u64>,
    signed_in: SignedIn,
) -> Result<Account> {
    let account = signed_in.account.clone();
    if core.settings.refuses(&account) {
        return Err(Error::new(ErrorKind::WrongAccount).with_message(format!(
            "{} signed in, expected is {}. Sign in with the expected account",
            account.username,
            core.settings.who(None)
        )));
    }
    save(core, signed_out, signed_in.into_record(&core.settings)).await?;
    tracing::info!(tenant = account.tid, "signed in");
    Ok(account)
}

async fn save(core: &Core, signed_out: &watch::Receiver<u64>, record: Record) -> Result<()> {
    let vault = &core.vault;
    let _turn = core.turn.lock().await;
    let lock = vault.lock().await;
    vault.look(&lock).await;
    {
        let mut memory = vault.memory();
        memory.blocked = None;
        memory.policy_shown = false;
    }
    if signed_out.has_changed().unwrap_or(true) {
        return Err(cancelled("The account was signed out meanwhile"));
    }
    match vault.save(&lock, record).await {
        Saved::Kept => Ok(()),
        Saved::Overtaken => Err(Error::new(ErrorKind::Store)
            .with_message("Another process changed the account meanwhile; sign in again")),
    }
}

impl SignedIn {
    fn into_record(self, settings: &Settings) -> Record {
        let (obtained_at, answer) = (self.answer.access.obtained_at, self.answer);
        let (broker, broker_account_id) = self.broker.unzip();
        Record {
            layout: LAYOUT,
            entry: settings.entry.as_str().to_owned(),
            cloud: settings.authority.cloud().to_string(),
            tenant_id: settings.authority.tenant().to_string(),
            client_id: settings.client_id.to_string(),
            scopes_requested: settings.scope_names(),
            scopes_granted: answer.access.scopes.clone(),
            method: self.method,
            broker,
            broker_account_id,
            account: self.account,
            refresh_token: answer
                .refresh_token
                .map(|secret| StoredRefreshToken { secret, obtained_at }),
            access_tokens: vec![StoredAccessToken::new(answer.access, settings.resource())],
            pending: None,
            generation: 0,
        }
    }
}
