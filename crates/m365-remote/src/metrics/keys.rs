use std::fmt;

use m365_auth::KeyState;
use prometheus_client::{
    collector::Collector,
    encoding::{DescriptorEncoder, EncodeMetric},
    metrics::{MetricType, counter::ConstCounter},
};

use super::collect::gauge;

/// Reads the state of the keys at each scrape.
pub(super) struct Keys(Box<dyn Fn() -> KeyState + Send + Sync>);

impl Keys {
    pub(super) fn new(state: impl Fn() -> KeyState + Send + Sync + 'static) -> Self {
        Self(Box::new(state))
    }
}

impl Collector for Keys {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> fmt::Result {
        let KeyState { age, refreshed, failed, .. } = (self.0)();
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
