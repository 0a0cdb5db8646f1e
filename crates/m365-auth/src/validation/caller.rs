use std::{fmt, sync::Arc};

use jiff::Timestamp;
use ring::digest::{SHA256, digest};
use secrecy::{ExposeSecret, SecretString};

use super::claims::Claims;
use crate::{ClientId, TenantId};

/// A caller's access token that has been validated: who calls, through which client.
///
/// The user is known by tenant and object id together, never by a name or address.
#[derive(Clone)]
pub struct CallerToken {
    inner: Arc<Inner>,
}

struct Inner {
    secret: SecretString,
    digest: [u8; 32],
    claims: Claims,
}

impl CallerToken {
    pub(super) fn new(token: &str, claims: Claims) -> Self {
        let mut sha256 = [0; 32];
        sha256.copy_from_slice(digest(&SHA256, token.as_bytes()).as_ref());
        Self { inner: Arc::new(Inner { secret: token.into(), digest: sha256, claims }) }
    }

    /// Returns the tenant that issued the token; for a guest that is the host's tenant.
    #[must_use]
    pub fn tenant(&self) -> &TenantId {
        &self.inner.claims.tenant
    }

    /// Returns the user's object id in that tenant, a GUID in lower case.
    #[must_use]
    pub fn user(&self) -> &str {
        &self.inner.claims.user
    }

    /// Returns the app through which the user calls.
    #[must_use]
    pub fn client(&self) -> &ClientId {
        &self.inner.claims.client
    }

    /// Returns the token's `uti`, which is no secret.
    #[must_use]
    pub fn token_id(&self) -> Option<&str> {
        self.inner.claims.token_id.as_deref()
    }

    /// Returns when the token ends, without the allowance for clocks that differ.
    #[must_use]
    pub fn expires_on(&self) -> Timestamp {
        self.inner.claims.expires_on
    }

    /// Tells whether the client says that it can handle claims challenges, see
    /// [client capabilities](https://learn.microsoft.com/entra/identity-platform/claims-challenge).
    #[must_use]
    pub fn handles_claims(&self) -> bool {
        self.inner.claims.handles_claims
    }

    /// Returns the token's text, which on-behalf-of starts from and which goes nowhere else.
    #[must_use]
    pub fn secret(&self) -> &str {
        self.inner.secret.expose_secret()
    }

    /// Returns the SHA-256 of the token's text.
    #[must_use]
    pub fn digest(&self) -> &[u8; 32] {
        &self.inner.digest
    }
}

impl fmt::Debug for CallerToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CallerToken")
            .field("tenant", self.tenant())
            .field("user", &self.user())
            .field("client", self.client())
            .field("token_id", &self.token_id())
            .field("expires_on", &self.expires_on())
            .finish_non_exhaustive()
    }
}
