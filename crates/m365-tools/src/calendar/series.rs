use std::collections::HashMap;

use m365_graph::{Event, EventId, GraphClient, Mailbox};

use super::recurrence;

/// What is asked of the master of a series.
const FIELDS: [&str; 2] = ["id", "recurrence"];

/// Said where a series could not be read.
pub(crate) const UNREAD: &str = "How some of the series repeat could not be read.";

/// How the series of some occurrences repeat, by their masters' ids.
#[derive(Debug, Default)]
pub(crate) struct Series {
    phrases: HashMap<EventId, String>,
    /// Whether some could not be read.
    pub(crate) partial: bool,
}

impl Series {
    /// Reads the masters of `events`, with one request for each 20 of them: Graph gives occurrences
    /// without the pattern that they follow.
    pub(crate) async fn read<'a>(
        graph: &GraphClient,
        mailbox: &Mailbox,
        events: impl Iterator<Item = &'a Event>,
    ) -> Self {
        let mut masters: Vec<EventId> =
            events.filter_map(|event| event.series_master_id.clone()).collect();
        masters.sort();
        masters.dedup();
        if masters.is_empty() {
            return Self::default();
        }
        let calendar = graph.calendar(mailbox);
        let parts = masters.iter().map(|id| calendar.event(id).select(&FIELDS).batched());
        match graph.batch(parts.collect()).await {
            Ok(answers) => Self::of(masters, answers),
            Err(_) => Self { partial: true, ..Self::default() },
        }
    }

    fn of(masters: Vec<EventId>, answers: Vec<m365_graph::Result<Event>>) -> Self {
        let mut series = Self::default();
        for (id, answer) in masters.into_iter().zip(answers) {
            match answer.ok().and_then(|master| said(&master)) {
                Some(phrase) => {
                    series.phrases.insert(id, phrase);
                }
                None => series.partial = true,
            }
        }
        series
    }

    /// Says how the series that `event` belongs to repeats.
    pub(crate) fn phrase(&self, event: &Event) -> Option<String> {
        let master = event.series_master_id.as_ref();
        said(event).or_else(|| master.and_then(|id| self.phrases.get(id)).cloned())
    }
}

fn said(event: &Event) -> Option<String> {
    event.recurrence.as_ref().and_then(recurrence::phrase)
}
