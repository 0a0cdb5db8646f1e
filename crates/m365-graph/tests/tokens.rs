//! What happens when Graph refuses a token.

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use jiff::Timestamp;
use m365_auth::{AccessToken, Error, ErrorKind as AuthKind, TokenProvider, TokenRequest};
use m365_graph::ErrorKind;
use wiremock::{Request, ResponseTemplate};

use crate::support::{Service, ok, read, refusal, throttled};

const CLAIMS: &str = r#"{"access_token":{"nbf":{"essential":true,"value":"1773739800"}}}"#;
const ENCODED: &str =
    "eyJhY2Nlc3NfdG9rZW4iOnsibmJmIjp7ImVzc2VudGlhbCI6dHJ1ZSwidmFsdWUiOiIxNzczNzM5ODAwIn19fQ==";

/// Gives a new token each time that one was refused, and keeps what it was asked.
#[derive(Debug, Default)]
struct Renewing {
    asked: Mutex<Vec<TokenRequest>>,
    /// Whether a challenge needs the user.
    interactive: bool,
}

#[async_trait]
impl TokenProvider for Renewing {
    async fn access_token(&self, request: &TokenRequest) -> m365_auth::Result<AccessToken> {
        self.asked.lock().unwrap().push(request.clone());
        if self.interactive && request.claims.is_some() {
            return Err(Error::new(AuthKind::SignInRequired));
        }
        let name = if request.rejected.is_some() { "second" } else { "first" };
        Ok(AccessToken::new(name.to_owned(), Timestamp::MAX, ["Mail.Read"]))
    }
}

impl Renewing {
    fn asked(&self) -> Vec<TokenRequest> {
        self.asked.lock().unwrap().clone()
    }
}

fn expired() -> ResponseTemplate {
    refusal(401, "InvalidAuthenticationToken")
        .insert_header("WWW-Authenticate", "Bearer realm=\"\", client_id=\"00000003-0000\"")
}

fn challenge() -> ResponseTemplate {
    let header = format!("Bearer realm=\"\", error=\"insufficient_claims\", claims=\"{ENCODED}\"");
    refusal(401, "InvalidAuthenticationToken").insert_header("WWW-Authenticate", header)
}

async fn ask(
    answers: impl IntoIterator<Item = ResponseTemplate>,
    tokens: &Arc<Renewing>,
) -> (m365_graph::Result<m365_graph::Message>, Vec<String>) {
    let graph = Service::answering(answers).await;
    let provider: Arc<dyn TokenProvider> = Arc::<Renewing>::clone(tokens);
    let client = m365_graph::GraphClient::builder(provider)
        .base_url(graph.server.uri().parse().unwrap())
        .clock(Arc::new(graph.clock.clone()))
        .build()
        .unwrap();
    let answer = read(&client).await;
    let requests = graph.requests().await;
    let bearer = |request: &Request| request.headers["authorization"].to_str().unwrap().to_owned();
    (answer, requests.iter().map(bearer).collect())
}

#[tokio::test]
async fn g25_a_refused_token_is_replaced_once_without_a_word() {
    let tokens = Arc::new(Renewing::default());

    let (answer, bearers) = ask([expired(), ok()], &tokens).await;

    answer.unwrap();
    assert_eq!(bearers, ["Bearer first", "Bearer second"]);
    assert_eq!(tokens.asked()[1].rejected.as_ref().unwrap().secret(), "first");
    assert_eq!(tokens.asked()[1].claims, None);
}

#[tokio::test]
async fn g26_a_second_refusal_asks_for_a_sign_in() {
    let tokens = Arc::new(Renewing::default());

    let (answer, bearers) = ask([expired()], &tokens).await;

    let error = answer.unwrap_err();
    assert_eq!((error.kind(), error.status()), (ErrorKind::Auth, Some(401)));
    assert_eq!(error.auth().unwrap().kind(), AuthKind::SignInRequired);
    assert_eq!((bearers.len(), tokens.asked().len()), (2, 2));
}

#[tokio::test]
async fn g27_a_claims_challenge_is_tried_silently() {
    let tokens = Arc::new(Renewing::default());

    let (answer, bearers) = ask([challenge(), ok()], &tokens).await;

    answer.unwrap();
    assert_eq!(bearers.len(), 2);
    assert_eq!(tokens.asked()[1].claims.as_deref(), Some(CLAIMS));
}

#[tokio::test]
async fn g27_claims_that_need_the_user_are_kept_for_the_next_sign_in() {
    let tokens = Arc::new(Renewing { interactive: true, ..Renewing::default() });

    let (answer, bearers) = ask([challenge()], &tokens).await;

    let error = answer.unwrap_err();
    let auth = error.auth().unwrap();
    assert_eq!((auth.kind(), auth.claims()), (AuthKind::SignInRequired, Some(CLAIMS)));
    assert_eq!(bearers.len(), 1);
}

#[tokio::test]
async fn g27_a_second_challenge_ends_the_call_with_its_claims() {
    let tokens = Arc::new(Renewing::default());

    let (answer, bearers) = ask([challenge()], &tokens).await;

    let error = answer.unwrap_err();
    assert_eq!(error.auth().unwrap().claims(), Some(CLAIMS));
    assert_eq!(bearers.len(), 2);
}

#[tokio::test]
async fn a_challenge_on_a_denial_is_tried_silently_too() {
    let header = format!("Bearer error=\"insufficient_claims\", claims=\"{ENCODED}\"");
    let denied = refusal(403, "AccessDenied").insert_header("WWW-Authenticate", header);
    let tokens = Arc::new(Renewing::default());

    let (answer, _) = ask([denied, ok()], &tokens).await;

    answer.unwrap();
    assert_eq!(tokens.asked()[1].claims.as_deref(), Some(CLAIMS));
}

#[tokio::test]
async fn a_retry_keeps_the_token_that_was_renewed() {
    let tokens = Arc::new(Renewing::default());

    let (answer, bearers) = ask([challenge(), throttled(1), ok()], &tokens).await;

    answer.unwrap();
    assert_eq!(bearers, ["Bearer first", "Bearer second", "Bearer second"]);
    assert_eq!(tokens.asked().len(), 2);
}

#[tokio::test]
async fn g28_a_wrong_clock_changes_nothing() {
    let ahead = ok().insert_header("Date", "Tue, 17 Mar 2026 09:40:12 GMT");
    let tokens = Arc::new(Renewing::default());

    let (answer, bearers) = ask([ahead], &tokens).await;

    answer.unwrap();
    assert_eq!(bearers, ["Bearer first"]);
}

#[tokio::test]
async fn without_a_token_nothing_is_sent() {
    #[derive(Debug)]
    struct SignedOut;

    #[async_trait]
    impl TokenProvider for SignedOut {
        async fn access_token(&self, _: &TokenRequest) -> m365_auth::Result<AccessToken> {
            Err(AuthKind::ConsentRequired.into())
        }
    }

    let graph = Service::answering([ok()]).await;
    let client = m365_graph::GraphClient::builder(Arc::new(SignedOut))
        .base_url(graph.server.uri().parse().unwrap())
        .build()
        .unwrap();

    let error = read(&client).await.unwrap_err();

    assert_eq!(error.auth().unwrap().kind(), AuthKind::ConsentRequired);
    assert_eq!(graph.attempts().await, 0);
}
