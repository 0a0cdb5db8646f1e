//! What a broker's failure means, whichever broker it is.

use std::time::Duration;

use super::{BrokerOutcome, stage::Stage};
use crate::{
    aadsts::{self, Class, Explanation},
    wire::fault::{clean, number_in},
};

/// The number of Entra ID for "the user declined".
const DECLINED: u32 = 65_004;
/// Words longer than this are no words: a token, or something like it.
const MAX_WORD: usize = 80;

/// Why a broker gives no token.
#[derive(Debug)]
pub(super) struct Failure {
    stage: Stage,
    /// The broker's own number or word.
    code: String,
    text: String,
    aadsts: Option<u32>,
    claims: Option<String>,
}

impl Failure {
    /// Reads what a broker says: its code, and a text in which Entra ID's number may stand.
    pub(super) fn new(stage: Stage, code: impl Into<String>, text: &str) -> Self {
        let code = code.into();
        let words = speakable(text);
        Self {
            stage,
            aadsts: number_in(text),
            text: if words.is_empty() { format!("the broker answered {code}") } else { words },
            claims: None,
            code,
        }
    }

    pub(super) fn with_claims(mut self, claims: Option<String>) -> Self {
        self.claims = claims.filter(|claims| !claims.is_empty());
        self
    }

    /// Takes the number from where a broker names it by itself.
    #[cfg(unix)]
    pub(super) fn with_aadsts(mut self, code: Option<u32>) -> Self {
        self.aadsts = code.or(self.aadsts);
        self
    }

    /// Decides by Entra ID's number; where it says nothing, `otherwise` goes by the broker's code.
    pub(super) fn or_else(self, otherwise: impl FnOnce(Self) -> BrokerOutcome) -> BrokerOutcome {
        match self.aadsts.and_then(aadsts::explain) {
            Some(_) if self.aadsts == Some(DECLINED) => BrokerOutcome::Cancelled,
            Some(known) => self.by_class(known),
            None => otherwise(self),
        }
    }

    fn by_class(self, known: Explanation) -> BrokerOutcome {
        match known.class() {
            Class::Configuration | Class::Request => {
                self.fallback(&format!("AADSTS{}: {}", known.code(), known.cause()))
            }
            Class::Consent | Class::Policy => self.final_answer(),
            Class::Grant | Class::Interaction => self.interaction(),
            Class::User if self.stage == Stage::Silent => self.interaction(),
            Class::User => self.final_answer(),
            Class::Retryable => self.retryable(None),
        }
    }

    /// The user has to act; a broker that says so after the user acted is of no use.
    pub(super) fn interaction(self) -> BrokerOutcome {
        match self.stage {
            Stage::Silent => BrokerOutcome::InteractionRequired {
                claims: self.claims,
                aadsts: self.aadsts,
                text: self.text,
            },
            Stage::Interactive => self.fallback("it still asks for the user after the user acted"),
        }
    }

    pub(super) fn retryable(self, after: Option<Duration>) -> BrokerOutcome {
        BrokerOutcome::Retryable { after, text: self.text }
    }

    pub(super) fn final_answer(self) -> BrokerOutcome {
        BrokerOutcome::Final { aadsts: self.aadsts, text: self.text }
    }

    /// The browser is used from now on; `reason` is logged, so it is in our words.
    pub(super) fn fallback(self, reason: &str) -> BrokerOutcome {
        BrokerOutcome::Fallback {
            stage: self.stage.name(),
            code: self.code,
            reason: reason.to_owned(),
        }
    }
}

/// A broker that did not answer in time; an interaction is not repeated behind the user's back.
pub(super) fn late(stage: Stage, limit: Duration) -> BrokerOutcome {
    let text = match stage {
        Stage::Silent => format!("the broker did not answer within {} s", limit.as_secs()),
        Stage::Interactive => {
            format!("the sign-in window was not finished within {} s", limit.as_secs())
        }
    };
    BrokerOutcome::Retryable { after: None, text }
}

/// Returns a broker's text as one line without what could be a secret.
pub(super) fn speakable(text: &str) -> String {
    let words = text.split_whitespace().map(|word| match word.len() {
        ..=MAX_WORD => word,
        _ => "…",
    });
    clean(&words.collect::<Vec<_>>().join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind(stage: Stage, text: &str) -> &'static str {
        match Failure::new(stage, "0x1", text).or_else(|failure| failure.fallback("code")) {
            BrokerOutcome::Cancelled => "cancelled",
            BrokerOutcome::InteractionRequired { .. } => "interaction",
            BrokerOutcome::Retryable { .. } => "retryable",
            BrokerOutcome::Final { .. } => "final",
            BrokerOutcome::Fallback { .. } => "fallback",
            _ => "other",
        }
    }

    #[test]
    fn entras_number_decides_before_the_brokers_own_code() {
        for (number, silent, interactive) in [
            (50_011, "fallback", "fallback"),
            (7_000_218, "fallback", "fallback"),
            (700_016, "fallback", "fallback"),
            (65_001, "final", "final"),
            (53_003, "final", "final"),
            (50_105, "final", "final"),
            (50_076, "interaction", "fallback"),
            (50_034, "interaction", "final"),
            (65_004, "cancelled", "cancelled"),
            (90_033, "retryable", "retryable"),
        ] {
            let text = format!("(pii) AADSTS{number}: some words.");
            assert_eq!(kind(Stage::Silent, &text), silent, "{number}");
            assert_eq!(kind(Stage::Interactive, &text), interactive, "{number}");
        }
    }

    #[test]
    fn a_fallback_is_told_in_our_words_and_names_nobody() {
        let text = "AADSTS50011: mira@fjordlight.example used ms-appx-web://x";
        let failure = Failure::new(Stage::Interactive, "0xCAA20003", text);

        let BrokerOutcome::Fallback { stage, code, reason } = failure.or_else(|_| unreachable!())
        else {
            panic!("no fallback");
        };

        assert_eq!((stage, code.as_str()), ("interactive", "0xCAA20003"));
        assert!(reason.starts_with("AADSTS50011: the redirect URI"), "{reason}");
        assert!(!reason.contains("mira"), "{reason}");
    }

    #[test]
    fn what_could_be_a_token_is_not_repeated() {
        let text = format!("token eyJ{}\nrefused", "x".repeat(200));

        assert_eq!(speakable(&text), "token … refused");
    }

    #[test]
    fn a_broker_that_is_late_is_no_reason_for_a_browser() {
        let outcome = late(Stage::Interactive, Duration::from_secs(300));

        assert!(matches!(outcome, BrokerOutcome::Retryable { text, .. } if text.contains("300 s")));
    }
}
