use std::collections::HashMap;

use jiff::Timestamp;
use secrecy::{ExposeSecret, SecretString};

use super::codes;
use crate::{
    BrokerOutcome, BrokerToken,
    broker::{stage::Stage, whose::Whose},
};

/// Seconds from 1601-01-01, where Windows begins to count, to 1970-01-01.
const EPOCHS_APART: i64 = 11_644_473_600;

/// `WebTokenRequestStatus`.
const SUCCESS: i32 = 0;
const USER_CANCEL: i32 = 1;
const ACCOUNT_SWITCH: i32 = 2;
const INTERACTION_REQUIRED: i32 = 3;
const NO_PROVIDER: i32 = 4;

/// What Web Account Manager answered, in plain values.
#[derive(Default)]
pub(super) struct Answer {
    pub(super) status: i32,
    pub(super) granted: Option<Granted>,
    pub(super) code: u32,
    pub(super) message: String,
    pub(super) claims: Option<String>,
}

/// The part of an answer that carries a token.
#[derive(Default)]
pub(super) struct Granted {
    pub(super) token: SecretString,
    pub(super) account_id: Option<String>,
    pub(super) username: Option<String>,
    /// Tokens are among them: never printed.
    pub(super) properties: HashMap<String, String>,
}

impl Answer {
    pub(super) fn outcome(self, stage: Stage) -> BrokerOutcome {
        match (self.status, self.granted) {
            (SUCCESS, Some(granted)) => granted.outcome(stage),
            (ACCOUNT_SWITCH, Some(granted)) if stage == Stage::Interactive => {
                granted.outcome(stage)
            }
            (ACCOUNT_SWITCH, _) => switched(stage),
            (USER_CANCEL, _) => BrokerOutcome::Cancelled,
            (INTERACTION_REQUIRED, _) => codes::failure(stage, self.code, &self.message)
                .with_claims(self.claims)
                .or_else(|failure| failure.interaction()),
            (NO_PROVIDER, _) => BrokerOutcome::Unavailable,
            _ => codes::outcome(stage, self.code, &self.message),
        }
    }
}

/// Silence changed the account; only the user may.
fn switched(stage: Stage) -> BrokerOutcome {
    codes::failure(stage, 0, "Windows would sign in another account").interaction()
}

impl Granted {
    fn outcome(self, stage: Stage) -> BrokerOutcome {
        let id_token = self.property("wamcompat_id_token").map(SecretString::from);
        let Some(account) = self.whose(id_token.as_ref()).account() else {
            return codes::failure(stage, 0, "")
                .fallback("Windows does not say whose the token is");
        };
        let expires_on = self.property("TokenExpiresOn").and_then(|text| since_1601(&text));
        let scopes = self.property("wamcompat_scopes").map(|text| words(&text)).unwrap_or_default();
        let token = BrokerToken::new(self.token, account);
        BrokerOutcome::Token(Box::new(BrokerToken { expires_on, scopes, id_token, ..token }))
    }

    fn whose(&self, id_token: Option<&SecretString>) -> Whose {
        let named = Whose {
            id: self.account_id.clone(),
            oid: self.property("OID"),
            tid: self.property("TenantId"),
            username: self.property("UserName").or_else(|| self.username.clone()),
        };
        named
            .or_id_token(id_token.map(ExposeSecret::expose_secret))
            .or_client_info(self.property("wamcompat_client_info").as_deref())
    }

    fn property(&self, name: &str) -> Option<String> {
        self.properties.get(name).filter(|value| !value.is_empty()).cloned()
    }
}

fn words(text: &str) -> Vec<String> {
    text.split_whitespace().map(str::to_owned).collect()
}

/// Reads seconds since 1601.
fn since_1601(text: &str) -> Option<Timestamp> {
    let seconds = text.trim().parse::<i64>().ok()?.checked_sub(EPOCHS_APART)?;
    Timestamp::from_second(seconds).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const OID: &str = "6f1f0000-0000-4000-8000-000000000001";
    const TID: &str = "11111111-2222-4333-8444-555555555555";

    fn granted(properties: &[(&str, &str)]) -> Granted {
        let pairs = properties.iter().map(|(name, value)| (name.to_string(), value.to_string()));
        Granted {
            token: SecretString::from("access"),
            account_id: Some("web-account".to_owned()),
            username: Some("account@fjordlight.example".to_owned()),
            properties: pairs.collect(),
        }
    }

    fn full() -> Granted {
        granted(&[
            ("OID", OID),
            ("TenantId", TID),
            ("UserName", "mira@fjordlight.example"),
            ("TokenExpiresOn", "13434477200"),
            ("wamcompat_scopes", "https://graph.microsoft.com/Mail.Read  User.Read"),
            ("wamcompat_id_token", "id-token"),
        ])
    }

    fn answer(status: i32, granted: Option<Granted>) -> Answer {
        Answer { status, granted, ..Answer::default() }
    }

    fn token(outcome: BrokerOutcome) -> BrokerToken {
        match outcome {
            BrokerOutcome::Token(token) => *token,
            other => panic!("no token: {other:?}"),
        }
    }

    #[test]
    fn seconds_since_1601_become_the_time_of_today() {
        let read = since_1601("13434477200").unwrap();

        assert_eq!(read.as_second(), 1_790_003_600);
        assert_eq!(since_1601("soon"), None);
        assert_eq!(since_1601("-9223372036854775808"), None);
    }

    #[test]
    fn a_success_becomes_a_token_with_all_that_its_properties_say() {
        let token = token(answer(SUCCESS, Some(full())).outcome(Stage::Silent));

        assert_eq!(token.secret.expose_secret(), "access");
        assert_eq!(token.expires_on.unwrap().as_second(), 1_790_003_600);
        assert_eq!(token.scopes, ["https://graph.microsoft.com/Mail.Read", "User.Read"]);
        assert_eq!(token.id_token.unwrap().expose_secret(), "id-token");
        let account = token.account;
        assert_eq!((&*account.id, &*account.oid, &*account.tid), ("web-account", OID, TID));
        assert_eq!(account.username, "mira@fjordlight.example");
    }

    #[test]
    fn a_token_of_nobody_is_refused() {
        let outcome = answer(SUCCESS, Some(granted(&[("OID", OID)]))).outcome(Stage::Silent);

        assert!(matches!(outcome, BrokerOutcome::Fallback { .. }), "{outcome:?}");
    }

    #[test]
    fn another_account_is_taken_from_the_user_and_not_from_silence() {
        let silent = answer(ACCOUNT_SWITCH, Some(full())).outcome(Stage::Silent);
        let interactive = answer(ACCOUNT_SWITCH, Some(full())).outcome(Stage::Interactive);

        assert!(matches!(silent, BrokerOutcome::InteractionRequired { .. }), "{silent:?}");
        assert_eq!(token(interactive).account.oid, OID);
    }

    #[test]
    fn every_other_status_has_its_outcome() {
        for (status, stage, expected) in [
            (USER_CANCEL, Stage::Interactive, "Cancelled"),
            (INTERACTION_REQUIRED, Stage::Silent, "InteractionRequired"),
            (INTERACTION_REQUIRED, Stage::Interactive, "Fallback"),
            (NO_PROVIDER, Stage::Silent, "Unavailable"),
            (SUCCESS, Stage::Silent, "Fallback"),
            (5, Stage::Silent, "Fallback"),
            (99, Stage::Interactive, "Fallback"),
        ] {
            let outcome = format!("{:?}", answer(status, None).outcome(stage));
            assert!(outcome.starts_with(expected), "{status}: {outcome}");
        }
    }

    #[test]
    fn a_status_that_asks_for_the_user_gives_way_to_a_final_answer() {
        let message = "AADSTS65001: The user has not consented".to_owned();
        let answer = Answer { message, ..answer(INTERACTION_REQUIRED, None) };

        let outcome = answer.outcome(Stage::Silent);

        assert!(matches!(outcome, BrokerOutcome::Final { aadsts: Some(65_001), .. }));
    }

    #[test]
    fn claims_that_the_interaction_must_fulfil_are_passed_on() {
        let answer = Answer {
            claims: Some(r#"{"access_token":{}}"#.to_owned()),
            ..answer(INTERACTION_REQUIRED, None)
        };

        let outcome = answer.outcome(Stage::Silent);

        assert!(matches!(
            outcome,
            BrokerOutcome::InteractionRequired { claims: Some(claims), .. } if claims.contains("access_token")
        ));
    }
}
