use std::{fmt, path::Path};

use jiff::Timestamp;
use ring::{
    digest::{SHA256, digest},
    rsa::KeyPair,
};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject};
use x509_parser::{certificate::X509Certificate, prelude::FromDer};

use super::super::{CredentialError, assertion::Thumbprints, file};

/// A certificate with its private key.
pub(super) struct Pair {
    pub(super) key: KeyPair,
    pub(super) thumbprints: Thumbprints,
    pub(super) starts_on: Timestamp,
    pub(super) expires_on: Timestamp,
    /// What the files held.
    source: [[u8; 32]; 2],
}

impl Pair {
    pub(super) fn read(certificate: &Path, key: &Path) -> Result<Self, CredentialError> {
        let (chain, key_pem) = (file::read(certificate)?, file::read(key)?);
        let pair = key_in(&key_pem, key)?;
        let mut certificates =
            CertificateDer::pem_slice_iter(&chain).map_while(Result::ok).peekable();
        if certificates.peek().is_none() {
            let expected = "certificate in PEM form (-----BEGIN CERTIFICATE-----)";
            return Err(unsuitable(certificate, expected));
        }
        let found = certificates.find_map(|der| Certified::read(&der, pair.public().as_ref()));
        let Some(Certified { thumbprints, starts_on, expires_on }) = found else {
            let (certificate, key) = (certificate.to_owned(), key.to_owned());
            return Err(CredentialError::Mismatch { certificate, key });
        };
        let source = [hash(&chain), hash(&key_pem)];
        Ok(Self { key: pair, thumbprints, starts_on, expires_on, source })
    }

    /// Reads the files if they hold something else than `known` was made from.
    pub(super) fn read_newer(
        certificate: &Path,
        key: &Path,
        known: &Self,
    ) -> Result<Option<Self>, CredentialError> {
        let source = [hash(&file::read(certificate)?), hash(&file::read(key)?)];
        if source == known.source { Ok(None) } else { Self::read(certificate, key).map(Some) }
    }

    /// Checks that the certificate is valid at `now`.
    pub(super) fn check(&self, now: Timestamp) -> Result<(), CredentialError> {
        if now < self.starts_on {
            return Err(CredentialError::NotYet(self.starts_on));
        }
        if self.expires_on <= now {
            return Err(CredentialError::Expired { kind: "certificate", on: self.expires_on });
        }
        Ok(())
    }
}

impl fmt::Debug for Pair {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pair")
            .field("thumbprint", &self.thumbprints.sha256)
            .field("expires_on", &self.expires_on)
            .finish_non_exhaustive()
    }
}

/// Reads the first private key of a PEM file, which ring accepts with at least 2,048 bits.
fn key_in(pem: &[u8], path: &Path) -> Result<KeyPair, CredentialError> {
    let parsed = PrivateKeyDer::from_pem_slice(pem).ok().and_then(|der| match der {
        PrivateKeyDer::Pkcs8(der) => KeyPair::from_pkcs8(der.secret_pkcs8_der()).ok(),
        PrivateKeyDer::Pkcs1(der) => KeyPair::from_der(der.secret_pkcs1_der()).ok(),
        _ => None,
    });
    parsed.ok_or_else(|| {
        let is_encrypted = pem.windows(9).any(|window| window == b"ENCRYPTED");
        if is_encrypted {
            return CredentialError::Encrypted(path.to_owned());
        }
        unsuitable(path, "RSA private key of at least 2048 bits in PEM form (PKCS#8 or PKCS#1)")
    })
}

/// What a certificate says.
struct Certified {
    thumbprints: Thumbprints,
    starts_on: Timestamp,
    expires_on: Timestamp,
}

impl Certified {
    /// Reads a certificate if it is for this public key.
    fn read(der: &[u8], public: &[u8]) -> Option<Self> {
        let (_, parsed) = X509Certificate::from_der(der).ok()?;
        let time = |seconds| Timestamp::from_second(seconds).ok();
        (parsed.public_key().subject_public_key.data.as_ref() == public).then_some(())?;
        Some(Self {
            thumbprints: Thumbprints::of(der),
            starts_on: time(parsed.validity().not_before.timestamp())?,
            expires_on: time(parsed.validity().not_after.timestamp())?,
        })
    }
}

fn hash(content: &[u8]) -> [u8; 32] {
    let mut hash = [0; 32];
    hash.copy_from_slice(digest(&SHA256, content).as_ref());
    hash
}

fn unsuitable(path: &Path, expected: &'static str) -> CredentialError {
    CredentialError::Unsuitable { path: path.to_owned(), expected }
}
