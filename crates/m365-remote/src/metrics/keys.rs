use std::{fmt, time::Duration};

use prometheus_client::{
    collector::Collector,
    encoding::{DescriptorEncoder, EncodeMetric},
    metrics::{MetricType, counter::ConstCounter},
};

use super::collect::gauge;

/// What is known of the keys with which callers' tokens are checked.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct KeyFigures {
    /// How old they are; `None` before the first.
    pub(crate) age: Option<Duration>,
    /// How often they were fetched.
    pub(crate) refreshed: u64,
    /// How often that failed.
    pub(crate) failed: u64,
}

/// Reads the state of the keys at each scrape.
pub(super) struct Keys(Box<dyn Fn() -> KeyFigures + Send + Sync>);

impl Keys {
    pub(super) fn new(state: impl Fn() -> KeyFigures + Send + Sync + 'static) -> Self {
        Self(Box::new(state))
    }
}

impl Collector for Keys {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> fmt::Result {
        let KeyFigures { age, refreshed, failed } = (self.0)();
        if let Some(age) = age {
            let help = "How old Entra's keys are";
            gauge(&mut encoder, "m365_jwks_age_seconds", help, age.as_secs_f64())?;
        }
        let help = "Fetches of Entra's keys";
        let mut family =
            encoder.encode_descriptor("m365_jwks_refresh", help, None, MetricType::Counter)?;
        for (outcome, count) in [("ok", refreshed), ("failed", failed)] {
            ConstCounter::new(count).encode(family.encode_family(&[("outcome", outcome)])?)?;
        }
        Ok(())
    }
}

impl fmt::Debug for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Keys").finish_non_exhaustive()
    }
}
