use jiff::Timestamp;
use secrecy::SecretString;
use serde::Deserialize;
use serde_json::Value;

use crate::{
    BrokerOutcome, BrokerRequest, BrokerToken,
    broker::{stage::Stage, verdict::Failure, whose::Whose},
};

#[cfg(test)]
mod tests;

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
