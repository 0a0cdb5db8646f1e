use std::{fmt, path::PathBuf};

use async_trait::async_trait;
use jiff::Timestamp;
use secrecy::SecretString;

use crate::{Authority, ClientId, Error, ErrorKind, Result, TenantId};

mod assertion;
mod certificate;
mod federated;
mod file;
mod secret;

pub use certificate::ClientCertificate;
pub use federated::FederatedToken;
pub use secret::ClientSecret;

/// Proves to Entra ID that a request comes from the app registration.
#[async_trait]
pub trait ClientCredential: fmt::Debug + Send + Sync {
    /// Returns the proof for one request.
    ///
    /// # Errors
    ///
    /// A [`CredentialError`] when there is none at the moment.
    async fn proof(&self, request: &ProofRequest) -> Result<Proof, CredentialError>;

    /// Takes note that Entra ID refused `proof` with an AADSTS number, and tells whether the next
    /// proof is worth another try.
    async fn refused(&self, request: &ProofRequest, proof: &Proof, aadsts: u32) -> bool;

    /// Checks the credential as far as that is possible without Entra ID.
    ///
    /// # Errors
    ///
    /// A [`CredentialError`] says what has to be put right.
    async fn check(&self, now: Timestamp) -> Result<CredentialReport, CredentialError>;
}

/// What a proof is wanted for.
#[derive(Clone, Debug)]
pub struct ProofRequest {
    authority: Authority,
    client_id: ClientId,
    now: Timestamp,
}

/// A proof, which its `Debug` does not show.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Proof {
    /// The `client_secret`.
    Secret(SecretString),
    /// The `client_assertion`, see [RFC 7523](https://www.rfc-editor.org/rfc/rfc7523#section-2.2).
    Assertion(SecretString),
}

/// What is known about a credential, for whoever runs the program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CredentialReport {
    kind: &'static str,
    expires_on: Option<Timestamp>,
    thumbprint: Option<String>,
}

/// Why a credential cannot be used; `Display` says what to do.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CredentialError {
    /// A file holds nothing.
    #[error("'{}' is empty; write the credential to it", .0.display())]
    Empty(PathBuf),
    /// The private key is locked with a passphrase.
    #[error("the private key in '{}' is encrypted; write it without a passphrase (openssl pkey)", .0.display())]
    Encrypted(PathBuf),
    /// The credential has ended.
    #[error("the {kind} expired on {on}; put a new one in its place")]
    Expired {
        /// What has expired.
        kind: &'static str,
        /// When it did.
        on: Timestamp,
    },
    /// Certificate and private key are not of one pair.
    #[error("the private key in '{}' does not belong to the certificate in '{}'", key.display(), certificate.display())]
    Mismatch {
        /// Where the certificate is.
        certificate: PathBuf,
        /// Where the private key is.
        key: PathBuf,
    },
    /// The certificate's time has not come.
    #[error("the certificate is valid from {0} on; check this machine's clock, or wait")]
    NotYet(Timestamp),
    /// A file cannot be read.
    #[error("'{}' cannot be read; check path and permissions", path.display())]
    Unreadable {
        /// Which file.
        path: PathBuf,
        /// Why not.
        #[source]
        source: std::io::Error,
    },
    /// A file is not what it should be.
    #[error("'{}' holds no {expected}", path.display())]
    Unsuitable {
        /// Which file.
        path: PathBuf,
        /// What it should hold.
        expected: &'static str,
    },
    /// Something of the machine failed: its random numbers, a thread.
    #[error("the credential cannot be prepared: {0}")]
    Unprepared(&'static str),
}

impl ProofRequest {
    /// Asks for a proof that `client_id` can show at `now` to the token endpoint of `authority`.
    #[must_use]
    pub const fn new(authority: Authority, client_id: ClientId, now: Timestamp) -> Self {
        Self { authority, client_id, now }
    }

    /// Returns the app registration.
    #[must_use]
    pub const fn client_id(&self) -> &ClientId {
        &self.client_id
    }

    /// Returns the tenant whose token endpoint is asked.
    #[must_use]
    pub const fn tenant(&self) -> &TenantId {
        self.authority.tenant()
    }

    /// Returns the token endpoint's own name, also where another address leads to it.
    #[must_use]
    pub fn audience(&self) -> String {
        let own = Authority::new(self.authority.cloud(), self.authority.tenant().clone());
        own.token_url().into()
    }

    /// Returns the present moment.
    #[must_use]
    pub const fn now(&self) -> Timestamp {
        self.now
    }
}

impl CredentialReport {
    /// Reports on a credential of `kind`, e.g. `certificate`.
    #[must_use]
    pub const fn new(kind: &'static str) -> Self {
        Self { kind, expires_on: None, thumbprint: None }
    }

    /// Adds when the credential ends.
    #[must_use]
    pub const fn with_expires_on(mut self, expires_on: Timestamp) -> Self {
        self.expires_on = Some(expires_on);
        self
    }

    /// Adds how Entra ID names the certificate.
    #[must_use]
    pub fn with_thumbprint(mut self, thumbprint: impl Into<String>) -> Self {
        self.thumbprint = Some(thumbprint.into());
        self
    }

    /// Returns what kind of credential it is: `client secret`, `certificate`, `federated token`.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        self.kind
    }

    /// Returns when the credential ends, as far as it tells.
    #[must_use]
    pub const fn expires_on(&self) -> Option<Timestamp> {
        self.expires_on
    }

    /// Returns the certificate's SHA-256 thumbprint (`x5t#S256`).
    #[must_use]
    pub fn thumbprint(&self) -> Option<&str> {
        self.thumbprint.as_deref()
    }
}

impl CredentialError {
    /// Returns the error for a caller, who can do nothing about it and learns nothing of it.
    pub(crate) fn into_error(self) -> Error {
        unusable().with_source(self)
    }
}

/// Says to a caller that the connector's own credential is not in order.
pub(crate) fn unusable() -> Error {
    Error::new(ErrorKind::Configuration).with_message(
        "The connector cannot sign in to Entra ID at the moment; whoever runs it finds the reason \
         in its log",
    )
}
