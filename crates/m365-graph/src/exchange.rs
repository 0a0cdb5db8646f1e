use std::{sync::Arc, time::Duration};

use jiff::Timestamp;
use m365_auth::{AccessToken, TokenRequest};
use tokio::time::timeout;

use crate::{
    Download, Error, ErrorKind, Result,
    call::CallState,
    failure::{Failure, Refusal},
    gate::{self, Place},
    models::Resource,
    observe::Recorder,
    request::Request,
    session::{Core, Session},
    transport::{Connection, Server},
};

mod attempt;
mod reader;

use reader::{Bytes, Json, Reader};

/// One logical request on its way: its attempts, the waits between them, and what it ends in.
pub(crate) struct Exchange<'a> {
    session: &'a Session,
    call: Arc<CallState>,
    request: &'a Request,
    record: Recorder<'a>,
    /// What its last retry took from the budget.
    spent: u32,
    /// How to ask for the next token.
    wanted: TokenRequest,
    /// The token in use, until Graph refuses it.
    token: Option<AccessToken>,
    /// Who answered the latest request, or failed to.
    server: Server,
    /// What led to a machine that a retry should not meet again.
    avoided: Option<Connection>,
}

impl<'a> Exchange<'a> {
    pub(crate) fn new(session: &'a Session, call: Arc<CallState>, request: &'a Request) -> Self {
        Self {
            session,
            call,
            request,
            record: Recorder::new(session, request),
            spent: 0,
            wanted: TokenRequest::new(),
            token: None,
            server: Server::Graph,
            avoided: None,
        }
    }

    pub(crate) async fn json<T: Resource>(self) -> Result<T> {
        self.run(&Json::new()).await
    }

    pub(crate) async fn bytes(self, cap: usize) -> Result<Download> {
        self.run(&Bytes::new(cap)).await
    }

    async fn run<R: Reader>(mut self, reader: &R) -> Result<R::Output> {
        let within = self.call.remaining(self.now());
        let answer = match within {
            Duration::ZERO => Err(out_of_time()),
            within => timeout(within, self.until_settled(reader))
                .await
                .unwrap_or_else(|_| Err(out_of_time())),
        };
        self.record.settle(answer.as_ref().err());
        let id = self.record.request_id.as_deref();
        answer.map_err(|error| error.of_request(id, &self.call.client_request_id))
    }

    async fn until_settled<R: Reader>(&mut self, reader: &R) -> Result<R::Output> {
        loop {
            self.admitted()?;
            let token = self.token().await?;
            let place = self.place().await?;
            match self.attempt(&token, reader).await {
                Ok(answer) => {
                    self.session.repay(self.server, self.spent);
                    return Ok(answer);
                }
                Err(failure) => {
                    drop(place);
                    self.recover(failure, token).await?;
                }
            }
        }
    }

    fn admitted(&self) -> Result<()> {
        let is_admitted = self.session.admits(self.request.workload);
        if is_admitted { Ok(()) } else { Err(Error::new(ErrorKind::Disabled)) }
    }

    async fn token(&mut self) -> Result<AccessToken> {
        if let Some(token) = &self.token {
            return Ok(token.clone());
        }
        let token = self.session.tokens.access_token(&self.wanted).await;
        let token = token.map_err(|error| with_claims(error, self.wanted.claims.as_deref()))?;
        self.token = Some(token.clone());
        Ok(token)
    }

    /// Waits for a place among the requests in flight, and until nobody asks this user to stay
    /// away: that may happen while it waits for its place.
    async fn place(&self) -> Result<Place> {
        loop {
            self.wait_for_block().await?;
            let place = gate::enter(self.session, self.request, &self.call).await?;
            if self.block().is_none() {
                return Ok(place);
            }
        }
    }

    async fn wait_for_block(&self) -> Result<()> {
        let Some(left) = self.block() else { return Ok(()) };
        let longest = self.core().limits.retry_after;
        if left > longest || left >= self.call.remaining(self.now()) {
            return Err(Error::new(ErrorKind::Throttled).with_retry_after(left));
        }
        self.core().clock.sleep(left).await;
        Ok(())
    }

    /// Returns how long this user is still asked to stay away.
    fn block(&self) -> Option<Duration> {
        self.session.user.blocks.remaining(self.request.workload, self.now())
    }

    /// Prepares the next attempt, or returns why there is none.
    async fn recover(&mut self, failure: Failure, token: AccessToken) -> Result<()> {
        match failure {
            Failure::Refused(refusal) if refusal.is_about_token() => self.renew(*refusal, token),
            failure => self.back_off(failure).await,
        }
    }

    /// Asks for another token next time; a second refusal is final, whoever issued the token.
    fn renew(&mut self, refusal: Refusal, token: AccessToken) -> Result<()> {
        let renewed = self.wanted.rejected.is_some();
        if renewed || self.record.attempts >= self.core().limits.attempts {
            return Err(refusal.into_error());
        }
        self.wanted = TokenRequest::new().rejecting(token);
        self.wanted.claims = refusal.claims;
        self.token = None;
        Ok(())
    }

    async fn back_off(&mut self, failure: Failure) -> Result<()> {
        let outcome = failure.outcome();
        let (server, workload) = (self.server, self.request.workload);
        if server == Server::Graph {
            self.session.note_block(workload, outcome);
        }
        let (source, attempts) = ((server, workload), self.record.attempts);
        let avoided = self.avoided.take();
        let delay = self.session.retry_delay(&self.call, source, attempts, outcome);
        let Some(delay) = delay else { return Err(failure.into_error()) };
        if let Some(avoided) = avoided {
            self.core().transport.reconnect(&avoided);
        }
        self.spent = outcome.cost();
        self.wait(delay).await;
        Ok(())
    }

    async fn wait(&self, delay: Duration) {
        let (route, attempt) = (&self.request.route, self.record.attempts);
        tracing::debug!(route, attempt, ms = delay.as_millis(), "waiting to retry");
        self.core().clock.sleep(delay).await;
    }

    fn core(&self) -> &'a Core {
        &self.session.core
    }

    fn now(&self) -> Timestamp {
        self.core().clock.now()
    }
}

fn out_of_time() -> Error {
    Error::new(ErrorKind::Timeout).with_code("deadline")
}

/// Makes sure that the next sign-in learns what Graph demanded.
fn with_claims(error: m365_auth::Error, claims: Option<&str>) -> Error {
    match claims {
        Some(claims) if error.claims().is_none() => error.with_claims(claims).into(),
        _ => error.into(),
    }
}
