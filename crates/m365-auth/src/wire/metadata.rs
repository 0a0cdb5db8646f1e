use serde::Deserialize;
use url::Url;

use super::transport::Reply;
use crate::{Authority, Cloud};

/// The endpoints of a tenant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Endpoints {
    pub(crate) authorize: Url,
    pub(crate) token: Url,
}

/// What is wrong with a metadata document.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Unusable {
    #[error("it is not a metadata document")]
    Malformed,
    #[error("the tenant is in another cloud: {0}")]
    Cloud(String),
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
        if self.issuer != authority.issuer() {
            return Err(self.clouds(authority).map_or(Unusable::Issuer, Unusable::Cloud));
        }
        let endpoints =
            Endpoints { authorize: self.authorization_endpoint, token: self.token_endpoint };
        if !authority.covers(&endpoints.authorize) || !authority.covers(&endpoints.token) {
            return Err(Unusable::Endpoint);
        }
        Ok(endpoints)
    }

    /// Names the clouds in which the tenant has this issuer.
    fn clouds(&self, authority: &Authority) -> Option<String> {
        let issues = |cloud: &Cloud| {
            Authority::new(*cloud, authority.tenant().clone()).issuer() == self.issuer
        };
        let names: Vec<_> =
            Cloud::ALL.iter().filter(|cloud| issues(cloud)).map(|it| it.name()).collect();
        (!names.is_empty()).then(|| names.join(" or "))
    }
}
