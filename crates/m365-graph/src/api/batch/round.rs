use std::time::Duration;

use super::wire::{self, BatchAnswer, PartAnswer};
use crate::{
    Error, ErrorKind, GraphClient, GraphEvent, Result,
    failure::Refusal,
    models::Resource,
    request::{Action, Request},
};

/// The most parts that one request may carry.
const MAX_PARTS: usize = 20;

/// A batch on its way: rounds of requests, until no part asks for another.
pub(super) struct Batch<T> {
    client: GraphClient,
    parts: Vec<Request>,
    /// The latest word on each part; it stands unless the part is answered anew.
    answers: Vec<Option<Result<T>>>,
    /// What the last retry of each part took from the budget.
    spent: Vec<u32>,
}

/// A part to be sent again.
struct Again {
    place: usize,
    wait: Duration,
}

impl<T: Resource> Batch<T> {
    pub(super) fn new(client: GraphClient, parts: Vec<Request>) -> Self {
        let answers = parts.iter().map(|_| None).collect();
        let spent = vec![0; parts.len()];
        Self { client, parts, answers, spent }
    }

    /// Returns the places of the parts that may be sent; the others have their answer now.
    fn admitted(&mut self) -> Vec<usize> {
        let admits = |part: &Request| self.client.admits(part.workload);
        let (admitted, refused) = (0..self.parts.len()).partition(|at| admits(&self.parts[*at]));
        for place in Vec::<usize>::into_iter(refused) {
            self.answers[place] = Some(Err(Error::new(ErrorKind::Disabled)));
        }
        admitted
    }

    pub(super) async fn run(mut self) -> Result<Vec<Result<T>>> {
        let first = self.admitted();
        let mut again = self.round(1, &first).await?;
        let mut round = 1;
        while let Some(wait) = again.iter().map(|part| part.wait).max() {
            round += 1;
            self.client.sleep(wait).await;
            let places = again.iter().map(|part| part.place).collect::<Vec<_>>();
            again = self.round(round, &places).await?;
        }
        Ok(self.into_answers())
    }

    /// Sends the parts at `places` and returns those to be sent once more. A request that fails as
    /// a whole ends the batch; it is an error of the batch only while no part has an answer.
    async fn round(&mut self, round: u32, places: &[usize]) -> Result<Vec<Again>> {
        let mut again = Vec::new();
        for chunk in self.chunks(places) {
            match self.client.entity(&self.envelope(&chunk)).await {
                Ok(answer) => again.extend(self.take_in(round, &chunk, answer)),
                Err(error) if self.answers.iter().all(Option::is_none) => return Err(error),
                Err(error) => return Ok(self.break_off(&error)),
            }
        }
        Ok(again)
    }

    /// Notes the answers to `chunk` and returns the parts to be sent once more.
    fn take_in(&mut self, round: u32, chunk: &[usize], mut answer: BatchAnswer) -> Vec<Again> {
        let take = |place: &usize| self.note(round, *place, answer.take(*place));
        chunk.iter().filter_map(take).collect()
    }

    fn note(&mut self, round: u32, place: usize, answer: Option<PartAnswer>) -> Option<Again> {
        match answer.map(|part| part.into_result(self.client.now())) {
            Some(Ok(Some(resource))) => self.succeeded(place, resource),
            Some(Err(refusal)) => return self.refused(round, place, refusal),
            Some(Ok(None)) | None => self.garbled(place),
        }
        None
    }

    /// Divides the parts into requests: one mailbox or team each, since its limit on parallel
    /// requests counts the parts, and one workload, whose throttling they obey.
    fn chunks(&self, places: &[usize]) -> Vec<Vec<usize>> {
        let mut rest = places.to_vec();
        let mut chunks = Vec::new();
        while let Some(&first) = rest.first() {
            let whose = |place: usize| (&self.parts[place].lane, self.parts[place].workload);
            let (chunk, others) =
                rest.into_iter().partition::<Vec<_>, _>(|place| whose(*place) == whose(first));
            chunks.extend(chunk.chunks(MAX_PARTS).map(<[usize]>::to_vec));
            rest = others;
        }
        chunks
    }

    fn envelope(&self, chunk: &[usize]) -> Request {
        let parts = chunk.iter().map(|place| (*place, &self.parts[*place]));
        let request = Request::read(Action::Batch, wire::envelope(parts));
        let count = u32::try_from(chunk.len()).unwrap_or(u32::MAX);
        let Some(first) = chunk.first().map(|place| &self.parts[*place]) else { return request };
        request.on(first.lane.clone()).counting(first.workload).carrying(count)
    }

    fn succeeded(&mut self, place: usize, resource: T) {
        self.answers[place] = Some(Ok(resource));
        self.client.repay(self.spent[place]);
    }

    fn garbled(&mut self, place: usize) {
        self.answers[place] = Some(Err(Error::new(ErrorKind::Protocol)));
    }

    /// Decides whether a refused part is sent once more.
    fn refused(&mut self, round: u32, place: usize, refusal: Refusal) -> Option<Again> {
        let (outcome, workload) = (refusal.outcome(), self.parts[place].workload);
        self.client.note_block(workload, outcome);
        if refusal.is_throttling() {
            self.client.notice(workload, GraphEvent::Throttled);
        }
        self.answers[place] = Some(Err(refusal.into_error()));
        let wait = self.client.retry_delay(workload, round, outcome)?;
        self.spent[place] = outcome.cost();
        Some(Again { place, wait })
    }

    /// Ends the batch: the parts that were never answered get `error`.
    fn break_off(&mut self, error: &Error) -> Vec<Again> {
        for answer in &mut self.answers {
            answer.get_or_insert_with(|| Err(error.clone()));
        }
        Vec::new()
    }

    fn into_answers(self) -> Vec<Result<T>> {
        let id = self.client.client_request_id();
        let answers = self.answers.into_iter().flatten();
        answers.map(|answer| answer.map_err(|error| error.of_request(None, &id))).collect()
    }
}
