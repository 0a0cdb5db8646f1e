use jiff::Timestamp;

use super::FinishedRequest;
use crate::{Error, request::Request, session::Session};

/// Notes what becomes of a logical request and tells the observer once, also when the request is
/// dropped.
pub(crate) struct Recorder<'a> {
    session: &'a Session,
    request: &'a Request,
    started: Timestamp,
    /// Requests sent so far.
    pub(crate) attempts: u32,
    /// Graph's id of the latest answer.
    pub(crate) request_id: Option<String>,
    pub(crate) status: Option<u16>,
    throttled: u32,
    bytes: usize,
    end: Option<End>,
}

/// What a settled request ended in.
struct End(Option<Error>);

impl<'a> Recorder<'a> {
    pub(crate) fn new(session: &'a Session, request: &'a Request) -> Self {
        Self {
            session,
            request,
            started: session.core.clock.now(),
            attempts: 0,
            request_id: None,
            status: None,
            throttled: 0,
            bytes: 0,
            end: None,
        }
    }

    /// Starts another attempt, of which nothing is known yet.
    pub(crate) fn attempt(&mut self) {
        self.attempts += 1;
        self.status = None;
    }

    /// Notes an answer's status.
    pub(crate) fn answered(&mut self, status: u16) {
        self.status = Some(status);
        self.throttled += u32::from(status == 429);
    }

    pub(crate) fn read(&mut self, bytes: usize) {
        self.bytes = bytes;
    }

    /// Notes the end.
    pub(crate) fn settle(&mut self, error: Option<&Error>) {
        let is_observed = self.session.observer.is_some();
        self.end = Some(End(error.filter(|_| is_observed).cloned()));
    }

    fn finished(&mut self) -> FinishedRequest {
        let template = format!("{} {}", self.request.verb.as_str(), self.request.route);
        let mut finished = FinishedRequest::new(template, self.request.workload);
        let elapsed = self.session.core.clock.now().duration_since(self.started);
        let error = self.end.as_ref().and_then(|end| end.0.as_ref());
        finished.parts = self.request.parts;
        finished.is_cancelled = self.end.is_none();
        finished.status = self.status.filter(|_| self.end.is_some());
        finished.error = error.map(Error::kind);
        finished.challenge = error.and_then(Error::claims).map(str::to_owned);
        finished.attempts = self.attempts;
        finished.throttled = self.throttled;
        finished.request_id = self.request_id.take();
        finished.bytes = self.bytes as u64;
        finished.elapsed = elapsed.try_into().unwrap_or_default();
        finished
    }
}

impl Drop for Recorder<'_> {
    fn drop(&mut self) {
        if let Some(observer) = &self.session.observer {
            observer.finished(&self.finished());
        }
    }
}
