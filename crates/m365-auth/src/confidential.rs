//! The exchange of a caller's token for one for Microsoft Graph, by an API with a credential.

use std::{fmt, sync::Arc};

use crate::{CallerToken, ClientId, Cloud, Error, ErrorKind, Result, TenantId};

mod bounded;
mod budget;
mod builder;
mod cache;
mod core;
mod credential;
mod exchange;
mod holds;
mod key;
mod on_behalf_of;
mod verdict;

use self::{core::Core, key::UserKey};

pub use builder::ConfidentialClientBuilder;
pub use credential::{
    ClientCertificate, ClientCredential, ClientSecret, CredentialError, CredentialReport,
    FederatedToken, Proof, ProofRequest,
};
pub use on_behalf_of::{OboOutcome, OnBehalfOf, OnBehalfOfObserver};

/// Gets tokens for Microsoft Graph
/// [on behalf of](https://learn.microsoft.com/entra/identity-platform/v2-oauth2-on-behalf-of-flow)
/// the users who call: a
/// [confidential client](https://learn.microsoft.com/entra/identity-platform/msal-client-applications).
///
/// Tokens are kept in memory alone, in a bounded number, each under a key that includes the very
/// token of its caller and no longer than that token lives. Whoever wants the same at the same time
/// causes one exchange. Clones share everything.
///
/// ```
/// use m365_auth::{
///     AllowList, ClientSecret, Cloud, ConfidentialClient, TokenProvider, TokenRequest, TokenValidator,
/// };
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let demo = m365_sim::Sim::start().await;
/// # let bearer = demo.desktop("mira.solberg@fjordlight.example").token().await?;
/// # let (tenant, host) = (demo.tenant_id().parse()?, demo.host_client_id().parse()?);
/// # let (connector, secret) = (demo.connector_client_id(), demo.connector_secret());
/// # let login = || demo.login_endpoint().parse::<url::Url>();
/// let validator = TokenValidator::builder(Cloud::Global, connector.parse()?)
///     .allow_list(AllowList::new().with(tenant, [host]))
/// #     .login_root(login()?)
///     .build();
/// let client =
///     ConfidentialClient::builder(Cloud::Global, connector.parse()?, ClientSecret::new(secret))
///         .scopes("Mail.Read".parse()?)
/// #         .login_root(login()?)
///         .build();
///
/// let caller = validator.validate(&bearer).await?;
/// let tokens = client.on_behalf_of(&caller); // a token provider for this caller
///
/// let token = tokens.access_token(&TokenRequest::new()).await?;
/// assert!(token.grants("Mail.Read"));
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct ConfidentialClient {
    core: Arc<Core>,
}

impl ConfidentialClient {
    /// Begins to configure a client for the app registration `client_id`, which shows `credential`.
    #[must_use]
    pub fn builder(
        cloud: Cloud,
        client_id: ClientId,
        credential: impl ClientCredential + 'static,
    ) -> ConfidentialClientBuilder {
        ConfidentialClientBuilder::new(cloud, client_id, Arc::new(credential))
    }

    /// Returns what supplies tokens on behalf of a caller; nothing is sent yet.
    #[must_use]
    pub fn on_behalf_of(&self, caller: &CallerToken) -> OnBehalfOf {
        OnBehalfOf::new(self.core.clone(), caller.clone())
    }

    /// Drops all tokens of a user (object id), also those on their way.
    pub fn forget_user(&self, tenant: &TenantId, user: &str) {
        self.core.cache.forget_user(UserKey::new(tenant, user));
    }

    /// Drops everything that is remembered.
    pub fn clear(&self) {
        self.core.cache.clear();
        self.core.holds.clear();
    }

    /// Returns how many tokens are held.
    #[must_use]
    pub fn cache_entries(&self) -> u64 {
        self.core.cache.entries()
    }

    /// Checks the credential as far as that is possible without Entra ID.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Configuration`] says what has to be put right, for whoever runs the program.
    pub async fn check_credential(&self) -> Result<CredentialReport> {
        self.core.credential.check(self.core.clock.now()).await.map_err(|error| {
            Error::new(ErrorKind::Configuration).with_message(error.to_string()).with_source(error)
        })
    }
}

impl fmt::Debug for ConfidentialClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ConfidentialClient")
            .field("settings", &self.core.settings)
            .field("credential", &self.core.credential)
            .finish_non_exhaustive()
    }
}
