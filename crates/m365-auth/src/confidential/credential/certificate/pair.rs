use std::{fmt, path::Path};

use jiff::Timestamp;
use ring::rsa::KeyPair;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject};
use x509_parser::{certificate::X509Certificate, prelude::FromDer};

use super::super::{CredentialError, assertion::Thumbprints, file};

/// A certificate with its private key.
pub(super) struct Pair {
    pub(super) key: KeyPair,
    pub(super) thumbprints: Thumbprints,
    pub(super) starts_on: Timestamp,
    pub(super) expires_on: Timestamp,
}

impl Pair {
    pub(super) fn read(certificate: &Path, key: &Path) -> Result<Self, CredentialError> {
        let chain = file::read(certificate)?;
        let pair = key_in(&file::read(key)?, key)?;
        let mut found = false;
        for der in CertificateDer::pem_slice_iter(&chain).map_while(Result::ok) {
            found = true;
            if let Some(pair) = matching(&der, &pair) {
                return Ok(pair);
            }
        }
        Err(if found {
            CredentialError::Mismatch { certificate: certificate.into(), key: key.into() }
        } else {
            unsuitable(certificate, "certificate in PEM form (-----BEGIN CERTIFICATE-----)")
        })
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

/// Reads the first private key of a PEM file.
fn key_in(pem: &[u8], path: &Path) -> Result<PrivateKeyDer<'static>, CredentialError> {
    PrivateKeyDer::from_pem_slice(pem).ok().filter(|der| rsa(der).is_some()).ok_or_else(|| {
        let is_encrypted = pem.windows(9).any(|window| window == b"ENCRYPTED");
        if is_encrypted {
            return CredentialError::Encrypted(path.to_owned());
        }
        unsuitable(path, "RSA private key of at least 2048 bits in PEM form (PKCS#8 or PKCS#1)")
    })
}

/// Parses a key, which ring accepts with at least 2,048 bits.
fn rsa(der: &PrivateKeyDer<'_>) -> Option<KeyPair> {
    match der {
        PrivateKeyDer::Pkcs8(der) => KeyPair::from_pkcs8(der.secret_pkcs8_der()).ok(),
        PrivateKeyDer::Pkcs1(der) => KeyPair::from_der(der.secret_pkcs1_der()).ok(),
        _ => None,
    }
}

/// Puts certificate and key together if they belong together.
fn matching(certificate: &CertificateDer<'_>, key: &PrivateKeyDer<'_>) -> Option<Pair> {
    let key = rsa(key)?;
    let (_, parsed) = X509Certificate::from_der(certificate).ok()?;
    let public = &parsed.public_key().subject_public_key.data;
    let time = |seconds| Timestamp::from_second(seconds).ok();
    (public.as_ref() == key.public().as_ref()).then_some(())?;
    Some(Pair {
        thumbprints: Thumbprints::of(certificate),
        starts_on: time(parsed.validity().not_before.timestamp())?,
        expires_on: time(parsed.validity().not_after.timestamp())?,
        key,
    })
}

fn unsuitable(path: &Path, expected: &'static str) -> CredentialError {
    CredentialError::Unsuitable { path: path.to_owned(), expected }
}
