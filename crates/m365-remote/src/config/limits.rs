use std::time::Duration;

use super::{ConfigError, file, file::Number, setting::Source};

/// How much callers, connections and calls may take; the defaults are the project's budgets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct LimitsConfig {
    /// Calls of one user in a minute.
    pub(crate) user_per_minute: u32,
    /// Calls that one user may make at once before the rate counts.
    pub(crate) user_burst: u32,
    /// Calls of one tenant in a minute, unless its entry of the allow-list says otherwise.
    pub(crate) tenant_per_minute: u32,
    /// Rejected tokens of one source in a minute.
    pub(crate) rejections_per_minute: u32,
    /// Calls of one user that run at the same time.
    pub(crate) user_concurrency: u32,
    /// Calls of one tenant that run at the same time.
    pub(crate) tenant_concurrency: u32,
    /// Calls of all tenants that run at the same time.
    pub(crate) concurrency: u32,
    /// Connections that are open at the same time.
    pub(crate) connections: u32,
    /// The largest request body.
    pub(crate) body_bytes: usize,
    /// How long the head of a request may take, the first byte included.
    pub(crate) header: Duration,
    /// How long the body of a request may take.
    pub(crate) body: Duration,
    /// How long a connection may be idle.
    pub(crate) idle: Duration,
    /// How long one call may take.
    pub(crate) call: Duration,
    /// How long a server that drains still takes new connections.
    pub(crate) grace: Duration,
    /// How long running calls may take when the server drains.
    pub(crate) drain: Duration,
}

impl Default for LimitsConfig {
    fn default() -> Self {
        Self {
            user_per_minute: 60,
            user_burst: 20,
            tenant_per_minute: 6_000,
            rejections_per_minute: 300,
            user_concurrency: 8,
            tenant_concurrency: 64,
            concurrency: 2_000,
            connections: 10_000,
            body_bytes: 1 << 20,
            header: Duration::from_secs(10),
            body: Duration::from_secs(15),
            idle: Duration::from_secs(75),
            call: Duration::from_secs(45),
            grace: Duration::from_secs(5),
            drain: Duration::from_secs(60),
        }
    }
}

impl LimitsConfig {
    /// Checks the table `[limits]`.
    pub(super) fn read(source: Source<'_>, file: &file::Limits) -> Result<Self, ConfigError> {
        let it = Self::default();
        let count = |key, value, default| count(source, key, value, default);
        let seconds = |key, value, range, default| seconds(source, key, value, range, default);
        Ok(Self {
            user_per_minute: count("user_per_minute", &file.user_per_minute, it.user_per_minute)?,
            user_burst: count("user_burst", &file.user_burst, it.user_burst)?,
            tenant_per_minute: count(
                "tenant_per_minute",
                &file.tenant_per_minute,
                it.tenant_per_minute,
            )?,
            rejections_per_minute: count(
                "rejections_per_minute",
                &file.rejections_per_minute,
                it.rejections_per_minute,
            )?,
            user_concurrency: count(
                "user_concurrency",
                &file.user_concurrency,
                it.user_concurrency,
            )?,
            tenant_concurrency: count(
                "tenant_concurrency",
                &file.tenant_concurrency,
                it.tenant_concurrency,
            )?,
            concurrency: count("concurrency", &file.concurrency, it.concurrency)?,
            connections: count("connections", &file.connections, it.connections)?,
            body_bytes: body_bytes(source, &file.body_bytes, it.body_bytes)?,
            header: seconds("header_seconds", &file.header_seconds, (1, 60), it.header)?,
            body: seconds("body_seconds", &file.body_seconds, (1, 120), it.body)?,
            idle: seconds("idle_seconds", &file.idle_seconds, (1, 600), it.idle)?,
            call: seconds("call_seconds", &file.call_seconds, (1, 120), it.call)?,
            grace: seconds("grace_seconds", &file.grace_seconds, (0, 300), it.grace)?,
            drain: seconds("drain_seconds", &file.drain_seconds, (0, 600), it.drain)?,
        })
    }
}

/// Checks a number of calls or connections.
pub(super) fn count(
    source: Source<'_>,
    key: &str,
    value: &Number,
    default: u32,
) -> Result<u32, ConfigError> {
    Ok(within(source, key, value, "a number", (1, 10_000_000))?.unwrap_or(default))
}

fn seconds(
    source: Source<'_>,
    key: &str,
    value: &Number,
    range: (u32, u32),
    default: Duration,
) -> Result<Duration, ConfigError> {
    let seconds = within(source, key, value, "a number of seconds", range)?;
    Ok(seconds.map_or(default, |seconds| Duration::from_secs(seconds.into())))
}

fn body_bytes(source: Source<'_>, value: &Number, default: usize) -> Result<usize, ConfigError> {
    let bytes = within(source, "body_bytes", value, "a number", (1_024, 16_777_216))?;
    Ok(bytes.map_or(default, |bytes| bytes as usize))
}

/// Reads a whole number that is no smaller and no larger than `range` says.
fn within(
    source: Source<'_>,
    key: &str,
    value: &Number,
    what: &str,
    (least, most): (u32, u32),
) -> Result<Option<u32>, ConfigError> {
    let Some(value) = value else { return Ok(None) };
    let number = value.get_ref().as_integer().and_then(|number| u32::try_from(number).ok());
    match number.filter(|number| (least..=most).contains(number)) {
        Some(number) => Ok(Some(number)),
        None => {
            let expected = format!("{what} from {least} to {most}");
            Err(source.in_file(key, value).refuse(expected))
        }
    }
}
