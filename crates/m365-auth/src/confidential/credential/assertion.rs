use std::time::Duration;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use ring::{
    digest::{SHA1_FOR_LEGACY_USE_ONLY, SHA256, digest},
    rand::SystemRandom,
    rsa::KeyPair,
    signature::{RSA_PKCS1_SHA256, RSA_PSS_SHA256, RsaEncoding},
};
use secrecy::SecretString;
use serde_json::{Value, json};

use super::{CredentialError, ProofRequest};
use crate::{clock::after, wire::random::random_guid};

/// How long an assertion is valid.
const LIFE: Duration = Duration::from_secs(600);

/// How the header of an assertion names the certificate.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Naming {
    /// `x5t#S256`, with a PS256 signature.
    #[default]
    Sha256,
    /// `x5t`, with an RS256 signature.
    Sha1,
}

/// The thumbprints of a certificate, in base64url.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Thumbprints {
    pub(super) sha256: String,
    pub(super) sha1: String,
}

impl Thumbprints {
    pub(super) fn of(certificate: &[u8]) -> Self {
        Self {
            sha256: URL_SAFE_NO_PAD.encode(digest(&SHA256, certificate)),
            sha1: URL_SAFE_NO_PAD.encode(digest(&SHA1_FOR_LEGACY_USE_ONLY, certificate)),
        }
    }
}

impl Naming {
    fn header(self, thumbprints: &Thumbprints) -> Value {
        match self {
            Self::Sha256 => {
                json!({"alg": "PS256", "typ": "JWT", "x5t#S256": thumbprints.sha256})
            }
            Self::Sha1 => json!({"alg": "RS256", "typ": "JWT", "x5t": thumbprints.sha1}),
        }
    }

    fn algorithm(self) -> &'static dyn RsaEncoding {
        match self {
            Self::Sha256 => &RSA_PSS_SHA256,
            Self::Sha1 => &RSA_PKCS1_SHA256,
        }
    }
}

/// Signs a client assertion, see [RFC 7523](https://www.rfc-editor.org/rfc/rfc7523#section-3) and
/// [certificate credentials](https://learn.microsoft.com/entra/identity-platform/certificate-credentials).
pub(super) fn sign(
    key: &KeyPair,
    naming: Naming,
    thumbprints: &Thumbprints,
    request: &ProofRequest,
) -> Result<SecretString, CredentialError> {
    let no_random = CredentialError::Unprepared("the operating system gives no random numbers");
    let Ok(id) = random_guid() else { return Err(no_random) };
    let payload = payload(request, &id);
    let [header, payload] =
        [naming.header(thumbprints), payload].map(|part| URL_SAFE_NO_PAD.encode(part.to_string()));
    let signed = format!("{header}.{payload}");
    let mut signature = vec![0; key.public().modulus_len()];
    key.sign(naming.algorithm(), &SystemRandom::new(), signed.as_bytes(), &mut signature)
        .map_err(|_| CredentialError::Unprepared("the private key does not sign"))?;
    Ok(format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature)).into())
}

fn payload(request: &ProofRequest, id: &str) -> Value {
    let (client, now) = (request.client_id().as_str(), request.now());
    json!({
        "aud": request.audience(),
        "iss": client,
        "sub": client,
        "jti": id,
        "nbf": now.as_second(),
        "iat": now.as_second(),
        "exp": after(now, LIFE).as_second(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thumbprints_are_those_of_the_vector() {
        let thumbprints = Thumbprints::of(&[0x30, 0x03, 0x02, 0x01, 0x05]);

        assert_eq!(thumbprints.sha256, "QXx3Y8TjIKa3R7PLDG0i-TdBspoytIWUuOtMFE_m1yk");
        assert_eq!(thumbprints.sha1, "FsPD4LtbX0-67Ntt83paT50RluQ");
    }
}
