//! The identity broker of Linux, played on a private bus with real D-Bus messages.

mod bus;

use std::time::Duration;

use m365_auth::{Availability, Broker, LinuxBroker, ParentWindow, Prompt, system_broker};
use secrecy::ExposeSecret;
use serde_json::{Value, json};

use self::bus::{Behaviour, Call, PrivateBus};
use super::{CORRELATION, OID, USER, home, kind, request, token};
use crate::entra::{CLIENT, TENANT};

const REDIRECT: &str = "https://login.microsoftonline.com/common/oauth2/nativeclient";

fn granted() -> String {
    json!({"brokerTokenResponse": {
        "accessToken": "secret-access", "accessTokenType": 0, "expiresOn": 1_790_004_718_000_i64,
        "grantedScopes": "https://graph.microsoft.com/Mail.Read User.Read", "error": null,
        "account": {"homeAccountId": home(), "localAccountId": OID, "realm": TENANT, "username": USER},
    }})
    .to_string()
}

fn failed(status: i64, context: &str) -> String {
    let error = json!({"context": context, "status": status, "subStatus": 0, "errorCode": 7});
    json!({"brokerTokenResponse": {"error": error}}).to_string()
}

async fn answers(answer: String) -> PrivateBus {
    PrivateBus::start(Behaviour::Answers(answer)).await
}

fn broker(bus: &PrivateBus) -> LinuxBroker {
    LinuxBroker::at(&bus.address)
}

#[tokio::test]
async fn silence_sends_the_documented_request_and_returns_a_token() {
    let mut bus = answers(granted()).await;

    let outcome = broker(&bus).silent(&request()).await;

    assert!(!format!("{outcome:?}").contains("secret-"), "{outcome:?}");
    let token = token(outcome);
    assert_eq!(token.secret.expose_secret(), "secret-access");
    assert_eq!(token.expires_on.unwrap().as_second(), 1_790_004_718);
    assert_eq!(token.scopes, ["https://graph.microsoft.com/Mail.Read", "User.Read"]);
    assert_eq!((token.account.id.as_str(), token.account.oid.as_str()), (&*home(), OID));
    let Call { method, version, correlation_id, body } = bus.call().await;
    assert_eq!((method, version.as_str()), ("acquireTokenSilently", "0.0"));
    assert_eq!(correlation_id, CORRELATION);
    assert_eq!(body["account"], account());
    let parameters = &body["authParameters"];
    assert_eq!(parameters["account"], account());
    assert_eq!(parameters["authority"], format!("https://login.microsoftonline.com/{TENANT}"));
    assert_eq!(parameters["clientId"], CLIENT);
    assert_eq!(parameters["redirectUri"], REDIRECT);
    assert_eq!(parameters["requestedScopes"], json!(["https://graph.microsoft.com/Mail.Read"]));
    assert_eq!(
        (&parameters["authorizationType"], &parameters["uxContextHandle"]),
        (&json!(1), &json!(-1))
    );
    assert_eq!(parameters["username"], USER);
}

fn account() -> Value {
    json!({
        "homeAccountId": home(), "environment": "login.microsoftonline.com", "realm": TENANT,
        "localAccountId": OID, "username": USER,
    })
}

#[tokio::test]
async fn an_interaction_carries_claims_hint_and_prompt_and_no_account() {
    let mut bus = answers(granted()).await;
    let mut request = request();
    request.account = None;
    request.claims = Some(r#"{"access_token":{}}"#.to_owned());
    request.login_hint = Some(USER.to_owned());
    request.prompt = Some(Prompt::Login);

    token(broker(&bus).interactive(&request, ParentWindow::default()).await);

    let Call { method, body, .. } = bus.call().await;
    assert_eq!(method, "acquireTokenInteractively");
    assert_eq!(body.get("account"), None);
    let parameters = &body["authParameters"];
    assert_eq!(parameters["decodedClaims"], r#"{"access_token":{}}"#);
    assert_eq!(parameters["username"], USER);
    assert_eq!(parameters["additionalQueryParametersForAuthorization"], json!({"prompt": "login"}));
}

#[tokio::test]
async fn without_an_account_silence_asks_nobody() {
    let bus = answers(granted()).await;
    let mut request = request();
    request.account = None;

    assert_eq!(kind(&broker(&bus).silent(&request).await), "InteractionRequired");
}

#[tokio::test]
async fn errors_of_the_broker_and_of_the_bus_have_their_outcomes() {
    for (behaviour, expected) in [
        (Behaviour::Answers(failed(7, "")), "Cancelled"),
        (Behaviour::Answers(failed(4, "")), "Retryable"),
        (Behaviour::Answers(failed(2, "")), "InteractionRequired"),
        (Behaviour::Answers(failed(0, "AADSTS50105: not assigned")), "Final"),
        (Behaviour::Answers(failed(9, "")), "Fallback"),
        (Behaviour::Answers("nonsense".to_owned()), "Fallback"),
        (Behaviour::Refuses("no such user".to_owned()), "Fallback"),
        (Behaviour::Refuses("AADSTS53003: blocked".to_owned()), "Final"),
        (Behaviour::Gone, "Unavailable"),
    ] {
        let bus = PrivateBus::start(behaviour.clone()).await;
        let outcome = broker(&bus).silent(&request()).await;
        assert_eq!(kind(&outcome), expected, "{behaviour:?}");
    }
}

#[tokio::test]
async fn a_broker_is_available_when_its_name_is_owned() {
    let running = answers(granted()).await;
    let gone = PrivateBus::start(Behaviour::Gone).await;

    assert_eq!(broker(&running).availability(&request()).await, Availability::Available);
    assert_eq!(broker(&gone).availability(&request()).await, Availability::Absent);
}

#[tokio::test]
async fn a_broker_is_available_when_the_bus_can_start_it() {
    let bus = PrivateBus::start(Behaviour::Activatable).await;

    assert_eq!(broker(&bus).availability(&request()).await, Availability::Available);
}

#[tokio::test]
async fn without_a_bus_there_is_no_broker() {
    let broker = LinuxBroker::at("unix:path=/nonexistent/bus");

    assert_eq!(broker.availability(&request()).await, Availability::Absent);
    assert_eq!(kind(&broker.silent(&request()).await), "Unavailable");
    assert!(broker.sign_out(&request()).await.unwrap_err().contains("session bus"));
}

#[tokio::test]
async fn a_broker_that_is_silent_for_too_long_is_tried_again_later() {
    let bus = PrivateBus::start(Behaviour::Hangs).await;
    let limit = Duration::from_millis(300);

    let outcome = broker(&bus).with_limits(limit, limit).silent(&request()).await;

    assert_eq!(kind(&outcome), "Retryable");
}

#[tokio::test]
async fn a_window_that_nobody_finishes_is_closed() {
    let mut bus = PrivateBus::start(Behaviour::Hangs).await;
    let broker = broker(&bus).with_limits(Duration::from_secs(9), Duration::from_millis(300));

    let outcome = broker.interactive(&request(), ParentWindow::default()).await;

    assert_eq!(kind(&outcome), "Retryable");
    assert_eq!(bus.call().await.method, "acquireTokenInteractively");
    let cancellation = bus.call().await;
    assert_eq!(cancellation.method, "cancelInteractiveFlow");
    assert_eq!(cancellation.correlation_id, CORRELATION);
}

#[tokio::test]
async fn a_window_is_closed_when_the_sign_in_is_given_up() {
    let mut bus = PrivateBus::start(Behaviour::Hangs).await;
    let broker = broker(&bus);
    let sign_in =
        tokio::spawn(async move { broker.interactive(&request(), ParentWindow::default()).await });
    assert_eq!(bus.call().await.method, "acquireTokenInteractively");

    sign_in.abort();

    assert_eq!(bus.call().await.method, "cancelInteractiveFlow");
}

#[tokio::test]
async fn a_window_that_answered_is_not_cancelled() {
    let mut bus = answers(granted()).await;
    let broker = broker(&bus);

    token(broker.interactive(&request(), ParentWindow::default()).await);
    broker.sign_out(&request()).await.unwrap();

    assert_eq!(bus.call().await.method, "acquireTokenInteractively");
    let removal = bus.call().await;
    assert_eq!(removal.method, "removeAccount");
    assert_eq!((&removal.body["account"], &removal.body["clientId"]), (&account(), &json!(CLIENT)));
}

#[tokio::test]
async fn a_broker_that_ends_meanwhile_is_no_hang() {
    for (interactive, expected) in [(false, "Retryable"), (true, "Fallback")] {
        let mut bus = PrivateBus::start(Behaviour::Hangs).await;
        let broker = broker(&bus);
        let asking = tokio::spawn(async move {
            match interactive {
                true => broker.interactive(&request(), ParentWindow::default()).await,
                false => broker.silent(&request()).await,
            }
        });
        bus.call().await;

        bus.end_broker().await;

        assert_eq!(kind(&asking.await.unwrap()), expected);
    }
}

#[tokio::test]
async fn a_connection_without_a_bus_daemon_serves_as_well() {
    let mut bus = PrivateBus::without_daemon(Behaviour::Answers(granted())).await;
    let broker = broker(&bus);

    assert_eq!(broker.availability(&request()).await, Availability::Available);
    token(broker.silent(&request()).await);

    assert_eq!(bus.call().await.method, "acquireTokenSilently");
}

#[test]
fn this_build_knows_the_broker_of_linux() {
    assert_eq!(system_broker().unwrap().name(), "Linux identity broker");
}
