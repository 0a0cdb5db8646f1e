//! What this resource says of itself to clients that want a token for it
//! ([RFC 9728](https://www.rfc-editor.org/rfc/rfc9728)).

use bytes::Bytes;
use http::{HeaderValue, Method, StatusCode, header};
use m365_auth::{AllowList, Cloud};
use serde_json::json;
use url::Url;

use crate::answer::{self, Answer};

/// Where the document lies for clients that know the server alone.
pub(crate) const ROOT: &str = "/.well-known/oauth-protected-resource";
/// Where it lies for clients that know the endpoint.
pub(crate) const OF_ENDPOINT: &str = "/.well-known/oauth-protected-resource/mcp";
/// Where MCP is spoken.
pub(crate) const ENDPOINT: &str = "/mcp";

/// How this server is named as a resource.
#[derive(Clone, Debug)]
pub(crate) struct Resource {
    base: String,
    scope: String,
    cloud: Cloud,
}

impl Resource {
    /// Names the resource at `public_url`, for which tokens carry `scope`.
    pub(crate) fn new(public_url: &Url, scope: String, cloud: Cloud) -> Self {
        Self { base: public_url.as_str().trim_end_matches('/').to_owned(), scope, cloud }
    }

    /// Returns the address that clients use, which is the resource's name too.
    pub(crate) fn url(&self) -> String {
        format!("{}{ENDPOINT}", self.base)
    }

    /// Returns the address of the document.
    pub(crate) fn metadata_url(&self) -> String {
        format!("{}{OF_ENDPOINT}", self.base)
    }

    /// Returns the permission that a token must carry.
    pub(crate) fn scope(&self) -> &str {
        &self.scope
    }

    /// Writes the document for those who may call.
    pub(crate) fn document(&self, allowed: &AllowList) -> Bytes {
        let mut tenants = allowed.tenants();
        let tenant = match (tenants.next(), tenants.next()) {
            (Some(tenant), None) => tenant.as_str(),
            _ => "organizations",
        };
        let issuer = format!("{}{tenant}/v2.0", self.cloud.login_root());
        let document = json!({
            "resource": self.url(),
            "authorization_servers": [issuer],
            "scopes_supported": [self.scope],
            "bearer_methods_supported": ["header"],
            "resource_name": "Microsoft 365 connector",
        });
        document.to_string().into()
    }
}

/// Answers a request for the document. Any page may read it: it is public.
pub(crate) fn serve(method: &Method, document: Bytes) -> Answer {
    let mut answer = match *method {
        Method::GET => answer::of(StatusCode::OK, "application/json", document),
        Method::HEAD => answer::of(StatusCode::OK, "application/json", Bytes::new()),
        Method::OPTIONS => answer::empty(StatusCode::NO_CONTENT),
        _ => return answer::not_allowed("GET, HEAD, OPTIONS"),
    };
    let fields = [
        (header::CACHE_CONTROL, "max-age=3600"),
        (header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"),
        (header::ACCESS_CONTROL_ALLOW_METHODS, "GET"),
        (header::ACCESS_CONTROL_ALLOW_HEADERS, "mcp-protocol-version"),
    ];
    for (name, value) in fields {
        answer.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    answer
}
