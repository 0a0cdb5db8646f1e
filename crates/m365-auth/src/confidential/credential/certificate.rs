use std::{
    collections::HashMap,
    path::PathBuf,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use async_trait::async_trait;
use jiff::Timestamp;
use secrecy::SecretString;

use self::pair::Pair;
use super::{
    ClientCredential, CredentialError, CredentialReport, Proof, ProofRequest,
    assertion::{self, Naming},
    file::blocking,
};
use crate::{TenantId, clock::after};

mod pair;

/// What Entra ID says to a certificate that it does not know, has been told to distrust, or whose
/// time is over, and to an assertion whose time is.
const REFUSALS: [u32; 6] = [700_024, 700_027, 1_000_502, 7_000_214, 7_000_274, 7_000_277];
/// How long an assertion is used, which is half of its life.
const REUSE: Duration = Duration::from_secs(300);

/// A certificate and its private key, which signs the
/// [client assertions](https://learn.microsoft.com/entra/identity-platform/certificate-credentials).
///
/// The files are read again whenever an assertion is signed, at least every five minutes for each
/// tenant, and at once when Entra ID refuses one.
#[derive(Debug)]
pub struct ClientCertificate {
    files: Files,
    naming: Naming,
    state: Mutex<State>,
}

#[derive(Clone, Debug)]
struct Files {
    certificate: PathBuf,
    key: PathBuf,
}

#[derive(Debug)]
struct State {
    pair: Arc<Pair>,
    assertions: HashMap<TenantId, Signed>,
}

#[derive(Clone, Debug)]
struct Signed {
    text: SecretString,
    at: Timestamp,
}

impl ClientCertificate {
    /// Reads a certificate, or a chain that holds it, and its private key (PKCS#8 or PKCS#1, not
    /// encrypted), both PEM; they may be in one file. The key is RSA of at least 2,048 bits.
    ///
    /// # Errors
    ///
    /// A [`CredentialError`] says which file is not what it should be.
    pub fn from_files(
        certificate: impl Into<PathBuf>,
        key: impl Into<PathBuf>,
    ) -> Result<Self, CredentialError> {
        let files = Files { certificate: certificate.into(), key: key.into() };
        let pair = Arc::new(Pair::read(&files.certificate, &files.key)?);
        let state = Mutex::new(State { pair, assertions: HashMap::new() });
        Ok(Self { files, naming: Naming::default(), state })
    }

    /// Names the certificate by its SHA-1 thumbprint and signs with RS256, as was done before
    /// `x5t#S256`; for tenants where that is not accepted.
    #[must_use]
    pub fn with_sha1_thumbprint(mut self) -> Self {
        self.naming = Naming::Sha1;
        self
    }

    /// Returns when the certificate ends that was read last.
    #[must_use]
    pub fn expires_on(&self) -> Timestamp {
        self.state().pair.expires_on
    }

    /// Returns the assertion for a tenant that was signed not long ago.
    fn signed(&self, request: &ProofRequest) -> Option<SecretString> {
        let state = self.state();
        let signed = state.assertions.get(request.tenant())?;
        signed.is_usable(request.now()).then(|| signed.text.clone())
    }

    fn sign(&self, request: &ProofRequest) -> Result<SecretString, CredentialError> {
        let pair = self.state().pair.clone();
        let text = assertion::sign(&pair.key, self.naming, &pair.thumbprints, request)?;
        let mut state = self.state();
        state.assertions.retain(|_, signed| signed.is_usable(request.now()));
        if Arc::ptr_eq(&state.pair, &pair) {
            let signed = Signed { text: text.clone(), at: request.now() };
            state.assertions.insert(request.tenant().clone(), signed);
        }
        Ok(text)
    }

    /// Takes over what the files hold now, if that has changed: parsing a key is work.
    async fn reload(&self) -> Result<(), CredentialError> {
        let (files, known) = (self.files.clone(), self.state().pair.clone());
        let read = move || Pair::read_newer(&files.certificate, &files.key, &known);
        if let Some(pair) = blocking(read).await? {
            tracing::info!(thumbprint = pair.thumbprints.sha256, "the certificate has changed");
            *self.state() = State { pair: Arc::new(pair), assertions: HashMap::new() };
        }
        Ok(())
    }

    /// Takes over what the files hold now, or keeps what they held while they are being replaced.
    async fn follow_files(&self) {
        if let Err(error) = self.reload().await {
            tracing::warn!("{error}; the certificate read before stays in use");
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Signed {
    fn is_usable(&self, now: Timestamp) -> bool {
        self.at <= now && now < after(self.at, REUSE)
    }
}

#[async_trait]
impl ClientCredential for ClientCertificate {
    async fn proof(&self, request: &ProofRequest) -> Result<Proof, CredentialError> {
        if let Some(text) = self.signed(request) {
            return Ok(Proof::Assertion(text));
        }
        self.follow_files().await;
        self.sign(request).map(Proof::Assertion)
    }

    async fn refused(&self, request: &ProofRequest, _: &Proof, aadsts: u32) -> bool {
        let curable = REFUSALS.contains(&aadsts);
        if curable {
            self.follow_files().await;
            self.state().assertions.remove(request.tenant());
        }
        curable
    }

    async fn check(&self, now: Timestamp) -> Result<CredentialReport, CredentialError> {
        self.reload().await?;
        let pair = self.state().pair.clone();
        pair.check(now)?;
        let report = CredentialReport::new("certificate").with_expires_on(pair.expires_on);
        Ok(report.with_thumbprint(&pair.thumbprints.sha256))
    }
}
