use jiff::{SignedDuration, Timestamp};

use super::{
    input::Order,
    plan::{Place, Span, rank},
};

/// No zone is further from UTC: by so much may a whole day lie beside where Graph sorts it.
pub(super) const SHIFT: i64 = 15 * 60 * 60;

/// The stretches that a time is asked for in, one after the other in the order of the results.
#[derive(Debug)]
pub(super) struct Windows {
    start: Timestamp,
    end: Timestamp,
    order: Order,
    longest: SignedDuration,
}

/// A stretch of time; nothing behind its `edge` was asked for yet, in the order of the results.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Window {
    pub(super) start: Timestamp,
    pub(super) end: Timestamp,
    pub(super) edge: Timestamp,
    pub(super) is_last: bool,
}

impl Windows {
    /// Divides what is left of `span` behind `place` into stretches of at most `longest`.
    pub(super) fn new(span: &Span, place: &Place, order: Order, longest: SignedDuration) -> Self {
        let (mut start, mut end) = span.widened();
        if let Some(seen) = place.rank() {
            match order {
                Order::Oldest => start = start.max(moment(seen.saturating_sub(SHIFT))).min(end),
                Order::Newest => {
                    end = end.min(moment(seen.saturating_neg().saturating_add(SHIFT + 1)));
                    end = end.max(start);
                }
            }
        }
        Self { start, end, order, longest }
    }
}

fn moment(second: i64) -> Timestamp {
    Timestamp::from_second(second).unwrap_or(if second < 0 {
        Timestamp::MIN
    } else {
        Timestamp::MAX
    })
}

impl Iterator for Windows {
    type Item = Window;

    fn next(&mut self) -> Option<Window> {
        if self.start >= self.end {
            return None;
        }
        let (start, end) = (self.start, self.end);
        Some(match self.order {
            Order::Oldest => {
                self.start = start.saturating_add(self.longest).unwrap_or(end).min(end);
                Window { start, end: self.start, edge: self.start, is_last: self.start == end }
            }
            Order::Newest => {
                self.end = end.saturating_sub(self.longest).unwrap_or(start).max(start);
                Window { start: self.end, end, edge: self.end, is_last: self.end == start }
            }
        })
    }
}

impl Window {
    /// The rank behind which nothing of a finished window can lie any more.
    pub(super) fn settled(&self, order: Order) -> i64 {
        match self.is_last {
            true => i64::MAX,
            false => rank(self.edge, order).saturating_sub(SHIFT),
        }
    }
}

#[cfg(test)]
mod tests {
    use jiff::tz::TimeZone;

    use super::*;

    const YEAR: SignedDuration = SignedDuration::from_hours(24 * 365);

    fn span(years: i32) -> Span {
        let start: Timestamp = "2020-01-01T00:00:00Z".parse().unwrap();
        Span { start, end: start + YEAR * years, zone: TimeZone::UTC, is_cut: false }
    }

    fn windows(order: Order) -> Vec<Window> {
        Windows::new(&span(11), &Place::before(i64::MIN, 0), order, YEAR * 4).collect()
    }

    #[test]
    fn a_long_time_is_asked_for_in_stretches_that_join() {
        for order in [Order::Oldest, Order::Newest] {
            let all = windows(order);

            assert_eq!(all.len(), 3);
            assert!(all.iter().all(|one| one.end.duration_since(one.start) <= YEAR * 4));
            assert!(all.windows(2).all(|two| {
                two[0].edge == if order == Order::Oldest { two[1].start } else { two[1].end }
            }));
            assert_eq!(all.iter().filter(|one| one.is_last).count(), 1);
            assert!(all[2].is_last);
        }
    }

    #[test]
    fn both_orders_cover_the_time_and_a_day_on_either_side() {
        let (start, end) = span(11).widened();

        for order in [Order::Oldest, Order::Newest] {
            let all = windows(order);
            assert_eq!(all.iter().map(|one| one.start).min(), Some(start));
            assert_eq!(all.iter().map(|one| one.end).max(), Some(end));
        }
    }
}
