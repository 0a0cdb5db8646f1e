use std::time::Duration;

use jiff::Timestamp;

use super::{Claims, Version};
use crate::{ClientId, Cloud, clock::after, validation::RejectionReason};

/// How far clocks may be apart; Microsoft's own libraries allow as much.
const SKEW: Duration = Duration::from_secs(300);

/// The tenant of all personal accounts.
const CONSUMERS: &str = "9188040d-6c67-4c5b-b112-36a304b66dad";

/// The issuer of v1 tokens of each cloud that we know.
const V1_ISSUER: &str = "https://sts.windows.net/{tenantid}/";

/// What every token must say, whoever calls.
#[derive(Debug)]
pub(in crate::validation) struct Expected {
    client_id: ClientId,
    scope: String,
    v2_issuer: String,
    /// What v1 tokens may be for; empty when they are not accepted.
    v1_audiences: Vec<String>,
}

impl Expected {
    pub(in crate::validation) fn new(cloud: Cloud, client_id: ClientId, scope: String) -> Self {
        let v2_issuer = cloud.issuer_template();
        Self { client_id, scope, v2_issuer, v1_audiences: Vec::new() }
    }

    /// Accepts v1 tokens, for the client ID or one of these URIs, with or without a last slash.
    pub(in crate::validation) fn accept_v1(&mut self, uris: &[String]) {
        let usual = [format!("api://{}", self.client_id)];
        let uris = if uris.is_empty() { &usual[..] } else { uris };
        let plain = uris.iter().map(|uri| uri.trim_end_matches('/').to_owned());
        self.v1_audiences = plain.flat_map(|uri| [format!("{uri}/"), uri]).collect();
    }

    /// Checks what does not depend on the allow-list.
    pub(in crate::validation) fn check(
        &self,
        claims: &Claims,
        now: Timestamp,
    ) -> Result<(), RejectionReason> {
        let is_v2 = claims.version == Version::V2;
        let checks = [
            (is_v2 || !self.v1_audiences.is_empty(), RejectionReason::Version),
            (self.is_issuer_of(claims), RejectionReason::Issuer),
            (self.is_audience_of(claims), RejectionReason::Audience),
            (now < after(claims.expires_on, SKEW), RejectionReason::Expired),
            (claims.not_before <= after(now, SKEW), RejectionReason::NotYetValid),
            (claims.scopes.is_some() && !claims.is_app, RejectionReason::AppOnly),
            (claims.grants(&self.scope), RejectionReason::MissingScope),
        ];
        checks.into_iter().try_for_each(|(holds, reason)| if holds { Ok(()) } else { Err(reason) })
    }

    fn is_issuer_of(&self, claims: &Claims) -> bool {
        let template = match claims.version {
            Version::V1 => V1_ISSUER,
            Version::V2 => &self.v2_issuer,
        };
        claims.tenant.as_str() != CONSUMERS && claims.is_issued_by(template)
    }

    fn is_audience_of(&self, claims: &Claims) -> bool {
        let audience = &claims.audience;
        audience == self.client_id.as_str()
            || (claims.version == Version::V1 && self.v1_audiences.contains(audience))
    }
}

impl Cloud {
    /// Returns the issuer of v2 tokens, with `{tenantid}` for the tenant.
    pub(in crate::validation) fn issuer_template(self) -> String {
        format!("{}{{tenantid}}/v2.0", self.login_root())
    }
}
