use std::{
    fmt, fs,
    path::{Path, PathBuf},
};

use base64::{Engine, prelude::BASE64_STANDARD};
use secrecy::{ExposeSecret, SecretString};
use toml::Spanned;
use zeroize::Zeroizing;

use super::{
    ConfigError, file,
    file::File,
    paths,
    setting::{Setting, Source},
};

/// How to write a state key.
const STATE_KEY: &str = "32 random bytes in base64, as `openssl rand -base64 32` prints them";

/// Where the connector's own credential is.
#[derive(Clone, Debug)]
pub(crate) enum CredentialSource {
    /// A client secret that came with the environment.
    Secret(SecretString),
    /// A file that holds a client secret.
    SecretFile(PathBuf),
    /// A certificate with its key.
    Certificate { certificate: PathBuf, key: PathBuf },
    /// A file in which the platform renews a token for this workload.
    FederatedToken(PathBuf),
}

impl CredentialSource {
    /// Names the kind, for people.
    pub(crate) const fn kind(&self) -> &'static str {
        match self {
            Self::Secret(_) => "client secret from the environment",
            Self::SecretFile(_) => "client secret from a file",
            Self::Certificate { .. } => "certificate",
            Self::FederatedToken(_) => "federated token",
        }
    }

    /// Returns the file that is to be replaced when the credential ends.
    pub(crate) fn file(&self) -> Option<&Path> {
        match self {
            Self::Secret(_) => None,
            Self::SecretFile(path) | Self::FederatedToken(path) => Some(path),
            Self::Certificate { certificate, .. } => Some(certificate),
        }
    }
}

impl PartialEq for CredentialSource {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Secret(own), Self::Secret(other)) => {
                own.expose_secret() == other.expose_secret()
            }
            (Self::SecretFile(own), Self::SecretFile(other))
            | (Self::FederatedToken(own), Self::FederatedToken(other)) => own == other,
            (
                Self::Certificate { certificate, key },
                Self::Certificate { certificate: c, key: k },
            ) => (certificate, key) == (c, k),
            _ => false,
        }
    }
}

/// The key that seals cursors and questions.
#[derive(Clone, PartialEq)]
pub(crate) struct StateKey(Zeroizing<[u8; 32]>);

impl StateKey {
    /// Returns the key.
    pub(crate) fn bytes(&self) -> [u8; 32] {
        *self.0
    }
}

impl fmt::Debug for StateKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("StateKey")
    }
}

/// Checks `entra.credential`; what it names must be there.
///
/// With it comes the line that says so.
pub(super) fn read(
    source: Source<'_>,
    entra: &file::Entra,
) -> Result<(CredentialSource, String), ConfigError> {
    let Some(credential) = &entra.credential else {
        return Err(source.missing(&format!("[entra] has no credential: add {ACCEPTED}")));
    };
    let place = source.place("entra.credential", credential);
    let credential = credential.get_ref();
    refuse_secrets(source, credential)?;
    match kind(source, credential)? {
        Some(credential) => Ok((credential, place)),
        None => Err(ConfigError::new(format!("{place}: give one of {ACCEPTED}"))),
    }
}

const ACCEPTED: &str = "credential = { federated_token_file }, { certificate_file, \
                        private_key_file }, { client_secret_file } or { client_secret_env }";

fn refuse_secrets(source: Source<'_>, credential: &file::Credential) -> Result<(), ConfigError> {
    let written = [
        ("client_secret", &credential.client_secret),
        ("private_key", &credential.private_key),
        ("federated_token", &credential.federated_token),
    ];
    let found = written.into_iter().find_map(|(key, value)| Some((key, value.as_ref()?)));
    found.map_or(Ok(()), |(key, value)| Err(no_secret(source, "entra.credential", key, value)))
}

/// Says that a secret does not belong into the file, without repeating it.
pub(super) fn no_secret<T>(
    source: Source<'_>,
    table: &str,
    key: &str,
    value: &Spanned<T>,
) -> ConfigError {
    let place = source.place(table, value);
    let other = if key == "client_secret" || key == "state_key" {
        format!("{key}_file or {key}_env")
    } else {
        format!("{key}_file")
    };
    ConfigError::new(format!(
        "{place}: {key} is a secret and does not belong into this file; use {other}"
    ))
}

fn kind(
    source: Source<'_>,
    it: &file::Credential,
) -> Result<Option<CredentialSource>, ConfigError> {
    let file = |key, value| paths::readable_key(source, key, value);
    Ok(Some(match it {
        file::Credential { client_secret_env: Some(name), .. } if it.count() == 1 => {
            CredentialSource::Secret(from_env(source, "entra.credential.client_secret_env", name)?)
        }
        file::Credential { client_secret_file: Some(path), .. } if it.count() == 1 => {
            let path = file("entra.credential.client_secret_file", path)?;
            CredentialSource::SecretFile(path)
        }
        file::Credential { federated_token_file: Some(path), .. } if it.count() == 1 => {
            let path = file("entra.credential.federated_token_file", path)?;
            CredentialSource::FederatedToken(path)
        }
        file::Credential {
            certificate_file: Some(certificate),
            private_key_file: Some(key),
            ..
        } if it.count() == 2 => CredentialSource::Certificate {
            certificate: file("entra.credential.certificate_file", certificate)?,
            key: file("entra.credential.private_key_file", key)?,
        },
        _ => return Ok(None),
    }))
}

impl file::Credential {
    /// Returns how many of the keys are given.
    fn count(&self) -> usize {
        let keys = [
            &self.client_secret_env,
            &self.client_secret_file,
            &self.certificate_file,
            &self.private_key_file,
            &self.federated_token_file,
        ];
        keys.into_iter().flatten().count()
    }
}

fn from_env(
    source: Source<'_>,
    key: &str,
    name: &Spanned<String>,
) -> Result<SecretString, ConfigError> {
    // Somebody may have written the secret where its name is due, so it is not repeated.
    let value = source.env.get(name.get_ref().trim());
    value.map(|secret| SecretString::from(secret.to_owned())).ok_or_else(|| {
        let place = source.place(key, name);
        ConfigError::new(format!(
            "{place}: there is no environment variable of that name, or it is empty"
        ))
    })
}

/// Reads the key that replicas share.
pub(super) fn state_key(source: Source<'_>, file: &File) -> Result<Option<StateKey>, ConfigError> {
    if let Some(value) = &file.state_key {
        return Err(no_secret(source, "state_key", "state_key", value));
    }
    match (&file.state_key_file, &file.state_key_env) {
        (None, None) => Ok(None),
        (Some(path), None) => key_of_file(source, path).map(Some),
        (None, Some(name)) => {
            let setting = source.in_file("state_key_env", name);
            let value = source.env.get(name.get_ref()).unwrap_or_default();
            decoded(&setting, value).map(Some)
        }
        (Some(_), Some(name)) => Err(source
            .in_file("state_key_env", name)
            .wrong("state_key_file is given as well; keep one of them")),
    }
}

fn key_of_file(source: Source<'_>, path: &Spanned<String>) -> Result<StateKey, ConfigError> {
    let setting = source.in_file("state_key_file", path);
    let path = paths::readable_key(source, "state_key_file", path)?;
    let text =
        fs::read_to_string(path).map(Zeroizing::new).map_err(|error| setting.wrong(error))?;
    decoded(&setting, &text)
}

fn decoded(setting: &Setting, text: &str) -> Result<StateKey, ConfigError> {
    let bytes = BASE64_STANDARD.decode(text.trim()).map(Zeroizing::new).unwrap_or_default();
    match <[u8; 32]>::try_from(bytes.as_slice()) {
        Ok(key) => Ok(StateKey(Zeroizing::new(key))),
        Err(_) => Err(setting.wrong(format_args!("it does not hold {STATE_KEY}"))),
    }
}
