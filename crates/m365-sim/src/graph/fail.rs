//! Graph's error answers.

use std::time::Duration;

use http::{StatusCode, header};
use serde_json::{Value, json};

use crate::{
    graph::{
        trace::{JSON, Trace},
        workload::Workload,
    },
    http::Response,
};

/// A request that ends in an error answer.
#[derive(Clone, Debug)]
pub(crate) struct Fail {
    status: StatusCode,
    code: &'static str,
    message: String,
    shape: Shape,
    /// The codes inside, each more specific.
    inner: &'static [&'static str],
    retry_after: Option<u64>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shape {
    /// `{code, message, innerError}`, as nearly every workload answers.
    Plain,
    /// The search service's `{code, message, target, httpCode}`.
    Search,
    /// The search service's chain of `details` around the rule that was broken.
    SearchNested,
}

impl Fail {
    pub(crate) fn new(status: StatusCode, code: &'static str, message: impl Into<String>) -> Self {
        let (shape, inner, retry_after) = (Shape::Plain, &[][..], None);
        Self { status, code, message: message.into(), shape, inner, retry_after }
    }

    pub(crate) fn bad_request(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "BadRequest", message)
    }

    /// A query option that does not parse, or names what the type does not have.
    pub(crate) fn parse_uri(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "RequestBroker--ParseUri", message)
    }

    pub(crate) fn no_segment(segment: &str) -> Self {
        Self::bad_request(format!("Resource not found for the segment '{segment}'."))
    }

    /// A route that Graph has and the demo tenant has not, by its name.
    pub(crate) fn not_here(route: &str) -> Self {
        let message = format!("The demo tenant does not answer {route}.");
        Self::new(StatusCode::NOT_IMPLEMENTED, "NotImplemented", message)
    }

    pub(crate) fn method_not_allowed() -> Self {
        let message = "Specified HTTP method is not allowed for the request target.";
        Self::new(StatusCode::METHOD_NOT_ALLOWED, "Request_BadRequest", message)
    }

    pub(crate) fn access_denied() -> Self {
        let message = "Access is denied. Check credentials and try again.";
        Self::new(StatusCode::FORBIDDEN, "ErrorAccessDenied", message)
    }

    pub(crate) fn directory_denied() -> Self {
        let message = "Insufficient privileges to complete the operation.";
        Self::new(StatusCode::FORBIDDEN, "Authorization_RequestDenied", message)
    }

    /// An entry that the directory does not have.
    pub(crate) fn no_resource(name: &str) -> Self {
        let message = format!(
            "Resource '{name}' does not exist or one of its queried reference-property objects are \
             not present."
        );
        Self::new(StatusCode::NOT_FOUND, "Request_ResourceNotFound", message)
    }

    pub(crate) fn malformed_id() -> Self {
        Self::new(StatusCode::BAD_REQUEST, "ErrorInvalidIdMalformed", "Id is malformed.")
    }

    pub(crate) fn item_not_found() -> Self {
        let message = "The specified object was not found in the store.";
        Self::new(StatusCode::NOT_FOUND, "ErrorItemNotFound", message)
    }

    pub(crate) fn no_mailbox() -> Self {
        let message = "The mailbox is either inactive, soft-deleted, or is hosted on-premise.";
        Self::new(StatusCode::NOT_FOUND, "MailboxNotEnabledForRESTAPI", message)
    }

    pub(crate) fn invalid_user(name: &str) -> Self {
        let message = format!("The requested user '{name}' is invalid.");
        Self::new(StatusCode::NOT_FOUND, "ErrorInvalidUser", message)
    }

    /// Too many requests in flight on one mailbox, to be repeated after `seconds`.
    pub(crate) fn throttled(seconds: u64) -> Self {
        let message = "Application is over its MailboxConcurrency limit.";
        let fail = Self::new(StatusCode::TOO_MANY_REQUESTS, "ApplicationThrottled", message);
        fail.after(Duration::from_secs(seconds))
    }

    /// A refusal by its status alone, in the words of a service.
    pub(crate) fn status(workload: Workload, status: StatusCode) -> Self {
        let reason = status.canonical_reason().unwrap_or("Error");
        let fail = Self::new(status, workload.code(status), format!("{reason}."));
        let shape = if workload == Workload::Search { Shape::Search } else { Shape::Plain };
        Self { shape, inner: workload.inner(status), ..fail }
    }

    /// Says when the request may be repeated.
    pub(crate) fn after(self, wait: Duration) -> Self {
        Self { retry_after: Some(wait.as_secs()), ..self }
    }

    /// A search without a permission that it needs.
    pub(crate) fn search_forbidden(message: String) -> Self {
        let fail = Self::new(StatusCode::FORBIDDEN, "Forbidden", message);
        Self { shape: Shape::Search, ..fail }
    }

    /// A search request that breaks a rule of the whole request.
    pub(crate) fn search_request(rule: &str) -> Self {
        let fail = Self::bad_request(format!("SearchRequest Invalid ({rule})"));
        Self { shape: Shape::Search, ..fail }
    }

    /// A search request that breaks a rule of its entity type.
    pub(crate) fn search_entity(rule: impl Into<String>) -> Self {
        Self { shape: Shape::SearchNested, ..Self::bad_request(rule) }
    }

    /// Makes the answer to the request that `trace` identifies.
    pub(crate) fn response(&self, trace: &Trace) -> Response {
        let body = self.body(trace).to_string();
        let response = Response::bytes(self.status, JSON, body);
        let Some(seconds) = self.retry_after.map(|seconds| seconds.to_string()) else {
            return response;
        };
        let response = response.header(header::RETRY_AFTER, &seconds);
        if self.code != "activityLimitReached" {
            return response;
        }
        // SharePoint tells how much of its minute is left, and when the next one begins.
        let limits = response.named("ratelimit-limit", "1200").named("ratelimit-remaining", "0");
        limits.named("ratelimit-reset", seconds)
    }

    fn body(&self, trace: &Trace) -> Value {
        let (code, message) = (self.code, &self.message);
        let status = self.status.as_u16();
        match self.shape {
            Shape::Plain => json!({"error": {
                "code": code, "message": message, "innerError": self.inner_error(trace),
            }}),
            Shape::Search => json!({"error": {
                "code": code, "message": message, "target": "", "httpCode": status,
                "innerError": self.inner_error(trace),
            }}),
            Shape::SearchNested => nested(code, message, status, trace),
        }
    }
}

impl Fail {
    /// A refusal of Teams, meetings included.
    pub(crate) fn teams_forbidden(message: impl Into<String>) -> Self {
        Self::new(StatusCode::FORBIDDEN, "Forbidden", message)
    }

    /// Something of Teams that is not there.
    pub(crate) fn teams_not_found(message: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, "NotFound", message)
    }

    /// A conversation that the caller is not in.
    pub(crate) fn not_a_member() -> Self {
        let fail = Self::teams_forbidden("The caller is not a member of this conversation.");
        fail.inside(&["InsufficientPrivileges"])
    }

    /// Returns the same refusal in the words of another service.
    pub(crate) fn coded(self, code: &'static str) -> Self {
        Self { code, ..self }
    }

    /// Adds a more specific code inside.
    pub(crate) fn inside(self, code: &'static [&'static str]) -> Self {
        Self { inner: code, ..self }
    }

    fn inner_error(&self, trace: &Trace) -> Value {
        let mut error = trace.inner_error();
        let mut level = &mut error;
        for (depth, code) in self.inner.iter().enumerate() {
            if depth > 0 {
                level = &mut level["innerError"];
            }
            level["code"] = (*code).into();
        }
        error
    }
}

/// What only files' answers say.
impl Fail {
    pub(crate) fn files_denied() -> Self {
        Self::new(StatusCode::FORBIDDEN, "accessDenied", "Access denied")
    }

    pub(crate) fn files_not_found() -> Self {
        let message = "The resource could not be found.";
        Self::new(StatusCode::NOT_FOUND, "itemNotFound", message)
    }

    pub(crate) fn files_invalid(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "invalidRequest", message)
    }

    /// Nobody has opened this user's OneDrive yet.
    pub(crate) fn no_drive() -> Self {
        Self::new(StatusCode::NOT_FOUND, "ResourceNotFound", "User's mysite not found.")
    }

    /// A conversion that Office does not do.
    pub(crate) fn not_convertible() -> Self {
        let message = "Error from Office Service.";
        let fail = Self::new(StatusCode::NOT_ACCEPTABLE, "notSupported", message);
        Self { inner: &["invalidFileFormat"], ..fail }
    }

    /// A file that was found to be harmful.
    pub(crate) fn malware() -> Self {
        Self { inner: &["malwareDetected"], ..Self::files_denied() }
    }

    /// A sharing link that is none, or not for the caller.
    pub(crate) fn no_link() -> Self {
        let message =
            "The sharing link no longer exists, or you do not have permission to access it.";
        Self::new(StatusCode::FORBIDDEN, "accessDenied", message)
    }
}

fn nested(code: &str, rule: &str, status: u16, trace: &Trace) -> Value {
    let entity = format!("EntityRequest Invalid ({rule})");
    let innermost = json!({
        "code": "Microsoft.SubstrateSearch.Api.ErrorReporting.ResourceBasedExceptions.BadRequestException",
        "message": rule, "target": "", "httpCode": status,
    });
    let aggregate = json!({
        "code": "System.AggregateException", "message": entity, "target": "",
        "details": [innermost], "httpCode": status,
    });
    json!({
        "error": {
            "code": code, "message": format!("SearchRequest Invalid ({entity})"), "target": "",
            "details": [aggregate], "httpCode": status,
        },
        "Instrumentation": {"TraceId": trace.request_id()},
    })
}
