use std::{collections::HashSet, fmt};

use jiff::Timestamp;
use serde::{
    Deserialize, Deserializer,
    de::{MapAccess, Visitor},
};

use super::{
    RejectionReason,
    object::{next_name, skip},
};
use crate::{ClientId, TenantId};

mod expected;

pub(super) use expected::Expected;

/// The longest `uti` that is repeated in logs.
const MAX_TOKEN_ID: usize = 64;

/// The claims of an access token that we use, see
/// [access token claims](https://learn.microsoft.com/entra/identity-platform/access-token-claims-reference);
/// each has the right type and shape, and none is verified.
pub(super) struct Claims {
    pub(super) tenant: TenantId,
    pub(super) user: String,
    pub(super) client: ClientId,
    pub(super) token_id: Option<String>,
    pub(super) expires_on: Timestamp,
    pub(super) handles_claims: bool,
    not_before: Timestamp,
    audience: String,
    /// The tenant as the token spells it, since its issuer is spelled likewise.
    tid: String,
    issuer: String,
    version: Version,
    scopes: Option<String>,
    is_app: bool,
}

/// Which of its two forms an access token has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Version {
    V1,
    V2,
}

impl Claims {
    /// Reads the payload of a token.
    pub(super) fn parse(payload: &[u8]) -> Result<Self, RejectionReason> {
        let found: Found = serde_json::from_slice(payload).map_err(|_| RejectionReason::Claims)?;
        found.complete()
    }

    /// Tells whether the issuer is `template` with the token's tenant filled in.
    pub(super) fn is_issued_by(&self, template: &str) -> bool {
        fill(template, &self.tid) == self.issuer
    }

    /// Tells whether a key of the issuer `signer`, a template or not, may sign the token: it is the
    /// tenant's `v2_issuer`, which signs v1 tokens as well, or the very issuer of a v1 token.
    pub(super) fn may_be_signed_by(&self, signer: &str, v2_issuer: &str) -> bool {
        let signer = fill(signer, &self.tid);
        let is_v1_issuer = self.version == Version::V1 && signer == self.issuer;
        is_v1_issuer || signer == fill(v2_issuer, &self.tid)
    }

    fn grants(&self, scope: &str) -> bool {
        self.scopes.as_deref().is_some_and(|all| all.split(' ').any(|one| one == scope))
    }
}

/// Puts a tenant into an issuer's template.
fn fill(template: &str, tenant: &str) -> String {
    template.replace("{tenantid}", tenant)
}

/// The claims as they come, the first of each name.
#[derive(Default)]
struct Found {
    aud: Option<String>,
    iss: Option<String>,
    exp: Option<i64>,
    nbf: Option<i64>,
    tid: Option<String>,
    oid: Option<String>,
    ver: Option<String>,
    azp: Option<String>,
    appid: Option<String>,
    scp: Option<String>,
    idtyp: Option<String>,
    uti: Option<String>,
    xms_cc: Option<Vec<String>>,
}

impl Found {
    const KNOWN: [&str; 13] = [
        "aud", "iss", "exp", "nbf", "tid", "oid", "ver", "azp", "appid", "scp", "idtyp", "uti",
        "xms_cc",
    ];

    fn complete(self) -> Result<Claims, RejectionReason> {
        self.completed().ok_or(RejectionReason::Claims)
    }

    fn completed(self) -> Option<Claims> {
        let version = Version::of(&self.ver?);
        let tid = self.tid.filter(|tid| is_guid(tid))?;
        let client = match version? {
            Version::V1 => self.appid,
            Version::V2 => self.azp,
        };
        Some(Claims {
            tenant: tid.parse().ok()?,
            user: self.oid.filter(|oid| is_guid(oid))?.to_ascii_lowercase(),
            client: client.filter(|client| is_guid(client))?.parse().ok()?,
            token_id: self.uti.filter(|uti| is_printable(uti)),
            expires_on: Timestamp::from_second(self.exp?).ok()?,
            not_before: Timestamp::from_second(self.nbf?).ok()?,
            handles_claims: self.xms_cc.is_some_and(|all| all.iter().any(|one| one == "cp1")),
            audience: self.aud?,
            tid,
            issuer: self.iss?,
            version: version?,
            scopes: self.scp,
            is_app: self.idtyp.is_some_and(|kind| kind.eq_ignore_ascii_case("app")),
        })
    }
}

impl Version {
    fn of(text: &str) -> Option<Self> {
        match text {
            "1.0" => Some(Self::V1),
            "2.0" => Some(Self::V2),
            _ => None,
        }
    }
}

/// Tells whether a claim is a GUID; its length comes first, since a claim may be long.
fn is_guid(text: &str) -> bool {
    text.len() == 36 && crate::authority::is_guid(text)
}

fn is_printable(text: &str) -> bool {
    text.len() <= MAX_TOKEN_ID && text.bytes().all(|byte| byte.is_ascii_graphic())
}

impl<'de> Deserialize<'de> for Found {
    fn deserialize<D: Deserializer<'de>>(json: D) -> Result<Self, D::Error> {
        json.deserialize_map(FoundVisitor)
    }
}

struct FoundVisitor;

impl<'de> Visitor<'de> for FoundVisitor {
    type Value = Found;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the claims of a token")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Found, A::Error> {
        let (mut found, mut seen) = (Found::default(), HashSet::new());
        while let Some(name) = next_name(&mut map, &mut seen, &Found::KNOWN)? {
            match name.as_str() {
                "aud" => found.aud = Some(map.next_value()?),
                "iss" => found.iss = Some(map.next_value()?),
                "exp" => found.exp = Some(map.next_value()?),
                "nbf" => found.nbf = Some(map.next_value()?),
                "tid" => found.tid = Some(map.next_value()?),
                "oid" => found.oid = Some(map.next_value()?),
                "ver" => found.ver = Some(map.next_value()?),
                "azp" => found.azp = Some(map.next_value()?),
                "appid" => found.appid = Some(map.next_value()?),
                "scp" => found.scp = Some(map.next_value()?),
                "idtyp" => found.idtyp = Some(map.next_value()?),
                "uti" => found.uti = Some(map.next_value()?),
                "xms_cc" => found.xms_cc = Some(map.next_value()?),
                _ => skip(&mut map)?,
            }
        }
        Ok(found)
    }
}
