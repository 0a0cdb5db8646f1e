//! When people are busy: what of their calendars counts.

use jiff::{Timestamp, tz::TimeZone};

use crate::graph::calendar::{Calendars, event::Occasion, meeting::ShowAs};

/// Something that takes time.
#[derive(Clone, Debug)]
pub(crate) struct Item<'a> {
    pub(crate) start: Timestamp,
    pub(crate) end: Timestamp,
    pub(crate) occasion: Occasion<'a>,
    /// Whose mailbox writes its words with a capital.
    capitals: bool,
}

impl Item<'_> {
    /// Returns how it shows.
    pub(crate) fn shows(&self) -> ShowAs {
        self.occasion.event.shows
    }

    /// Returns Graph's word for it; some mailboxes write it with a capital.
    pub(crate) fn status(&self) -> &'static str {
        let name = self.shows().name();
        if !self.capitals {
            return name;
        }
        match self.shows() {
            ShowAs::Busy => "Busy",
            ShowAs::Elsewhere => "WorkingElsewhere",
            ShowAs::Free => "Free",
            ShowAs::OutOfOffice => "Oof",
            ShowAs::Tentative => "Tentative",
        }
    }

    /// Returns the digit that the availability view has for it.
    pub(crate) fn digit(&self) -> char {
        match self.shows() {
            ShowAs::Tentative => '1',
            ShowAs::Busy => '2',
            ShowAs::OutOfOffice => '3',
            ShowAs::Elsewhere | ShowAs::Free => '0',
        }
    }
}

/// Returns what is in someone's first calendar between two moments, in order. What lasts all day
/// does so from midnight to midnight in `zone`.
pub(crate) fn items<'a>(
    calendars: &'a Calendars,
    zone: &TimeZone,
    start: Timestamp,
    end: Timestamp,
) -> Vec<Item<'a>> {
    let day = jiff::SignedDuration::from_hours(24);
    let (first, last) = (
        start.checked_sub(day).unwrap_or(Timestamp::MIN),
        end.checked_add(day).unwrap_or(Timestamp::MAX),
    );
    let capitals = calendars.owner.language == "de-DE";
    let all = calendars.between(0, first, last).into_iter().map(|occasion| {
        let (start, end) = occasion.in_zone(zone);
        Item { start, end, occasion, capitals }
    });
    let mut items: Vec<_> = all.filter(|item| item.start < end && start < item.end).collect();
    items.sort_by_key(|item| (item.start, item.end));
    items
}
