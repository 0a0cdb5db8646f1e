use std::sync::atomic::{AtomicU64, Ordering};

/// Where jitter comes from.
#[derive(Debug)]
pub(crate) enum Random {
    /// The operating system.
    System,
    /// A fixed sequence, for repeatable runs.
    Seeded(AtomicU64),
}

impl Random {
    pub(crate) const fn seeded(seed: u64) -> Self {
        Self::Seeded(AtomicU64::new(seed))
    }

    /// Returns a number from 0 up to, but not including, 1.
    pub(crate) fn unit(&self) -> f64 {
        let bits = match self {
            Self::System => getrandom::u64().unwrap_or(u64::MAX / 2),
            Self::Seeded(state) => split_mix(state.fetch_add(GOLDEN, Ordering::Relaxed)),
        };
        // A double holds 53 bits exactly, so the quotient stays below 1.
        #[expect(clippy::cast_precision_loss, reason = "53 bits fit a double")]
        let unit = (bits >> 11) as f64 / (1_u64 << 53) as f64;
        unit
    }
}

const GOLDEN: u64 = 0x9e37_79b9_7f4a_7c15;

/// One step of `SplitMix64`: different states give different numbers.
pub(crate) const fn split_mix(state: u64) -> u64 {
    let z = state.wrapping_add(GOLDEN);
    let z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}
