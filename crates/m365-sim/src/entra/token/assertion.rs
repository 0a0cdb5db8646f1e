//! The access token that an API exchanges on behalf of its caller.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use jiff::Timestamp;
use ring::signature::{RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents};

use super::jwt::Jwt;
use crate::{
    directory::UserId,
    entra::{
        apps::App,
        failure::Failure,
        mint::after,
        scopes::Resource,
        store::{Memory, SignIn},
        tenant::Authority,
    },
    state::State,
};

/// A caller's access token that proved good.
#[derive(Debug)]
pub(super) struct Assertion {
    pub(super) user: UserId,
    /// When it was issued, however far back it says that it begins.
    pub(super) issued: Timestamp,
    pub(super) sign_in: SignIn,
    /// Sessions of its user ended since.
    pub(super) ended: bool,
}

impl Assertion {
    /// Checks a caller's token as Entra ID does before it looks at the user.
    ///
    /// # Errors
    ///
    /// 50027 for what is no token, 240002 for an ID token, 50013 for one that is not this
    /// tenant's own, 500133 for an expired one, 500131 for another app's and 7000114 for one
    /// without a user.
    pub(super) fn check(
        state: &State,
        text: &str,
        authority: &Authority,
        app: &App,
    ) -> Result<Self, Failure> {
        let token = Jwt::read(text).ok_or_else(malformed)?;
        let calling_app = token.text("azp").or_else(|| token.text("appid"));
        if calling_app.is_none() {
            return Err(id_token());
        }
        let from_here = token.text("tid").is_some_and(|tid| authority.issues_for(state, tid));
        if !is_signed_by_us(state, &token) || !from_here {
            return Err(not_ours());
        }
        check_times(state, text, &token)?;
        check_audience(state, &token, app)?;
        let user = token.text("oid").filter(|_| is_delegated(&token)).ok_or_else(app_only)?;
        Ok(state.entra.with(|memory| Self::recall(state, memory, text, &token, user)))
    }

    /// Recalls under which circumstances a token was issued; of a stranger's nothing is known
    /// but what it says.
    fn recall(state: &State, memory: &mut Memory, text: &str, token: &Jwt<'_>, oid: &str) -> Self {
        let tenant = token.text("tid").unwrap_or_default().to_owned();
        let user = UserId { tenant, oid: oid.to_owned() };
        if let Some(record) = memory.access_tokens.get(text) {
            let ended = record.distrusted.is_some();
            return Self { user, issued: record.issued, sign_in: record.sign_in, ended };
        }
        let begins = token.time("iat").unwrap_or(Timestamp::UNIX_EPOCH);
        let issued = after(begins, state.back_dated);
        let ended = memory.account(&user).ended.is_some_and(|end| issued < end);
        let sign_in = SignIn { at: issued, mfa: false, device: false };
        Self { user, issued, sign_in, ended }
    }
}

fn is_signed_by_us(state: &State, token: &Jwt<'_>) -> bool {
    let tenant = token.text("tid").unwrap_or_default();
    let keys = state.keys.set(state.cloud, Some(tenant));
    let mut keys = keys["keys"].as_array().into_iter().flatten();
    let kid = token.header.get("kid");
    let key = keys.find(|key| key.get("kid") == kid && kid.is_some());
    let key = key.filter(|key| key["issuer"] == state.cloud.issuer(tenant));
    let part = |name: &str| URL_SAFE_NO_PAD.decode(key?.get(name)?.as_str()?).ok();
    let (Some(n), Some(e)) = (part("n"), part("e")) else {
        return false;
    };
    let rs256 = token.header.get("alg").is_some_and(|alg| alg == "RS256");
    let key = RsaPublicKeyComponents { n, e };
    let signed = token.signed.as_bytes();
    rs256 && key.verify(&RSA_PKCS1_2048_8192_SHA256, signed, &token.signature).is_ok()
}

fn check_times(state: &State, text: &str, token: &Jwt<'_>) -> Result<(), Failure> {
    let end = token.time("exp").unwrap_or(Timestamp::UNIX_EPOCH);
    let recorded = |memory: &mut Memory| memory.access_tokens.get(text).map(|token| token.expires);
    let end = state.entra.with(recorded).map_or(end, |expires| end.min(expires));
    if state.clock.now() < end {
        return Ok(());
    }
    let text = "Assertion is not within its valid time range. Ensure that the access token is \
                not expired before using it for user assertion, or request a new token.";
    Err(Failure::new(500_133, text))
}

fn check_audience(state: &State, token: &Jwt<'_>, app: &App) -> Result<(), Failure> {
    let audience = token.text("aud").unwrap_or_default();
    if audience == app.client_id || Resource::Connector.is_named(audience, state) {
        return Ok(());
    }
    let text = format!(
        "Assertion failed audience check. The audience '{audience}' is not the application \
         '{}' that exchanges it.",
        app.client_id
    );
    Err(Failure::new(500_131, text))
}

fn is_delegated(token: &Jwt<'_>) -> bool {
    let app = token.text("idtyp") == Some("app");
    !app && token.text("scp").is_some_and(|scopes| !scopes.trim().is_empty())
}

fn malformed() -> Failure {
    Failure::new(50_027, "JWT token is invalid or malformed.")
}

fn id_token() -> Failure {
    Failure::new(
        240_002,
        "Input id_token cannot be used as 'urn:ietf:params:oauth:grant-type:jwt-bearer' grant.",
    )
}

fn not_ours() -> Failure {
    let text = "Assertion failed signature validation. The key or the issuer was not expected.";
    Failure::new(50_013, text)
}

fn app_only() -> Failure {
    Failure::new(7_000_114, "Application is not allowed to make application on-behalf-of calls.")
}
