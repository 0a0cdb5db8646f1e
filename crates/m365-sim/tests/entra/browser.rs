//! What a client and its browser do, by hand.

use m365_sim::Sim;
use serde_json::Value;
use url::form_urlencoded::Serializer;

pub(crate) use crate::client::Answer;
use crate::client::http;

pub(crate) const MIRA: &str = "mira.solberg@fjordlight.example";
pub(crate) const REDIRECT: &str = "http://localhost:53124";
pub(crate) const SCOPE: &str = "openid profile offline_access User.Read Mail.Read";
pub(crate) const VERIFIER: &str = "connector-pkce-verifier-0123456789-abcdefghijklmnop";
pub(crate) const CHALLENGE: &str = "tY-yMHofpvF1Q-MLaejt8COrZ5qVJzFegsHoKgVjoSs";

/// Starts a tenant whose main user signs in by herself.
pub(crate) async fn tenant() -> Sim {
    Sim::builder().auto_sign_in(MIRA).start().await.unwrap()
}

/// Parameters that a test starts from and changes.
pub(crate) struct Params(Vec<(String, String)>);

impl Params {
    pub(crate) fn authorize(tenant: &Sim) -> Self {
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

    pub(crate) fn code(tenant: &Sim, code: &str) -> Self {
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

    pub(crate) fn refresh(tenant: &Sim, token: &str) -> Self {
        Self::of(&[
            ("client_id", tenant.local_client_id()),
            ("grant_type", "refresh_token"),
            ("refresh_token", token),
            ("scope", SCOPE),
        ])
    }

    pub(crate) fn of(pairs: &[(&str, &str)]) -> Self {
        Self(pairs.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect())
    }

    /// Sets a parameter, in place of an earlier one.
    pub(crate) fn with(self, name: &str, value: &str) -> Self {
        self.without(name).and(name, value)
    }

    /// Adds a parameter beside an earlier one.
    pub(crate) fn and(mut self, name: &str, value: &str) -> Self {
        self.0.push((name.into(), value.into()));
        self
    }

    pub(crate) fn without(mut self, name: &str) -> Self {
        self.0.retain(|(key, _)| key != name);
        self
    }

    pub(crate) fn encoded(&self) -> String {
        Serializer::new(String::new()).extend_pairs(&self.0).finish()
    }

    pub(crate) async fn authorize_at(&self, tenant: &Sim, path: &str) -> Answer {
        let endpoint = tenant.login_endpoint();
        let query = self.encoded();
        Answer::of(http().get(format!("{endpoint}/{path}/oauth2/v2.0/authorize?{query}"))).await
    }

    pub(crate) async fn at_authorize(&self, tenant: &Sim) -> Answer {
        self.authorize_at(tenant, tenant.tenant_id()).await
    }

    pub(crate) async fn at_token(&self, tenant: &Sim) -> Answer {
        Answer::of(self.token_request(tenant)).await
    }

    pub(crate) fn token_request(&self, tenant: &Sim) -> reqwest::RequestBuilder {
        let (endpoint, id) = (tenant.login_endpoint(), tenant.tenant_id());
        self.post_to(&format!("{endpoint}/{id}/oauth2/v2.0/token"))
    }

    pub(crate) fn post_to(&self, address: &str) -> reqwest::RequestBuilder {
        http()
            .post(address)
            .header("content-type", "application/x-www-form-urlencoded")
            .body(self.encoded())
    }
}

/// Signs the main user in as far as a code.
pub(crate) async fn code(tenant: &Sim) -> String {
    Params::authorize(tenant).at_authorize(tenant).await.redirected()["code"].clone()
}

/// Signs the main user in and returns the token answer.
pub(crate) async fn tokens(tenant: &Sim) -> Value {
    tokens_of_code(tenant, &code(tenant).await).await
}

/// Redeems a code.
pub(crate) async fn tokens_of_code(tenant: &Sim, code: &str) -> Value {
    let answer = Params::code(tenant, code).at_token(tenant).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    answer.json()
}

/// Signs the main user in and returns her refresh token.
pub(crate) async fn refresh_token(tenant: &Sim) -> String {
    tokens(tenant).await["refresh_token"].as_str().unwrap().to_owned()
}

/// Returns the claims of a token without checking it.
pub(crate) fn claims(token: &str) -> Value {
    part(token, 1)
}

/// Returns a part of a token.
pub(crate) fn part(token: &str, index: usize) -> Value {
    use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
    let part = token.split('.').nth(index).unwrap();
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap()
}
