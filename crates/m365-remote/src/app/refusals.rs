use std::{net::IpAddr, time::Duration};

use http::StatusCode;
use m365_auth::{Rejection, RejectionClass};
use m365_tools::{ErrorCode, mcp::Incoming};

use super::App;
use crate::{
    answer::{self, Answer},
    audit::{Event, EventKind},
    limits::Limited,
    scope::CallScope,
    switches::Switched,
};

/// When to look again whether the server is switched on.
const SWITCHED_AGAIN_AFTER: Duration = Duration::from_secs(60);

/// When to look again whether the audit takes events.
const RECORDED_AGAIN_AFTER: Duration = Duration::from_secs(5);

impl App {
    /// A host that has no token yet is asked for one, however many of them share an address.
    pub(super) fn no_token(&self, source: IpAddr, id: &str) -> Answer {
        self.0.metrics.rejection("missing");
        self.recorded(rejection(source, id, "missing"), self.0.resource.unauthorized(false))
    }

    /// Refuses what is no token of ours. Whoever sends many is told to stay away for a while.
    pub(super) fn reject(
        &self,
        source: IpAddr,
        id: &str,
        reason: &'static str,
        answer: Answer,
    ) -> Answer {
        self.0.metrics.rejection(reason);
        match self.0.limits.check_source(source) {
            Ok(()) => self.recorded(rejection(source, id, reason), answer),
            Err(limited) => self.too_many(source, &limited),
        }
    }

    /// Refuses a token that was looked at.
    pub(super) fn rejected(&self, source: IpAddr, id: &str, rejected: &Rejection) -> Answer {
        let reason = rejected.reason().as_str();
        let answer = self.0.resource.rejected(rejected);
        let event = rejection(source, id, reason);
        if rejected.reason().class() == RejectionClass::Unavailable {
            // Nobody can tell whether the token is good: its sender has done nothing wrong.
            self.0.metrics.rejection(reason);
            return self.recorded(event, answer);
        }
        let (Some(tenant), Some(client)) = (rejected.tenant(), rejected.client()) else {
            return self.reject(source, id, reason, answer);
        };
        // The signature was good: this is a user whose host must hear what is wrong, not an attack.
        self.0.metrics.rejection(reason);
        if let Err(limited) = self.0.limits.check_signed(source) {
            return self.too_many(source, &limited);
        }
        let event = event.tenant(tenant).client(client).token_id(rejected.token_id());
        self.recorded(event, answer)
    }

    fn too_many(&self, source: IpAddr, limited: &Limited) -> Answer {
        self.note_source(source, limited);
        let answer = answer::error(limited.status(), "temporarily_unavailable", &limited.message());
        answer::retry_after(answer, Duration::from_secs(limited.retry_after_seconds()))
    }

    /// Notes in the audit from where too many come, and every minute how many more.
    fn note_source(&self, source: IpAddr, limited: &Limited) {
        let event = Event::new(EventKind::LimitHit, "refused").reason(limited.scope().as_str());
        self.0.audit.write_once(event.source(source));
    }

    /// Refuses with `answer` when the refusal has its place in the audit, else asks to come back.
    fn recorded(&self, event: Event, answer: Answer) -> Answer {
        let Err(lost) = self.0.audit.record(event) else { return answer };
        let status = StatusCode::SERVICE_UNAVAILABLE;
        let answer = answer::error(status, "temporarily_unavailable", &lost.to_string());
        answer::retry_after(answer, RECORDED_AGAIN_AFTER)
    }

    /// Refuses what operators have switched off.
    pub(super) fn switched(&self, scope: &CallScope, incoming: &Incoming) -> Option<Answer> {
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
        let (status, code, kind) = (switched.status(), switched.code(), switched.kind());
        let later = (status == StatusCode::SERVICE_UNAVAILABLE).then_some(SWITCHED_AGAIN_AFTER);
        let answer = incoming.refuse(status, code, kind, switched.message(), later);
        Some(self.refused(scope, Some(incoming), event.policy([policy]), answer))
    }

    /// Refuses a message beyond a limit, which is not known where it could not be read.
    pub(super) fn limited(
        &self,
        scope: &CallScope,
        incoming: Option<&Incoming>,
        limited: &Limited,
    ) -> Answer {
        let event = Event::new(EventKind::LimitHit, "refused").reason(limited.scope().as_str());
        let wait = Duration::from_secs(limited.retry_after_seconds());
        let answer = later(incoming, (limited.status(), limited.code()), &limited.message(), wait);
        self.refused(scope, incoming, event, answer)
    }

    /// Refuses a request with this one event, which stands in for that of the call.
    fn refused(
        &self,
        scope: &CallScope,
        incoming: Option<&Incoming>,
        event: Event,
        answer: Answer,
    ) -> Answer {
        let event = scope.describe(event);
        // A name that is none of ours is the caller's own text.
        let tool = incoming.and_then(Incoming::tool).map(|tool| self.0.metrics.known_tool(tool));
        let event = match tool {
            Some(tool) => event.tool(tool, None),
            None => event,
        };
        match self.0.audit.record(event) {
            Ok(()) => answer,
            Err(lost) => busy(incoming, &lost.to_string()),
        }
    }
}

/// Refuses what cannot be recorded.
pub(super) fn busy(incoming: Option<&Incoming>, text: &str) -> Answer {
    later(incoming, (StatusCode::SERVICE_UNAVAILABLE, -31002), text, RECORDED_AGAIN_AFTER)
}

fn later(
    incoming: Option<&Incoming>,
    (status, code): (StatusCode, i64),
    text: &str,
    wait: Duration,
) -> Answer {
    let kind = ErrorCode::Throttled;
    match incoming {
        Some(incoming) => incoming.refuse(status, code, kind, text, Some(wait)),
        None => answer::refusal(status, code, kind, text, wait),
    }
}

fn rejection(source: IpAddr, id: &str, reason: &'static str) -> Event {
    Event::new(EventKind::AuthRejected, "rejected").reason(reason).request(id, Some(source))
}
