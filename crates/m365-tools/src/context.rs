use std::{collections::BTreeSet, sync::Arc};

use jiff::{Timestamp, tz::TimeZone};
use m365_auth::{AccessToken, Clock, TokenRequest};
use m365_graph::{Call, GraphClient};
use serde::{Serialize, de::DeserializeOwned};

use crate::{
    CallInput, CallLimits, Caller, Cloud, ErrorCode, Extraction, ToolError,
    cursor::{Binding, CursorKey},
    untrusted::Boundary,
    zones::{self, ZoneCache},
};

/// What a tool may use while it answers one call.
pub struct ToolContext {
    graph: GraphClient,
    input: CallInput,
    binding: Binding,
    boundary: Option<Boundary>,
    shared: Arc<Shared>,
}

/// What all calls of one catalog have in common.
#[derive(Debug)]
pub(crate) struct Shared {
    pub(crate) scopes: BTreeSet<String>,
    pub(crate) limits: CallLimits,
    pub(crate) cloud: Cloud,
    pub(crate) extraction: Extraction,
    pub(crate) sign_in_hint: String,
    pub(crate) cursors: CursorKey,
    pub(crate) zones: ZoneCache,
    /// The tools that are listed.
    pub(crate) offered: Vec<Offered>,
}

/// A tool that is listed, and the sets of scopes of which one is enough for it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Offered {
    pub(crate) name: &'static str,
    pub(crate) needs: &'static [&'static [&'static str]],
}

impl ToolContext {
    pub(crate) fn new(shared: Arc<Shared>, input: CallInput, binding: Binding) -> Self {
        let deadline = input.clock.now().checked_add(shared.limits.deadline).ok();
        let mut call = Call::default();
        call.deadline = deadline;
        call.client_request_id.clone_from(&input.call_id);
        call.traceparent.clone_from(&input.traceparent);
        Self { graph: input.graph.for_call(call), input, binding, boundary: None, shared }
    }

    /// Marks what others wrote in the answer.
    pub(crate) fn with_boundary(self, boundary: Option<Boundary>) -> Self {
        Self { boundary, ..self }
    }

    /// Returns what stands around texts by others in the answer.
    pub(crate) const fn boundary(&self) -> Option<&Boundary> {
        self.boundary.as_ref()
    }

    /// Returns the Graph client of the caller, bound to this call's deadline.
    #[must_use]
    pub const fn graph(&self) -> &GraphClient {
        &self.graph
    }

    /// Returns the clock that this call lives by.
    #[must_use]
    pub fn clock(&self) -> &dyn Clock {
        self.input.clock.as_ref()
    }

    /// Returns the present moment.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.clock().now()
    }

    /// Returns who calls.
    #[must_use]
    pub const fn caller(&self) -> &Caller {
        &self.input.caller
    }

    /// Returns the bounds of this call.
    #[must_use]
    pub fn limits(&self) -> &CallLimits {
        &self.shared.limits
    }

    /// Returns the cloud that links may lead to.
    #[must_use]
    pub fn cloud(&self) -> Cloud {
        self.shared.cloud
    }

    /// Returns who reads documents, for all calls of the catalog together.
    #[must_use]
    pub fn extraction(&self) -> &Extraction {
        &self.shared.extraction
    }

    /// Returns the zone of the user's device; `None` where there is no device of the user's.
    #[must_use]
    pub const fn device_zone(&self) -> Option<&TimeZone> {
        self.input.device_zone.as_ref()
    }

    /// Returns the zone of the caller's mailbox and, where it had to be guessed, a notice that says so.
    pub async fn time_zone(&self) -> (TimeZone, Option<String>) {
        zones::mailbox_zone(self).await
    }

    /// Returns the zones looked up before.
    pub(crate) fn zones(&self) -> &ZoneCache {
        &self.shared.zones
    }

    /// Tells whether `scope` is configured and in the caller's token.
    ///
    /// # Errors
    ///
    /// Those of the sign-in, when there is no token to look at.
    pub async fn has_scope(&self, scope: &str) -> Result<bool, ToolError> {
        if !self.is_configured(scope) {
            return Ok(false);
        }
        Ok(self.token().await?.grants(scope))
    }

    /// Returns the caller's token.
    pub(crate) async fn token(&self) -> Result<AccessToken, ToolError> {
        Ok(self.input.tokens.access_token(&TokenRequest::new()).await?)
    }

    /// Returns the scopes that are configured.
    pub(crate) fn configured_scopes(&self) -> &BTreeSet<String> {
        &self.shared.scopes
    }

    /// Returns the tools that are listed.
    pub(crate) fn offered(&self) -> &[Offered] {
        &self.shared.offered
    }

    /// Makes sure that `scope` is configured and in the caller's token.
    ///
    /// # Errors
    ///
    /// [`ErrorCode::Forbidden`] that names the scope, and the errors of the sign-in.
    pub async fn require_scope(&self, scope: &str) -> Result<(), ToolError> {
        self.require_any_scope(&[scope]).await.map(|_| ())
    }

    /// Returns the first of `scopes` that is configured and in the caller's token.
    ///
    /// # Errors
    ///
    /// [`ErrorCode::Forbidden`] that names the first scope when there is none, and the errors of the
    /// sign-in.
    pub async fn require_any_scope<'a>(&self, scopes: &[&'a str]) -> Result<&'a str, ToolError> {
        for scope in scopes {
            if self.has_scope(scope).await? {
                return Ok(scope);
            }
        }
        Err(missing_scope(scopes.first().copied().unwrap_or_default()))
    }

    /// Tells whether `scope` is configured, whatever the token grants.
    pub(crate) fn is_configured(&self, scope: &str) -> bool {
        self.shared.scopes.iter().any(|one| one.eq_ignore_ascii_case(scope))
    }

    /// Says in an error that the user has to sign in how to do that; other errors stay as they are.
    pub(crate) fn hinted(&self, error: ToolError) -> ToolError {
        error.hinted(&self.shared.sign_in_hint)
    }

    /// Seals where a listing continues into a cursor that only this caller can use, with this tool and
    /// these arguments.
    ///
    /// # Errors
    ///
    /// [`ErrorCode::ServiceError`] when `position` is not JSON.
    pub fn seal_cursor<T: Serialize + Sync>(&self, position: &T) -> Result<String, ToolError> {
        self.shared.cursors.seal(&self.binding, position)
    }

    /// Opens a cursor of [`seal_cursor`](Self::seal_cursor).
    ///
    /// # Errors
    ///
    /// [`ErrorCode::ValidationError`] when it was changed, or made for another caller, tool or arguments.
    pub fn open_cursor<T: DeserializeOwned>(&self, cursor: &str) -> Result<T, ToolError> {
        self.shared.cursors.open(&self.binding, cursor)
    }

    /// Reports that `at` of `total` steps are done; `text` says what is being done, without content.
    pub async fn progress(&self, at: u32, total: Option<u32>, text: &str) {
        if let Some(sink) = &self.input.progress {
            sink.report(at, total, text).await;
        }
    }
}

fn missing_scope(scope: &str) -> ToolError {
    ToolError::new(
        ErrorCode::Forbidden,
        format!("Missing scope '{scope}'. Configure it and have it consented to, then try again."),
    )
}
