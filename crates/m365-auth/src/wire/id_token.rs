use std::time::Duration;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use jiff::Timestamp;
use serde::Deserialize;

use crate::{Account, Authority, ClientId};

/// How far clocks may be apart.
pub(crate) const SKEW: Duration = Duration::from_secs(300);

/// The claims of an ID token that we use, see
/// [ID token claims](https://learn.microsoft.com/entra/identity-platform/id-token-claims-reference).
#[derive(Deserialize)]
pub(crate) struct IdToken {
    aud: String,
    iss: String,
    exp: i64,
    nonce: Option<String>,
    tid: String,
    oid: String,
    preferred_username: Option<String>,
    name: Option<String>,
    login_hint: Option<String>,
}

/// What an ID token is checked against.
pub(crate) struct Expected<'a> {
    pub(crate) authority: &'a Authority,
    pub(crate) client_id: &'a ClientId,
    pub(crate) nonce: &'a str,
    /// The device's time and the server's: one of them is right.
    pub(crate) times: [Option<Timestamp>; 2],
}

/// Why an ID token is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Refused {
    #[error("the ID token cannot be read")]
    Malformed,
    #[error("the ID token is of another account")]
    Account,
    #[error("the ID token is meant for another client")]
    Audience,
    #[error("the ID token is of another issuer")]
    Issuer,
    #[error("the ID token is of another tenant")]
    Tenant,
    #[error("the ID token belongs to another sign-in")]
    Nonce,
    #[error("the ID token has expired")]
    Expired,
}

impl IdToken {
    /// Reads the claims of a token that came straight from the token endpoint.
    ///
    /// The TLS connection vouches for it in place of the signature, see
    /// [OpenID Connect Core 3.1.3.7](https://openid.net/specs/openid-connect-core-1_0.html#IDTokenValidation).
    pub(crate) fn parse(token: &str) -> Result<Self, Refused> {
        let [_, payload, _] = token.split('.').collect::<Vec<_>>()[..] else {
            return Err(Refused::Malformed);
        };
        let json = URL_SAFE_NO_PAD.decode(payload).map_err(|_| Refused::Malformed)?;
        serde_json::from_slice(&json).map_err(|_| Refused::Malformed)
    }

    /// Checks that the token is for us, from our tenant, of this sign-in, and of today.
    pub(crate) fn check(&self, expected: &Expected<'_>) -> Result<(), Refused> {
        let tenant = expected.authority.tenant().as_str();
        let checks = [
            (self.aud.eq_ignore_ascii_case(expected.client_id.as_str()), Refused::Audience),
            (self.iss == expected.authority.issuer(), Refused::Issuer),
            (self.tid.eq_ignore_ascii_case(tenant), Refused::Tenant),
            (self.nonce.as_deref() == Some(expected.nonce), Refused::Nonce),
            (self.is_current(expected), Refused::Expired),
        ];
        checks
            .into_iter()
            .try_for_each(|(holds, refused)| if holds { Ok(()) } else { Err(refused) })
    }

    /// Checks that a token that came from a broker, without a nonce, is for us and of `oid` in `tid`.
    pub(crate) fn check_owner(
        &self,
        client_id: &ClientId,
        oid: &str,
        tid: &str,
    ) -> Result<(), Refused> {
        if !self.aud.eq_ignore_ascii_case(client_id.as_str()) {
            return Err(Refused::Audience);
        }
        let same = self.oid.eq_ignore_ascii_case(oid) && self.tid.eq_ignore_ascii_case(tid);
        if same { Ok(()) } else { Err(Refused::Account) }
    }

    fn is_current(&self, expected: &Expected<'_>) -> bool {
        let ends = Timestamp::from_second(self.exp).and_then(|exp| exp.checked_add(SKEW));
        ends.is_ok_and(|ends| expected.times.iter().flatten().any(|now| *now < ends))
    }

    /// Returns the account; `home` comes from `client_info` and differs for guests.
    pub(crate) fn into_account(self, home: Option<String>) -> Account {
        Account {
            home: home.unwrap_or_else(|| format!("{}.{}", self.oid, self.tid)),
            username: self.preferred_username.unwrap_or_else(|| self.oid.clone()),
            oid: self.oid,
            tid: self.tid,
            name: self.name,
            login_hint: self.login_hint,
        }
    }
}

/// Reads `uid.utid` from a token answer's `client_info`.
pub(crate) fn home_account(client_info: &str) -> Option<String> {
    #[derive(Deserialize)]
    struct ClientInfo {
        uid: String,
        utid: String,
    }

    let json = URL_SAFE_NO_PAD.decode(client_info.trim_end_matches('=')).ok()?;
    let ClientInfo { uid, utid } = serde_json::from_slice(&json).ok()?;
    Some(format!("{uid}.{utid}"))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::Cloud;

    const TENANT: &str = "11111111-2222-4333-8444-555555555555";
    const CLIENT: &str = "aaaaaaaa-0000-4000-8000-000000000001";
    const EXP: i64 = 1_790_003_600;

    fn claims(changed: &str, value: Value) -> Result<(), Refused> {
        let mut claims = json!({
            "aud": CLIENT, "iss": format!("https://login.microsoftonline.com/{TENANT}/v2.0"),
            "exp": EXP, "nonce": "n", "tid": TENANT, "oid": "o", "preferred_username": "u@x",
        });
        claims[changed] = value;
        let token = format!("e30.{}.sig", URL_SAFE_NO_PAD.encode(claims.to_string()));
        check_at(&token, [Some(EXP), None])
    }

    fn check_at(token: &str, times: [Option<i64>; 2]) -> Result<(), Refused> {
        IdToken::parse(token)?.check(&Expected {
            authority: &Authority::new(Cloud::Global, TENANT.parse().unwrap()),
            client_id: &CLIENT.parse().unwrap(),
            nonce: "n",
            times: times.map(|time| time.map(|time| Timestamp::from_second(time).unwrap())),
        })
    }

    #[test]
    fn a_right_token_passes() {
        assert_eq!(claims("name", json!("A name")), Ok(()));
    }

    #[test]
    fn each_wrong_claim_is_refused_by_its_name() {
        let government = format!("https://login.microsoftonline.us/{TENANT}/v2.0");

        for (claim, value, refused) in [
            ("aud", json!("bbbbbbbb-0000-4000-8000-000000000001"), Refused::Audience),
            ("aud", json!([CLIENT]), Refused::Malformed),
            ("iss", json!(government), Refused::Issuer),
            ("tid", json!("99999999-2222-4333-8444-555555555555"), Refused::Tenant),
            ("nonce", json!("m"), Refused::Nonce),
            ("nonce", Value::Null, Refused::Nonce),
            ("exp", json!(EXP - 301), Refused::Expired),
            ("exp", json!("soon"), Refused::Malformed),
        ] {
            assert_eq!(claims(claim, value), Err(refused), "{claim}");
        }
    }

    #[test]
    fn the_servers_clock_counts_when_the_devices_is_wrong() {
        let payload = json!({
            "aud": CLIENT, "iss": format!("https://login.microsoftonline.com/{TENANT}/v2.0"),
            "exp": EXP, "nonce": "n", "tid": TENANT, "oid": "o",
        });
        let token = format!("e30.{}.sig", URL_SAFE_NO_PAD.encode(payload.to_string()));

        assert_eq!(check_at(&token, [Some(EXP + 7200), None]), Err(Refused::Expired));
        assert_eq!(check_at(&token, [Some(EXP + 7200), Some(EXP - 60)]), Ok(()));
    }

    #[test]
    fn what_is_no_token_is_refused() {
        for token in ["", "a.b", "a.b.c.d", "a.%%.c", "e30.e30.x"] {
            assert_eq!(check_at(token, [Some(EXP), None]), Err(Refused::Malformed), "{token}");
        }
    }

    #[test]
    fn client_info_names_the_home_account() {
        let info = "eyJ1aWQiOiI2ZjFmMGMxZS0wMDAwLTQwMDAtODAwMC0wMDAwMDAwMDBhMDEiLCJ1dGlkIjoi\
                    MTExMTExMTEtMjIyMi00MzMzLTg0NDQtNTU1NTU1NTU1NTU1In0";

        assert_eq!(
            home_account(info).as_deref(),
            Some("6f1f0c1e-0000-4000-8000-000000000a01.11111111-2222-4333-8444-555555555555")
        );
    }
}
