use std::sync::Arc;

use tokio::sync::watch;

use super::{
    Failure, available, give_up,
    judge::{Verdict, account, answer, judge},
    question,
    renewal::silently,
};
use crate::{
    Account, Broker, BrokerAccount, BrokerRequest, BrokerToken, Error, ErrorKind, Prompt, Record,
    Result, SignInOptions,
    client::{
        core::Core,
        sign_in::{SignedIn, cancelled, completed, keep, refused_by_entra},
        vault::Lock,
    },
    store::Method,
    wire::{
        claims,
        fault::{Fault, Reaction},
    },
};

/// One sign-in through a broker.
struct Attempt<'a> {
    core: &'a Core,
    broker: Arc<dyn Broker>,
    options: SignInOptions,
    record: Option<Record>,
}

/// Signs in through the broker; `None` when that is the browser's part.
pub(crate) async fn sign_in(core: &Core, options: &SignInOptions) -> Result<Option<Account>> {
    let Some(broker) = available(core).await else { return Ok(None) };
    core.sign_ins.send_modify(|count| *count += 1);
    let (mut newer, mut signed_out) = (core.sign_ins.subscribe(), core.sign_outs.subscribe());
    core.vault.look(&Lock::NotHeld).await;
    let record = core.vault.memory().record.clone();
    let attempt = Attempt { core, broker, options: completed(core, options), record };
    let gone = signed_out.clone();
    let result = tokio::select! {
        result = attempt.run(&gone) => result,
        _ = newer.changed() => Err(cancelled("Another sign-in was started")),
        _ = signed_out.changed() => Err(cancelled("The account was signed out meanwhile")),
    };
    if let Err(error) = &result {
        tracing::warn!(kind = ?error.kind(), aadsts = error.aadsts(),
            correlation_id = error.correlation_id(), "the sign-in did not work");
    }
    result
}

impl Attempt<'_> {
    async fn run(&self, signed_out: &watch::Receiver<u64>) -> Result<Option<Account>> {
        let (question, verdict) = match self.silently().await? {
            Some(settled) => settled,
            None => self.in_window().await?,
        };
        match verdict {
            Verdict::Token(token) => self.accept(signed_out, &question, *token).await.map(Some),
            Verdict::Demand(fault) => self.unmet(&question, *fault),
            Verdict::Refused(fault) => Err(refused_by_entra(self.core, *fault)),
            Verdict::Cancelled => Err(self.declined()),
            Verdict::Browser => Ok(None),
        }
    }

    /// Asks silently where an account is known and nobody has demanded a window; `None` when a window
    /// is necessary.
    async fn silently(&self) -> Result<Option<(BrokerRequest, Verdict)>> {
        let question = self.question()?;
        let Some(account) = question.account.as_ref().filter(|_| !self.needs_window()) else {
            return Ok(None);
        };
        let Some(outcome) = silently(self.core, &self.broker, &question).await else {
            return Ok(None);
        };
        let settled = match judge(self.core, self.broker.as_ref(), &question, outcome) {
            Verdict::Demand(_) => None,
            // The window is where the user consents.
            Verdict::Refused(fault) if fault.reaction() == Reaction::Consent => None,
            Verdict::Token(token) if !same_user(&token, account) => None,
            verdict => Some((question, verdict)),
        };
        Ok(settled)
    }

    fn needs_window(&self) -> bool {
        let demanded = self.known().is_some_and(|record| record.pending.is_some());
        demanded || self.options.prompt.is_some() || self.options.claims.is_some()
    }

    async fn in_window(&self) -> Result<(BrokerRequest, Verdict)> {
        let question = self.question()?;
        let window = self.broker.interactive(&question, self.core.broker.parent);
        let outcome = tokio::time::timeout(self.core.settings.timeouts.sign_in, window).await;
        let outcome = outcome.map_err(|_| self.timed_out())?;
        let verdict = judge(self.core, self.broker.as_ref(), &question, outcome);
        Ok((question, verdict))
    }

    fn question(&self) -> Result<BrokerRequest> {
        let (settings, options) = (&self.core.settings, &self.options);
        let mut question = question(self.core)?;
        question.scopes = settings.scopes.listed(settings.authority.cloud(), |_| true);
        question.claims = Some(claims::parameter(options.claims.as_deref())?);
        question.account = self.account();
        let known = question.account.as_ref().map(|account| account.username.clone());
        question.login_hint = options.login_hint.clone().or(known);
        let choose = question.login_hint.is_none().then_some(Prompt::SelectAccount);
        question.prompt = options.prompt.or(choose);
        Ok(question)
    }

    fn known(&self) -> Option<&Record> {
        self.record.as_ref().filter(|record| self.core.broker.serves(record))
    }

    /// Returns the account that signed in before, unless another one is wanted.
    fn account(&self) -> Option<BrokerAccount> {
        let account = self.known()?.broker_account()?;
        let hint = self.options.login_hint.as_ref();
        let other = hint.is_some_and(|hint| !hint.eq_ignore_ascii_case(&account.username));
        let choose = self.options.prompt == Some(Prompt::SelectAccount);
        (!other && !choose).then_some(account)
    }

    async fn accept(
        &self,
        signed_out: &watch::Receiver<u64>,
        question: &BrokerRequest,
        token: BrokerToken,
    ) -> Result<Account> {
        let account = account(self.core, &token)?;
        let id = token.account.id.clone();
        let answer = answer(self.core, question, token);
        let broker = Some((self.broker.name().to_owned(), id));
        keep(self.core, signed_out, SignedIn { account, answer, method: Method::Broker, broker })
            .await
    }

    /// Judges a demand for a window that the window has not met: where it is not Entra ID's own, the
    /// broker is of no use.
    fn unmet(&self, question: &BrokerRequest, fault: Fault) -> Result<Option<Account>> {
        if !matches!(fault.reaction(), Reaction::Interact | Reaction::Over) {
            return Err(refused_by_entra(self.core, fault));
        }
        let failure = Failure {
            stage: "interactive",
            code: fault.aadsts.map_or(fault.error, |code| format!("AADSTS{code}")),
            reason: fault.description.unwrap_or_default(),
        };
        give_up(self.broker.as_ref(), &failure, question);
        Ok(None)
    }

    fn declined(&self) -> Error {
        cancelled(&format!(
            "The sign-in was cancelled in the window of {} ({})",
            self.broker.name(),
            self.core.settings.who(None)
        ))
    }

    fn timed_out(&self) -> Error {
        Error::new(ErrorKind::TimedOut).with_message(format!(
            "Nobody finished in the window of {} in time ({}). Sign in again",
            self.broker.name(),
            self.core.settings.who(None)
        ))
    }
}

fn same_user(token: &BrokerToken, account: &BrokerAccount) -> bool {
    token.account.oid.eq_ignore_ascii_case(&account.oid)
}
