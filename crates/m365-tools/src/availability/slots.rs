use jiff::{SignedDuration, Timestamp, tz::TimeZone};

use super::span::Span;

/// A time at which a meeting could be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Slot {
    pub(crate) start: Timestamp,
    pub(crate) end: Timestamp,
}

/// Meetings begin on the hour or half past.
const STEP: SignedDuration = SignedDuration::from_mins(30);

/// Returns the times of `minutes` within `span`, by the half hours of its zone.
pub(crate) fn within(span: &Span, minutes: u32) -> impl Iterator<Item = Slot> + use<> {
    let (end, length) = (span.end, SignedDuration::from_mins(i64::from(minutes)));
    let starts = std::iter::successors(aligned(span.start, &span.zone), |start| {
        start.checked_add(STEP).ok()
    });
    let slots =
        starts.map_while(move |start| Some(Slot { start, end: start.checked_add(length).ok()? }));
    slots.take_while(move |slot| slot.end <= end)
}

/// Returns the first half hour at or after `moment`, by the clocks of `zone`.
fn aligned(moment: Timestamp, zone: &TimeZone) -> Option<Timestamp> {
    let step = STEP.as_secs();
    let whole = moment.as_second() + i64::from(moment.subsec_nanosecond() > 0);
    let local = whole + i64::from(zone.to_offset(moment).seconds());
    Timestamp::from_second(whole + (-local).rem_euclid(step)).ok()
}
