use std::{collections::BTreeSet, fmt, sync::Arc, time::Duration};

use async_trait::async_trait;
use jiff::Timestamp;
use secrecy::{ExposeSecret, SecretString};

use crate::Result;

/// Supplies access tokens for one caller.
///
/// Implementations cache: asking twice for the same sends at most one request, also when
/// both ask at the same moment. The token returned is valid for at least five minutes, unless
/// Entra ID cannot be reached and an older one still is valid.
///
/// ```
/// use async_trait::async_trait;
/// use m365_auth::{AccessToken, ErrorKind, Result, TokenProvider, TokenRequest};
///
/// /// Hands out what another part of the program renews.
/// #[derive(Debug)]
/// struct Renewed(std::sync::RwLock<AccessToken>);
///
/// #[async_trait]
/// impl TokenProvider for Renewed {
///     async fn access_token(&self, request: &TokenRequest) -> Result<AccessToken> {
///         let token = self.0.read().map_err(|_| ErrorKind::SignInRequired)?.clone();
///         match request.claims.is_some() || request.rejected == Some(token.clone()) {
///             true => Err(ErrorKind::SignInRequired.into()),
///             false => Ok(token),
///         }
///     }
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let token = AccessToken::new("secret", jiff::Timestamp::MAX, ["Mail.Read"]);
/// let tokens = Renewed(token.into());
///
/// let token = tokens.access_token(&TokenRequest::new()).await?;
/// let refused = tokens.access_token(&TokenRequest::new().rejecting(token)).await;
/// assert_eq!(refused.unwrap_err().kind(), ErrorKind::SignInRequired);
/// # Ok(())
/// # }
/// ```
#[async_trait]
pub trait TokenProvider: fmt::Debug + Send + Sync {
    /// Returns a token that fulfils `request`.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::SignInRequired`](crate::ErrorKind::SignInRequired) when only the user can help;
    /// the other kinds say what else stands in the way.
    async fn access_token(&self, request: &TokenRequest) -> Result<AccessToken>;
}

/// What a token is wanted for.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct TokenRequest {
    /// A claims challenge to be fulfilled: the JSON text that the resource sent.
    pub claims: Option<String>,
    /// A token that the resource has just refused: it must not be handed out again.
    pub rejected: Option<AccessToken>,
}

impl TokenRequest {
    /// Asks for any token that grants the configured scopes.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Asks for a token that fulfils a claims challenge, JSON text.
    #[must_use]
    pub fn with_claims(mut self, claims: impl Into<String>) -> Self {
        self.claims = Some(claims.into());
        self
    }

    /// Asks for another token than the one that the resource refused.
    #[must_use]
    pub fn rejecting(mut self, token: AccessToken) -> Self {
        self.rejected = Some(token);
        self
    }
}

/// A bearer token for Microsoft Graph; its text shows in neither `Debug` nor logs.
#[derive(Clone)]
pub struct AccessToken {
    secret: SecretString,
    expires_on: Timestamp,
    scopes: Arc<BTreeSet<String>>,
}

impl AccessToken {
    /// Wraps a token that ends at `expires_on` and grants `scopes` (short names).
    #[must_use]
    pub fn new<S: Into<String>>(
        secret: impl Into<SecretString>,
        expires_on: Timestamp,
        scopes: impl IntoIterator<Item = S>,
    ) -> Self {
        let scopes = scopes.into_iter().map(Into::into).collect();
        Self { secret: secret.into(), expires_on, scopes: Arc::new(scopes) }
    }

    /// Returns the text for the `Authorization` header.
    #[must_use]
    pub fn secret(&self) -> &str {
        self.secret.expose_secret()
    }

    /// Returns the moment after which the token is refused.
    #[must_use]
    pub const fn expires_on(&self) -> Timestamp {
        self.expires_on
    }

    /// Returns the granted scopes by their short names, e.g. `Mail.Read`.
    #[must_use]
    pub fn scopes(&self) -> &BTreeSet<String> {
        &self.scopes
    }

    /// Tells whether `scope` was granted; case does not matter.
    #[must_use]
    pub fn grants(&self, scope: &str) -> bool {
        self.scopes.iter().any(|granted| granted.eq_ignore_ascii_case(scope))
    }

    /// Tells whether the token outlives `now` by `margin`.
    #[must_use]
    pub fn is_valid_for(&self, margin: Duration, now: Timestamp) -> bool {
        now.checked_add(margin).is_ok_and(|then| then < self.expires_on)
    }
}

impl PartialEq for AccessToken {
    fn eq(&self, other: &Self) -> bool {
        self.secret() == other.secret()
    }
}

impl Eq for AccessToken {}

impl fmt::Debug for AccessToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AccessToken")
            .field("expires_on", &self.expires_on)
            .field("scopes", &self.scopes)
            .finish_non_exhaustive()
    }
}

/// A token got elsewhere, handed out as it is; for embedding programs and tests.
///
/// ```
/// use m365_auth::{AccessToken, FixedToken, TokenProvider, TokenRequest};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let token = AccessToken::new("secret", jiff::Timestamp::MAX, ["Mail.Read"]);
/// assert!(!format!("{token:?}").contains("secret"));
///
/// let tokens = FixedToken::new(token);
/// assert!(tokens.access_token(&TokenRequest::new()).await?.grants("mail.read"));
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct FixedToken(AccessToken);

impl FixedToken {
    /// Hands out `token` for ever.
    #[must_use]
    pub const fn new(token: AccessToken) -> Self {
        Self(token)
    }
}

#[async_trait]
impl TokenProvider for FixedToken {
    async fn access_token(&self, request: &TokenRequest) -> Result<AccessToken> {
        if request.claims.is_some() || request.rejected.as_ref() == Some(&self.0) {
            return Err(crate::ErrorKind::SignInRequired.into());
        }
        Ok(self.0.clone())
    }
}
