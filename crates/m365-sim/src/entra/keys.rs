//! The keys that sign the demo tenants' tokens.
//!
//! Several are live at once, in no order that means anything, and none says its algorithm. One
//! more is that of personal accounts, which may sign for no organisation.

mod material;
mod sign;

use std::{
    fmt,
    sync::{Mutex, MutexGuard, PoisonError},
};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use ring::rsa::PublicKeyComponents;
use serde_json::{Value, json};

use self::material::{CONSUMER, FOREIGN, LIVE, Material};
use super::tenant::CONSUMERS;
use crate::cloud::SimCloud;

/// A key under the name by which a token refers to it.
#[derive(Clone)]
pub(crate) struct Key {
    pub(crate) id: String,
    material: &'static Material,
}

impl Key {
    fn new(material: &'static Material) -> Self {
        Self { id: material.thumbprint.to_owned(), material }
    }

    /// Returns the key by its number among all that were ever live: what they are made of comes
    /// round again, under a new name.
    fn numbered(number: usize) -> Self {
        let material = LIVE[number % LIVE.len()];
        match number / LIVE.len() {
            0 => Self::new(material),
            round => Self { id: format!("{}-{round}", material.thumbprint), material },
        }
    }

    fn published(&self, cloud: SimCloud, tenant: &str) -> Value {
        let public = PublicKeyComponents::<Vec<u8>>::from(self.material.pair.public());
        json!({
            "kty": "RSA", "use": "sig", "kid": self.id, "x5t": self.id,
            "n": URL_SAFE_NO_PAD.encode(public.n), "e": URL_SAFE_NO_PAD.encode(public.e),
            "x5c": [self.material.certificate()],
            "cloud_instance_name": cloud.instance_name(),
            "issuer": cloud.issuer(tenant),
        })
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Key").field("id", &self.id).finish_non_exhaustive()
    }
}

/// Which keys are live.
#[derive(Debug)]
pub(crate) struct Keys {
    ring: Mutex<Ring>,
}

#[derive(Debug)]
struct Ring {
    /// Those that are published.
    live: Vec<Key>,
    /// The one that signs.
    signer: Key,
    /// The number of the one that is published already, and signs after the next rotation.
    next: usize,
}

impl Keys {
    /// Starts with one key that signs, and the next one published beside it.
    pub(crate) fn new() -> Self {
        let ring = Ring {
            live: vec![Key::numbered(1), Key::numbered(0)],
            signer: Key::numbered(0),
            next: 1,
        };
        Self { ring: Mutex::new(ring) }
    }

    /// Returns the key that signs.
    pub(crate) fn signer(&self) -> Key {
        self.lock().signer.clone()
    }

    /// Finds a key to sign a token for a test with: a live one by its id, that of personal
    /// accounts (`consumer`), or one that is nobody's but bears the signer's id (`foreign`).
    pub(crate) fn named(&self, name: &str) -> Option<Key> {
        match name {
            "consumer" => Some(Key::new(&CONSUMER)),
            "foreign" => Some(Key { id: self.signer().id, material: &FOREIGN }),
            id => (0..=self.lock().next).map(Key::numbered).find(|key| key.id == id),
        }
    }

    /// Lets the next key sign, publishes one more, and returns the new signer's id.
    pub(crate) fn rotate(&self) -> String {
        let mut ring = self.lock();
        ring.signer = Key::numbered(ring.next);
        ring.next += 1;
        let (next, signer) = (Key::numbered(ring.next), ring.signer.clone());
        ring.live.retain(|key| key.id != signer.id);
        ring.live.insert(0, next);
        ring.live.push(signer.clone());
        signer.id
    }

    /// Takes a key out of the set, and lets another one sign if it was the signer.
    pub(crate) fn withdraw(&self, id: &str) {
        if self.signer().id == id {
            self.rotate();
        }
        self.lock().live.retain(|key| key.id != id);
    }

    /// Leaves the signer and the next one in the set.
    pub(crate) fn withdraw_old(&self) {
        let mut ring = self.lock();
        let (signer, next) = (ring.signer.id.clone(), Key::numbered(ring.next).id);
        ring.live.retain(|key| key.id == signer || key.id == next);
    }

    /// Returns the key set; the issuer that keys may sign for is a template unless a tenant is
    /// named.
    pub(crate) fn set(&self, cloud: SimCloud, tenant: Option<&str>) -> Value {
        let live = self.lock().live.clone();
        let tenant = tenant.unwrap_or("{tenantid}");
        let mut keys: Vec<_> = live.iter().map(|key| key.published(cloud, tenant)).collect();
        keys.insert(1, Key::new(&CONSUMER).published(cloud, CONSUMERS));
        json!({ "keys": keys })
    }

    fn lock(&self) -> MutexGuard<'_, Ring> {
        self.ring.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
