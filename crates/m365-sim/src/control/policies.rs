//! What another process demands of users, and changes of the remote connector's registration.

use std::time::Duration;

use base64::{Engine, prelude::BASE64_STANDARD};
use serde::Deserialize;
use serde_json::{Value, json};

use super::read;
use crate::{
    entra::{
        apps::Secret,
        policy::{Policy, PolicyApp},
    },
    state::State,
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PolicyOrder {
    control: Control,
    /// With `frequency`: how long a sign-in is good for.
    seconds: Option<u64>,
    app: Option<App>,
    user: Option<String>,
    claims: Option<bool>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
enum Control {
    Block,
    CompliantDevice,
    Frequency,
    Mfa,
    MfaRegistration,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
enum App {
    Connector,
    Graph,
}

/// Adds a policy of Conditional Access and answers its id.
pub(super) fn policy(state: &State, body: &[u8]) -> Result<Value, String> {
    let policy = read::<PolicyOrder>(body)?.policy()?;
    let id = policy.id().to_owned();
    state.entra.with(|memory| memory.policies.push(policy));
    Ok(json!({ "id": id }))
}

impl PolicyOrder {
    fn policy(self) -> Result<Policy, String> {
        let mut policy = self.unnarrowed()?;
        policy = match self.app {
            Some(App::Connector) => policy.for_app(PolicyApp::Connector),
            Some(App::Graph) => policy.for_app(PolicyApp::Graph),
            None => policy,
        };
        if let Some(upn) = self.user {
            policy = policy.for_user(upn);
        }
        Ok(match self.claims {
            Some(tells) => policy.with_claims(tells),
            None => policy,
        })
    }

    fn unnarrowed(&self) -> Result<Policy, String> {
        Ok(match self.control {
            Control::Block => Policy::block(),
            Control::CompliantDevice => Policy::compliant_device(),
            Control::Frequency => {
                let seconds = self.seconds.ok_or("seconds: expected with 'frequency'")?;
                Policy::sign_in_frequency(Duration::from_secs(seconds))
            }
            Control::Mfa => Policy::mfa(),
            Control::MfaRegistration => Policy::mfa_registration(),
        })
    }
}

/// Drops all policies of Conditional Access.
pub(super) fn clear(state: &State) -> Result<Option<Value>, String> {
    state.entra.with(|memory| memory.policies.clear());
    Ok(None)
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", tag = "do", deny_unknown_fields)]
enum ConnectorOrder {
    AddCertificate { der: Der },
    AddSecret { value: String },
    ExpireSecrets,
    GiveConsent { tenant: String },
    ReplaceSecrets { value: String },
    WithdrawConsent { tenant: String },
}

/// Changes the remote connector's credentials, or a tenant's consent to it.
pub(super) fn connector(state: &State, body: &[u8]) -> Result<(), String> {
    let order: ConnectorOrder = read(body)?;
    let now = state.clock.now();
    let main = state.tenants.main().id();
    state.entra.with(|memory| match order {
        ConnectorOrder::AddCertificate { der: Der(der) } => {
            memory.connector(|own| own.certificates.push(der));
        }
        ConnectorOrder::AddSecret { value } => {
            memory.connector(|own| own.secrets.push(Secret { value, expires: None }));
        }
        ConnectorOrder::ExpireSecrets => memory.connector(|own| own.expire_secrets(now)),
        ConnectorOrder::GiveConsent { tenant } => {
            memory.consents.follow(main, &tenant);
        }
        ConnectorOrder::ReplaceSecrets { value } => {
            memory.connector(|own| own.secrets = vec![Secret { value, expires: None }]);
        }
        ConnectorOrder::WithdrawConsent { tenant } => {
            memory.consents.forget_connector(&tenant);
        }
    });
    Ok(())
}

/// A certificate, which is base64 in JSON.
#[derive(Deserialize)]
#[serde(try_from = "String")]
struct Der(Vec<u8>);

impl TryFrom<String> for Der {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        BASE64_STANDARD.decode(text).map(Self).map_err(|_| "der: expected base64")
    }
}
