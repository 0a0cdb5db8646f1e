//! The exchange against the demo tenant, which checks it as Entra ID does.

use std::{fs, sync::Arc};

use m365_auth::{
    AllowList, CallerToken, ClientCredential, ClientSecret, Clock, Cloud, ConfidentialClient,
    ErrorKind, FederatedToken, ManualClock, TokenProvider, TokenRequest, TokenValidator,
};
use m365_sim::{Sim, SimBuilder};
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
    let me = format!("{}/v1.0/me", demo.sim.graph_endpoint());
    let answer = reqwest::Client::new().get(me).bearer_auth(token.secret()).send().await.unwrap();
    assert_eq!(answer.status(), 200);
    assert_eq!(demo.sim.violations(), Vec::<String>::new());
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
        let token = self.sim.desktop(USER).sign_in().await.unwrap();
        let host = [self.sim.host_client_id().parse().unwrap()];
        let connector = self.sim.connector_client_id().parse().unwrap();
        let validator = TokenValidator::builder(Cloud::Global, connector)
            .allow_list(AllowList::new().with(self.sim.tenant_id().parse().unwrap(), host))
            .login_root(self.login())
            .clock(self.clock())
            .http(without_trust_store)
            .build();
        validator.validate(&token).await.unwrap()
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
