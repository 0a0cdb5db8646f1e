use jiff::Timestamp;
use secrecy::SecretString;
use serde::Deserialize;
use serde_json::Value;

use crate::{
    BrokerOutcome, BrokerRequest, BrokerToken,
    broker::{stage::Stage, verdict::Failure, whose::Whose},
};

/// Times later than this are in milliseconds: in seconds it is the year 5138.
const LATEST_SECOND: i64 = 100_000_000_000;

/// Statuses, which are those of Microsoft's native runtime.
mod status {
    pub(super) const INTERACTION: [i64; 2] = [2, 13];
    pub(super) const FOR_A_MOMENT: [i64; 3] = [3, 4, 5];
    pub(super) const CANCELLED: [i64; 2] = [7, 8];
    pub(super) const FORGET: i64 = 14;
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Answer {
    broker_token_response: Option<Response>,
    error: Option<Refusal>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Response {
    access_token: Option<String>,
    expires_on: Option<Value>,
    granted_scopes: Option<Value>,
    id_token: Option<String>,
    client_info: Option<String>,
    account: Option<Named>,
    error: Option<Refusal>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Named {
    home_account_id: Option<String>,
    local_account_id: Option<String>,
    realm: Option<String>,
    username: Option<String>,
}

/// An error; in some brokers it is a text.
#[derive(Deserialize)]
#[serde(untagged)]
enum Refusal {
    Known(Known),
    Other(Value),
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Known {
    #[serde(default)]
    context: String,
    status: i64,
    sub_status: Option<i64>,
    error_code: Option<i64>,
    tag: Option<i64>,
    claims: Option<String>,
}

/// Reads the broker's answer to a request for a token.
pub(super) fn outcome(stage: Stage, request: &BrokerRequest, text: &str) -> BrokerOutcome {
    let Ok(answer) = serde_json::from_str::<Answer>(text) else {
        return malformed(stage);
    };
    match (answer.error, answer.broker_token_response) {
        (Some(refusal), _) | (None, Some(Response { error: Some(refusal), .. })) => {
            refusal.outcome(stage)
        }
        (None, Some(response)) => response.outcome(stage, request),
        (None, None) => malformed(stage),
    }
}

/// Nobody signed in through this broker before.
pub(super) fn nobody() -> BrokerOutcome {
    Failure::new(Stage::Silent, "account", "no account is signed in").interaction()
}

/// Reads the broker's answer to the removal of an account: empty, or an error.
pub(super) fn removal(text: &str) -> Result<(), String> {
    let error = serde_json::from_str::<Answer>(text).ok().and_then(|answer| answer.error);
    match error {
        Some(Refusal::Known(known)) => {
            Err(format!("the identity broker answered {}", known.code()))
        }
        Some(Refusal::Other(_)) => Err("the identity broker answered an error".to_owned()),
        None => Ok(()),
    }
}

fn malformed(stage: Stage) -> BrokerOutcome {
    Failure::new(stage, "malformed", "").fallback("its answer cannot be read")
}

impl Refusal {
    fn outcome(self, stage: Stage) -> BrokerOutcome {
        match self {
            Self::Known(known) => known.outcome(stage),
            Self::Other(text) => Failure::new(stage, "error", &text.to_string())
                .or_else(|failure| failure.fallback("the broker answered an error")),
        }
    }
}

impl Known {
    fn outcome(self, stage: Stage) -> BrokerOutcome {
        let failure = Failure::new(stage, self.code(), &self.context).with_claims(self.claims);
        match self.status {
            status if status::CANCELLED.contains(&status) => BrokerOutcome::Cancelled,
            status if status::FOR_A_MOMENT.contains(&status) => failure.retryable(None),
            status => failure.or_else(|failure| by_status(failure, status)),
        }
    }

    /// Writes the numbers as the broker's log does.
    fn code(&self) -> String {
        let parts = [
            ("status", Some(self.status)),
            ("subStatus", self.sub_status),
            ("errorCode", self.error_code),
            ("tag", self.tag),
        ];
        let parts = parts.iter().filter_map(|(name, value)| Some(format!("{name} {}", (*value)?)));
        parts.collect::<Vec<_>>().join(", ")
    }
}

fn by_status(failure: Failure, status: i64) -> BrokerOutcome {
    match status {
        _ if status::INTERACTION.contains(&status) => failure.interaction(),
        status::FORGET => failure.interaction(),
        _ => failure.fallback("the broker failed"),
    }
}

impl Response {
    fn outcome(self, stage: Stage, request: &BrokerRequest) -> BrokerOutcome {
        let Some(secret) = self.access_token.clone().filter(|token| !token.is_empty()) else {
            return malformed(stage);
        };
        let Some(account) = self.whose(stage, request).account() else {
            return Failure::new(stage, "account", "")
                .fallback("the broker does not say whose the token is");
        };
        let token = BrokerToken::new(SecretString::from(secret), account);
        BrokerOutcome::Token(Box::new(BrokerToken {
            expires_on: self.expires_on.as_ref().and_then(time),
            scopes: self.granted_scopes.as_ref().map(scopes).unwrap_or_default(),
            id_token: self.id_token.map(SecretString::from),
            ..token
        }))
    }

    /// In silence it can only be the account that was asked for.
    fn whose(&self, stage: Stage, request: &BrokerRequest) -> Whose {
        let known = request.account.as_ref().filter(|_| stage == Stage::Silent);
        let named = self.account.as_ref().map(Named::whose).unwrap_or_default();
        named
            .or_id_token(self.id_token.as_deref())
            .or_known(known)
            .or_client_info(self.client_info.as_deref())
    }
}

impl Named {
    fn whose(&self) -> Whose {
        Whose {
            id: self.home_account_id.clone(),
            oid: self.local_account_id.clone(),
            tid: self.realm.clone(),
            username: self.username.clone(),
        }
    }
}

/// Reads a time in seconds or milliseconds, as a number or as text.
fn time(value: &Value) -> Option<Timestamp> {
    let number = value.as_i64().or_else(|| value.as_str()?.trim().parse().ok())?;
    match number {
        ..=0 => None,
        1..=LATEST_SECOND => Timestamp::from_second(number).ok(),
        _ => Timestamp::from_millisecond(number).ok(),
    }
}

/// Reads scopes from a list, or from a text with spaces.
fn scopes(value: &Value) -> Vec<String> {
    let split = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
    match value {
        Value::String(text) => split(text),
        Value::Array(list) => list.iter().filter_map(Value::as_str).flat_map(split).collect(),
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::BrokerAccount;

    fn request() -> BrokerRequest {
        let mut request = BrokerRequest::new(
            "https://login.microsoftonline.com/t".parse().unwrap(),
            "11111111-2222-4333-8444-555555555555".parse().unwrap(),
            "aaaaaaaa-0000-4000-8000-000000000001".parse().unwrap(),
            "correlation",
        );
        request.account = Some(BrokerAccount::new("u.t", "u", "t", "mira@fjordlight.example"));
        request
    }

    fn read(stage: Stage, answer: &Value) -> BrokerOutcome {
        outcome(stage, &request(), &answer.to_string())
    }

    fn refused(stage: Stage, status: i64, context: &str) -> String {
        let error = json!({"status": status, "context": context, "subStatus": 6, "tag": 5});
        format!("{:?}", read(stage, &json!({"brokerTokenResponse": {"error": error}})))
    }

    #[test]
    fn times_are_in_seconds_or_in_milliseconds_or_missing() {
        for (value, expected) in [
            (json!(1_790_004_718_000_i64), Some(1_790_004_718)),
            (json!(1_790_004_718), Some(1_790_004_718)),
            (json!("1790004718000"), Some(1_790_004_718)),
            (json!(0), None),
            (json!(null), None),
            (json!(i64::MAX), None),
        ] {
            assert_eq!(time(&value).map(Timestamp::as_second), expected, "{value}");
        }
    }

    #[test]
    fn every_status_has_its_outcome() {
        for (status, silent, interactive) in [
            (0, "Fallback", "Fallback"),
            (2, "InteractionRequired", "Fallback"),
            (3, "Retryable", "Retryable"),
            (4, "Retryable", "Retryable"),
            (5, "Retryable", "Retryable"),
            (7, "Cancelled", "Cancelled"),
            (8, "Cancelled", "Cancelled"),
            (9, "Fallback", "Fallback"),
            (13, "InteractionRequired", "Fallback"),
            (14, "InteractionRequired", "Fallback"),
            (99, "Fallback", "Fallback"),
        ] {
            let outcome = refused(Stage::Silent, status, "");
            assert!(outcome.starts_with(silent), "{status}: {outcome}");
            let outcome = refused(Stage::Interactive, status, "");
            assert!(outcome.starts_with(interactive), "{status}: {outcome}");
        }
    }

    #[test]
    fn entras_number_in_the_context_is_preferred_and_the_numbers_are_kept() {
        let blocked = refused(Stage::Interactive, 0, "Context: AADSTS53003: blocked");
        let unknown = refused(Stage::Interactive, 0, "");

        assert!(blocked.starts_with("Final") && blocked.contains("53003"), "{blocked}");
        assert!(unknown.contains("status 0, subStatus 6, tag 5"), "{unknown}");
    }

    #[test]
    fn an_answer_that_cannot_be_read_is_a_fallback() {
        for text in ["", "null", "[]", "{}", r#"{"brokerTokenResponse":{}}"#, r#"{"error":"x"}"#] {
            let outcome = outcome(Stage::Silent, &request(), text);
            assert!(matches!(outcome, BrokerOutcome::Fallback { .. }), "{text}: {outcome:?}");
        }
    }

    #[test]
    fn a_broker_that_names_nobody_is_believed_in_silence_only() {
        let answer = json!({"brokerTokenResponse": {"accessToken": "a", "idToken": "e30"}});

        let silent = read(Stage::Silent, &answer);
        let interactive = read(Stage::Interactive, &answer);

        assert!(matches!(silent, BrokerOutcome::Token(token) if token.account.oid == "u"));
        assert!(matches!(interactive, BrokerOutcome::Fallback { .. }), "{interactive:?}");
    }

    #[test]
    fn scopes_come_as_text_or_as_a_list() {
        assert_eq!(scopes(&json!("Mail.Read User.Read")), ["Mail.Read", "User.Read"]);
        assert_eq!(scopes(&json!(["Mail.Read", "User.Read"])), ["Mail.Read", "User.Read"]);
        assert!(scopes(&json!(7)).is_empty());
    }

    #[test]
    fn a_removal_ends_well_unless_the_broker_names_an_error() {
        assert_eq!(removal("{}"), Ok(()));
        assert_eq!(removal(""), Ok(()));
        let refused = removal(r#"{"error":{"status":6}}"#).unwrap_err();
        assert!(refused.contains("status 6"), "{refused}");
    }
}
