use std::{
    path::PathBuf,
    sync::atomic::{AtomicBool, Ordering},
};

use async_trait::async_trait;
use jiff::Timestamp;
use secrecy::{ExposeSecret, SecretString};

use super::{
    ClientCredential, CredentialError, CredentialReport, Proof, ProofRequest, file::TextFile,
};

/// What Entra ID says to a wrong secret, and to one that has expired.
const REFUSALS: [u32; 2] = [7_000_215, 7_000_222];

/// A client secret, and perhaps the next one, so that the two can be exchanged without a gap.
#[derive(Debug)]
pub struct ClientSecret {
    current: Source,
    next: Option<Source>,
    next_is_better: AtomicBool,
}

#[derive(Debug)]
enum Source {
    Given(SecretString),
    File(TextFile),
}

impl ClientSecret {
    /// Uses a secret that is known.
    #[must_use]
    pub fn new(secret: impl Into<SecretString>) -> Self {
        Self::of(Source::Given(secret.into()))
    }

    /// Uses the secret in a file, which is read again for each exchange.
    ///
    /// # Errors
    ///
    /// A [`CredentialError`] when there is none in it now.
    pub fn from_file(path: impl Into<PathBuf>) -> Result<Self, CredentialError> {
        Ok(Self::of(Source::File(TextFile::open(path.into())?)))
    }

    /// Adds a secret to be tried when Entra ID refuses the first.
    #[must_use]
    pub fn with_next(mut self, secret: impl Into<SecretString>) -> Self {
        self.next = Some(Source::Given(secret.into()));
        self
    }

    fn of(current: Source) -> Self {
        Self { current, next: None, next_is_better: AtomicBool::new(false) }
    }

    /// Returns the secret to use.
    async fn text(&self) -> SecretString {
        match &self.next {
            Some(next) if self.next_is_better.load(Ordering::Relaxed) => next.text().await,
            _ => self.current.text().await,
        }
    }
}

impl Source {
    async fn text(&self) -> SecretString {
        match self {
            Self::Given(secret) => secret.clone(),
            Self::File(file) => file.text().await,
        }
    }
}

#[async_trait]
impl ClientCredential for ClientSecret {
    async fn proof(&self, _: &ProofRequest) -> Result<Proof, CredentialError> {
        Ok(Proof::Secret(self.text().await))
    }

    async fn refused(&self, _: &ProofRequest, proof: &Proof, aadsts: u32) -> bool {
        let Proof::Secret(refused) = proof else { return false };
        if !REFUSALS.contains(&aadsts) {
            return false;
        }
        let differs = |text: &SecretString| text.expose_secret() != refused.expose_secret();
        let used = self.next_is_better.load(Ordering::Relaxed);
        // Another exchange may have found the better one meanwhile, or the file has changed.
        if differs(&self.text().await) {
            return true;
        }
        let (order, turn) = (Ordering::Relaxed, &self.next_is_better);
        // Where another exchange has turned it meanwhile, it stays as it is.
        let _ = turn.compare_exchange(used, !used, order, order);
        differs(&self.text().await)
    }

    async fn check(&self, _: Timestamp) -> Result<CredentialReport, CredentialError> {
        if let Source::File(file) = &self.current {
            file.current().await?;
        }
        Ok(CredentialReport::new("client secret"))
    }
}
