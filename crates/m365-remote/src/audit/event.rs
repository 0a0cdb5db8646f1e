use std::{borrow::Cow, hash::Hash, net::IpAddr, time::Duration};

use jiff::Timestamp;
use m365_auth::{ClientId, TenantId};
use serde::{Serialize, Serializer};
use serde_json::{Map, Value};

use super::Arguments;

/// What happened, in the words of the schema; what is not known is left out.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Event {
    schema: &'static str,
    #[serde(serialize_with = "millis")]
    time: Timestamp,
    event: EventKind,
    outcome: Cow<'static, str>,
    #[serde(skip_serializing_if = "str::is_empty")]
    pub(super) instance: String,
    #[serde(skip_serializing_if = "str::is_empty")]
    pub(super) version: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<Cow<'static, str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    request_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    client_request_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    tenant_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    user_oid: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    client_app_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    token_uti: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    protocol: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    transport: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    source_ip: Option<IpAddr>,
    #[serde(skip_serializing_if = "Option::is_none")]
    tool: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    args: Option<Arguments>,
    #[serde(skip_serializing_if = "Option::is_none")]
    graph: Option<Vec<GraphRequest>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    obo: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    items: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    bytes_out: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    truncated: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    duration_ms: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    policy: Option<Vec<Cow<'static, str>>>,
    #[serde(skip_serializing_if = "Map::is_empty")]
    detail: Map<String, Value>,
}

/// The kinds of events.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
pub(crate) enum EventKind {
    /// The configuration was read again.
    #[serde(rename = "config.reloaded")]
    ConfigReloaded,
    /// A document was refused.
    #[serde(rename = "content.refused")]
    ContentRefused,
    /// A caller has reached a limit.
    #[serde(rename = "limit.hit")]
    LimitHit,
    /// Entra gave no Graph token.
    #[serde(rename = "obo.failed")]
    OboFailed,
    /// A policy or a switch has refused a call.
    #[serde(rename = "policy.denied")]
    PolicyDenied,
    /// A caller's token was rejected.
    #[serde(rename = "auth.rejected")]
    AuthRejected,
    /// No new calls are taken.
    #[serde(rename = "server.draining")]
    ServerDraining,
    /// The keys are there: calls are taken.
    #[serde(rename = "server.ready")]
    ServerReady,
    /// The process runs.
    #[serde(rename = "server.started")]
    ServerStarted,
    /// The process ends.
    #[serde(rename = "server.stopped")]
    ServerStopped,
    /// A kill switch was set or lifted.
    #[serde(rename = "switch.changed")]
    SwitchChanged,
    /// A tool was called.
    #[serde(rename = "tool.call")]
    ToolCall,
}

/// A request to Graph, as an event tells of it.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct GraphRequest {
    /// Method and route, without ids or query.
    pub(crate) template: Cow<'static, str>,
    /// The last status, if Graph answered.
    pub(crate) status: Option<u16>,
    /// How often it was sent.
    pub(crate) attempts: u32,
    /// Graph's own id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) request_id: Option<String>,
    /// The size of what came back.
    pub(crate) bytes: u64,
    /// How long it took, retries included.
    pub(crate) ms: u64,
}

impl Event {
    /// Begins an event; `outcome` is a fixed word, `ok` where all went well.
    pub(crate) fn new(event: EventKind, outcome: impl Into<Cow<'static, str>>) -> Self {
        Self {
            schema: "m365.audit/1",
            time: Timestamp::UNIX_EPOCH,
            event,
            outcome: outcome.into(),
            instance: String::new(),
            version: "",
            reason: None,
            request_id: None,
            client_request_id: None,
            tenant_id: None,
            user_oid: None,
            client_app_id: None,
            token_uti: None,
            protocol: None,
            transport: None,
            source_ip: None,
            tool: None,
            args: None,
            graph: None,
            obo: None,
            items: None,
            bytes_out: None,
            truncated: None,
            duration_ms: None,
            policy: None,
            detail: Map::new(),
        }
    }

    /// Says why, in a fixed word.
    pub(crate) fn reason(mut self, reason: impl Into<Cow<'static, str>>) -> Self {
        self.reason = Some(reason.into());
        self
    }

    /// Names the HTTP request: our id, and where it came from.
    pub(crate) fn request(mut self, id: impl Into<String>, source: Option<IpAddr>) -> Self {
        self.request_id = Some(id.into());
        self.source_ip = source;
        self.transport = Some("http");
        self
    }

    /// Names the address, where no single request is meant.
    pub(crate) fn source(mut self, source: IpAddr) -> Self {
        self.source_ip = Some(source);
        self
    }

    /// Names the id under which Graph knows the call.
    pub(crate) fn client_request_id(mut self, id: impl Into<String>) -> Self {
        self.client_request_id = Some(id.into());
        self
    }

    /// Names the caller.
    pub(crate) fn caller(mut self, tenant: &TenantId, user: &str, client: &ClientId) -> Self {
        self.user_oid = Some(user.to_owned());
        self.tenant(tenant).client(client)
    }

    /// Names the tenant, where no more of the caller is certain.
    pub(crate) fn tenant(mut self, tenant: &TenantId) -> Self {
        self.tenant_id = Some(tenant.as_str().to_owned());
        self
    }

    /// Names the client application.
    pub(crate) fn client(mut self, client: &ClientId) -> Self {
        self.client_app_id = Some(client.as_str().to_owned());
        self
    }

    /// Names the caller's token by its own id.
    pub(crate) fn token_id(mut self, uti: Option<&str>) -> Self {
        self.token_uti = uti.map(str::to_owned);
        self
    }

    /// Names the revision of MCP.
    pub(crate) fn protocol(mut self, protocol: Option<impl Into<String>>) -> Self {
        self.protocol = protocol.map(Into::into);
        self
    }

    /// Names the tool and what is said of its arguments.
    pub(crate) fn tool(mut self, tool: impl Into<String>, arguments: Option<Arguments>) -> Self {
        self.tool = Some(tool.into());
        self.args = arguments;
        self
    }

    /// Lists the requests that the call sent to Graph, and how its token was found.
    pub(crate) fn graph(mut self, requests: Vec<GraphRequest>, obo: Option<&'static str>) -> Self {
        self.graph = Some(requests);
        self.obo = obo;
        self
    }

    /// Measures the answer.
    pub(crate) fn answer(mut self, items: Option<usize>, bytes: usize, is_truncated: bool) -> Self {
        self.items = items;
        self.bytes_out = Some(bytes);
        self.truncated = Some(is_truncated);
        self
    }

    /// Says how long it took.
    pub(crate) fn duration(mut self, took: Duration) -> Self {
        self.duration_ms = Some(u64::try_from(took.as_millis()).unwrap_or(u64::MAX));
        self
    }

    /// Lists the policies that had a say, e.g. `ask`.
    pub(crate) fn policy<P: Into<Cow<'static, str>>>(
        mut self,
        policies: impl IntoIterator<Item = P>,
    ) -> Self {
        self.policy = Some(policies.into_iter().map(Into::into).collect());
        self
    }

    /// Adds a field of this kind of event alone.
    pub(crate) fn detail(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.detail.insert(name.to_owned(), value.into());
        self
    }

    /// Returns what happened.
    pub(super) const fn kind(&self) -> EventKind {
        self.event
    }

    /// Returns what two refusals have in common of which one is the repeat of the other: kind, reason, and
    /// the user or else the address.
    pub(super) fn subject(&self) -> impl Hash {
        let Self { event, reason, tenant_id, user_oid, .. } = self;
        let source = if user_oid.is_none() { self.source_ip } else { None };
        (*event, reason.clone(), tenant_id.clone(), user_oid.clone(), source)
    }

    /// Says when.
    pub(super) fn at(mut self, time: Timestamp) -> Self {
        self.time = time;
        self
    }
}

fn millis<S: Serializer>(time: &Timestamp, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(&format_args!("{time:.3}"))
}
