//! What becomes of a request on the public listener: in order, each step may end it.

mod ending;
mod refusals;
mod unread;

use std::{
    borrow::Cow,
    net::{IpAddr, SocketAddr},
    sync::Arc,
    time::Duration,
};

use arc_swap::ArcSwap;
use http::{Method, Request, StatusCode, request::Parts};
use hyper::body::Incoming as Received;
use m365_auth::{CallerToken, TokenValidator};
use m365_tools::mcp::Incoming;
use tokio::time::timeout;

use self::{ending::Ending, unread::Unread};
use crate::{
    answer::{self, Answer},
    audit::Audit,
    bearer::{self, NoToken},
    guard::Guard,
    ids::{new_id, new_uuid},
    limits::{Limited, Limits, Place},
    listener::Handler,
    metadata::{self, Resource},
    metrics::Metrics,
    scope::CallScope,
    switches::Switches,
    telemetry::{Operation, Telemetry, Trace},
    tenants::Live,
};

/// The public side of the server; clones share everything.
#[derive(Clone)]
pub(crate) struct App(pub(crate) Arc<Shared>);

/// What all requests share.
pub(crate) struct Shared {
    pub(crate) guard: Guard,
    pub(crate) resource: Resource,
    pub(crate) validator: TokenValidator,
    pub(crate) live: ArcSwap<Live>,
    pub(crate) limits: Limits,
    pub(crate) switches: Switches,
    pub(crate) audit: Audit,
    pub(crate) metrics: Metrics,
    pub(crate) telemetry: Telemetry,
}

/// A caller's message, and the place that it has, if one was free.
struct Message {
    incoming: Incoming,
    scope: Arc<CallScope>,
    place: Result<Place, Limited>,
}

/// How much is read of a message for which there is no place: enough to tell by its id which one is refused.
const REFUSED_BYTES: usize = 16 * 1024;

/// How long that may take.
const REFUSED_TIME: Duration = Duration::from_secs(1);

impl Handler for App {
    async fn handle(&self, request: Request<Received>, peer: SocketAddr) -> Answer {
        let (parts, mut body) = request.into_parts();
        let unread = Unread::of(&parts);
        let answer = self.route(parts, &mut body, peer).await;
        unread.end(&mut body, answer).await
    }
}

impl App {
    async fn route(&self, mut parts: Parts, body: &mut Received, peer: SocketAddr) -> Answer {
        let source = match self.0.guard.source(&mut parts, peer) {
            Ok(source) => source,
            Err(refused) => return refused,
        };
        match parts.uri.path() {
            metadata::ENDPOINT => self.endpoint(parts, body, source).await,
            metadata::ROOT | metadata::OF_ENDPOINT => {
                metadata::serve(&parts.method, self.0.live.load().metadata.clone())
            }
            _ => answer::error(StatusCode::NOT_FOUND, "not_found", "MCP is spoken at /mcp"),
        }
    }

    async fn endpoint(&self, parts: Parts, body: &mut Received, source: IpAddr) -> Answer {
        let origin = match self.0.guard.origin(&parts.headers) {
            Ok(origin) => origin,
            Err(refused) => return refused,
        };
        let answer = match parts.method {
            Method::POST => self.post(parts, body, source).await,
            Method::OPTIONS if origin.is_some() => answer::empty(StatusCode::NO_CONTENT),
            _ => answer::not_allowed("POST"),
        };
        match origin {
            Some(origin) => answer::shared_with(answer, &origin),
            None => answer,
        }
    }

    async fn post(&self, parts: Parts, body: &mut Received, source: IpAddr) -> Answer {
        let id = new_id();
        let mut trace = self.0.telemetry.request(&parts.headers);
        let (answer, scope) = match self.read(parts, body, (source, &id), &mut trace).await {
            Ok(message) => {
                let scope = message.scope.clone();
                (self.message(message).await, Some(scope))
            }
            Err(refused) => (refused, None),
        };
        let answer = answer::named(answer, &id);
        let ending = Ending { trace, scope, status: answer.status() };
        if answer::is_stream(&answer) {
            return answer::until_end(answer, ending, Ending::end);
        }
        ending.end();
        answer
    }

    /// Finds out who sends what. Nobody's messages take more memory than his places do.
    async fn read(
        &self,
        mut parts: Parts,
        body: &mut Received,
        (source, id): (IpAddr, &str),
        trace: &mut Trace,
    ) -> Result<Message, Answer> {
        let caller = self.authenticate(&parts, source, id).await?;
        bearer::strip(&mut parts.headers);
        let ids = (id.to_owned(), new_uuid());
        let mut scope = CallScope::new(ids, caller, source, &parts);
        let place = self.0.limits.enter(scope.caller.tenant(), scope.caller.user()).await;
        let limits = self.0.live.load().config.limits.clone();
        let (bytes, time) = match place {
            Ok(_) => (limits.body_bytes, limits.body),
            Err(_) => (limits.body_bytes.min(REFUSED_BYTES), limits.body.min(REFUSED_TIME)),
        };
        let read = Incoming::read(Request::from_parts(parts, body), bytes);
        let read = timeout(time, read).await.unwrap_or_else(|_| {
            let text = "The request took too long to arrive";
            Err(answer::error(StatusCode::REQUEST_TIMEOUT, "invalid_request", text))
        });
        let incoming = read.map_err(|refused| match &place {
            Ok(_) => refused,
            Err(limited) => self.limited(&scope, None, limited),
        })?;
        trace.belongs_to(incoming.traceparent());
        trace.operation(self.operation(&incoming, &scope));
        scope.traceparent = trace.traceparent();
        Ok(Message { incoming, scope: Arc::new(scope), place })
    }

    fn operation(&self, incoming: &Incoming, scope: &CallScope) -> Operation {
        let tool = incoming.tool().map(|tool| self.0.metrics.known_tool(tool));
        let method = incoming.method().unwrap_or("other");
        Operation::new(method, tool.as_deref(), scope.protocol.as_deref())
    }

    async fn authenticate(
        &self,
        parts: &Parts,
        source: IpAddr,
        id: &str,
    ) -> Result<CallerToken, Answer> {
        let token = match bearer::token(parts) {
            Ok(token) if bearer::is_too_long(token) => {
                let answer = self.0.resource.unauthorized(true);
                return Err(self.reject(source, id, "too_long", answer));
            }
            Ok(token) => token,
            Err(NoToken::Missing) => return Err(self.no_token(source, id)),
            Err(NoToken::Misplaced(why)) => {
                return Err(self.reject(source, id, "misplaced", bearer::invalid_request(why)));
            }
        };
        self.0.validator.validate(token).await.map_err(|it| self.rejected(source, id, &it))
    }

    async fn message(&self, message: Message) -> Answer {
        let Message { mut incoming, scope, place } = message;
        if let Some(switched) = self.switched(&scope, &incoming) {
            return switched;
        }
        let is_call = is_call(&incoming);
        let place = match self.check_rates(&scope, is_call).and(place) {
            Ok(place) => place,
            Err(limited) => return self.limited(&scope, Some(&incoming), &limited),
        };
        if is_call {
            match self.0.audit.reserve() {
                Ok(slot) => scope.keep(slot, self.expected(&incoming)),
                Err(lost) => return refusals::busy(Some(&incoming), &lost.to_string()),
            }
        }
        incoming.extensions_mut().insert(scope.clone());
        answer::holding(self.call(incoming, &scope).await, place)
    }

    /// Counts a message against the caller's rates.
    fn check_rates(&self, scope: &CallScope, is_call: bool) -> Result<(), Limited> {
        let (tenant, user) = (scope.caller.tenant(), scope.caller.user());
        self.0.limits.check_message(tenant, user)?;
        if is_call { self.0.limits.check_rate(tenant, user) } else { Ok(()) }
    }

    /// Names the tool of a call that has an audit event whatever becomes of it; a completion has one only
    /// if it asks Graph.
    fn expected(&self, incoming: &Incoming) -> Option<Cow<'static, str>> {
        let has_event = matches!(incoming.method(), Some("tools/call" | "resources/read"));
        has_event.then(|| self.0.metrics.known_tool(incoming.tool().unwrap_or_default()))
    }

    async fn call(&self, incoming: Incoming, scope: &CallScope) -> Answer {
        let live = self.0.live.load_full();
        let Some(service) = live.service(scope.caller.tenant()) else {
            // The allow-list changed while this request was on its way.
            return answer::error(
                StatusCode::FORBIDDEN,
                "unauthorized_client",
                "Client application is not authorized for this resource",
            );
        };
        let answer = service.serve(incoming).await;
        if !answer::is_json(&answer) {
            return answer;
        }
        match scope.challenge() {
            Some(claims) => self.0.resource.insufficient_claims(&claims),
            None if scope.is_token_used_up() => self.0.resource.unauthorized(true),
            None => answer,
        }
    }
}

/// Tells whether a message asks for work that counts against the caller's rate.
fn is_call(incoming: &Incoming) -> bool {
    matches!(incoming.method(), Some("tools/call" | "resources/read" | "completion/complete"))
}
