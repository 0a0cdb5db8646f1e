use std::path::PathBuf;

use async_trait::async_trait;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use jiff::Timestamp;
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;

use super::{
    ClientCredential, CredentialError, CredentialReport, Proof, ProofRequest, file::TextFile,
};

/// What Entra ID says to an assertion of the past, or of another issuer, subject or audience.
const REFUSALS: [u32; 6] = [70_021, 700_024, 700_211, 700_212, 700_213, 7_002_131];

/// A token that the platform issues to this workload and keeps fresh in a file, e.g. Kubernetes'
/// service account token: no secret of ours at all.
///
/// The file is read again for each exchange. See
/// [Workload identity federation](https://learn.microsoft.com/entra/workload-id/workload-identity-federation).
#[derive(Debug)]
pub struct FederatedToken {
    file: TextFile,
}

impl FederatedToken {
    /// Uses the token in a file.
    ///
    /// # Errors
    ///
    /// A [`CredentialError`] when there is none in it now.
    pub fn from_file(path: impl Into<PathBuf>) -> Result<Self, CredentialError> {
        let file = TextFile::open(path.into())?;
        Ok(Self { file })
    }

    fn unsuitable(&self) -> CredentialError {
        let path = self.file.path().to_owned();
        CredentialError::Unsuitable { path, expected: "signed token (JWT)" }
    }
}

#[async_trait]
impl ClientCredential for FederatedToken {
    async fn proof(&self, _: &ProofRequest) -> Result<Proof, CredentialError> {
        Ok(Proof::Assertion(self.file.text().await))
    }

    async fn refused(&self, _: &ProofRequest, proof: &Proof, aadsts: u32) -> bool {
        let Proof::Assertion(refused) = proof else { return false };
        let newer = || async { self.file.text().await.expose_secret() != refused.expose_secret() };
        REFUSALS.contains(&aadsts) && newer().await
    }

    async fn check(&self, now: Timestamp) -> Result<CredentialReport, CredentialError> {
        let kind = "federated token";
        let text = self.file.current().await?;
        let expires_on = expiry(&text).ok_or_else(|| self.unsuitable())?;
        if expires_on <= now {
            return Err(CredentialError::Expired { kind, on: expires_on });
        }
        Ok(CredentialReport::new(kind).with_expires_on(expires_on))
    }
}

/// Reads when a token ends; whether it is genuine is Entra ID's business.
fn expiry(token: &SecretString) -> Option<Timestamp> {
    #[derive(Deserialize)]
    struct Claims {
        exp: i64,
    }

    let mut parts = token.expose_secret().split('.');
    let payload = parts.nth(1).filter(|_| parts.count() == 1)?;
    let json = URL_SAFE_NO_PAD.decode(payload).ok()?;
    let Claims { exp } = serde_json::from_slice(&json).ok()?;
    Timestamp::from_second(exp).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_of_a_token_is_read_from_its_payload() {
        let token = |payload: &str| format!("e30.{}.sig", URL_SAFE_NO_PAD.encode(payload)).into();

        assert_eq!(expiry(&token(r#"{"exp":1790000000}"#)).unwrap().as_second(), 1_790_000_000);
        for wrong in [token("{}"), token("x"), "a.b".into(), "a.e30.c.d".into(), "".into()] {
            assert_eq!(expiry(&wrong), None);
        }
    }
}
