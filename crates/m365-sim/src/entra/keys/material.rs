//! What the keys are made of.

use std::sync::LazyLock;

use base64::{Engine, engine::general_purpose::STANDARD};
use ring::signature::RsaKeyPair;

// Keys that everybody can read sign nothing that anybody should believe: they are for the demo
// tenants only, and embedded so that these start at once.
macro_rules! material {
    ($name:literal, $thumbprint:literal) => {
        Material {
            thumbprint: $thumbprint,
            certificate: include_str!(concat!($name, "-cert.der.b64")),
            pair: LazyLock::new(|| pair(include_str!(concat!($name, "-key.pkcs8.b64")))),
        }
    };
}

/// A key pair and its certificate.
pub(super) struct Material {
    /// The SHA-1 thumbprint of the certificate, which names the key.
    pub(super) thumbprint: &'static str,
    certificate: &'static str,
    pub(super) pair: LazyLock<RsaKeyPair>,
}

impl Material {
    /// Returns the certificate in base64.
    pub(super) fn certificate(&self) -> String {
        joined(self.certificate)
    }
}

/// Those that sign for organisations, one after the other.
pub(super) static LIVE: [&Material; 3] = [&FIRST, &SECOND, &THIRD];

static FIRST: Material = material!("demo", "Me96M3ZEQlk-lBbRJr8dKwekG3M");
static SECOND: Material = material!("second", "8WtctNJtiFdU8CGVCWM5mOkCEvk");
static THIRD: Material = material!("third", "rDjNRLFZCrifLqDxPBj2sIw-A30");

/// The one that signs for personal accounts.
pub(super) static CONSUMER: Material = material!("consumer", "VoC7nihI-0rTWWWZCv44I5O0u4o");

/// One that is published nowhere.
pub(super) static FOREIGN: Material = material!("foreign", "9M7reIUapjJ3R7zhy4EBKVFBF2o");

fn joined(text: &str) -> String {
    text.split_whitespace().collect()
}

fn pair(text: &str) -> RsaKeyPair {
    let key = STANDARD.decode(joined(text)).expect("the embedded key is base64");
    RsaKeyPair::from_pkcs8(&key).expect("the embedded key is an RSA key in PKCS #8")
}
