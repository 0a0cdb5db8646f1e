use serde::Deserialize;
use url::Url;

use super::transport::Reply;
use crate::Authority;

/// The endpoints of a tenant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Endpoints {
    pub(crate) authorize: Url,
    pub(crate) token: Url,
}

/// What is wrong with a metadata document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Unusable {
    #[error("it is not a metadata document")]
    Malformed,
    #[error("its issuer is not the tenant's")]
    Issuer,
    #[error("it names an endpoint outside of the sign-in address")]
    Endpoint,
}

#[derive(Deserialize)]
struct Document {
    issuer: String,
    authorization_endpoint: Url,
    token_endpoint: Url,
}

impl Endpoints {
    /// Returns the endpoints where Entra ID always has them.
    pub(crate) fn well_known(authority: &Authority) -> Self {
        Self { authorize: authority.authorize_url(), token: authority.token_url() }
    }

    /// Reads the endpoints from a metadata document, which must stay with issuer and sign-in host.
    pub(crate) fn from_reply(reply: &Reply, authority: &Authority) -> Result<Self, Unusable> {
        if reply.status != 200 {
            return Err(Unusable::Malformed);
        }
        let document: Document =
            serde_json::from_slice(&reply.body).map_err(|_| Unusable::Malformed)?;
        document.verified(authority)
    }
}

impl Document {
    fn verified(self, authority: &Authority) -> Result<Endpoints, Unusable> {
        let endpoints =
            Endpoints { authorize: self.authorization_endpoint, token: self.token_endpoint };
        if self.issuer != authority.issuer() {
            return Err(Unusable::Issuer);
        }
        if !authority.covers(&endpoints.authorize) || !authority.covers(&endpoints.token) {
            return Err(Unusable::Endpoint);
        }
        Ok(endpoints)
    }
}
