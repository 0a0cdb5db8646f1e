//! What is known of one request, from the token that came with it to the audit event that ends it.

use std::{
    borrow::Cow,
    fmt,
    net::IpAddr,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use http::request::Parts;
use m365_auth::{CallerToken, OboOutcome};
use m365_tools::mcp::Extensions;

use crate::audit::{Event, EventKind, GraphRequest, Slot};

/// One request of an accepted caller.
pub(crate) struct CallScope {
    /// Our id, in answers and audit.
    pub(crate) request_id: String,
    /// The id that Graph keeps in the tenant's own log.
    pub(crate) client_request_id: String,
    pub(crate) caller: CallerToken,
    pub(crate) source: IpAddr,
    pub(crate) protocol: Option<String>,
    pub(crate) traceparent: Option<String>,
    seen: Mutex<Seen>,
}

/// What happened so far.
#[derive(Default)]
struct Seen {
    slot: Option<Slot>,
    /// The tool that a call asked for, as metrics name it.
    tool: Option<Cow<'static, str>>,
    obo: Option<OboOutcome>,
    graph: Vec<GraphRequest>,
    challenge: Option<Challenge>,
    needs_sign_in: bool,
    is_token_used_up: bool,
    error: Option<&'static str>,
}

/// What Entra or Graph want of the user before they go on.
#[derive(Clone)]
pub(crate) struct Challenge {
    /// A JSON text.
    pub(crate) claims: String,
    /// Whether Entra asked, whose word counts most.
    pub(crate) is_from_entra: bool,
}

impl CallScope {
    /// Begins the scope of a request that `caller` sent from `source`.
    pub(crate) fn new(
        ids: (String, String),
        caller: CallerToken,
        source: IpAddr,
        parts: &Parts,
    ) -> Self {
        let field = |name| parts.headers.get(name).and_then(|value| value.to_str().ok());
        let protocol = field("mcp-protocol-version").filter(|it| is_date(it));
        Self {
            request_id: ids.0,
            client_request_id: ids.1,
            caller,
            source,
            protocol: protocol.map(str::to_owned),
            traceparent: None,
            seen: Mutex::default(),
        }
    }

    /// Finds the scope of the request whose `extensions` a handler has.
    pub(crate) fn of(extensions: &Extensions) -> Option<Arc<Self>> {
        extensions.get::<Parts>()?.extensions.get::<Arc<Self>>().cloned()
    }

    /// Keeps the place of the audit event until the call has ended. A call of `tool` has an event even if
    /// it never reaches the tool.
    pub(crate) fn keep(&self, slot: Slot, tool: Option<Cow<'static, str>>) {
        let seen = &mut *self.seen();
        (seen.slot, seen.tool) = (Some(slot), tool);
    }

    /// Writes the audit event of the call; the first one alone has a place.
    pub(crate) fn write(&self, event: Event) {
        let slot = self.seen().slot.take();
        if let Some(slot) = slot {
            slot.write(event);
        }
    }

    /// Begins an event with what is known of the request.
    pub(crate) fn describe(&self, event: Event) -> Event {
        let caller = &self.caller;
        event
            .request(self.request_id.as_str(), Some(self.source))
            .client_request_id(self.client_request_id.as_str())
            .caller(caller.tenant(), caller.user(), caller.client())
            .token_id(caller.token_id())
            .protocol(self.protocol.as_deref())
    }

    /// Notes how a Graph token was come by.
    pub(crate) fn note_token(&self, outcome: OboOutcome) {
        // Of several lookups the dearest tells what the call cost.
        let seen = &mut *self.seen();
        seen.obo = seen.obo.into_iter().chain([outcome]).max_by_key(|outcome| price(*outcome));
    }

    /// Notes a request to Graph.
    pub(crate) fn note_request(&self, request: GraphRequest) {
        self.seen().graph.push(request);
    }

    /// Notes what the user would have to do; Entra's own word counts most.
    pub(crate) fn note_challenge(&self, challenge: Challenge) {
        let seen = &mut *self.seen();
        if challenge.is_from_entra || seen.challenge.is_none() {
            seen.challenge = Some(challenge);
        }
    }

    /// Notes that Entra takes the caller's token no more, so that only a new one helps.
    pub(crate) fn note_token_used_up(&self) {
        self.seen().is_token_used_up = true;
    }

    /// Tells whether the call failed because only a new token helps, whatever it claims.
    pub(crate) fn is_token_used_up(&self) -> bool {
        let seen = self.seen();
        seen.needs_sign_in && seen.is_token_used_up
    }

    /// Notes that the call ended for want of what was asked of the user.
    pub(crate) fn note_sign_in_required(&self) {
        self.seen().needs_sign_in = true;
    }

    /// Notes in a fixed word that the call failed.
    pub(crate) fn note_error(&self, error: &'static str) {
        self.seen().error = Some(error);
    }

    /// Returns how the call failed, if it did.
    pub(crate) fn error(&self) -> Option<&'static str> {
        self.seen().error
    }

    /// Returns the requests to Graph so far, and how the token was come by.
    pub(crate) fn graph(&self) -> (Vec<GraphRequest>, Option<OboOutcome>) {
        let mut seen = self.seen();
        (std::mem::take(&mut seen.graph), seen.obo)
    }

    /// Returns the challenge that the caller has to answer before the call can succeed.
    pub(crate) fn challenge(&self) -> Option<String> {
        let seen = self.seen();
        let challenge = seen.challenge.as_ref().filter(|_| seen.needs_sign_in)?;
        Some(challenge.claims.clone())
    }

    fn seen(&self) -> MutexGuard<'_, Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for CallScope {
    /// Writes the event of a call that was refused on its way to the tool, e.g. since its headers say
    /// something else than its body.
    fn drop(&mut self) {
        let (slot, tool) = {
            let seen = &mut *self.seen();
            (seen.slot.take(), seen.tool.take())
        };
        if let (Some(slot), Some(tool)) = (slot, tool) {
            let event = Event::new(EventKind::ToolCall, "error").reason("protocol");
            slot.write(self.describe(event).tool(tool, None));
        }
    }
}

impl fmt::Debug for CallScope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CallScope").field("request_id", &self.request_id).finish_non_exhaustive()
    }
}

const fn price(outcome: OboOutcome) -> u8 {
    match outcome {
        OboOutcome::Hit => 0,
        OboOutcome::Negative => 1,
        OboOutcome::Joined => 2,
        OboOutcome::Miss => 3,
        _ => 4,
    }
}

fn is_date(text: &str) -> bool {
    text.len() == 10 && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-')
}
