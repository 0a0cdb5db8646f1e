//! The callers: so many at a time, or so many a second.

use std::{
    future::Future,
    io,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use bytes::Bytes;
use tokio::{sync::Mutex, task::JoinSet, time::MissedTickBehavior};

use crate::wire::Connection;

/// What to send where.
#[derive(Clone)]
pub(crate) struct Load {
    pub(crate) address: Arc<str>,
    /// One request for each user; callers take turns with them.
    pub(crate) requests: Arc<[Bytes]>,
}

/// Connections that wait for the next call, and since when.
type Idle = Arc<Mutex<Vec<(Instant, Connection)>>>;

/// How long one of them is good: the server closes those that are idle for long.
const KEPT: Duration = Duration::from_secs(30);

/// One call.
#[derive(Clone, Copy)]
pub(crate) struct Call {
    /// When it began, from the start of the run.
    pub(crate) at: Duration,
    pub(crate) took: Duration,
    pub(crate) is_success: bool,
}

/// What became of the calls.
pub(crate) struct Outcome {
    pub(crate) calls: Vec<Call>,
    pub(crate) elapsed: Duration,
}

impl Outcome {
    /// Returns the calls in a second.
    pub(crate) fn rate(&self) -> f64 {
        self.calls.len() as f64 / self.elapsed.as_secs_f64()
    }

    /// Returns the time that so many of a hundred calls took at most.
    pub(crate) fn percentile(&self, percent: usize) -> Duration {
        let mut times: Vec<_> = self.calls.iter().map(|call| call.took).collect();
        times.sort_unstable();
        times.get(times.len().saturating_sub(1) * percent / 100).copied().unwrap_or_default()
    }

    /// Returns the share of good calls among those that began in a span.
    pub(crate) fn success_within(&self, from: Duration, to: Duration) -> f64 {
        let within: Vec<_> =
            self.calls.iter().filter(|call| from <= call.at && call.at < to).collect();
        let good = within.iter().filter(|call| call.is_success).count();
        if within.is_empty() { 1.0 } else { good as f64 / within.len() as f64 }
    }

    /// Returns the share of good calls.
    pub(crate) fn success(&self) -> f64 {
        self.success_within(Duration::ZERO, Duration::MAX)
    }
}

impl Load {
    /// Lets `callers` call for a while, each again as soon as it is answered.
    pub(crate) async fn closed(&self, callers: usize, length: Duration) -> io::Result<Outcome> {
        self.run(callers, length, usize::MAX).await
    }

    /// Sends each request once.
    pub(crate) async fn once(&self, callers: usize) -> io::Result<Outcome> {
        self.run(callers, Duration::MAX, self.requests.len()).await
    }

    async fn run(&self, callers: usize, length: Duration, most: usize) -> io::Result<Outcome> {
        let mut connections = Vec::new();
        for _ in 0..callers {
            connections.push(Connection::open(&self.address).await?);
        }
        let (begin, turn) = (Instant::now(), Arc::new(AtomicUsize::new(0)));
        let mut tasks = JoinSet::new();
        for connection in connections {
            tasks.spawn(caller(
                connection,
                self.requests.clone(),
                turn.clone(),
                begin,
                length,
                most,
            ));
        }
        let mut calls = Vec::new();
        while let Some(done) = tasks.join_next().await {
            calls.extend(done.map_err(io::Error::other)??);
        }
        Ok(Outcome { calls, elapsed: begin.elapsed() })
    }

    /// Begins `rate` calls a second until `script` ends, however long they take.
    pub(crate) async fn open<T>(
        &self,
        rate: u32,
        script: impl Future<Output = io::Result<T>>,
    ) -> io::Result<(Outcome, T)> {
        let (begin, idle) = (Instant::now(), Idle::default());
        let mut ticks = tokio::time::interval(Duration::from_secs(1) / rate);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Burst);
        let (mut tasks, mut turn) = (JoinSet::new(), 0);
        tokio::pin!(script);
        let result = loop {
            tokio::select! {
                biased;
                result = &mut script => break result?,
                _ = ticks.tick() => {
                    let request = self.requests[turn % self.requests.len()].clone();
                    turn += 1;
                    tasks.spawn(one(self.address.clone(), idle.clone(), request, begin));
                }
            }
        };
        let elapsed = begin.elapsed();
        let calls = tasks.join_all().await;
        Ok((Outcome { calls, elapsed }, result))
    }
}

async fn caller(
    mut connection: Connection,
    requests: Arc<[Bytes]>,
    turn: Arc<AtomicUsize>,
    begin: Instant,
    length: Duration,
    most: usize,
) -> io::Result<Vec<Call>> {
    let mut calls = Vec::new();
    while begin.elapsed() < length {
        let turn = turn.fetch_add(1, Ordering::Relaxed);
        if turn >= most {
            break;
        }
        let at = begin.elapsed();
        let answer = connection.send(&requests[turn % requests.len()]).await?;
        let took = begin.elapsed() - at;
        let is_success = answer.is_success();
        if !is_success && turn == 0 {
            eprintln!("{}: {}", answer.status, String::from_utf8_lossy(&answer.body));
        }
        calls.push(Call { at, took, is_success });
    }
    Ok(calls)
}

/// Makes one call over a connection that is idle, or a new one.
async fn one(address: Arc<str>, idle: Idle, request: Bytes, begin: Instant) -> Call {
    let at = begin.elapsed();
    let sent = async {
        let kept = idle.lock().await.pop().filter(|(since, _)| since.elapsed() < KEPT);
        let mut connection = match kept {
            Some((_, connection)) => connection,
            None => Connection::open(&address).await?,
        };
        let answer = connection.send(&request).await?;
        idle.lock().await.push((Instant::now(), connection));
        io::Result::Ok(answer.is_success())
    };
    let is_success = sent.await.unwrap_or(false);
    Call { at, took: begin.elapsed() - at, is_success }
}
