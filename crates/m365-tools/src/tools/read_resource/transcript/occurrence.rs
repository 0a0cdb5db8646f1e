use jiff::{SignedDuration, Timestamp};

use super::Transcript;

const DAY: SignedDuration = SignedDuration::from_hours(24);

/// How long a pause in one meeting may be: a transcript that is stopped and started anew goes on.
const PAUSE: SignedDuration = SignedDuration::from_mins(30);

/// From when to when.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Span {
    pub(super) start: Timestamp,
    pub(super) end: Timestamp,
}

/// The transcripts of one occurrence of a meeting.
#[derive(Clone, Debug)]
pub(super) struct Occurrence {
    pub(super) span: Span,
    /// In the order in which they were spoken.
    pub(super) parts: Vec<Transcript>,
}

/// Which occurrence is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Choice {
    pub(super) place: usize,
    /// Whether it falls into the time asked for.
    pub(super) is_exact: bool,
}

impl Span {
    /// The time asked for; a day where only one end of it is named.
    pub(super) fn asked(start: Option<Timestamp>, end: Option<Timestamp>) -> Option<Self> {
        let start = start.or_else(|| end?.checked_sub(DAY).ok());
        let end = end.or_else(|| start?.checked_add(DAY).ok());
        Some(Self { start: start?, end: end? })
    }

    pub(super) fn overlaps(self, other: Self) -> bool {
        self.start <= other.end && other.start <= self.end
    }

    /// How much time lies between the two.
    fn gap(self, other: Self) -> SignedDuration {
        let ahead = other.start.duration_since(self.end);
        ahead.max(self.start.duration_since(other.end)).max(SignedDuration::ZERO)
    }

    fn moved(self, by: SignedDuration) -> Option<Self> {
        let start = self.start.checked_add(by).ok()?;
        Some(Self { start, end: self.end.checked_add(by).ok()? })
    }
}

/// Gathers transcripts into occurrences, the newest first.
pub(super) fn of(mut transcripts: Vec<Transcript>) -> Vec<Occurrence> {
    transcripts.sort_by_key(|one| one.created_date_time);
    let mut occurrences: Vec<Occurrence> = Vec::new();
    for transcript in transcripts {
        let Some(span) = span(&transcript) else { continue };
        match occurrences.last_mut().filter(|last| last.span.gap(span) <= PAUSE) {
            Some(last) => {
                last.span.end = last.span.end.max(span.end);
                last.parts.push(transcript);
            }
            None => occurrences.push(Occurrence { span, parts: vec![transcript] }),
        }
    }
    occurrences.reverse();
    occurrences
}

/// A transcript that is still being written has no end.
fn span(transcript: &Transcript) -> Option<Span> {
    let start = transcript.created_date_time?;
    Some(Span { start, end: transcript.end_date_time.unwrap_or(start).max(start) })
}

/// Chooses the occurrence in the time asked for, or else the nearest within a day, unless that is the
/// same meeting on the day before or after; the latest where no time is asked for.
pub(super) fn choose(occurrences: &[Occurrence], wanted: Option<Span>) -> Option<Choice> {
    let Some(wanted) = wanted else {
        return (!occurrences.is_empty()).then_some(Choice { place: 0, is_exact: true });
    };
    let neighbours = [wanted.moved(DAY), wanted.moved(-DAY)];
    let candidates = occurrences.iter().enumerate().filter_map(|(place, one)| {
        let gap = one.span.gap(wanted);
        let is_neighbour = neighbours.iter().flatten().any(|other| other.overlaps(one.span));
        let is_exact = gap.is_zero();
        (is_exact || gap < DAY && !is_neighbour).then_some((gap, Choice { place, is_exact }))
    });
    candidates.min_by_key(|(gap, _)| *gap).map(|(_, choice)| choice)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn spoken(start: &str, end: &str) -> Transcript {
        let mut transcript = Transcript::default();
        transcript.created_date_time = Some(at(start));
        transcript.end_date_time = Some(at(end));
        transcript
    }

    fn asked(start: &str, end: &str) -> Option<Span> {
        Span::asked(Some(at(start)), Some(at(end)))
    }

    fn weekly() -> Vec<Occurrence> {
        of(vec![
            spoken("2026-11-03T14:01:00Z", "2026-11-03T14:58:00Z"),
            spoken("2026-11-17T14:02:00Z", "2026-11-17T14:50:00Z"),
            spoken("2026-11-10T15:00:30Z", "2026-11-10T15:57:00Z"),
        ])
    }

    #[test]
    fn the_latest_is_meant_where_no_time_is_named() {
        let occurrences = weekly();
        let chosen = choose(&occurrences, None).unwrap();

        assert_eq!(occurrences[chosen.place].span.start, at("2026-11-17T14:02:00Z"));
    }

    #[test]
    fn an_occurrence_is_found_by_its_own_time() {
        let occurrences = weekly();
        let chosen = choose(&occurrences, asked("2026-11-03T14:00:00Z", "2026-11-03T15:00:00Z"));

        assert_eq!(chosen, Some(Choice { place: 2, is_exact: true }));
    }

    #[test]
    fn one_that_was_held_an_hour_later_is_the_nearest() {
        let chosen = choose(&weekly(), asked("2026-11-10T13:00:00Z", "2026-11-10T14:00:00Z"));

        assert_eq!(chosen, Some(Choice { place: 1, is_exact: false }));
    }

    #[test]
    fn a_week_without_a_transcript_has_none() {
        assert_eq!(choose(&weekly(), asked("2026-10-27T14:00:00Z", "2026-10-27T15:00:00Z")), None);
    }

    #[test]
    fn yesterdays_meeting_of_a_daily_series_is_not_todays() {
        let daily = of(vec![spoken("2026-11-16T08:01:00Z", "2026-11-16T08:14:00Z")]);

        assert_eq!(choose(&daily, asked("2026-11-17T08:00:00Z", "2026-11-17T08:15:00Z")), None);
    }

    #[test]
    fn a_day_is_meant_by_one_end_alone() {
        let chosen = choose(&weekly(), Span::asked(Some(at("2026-11-10T00:00:00Z")), None));

        assert_eq!(chosen, Some(Choice { place: 1, is_exact: true }));
    }

    #[test]
    fn a_transcript_that_was_started_anew_belongs_to_the_same_meeting() {
        let parts = of(vec![
            spoken("2026-11-17T14:30:00Z", "2026-11-17T14:50:00Z"),
            spoken("2026-11-17T14:02:00Z", "2026-11-17T14:20:00Z"),
        ]);

        assert_eq!(parts.len(), 1);
        assert_eq!(parts[0].parts.len(), 2);
        assert_eq!(parts[0].parts[0].created_date_time, Some(at("2026-11-17T14:02:00Z")));
    }
}
