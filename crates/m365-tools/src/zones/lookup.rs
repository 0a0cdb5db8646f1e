use std::{
    collections::HashMap,
    future::Future,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use jiff::{Timestamp, ToSpan, civil::DateTime, tz::TimeZone};
use m365_graph::{Address, ErrorKind, Schedule, ScheduleRequest};
use tokio::sync::OnceCell;

use super::rules;
use crate::{ErrorCode, ToolContext, ToolError};

/// How long what was looked up holds.
const LIFETIME: Duration = Duration::from_secs(60 * 60);

/// How many users are remembered at least; twice as many at most.
const CAPACITY: usize = 10_000;

/// Lets the caller read their own working hours, which name their zone.
const CALENDAR_SCOPE: &str = "Calendars.Read";

/// Addresses and zone of each user's mailbox, in memory only, for an hour.
#[derive(Debug, Default)]
pub(crate) struct ZoneCache(Mutex<Generations>);

/// Users by their key. Whoever is not asked for while the young generation fills up, or grows old itself,
/// is forgotten with the old one: so what is kept is bounded, and forgetting costs a call nothing.
#[derive(Debug, Default)]
struct Generations {
    since: Timestamp,
    young: HashMap<String, Arc<Entry>>,
    old: HashMap<String, Arc<Entry>>,
}

#[derive(Debug)]
struct Entry {
    since: Timestamp,
    addresses: OnceCell<Arc<[String]>>,
    zone: OnceCell<Named>,
}

/// The zone of a mailbox, or why it is not known.
type Named = Result<TimeZone, &'static str>;

const NO_SCOPE: &str = "Missing scope 'Calendars.Read'";
const NO_ADDRESS: &str = "the account has no mail address to ask for";
const REFUSED: &str = "Graph does not let it be asked for";
const UNKNOWN: &str = "it names none that is known";
const FAILED: &str = "it could not be asked for this time";

impl ZoneCache {
    fn entry(&self, caller: &str, now: Timestamp) -> Arc<Entry> {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.age(now);
        if let Some(entry) = kept.young.get(caller).filter(|entry| entry.is_fresh(now)) {
            return Arc::clone(entry);
        }
        let known = kept.old.remove(caller).filter(|entry| entry.is_fresh(now));
        let entry = known.unwrap_or_else(|| Arc::new(Entry::new(now)));
        kept.young.insert(caller.to_owned(), Arc::clone(&entry));
        entry
    }
}

impl Generations {
    fn age(&mut self, now: Timestamp) {
        let has_aged = now.duration_since(self.since).unsigned_abs() >= LIFETIME;
        if has_aged || self.young.len() >= CAPACITY {
            self.old = std::mem::take(&mut self.young);
            self.since = now;
        }
    }
}

impl Entry {
    const fn new(since: Timestamp) -> Self {
        Self { since, addresses: OnceCell::const_new(), zone: OnceCell::const_new() }
    }

    fn is_fresh(&self, now: Timestamp) -> bool {
        Timestamp::duration_since(now, self.since).unsigned_abs() < LIFETIME
    }
}

/// Returns the addresses by which the caller's own mailbox is known.
pub(crate) async fn own_addresses(ctx: &ToolContext) -> Result<Arc<[String]>, ToolError> {
    let entry = ctx.zones().entry(ctx.caller().key(), ctx.now());
    addresses(ctx, &entry).await
}

async fn addresses(ctx: &ToolContext, entry: &Entry) -> Result<Arc<[String]>, ToolError> {
    let found = entry.addresses.get_or_try_init(|| async {
        let user = ctx.graph().me().await?;
        Ok::<_, ToolError>([user.mail, user.user_principal_name].into_iter().flatten().collect())
    });
    found.await.map(Arc::clone)
}

/// Returns the zone of the caller's mailbox; where it cannot be known that of the device, or UTC,
/// and a notice that says so.
pub(crate) async fn mailbox_zone(ctx: &ToolContext) -> (TimeZone, Option<String>) {
    match own_zone(ctx).await {
        Ok(zone) => (zone, None),
        Err(reason) => fallback(ctx, reason),
    }
}

fn fallback(ctx: &ToolContext, reason: &str) -> (TimeZone, Option<String>) {
    let (zone, which) = match ctx.device_zone() {
        Some(zone) => (zone.clone(), "this device's"),
        None => (TimeZone::UTC, "UTC"),
    };
    (zone, Some(format!("Dates are in {which} time zone, not the mailbox's: {reason}.")))
}

async fn own_zone(ctx: &ToolContext) -> Named {
    let entry = ctx.zones().entry(ctx.caller().key(), ctx.now());
    if let Some(zone) = entry.zone.get() {
        return zone.clone();
    }
    if let Err(error) = ctx.require_scope(CALENDAR_SCOPE).await {
        return Err(if error.code() == ErrorCode::Forbidden { NO_SCOPE } else { FAILED });
    }
    let zone = entry.zone.get_or_try_init(|| ask(ctx, &entry));
    zone.await.map_err(|_| FAILED)?.clone()
}

/// Asks for one's own working hours, which come with their zone and need no extra scope.
async fn ask(ctx: &ToolContext, entry: &Entry) -> Result<Named, ToolError> {
    let own = addresses(ctx, entry).await?;
    let Some(address) = own.iter().find_map(|one| Address::new(one).ok()) else {
        return Ok(Err(NO_ADDRESS));
    };
    let (start, end) = next_hours(ctx.now());
    let request = ScheduleRequest::new([address], start, end, "UTC");
    lasting(async { ctx.graph().schedule(&request).await }).await
}

/// A refusal will be the same in a minute, so it is remembered; a failure may not be.
async fn lasting(
    asked: impl Future<Output = m365_graph::Result<Vec<Schedule>>> + Send,
) -> Result<Named, ToolError> {
    match asked.await {
        Ok(schedules) => Ok(schedules.first().and_then(named_zone).ok_or(UNKNOWN)),
        Err(error) if matches!(error.kind(), ErrorKind::Forbidden | ErrorKind::NotFound) => {
            Ok(Err(REFUSED))
        }
        Err(error) => Err(error.into()),
    }
}

fn named_zone(schedule: &Schedule) -> Option<TimeZone> {
    rules::zone(schedule.working_hours.as_ref()?.time_zone.as_ref()?)
}

fn next_hours(now: Timestamp) -> (DateTime, DateTime) {
    let start = now.to_zoned(TimeZone::UTC).datetime();
    let start = start.round(jiff::Unit::Second).unwrap_or(start);
    (start, start.saturating_add(1.hour()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn user(n: usize) -> String {
        format!("tenant|{n}")
    }

    #[test]
    fn as_many_users_as_promised_are_remembered() {
        let (cache, now) = (ZoneCache::default(), Timestamp::UNIX_EPOCH + LIFETIME);
        let first: Vec<_> = (0..CAPACITY).map(|n| cache.entry(&user(n), now)).collect();

        let again = (0..CAPACITY).map(|n| cache.entry(&user(n), now));

        assert!(first.iter().zip(again).all(|(first, again)| Arc::ptr_eq(first, &again)));
    }

    #[test]
    fn more_users_than_that_push_out_those_not_asked_for() {
        let (cache, now) = (ZoneCache::default(), Timestamp::UNIX_EPOCH + LIFETIME);
        let [busy, idle] = ["busy", "idle"].map(|caller| cache.entry(caller, now));

        for n in 0..3 * CAPACITY {
            cache.entry(&user(n), now);
            assert!(Arc::ptr_eq(&busy, &cache.entry("busy", now)));
        }

        let kept = cache.0.lock().unwrap_or_else(PoisonError::into_inner);
        assert!(kept.young.len() + kept.old.len() <= 2 * CAPACITY);
        drop(kept);
        assert!(!Arc::ptr_eq(&idle, &cache.entry("idle", now)));
    }

    #[test]
    fn nobody_is_remembered_for_longer_than_two_lifetimes() {
        let (cache, start) = (ZoneCache::default(), Timestamp::UNIX_EPOCH + LIFETIME);
        let first = cache.entry("one", start);

        assert!(!Arc::ptr_eq(&first, &cache.entry("one", start + LIFETIME)));
        cache.entry("other", start + 2 * LIFETIME);
        cache.entry("other", start + 3 * LIFETIME);
        let kept = cache.0.lock().unwrap_or_else(PoisonError::into_inner);
        assert_eq!(kept.young.len() + kept.old.len(), 1);
    }
}
