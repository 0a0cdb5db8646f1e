//! Entra ID as an issuer: its metadata, its signing keys, and tokens signed with them.

use std::sync::{Arc, Mutex};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use m365_auth::{
    AllowList, CallerToken, Clock, Cloud, Endpoint, ManualClock, RejectionReason, TokenValidator,
    TokenValidatorBuilder,
};
use ring::{
    rsa::PublicKeyComponents,
    signature::{RSA_PKCS1_SHA256, RsaEncoding, RsaKeyPair},
};
use serde_json::{Value, json};
use url::Url;
use wiremock::{Mock, MockServer, Request, Respond, ResponseTemplate, matchers::method};

pub(crate) const TENANT: &str = "11111111-2222-4333-8444-555555555555";
pub(crate) const OTHER_TENANT: &str = "22222222-2222-4333-8444-555555555555";
pub(crate) const USER: &str = "6f1f0c1e-0000-4000-8000-000000000a01";
/// The app whose tokens are validated.
pub(crate) const CONNECTOR: &str = "cccccccc-0000-4000-8000-000000000002";
/// The app through which users call.
pub(crate) const DESKTOP: &str = "aaaaaaaa-0000-4000-8000-000000000001";
pub(crate) const TEMPLATE: &str = "https://login.microsoftonline.com/{tenantid}/v2.0";

/// The beginning of the virtual time: the moment when tokens are issued.
const START: &str = "2026-11-21T10:00:00Z";

/// Two keys that sign alike.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Key {
    A,
    B,
}

impl Key {
    pub(crate) fn id(self) -> &'static str {
        match self {
            Self::A => "simKeyA1",
            Self::B => "simKeyB2",
        }
    }

    fn pair(self) -> RsaKeyPair {
        RsaKeyPair::from_pkcs8(match self {
            Self::A => include_bytes!("keys/signing_a.pk8"),
            Self::B => include_bytes!("keys/signing_b.pk8"),
        })
        .unwrap()
    }

    pub(crate) fn modulus(self) -> Vec<u8> {
        PublicKeyComponents::<Vec<u8>>::from(self.pair().public()).n
    }

    /// The key as Entra ID publishes it in the common document.
    pub(crate) fn published(self) -> Value {
        json!({
            "kty": "RSA", "use": "sig", "kid": self.id(), "x5t": self.id(),
            "n": URL_SAFE_NO_PAD.encode(self.modulus()), "e": "AQAB", "x5c": ["MIIC"],
            "cloud_instance_name": "microsoftonline.com", "issuer": TEMPLATE,
        })
    }

    pub(crate) fn sign_with(self, padding: &'static dyn RsaEncoding, text: &str) -> String {
        let pair = self.pair();
        let mut signature = vec![0; pair.public().modulus_len()];
        let random = ring::rand::SystemRandom::new();
        pair.sign(padding, &random, text.as_bytes(), &mut signature).unwrap();
        URL_SAFE_NO_PAD.encode(signature)
    }

    /// A token with this header and these claims, rightly signed.
    pub(crate) fn sign(self, header: &str, claims: &str) -> String {
        let signed = format!("{}.{}", encode(header), encode(claims));
        format!("{signed}.{}", self.sign_with(&RSA_PKCS1_SHA256, &signed))
    }

    /// A token with these claims, signed as Entra ID signs.
    pub(crate) fn token(self, claims: &Value) -> String {
        let header = json!({ "typ": "JWT", "alg": "RS256", "kid": self.id() });
        self.sign(&header.to_string(), &claims.to_string())
    }
}

pub(crate) fn encode(text: &str) -> String {
    URL_SAFE_NO_PAD.encode(text)
}

/// The claims of a v2 token that is accepted.
pub(crate) fn claims() -> Value {
    let issued = START.parse::<jiff::Timestamp>().unwrap().as_second();
    json!({
        "aud": CONNECTOR, "iss": TEMPLATE.replace("{tenantid}", TENANT), "iat": issued,
        "nbf": issued, "exp": issued + 3600, "aio": "opaque", "azp": DESKTOP, "azpacr": "0",
        "name": "Sim User", "oid": USER, "preferred_username": "sim.user@contoso.example",
        "scp": "access_as_user", "sub": "pairwise", "tid": TENANT, "uti": "tok-unique-1",
        "ver": "2.0", "xms_cc": ["cp1"],
    })
}

/// The claims with some changed; those that become `null` are left out.
pub(crate) fn claims_with(changes: Value) -> Value {
    let mut claims = claims();
    for (name, value) in changes.as_object().unwrap() {
        match value {
            Value::Null => claims.as_object_mut().unwrap().remove(name),
            value => claims.as_object_mut().unwrap().insert(name.clone(), value.clone()),
        };
    }
    claims
}

/// The sign-in host, as far as metadata and keys go.
pub(crate) struct Issuer {
    server: MockServer,
    script: Arc<Mutex<Script>>,
    pub(crate) clock: ManualClock,
}

struct Script {
    metadata: ResponseTemplate,
    keys: ResponseTemplate,
    paths: Vec<String>,
}

impl Issuer {
    /// Starts a host that publishes key A.
    pub(crate) async fn start() -> Self {
        let server = MockServer::start().await;
        let clock = ManualClock::new(START.parse().unwrap());
        let empty = || ResponseTemplate::new(500);
        let script = Script { metadata: empty(), keys: empty(), paths: Vec::new() };
        let script = Arc::new(Mutex::new(script));
        Mock::given(method("GET")).respond_with(Host(script.clone())).mount(&server).await;
        let issuer = Self { server, script, clock };
        issuer.answer_metadata(ResponseTemplate::new(200).set_body_json(issuer.metadata()));
        issuer.publish(&[Key::A.published()]);
        issuer
    }

    pub(crate) fn root(&self) -> Url {
        Endpoint::parse(&self.server.uri()).unwrap()
    }

    /// The metadata document as it should be.
    pub(crate) fn metadata(&self) -> Value {
        json!({
            "issuer": TEMPLATE, "jwks_uri": format!("{}/common/discovery/v2.0/keys", self.server.uri()),
            "authorization_endpoint": format!("{}/common/oauth2/v2.0/authorize", self.server.uri()),
            "cloud_instance_name": "microsoftonline.com",
        })
    }

    pub(crate) fn answer_metadata(&self, answer: ResponseTemplate) {
        self.script.lock().unwrap().metadata = answer;
    }

    pub(crate) fn answer_keys(&self, answer: ResponseTemplate) {
        self.script.lock().unwrap().keys = answer;
    }

    pub(crate) fn publish(&self, keys: &[Value]) {
        self.answer_keys(ResponseTemplate::new(200).set_body_json(json!({ "keys": keys })));
    }

    /// Answers with status 500 from now on.
    pub(crate) fn fail(&self) {
        self.answer_metadata(ResponseTemplate::new(500));
    }

    /// Counts the fetches so far.
    pub(crate) fn fetches(&self) -> usize {
        let is_metadata = |path: &&String| path.ends_with("openid-configuration");
        self.script.lock().unwrap().paths.iter().filter(is_metadata).count()
    }

    /// The paths that were asked for.
    pub(crate) fn paths(&self) -> Vec<String> {
        self.script.lock().unwrap().paths.clone()
    }

    /// A validator for the connector, whose tenant and client are on the allow-list.
    pub(crate) fn builder(&self) -> TokenValidatorBuilder {
        TokenValidator::builder(Cloud::Global, CONNECTOR.parse().unwrap())
            .allow_list(AllowList::new().with(TENANT.parse().unwrap(), [DESKTOP.parse().unwrap()]))
            .login_root(self.root())
            .clock(Arc::new(self.clock.clone()))
            .http(|| reqwest::Client::builder().tls_certs_only([]))
    }

    /// A validator that has its keys.
    pub(crate) async fn validator(&self) -> TokenValidator {
        let validator = self.builder().build();
        validator.refresh_keys().await.unwrap();
        validator
    }

    /// A caller whose token has been validated, with some claims changed: tenant, user and client
    /// are put on the allow-list.
    pub(crate) async fn caller(&self, changes: Value) -> CallerToken {
        let claims = claims_with(changes);
        let text = |name: &str| claims[name].as_str().unwrap();
        let list =
            AllowList::new().with(text("tid").parse().unwrap(), [text("azp").parse().unwrap()]);
        let validator = self.builder().allow_list(list).build();
        validator.validate(&Key::A.token(&claims)).await.unwrap()
    }

    /// Seconds since 1970 on the virtual clock.
    pub(crate) fn now(&self) -> i64 {
        self.clock.now().as_second()
    }
}

struct Host(Arc<Mutex<Script>>);

impl Respond for Host {
    fn respond(&self, request: &Request) -> ResponseTemplate {
        let mut script = self.0.lock().unwrap();
        let path = request.url.path().to_owned();
        let answer = match path.as_str() {
            "/common/v2.0/.well-known/openid-configuration" => script.metadata.clone(),
            "/common/discovery/v2.0/keys" => script.keys.clone(),
            _ => ResponseTemplate::new(404),
        };
        script.paths.push(path);
        answer
    }
}

/// Why the validator refuses a token; `None` when it does not.
pub(crate) async fn refusal(validator: &TokenValidator, token: &str) -> Option<RejectionReason> {
    validator.validate(token).await.err().map(|rejection| rejection.reason())
}
