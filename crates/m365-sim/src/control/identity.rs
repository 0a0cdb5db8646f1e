//! What another process does to users, tokens, consents and keys.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Value, json};

use super::read;
use crate::{caller::CallerTokenBuilder, state::State};

/// The token that somebody wants, as [`CallerTokenBuilder`] makes it.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Token {
    upn: String,
    tenant: Option<String>,
    client: Option<String>,
    scope: Option<String>,
    version: Option<u8>,
    expires_in: Option<i64>,
    not_before: Option<i64>,
    #[serde(default)]
    kind: Kind,
    #[serde(default)]
    app_only: bool,
    #[serde(default)]
    cae: bool,
    #[serde(default)]
    mfa: bool,
    #[serde(default)]
    device: bool,
    #[serde(default)]
    without: Vec<String>,
    #[serde(default)]
    claims: BTreeMap<String, Value>,
    #[serde(default)]
    header: BTreeMap<String, Value>,
    alg: Option<String>,
    signed_by: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase")]
enum Kind {
    #[default]
    Connector,
    Graph,
    Id,
}

/// Issues a token without a sign-in.
pub(super) fn token(state: &State, body: &[u8]) -> Result<Value, String> {
    let order: Token = read(body)?;
    Ok(json!({ "token": order.signed(order.described(state)).written()? }))
}

impl Token {
    fn described<'a>(&self, state: &'a State) -> CallerTokenBuilder<'a> {
        let mut token = CallerTokenBuilder::new(state, &self.upn)
            .cae(self.cae)
            .mfa(self.mfa)
            .device(self.device);
        token = given(token, self.tenant.as_deref(), CallerTokenBuilder::tenant);
        token = given(token, self.client.as_deref(), CallerTokenBuilder::client);
        token = given(token, self.scope.as_deref(), CallerTokenBuilder::scope);
        token = given(token, self.version, CallerTokenBuilder::version);
        token = given(token, self.expires_in, CallerTokenBuilder::expires_in);
        token = given(token, self.not_before, CallerTokenBuilder::not_before);
        let token = if self.app_only { token.app_only() } else { token };
        match self.kind {
            Kind::Connector => token,
            Kind::Graph => token.for_graph(self.scope.as_deref().unwrap_or_default()),
            Kind::Id => token.id_token(),
        }
    }

    fn signed<'a>(&self, mut token: CallerTokenBuilder<'a>) -> CallerTokenBuilder<'a> {
        for (name, value) in &self.claims {
            token = token.claim(name, value.clone());
        }
        for name in &self.without {
            token = token.without(name);
        }
        for (name, value) in &self.header {
            token = token.header(name, value.clone());
        }
        token = given(token, self.alg.as_deref(), CallerTokenBuilder::alg);
        given(token, self.signed_by.as_deref(), CallerTokenBuilder::signed_by)
    }
}

fn given<'a, T>(
    token: CallerTokenBuilder<'a>,
    value: Option<T>,
    set: impl FnOnce(CallerTokenBuilder<'a>, T) -> CallerTokenBuilder<'a>,
) -> CallerTokenBuilder<'a> {
    match value {
        Some(value) => set(token, value),
        None => token,
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", tag = "do", deny_unknown_fields)]
enum KeyOrder {
    Rotate,
    Withdraw { kid: String },
    WithdrawOld,
}

/// Lets another key sign, or takes some out of the set; answers which one signs.
pub(super) fn keys(state: &State, body: &[u8]) -> Result<Value, String> {
    match read(body)? {
        KeyOrder::Rotate => drop(state.keys.rotate()),
        KeyOrder::Withdraw { kid } => state.keys.withdraw(&kid),
        KeyOrder::WithdrawOld => state.keys.withdraw_old(),
    }
    Ok(json!({ "kid": state.keys.signer().id }))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct UserOrder {
    upn: String,
    r#do: Event,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
enum Event {
    Disable,
    RegisterDevice,
    RequireMfa,
    Revoke,
    SetPassword,
    Unassign,
}

/// Lets something happen to a user.
pub(super) fn users(state: &State, body: &[u8]) -> Result<(), String> {
    let UserOrder { upn, r#do } = read(body)?;
    let done = match r#do {
        Event::Disable => state.change_account(&upn, |account| account.disabled = true),
        Event::RegisterDevice => state.change_account(&upn, |account| account.has_device = true),
        Event::RequireMfa => state.change_account(&upn, |account| account.needs_mfa = true),
        Event::Revoke => state.end_grants(&upn, false),
        Event::SetPassword => state.end_grants(&upn, true),
        Event::Unassign => state.change_account(&upn, |account| account.unassigned = true),
    };
    done.ok_or_else(|| format!("upn '{upn}': no such user"))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", tag = "do", deny_unknown_fields)]
enum ConsentOrder {
    Give { scope: String },
    Withdraw { scope: String },
}

/// Gives or withdraws the consent to a Graph permission, for everyone.
pub(super) fn consent(state: &State, body: &[u8]) -> Result<(), String> {
    match read(body)? {
        ConsentOrder::Give { scope } => state.give_consent(&scope),
        ConsentOrder::Withdraw { scope } => {
            state.entra.with(|memory| memory.consents.withdraw(&scope));
        }
    }
    Ok(())
}
