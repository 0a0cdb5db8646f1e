use std::{fmt, time::Duration};

use super::claims::Claims;
use crate::{ClientId, TenantId};

/// After how long it is worth asking again when no keys are held.
const RETRY_AFTER: Duration = Duration::from_secs(5);

/// Why a token is refused, and whose it is where its signature was good.
#[derive(Clone, Debug)]
pub struct Rejection {
    reason: RejectionReason,
    known: Option<Box<Known>>,
}

#[derive(Clone, Debug)]
struct Known {
    tenant: TenantId,
    client: ClientId,
    token_id: Option<String>,
}

impl Rejection {
    /// Refuses a token whose signature is good.
    pub(super) fn of(reason: RejectionReason, claims: Claims) -> Self {
        let Claims { tenant, client, token_id, .. } = claims;
        Self { reason, known: Some(Box::new(Known { tenant, client, token_id })) }
    }

    /// Returns the reason, for logs, metrics and audit; it is not for the caller's eyes.
    #[must_use]
    pub const fn reason(&self) -> RejectionReason {
        self.reason
    }

    /// Returns the tenant, if the signature was good.
    #[must_use]
    pub fn tenant(&self) -> Option<&TenantId> {
        self.known.as_ref().map(|known| &known.tenant)
    }

    /// Returns the client, if the signature was good.
    #[must_use]
    pub fn client(&self) -> Option<&ClientId> {
        self.known.as_ref().map(|known| &known.client)
    }

    /// Returns the token's `uti`, which is no secret, if the signature was good.
    #[must_use]
    pub fn token_id(&self) -> Option<&str> {
        self.known.as_ref()?.token_id.as_deref()
    }

    /// Returns when the same token may find another answer.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        (self.reason == RejectionReason::KeysUnavailable).then_some(RETRY_AFTER)
    }
}

impl From<RejectionReason> for Rejection {
    fn from(reason: RejectionReason) -> Self {
        Self { reason, known: None }
    }
}

impl fmt::Display for Rejection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the access token is not accepted: {}", self.reason)
    }
}

impl std::error::Error for Rejection {}

/// How a rejected caller is answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum RejectionClass {
    /// The token proves nothing: status 401, `invalid_token`.
    InvalidToken,
    /// The token is no user's, or does not grant our scope: 403, `insufficient_scope`.
    InsufficientScope,
    /// Tenant or client are not on the allow-list, both alike: 403.
    NotAllowed,
    /// No keys are there to check with: 503.
    Unavailable,
}

macro_rules! reasons {
    ($($(#[$doc:meta])* $name:ident = $text:literal, $class:ident, $phrase:literal;)*) => {
        /// Why a token is refused: one of few fixed values.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum RejectionReason {
            $($(#[$doc])* $name,)*
        }

        impl RejectionReason {
            /// All reasons.
            pub const ALL: &[Self] = &[$(Self::$name),*];

            /// Returns the value for metrics and audit, e.g. `expired`.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$name => $text,)*
                }
            }

            /// Returns how the caller is answered.
            #[must_use]
            pub const fn class(self) -> RejectionClass {
                match self {
                    $(Self::$name => RejectionClass::$class,)*
                }
            }
        }

        impl fmt::Display for RejectionReason {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(match self {
                    $(Self::$name => $phrase,)*
                })
            }
        }
    };
}

reasons! {
    /// It is not three parts of base64url with the JSON that we expect.
    Malformed = "malformed", InvalidToken, "it is not a signed token that can be read";
    /// It is signed by another algorithm than RS256, in a way that we do not know, or brings a key of its
    /// own.
    Algorithm = "algorithm", InvalidToken,
        "it is not signed with RS256, or its header carries a key, a nonce or an extension";
    /// A claim that we need is missing, of the wrong type, or there twice.
    Claims = "claims", InvalidToken, "a claim is missing, doubled or of the wrong type";
    /// No key of that id is published for the token's issuer.
    UnknownKey = "unknown_key", InvalidToken, "its key is not one of the issuer's";
    /// The signature is not the key's.
    Signature = "signature", InvalidToken, "its signature is wrong";
    /// It is of a version that is not accepted.
    Version = "version", InvalidToken, "its version is not accepted";
    /// It was issued by another cloud or tenant than it says, or to a personal account.
    Issuer = "issuer", InvalidToken, "its issuer is not its tenant in this cloud";
    /// It is for another API.
    Audience = "audience", InvalidToken, "it is for another audience";
    /// It has ended.
    Expired = "expired", InvalidToken, "it has expired";
    /// It has not begun.
    NotYetValid = "not_yet_valid", InvalidToken, "it is not valid yet";
    /// It was issued to an app and no user.
    AppOnly = "app_only", InsufficientScope, "it is of an app without a user";
    /// It does not grant our scope.
    MissingScope = "missing_scope", InsufficientScope, "it does not grant the scope";
    /// Its tenant is not on the allow-list.
    TenantNotAllowed = "tenant_not_allowed", NotAllowed, "its tenant is not on the allow-list";
    /// Its client is not on the allow-list of its tenant.
    ClientNotAllowed = "client_not_allowed", NotAllowed, "its client is not on the allow-list";
    /// There are no keys to check it with.
    KeysUnavailable = "keys_unavailable", Unavailable, "there are no signing keys to check it with";
}

impl RejectionReason {
    /// Tells whether no key could make the token good.
    pub(super) fn is_about_the_token(self) -> bool {
        self.class() == RejectionClass::InvalidToken
    }
}
