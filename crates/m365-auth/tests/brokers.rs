//! The operating systems' brokers, against brokers of our own.

#[cfg(all(feature = "linux-broker", target_os = "linux"))]
mod linux;
mod mac_helper;

use m365_auth::{BrokerAccount, BrokerOutcome, BrokerRequest, BrokerToken};

use crate::entra::{CLIENT, TENANT};

const CORRELATION: &str = "0f0f0f0f-0000-4000-8000-00000000000f";
const OID: &str = "6f1f0000-0000-4000-8000-000000000001";
const USER: &str = "mira.solberg@fjordlight.example";

/// Asks for a scope, for the account that signed in before.
fn request() -> BrokerRequest {
    let authority = format!("https://login.microsoftonline.com/{TENANT}").parse().unwrap();
    let (tenant, client) = (TENANT.parse().unwrap(), CLIENT.parse().unwrap());
    let mut request = BrokerRequest::new(authority, tenant, client, CORRELATION);
    request.scopes = vec!["https://graph.microsoft.com/Mail.Read".to_owned()];
    request.account = Some(BrokerAccount::new(home(), OID, TENANT, USER));
    request
}

fn home() -> String {
    format!("{OID}.{TENANT}")
}

fn token(outcome: BrokerOutcome) -> BrokerToken {
    match outcome {
        BrokerOutcome::Token(token) => *token,
        other => panic!("no token: {other:?}"),
    }
}

/// Returns the name of an outcome, for tables.
fn kind(outcome: &BrokerOutcome) -> String {
    let text = format!("{outcome:?}");
    text.split([' ', '(', '{']).next().unwrap_or_default().to_owned()
}
