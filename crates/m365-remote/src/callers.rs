//! Who calls, and with whose token a call reaches Graph.

use std::{fmt, sync::Arc, time::Duration};

use async_trait::async_trait;
use m365_auth::{
    AccessToken, ConfidentialClient, Error, ErrorKind, OboOutcome, OnBehalfOf, OnBehalfOfObserver,
    Result, TokenProvider, TokenRequest,
};
use m365_graph::{FinishedRequest, GraphEvent, GraphObserver, GraphPool, Workload};
use m365_tools::{
    CallInput, CallObserver, CallOutcome, Caller, ErrorCode, FinishedCall, PolicyMode,
    mcp::{CallerSource, ErrorData, Extensions},
};

use crate::{
    audit::{Audit, Event, EventKind, GraphRequest},
    metrics::Metrics,
    scope::{CallScope, Challenge},
    switches::Switches,
    telemetry::Telemetry,
};

/// Gives each call the token and the Graph client of its caller.
pub(crate) struct Callers {
    pub(crate) graph: GraphPool,
    pub(crate) client: ConfidentialClient,
    pub(crate) audit: Audit,
    pub(crate) metrics: Metrics,
    pub(crate) switches: Switches,
    pub(crate) telemetry: Telemetry,
}

#[async_trait]
impl CallerSource for Callers {
    async fn call_input(
        &self,
        extensions: &Extensions,
    ) -> std::result::Result<CallInput, ErrorData> {
        let scope = CallScope::of(extensions)
            .ok_or_else(|| ErrorData::internal_error("the caller is not known", None))?;
        let caller = &scope.caller;
        let tokens: Arc<dyn TokenProvider> = Arc::new(Tokens {
            inner: self.client.on_behalf_of(caller),
            scope: scope.clone(),
            audit: self.audit.clone(),
        });
        let (tenant, user) = (caller.tenant().as_str(), caller.user());
        let watch = Watch {
            scope: scope.clone(),
            metrics: self.metrics.clone(),
            switches: self.switches.clone(),
            telemetry: self.telemetry.clone(),
        };
        let graph = self.graph.client(tenant, user, tokens.clone()).observed_by(Arc::new(watch));
        let input = CallInput::new(Caller::new(tenant, user), graph, tokens)
            .with_call_id(scope.client_request_id.as_str());
        Ok(match &scope.traceparent {
            Some(traceparent) => input.with_traceparent(traceparent.as_str()),
            None => input,
        })
    }
}

/// The tokens of one request, with what becomes of them noted.
struct Tokens {
    inner: OnBehalfOf,
    scope: Arc<CallScope>,
    audit: Audit,
}

#[async_trait]
impl TokenProvider for Tokens {
    async fn access_token(&self, request: &TokenRequest) -> Result<AccessToken> {
        let token = self.inner.access_token(request).await;
        let outcome = self.inner.outcome();
        if let Some(outcome) = outcome {
            self.scope.note_token(outcome);
        }
        token.inspect_err(|error| self.note(error, outcome))
    }
}

impl Tokens {
    fn note(&self, error: &Error, outcome: Option<OboOutcome>) {
        if let Some(claims) = error.claims() {
            let claims = claims.to_owned();
            self.scope.note_challenge(Challenge { claims, is_from_entra: true });
        } else if error.kind() == ErrorKind::SignInRequired {
            self.scope.note_token_used_up();
        }
        if outcome == Some(OboOutcome::Failed) {
            let event = Event::new(EventKind::OboFailed, "error").reason(word(error.kind()));
            let event = match error.aadsts() {
                Some(code) => event.detail("aadsts", code),
                None => event,
            };
            self.audit.write(self.scope.describe(event));
        }
    }
}

impl fmt::Debug for Tokens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tokens").field("scope", &self.scope).finish_non_exhaustive()
    }
}

/// Names the kind of an error of Entra's in metrics and audit.
const fn word(kind: ErrorKind) -> &'static str {
    match kind {
        ErrorKind::SignInRequired => "sign_in_required",
        ErrorKind::ConsentRequired => "consent_required",
        ErrorKind::Denied => "denied",
        ErrorKind::Throttled => "throttled",
        ErrorKind::Unavailable => "unavailable",
        ErrorKind::Configuration => "configuration",
        ErrorKind::Protocol => "protocol",
        _ => "other",
    }
}

/// Names the code of a tool error in metrics and audit.
const fn error_word(code: ErrorCode) -> &'static str {
    match code {
        ErrorCode::Cancelled => "cancelled",
        ErrorCode::ConsentRequired => "consent_required",
        ErrorCode::Forbidden => "forbidden",
        ErrorCode::NotFound => "not_found",
        ErrorCode::ServiceError => "service_error",
        ErrorCode::SignInRequired => "sign_in_required",
        ErrorCode::Throttled => "throttled",
        ErrorCode::Timeout => "timeout",
        ErrorCode::TooLarge => "too_large",
        ErrorCode::UnsupportedContent => "unsupported_content",
        ErrorCode::ValidationError => "validation_error",
        _ => "other",
    }
}

/// Watches one caller's requests to Graph.
struct Watch {
    scope: Arc<CallScope>,
    metrics: Metrics,
    switches: Switches,
    telemetry: Telemetry,
}

impl GraphObserver for Watch {
    fn admits(&self, workload: Workload) -> bool {
        self.switches.admits(workload.as_str())
    }

    fn finished(&self, request: &FinishedRequest) {
        let workload = request.workload.as_str();
        self.metrics.graph_request(workload, request.status, request.elapsed);
        let error = match (request.is_cancelled, &request.error, request.status) {
            (true, _, _) => Some("cancelled"),
            (false, None, _) => None,
            (false, Some(_), Some(_)) => Some("refused"),
            (false, Some(_), None) => Some("unanswered"),
        };
        self.telemetry.graph_request(&request.template, request.status, error, request.elapsed);
        self.scope.note_request(GraphRequest {
            template: request.template.clone().into(),
            status: request.status,
            attempts: request.attempts,
            request_id: request.request_id.clone(),
            bytes: request.bytes,
            ms: u64::try_from(request.elapsed.as_millis()).unwrap_or(u64::MAX),
        });
        if let Some(claims) = &request.challenge {
            let claims = claims.clone();
            self.scope.note_challenge(Challenge { claims, is_from_entra: false });
        }
    }

    fn noticed(&self, workload: Workload, event: GraphEvent) {
        let workload = workload.as_str();
        match event {
            GraphEvent::Throttled => self.metrics.graph_throttled(workload, "throttled"),
            GraphEvent::Retried(reason) => self.metrics.graph_retried(workload, reason.as_str()),
            GraphEvent::BudgetEmpty(reason) => {
                self.metrics.retry_budget_empty(workload, reason.as_str());
            }
            GraphEvent::Queued { queue, wait, is_admitted, .. } => {
                self.metrics.queue_wait(queue.as_str(), wait);
                if !is_admitted {
                    self.metrics.shed(queue.as_str());
                }
            }
            _ => {}
        }
    }
}

/// Counts exchanges on behalf of users.
#[derive(Clone, Debug)]
pub(crate) struct Exchanges(pub(crate) Metrics);

impl OnBehalfOfObserver for Exchanges {
    fn looked_up(&self, outcome: OboOutcome, elapsed: Duration, error: Option<&Error>) {
        self.0.obo(outcome.as_str(), elapsed);
        let Some(error) = error else { return };
        self.0.obo_error(word(error.kind()));
        if error.kind() == ErrorKind::Configuration {
            // E04: callers learn nothing of it, so the operator must.
            tracing::error!(
                event = "credential_refused",
                aadsts = error.aadsts(),
                correlation_id = error.correlation_id(),
                "Entra refuses this connector; look at its credential and registration"
            );
        }
    }
}

/// Writes the audit event of each call, and counts it.
pub(crate) struct Recorder {
    pub(crate) audit: Audit,
    pub(crate) metrics: Metrics,
}

impl CallObserver for Recorder {
    fn finished(&self, call: &FinishedCall<'_>) {
        let reason = match call.outcome {
            CallOutcome::Error(code) => Some(error_word(code)),
            _ => None,
        };
        self.metrics.tool_call(call.tool, reason.unwrap_or(call.outcome.as_str()), call.elapsed);
        let Some(scope) = CallScope::of(call.extensions) else { return };
        if call.outcome != CallOutcome::Ok && call.outcome != CallOutcome::AskedUser {
            scope.note_error(reason.unwrap_or(call.outcome.as_str()));
        }
        if matches!(call.outcome, CallOutcome::Error(ErrorCode::SignInRequired)) {
            scope.note_sign_in_required();
        }
        self.note_content(&scope, call);
        scope.write(self.event(&scope, call, reason));
    }
}

impl Recorder {
    /// Notes beside the call what was not read because of what it is.
    fn note_content(&self, scope: &CallScope, call: &FinishedCall<'_>) {
        let refused = match call.outcome {
            CallOutcome::Error(ErrorCode::UnsupportedContent) => "unsupported_content",
            CallOutcome::Error(ErrorCode::TooLarge) => "too_large",
            _ => return,
        };
        let event = Event::new(EventKind::ContentRefused, "refused").reason(refused);
        self.audit.write(scope.describe(event).tool(call.tool, None));
    }

    fn event(
        &self,
        scope: &CallScope,
        call: &FinishedCall<'_>,
        reason: Option<&'static str>,
    ) -> Event {
        let arguments = self.audit.arguments(scope.caller.tenant(), call.arguments);
        let (requests, obo) = scope.graph();
        let policy = call.policy.map(PolicyMode::as_str);
        let event = Event::new(EventKind::ToolCall, call.outcome.as_str());
        let event = reason.into_iter().fold(event, Event::reason);
        scope
            .describe(event)
            .tool(call.tool, Some(arguments))
            .graph(requests, obo.map(OboOutcome::as_str))
            .answer(call.items, call.bytes_out, call.is_truncated)
            .duration(call.elapsed)
            .policy(policy)
    }
}
