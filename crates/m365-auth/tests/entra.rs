//! A token endpoint whose single answers a test chooses, and a browser that does as it is told.

use std::{
    collections::{BTreeMap, VecDeque},
    sync::{Arc, Mutex},
    time::Duration,
};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use jiff::{Timestamp, fmt::rfc2822};
use m365_auth::{
    Account, Authority, Clock, Cloud, Endpoint, ManualClock, PublicClient, PublicClientBuilder,
    Result, SignInOptions,
};
use serde_json::{Value, json};
use url::Url;
use wiremock::{
    Mock, MockServer, Request, Respond, ResponseTemplate,
    matchers::{method, path_regex},
};

pub(crate) const TENANT: &str = "11111111-2222-4333-8444-555555555555";
pub(crate) const CLIENT: &str = "aaaaaaaa-0000-4000-8000-000000000001";
pub(crate) const USER: &str = "mira.solberg@fjordlight.example";

/// Parameters of a request by their names.
pub(crate) type Form = BTreeMap<String, String>;

/// One tenant's token and metadata endpoints.
pub(crate) struct Entra {
    server: MockServer,
    script: Arc<Script>,
    pub(crate) clock: ManualClock,
}

struct Script {
    clock: ManualClock,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    answers: VecDeque<ResponseTemplate>,
    /// Members that replace those of the usual success.
    changes: VecDeque<Value>,
    /// Claims that replace those of the usual ID token.
    id_token: Value,
    nonce: String,
    server_ahead: i64,
    issued: usize,
}

impl Entra {
    pub(crate) async fn start() -> Self {
        let clock = ManualClock::new("2026-11-21T10:00:00Z".parse().unwrap());
        let script = Arc::new(Script { clock: clock.clone(), state: Mutex::default() });
        let entra = Self { server: MockServer::start().await, script: script.clone(), clock };
        let tokens = Mock::given(method("POST")).and(path_regex("/oauth2/v2.0/token$"));
        tokens.respond_with(Tokens(script)).mount(&entra.server).await;
        entra
    }

    /// Serves a metadata document; without one the endpoints are where they always are.
    pub(crate) async fn with_metadata(self, status: u16, document: Value) -> Self {
        let metadata = Mock::given(method("GET")).and(path_regex("openid-configuration$"));
        let answer = ResponseTemplate::new(status).set_body_json(document);
        metadata.respond_with(answer).mount(&self.server).await;
        self
    }

    pub(crate) fn root(&self) -> Url {
        Endpoint::parse(&self.server.uri()).unwrap()
    }

    pub(crate) fn authority(&self) -> Authority {
        Authority::new(Cloud::Global, TENANT.parse().unwrap()).with_login_root(self.root())
    }

    pub(crate) fn builder(&self) -> PublicClientBuilder {
        let builder = PublicClient::builder(self.authority(), CLIENT.parse().unwrap());
        let builder = builder.scopes("Mail.Read".parse().unwrap());
        builder.clock(Arc::new(self.clock.clone())).http(without_trust_store)
    }

    /// A client with an account signed in.
    pub(crate) async fn signed_in(&self) -> PublicClient {
        let client = self.builder().build();
        self.sign_in(&client).await.unwrap();
        client
    }

    /// Signs in as a person would.
    pub(crate) async fn sign_in(&self, client: &PublicClient) -> Result<Account> {
        self.sign_in_with_page(client).await.0
    }

    /// Signs in, and returns the page that the person sees in the end.
    pub(crate) async fn sign_in_with_page(
        &self,
        client: &PublicClient,
    ) -> (Result<Account>, String) {
        let sign_in = client.begin_sign_in(&SignInOptions::new()).await.unwrap();
        let asked = self.asked(sign_in.url());
        let code = [("code", "the-code"), ("state", &asked["state"])];
        let redirect = redirect_url(&asked, &code);
        tokio::join!(sign_in.finish(), async { browse(&redirect).await.1 })
    }

    /// Reads an authorize address, as Entra ID would, and remembers its nonce for the ID token.
    pub(crate) fn asked(&self, url: &Url) -> Form {
        let pairs: Vec<_> = url.query_pairs().into_owned().collect();
        let form: Form = pairs.iter().cloned().collect();
        assert_eq!(form.len(), pairs.len(), "a parameter is doubled");
        self.state(|state| state.nonce = form["nonce"].clone());
        form
    }

    /// Answers the next token request with `answer`.
    pub(crate) fn next(&self, answer: ResponseTemplate) {
        self.state(|state| state.answers.push_back(answer));
    }

    /// Answers the next token request with an error.
    pub(crate) fn next_error(&self, error: Value) {
        self.next(ResponseTemplate::new(400).set_body_json(error));
    }

    /// Changes members of the next success.
    pub(crate) fn next_change(&self, members: Value) {
        self.state(|state| state.changes.push_back(members));
    }

    /// Changes claims of all ID tokens.
    pub(crate) fn id_token(&self, claims: Value) {
        self.state(|state| state.id_token = claims);
    }

    /// Sets the server's clock ahead of the device's.
    pub(crate) fn server_ahead(&self, seconds: i64) {
        self.state(|state| state.server_ahead = seconds);
    }

    /// Returns the forms of all token requests so far.
    pub(crate) async fn forms(&self) -> Vec<Form> {
        let requests = self.requests().await;
        let posts = requests.iter().filter(|request| request.method.as_str() == "POST");
        posts.map(form).collect()
    }

    /// Returns all requests so far. Gives way first: the end of the server waits in a manner that a task
    /// which has used up its turn would wait in for ever.
    pub(crate) async fn requests(&self) -> Vec<Request> {
        tokio::task::yield_now().await;
        self.server.received_requests().await.unwrap()
    }

    /// An ID token as a broker passes it on, with `claims` changed.
    pub(crate) fn broker_id_token(claims: Value) -> String {
        id_token(&State { id_token: claims, ..State::default() }, Timestamp::UNIX_EPOCH)
    }

    fn state<T>(&self, change: impl FnOnce(&mut State) -> T) -> T {
        change(&mut self.script.state.lock().unwrap())
    }
}

/// An HTTP client that is ready at once, so that short timeouts measure only what is sent.
pub(crate) fn without_trust_store() -> reqwest::ClientBuilder {
    reqwest::Client::builder().tls_certs_only([])
}

/// The address to which the browser comes back.
pub(crate) fn redirect_url(asked: &Form, parameters: &[(&str, &str)]) -> Url {
    Url::parse_with_params(&asked["redirect_uri"], parameters).unwrap()
}

/// Opens `url` as a browser does, redirects included; returns status and page.
pub(crate) async fn browse(url: &Url) -> (u16, String) {
    let answer = reqwest::get(url.clone()).await.unwrap();
    (answer.status().as_u16(), answer.text().await.unwrap())
}

/// Waits for background work without waiting for time to pass.
pub(crate) async fn eventually(mut holds: impl AsyncFnMut() -> bool) {
    let patience = tokio::time::timeout(Duration::from_secs(10), async {
        while !holds().await {
            tokio::task::yield_now().await;
        }
    });
    patience.await.expect("it did not happen");
}

struct Tokens(Arc<Script>);

impl Respond for Tokens {
    fn respond(&self, request: &Request) -> ResponseTemplate {
        let mut state = self.0.state.lock().unwrap();
        let now = self.0.clock.now() + jiff::SignedDuration::from_secs(state.server_ahead);
        let answer = match state.answers.pop_front() {
            Some(answer) => answer,
            None => ResponseTemplate::new(200).set_body_json(success(&mut state, request, now)),
        };
        answer.append_header("date", http_date(now))
    }
}

pub(crate) fn http_date(time: Timestamp) -> String {
    let text = rfc2822::DateTimePrinter::new().timestamp_to_rfc9110_string(&time);
    text.unwrap()
}

fn success(state: &mut State, request: &Request, now: Timestamp) -> Value {
    state.issued += 1;
    let mut answer = json!({
        "token_type": "Bearer",
        "scope": form(request)["scope"].replace("offline_access ", ""),
        "expires_in": 3600,
        "access_token": format!("canary-at-{}", state.issued),
        "refresh_token": format!("canary-rt-{}", state.issued),
        "id_token": id_token(state, now),
    });
    merge(&mut answer, state.changes.pop_front().unwrap_or_default());
    answer
}

fn id_token(state: &State, now: Timestamp) -> String {
    let mut claims = json!({
        "aud": CLIENT, "iss": format!("https://login.microsoftonline.com/{TENANT}/v2.0"),
        "exp": now.as_second() + 3600, "nonce": state.nonce, "tid": TENANT,
        "oid": "6f1f0c1e-0000-4000-8000-000000000a01", "preferred_username": USER,
        "name": "Mira Solberg",
    });
    merge(&mut claims, state.id_token.clone());
    format!("e30.{}.canary-signature", URL_SAFE_NO_PAD.encode(claims.to_string()))
}

fn merge(into: &mut Value, changes: Value) {
    if let Value::Object(changes) = changes {
        for (name, value) in changes {
            into[name] = value;
        }
    }
}

fn form(request: &Request) -> Form {
    let pairs: Vec<_> = url::form_urlencoded::parse(&request.body).into_owned().collect();
    let form: Form = pairs.iter().cloned().collect();
    assert_eq!(form.len(), pairs.len(), "a parameter is doubled");
    form
}
