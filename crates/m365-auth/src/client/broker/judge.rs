use jiff::Timestamp;
use secrecy::ExposeSecret;

use super::{Failure, give_up};
use crate::{
    Account, Broker, BrokerOutcome, BrokerRequest, BrokerToken, Error, ErrorKind, Result,
    client::core::Core,
    clock::after,
    scope::granted_names,
    wire::{
        answer::{Granted, MAX_REVOCABLE_LIFE, TokenAnswer},
        fault::{Fault, clean},
        id_token::IdToken,
    },
};

/// How long a token is used whose end the broker does not tell: five minutes until it is renewed.
const UNTOLD_LIFE: std::time::Duration = std::time::Duration::from_secs(600);
/// No access token is longer than this, in bytes; they have a few thousand.
const LONGEST_TOKEN: usize = 64 * 1024;
/// A word that is longer than this in what a broker says is no word.
const LONGEST_WORD: usize = 60;

/// What follows from a broker's answer.
pub(super) enum Verdict {
    /// There is a token.
    Token(Box<BrokerToken>),
    /// The user has to do something first.
    Demand(Box<Fault>),
    /// Neither window nor browser helps now.
    Refused(Box<Fault>),
    /// The user does not want to.
    Cancelled,
    /// The browser is used.
    Browser,
}

/// Decides what follows from `outcome`, and gives the broker up if that is to be.
pub(super) fn judge(
    core: &Core,
    broker: &dyn Broker,
    question: &BrokerRequest,
    outcome: BrokerOutcome,
) -> Verdict {
    let refused = |error: &str, aadsts: Option<u32>, text: String| {
        let fault = fault(question, error, aadsts, text);
        core.log(&fault);
        fault
    };
    match outcome {
        BrokerOutcome::Token(token) => Verdict::Token(token),
        BrokerOutcome::Cancelled => Verdict::Cancelled,
        BrokerOutcome::InteractionRequired { claims, aadsts, text } => {
            let fault = refused("interaction_required", aadsts, text);
            Verdict::Demand(Box::new(Fault { claims, ..fault }))
        }
        BrokerOutcome::Retryable { after, text } => {
            let fault = refused("temporarily_unavailable", None, text);
            Verdict::Refused(Box::new(Fault { retry_after: after, ..fault }))
        }
        BrokerOutcome::Final { aadsts, text } => {
            Verdict::Refused(Box::new(refused("access_denied", aadsts, text)))
        }
        BrokerOutcome::Fallback { stage, code, reason } => {
            give_up(broker, &Failure { stage, code, reason }, question);
            Verdict::Browser
        }
        BrokerOutcome::Unavailable => Verdict::Browser,
    }
}

/// Writes what a broker says as Entra ID would.
pub(super) fn fault(
    question: &BrokerRequest,
    error: &str,
    aadsts: Option<u32>,
    text: String,
) -> Fault {
    Fault {
        error: error.to_owned(),
        aadsts,
        description: Some(text),
        correlation_id: Some(question.correlation_id.clone()),
        ..Fault::default()
    }
}

/// Turns a token into what the token endpoint would have answered.
pub(super) fn answer(core: &Core, question: &BrokerRequest, token: BrokerToken) -> TokenAnswer {
    let now = core.clock.now();
    let scopes = if token.scopes.is_empty() { &question.scopes } else { &token.scopes };
    let access = Granted {
        scopes: granted_names(&scopes.join(" ")),
        secret: token.secret,
        expires_on: end(now, token.expires_on),
        refresh_on: None,
        obtained_at: now,
    };
    TokenAnswer { access, refresh_token: None, id_token: None, home: None, server_time: None }
}

fn end(now: Timestamp, told: Option<Timestamp>) -> Timestamp {
    told.map_or(after(now, UNTOLD_LIFE), |end| end.min(after(now, MAX_REVOCABLE_LIFE)))
}

/// Returns whose a token is, if it can be used, is of this tenant, and its ID token agrees.
pub(super) fn account(core: &Core, token: &BrokerToken) -> Result<Account> {
    let (settings, named) = (&core.settings, &token.account);
    check(token, core.clock.now()).map_err(unusable)?;
    if !named.tid.eq_ignore_ascii_case(settings.authority.tenant().as_str()) {
        return Err(Error::new(ErrorKind::WrongAccount).with_message(format!(
            "{} is of tenant {}, expected is {}. Sign in with an account of that tenant",
            clean(&named.username),
            clean(&named.tid),
            settings.who(None)
        )));
    }
    // A broker's ID token may be of an older kind, and what it adds is not needed.
    let parsed = token.id_token.as_ref().map(|token| IdToken::parse(token.expose_secret()));
    let Some(Ok(id_token)) = parsed else { return Ok(Account::of_broker(named)) };
    id_token.check_owner(&settings.client_id, &named.oid, &named.tid).map_err(unusable)?;
    Ok(id_token.into_account(None).named_by(named))
}

/// Checks what holds of every token.
fn check(token: &BrokerToken, now: Timestamp) -> std::result::Result<(), &'static str> {
    let secret = token.secret.expose_secret();
    let faults = [
        (token.account.oid.is_empty(), "it does not say whose it is"),
        (secret.is_empty(), "it is empty"),
        (secret.len() > LONGEST_TOKEN, "it is too long to be one"),
        (token.expires_on.is_some_and(|end| end <= now), "it has ended by this device's clock"),
    ];
    faults.into_iter().find(|(found, _)| *found).map_or(Ok(()), |(_, why)| Err(why))
}

fn unusable(why: impl std::fmt::Display) -> Error {
    Error::new(ErrorKind::Protocol)
        .with_message(format!("The broker's token is not accepted: {why}. Sign in again"))
}

/// Returns a broker's words fit for a log: without what may be a sign-in name or a token.
pub(super) fn impersonal(text: &str) -> String {
    let private = |word: &&str| word.contains('@') || word.chars().count() > LONGEST_WORD;
    let words = text.split_whitespace().map(|word| if private(&word) { "…" } else { word });
    clean(&words.collect::<Vec<_>>().join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_may_be_a_name_or_a_token_is_left_out_of_the_log() {
        let token = "e".repeat(LONGEST_WORD + 1);

        let text = impersonal(&format!("no\naccount  mira@fjordlight.example has {token}"));

        assert_eq!(text, "no account … has …");
    }

    #[test]
    fn an_end_that_is_not_told_is_near_and_none_is_far() {
        let now = Timestamp::UNIX_EPOCH;

        assert_eq!(end(now, None).as_second(), 600);
        assert_eq!(end(now, Timestamp::from_second(3600).ok()).as_second(), 3600);
        assert_eq!(end(now, Some(Timestamp::MAX)).as_second(), 28 * 3600);
    }
}
