use std::{
    io,
    sync::{Arc, atomic::Ordering},
    thread,
    time::{Duration, Instant},
};

use tokio::sync::{OwnedSemaphorePermit, mpsc, oneshot};

use super::{AuditOptions, Event, OnLoss, State, sink::Sink};
use crate::metrics::Metrics;

/// What the writer is told.
#[derive(Debug)]
pub(super) enum Message {
    /// To write an event; a refusal gives its share of the queue back with that.
    Event(Box<Event>, Option<OwnedSemaphorePermit>),
    /// To answer when all before is written.
    Flush(oneshot::Sender<()>),
}

/// Writes events to the sink, in a thread of its own, which a slow sink holds up and nobody else.
#[derive(Debug)]
pub(super) struct Writer {
    sink: Sink,
    events: mpsc::Receiver<Message>,
    state: Arc<State>,
    on_loss: OnLoss,
    instance: String,
    version: &'static str,
    metrics: Metrics,
    /// Lines that are to be written, of which the first bytes are.
    lines: Vec<u8>,
    written: usize,
    pending: usize,
    /// Whether what the sink holds ends within a line.
    is_torn: bool,
    looked: Option<Instant>,
}

/// How many messages are taken at once.
const BATCH: usize = 256;

/// How often it is looked whether the file was moved.
const LOOK: Duration = Duration::from_secs(1);

/// How long a failing sink is left alone.
const PAUSE: Duration = Duration::from_millis(200);

/// How long a pipe that is full is left alone.
const SLOW: Duration = Duration::from_millis(20);

impl Writer {
    pub(super) fn new(
        sink: Sink,
        events: mpsc::Receiver<Message>,
        options: &AuditOptions,
        state: Arc<State>,
        metrics: Metrics,
    ) -> Self {
        Self {
            sink,
            events,
            state,
            on_loss: options.on_loss,
            instance: options.instance.clone(),
            version: options.version,
            metrics,
            lines: Vec::new(),
            written: 0,
            pending: 0,
            is_torn: false,
            looked: None,
        }
    }

    /// Writes until nobody is left who has events.
    pub(super) fn start(self) -> io::Result<()> {
        thread::Builder::new().name("audit".to_owned()).spawn(move || self.run()).map(drop)
    }

    fn run(mut self) {
        let mut batch = Vec::with_capacity(BATCH);
        while self.events.blocking_recv_many(&mut batch, BATCH) > 0 {
            for message in batch.drain(..) {
                self.take(message);
            }
            self.write_lines();
        }
        let _ = self.sink.flush();
    }

    fn take(&mut self, message: Message) {
        match message {
            Message::Event(event, _share) => self.add_line(*event),
            Message::Flush(done) => {
                self.write_lines();
                let _ = self.sink.flush();
                let _ = done.send(());
            }
        }
    }

    fn add_line(&mut self, mut event: Event) {
        event.instance.clone_from(&self.instance);
        event.version = self.version;
        // Nothing in an event can fail to be serialised.
        if serde_json::to_writer(&mut self.lines, &event).is_ok() {
            self.lines.push(b'\n');
            self.pending += 1;
        }
    }

    /// Writes all lines: a failing sink is tried until it works, or what it does not take is lost.
    fn write_lines(&mut self) {
        while self.written < self.lines.len() {
            if let Err(error) = self.follow_file().and_then(|()| self.write_some()) {
                self.failed(&error);
            }
        }
        if self.pending > 0 {
            self.works_again();
            self.metrics.audit_written(self.pending);
        }
        self.forget_lines();
    }

    fn write_some(&mut self) -> io::Result<()> {
        let ends_torn = self.is_torn && self.written == 0;
        let rest = self.lines.get(self.written..).unwrap_or_default();
        let rest = if ends_torn { b"\n" } else { rest };
        match self.sink.write(rest) {
            Ok(0) => Err(io::ErrorKind::WriteZero.into()),
            Ok(count) => {
                self.is_torn = rest.get(count - 1) != Some(&b'\n');
                self.written += if ends_torn { 0 } else { count };
                Ok(())
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => Ok(()),
            // A pipe whose reader is slow; meanwhile the queue holds what comes.
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                thread::sleep(SLOW);
                Ok(())
            }
            Err(error) => Err(error),
        }
    }

    /// Goes on in the file that has the name now. A line that was begun elsewhere begins again.
    fn follow_file(&mut self) -> io::Result<()> {
        let must = self.state.reopen.swap(false, Ordering::Relaxed);
        if !must && self.looked.is_some_and(|looked| looked.elapsed() < LOOK) {
            return Ok(());
        }
        self.looked = Some(Instant::now());
        if self.sink.follow(must)? {
            let done = self.lines.get(..self.written).unwrap_or_default();
            self.written = done.iter().rposition(|byte| *byte == b'\n').map_or(0, |end| end + 1);
            self.is_torn = false;
        }
        Ok(())
    }

    fn failed(&mut self, error: &io::Error) {
        if !self.state.is_failing.swap(true, Ordering::Relaxed) {
            tracing::error!(event = "audit_failed", %error, "the audit cannot be written");
        }
        if self.on_loss == OnLoss::FailOpen || self.events.is_closed() {
            self.lose_lines();
        }
        thread::sleep(PAUSE);
    }

    /// Gives up what the sink has not taken; a line that it took in part is lost too.
    fn lose_lines(&mut self) {
        let done = self.lines.get(..self.written).unwrap_or_default();
        let written = done.iter().filter(|byte| **byte == b'\n').count();
        self.metrics.audit_written(written);
        self.metrics.audit_lost("sink_failed", self.pending.saturating_sub(written));
        self.forget_lines();
    }

    fn works_again(&self) {
        if self.state.is_failing.swap(false, Ordering::Relaxed) {
            tracing::warn!(event = "audit_recovered", "the audit is written again");
        }
    }

    fn forget_lines(&mut self) {
        self.lines.clear();
        (self.written, self.pending) = (0, 0);
    }
}
