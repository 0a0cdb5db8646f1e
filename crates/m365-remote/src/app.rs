//! What becomes of a request on the public listener: in order, each step may end it.

mod ending;

use std::{
    net::{IpAddr, SocketAddr},
    sync::Arc,
    time::Duration,
};

use arc_swap::ArcSwap;
use http::{Method, Request, StatusCode, request::Parts};
use hyper::body::Incoming as Received;
use m365_auth::{CallerToken, Rejection, TokenValidator};
use m365_tools::mcp::Incoming;
use tokio::time::timeout;

use self::ending::Ending;
use crate::{
    answer::{self, Answer},
    audit::{Audit, Event, EventKind},
    bearer::{self, NoToken},
    guard::Guard,
    ids::{new_id, new_uuid},
    limits::{Limited, Limits, Place},
    listener::Handler,
    metadata::{self, Resource},
    metrics::Metrics,
    scope::CallScope,
    switches::{Switched, Switches},
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

impl Handler for App {
    async fn handle(&self, request: Request<Received>, peer: SocketAddr) -> Answer {
        let (parts, body) = request.into_parts();
        let source = match self.0.guard.source(&parts, peer) {
            Ok(source) => source,
            Err(refused) => return refused,
        };
        match parts.uri.path() {
            metadata::ENDPOINT => self.endpoint(Request::from_parts(parts, body), source).await,
            metadata::ROOT | metadata::OF_ENDPOINT => {
                metadata::serve(&parts.method, self.0.live.load().metadata.clone())
            }
            _ => answer::error(StatusCode::NOT_FOUND, "not_found", "MCP is spoken at /mcp"),
        }
    }
}

impl App {
    async fn endpoint(&self, request: Request<Received>, source: IpAddr) -> Answer {
        let origin = match self.0.guard.origin(request.headers()) {
            Ok(origin) => origin,
            Err(refused) => return refused,
        };
        let answer = match *request.method() {
            Method::POST => self.post(request, source).await,
            Method::OPTIONS if origin.is_some() => answer::empty(StatusCode::NO_CONTENT),
            _ => answer::not_allowed("POST"),
        };
        match origin {
            Some(origin) => answer::shared_with(answer, &origin),
            None => answer,
        }
    }

    async fn post(&self, request: Request<Received>, source: IpAddr) -> Answer {
        let mut trace = self.0.telemetry.request(request.headers());
        let (answer, scope) = match self.read(request, source, &mut trace).await {
            Ok((incoming, scope)) => (self.message(incoming, &scope).await, Some(scope)),
            Err(refused) => (refused, None),
        };
        let ending = Ending { trace, scope, status: answer.status() };
        if answer::is_stream(&answer) {
            return answer::until_end(answer, ending, Ending::end);
        }
        ending.end();
        answer
    }

    /// Finds out who sends what.
    async fn read(
        &self,
        request: Request<Received>,
        source: IpAddr,
        trace: &mut Trace,
    ) -> Result<(Incoming, Arc<CallScope>), Answer> {
        let (mut parts, body) = request.into_parts();
        let id = new_id();
        let caller = self.authenticate(&parts, source, &id).await?;
        bearer::strip(&mut parts.headers);
        let limits = self.0.live.load().config.limits.clone();
        let read = Incoming::read(Request::from_parts(parts, body), limits.body_bytes);
        let incoming = timeout(limits.body, read).await.unwrap_or_else(|_| {
            let text = "The request took too long to arrive";
            Err(answer::error(StatusCode::REQUEST_TIMEOUT, "invalid_request", text))
        })?;
        let ids = (id, new_uuid());
        trace.belongs_to(incoming.traceparent());
        let scope = CallScope::new(ids, caller, source, incoming.parts(), trace.traceparent());
        trace.operation(self.operation(&incoming, &scope));
        Ok((incoming, Arc::new(scope)))
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
                return Err(self.reject(
                    source,
                    id,
                    "too_long",
                    self.0.resource.unauthorized(true),
                ));
            }
            Ok(token) => token,
            Err(NoToken::Missing) => return Err(self.no_token(source, id)),
            Err(NoToken::Misplaced(why)) => {
                return Err(self.reject(source, id, "misplaced", bearer::invalid_request(why)));
            }
        };
        self.0.validator.validate(token).await.map_err(|it| self.rejected(source, id, &it))
    }

    /// A host that has no token yet is asked for one, however many of them share an address.
    fn no_token(&self, source: IpAddr, id: &str) -> Answer {
        self.0.metrics.rejection("missing");
        if self.0.limits.check_source(source).is_ok() {
            let event = Event::new(EventKind::AuthRejected, "rejected").reason("missing");
            return self
                .recorded(event.request(id, Some(source)), self.0.resource.unauthorized(false));
        }
        self.0.resource.unauthorized(false)
    }

    /// Refuses what is no token of ours. Whoever sends many is told to stay away for a while.
    fn reject(&self, source: IpAddr, id: &str, reason: &'static str, answer: Answer) -> Answer {
        self.0.metrics.rejection(reason);
        if let Err(limited) = self.0.limits.check_source(source) {
            return too_many(&limited);
        }
        let event = Event::new(EventKind::AuthRejected, "rejected").reason(reason);
        self.recorded(event.request(id, Some(source)), answer)
    }

    /// Refuses with `answer` when the refusal has its place in the audit, else asks to come back.
    fn recorded(&self, event: Event, answer: Answer) -> Answer {
        let Err(lost) = self.0.audit.record(event) else { return answer };
        let status = StatusCode::SERVICE_UNAVAILABLE;
        let answer = answer::error(status, "temporarily_unavailable", &lost.to_string());
        answer::retry_after(answer, RECORDED_AGAIN_AFTER)
    }

    fn rejected(&self, source: IpAddr, id: &str, rejection: &Rejection) -> Answer {
        let reason = rejection.reason().as_str();
        let answer = self.0.resource.rejected(rejection);
        let (Some(tenant), Some(client)) = (rejection.tenant(), rejection.client()) else {
            return self.reject(source, id, reason, answer);
        };
        // The signature was good: this is a user whose host must hear what is wrong, not an attack.
        self.0.metrics.rejection(reason);
        let event = Event::new(EventKind::AuthRejected, "rejected")
            .reason(reason)
            .request(id, Some(source))
            .tenant(tenant)
            .client(client)
            .token_id(rejection.token_id());
        self.recorded(event, answer)
    }

    async fn message(&self, mut incoming: Incoming, scope: &Arc<CallScope>) -> Answer {
        if let Some(switched) = self.switched(scope, &incoming) {
            return switched;
        }
        let is_call = incoming.tool().is_some();
        let place = match self.admit(scope, is_call).await {
            Ok(place) => place,
            Err(limited) => return self.limited(scope, &incoming, &limited),
        };
        if is_call {
            match self.0.audit.reserve() {
                Ok(slot) => scope.keep(slot),
                Err(lost) => return busy(&incoming, &lost.to_string()),
            }
        }
        incoming.extensions_mut().insert(scope.clone());
        let answer = self.call(incoming, scope).await;
        match answer::is_json(&answer) {
            true => answer,
            // A stream goes on with the call.
            false => answer::holding(answer, place),
        }
    }

    /// Counts a call against the caller's rate, and waits for a place.
    async fn admit(&self, scope: &CallScope, is_call: bool) -> Result<Place, Limited> {
        let (tenant, user) = (scope.caller.tenant(), scope.caller.user());
        if is_call {
            self.0.limits.check_rate(tenant, user)?;
        }
        self.0.limits.enter(tenant, user).await
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

    fn switched(&self, scope: &CallScope, incoming: &Incoming) -> Option<Answer> {
        let caller = &scope.caller;
        let (tenant, user, client) = (caller.tenant(), caller.user(), caller.client());
        let switched = self.0.switches.refused(tenant, user, client, incoming.tool())?;
        let policy = match switched {
            Switched::All => "switch:all",
            Switched::Client => "switch:client",
            Switched::Tenant => "switch:tenant",
            Switched::Tool => "switch:tool",
            Switched::User => "switch:user",
        };
        let event = Event::new(EventKind::PolicyDenied, "denied").reason("switched_off");
        let (status, code, text) = (switched.status(), switched.code(), switched.message());
        let later = (status == StatusCode::SERVICE_UNAVAILABLE).then_some(SWITCHED_AGAIN_AFTER);
        let answer = incoming.refuse(status, code, text, later);
        Some(self.refused(scope, incoming, event.policy([policy]), answer))
    }

    fn limited(&self, scope: &CallScope, incoming: &Incoming, limited: &Limited) -> Answer {
        let event = Event::new(EventKind::LimitHit, "refused").reason(limited.scope().as_str());
        let wait = Duration::from_secs(limited.retry_after_seconds());
        let text = limited.message();
        let answer = incoming.refuse(limited.status(), limited.code(), &text, Some(wait));
        self.refused(scope, incoming, event, answer)
    }

    /// Refuses a request with this one event, which stands in for that of the call.
    fn refused(
        &self,
        scope: &CallScope,
        incoming: &Incoming,
        event: Event,
        answer: Answer,
    ) -> Answer {
        let event = scope.describe(event);
        // A name that is none of ours is the caller's own text.
        let event = match incoming.tool().map(|tool| self.0.metrics.known_tool(tool)) {
            Some(tool) => event.tool(tool, None),
            None => event,
        };
        match self.0.audit.record(event) {
            Ok(()) => answer,
            Err(lost) => busy(incoming, &lost.to_string()),
        }
    }
}

/// When to look again whether the server is switched on.
const SWITCHED_AGAIN_AFTER: Duration = Duration::from_secs(60);

/// When to look again whether the audit takes events.
const RECORDED_AGAIN_AFTER: Duration = Duration::from_secs(5);

fn busy(incoming: &Incoming, text: &str) -> Answer {
    let wait = Some(RECORDED_AGAIN_AFTER);
    incoming.refuse(StatusCode::SERVICE_UNAVAILABLE, -31002, text, wait)
}

fn too_many(limited: &Limited) -> Answer {
    let answer = answer::error(limited.status(), "temporarily_unavailable", &limited.message());
    answer::retry_after(answer, Duration::from_secs(limited.retry_after_seconds()))
}
