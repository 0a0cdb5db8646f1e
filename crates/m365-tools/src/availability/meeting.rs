use std::cmp::Reverse;

use super::{Agenda, Slot, State, slots, span::Span};

/// A meeting that a time is looked for.
#[derive(Clone, Debug)]
pub(crate) struct Meeting {
    pub(crate) minutes: u32,
    /// Whether all have to be at work.
    pub(crate) hours_only: bool,
    /// The least mean chance, in percent, that those come whose calendars are known.
    pub(crate) least: u32,
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
}

impl NoTime {
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Attendees => "attendeesUnavailable",
            Self::AttendeesOrUnknown => "attendeesUnavailableOrUnknown",
            Self::Organizer => "organizerUnavailable",
        }
    }
}

/// What a search in agendas gave.
#[derive(Clone, Debug, Default)]
pub(crate) struct Times {
    /// The best first.
    pub(crate) candidates: Vec<Candidate>,
    pub(crate) reason: Option<NoTime>,
    /// Which attendees can come at none of the times at which the organizer can.
    pub(crate) never: Vec<usize>,
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
        let mut possible = vec![false; attendees.len()];
        let (mut candidates, mut considered) = (Vec::new(), 0_usize);
        for slot in slots::within(span, self.minutes) {
            let own = organizer.state(slot, self.hours_only);
            if own > self.worst_of_organizer() {
                continue;
            }
            considered += 1;
            let candidate = self.candidate(slot, own, attendees);
            for (can, state) in possible.iter_mut().zip(&candidate.attendees) {
                *can |= state.chance() > 0;
            }
            if self.is_enough(&candidate.attendees) {
                candidates.push(candidate);
            }
        }
        candidates.sort_by_key(rank);
        candidates.truncate(most);
        let never = (0..attendees.len()).filter(|at| considered > 0 && !possible[*at]).collect();
        let reason = candidates.is_empty().then(|| reason(considered, attendees));
        Times { candidates, reason, never }
    }

    const fn worst_of_organizer(&self) -> State {
        if self.firm { State::WorkingElsewhere } else { State::Tentative }
    }

    fn candidate(&self, slot: Slot, organizer: State, attendees: &[Agenda]) -> Candidate {
        let states: Vec<_> = attendees.iter().map(|one| one.state(slot, self.hours_only)).collect();
        let confidence = mean(states.iter().copied()).unwrap_or(100);
        Candidate { slot, confidence, organizer, attendees: states }
    }

    /// Tells whether enough of those whose calendars are known can come.
    fn is_enough(&self, attendees: &[State]) -> bool {
        let known = attendees.iter().copied().filter(|state| *state != State::Unknown);
        mean(known).is_none_or(|chance| chance >= self.least)
    }
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

fn reason(considered: usize, attendees: &[Agenda]) -> NoTime {
    match considered {
        0 => NoTime::Organizer,
        _ if attendees.iter().all(|one| one.is_known) => NoTime::Attendees,
        _ => NoTime::AttendeesOrUnknown,
    }
}
