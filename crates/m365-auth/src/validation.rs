//! The check of a caller's access token, by the API that the token is for.

use std::{
    fmt,
    sync::{Arc, PoisonError, RwLock},
};

use crate::{Clock, Result};

mod allow_list;
mod builder;
mod caller;
mod claims;
mod jws;
mod keys;
mod object;
mod rejection;

use self::{
    claims::{Claims, Expected},
    jws::Jws,
    keys::{KeyRing, Why},
};

pub use allow_list::AllowList;
pub use builder::TokenValidatorBuilder;
pub use caller::CallerToken;
pub use keys::KeyState;
pub use rejection::{Rejection, RejectionClass, RejectionReason};

/// Proves that an access token was issued by Entra ID for this API, to a user who acts through a
/// client that is on the [`AllowList`].
///
/// Nothing about a token is remembered: each is checked whole, each time. The signing keys come
/// from the cloud's `common` document alone, never from what a token says, and one refetch per
/// five minutes is all that tokens with unknown keys can cause. Clones share everything.
///
/// ```
/// use m365_auth::{AllowList, Cloud, RejectionReason, TokenValidator};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let allowed = AllowList::new().with(
///     "11111111-2222-4333-8444-555555555555".parse()?,
///     ["aaaaaaaa-0000-4000-8000-000000000001".parse()?],
/// );
/// let validator =
///     TokenValidator::builder(Cloud::Global, "cccccccc-0000-4000-8000-000000000002".parse()?)
///         .allow_list(allowed)
///         .build();
///
/// let rejection = validator.validate("not a token").await.unwrap_err();
/// assert_eq!(rejection.reason(), RejectionReason::Malformed);
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct TokenValidator {
    shared: Arc<Shared>,
}

struct Shared {
    expected: Expected,
    allow_list: RwLock<Arc<AllowList>>,
    keys: Arc<KeyRing>,
    clock: Arc<dyn Clock>,
}

impl TokenValidator {
    /// Checks a token.
    ///
    /// # Errors
    ///
    /// A [`Rejection`] says why the token is refused, and of which [`RejectionClass`] the answer is.
    pub async fn validate(&self, token: &str) -> Result<CallerToken, Rejection> {
        let jws = Jws::parse(token)?;
        let claims = Claims::parse(&jws.payload)?;
        self.verify(&jws, &claims).await?;
        match self.judge(&claims) {
            Ok(()) => Ok(CallerToken::new(token, claims)),
            Err(reason) => Err(Rejection::of(reason, claims)),
        }
    }

    /// Replaces the allow-list; it holds for each validation that ends after this.
    pub fn set_allow_list(&self, list: AllowList) {
        let list = Arc::new(list);
        *self.shared.allow_list.write().unwrap_or_else(PoisonError::into_inner) = list;
    }

    /// Fetches the signing keys, again and again until they are there, and then every 12 hours.
    ///
    /// Runs for ever. Without it keys are only fetched when a token needs them.
    pub async fn keep_keys_fresh(&self) {
        self.shared.keys.keep_fresh().await;
    }

    /// Fetches the signing keys now; keys that are held stay when it fails.
    ///
    /// # Errors
    ///
    /// [`Unavailable`](crate::ErrorKind::Unavailable) when Entra ID cannot be reached,
    /// [`Protocol`](crate::ErrorKind::Protocol) when its answer cannot be used.
    pub async fn refresh_keys(&self) -> Result<KeyState> {
        self.shared.keys.refresh().await?;
        Ok(self.keys())
    }

    /// Tells what signing keys are held.
    #[must_use]
    pub fn keys(&self) -> KeyState {
        self.shared.keys.state()
    }

    /// Checks the signature, with newer keys if those held do not fit.
    async fn verify(&self, jws: &Jws<'_>, claims: &Claims) -> Result<(), RejectionReason> {
        let keys = &self.shared.keys;
        let held = keys.held();
        let Err(reason) = keys::verify(held.as_deref(), jws, claims) else { return Ok(()) };
        keys.renew(self.why_fetch(reason, jws, claims)?).await;
        match keys.held() {
            newer if keys::are_same(held.as_ref(), newer.as_ref()) => Err(reason),
            newer => keys::verify(newer.as_deref(), jws, claims),
        }
    }

    /// Tells why newer keys are worth a fetch: only a token that would be let in can cause one.
    fn why_fetch(
        &self,
        reason: RejectionReason,
        jws: &Jws<'_>,
        claims: &Claims,
    ) -> Result<Why, RejectionReason> {
        use RejectionReason::{KeysUnavailable, Signature, UnknownKey};

        match (reason, self.judge(claims)) {
            (KeysUnavailable, Ok(())) => Ok(Why::NoneHeld),
            (KeysUnavailable, Err(verdict)) if verdict.is_about_the_token() => Err(verdict),
            (UnknownKey | Signature, Ok(())) if jws.has_plausible_key_id() => Ok(Why::Unexpected),
            _ => Err(reason),
        }
    }

    fn judge(&self, claims: &Claims) -> Result<(), RejectionReason> {
        self.shared.expected.check(claims, self.shared.clock.now())?;
        let list = self.shared.allow_list.read().unwrap_or_else(PoisonError::into_inner).clone();
        list.check(&claims.tenant, &claims.client)
    }
}

impl fmt::Debug for TokenValidator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TokenValidator")
            .field("expected", &self.shared.expected)
            .field("keys", &self.keys())
            .finish_non_exhaustive()
    }
}
