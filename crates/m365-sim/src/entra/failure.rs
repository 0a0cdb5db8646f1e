//! Entra ID's errors: the AADSTS number decides everything else.

use http::{StatusCode, header};
use serde_json::{Map, Value, json};

use crate::{
    http::{Request, Response},
    random,
    state::State,
};

/// The ids by which Microsoft's support finds a request.
#[derive(Clone, Debug)]
pub(crate) struct Ids {
    pub(crate) trace: String,
    pub(crate) correlation: String,
    pub(crate) timestamp: String,
}

impl Ids {
    /// Makes ids for a request, echoing its `client-request-id` from header or query.
    pub(crate) fn new(state: &State, request: &Request) -> Self {
        let sent = request.header("client-request-id").map(str::to_owned);
        let query = request.query.as_deref().unwrap_or_default();
        let in_query = || {
            let params = super::params::Params::parse(query.as_bytes());
            params.get("client-request-id").map(str::to_owned)
        };
        Self {
            trace: random::guid(),
            correlation: sent
                .or_else(in_query)
                .filter(|id| random::is_guid(id))
                .unwrap_or_else(random::guid),
            timestamp: state.clock.now().strftime("%Y-%m-%d %H:%M:%SZ").to_string(),
        }
    }
}

/// A refusal by its AADSTS number.
#[derive(Clone, Debug)]
pub(crate) struct Failure {
    /// The AADSTS number.
    pub(crate) code: u32,
    /// What happened, in a sentence.
    text: String,
    claims: Option<String>,
    /// The `error` in place of the one that the number has by itself.
    error: Option<&'static str>,
    bare: bool,
}

impl Failure {
    /// Makes a refusal.
    pub(crate) fn new(code: u32, text: impl Into<String>) -> Self {
        Self { code, text: text.into(), claims: None, error: None, bare: false }
    }

    /// Makes a refusal of a code or refresh token, where the number alone says too little.
    pub(crate) fn grant(code: u32, text: impl Into<String>) -> Self {
        Self { error: Some("invalid_grant"), ..Self::new(code, text) }
    }

    /// Says the same by another number.
    pub(crate) fn numbered(self, code: u32) -> Self {
        Self { code, ..self }
    }

    /// Says that the user has to do something.
    pub(crate) fn interaction(self) -> Self {
        Self { error: Some("interaction_required"), ..self }
    }

    /// Says that the user has to do what claims tell, where refreshing says that the grant is
    /// invalid.
    pub(crate) fn on_behalf(self) -> Self {
        if self.claims.is_some() { self.interaction() } else { self }
    }

    /// Leaves out what the demo tenant was told to leave out.
    pub(crate) fn at(self, state: &State) -> Self {
        Self { bare: !state.strictness.suberrors, ..self }
    }

    /// Names a parameter that is missing.
    pub(crate) fn missing(name: &str) -> Self {
        let text = format!("The request body must contain the following parameter: '{name}'.");
        Self::new(900_144, text)
    }

    /// Adds what the next request must claim, as JSON text.
    pub(crate) fn with_claims(mut self, claims: &Value) -> Self {
        self.claims = Some(claims.to_string());
        self
    }

    /// Returns the whole description with ids and time.
    pub(crate) fn description(&self, ids: &Ids) -> String {
        let Self { code, text, .. } = self;
        let Ids { trace, correlation, timestamp } = ids;
        format!(
            "AADSTS{code}: {text} Trace ID: {trace} Correlation ID: {correlation} \
             Timestamp: {timestamp}"
        )
    }

    /// Returns the `error` of a redirect to the app.
    pub(crate) fn redirect_error(&self) -> &'static str {
        self.row().redirect
    }

    /// Answers a request to the token endpoint.
    pub(crate) fn token_response(&self, ids: &Ids) -> Response {
        let status = StatusCode::from_u16(self.row().status).unwrap_or(StatusCode::BAD_REQUEST);
        let response = Response::json(status, &Value::Object(self.body(ids)));
        response.named("x-ms-clitelem", format!("1,{},0,,", self.code))
    }

    /// Answers a request to the metadata endpoint, where an unknown tenant has its own name.
    pub(crate) fn metadata_response(&self, ids: &Ids) -> Response {
        let mut body = self.body(ids);
        if self.code == 90_002 {
            body.insert("error".to_owned(), json!("invalid_tenant"));
        }
        Response::json(StatusCode::BAD_REQUEST, &Value::Object(body))
    }

    fn body(&self, ids: &Ids) -> Map<String, Value> {
        let row = self.row();
        let mut body = Map::from_iter(
            [
                ("error", json!(self.error.unwrap_or(row.token))),
                ("error_description", json!(self.description(ids))),
                ("error_codes", json!([self.code])),
                ("timestamp", json!(ids.timestamp)),
                ("trace_id", json!(ids.trace)),
                ("correlation_id", json!(ids.correlation)),
                ("error_uri", json!(error_uri(self.code))),
            ]
            .map(|(name, value)| (name.to_owned(), value)),
        );
        if let Some(suberror) = row.suberror.filter(|_| !self.bare) {
            body.insert("suberror".to_owned(), json!(suberror));
        }
        if let Some(claims) = &self.claims {
            body.insert("claims".to_owned(), json!(claims));
        }
        body
    }

    fn row(&self) -> &'static Row {
        ROWS.iter().find(|row| row.code == self.code).unwrap_or(&UNKNOWN)
    }
}

/// Returns the page that explains a number.
pub(crate) fn error_uri(code: u32) -> String {
    format!("https://login.microsoftonline.com/error?code={code}")
}

/// Adds the headers that each answer of Entra ID carries.
pub(crate) fn with_ids(response: Response, ids: &Ids, request: &Request) -> Response {
    let echo = request.header("return-client-request-id").is_some_and(|value| value == "true");
    let mut response = response
        .named("x-ms-request-id", &ids.trace)
        .named("x-ms-ests-server", "2.1.0 - SIM ProdSlices")
        .header(header::STRICT_TRANSPORT_SECURITY, "max-age=31536000; includeSubDomains")
        .header(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    if !response.headers.contains_key(header::CACHE_CONTROL) {
        response = response
            .header(header::CACHE_CONTROL, "no-store, no-cache")
            .header(header::PRAGMA, "no-cache")
            .header(header::EXPIRES, "-1");
    }
    if echo { response.named("client-request-id", &ids.correlation) } else { response }
}

struct Row {
    code: u32,
    token: &'static str,
    suberror: Option<&'static str>,
    redirect: &'static str,
    status: u16,
}

const fn row(code: u32, token: &'static str, redirect: &'static str) -> Row {
    Row { code, token, suberror: None, redirect, status: 400 }
}

impl Row {
    const fn sub(mut self, suberror: &'static str) -> Self {
        self.suberror = Some(suberror);
        self
    }

    const fn status(mut self, status: u16) -> Self {
        self.status = status;
        self
    }
}

const UNKNOWN: Row = row(0, "invalid_request", "invalid_request");

#[rustfmt::skip]
static ROWS: &[Row] = &[
    row(16_000, "interaction_required", "interaction_required"),
    row(50_011, "invalid_client", "invalid_request"),
    row(50_013, "invalid_grant", "invalid_request"),
    row(50_020, "invalid_grant", "access_denied"),
    row(50_027, "invalid_request", "invalid_request"),
    row(50_034, "invalid_grant", "access_denied").sub("bad_token"),
    row(50_049, "invalid_instance", "invalid_request"),
    row(50_053, "invalid_grant", "access_denied"),
    row(50_055, "invalid_grant", "interaction_required").sub("user_password_expired"),
    row(50_057, "invalid_grant", "access_denied"),
    row(50_058, "invalid_grant", "login_required"),
    row(50_059, "invalid_request", "invalid_request"),
    row(50_072, "invalid_grant", "interaction_required").sub("basic_action"),
    row(50_074, "invalid_grant", "interaction_required").sub("basic_action"),
    row(50_076, "invalid_grant", "interaction_required").sub("basic_action"),
    row(50_078, "invalid_grant", "interaction_required").sub("basic_action"),
    row(50_079, "invalid_grant", "interaction_required").sub("basic_action"),
    row(50_089, "invalid_grant", "invalid_request"),
    row(50_105, "invalid_grant", "access_denied"),
    row(50_132, "invalid_grant", "login_required").sub("bad_token"),
    row(50_133, "invalid_grant", "login_required").sub("bad_token"),
    row(50_148, "invalid_grant", "invalid_request"),
    row(50_149, "invalid_request", "invalid_request"),
    row(50_158, "interaction_required", "interaction_required").sub("basic_action"),
    row(50_173, "invalid_grant", "login_required").sub("bad_token"),
    row(50_194, "invalid_request", "unauthorized_client"),
    row(50_196, "invalid_grant", "server_error"),
    row(50_199, "interaction_required", "interaction_required"),
    row(53_000, "invalid_grant", "access_denied").sub("message_only"),
    row(53_001, "invalid_grant", "access_denied").sub("message_only"),
    row(53_002, "interaction_required", "access_denied").sub("message_only"),
    row(53_003, "invalid_grant", "access_denied").sub("message_only"),
    row(53_004, "interaction_required", "access_denied").sub("additional_action"),
    row(54_005, "invalid_grant", "invalid_request"),
    row(65_001, "invalid_grant", "consent_required").sub("consent_required"),
    row(65_004, "access_denied", "access_denied"),
    row(70_000, "invalid_grant", "invalid_request"),
    row(70_003, "unsupported_grant_type", "invalid_request"),
    row(70_007, "invalid_request", "unsupported_response_type"),
    row(70_008, "invalid_grant", "invalid_request"),
    row(70_011, "invalid_scope", "invalid_scope"),
    row(70_021, "invalid_client", "invalid_client").status(401),
    row(70_043, "invalid_grant", "login_required").sub("token_expired"),
    row(70_044, "invalid_grant", "login_required").sub("token_expired"),
    row(90_002, "invalid_request", "invalid_request"),
    row(90_012, "temporarily_unavailable", "temporarily_unavailable").status(503),
    row(90_013, "invalid_request", "invalid_request"),
    row(90_023, "invalid_request", "invalid_request"),
    row(90_024, "temporarily_unavailable", "temporarily_unavailable"),
    row(90_033, "temporarily_unavailable", "temporarily_unavailable").status(503),
    row(90_094, "invalid_grant", "access_denied").sub("consent_required"),
    row(135_011, "temporarily_unavailable", "temporarily_unavailable").status(503),
    row(240_002, "invalid_grant", "invalid_request"),
    row(500_011, "invalid_resource", "invalid_resource"),
    row(500_014, "invalid_resource", "invalid_resource"),
    row(500_112, "invalid_grant", "invalid_request"),
    row(500_131, "invalid_grant", "invalid_request"),
    row(500_133, "invalid_grant", "invalid_request"),
    row(501_481, "invalid_grant", "invalid_request"),
    row(501_491, "invalid_request", "invalid_request"),
    row(530_003, "invalid_grant", "access_denied").sub("message_only"),
    row(530_084, "invalid_grant", "access_denied").sub("message_only"),
    row(650_052, "invalid_client", "invalid_client"),
    row(650_053, "invalid_scope", "invalid_client"),
    row(700_005, "invalid_grant", "invalid_request"),
    row(700_016, "unauthorized_client", "unauthorized_client"),
    row(700_021, "invalid_client", "invalid_client").status(401),
    row(700_023, "invalid_client", "invalid_client").status(401),
    row(700_024, "invalid_client", "invalid_client").status(401),
    row(700_025, "invalid_client", "invalid_client").status(401),
    row(700_027, "invalid_client", "invalid_client").status(401),
    row(700_030, "invalid_client", "invalid_client").status(401),
    row(700_054, "invalid_request", "unsupported_response_type"),
    row(700_082, "invalid_grant", "invalid_request"),
    row(700_084, "invalid_grant", "invalid_request"),
    row(700_211, "invalid_client", "invalid_client").status(401),
    row(700_212, "invalid_client", "invalid_client").status(401),
    row(700_213, "invalid_client", "invalid_client").status(401),
    row(700_222, "invalid_client", "invalid_client").status(401),
    row(900_144, "invalid_request", "invalid_request"),
    row(900_561, "invalid_request", "invalid_request"),
    row(901_002, "invalid_request", "invalid_request"),
    row(1_000_502, "invalid_client", "invalid_client").status(401),
    row(5_002_730, "invalid_client", "invalid_client").status(401),
    row(7_000_112, "unauthorized_client", "unauthorized_client"),
    row(7_000_114, "invalid_grant", "invalid_request"),
    row(7_000_214, "invalid_client", "invalid_client").status(401),
    row(7_000_215, "invalid_client", "invalid_client").status(401),
    row(7_000_216, "invalid_client", "invalid_client").status(401),
    row(7_000_218, "invalid_client", "invalid_client").status(401),
    row(7_000_222, "invalid_client", "invalid_client").status(401),
    row(7_000_277, "invalid_client", "invalid_client").status(401),
    row(9_000_411, "invalid_request", "invalid_request"),
    row(9_002_313, "invalid_request", "invalid_request"),
    row(9_002_325, "invalid_request", "invalid_request"),
    row(9_002_326, "invalid_request", "invalid_request"),
    row(9_002_327, "invalid_request", "invalid_request"),
    row(9_010_010, "invalid_target", "invalid_request"),
];
