use std::{error::Error as _, net::SocketAddr, sync::Arc};

use reqwest::dns::{Addrs, Name, Resolve, Resolving};

use super::hosts::{Hosts, is_public};

/// Resolves the names of download hosts, and refuses what is not public: the connection is made
/// to the very addresses that were checked.
///
/// A proxy's name is none of a download host's, and is let through: it is the administrator's.
#[derive(Debug)]
pub(super) struct PublicOnly(Arc<Hosts>);

impl PublicOnly {
    pub(super) const fn new(hosts: Arc<Hosts>) -> Self {
        Self(hosts)
    }
}

impl Resolve for PublicOnly {
    fn resolve(&self, name: Name) -> Resolving {
        let checked = self.0.is_listed(name.as_str()) && !self.0.is_own(name.as_str());
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?.collect::<Vec<_>>();
            if checked && !found.iter().all(|address| is_public(address.ip())) {
                return Err(PrivateAddress.into());
            }
            Ok(Box::new(found.into_iter().collect::<Vec<SocketAddr>>().into_iter()) as Addrs)
        })
    }
}

/// A download host's name resolves to an address that is not public.
#[derive(Debug, thiserror::Error)]
#[error("a download host has a private address")]
pub(super) struct PrivateAddress;

/// Tells whether a connection failed because of [`PrivateAddress`].
pub(super) fn is_private_address(error: &reqwest::Error) -> bool {
    let mut source = error.source();
    while let Some(error) = source {
        if error.is::<PrivateAddress>() {
            return true;
        }
        source = error.source();
    }
    false
}
