use m365_auth::AccessToken;
use reqwest::{
    Method, Response, StatusCode,
    header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderValue, WWW_AUTHENTICATE},
};
use url::{Position, Url};

use super::{Exchange, Reader};
use crate::{
    GraphEvent, challenge,
    error::body::{ErrorBody, clean_id},
    failure::{Failure, Refusal},
    request::Verb,
    retry_after::{date, retry_after},
    transport::{Connection, Server, body},
};

const REQUEST_ID: &str = "request-id";
const CLIENT_REQUEST_ID: &str = "client-request-id";
const PREFER: &str = "prefer";
const CONSISTENCY: &str = "consistencylevel";
const TRACEPARENT: &str = "traceparent";

impl Exchange<'_> {
    /// Sends the request once.
    pub(super) async fn attempt<R: Reader>(
        &mut self,
        token: &AccessToken,
        reader: &R,
    ) -> Result<R::Output, Failure> {
        self.record.attempt();
        let mut used = self.core().transport.connection(Server::Graph);
        let answer = self.send(&mut used, token, reader).await;
        self.server = used.server;
        if let Err(failure) = &answer {
            self.part_with(used, failure);
        }
        answer
    }

    /// Gives up a connection that a failure speaks against: at once, or if there is a retry.
    fn part_with(&mut self, used: Connection, failure: &Failure) {
        if failure.breaks_connection() {
            self.core().transport.reconnect(&used);
        } else if failure.blames_machine() {
            self.avoided = Some(used);
        }
    }

    async fn send<R: Reader>(
        &mut self,
        used: &mut Connection,
        token: &AccessToken,
        reader: &R,
    ) -> Result<R::Output, Failure> {
        let started = self.now();
        let request = self.build(token, R::ACCEPT)?;
        let response = self.core().transport.send(used, request).await;
        let answer = response.as_ref().ok();
        self.record.request_id = answer.and_then(|response| request_id(response.headers()));
        self.log(answer, started);
        let response = response?;
        self.core().skew.observe(date(response.headers()), self.now());
        let response = reader.arrive(&self.core().transport, response, used).await?;
        self.note(response.status());
        self.read(response, reader, used.server).await
    }

    fn note(&mut self, status: StatusCode) {
        self.record.answered(status.as_u16());
        if status == StatusCode::TOO_MANY_REQUESTS {
            self.session.notice(self.request.workload, GraphEvent::Throttled);
        }
    }

    async fn read<R: Reader>(
        &mut self,
        response: Response,
        reader: &R,
        server: Server,
    ) -> Result<R::Output, Failure> {
        let status = response.status();
        if status.is_success() && status != StatusCode::NO_CONTENT {
            let read = reader.read(response, &self.call.json, &self.core().limits).await?;
            self.record.read(read.bytes);
            return Ok(read.output);
        }
        if status.is_success() {
            return Err(Failure::Garbled);
        }
        if status.is_redirection() {
            return Err(Failure::Misled);
        }
        Err(Failure::Refused(Box::new(self.refusal(response, server).await)))
    }

    async fn refusal(&self, response: Response, server: Server) -> Refusal {
        let (status, headers) = (response.status(), response.headers());
        let challenges = headers.get_all(WWW_AUTHENTICATE);
        let claims = challenge::claims(challenges.iter().filter_map(|value| value.to_str().ok()));
        let elsewhere = server == Server::Download;
        let retry_after = retry_after(headers, self.now());
        let body = ErrorBody::parse(&body::read_error(response, &self.core().limits).await);
        Refusal { status, elsewhere, body, retry_after, claims }
    }

    fn build(
        &self,
        token: &AccessToken,
        accept: &'static str,
    ) -> Result<reqwest::Request, Failure> {
        let url = self.url().ok_or(Failure::Malformed("invalidTarget"))?;
        let (method, body) = match &self.request.verb {
            Verb::Get => (Method::GET, None),
            Verb::Read(body) => (Method::POST, Some(body.to_string())),
        };
        let mut request = reqwest::Request::new(method, url);
        self.set_headers(request.headers_mut(), token, accept)?;
        if let Some(body) = body {
            request
                .headers_mut()
                .insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
            *request.body_mut() = Some(body.into());
        }
        Ok(request)
    }

    /// Returns where the request goes; `None` where that is not the path that was written, since
    /// parsing follows dots and mends what stands in no address.
    fn url(&self) -> Option<Url> {
        let written = format!("{}{}", self.core().root, self.request.target);
        let url = Url::parse(&written).ok()?;
        let path = written.split('?').next()?;
        (&url[..Position::AfterPath] == path).then_some(url)
    }

    fn set_headers(
        &self,
        headers: &mut HeaderMap,
        token: &AccessToken,
        accept: &'static str,
    ) -> Result<(), Failure> {
        let mut bearer = header(&format!("Bearer {}", token.secret()))?;
        bearer.set_sensitive(true);
        headers.insert(AUTHORIZATION, bearer);
        let accept = self.request.accept.unwrap_or(accept);
        headers.insert(ACCEPT, HeaderValue::from_static(accept));
        headers.insert(CLIENT_REQUEST_ID, header(&self.call.client_request_id)?);
        if let Some(traceparent) = &self.call.traceparent {
            headers.insert(TRACEPARENT, traceparent.clone());
        }
        if self.request.eventual {
            headers.insert(CONSISTENCY, HeaderValue::from_static("eventual"));
        }
        for preference in &self.request.prefer {
            headers.append(PREFER, header(preference)?);
        }
        Ok(())
    }

    /// Says what was sent, without ids, query, token or text.
    fn log(&self, response: Option<&Response>, started: jiff::Timestamp) {
        tracing::debug!(
            method = self.request.verb.as_str(),
            route = self.request.route,
            status = response.map(|response| response.status().as_u16()),
            request_id = self.record.request_id,
            attempt = self.record.attempts,
            ms = self.now().duration_since(started).as_millis(),
            "graph request"
        );
    }
}

fn header(text: &str) -> Result<HeaderValue, Failure> {
    HeaderValue::from_str(text).map_err(|_| Failure::Malformed("invalidHeader"))
}

fn request_id(headers: &HeaderMap) -> Option<String> {
    clean_id(headers.get(REQUEST_ID)?.to_str().ok())
}
