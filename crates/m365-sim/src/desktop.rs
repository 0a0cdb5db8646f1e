//! A desktop host that calls the remote connector, as tests play it.

mod error;
mod http;

use std::{
    fmt,
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use base64::{
    Engine,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use jiff::Timestamp;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use url::{Url, form_urlencoded::Serializer};

use crate::{
    entra::{
        apps,
        interaction::Interaction,
        mint::{after, remember},
        scopes::Resource,
    },
    random,
    state::State,
};

pub use self::error::DesktopError;

const REDIRECT: &str = "http://localhost:53124";

/// A token with less left to live is replaced before it is used.
const MARGIN: Duration = Duration::from_secs(300);

/// A desktop host with one user in front of it, who signs in for the remote connector.
///
/// It talks to the sign-in host over HTTP as a real one does: authorization code with PKCE, then
/// refresh tokens. What the user does at the page is arranged for each attempt, so that many
/// desktops may sign in at once.
///
/// # Examples
///
/// ```
/// use m365_sim::Sim;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let tenant = Sim::start().await;
/// let desktop = tenant.desktop("mira.solberg@fjordlight.example");
///
/// let token = desktop.token().await.unwrap();
///
/// assert_eq!(desktop.token().await.unwrap(), token);
/// # }
/// ```
pub struct Desktop {
    state: Arc<State>,
    ca: Option<PathBuf>,
    client_id: String,
    tenant: String,
    upn: String,
    capable: bool,
    interaction: Option<Interaction>,
    held: Mutex<Held>,
}

#[derive(Clone, Default)]
struct Held {
    access: Option<(String, Timestamp)>,
    refresh: Option<String>,
}

/// How it is set up.
impl Desktop {
    pub(crate) fn new(state: Arc<State>, ca: Option<PathBuf>, upn: &str) -> Self {
        let user = state.tenants.at_home(upn).or_else(|| state.tenants.find(upn));
        let tenant = user.map(|user| user.tenant.clone());
        let tenant = tenant.unwrap_or_else(|| state.tenants.main().id().to_owned());
        Self {
            state,
            ca,
            client_id: apps::HOST.to_owned(),
            tenant,
            upn: upn.to_owned(),
            capable: true,
            interaction: None,
            held: Mutex::default(),
        }
    }

    /// Plays another app than the usual host.
    #[must_use]
    pub fn client(self, client_id: impl Into<String>) -> Self {
        Self { client_id: client_id.into(), ..self }
    }

    /// Signs in to this tenant, by its id or domain.
    #[must_use]
    pub fn tenant(self, tenant: impl Into<String>) -> Self {
        Self { tenant: tenant.into(), ..self }
    }

    /// Plays a host that cannot handle claims challenges, and does not declare `cp1`.
    #[must_use]
    pub fn without_capabilities(self) -> Self {
        Self { capable: false, ..self }
    }

    /// Sets what the user does at the sign-in page, in place of signing in and accepting.
    #[must_use]
    pub fn interaction(self, interaction: Interaction) -> Self {
        Self { interaction: Some(interaction), ..self }
    }
}

/// What it does.
impl Desktop {
    /// Returns an access token for the connector: the one at hand, else by the refresh token, else
    /// by signing in.
    ///
    /// # Errors
    ///
    /// When the sign-in host refuses, or does not answer.
    pub async fn token(&self) -> Result<String, DesktopError> {
        if let Some(token) = self.at_hand() {
            return Ok(token);
        }
        self.renew(None).await
    }

    /// Signs the user in at the page.
    ///
    /// # Errors
    ///
    /// When the sign-in host refuses, or does not answer.
    pub async fn sign_in(&self) -> Result<String, DesktopError> {
        self.interactive(None).await
    }

    /// Replaces the access token by the refresh token.
    ///
    /// # Errors
    ///
    /// When there is none, or the sign-in host refuses it.
    pub async fn refresh(&self) -> Result<String, DesktopError> {
        self.silent(None).await
    }

    /// Does what a claims challenge asks for, and returns the token with which to call again:
    /// silently if that is enough, else at the page.
    ///
    /// `claims` is JSON, or JSON in base64 as challenges carry it.
    ///
    /// # Errors
    ///
    /// When `claims` is neither, or the user cannot meet the challenge.
    pub async fn answer(&self, claims: &str) -> Result<String, DesktopError> {
        self.renew(Some(&challenge(claims)?)).await
    }

    /// Forgets the access token, and keeps the refresh token.
    pub fn forget_token(&self) {
        self.hold(|held| held.access = None);
    }

    async fn renew(&self, claims: Option<&Value>) -> Result<String, DesktopError> {
        match self.silent(claims).await {
            Ok(token) => Ok(token),
            Err(error) if error.is_refusal() => self.interactive(claims).await,
            Err(error) => Err(error),
        }
    }

    async fn silent(&self, claims: Option<&Value>) -> Result<String, DesktopError> {
        let refresh = self.hold(|held| held.refresh.clone());
        let refresh = refresh.ok_or_else(|| DesktopError::refused("nobody is signed in"))?;
        let form = [("grant_type", "refresh_token"), ("refresh_token", &refresh)];
        self.redeem(&form, claims).await
    }

    async fn interactive(&self, claims: Option<&Value>) -> Result<String, DesktopError> {
        let verifier = random::opaque::<32>("");
        let code = self.code(&verifier, claims).await?;
        let form = [
            ("grant_type", "authorization_code"),
            ("code", code.as_str()),
            ("code_verifier", verifier.as_str()),
            ("redirect_uri", REDIRECT),
        ];
        self.redeem(&form, claims).await
    }

    /// Sends the user to the page and returns the code that comes back.
    async fn code(&self, verifier: &str, claims: Option<&Value>) -> Result<String, DesktopError> {
        let attempt = random::opaque::<16>("");
        let approve = || Interaction::Approve(self.upn.clone());
        let interaction = self.interaction.clone().unwrap_or_else(approve);
        self.state.entra.with(|memory| memory.arranged.insert(attempt.clone(), interaction));
        let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(verifier));
        let mut query = self.common(claims);
        query.extend_pairs([
            ("response_type", "code"),
            ("redirect_uri", REDIRECT),
            ("state", &attempt),
            ("login_hint", &self.upn),
            ("code_challenge", &challenge),
            ("code_challenge_method", "S256"),
        ]);
        let address = format!("{}?{}", self.endpoint("authorize"), query.finish());
        let reply = http::get(&address, self.ca.as_deref()).await?;
        returned(&reply, &attempt)
    }

    async fn redeem(
        &self,
        form: &[(&str, &str)],
        claims: Option<&Value>,
    ) -> Result<String, DesktopError> {
        let mut body = self.common(claims);
        body.extend_pairs(form);
        let address = self.endpoint("token");
        let reply = http::post(&address, body.finish(), self.ca.as_deref()).await?;
        let answer: Value = serde_json::from_slice(&reply.body).unwrap_or_default();
        match answer["access_token"].as_str() {
            Some(token) if reply.status == 200 => Ok(self.keep(token, &answer)),
            _ => Err(DesktopError::of_answer(&answer)),
        }
    }

    /// Starts the parameters that all requests have.
    fn common(&self, claims: Option<&Value>) -> Serializer<'static, String> {
        let connector = Resource::Connector.prefix(self.state.cloud);
        let scope = format!("{connector}/access_as_user openid profile offline_access");
        let mut query = Serializer::new(String::new());
        query.append_pair("client_id", &self.client_id).append_pair("scope", &scope);
        if let Some(claims) = self.claims(claims) {
            query.append_pair("claims", &claims.to_string());
        }
        query
    }

    /// Adds what the host declares of itself to what was challenged.
    fn claims(&self, challenge: Option<&Value>) -> Option<Value> {
        if !self.capable {
            return challenge.cloned();
        }
        let mut claims = challenge.cloned().unwrap_or_else(|| json!({}));
        claims["access_token"]["xms_cc"] = json!({"values": ["cp1"]});
        Some(claims)
    }

    fn endpoint(&self, last: &str) -> String {
        format!("{}/{}/oauth2/v2.0/{last}", self.state.origins.login, self.tenant)
    }

    fn at_hand(&self) -> Option<String> {
        let soon = after(self.state.clock.now(), MARGIN);
        let (token, expires) = self.hold(|held| held.access.clone())?;
        (expires > soon).then_some(token)
    }

    fn keep(&self, token: &str, answer: &Value) -> String {
        let life = Duration::from_secs(answer["expires_in"].as_u64().unwrap_or_default());
        let expires = after(self.state.clock.now(), life);
        remember(&self.state, token, |_| ());
        self.hold(|held| {
            held.access = Some((token.to_owned(), expires));
            let refresh = answer["refresh_token"].as_str().map(str::to_owned);
            held.refresh = refresh.or_else(|| held.refresh.take());
        });
        token.to_owned()
    }

    fn hold<T>(&self, work: impl FnOnce(&mut Held) -> T) -> T {
        work(&mut self.held.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl fmt::Debug for Desktop {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Desktop")
            .field("client_id", &self.client_id)
            .field("tenant", &self.tenant)
            .field("upn", &self.upn)
            .finish_non_exhaustive()
    }
}

/// Reads the redirect back to the host.
fn returned(reply: &http::Reply, attempt: &str) -> Result<String, DesktopError> {
    let Some(location) = reply.location.as_deref().and_then(|text| Url::parse(text).ok()) else {
        return Err(DesktopError::of_page(&String::from_utf8_lossy(&reply.body)));
    };
    let get = |name: &str| {
        let mut pairs = location.query_pairs();
        pairs.find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
    };
    if get("state").as_deref() != Some(attempt) {
        return Err(DesktopError::refused("the answer is not to this attempt"));
    }
    get("code").ok_or_else(|| {
        let description = get("error_description").unwrap_or_default();
        DesktopError::new(&get("error").unwrap_or_default(), &description)
    })
}

fn challenge(claims: &str) -> Result<Value, DesktopError> {
    let decoded = STANDARD.decode(claims).ok().and_then(|bytes| String::from_utf8(bytes).ok());
    let text = decoded.as_deref().unwrap_or(claims);
    let claims = serde_json::from_str::<Value>(text).ok().filter(Value::is_object);
    claims.ok_or_else(|| DesktopError::refused("the claims are no JSON object"))
}
