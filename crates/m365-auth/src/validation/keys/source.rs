use serde::{Deserialize, de::DeserializeOwned};
use serde_json::Value;
use url::Url;

use super::{
    key::{Key, PublishedKey},
    set::KeySet,
};
use crate::{
    Cloud, Error, ErrorKind, Result,
    authority::is_under,
    wire::{
        random::random_guid,
        transport::{Reply, RequestIds, Transport},
    },
};

/// The most keys that are read.
const MAX_KEYS: usize = 100;

/// Where the cloud publishes the keys of all its tenants.
pub(super) struct Source {
    transport: Transport,
    login_root: Url,
    /// The issuer of v2 tokens, with `{tenantid}` for the tenant.
    v2_issuer: String,
}

/// What is wrong with a document, as a sentence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
enum Unusable {
    #[error("The address of the sign-in metadata answers with status {0}")]
    MetadataStatus(u16),
    #[error("The sign-in metadata is not a metadata document")]
    Metadata,
    #[error("The sign-in metadata names the issuer of another cloud")]
    Issuer,
    #[error("The sign-in metadata names an address for keys outside of the sign-in address")]
    Address,
    #[error("The address of the signing keys answers with status {0}")]
    KeysStatus(u16),
    #[error("The document of signing keys is not a set of at most {MAX_KEYS} keys")]
    Keys,
    #[error("The document of signing keys holds no key that can be used")]
    NoKey,
}

#[derive(Deserialize)]
struct Metadata {
    issuer: String,
    jwks_uri: Url,
    cloud_instance_name: Option<String>,
}

#[derive(Deserialize)]
struct Keys {
    keys: Vec<Value>,
}

impl Source {
    pub(super) fn new(cloud: Cloud, login_root: Url, transport: Transport) -> Self {
        Self { transport, login_root, v2_issuer: cloud.issuer_template() }
    }

    /// Fetches the metadata and the keys that it points to.
    pub(super) async fn fetch(&self) -> Result<KeySet> {
        let reply = self.get(&self.metadata_url()).await?;
        let metadata: Metadata = read(&reply, Unusable::MetadataStatus, Unusable::Metadata)?;
        self.check(&metadata)?;
        let reply = self.get(&metadata.jwks_uri).await?;
        let published: Keys = read(&reply, Unusable::KeysStatus, Unusable::Keys)?;
        let keys = published.prepare(metadata.cloud_instance_name.as_deref())?;
        Ok(KeySet::new(keys, self.v2_issuer.clone(), reply.received_at))
    }

    async fn get(&self, url: &Url) -> Result<Reply> {
        let ids = RequestIds { client_request_id: &random_guid()?, anchor: None };
        self.transport.get(url, &ids).await.map_err(|missing| missing.into_error())
    }

    fn metadata_url(&self) -> Url {
        let mut url = self.login_root.clone();
        let root = url.path().trim_end_matches('/').to_owned();
        url.set_path(&format!("{root}/common/v2.0/.well-known/openid-configuration"));
        url
    }

    fn check(&self, metadata: &Metadata) -> Result<(), Unusable> {
        if metadata.issuer != self.v2_issuer {
            return Err(Unusable::Issuer);
        }
        is_under(&self.login_root, &metadata.jwks_uri).then_some(()).ok_or(Unusable::Address)
    }
}

impl Keys {
    /// Prepares the keys of the cloud `instance`; others, and those of other kinds, are left out.
    fn prepare(self, instance: Option<&str>) -> Result<Vec<Key>, Unusable> {
        if self.keys.len() > MAX_KEYS {
            return Err(Unusable::Keys);
        }
        let keys = self.keys.into_iter().filter_map(|key| {
            let key: PublishedKey = serde_json::from_value(key).ok()?;
            let other = instance.zip(key.cloud_instance_name.as_deref()).filter(|(a, b)| a != b);
            if other.is_some() { None } else { key.prepare() }
        });
        let keys: Vec<Key> = keys.collect();
        if keys.is_empty() { Err(Unusable::NoKey) } else { Ok(keys) }
    }
}

fn read<T: DeserializeOwned>(
    reply: &Reply,
    status: impl FnOnce(u16) -> Unusable,
    malformed: Unusable,
) -> Result<T, Unusable> {
    match reply.status {
        200 => serde_json::from_slice(&reply.body).map_err(|_| malformed),
        other => Err(status(other)),
    }
}

impl From<Unusable> for Error {
    fn from(unusable: Unusable) -> Self {
        let kind = match unusable {
            Unusable::MetadataStatus(_) | Unusable::KeysStatus(_) => ErrorKind::Unavailable,
            _ => ErrorKind::Protocol,
        };
        Self::new(kind).with_message(unusable.to_string())
    }
}
