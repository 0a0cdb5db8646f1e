use std::time::Duration;

use jiff::Timestamp;
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};

use crate::{
    BrokerAccount, BrokerOutcome, BrokerRequest, BrokerToken,
    broker::{stage::Stage, verdict::Failure},
};

/// The version of the protocol, which both sides name.
const VERSION: u32 = 1;
/// The longest wait that is believed, in seconds.
const MAX_WAIT: u64 = 3600;

/// What the helper is asked to do.
#[derive(Clone, Copy, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) enum Operation {
    Availability,
    Silent,
    Interactive,
    SignOut,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Question<'a> {
    version: u32,
    operation: Operation,
    correlation_id: &'a str,
    authority: &'a str,
    tenant_id: &'a str,
    client_id: &'a str,
    scopes: &'a [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    claims: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    account: Option<Named>,
    #[serde(skip_serializing_if = "Option::is_none")]
    login_hint: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    prompt: Option<&'static str>,
    client_version: &'static str,
}

#[derive(Serialize, Deserialize)]
struct Named {
    id: String,
    oid: String,
    tid: String,
    username: String,
}

/// Writes the line that the helper reads.
pub(super) fn question(operation: Operation, request: &BrokerRequest) -> String {
    let question = Question {
        version: VERSION,
        operation,
        correlation_id: &request.correlation_id,
        authority: request.authority.as_str().trim_end_matches('/'),
        tenant_id: request.tenant.as_str(),
        client_id: request.client_id.as_str(),
        scopes: &request.scopes,
        claims: request.claims.as_deref(),
        account: request.account.clone().map(Named::from),
        login_hint: request.login_hint.as_deref(),
        prompt: request.prompt.map(crate::Prompt::parameter),
        client_version: env!("CARGO_PKG_VERSION"),
    };
    serde_json::to_string(&question).unwrap_or_default()
}

#[derive(Deserialize)]
struct Envelope {
    version: u32,
    #[serde(flatten)]
    answer: Answer,
}

/// What the helper answers; has no `Debug`, for tokens are in it.
#[derive(Deserialize)]
#[serde(tag = "result", rename_all = "camelCase")]
pub(super) enum Answer {
    Available,
    Absent,
    Token(Granted),
    SignedOut,
    Error(Refused),
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Granted {
    access_token: String,
    expires_on: Option<i64>,
    #[serde(default)]
    scopes: Vec<String>,
    account: Named,
    id_token: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Refused {
    error: String,
    code: Option<String>,
    #[serde(default)]
    text: String,
    aadsts: Option<u32>,
    claims: Option<String>,
    retry_after: Option<u64>,
}

impl Answer {
    /// Reads the helper's line; the error is a word on what is wrong with it.
    pub(super) fn parse(line: &SecretString) -> Result<Self, &'static str> {
        let envelope: Envelope =
            serde_json::from_str(line.expose_secret()).map_err(|_| "malformed")?;
        match envelope.version {
            VERSION => Ok(envelope.answer),
            _ => Err("another version"),
        }
    }

    pub(super) fn outcome(self, stage: Stage) -> BrokerOutcome {
        match self {
            Self::Token(granted) => granted.outcome(),
            Self::Error(refused) => refused.outcome(stage),
            Self::Absent => BrokerOutcome::Unavailable,
            Self::Available | Self::SignedOut => {
                Failure::new(stage, "mismatch", "").fallback("the helper answered something else")
            }
        }
    }
}

impl Granted {
    fn outcome(self) -> BrokerOutcome {
        let token = BrokerToken::new(SecretString::from(self.access_token), self.account.into());
        BrokerOutcome::Token(Box::new(BrokerToken {
            expires_on: self.expires_on.and_then(|seconds| Timestamp::from_second(seconds).ok()),
            scopes: self.scopes,
            id_token: self.id_token.map(SecretString::from),
            ..token
        }))
    }
}

impl Refused {
    /// Returns the extension's own number, or the word for it.
    pub(super) fn code(&self) -> String {
        crate::broker::verdict::speakable(self.code.as_ref().unwrap_or(&self.error))
    }

    fn outcome(self, stage: Stage) -> BrokerOutcome {
        let after = self.retry_after.map(|seconds| Duration::from_secs(seconds.min(MAX_WAIT)));
        let failure = Failure::new(stage, self.code(), &self.text)
            .with_aadsts(self.aadsts)
            .with_claims(self.claims);
        match self.error.as_str() {
            "canceled" => BrokerOutcome::Cancelled,
            "offline" => failure.retryable(after),
            "notInteractive" => failure.or_else(Failure::interaction),
            _ => failure.or_else(|failure| failure.fallback("the extension refused the request")),
        }
    }
}

impl From<BrokerAccount> for Named {
    fn from(BrokerAccount { id, oid, tid, username }: BrokerAccount) -> Self {
        Self { id, oid, tid, username }
    }
}

impl From<Named> for BrokerAccount {
    fn from(Named { id, oid, tid, username }: Named) -> Self {
        Self { id, oid, tid, username }
    }
}
