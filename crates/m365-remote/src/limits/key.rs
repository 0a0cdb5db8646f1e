use std::{
    hash::{BuildHasher, RandomState},
    net::{IpAddr, Ipv6Addr},
};

use m365_auth::TenantId;

/// Short keys of users, tenants and addresses.
///
/// They are hashes with a secret of this process, so that a table of a million callers stays small and
/// nobody can choose names that collide.
#[derive(Debug, Default)]
pub(super) struct Keys(RandomState);

impl Keys {
    pub(super) fn user(&self, tenant: &TenantId, user: &str) -> u64 {
        self.0.hash_one((tenant.as_str(), user))
    }

    pub(super) fn tenant(&self, tenant: &TenantId) -> u64 {
        self.0.hash_one(tenant.as_str())
    }

    /// An IPv6 network of 64 bits counts as one source: that many addresses cost an attacker nothing.
    pub(super) fn source(&self, source: IpAddr) -> u64 {
        match source.to_canonical() {
            IpAddr::V4(address) => self.0.hash_one(address.octets()),
            IpAddr::V6(address) => self.0.hash_one(network(address)),
        }
    }
}

fn network(address: Ipv6Addr) -> u128 {
    address.to_bits() >> 64
}
