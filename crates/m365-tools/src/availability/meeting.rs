use std::cmp::Reverse;

use super::{Agenda, Slot, State, slots, span::Span};

/// A meeting that a time is looked for.
#[derive(Clone, Debug)]
pub(crate) struct Meeting {
    pub(crate) minutes: u32,
    /// Whether all have to be at work.
    pub(crate) hours_only: bool,
    /// The least mean chance, in percent, that attendees come.
    pub(crate) least: u32,
    /// Whether those count in it whose calendars are not known, as Graph has it; they stand apart
    /// otherwise.
    pub(crate) counts_unknown: bool,
    /// Whether the organizer may be there tentatively.
    pub(crate) firm: bool,
}

/// A time that fits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Candidate {
    pub(crate) slot: Slot,
    /// The mean chance in percent that the attendees come.
    pub(crate) confidence: u32,
    pub(crate) organizer: State,
    /// In the order of the attendees.
    pub(crate) attendees: Vec<State>,
}

/// Why no time fits, in Graph's words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NoTime {
    Attendees,
    AttendeesOrUnknown,
    Organizer,
    /// The organizer has time, but not while at work.
    OrganizerAtWork,
}

impl NoTime {
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Attendees => "attendeesUnavailable",
            Self::AttendeesOrUnknown => "attendeesUnavailableOrUnknown",
            Self::Organizer | Self::OrganizerAtWork => "organizerUnavailable",
        }
    }
}

/// What a search in agendas gave.
#[derive(Clone, Debug, Default)]
pub(crate) struct Times {
    /// The best first.
    pub(crate) candidates: Vec<Candidate>,
    pub(crate) reason: Option<NoTime>,
    /// Which attendees can come at none of the times at which the organizer can, and what their
    /// calendars say at best then.
    pub(crate) never: Vec<(usize, Never)>,
    /// How many times fit, those beside the best included.
    pub(crate) fitting: usize,
}

/// Why somebody can come at no time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Never {
    /// Something else is planned each time.
    Busy,
    /// They have time, but are not at work then.
    OutsideHours,
}

impl Meeting {
    /// Finds the `most` best times: those at which most can come surely, then those at which fewest
    /// come tentatively, then the earliest. The same agendas always give the same times.
    pub(crate) fn times(
        &self,
        span: &Span,
        organizer: &Agenda,
        attendees: &[Agenda],
        most: usize,
    ) -> Times {
        let mut scan = Scan::new(attendees.len());
        for slot in slots::within(span, self.minutes) {
            let own = organizer.state(slot, self.hours_only);
            if own > self.worst_of_organizer() {
                scan.outside |= own == State::OutsideHours;
                continue;
            }
            let candidate = self.candidate(slot, own, attendees);
            scan.look_at(&candidate.attendees);
            if self.is_enough(&candidate.attendees) {
                scan.candidates.push(candidate);
            }
        }
        scan.finish(attendees, most)
    }

    const fn worst_of_organizer(&self) -> State {
        if self.firm { State::WorkingElsewhere } else { State::Tentative }
    }

    fn candidate(&self, slot: Slot, organizer: State, attendees: &[Agenda]) -> Candidate {
        let states: Vec<_> = attendees.iter().map(|one| one.state(slot, self.hours_only)).collect();
        let confidence = mean(states.iter().copied()).unwrap_or(100);
        Candidate { slot, confidence, organizer, attendees: states }
    }

    /// Tells whether enough can come.
    fn is_enough(&self, attendees: &[State]) -> bool {
        let counts = |state: &State| self.counts_unknown || *state != State::Unknown;
        mean(attendees.iter().copied().filter(counts)).is_none_or(|chance| chance >= self.least)
    }
}

/// What a look at one time after the other gave so far.
struct Scan {
    candidates: Vec<Candidate>,
    /// How many times suit the organizer.
    considered: usize,
    /// Whether the organizer has time outside of working hours.
    outside: bool,
    /// The best that each attendee's calendar says when the organizer can.
    best: Vec<State>,
}

impl Scan {
    fn new(attendees: usize) -> Self {
        let best = vec![State::Busy; attendees];
        Self { candidates: Vec::new(), considered: 0, outside: false, best }
    }

    fn look_at(&mut self, attendees: &[State]) {
        self.considered += 1;
        for (best, state) in self.best.iter_mut().zip(attendees) {
            if (state.chance(), *state) > (best.chance(), *best) {
                *best = *state;
            }
        }
    }

    fn finish(mut self, attendees: &[Agenda], most: usize) -> Times {
        let fitting = self.candidates.len();
        self.candidates.sort_by_key(rank);
        self.candidates.truncate(most);
        let reason = (fitting == 0).then(|| self.reason(attendees));
        let never = if self.considered > 0 { never(&self.best) } else { Vec::new() };
        Times { candidates: self.candidates, reason, never, fitting }
    }

    fn reason(&self, attendees: &[Agenda]) -> NoTime {
        match self.considered {
            0 if self.outside => NoTime::OrganizerAtWork,
            0 => NoTime::Organizer,
            _ if attendees.iter().all(|one| one.is_known) => NoTime::Attendees,
            _ => NoTime::AttendeesOrUnknown,
        }
    }
}

fn never(best: &[State]) -> Vec<(usize, Never)> {
    let without = best.iter().enumerate().filter(|(_, state)| state.chance() == 0);
    let why = |state: State| match state {
        State::OutsideHours => Never::OutsideHours,
        _ => Never::Busy,
    };
    without.map(|(at, state)| (at, why(*state))).collect()
}

fn mean(states: impl Iterator<Item = State>) -> Option<u32> {
    let (sum, count) =
        states.fold((0, 0), |(sum, count), state| (sum + state.chance(), count + 1_u32));
    sum.checked_div(count)
}

/// By what candidates are ordered: less is better.
fn rank(candidate: &Candidate) -> (Reverse<usize>, usize, Slot) {
    let all = || candidate.attendees.iter().chain([&candidate.organizer]);
    let surely = all().filter(|state| state.chance() == 100).count();
    let tentative = all().filter(|state| **state == State::Tentative).count();
    (Reverse(surely), tentative, candidate.slot)
}
