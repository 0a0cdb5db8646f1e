//! A broker that answers as a test tells it, and remembers what it was asked.

use std::{
    collections::VecDeque,
    future::pending,
    net::SocketAddr,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};
use m365_auth::{
    AccessToken, Authority, Availability, Broker, BrokerAccount, BrokerOutcome, BrokerRequest,
    BrokerToken, Clock, Cloud, ManualClock, MemoryStore, ParentWindow, PublicClient,
    PublicClientBuilder, Result, TokenProvider, TokenRequest,
};
use m365_sim::Sim;
use url::Url;

use crate::entra::{CLIENT, TENANT, USER, without_trust_store};

pub(crate) const OID: &str = "6f1f0c1e-0000-4000-8000-000000000a01";

/// What a broker is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stage {
    Silent,
    Window,
    SignOut,
}

/// A broker of its own name, so that what becomes of it concerns no other test.
#[derive(Debug)]
pub(crate) struct Scripted {
    name: &'static str,
    clock: ManualClock,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    absent: bool,
    outcomes: VecDeque<Option<BrokerOutcome>>,
    asked: Vec<(Stage, BrokerRequest)>,
    parent: ParentWindow,
    keeps_tokens: bool,
    issued: usize,
}

impl Scripted {
    pub(crate) fn new() -> Arc<Self> {
        static COUNT: AtomicUsize = AtomicUsize::new(1);
        let name = format!("Broker {}", COUNT.fetch_add(1, Ordering::SeqCst)).leak();
        let clock = ManualClock::new("2026-11-21T10:00:00Z".parse().unwrap());
        Arc::new(Self { name, clock, state: Mutex::default() })
    }

    /// Answers the next question, at whatever stage; without one it is a token.
    pub(crate) fn next(&self, outcome: BrokerOutcome) {
        self.state(|state| state.outcomes.push_back(Some(outcome)));
    }

    /// Never answers the next question.
    pub(crate) fn hang(&self) {
        self.state(|state| state.outcomes.push_back(None));
    }

    pub(crate) fn is_absent(&self) {
        self.state(|state| state.absent = true);
    }

    pub(crate) fn keeps_tokens(&self) {
        self.state(|state| state.keeps_tokens = true);
    }

    pub(crate) fn stages(&self) -> Vec<Stage> {
        self.state(|state| state.asked.iter().map(|(stage, _)| *stage).collect())
    }

    /// Returns all that it was asked.
    pub(crate) fn questions(&self) -> Vec<BrokerRequest> {
        self.state(|state| state.asked.iter().map(|(_, asked)| asked.clone()).collect())
    }

    /// Returns the latest question.
    pub(crate) fn asked(&self) -> BrokerRequest {
        self.state(|state| state.asked.last().unwrap().1.clone())
    }

    pub(crate) fn parent(&self) -> ParentWindow {
        self.state(|state| state.parent)
    }

    pub(crate) fn advance(&self, seconds: u64) {
        self.clock.advance(Duration::from_secs(seconds));
    }

    /// A token of the usual account that lives for an hour.
    pub(crate) fn token(&self) -> BrokerToken {
        let count = self.state(|state| {
            state.issued += 1;
            state.issued
        });
        token(&format!("canary-broker-at-{count}"), self.clock.now())
    }

    /// A client with this broker, which cannot reach the network.
    pub(crate) fn builder(self: &Arc<Self>) -> PublicClientBuilder {
        let nowhere = || reqwest::Proxy::all("http://127.0.0.1:1").unwrap();
        let authority = Authority::new(Cloud::Global, TENANT.parse().unwrap());
        PublicClient::builder(authority, CLIENT.parse().unwrap())
            .scopes("Mail.Read".parse().unwrap())
            .clock(Arc::new(self.clock.clone()))
            .http(move || without_trust_store().proxy(nowhere()))
            .broker(self.clone())
    }

    /// The same, with Entra ID at its own address, where `sim` answers.
    pub(crate) fn builder_for(self: &Arc<Self>, sim: &Sim) -> PublicClientBuilder {
        let authority = Authority::new(Cloud::Global, sim.tenant_id().parse().unwrap());
        let clock = ManualClock::new(sim.clock().now());
        PublicClient::builder(authority, sim.local_client_id().parse().unwrap())
            .clock(Arc::new(clock))
            .http(as_microsoft(sim))
            .broker(self.clone())
    }

    fn state<T>(&self, change: impl FnOnce(&mut State) -> T) -> T {
        change(&mut self.state.lock().unwrap())
    }

    async fn answer(&self, stage: Stage, question: &BrokerRequest) -> BrokerOutcome {
        let scripted = self.state(|state| {
            state.asked.push((stage, question.clone()));
            state.outcomes.pop_front()
        });
        match scripted {
            Some(Some(outcome)) => outcome,
            Some(None) => pending().await,
            None => BrokerOutcome::Token(Box::new(self.token())),
        }
    }
}

#[async_trait]
impl Broker for Scripted {
    fn name(&self) -> &'static str {
        self.name
    }

    async fn availability(&self, _: &BrokerRequest) -> Availability {
        match self.state(|state| state.absent) {
            true => Availability::Absent,
            false => Availability::Available,
        }
    }

    async fn silent(&self, question: &BrokerRequest) -> BrokerOutcome {
        self.answer(Stage::Silent, question).await
    }

    async fn interactive(&self, question: &BrokerRequest, parent: ParentWindow) -> BrokerOutcome {
        self.state(|state| state.parent = parent);
        self.answer(Stage::Window, question).await
    }

    async fn sign_out(&self, question: &BrokerRequest) -> Result<(), String> {
        self.state(|state| {
            state.asked.push((Stage::SignOut, question.clone()));
            if state.keeps_tokens { Err("it is busy".to_owned()) } else { Ok(()) }
        })
    }
}

/// A token of the usual account that lives for an hour from `now`.
pub(crate) fn token(secret: &str, now: Timestamp) -> BrokerToken {
    let mut token = BrokerToken::new(secret.to_owned().into(), account(OID, TENANT, USER));
    token.expires_on = Some(now + SignedDuration::from_hours(1));
    token
}

pub(crate) fn account(oid: &str, tid: &str, username: &str) -> BrokerAccount {
    BrokerAccount::new("broker-account", oid, tid, username)
}

pub(crate) fn fallback() -> BrokerOutcome {
    BrokerOutcome::Fallback {
        stage: "interactive",
        code: "0x80070490".to_owned(),
        reason: "no account of mira.solberg@fjordlight.example".to_owned(),
    }
}

pub(crate) fn demand(claims: Option<&str>, aadsts: Option<u32>) -> BrokerOutcome {
    let claims = claims.map(str::to_owned);
    BrokerOutcome::InteractionRequired { claims, aadsts, text: "AADSTS1: Please. More.".into() }
}

pub(crate) fn retryable() -> BrokerOutcome {
    let after = Some(Duration::from_secs(30));
    BrokerOutcome::Retryable { after, text: "The network is down".to_owned() }
}

pub(crate) fn refused(code: Option<u32>) -> BrokerOutcome {
    BrokerOutcome::Final { aadsts: code, text: "No way".to_owned() }
}

/// A client that is signed in through a broker.
pub(crate) async fn signed_in() -> (Arc<Scripted>, PublicClient) {
    let broker = Scripted::new();
    let client = broker.builder().build();
    client.sign_in_with_broker(&<_>::default()).await.unwrap().unwrap();
    (broker, client)
}

pub(crate) async fn access(client: &PublicClient) -> Result<AccessToken> {
    client.access_token(&TokenRequest::new()).await
}

pub(crate) fn shared_store() -> Arc<MemoryStore> {
    Arc::new(MemoryStore::new())
}

/// A tenant that speaks TLS, as Microsoft's sign-in host does.
pub(crate) async fn tenant() -> Sim {
    Sim::builder().tls(true).auto_sign_in(USER).start().await.unwrap()
}

/// Sends what is for Microsoft's sign-in host to `sim`.
pub(crate) fn as_microsoft(sim: &Sim) -> impl Fn() -> reqwest::ClientBuilder + use<> {
    let pem = std::fs::read(sim.ca_file().unwrap()).unwrap();
    let authority = reqwest::Certificate::from_pem(&pem).unwrap();
    let login: Url = sim.login_endpoint().parse().unwrap();
    let address = SocketAddr::from(([127, 0, 0, 1], login.port().unwrap()));
    move || {
        reqwest::Client::builder()
            .no_proxy()
            .tls_certs_only([authority.clone()])
            .tls_danger_accept_invalid_hostnames(true)
            .resolve("login.microsoftonline.com", address)
    }
}
