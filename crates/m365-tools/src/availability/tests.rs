//! The search in agendas, against properties that every answer must have.

use jiff::{SignedDuration, Timestamp, tz::TimeZone};
use m365_graph::Address;
use proptest::prelude::*;

use super::{
    Agenda, Candidate, Meeting, Slot, State,
    agenda::Block,
    hours::Hours,
    meeting::{Never, NoTime},
    span::Span,
};

/// A Monday, 8 in the morning in Oslo.
const MONDAY: &str = "2026-11-23T07:00:00Z";

fn at(minutes: i64) -> Timestamp {
    MONDAY.parse::<Timestamp>().unwrap() + SignedDuration::from_mins(minutes)
}

fn zone(name: &str) -> TimeZone {
    TimeZone::get(name).unwrap()
}

fn span(minutes: i64) -> Span {
    Span { start: at(0), end: at(minutes), zone: zone("Europe/Oslo") }
}

fn agenda(blocks: &[(i64, i64, State)]) -> Agenda {
    let block = |(start, length, state): &(i64, i64, State)| Block {
        start: at(*start),
        end: at(start + length),
        state: *state,
    };
    let address = Address::new("somebody@contoso.com").unwrap();
    Agenda::new(address, blocks.iter().map(block).collect(), None)
}

fn working(blocks: &[(i64, i64, State)], in_zone: &str) -> Agenda {
    let mut agenda = agenda(blocks);
    agenda.hours = Some(Hours::usual(zone(in_zone)));
    agenda
}

fn meeting(minutes: u32) -> Meeting {
    Meeting { minutes, hours_only: false, least: 50, counts_unknown: false, firm: false }
}

fn starts(found: &[Candidate]) -> Vec<i64> {
    found.iter().map(|one| one.slot.start.duration_since(at(0)).as_mins()).collect()
}

#[test]
fn those_at_which_all_are_surely_free_come_first_and_tentative_ones_behind() {
    let organizer = agenda(&[(0, 60, State::Tentative)]);
    let guest = agenda(&[(60, 30, State::Tentative), (120, 60, State::Busy)]);

    let times = meeting(30).times(&span(180), &organizer, &[guest], 10);

    assert_eq!(starts(&times.candidates), [90, 0, 30, 60]);
    assert_eq!(times.candidates[3].attendees, [State::Tentative]);
    assert_eq!(times.candidates[3].confidence, 50);
}

#[test]
fn enough_attendees_have_to_be_free() {
    let busy = || agenda(&[(0, 60, State::Busy)]);
    let guests = [busy(), agenda(&[]), agenda(&[]), agenda(&[])];

    let some = Meeting { least: 75, ..meeting(60) }.times(&span(60), &agenda(&[]), &guests, 10);
    let all = Meeting { least: 100, ..meeting(60) }.times(&span(60), &agenda(&[]), &guests, 10);

    assert_eq!(some.candidates[0].confidence, 75);
    assert_eq!((all.candidates.len(), all.reason), (0, Some(NoTime::Attendees)));
    assert_eq!(all.never, [(0, Never::Busy)]);
}

#[test]
fn calendars_that_cannot_be_seen_stand_apart() {
    let stranger = Agenda::unknown(Address::new("who@elsewhere.example").unwrap());

    let times = meeting(60).times(&span(60), &agenda(&[]), &[stranger], 10);

    assert_eq!(times.candidates[0].attendees, [State::Unknown]);
    assert_eq!(times.candidates[0].confidence, 49);
}

#[test]
fn calendars_that_cannot_be_seen_count_where_that_is_wanted() {
    let stranger = Agenda::unknown(Address::new("who@elsewhere.example").unwrap());
    let counting = |least| Meeting { least, counts_unknown: true, ..meeting(60) };

    let enough = counting(49).times(&span(60), &agenda(&[]), std::slice::from_ref(&stranger), 10);
    let not = counting(50).times(&span(60), &agenda(&[]), &[stranger], 10);

    assert_eq!(enough.candidates.len(), 1);
    assert_eq!((not.candidates.len(), not.reason), (0, Some(NoTime::AttendeesOrUnknown)));
}

#[test]
fn who_is_free_but_not_at_work_is_told_from_who_is_busy() {
    let hours = Meeting { hours_only: true, least: 0, ..meeting(30) };
    let guests = [working(&[], "America/Los_Angeles"), agenda(&[(0, 600, State::Busy)])];

    let times = hours.times(&span(240), &working(&[], "Europe/Oslo"), &guests, 10);

    assert_eq!(times.never, [(0, Never::OutsideHours), (1, Never::Busy)]);
}

#[test]
fn each_works_in_their_own_zone() {
    let meeting = Meeting { hours_only: true, ..meeting(60) };
    let (oslo, london) = (working(&[], "Europe/Oslo"), working(&[], "Europe/London"));

    let times = meeting.times(&span(24 * 60), &oslo, &[london], 50);

    // 9 to 17 in Oslo, which is 8 to 16 in London.
    assert_eq!(starts(&times.candidates).first(), Some(&60));
    assert_eq!(starts(&times.candidates).last(), Some(&(8 * 60)));
}

#[test]
fn nobody_works_on_sunday() {
    let sunday = Span { start: at(-24 * 60), end: at(0), zone: zone("Europe/Oslo") };
    let meeting = Meeting { hours_only: true, ..meeting(30) };

    let times = meeting.times(&sunday, &working(&[], "Europe/Oslo"), &[], 10);

    assert_eq!(times.reason, Some(NoTime::OrganizerAtWork));
}

#[test]
fn working_hours_last_as_long_on_the_day_that_the_clocks_change() {
    // On Sunday, 29 March 2026, clocks go forward at 2 in Oslo; who works on Monday starts at 6 UTC.
    let oslo = working(&[], "Europe/Oslo");
    let day = |date: &str| Slot {
        start: format!("{date}T06:00:00Z").parse().unwrap(),
        end: format!("{date}T06:30:00Z").parse().unwrap(),
    };

    assert_eq!(oslo.state(day("2026-03-27"), true), State::OutsideHours);
    assert_eq!(oslo.state(day("2026-03-30"), true), State::Free);
}

#[test]
fn meetings_begin_on_the_half_hours_of_the_zone() {
    let nepal = Span { start: at(1), end: at(120), zone: zone("Asia/Kathmandu") };

    let times = meeting(30).times(&nepal, &agenda(&[]), &[], 10);

    // 8:00 in Oslo is 12:45 in Kathmandu.
    assert_eq!(starts(&times.candidates), [15, 45, 75]);
}

fn state() -> impl Strategy<Value = State> {
    prop_oneof![
        Just(State::Free),
        Just(State::WorkingElsewhere),
        Just(State::Tentative),
        Just(State::Busy),
        Just(State::OutOfOffice),
    ]
}

fn blocks() -> impl Strategy<Value = Vec<(i64, i64, State)>> {
    proptest::collection::vec((-300_i64..3_000, 1_i64..600, state()), 0..12)
}

proptest! {
    #[test]
    fn no_time_lies_in_what_is_planned(
        own in blocks(),
        others in proptest::collection::vec(blocks(), 0..4),
        minutes in 1_u32..300,
        least in 0_u32..=100,
    ) {
        let guests: Vec<_> = others.iter().map(|blocks| agenda(blocks)).collect();
        let meeting = Meeting { least, ..meeting(minutes) };

        let found = meeting.times(&span(3_000), &agenda(&own), &guests, 50).candidates;

        for one in &found {
            prop_assert!(one.slot.start >= at(0) && one.slot.end <= at(3_000));
            prop_assert_eq!(one.organizer, worst(&own, one.slot));
            prop_assert!(one.organizer < State::Busy);
            let expected: Vec<_> = others.iter().map(|blocks| worst(blocks, one.slot)).collect();
            prop_assert_eq!(&one.attendees, &expected);
            prop_assert!(one.confidence >= least);
        }
    }

    #[test]
    fn the_same_agendas_give_the_same_times_in_whatever_order_they_are_read(
        own in blocks(),
        mut other in blocks(),
    ) {
        let find = |other: &[(i64, i64, State)]| {
            meeting(60).times(&span(3_000), &agenda(&own), &[agenda(other)], 20).candidates
        };

        let found = find(&other);
        other.reverse();

        prop_assert_eq!(found, find(&other));
    }
}

/// What the calendar says, looking at each block.
fn worst(blocks: &[(i64, i64, State)], slot: Slot) -> State {
    let touching = blocks
        .iter()
        .filter(|(start, length, _)| at(*start) < slot.end && at(start + length) > slot.start);
    touching.map(|(_, _, state)| *state).max().unwrap_or(State::Free)
}
