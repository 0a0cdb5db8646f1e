use std::{sync::Arc, time::Duration};

use jiff::Timestamp;
use m365_auth::{AccessToken, TokenRequest};
use tokio::time::timeout;

use crate::{
    Download, Error, ErrorKind, Result,
    call::CallState,
    client::Shared,
    failure::{Failure, Refusal},
    gate::Place,
    models::Resource,
    request::Request,
    transport::Server,
};

mod attempt;
mod reader;

use reader::{Bytes, Json, Reader};

/// One logical request on its way: its attempts, the waits between them, and what it ends in.
pub(crate) struct Exchange<'a> {
    shared: &'a Shared,
    call: Arc<CallState>,
    request: &'a Request,
    /// Requests sent so far.
    attempts: u32,
    /// What its last retry took from the budget.
    spent: u32,
    /// How to ask for the next token.
    wanted: TokenRequest,
    /// The token in use, until Graph refuses it.
    token: Option<AccessToken>,
    /// Who answered the latest request, or failed to.
    server: Server,
    /// Graph's id of the latest request.
    request_id: Option<String>,
}

impl<'a> Exchange<'a> {
    pub(crate) fn new(shared: &'a Shared, call: Arc<CallState>, request: &'a Request) -> Self {
        Self {
            shared,
            call,
            request,
            attempts: 0,
            spent: 0,
            wanted: TokenRequest::new(),
            token: None,
            server: Server::Graph,
            request_id: None,
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
        answer.map_err(|error| error.of_request(self.request_id, &self.call.client_request_id))
    }

    async fn until_settled<R: Reader>(&mut self, reader: &R) -> Result<R::Output> {
        loop {
            let token = self.token().await?;
            let place = self.place().await?;
            match self.attempt(&token, reader).await {
                Ok(answer) => {
                    self.shared.budget.repay(self.spent);
                    return Ok(answer);
                }
                Err(failure) => {
                    drop(place);
                    self.recover(failure, token).await?;
                }
            }
        }
    }

    async fn token(&mut self) -> Result<AccessToken> {
        if let Some(token) = &self.token {
            return Ok(token.clone());
        }
        let token = self.shared.tokens.access_token(&self.wanted).await;
        let token = token.map_err(|error| with_claims(error, self.wanted.claims.as_deref()))?;
        self.token = Some(token.clone());
        Ok(token)
    }

    /// Waits for a place among the requests in flight, and until nobody asks this user to stay
    /// away: that may happen while it waits for its place.
    async fn place(&self) -> Result<Place> {
        loop {
            self.wait_for_block().await?;
            let place = self.shared.gate.enter(self.request, &self.call).await?;
            if self.shared.blocks.remaining(self.request.workload, self.now()).is_none() {
                return Ok(place);
            }
        }
    }

    async fn wait_for_block(&self) -> Result<()> {
        let now = self.now();
        let Some(left) = self.shared.blocks.remaining(self.request.workload, now) else {
            return Ok(());
        };
        if left > self.shared.limits.retry_after || left >= self.call.remaining(now) {
            return Err(Error::new(ErrorKind::Throttled).with_retry_after(left));
        }
        self.shared.clock.sleep(left).await;
        Ok(())
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
        if renewed || self.attempts >= self.shared.limits.attempts {
            return Err(refusal.into_error());
        }
        self.wanted = TokenRequest::new().rejecting(token);
        self.wanted.claims = refusal.claims;
        self.token = None;
        Ok(())
    }

    async fn back_off(&mut self, failure: Failure) -> Result<()> {
        let outcome = failure.outcome();
        if self.server == Server::Graph {
            self.shared.note_block(self.request.workload, outcome);
        }
        let Some(delay) = self.shared.retry_delay(&self.call, self.attempts, outcome) else {
            return Err(failure.into_error());
        };
        self.spent = outcome.cost();
        let ms = delay.as_millis();
        tracing::debug!(
            route = self.request.route,
            attempt = self.attempts,
            ms,
            "waiting to retry"
        );
        self.shared.clock.sleep(delay).await;
        Ok(())
    }

    fn now(&self) -> Timestamp {
        self.shared.clock.now()
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
