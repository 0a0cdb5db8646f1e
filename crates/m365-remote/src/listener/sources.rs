use std::{
    collections::HashMap,
    net::{IpAddr, Ipv6Addr},
    sync::{Arc, Mutex, PoisonError},
};

use ipnet::IpNet;

/// How many connections each address has open, so that one stranger cannot take all places.
#[derive(Clone, Debug)]
pub(super) struct Sources(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    open: Mutex<HashMap<IpAddr, usize>>,
    most: usize,
    /// Proxies, which speak for many.
    exempt: Vec<IpNet>,
}

/// A connection of an address, until it is dropped.
#[derive(Debug)]
pub(super) struct Seat {
    address: IpAddr,
    sources: Sources,
}

/// Which part of all connections one address may have, and how many in any case.
const SHARE: usize = 4;
const FEW: usize = 64;

impl Sources {
    pub(super) fn new(connections: usize, exempt: Vec<IpNet>) -> Self {
        let most = (connections / SHARE).max(FEW);
        Self(Arc::new(Inner { open: Mutex::default(), most, exempt }))
    }

    /// Counts a connection; nothing where the address has too many. This machine is no stranger.
    pub(super) fn enter(&self, peer: IpAddr) -> Option<Seat> {
        let (peer, address) = (peer.to_canonical(), network(peer));
        let is_exempt = peer.is_loopback() || self.0.exempt.iter().any(|it| it.contains(&peer));
        let mut open = self.0.open.lock().unwrap_or_else(PoisonError::into_inner);
        let count = open.entry(address).or_default();
        if *count >= self.0.most && !is_exempt {
            return None;
        }
        *count += 1;
        Some(Seat { address, sources: self.clone() })
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut open = self.sources.0.open.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(count) = open.get_mut(&self.address) else { return };
        *count = count.saturating_sub(1);
        if *count == 0 {
            open.remove(&self.address);
        }
    }
}

/// An IPv6 network of 64 bits counts as one address.
fn network(peer: IpAddr) -> IpAddr {
    match peer.to_canonical() {
        IpAddr::V6(address) => {
            Ipv6Addr::from_bits(address.to_bits() & !u128::from(u64::MAX)).into()
        }
        address @ IpAddr::V4(_) => address,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entered(sources: &Sources, peer: &str, count: usize) -> Vec<Seat> {
        (0..count).filter_map(|_| sources.enter(peer.parse().unwrap())).collect()
    }

    #[test]
    fn one_address_has_a_quarter_of_all_connections() {
        let sources = Sources::new(1_000, vec![]);

        let first = entered(&sources, "203.0.113.9", 500);

        assert_eq!(first.len(), 250);
        assert!(entered(&sources, "::ffff:203.0.113.9", 1).is_empty(), "the same in another form");
        assert_eq!(entered(&sources, "203.0.113.10", 1).len(), 1);
        drop(first);
        assert_eq!(entered(&sources, "203.0.113.9", 1).len(), 1);
        assert!(sources.0.open.lock().unwrap().is_empty());
    }

    #[test]
    fn a_network_of_64_bits_is_one_address() {
        let sources = Sources::new(64, vec![]);
        let _seats = entered(&sources, "2001:db8::1", 64);

        assert!(entered(&sources, "2001:db8::2", 1).is_empty());
        assert_eq!(entered(&sources, "2001:db8:0:1::1", 1).len(), 1);
    }

    #[test]
    fn proxies_and_this_machine_speak_for_many() {
        let sources = Sources::new(10, vec!["10.0.0.0/8".parse().unwrap()]);

        assert_eq!(entered(&sources, "10.1.2.3", 500).len(), 500);
        assert_eq!(entered(&sources, "127.0.0.1", 500).len(), 500);
    }
}
