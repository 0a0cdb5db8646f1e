use std::{
    hash::Hash,
    sync::Arc,
    time::{Duration, Instant},
};

use jiff::Timestamp;
use moka::{Expiry, sync::Cache};

use crate::{Clock, wire::time::until};

/// Something that is of no use after a moment.
pub(crate) trait Ends {
    fn ends_on(&self) -> Timestamp;
}

/// A map that is bounded in entries and drops each when it ends.
///
/// That an entry is dropped depends on the machine's clock, whether it still counts on ours: who
/// reads compares [`Ends::ends_on`].
pub(crate) type Bounded<K, V> = Cache<K, Arc<V>>;

pub(crate) fn bounded<K, V>(entries: usize, clock: &Arc<dyn Clock>) -> Bounded<K, V>
where
    K: Eq + Hash + Send + Sync + 'static,
    V: Ends + Send + Sync + 'static,
{
    let capacity = u64::try_from(entries).unwrap_or(u64::MAX);
    Cache::builder().max_capacity(capacity).expire_after(AtItsEnd(clock.clone())).build()
}

struct AtItsEnd(Arc<dyn Clock>);

impl<K, V: Ends> Expiry<K, Arc<V>> for AtItsEnd {
    fn expire_after_create(&self, _: &K, value: &Arc<V>, _: Instant) -> Option<Duration> {
        Some(until(value.ends_on(), self.0.now()))
    }

    fn expire_after_update(
        &self,
        _: &K,
        value: &Arc<V>,
        _: Instant,
        _: Option<Duration>,
    ) -> Option<Duration> {
        Some(until(value.ends_on(), self.0.now()))
    }
}
