//! What a client and its browser do, by hand.

use std::collections::BTreeMap;

use m365_sim::Sim;
use serde_json::Value;
use url::{Url, form_urlencoded::Serializer};

use crate::client::http;

pub const MIRA: &str = "mira.solberg@fjordlight.example";
pub const REDIRECT: &str = "http://localhost:53124";
pub const SCOPE: &str = "openid profile offline_access User.Read Mail.Read";
pub const VERIFIER: &str = "connector-pkce-verifier-0123456789-abcdefghijklmnop";
pub const CHALLENGE: &str = "tY-yMHofpvF1Q-MLaejt8COrZ5qVJzFegsHoKgVjoSs";

/// Starts a tenant whose main user signs in by herself.
pub async fn tenant() -> Sim {
    Sim::builder().auto_sign_in(MIRA).start().await.unwrap()
}

/// An answer, with its body read.
pub struct Answer {
    pub status: u16,
    pub headers: reqwest::header::HeaderMap,
    pub text: String,
}

impl Answer {
    pub async fn of(request: reqwest::RequestBuilder) -> Self {
        let response = request.send().await.unwrap();
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        Self { status, headers, text: response.text().await.unwrap() }
    }

    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap()
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// The parameters that a redirect carries.
    pub fn redirected(&self) -> BTreeMap<String, String> {
        let location = Url::parse(self.header("location")).unwrap();
        location.query_pairs().into_owned().collect()
    }

    pub fn error_code(&self) -> u64 {
        self.json()["error_codes"][0].as_u64().unwrap()
    }
}

/// Parameters that a test starts from and changes.
pub struct Params(Vec<(String, String)>);

impl Params {
    pub fn authorize(tenant: &Sim) -> Self {
        Self::of(&[
            ("client_id", tenant.local_client_id()),
            ("response_type", "code"),
            ("redirect_uri", REDIRECT),
            ("scope", SCOPE),
            ("state", "state-1"),
            ("nonce", "nonce-1"),
            ("code_challenge", CHALLENGE),
            ("code_challenge_method", "S256"),
        ])
    }

    pub fn code(tenant: &Sim, code: &str) -> Self {
        Self::of(&[
            ("client_id", tenant.local_client_id()),
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", REDIRECT),
            ("code_verifier", VERIFIER),
            ("scope", SCOPE),
            ("client_info", "1"),
        ])
    }

    pub fn refresh(tenant: &Sim, token: &str) -> Self {
        Self::of(&[
            ("client_id", tenant.local_client_id()),
            ("grant_type", "refresh_token"),
            ("refresh_token", token),
            ("scope", SCOPE),
        ])
    }

    pub fn of(pairs: &[(&str, &str)]) -> Self {
        Self(pairs.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect())
    }

    /// Sets a parameter, in place of an earlier one.
    pub fn with(self, name: &str, value: &str) -> Self {
        self.without(name).and(name, value)
    }

    /// Adds a parameter beside an earlier one.
    pub fn and(mut self, name: &str, value: &str) -> Self {
        self.0.push((name.into(), value.into()));
        self
    }

    pub fn without(mut self, name: &str) -> Self {
        self.0.retain(|(key, _)| key != name);
        self
    }

    fn encoded(&self) -> String {
        Serializer::new(String::new()).extend_pairs(&self.0).finish()
    }

    pub async fn authorize_at(&self, tenant: &Sim, path: &str) -> Answer {
        let endpoint = tenant.login_endpoint();
        let query = self.encoded();
        Answer::of(http().get(format!("{endpoint}/{path}/oauth2/v2.0/authorize?{query}"))).await
    }

    pub async fn at_authorize(&self, tenant: &Sim) -> Answer {
        self.authorize_at(tenant, tenant.tenant_id()).await
    }

    pub async fn at_token(&self, tenant: &Sim) -> Answer {
        Answer::of(self.token_request(tenant)).await
    }

    pub fn token_request(&self, tenant: &Sim) -> reqwest::RequestBuilder {
        let (endpoint, id) = (tenant.login_endpoint(), tenant.tenant_id());
        http()
            .post(format!("{endpoint}/{id}/oauth2/v2.0/token"))
            .header("content-type", "application/x-www-form-urlencoded")
            .body(self.encoded())
    }
}

/// Signs the main user in as far as a code.
pub async fn code(tenant: &Sim) -> String {
    Params::authorize(tenant).at_authorize(tenant).await.redirected()["code"].clone()
}

/// Signs the main user in and returns the token answer.
pub async fn tokens(tenant: &Sim) -> Value {
    let code = code(tenant).await;
    let answer = Params::code(tenant, &code).at_token(tenant).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    answer.json()
}

/// Returns the claims of a token without checking it.
pub fn claims(token: &str) -> Value {
    part(token, 1)
}

/// Returns a part of a token.
pub fn part(token: &str, index: usize) -> Value {
    use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
    let part = token.split('.').nth(index).unwrap();
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap()
}
