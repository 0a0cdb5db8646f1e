//! The exchange against the demo tenant, which checks it as Entra ID does.

use std::{fs, sync::Arc, time::Duration};

use base64::{Engine, engine::general_purpose::STANDARD};
use m365_auth::{
    AccessToken, AllowList, CallerToken, ClientCredential, ClientSecret, Clock, Cloud,
    ConfidentialClient, ErrorKind, FederatedToken, ManualClock, TokenProvider, TokenRequest,
    TokenValidator,
};
use m365_sim::{Policy, Sim, SimBuilder, Tenant, UserKind};
use ring::signature::{KeyPair, RSA_PKCS1_SHA256, RsaKeyPair};
use serde_json::json;
use tempfile::TempDir;
use url::Url;

use super::{
    certificates::{Files, KEY_B},
    refusal, token,
};
use crate::{
    entra::without_trust_store,
    issuer::{Key, encode},
};

const USER: &str = "mira.solberg@fjordlight.example";
const NOW: &str = "2026-11-21T10:00:00Z";
const CLUSTER: &str = "https://cluster.example";
const WORKLOAD: &str = "system:serviceaccount:m365:connector";

#[tokio::test]
async fn a_callers_token_is_exchanged_for_one_that_graph_takes() {
    let demo = Demo::start().await;
    let (client, caller) = (demo.client(), demo.caller().await);

    let token = token(&client, &caller).await.unwrap();

    assert!(token.grants("Mail.Read"), "{token:?}");
    assert_eq!(demo.me(&token).await.status(), 200);
    assert_eq!(demo.sim.violations(), Vec::<String>::new());
}

#[tokio::test]
async fn r12_a_guest_is_exchanged_where_he_is_one_and_is_somebody_else_at_home() {
    let demo = Demo::start().await;
    let client = demo.client();
    let mut people = demo.sim.tenants().flat_map(Tenant::users);
    let guest = people.find(|user| user.kind == UserKind::Guest).unwrap();
    let token_in = |tenant: &str| demo.sim.caller_token(&guest.mail).tenant(tenant).issue();
    let abroad = demo.validated(&token_in(&guest.tenant)).await;
    let at_home = demo.validated(&token_in(&guest.home_tenant)).await;

    let tokens = [token(&client, &abroad).await.unwrap(), token(&client, &at_home).await.unwrap()];

    assert_eq!(abroad.tenant().as_str(), guest.tenant);
    assert_eq!(at_home.tenant().as_str(), guest.home_tenant);
    assert_ne!(tokens[0], tokens[1]);
    assert_eq!(client.cache_entries(), 2);
}

#[tokio::test]
async fn g27_a_challenge_of_graph_that_no_exchange_fulfils_is_the_callers_to_answer() {
    let demo = Demo::start().await;
    let (client, desktop) = (demo.client(), demo.sim.desktop(USER));
    let caller = demo.validated(&desktop.sign_in().await.unwrap()).await;
    let refused = token(&client, &caller).await.unwrap();
    demo.advance(60);
    demo.sim.leave_network(USER, "203.0.113.7");
    let answer = demo.me(&refused).await;
    let request = TokenRequest::new().with_claims(challenge_in(&answer)).rejecting(refused);

    let error = client.on_behalf_of(&caller).access_token(&request).await.unwrap_err();
    let claims = error.claims().unwrap();
    let newer = demo.validated(&desktop.answer(claims).await.unwrap()).await;
    let token = token(&client, &newer).await.unwrap();

    assert_eq!((answer.status().as_u16(), error.kind()), (401, ErrorKind::SignInRequired));
    assert_eq!(demo.me(&token).await.status(), 200);
}

#[tokio::test]
async fn a_policy_for_devices_is_demanded_once_and_then_refers_to_the_local_connector() {
    let demo = Demo::start().await;
    let (client, desktop) = (demo.client(), demo.sim.desktop(USER));
    let before = demo.validated(&desktop.sign_in().await.unwrap()).await;
    demo.sim.policy(Policy::compliant_device());

    let demand = refusal(&client, &before).await;
    demo.advance(60);
    let after = demo.validated(&demo.sim.caller_token(USER).issue()).await;
    let denied = refusal(&client, &after).await;

    assert_eq!((demand.kind(), denied.kind()), (ErrorKind::SignInRequired, ErrorKind::Denied));
    assert!(demand.claims().is_some() && denied.claims().is_none());
    assert!(denied.message().unwrap().contains("m365-local"), "{denied}");
    demo.sim.register_device(USER);
    let claims = demand.claims().unwrap();
    let managed = demo.validated(&desktop.answer(claims).await.unwrap()).await;
    assert!(token(&client, &managed).await.is_ok(), "the host's sign-in carried a device");
}

#[tokio::test]
async fn e08_many_callers_of_one_user_cost_the_tenant_one_exchange() {
    let demo = Demo::start().await;
    let (client, caller) = (demo.client(), demo.caller().await);

    let calls = (0..200).map(|_| {
        let (client, caller) = (client.clone(), caller.clone());
        tokio::spawn(async move { token(&client, &caller).await.unwrap() })
    });
    for call in calls.collect::<Vec<_>>() {
        call.await.unwrap();
    }

    assert_eq!(demo.sim.exchanges(USER), 1);
}

#[tokio::test]
async fn e04_a_secret_that_expires_is_replaced_in_its_file() {
    let demo = Demo::start().await;
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("secret");
    fs::write(&path, demo.sim.connector_secret()).unwrap();
    let (client, caller) =
        (demo.client_with(ClientSecret::from_file(&path).unwrap()), demo.caller().await);
    demo.sim.expire_secret();

    let expired = refusal(&client, &caller).await;
    demo.sim.add_secret("the new secret");
    fs::write(&path, "the new secret\n").unwrap();

    assert_eq!(expired.kind(), ErrorKind::Configuration);
    assert!(token(&client, &caller).await.is_ok());
}

#[tokio::test]
async fn e04_a_wrong_secret_is_a_matter_of_configuration() {
    let demo = Demo::start().await;
    let client = demo.client_with(ClientSecret::new("another secret"));

    let error = refusal(&client, &demo.caller().await).await;

    assert_eq!(error.kind(), ErrorKind::Configuration);
}

#[tokio::test]
async fn e04_the_next_secret_takes_over() {
    let demo = Demo::start().await;
    let secret = ClientSecret::new("the old one").with_next(demo.sim.connector_secret());
    let client = demo.client_with(secret);

    assert!(token(&client, &demo.caller().await).await.is_ok());
}

#[tokio::test]
async fn a_certificate_is_as_good_as_a_secret_and_its_successor_takes_over() {
    let mut files = Files::new();
    let before = files.der.clone();
    let credentials = files.open();
    files.write(KEY_B, 2020, 2040);
    let demo = Demo::with(|sim| sim.connector_certificate(files.der.clone())).await;
    let client = demo.client_with(credentials);

    token(&client, &demo.caller().await).await.unwrap();

    let credentials = files.open();
    let demo = Demo::with(|sim| sim.connector_certificate(before)).await;
    let error = refusal(&demo.client_with(credentials), &demo.caller().await).await;
    assert_eq!(error.kind(), ErrorKind::Configuration);
}

#[tokio::test]
async fn the_older_header_of_a_certificate_is_taken_too() {
    let files = Files::new();
    let demo = Demo::with(|sim| sim.connector_certificate(files.der.clone())).await;
    let client = demo.client_with(files.open().with_sha1_thumbprint());

    assert!(token(&client, &demo.caller().await).await.is_ok());
}

#[tokio::test]
async fn a_federated_token_is_as_good_as_a_secret_until_it_ends() {
    let pair = RsaKeyPair::from_pkcs8(KEY_B).unwrap();
    let key = pair.public_key().as_ref().to_vec();
    let demo = Demo::with(|sim| sim.connector_federation(CLUSTER, WORKLOAD, key)).await;
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("token");
    let write = |ends: i64| fs::write(&path, platform_token(&demo, ends)).unwrap();
    write(-600);
    let client = demo.client_with(FederatedToken::from_file(&path).unwrap());

    let expired = refusal(&client, &demo.caller().await).await;
    write(600);

    assert_eq!(expired.kind(), ErrorKind::Configuration);
    assert!(token(&client, &demo.caller().await).await.is_ok());
}

#[tokio::test]
async fn e20_a_disabled_user_loses_the_token_that_is_cached() {
    let demo = Demo::start().await;
    let (client, caller) = (demo.client(), demo.caller().await);
    let cached = token(&client, &caller).await.unwrap();
    demo.sim.disable(USER);

    let request = TokenRequest::new().rejecting(cached);
    let error = client.on_behalf_of(&caller).access_token(&request).await.unwrap_err();

    assert_eq!((error.kind(), error.aadsts()), (ErrorKind::SignInRequired, Some(50_057)));
    assert_eq!(client.cache_entries(), 0);
}

#[tokio::test]
async fn e02_a_second_factor_is_demanded_with_claims() {
    let demo = Demo::start().await;
    let (client, caller) = (demo.client(), demo.caller().await);
    demo.sim.require_mfa(USER);

    let error = refusal(&client, &caller).await;

    assert_eq!((error.kind(), error.aadsts()), (ErrorKind::SignInRequired, Some(50_076)));
    assert!(error.claims().is_some_and(|claims| claims.contains("access_token")), "{error:?}");
}

#[tokio::test]
async fn e03_withdrawn_consent_names_the_administrators_page() {
    let demo = Demo::start().await;
    let (client, caller) = (demo.client(), demo.caller().await);
    demo.sim.withdraw_consent("Mail.Read");

    let error = refusal(&client, &caller).await;

    assert_eq!((error.kind(), error.aadsts()), (ErrorKind::ConsentRequired, Some(65_001)));
    assert!(error.message().unwrap().contains("/adminconsent?client_id="), "{error}");
}

/// The demo tenant, and the connector's two halves.
struct Demo {
    sim: Sim,
    clock: ManualClock,
}

impl Demo {
    async fn start() -> Self {
        Self::with(|sim| sim).await
    }

    async fn with(setup: impl FnOnce(SimBuilder) -> SimBuilder) -> Self {
        let now = NOW.parse().unwrap();
        let sim = setup(Sim::builder().now(now).auto_sign_in(USER)).start().await.unwrap();
        Self { sim, clock: ManualClock::new(now) }
    }

    fn login(&self) -> Url {
        self.sim.login_endpoint().parse().unwrap()
    }

    fn clock(&self) -> Arc<dyn Clock> {
        Arc::new(self.clock.clone())
    }

    /// The user's token for the connector, as the desktop host gets it and the connector checks it.
    async fn caller(&self) -> CallerToken {
        self.validated(&self.sim.desktop(USER).sign_in().await.unwrap()).await
    }

    async fn validated(&self, token: &str) -> CallerToken {
        let host = [self.sim.host_client_id().parse().unwrap()];
        let connector = self.sim.connector_client_id().parse().unwrap();
        let validator = TokenValidator::builder(Cloud::Global, connector)
            .allow_list(self.sim.tenants().fold(AllowList::new(), |list, tenant| {
                list.with(tenant.id().parse().unwrap(), host.clone())
            }))
            .login_root(self.login())
            .clock(self.clock())
            .http(without_trust_store)
            .build();
        validator.validate(token).await.unwrap()
    }

    /// Asks Graph who the user is.
    async fn me(&self, token: &AccessToken) -> reqwest::Response {
        let me = format!("{}/v1.0/me", self.sim.graph_endpoint());
        reqwest::Client::new().get(me).bearer_auth(token.secret()).send().await.unwrap()
    }

    fn advance(&self, seconds: u64) {
        self.clock.advance(Duration::from_secs(seconds));
        self.sim.clock().advance(Duration::from_secs(seconds));
    }

    fn client(&self) -> ConfidentialClient {
        self.client_with(ClientSecret::new(self.sim.connector_secret()))
    }

    fn client_with(&self, credential: impl ClientCredential + 'static) -> ConfidentialClient {
        let connector = self.sim.connector_client_id().parse().unwrap();
        ConfidentialClient::builder(Cloud::Global, connector, credential)
            .scopes("Mail.Read".parse().unwrap())
            .login_root(self.login())
            .clock(self.clock())
            .http(without_trust_store)
            .build()
    }
}

/// Reads the claims that Graph demands.
fn challenge_in(answer: &reqwest::Response) -> String {
    let header = answer.headers()["www-authenticate"].to_str().unwrap();
    let claims = header.split("claims=\"").nth(1).unwrap().split('"').next().unwrap();
    String::from_utf8(STANDARD.decode(claims).unwrap()).unwrap()
}

/// What a platform such as Kubernetes issues to the connector, good for so many seconds.
fn platform_token(demo: &Demo, seconds: i64) -> String {
    let now = demo.clock.now().as_second();
    let header = json!({"alg": "RS256", "typ": "JWT", "kid": "cluster"});
    let claims = json!({
        "iss": CLUSTER, "sub": WORKLOAD, "aud": "api://AzureADTokenExchange",
        "iat": now - 1200, "nbf": now - 1200, "exp": now + seconds,
    });
    let signed = format!("{}.{}", encode(&header.to_string()), encode(&claims.to_string()));
    format!("{signed}.{}", Key::B.sign_with(&RSA_PKCS1_SHA256, &signed))
}
