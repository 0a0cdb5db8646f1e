//! What becomes of the errors of Entra ID and Graph.

use std::{sync::Arc, time::Duration};

use jiff::Timestamp;
use m365_auth::{AccessToken, Error, ErrorKind, FixedToken, help_url};
use m365_graph::{FinishedRequest, GraphClient, GraphObserver, Workload};
use m365_tools::{Catalog, ErrorCode, Reply, ToolError};
use serde_json::{Value, json};

use crate::{
    office::Office,
    support::{SignedIn, code, object, options, stranger},
};

fn shown(error: ToolError) -> Value {
    let reply = Reply::from(error);
    let [m365_tools::Block::Json(text)] = reply.content.as_slice() else { panic!("{reply:?}") };
    serde_json::from_str(text).unwrap()
}

#[test]
fn each_kind_of_sign_in_error_has_its_code() {
    for (kind, expected) in [
        (ErrorKind::Cancelled, ErrorCode::Cancelled),
        (ErrorKind::Configuration, ErrorCode::ServiceError),
        (ErrorKind::ConsentRequired, ErrorCode::ConsentRequired),
        (ErrorKind::Denied, ErrorCode::Forbidden),
        (ErrorKind::Protocol, ErrorCode::ServiceError),
        (ErrorKind::SignInRequired, ErrorCode::SignInRequired),
        (ErrorKind::Store, ErrorCode::ServiceError),
        (ErrorKind::Throttled, ErrorCode::Throttled),
        (ErrorKind::TimedOut, ErrorCode::Timeout),
        (ErrorKind::Unavailable, ErrorCode::ServiceError),
        (ErrorKind::WrongAccount, ErrorCode::SignInRequired),
    ] {
        let error = ToolError::from(Error::new(kind));

        assert_eq!(error.code(), expected, "{kind:?}");
        assert!(error.message().ends_with('.'), "{}", error.message());
    }
}

#[test]
fn the_ids_of_entra_travel_in_the_details() {
    let error = Error::new(ErrorKind::ConsentRequired)
        .with_message("Ask an administrator to consent to Mail.Read.")
        .with_aadsts(65001)
        .with_ids(Some("c-1".into()), Some("t-1".into()))
        .with_retry_after(Duration::from_millis(1_500));

    let shown = shown(error.into());

    assert_eq!(
        shown,
        json!({
            "code": "CONSENT_REQUIRED",
            "message": "Ask an administrator to consent to Mail.Read.",
            "details": {
                "aadsts": "AADSTS65001", "correlationId": "c-1", "retryAfterSeconds": 2,
                "help": help_url("aadsts65001"),
            },
        })
    );
}

#[test]
fn an_error_without_details_has_none() {
    let shown = shown(ToolError::validation("limit: 0 is not accepted."));

    assert_eq!(shown, json!({"code": "VALIDATION_ERROR", "message": "limit: 0 is not accepted."}));
}

#[test]
fn only_what_a_person_has_to_mend_is_linked_to_the_guide() {
    let link = |error: ToolError| shown(error)["details"]["help"].as_str().map(str::to_owned);

    let forbidden = ToolError::new(ErrorCode::Forbidden, "Missing scope 'Mail.Read'.");
    assert_eq!(link(forbidden), Some(help_url("forbidden")));
    assert_eq!(link(Error::new(ErrorKind::Store).into()), Some(help_url("token-store")));
    for code in [ErrorCode::NotFound, ErrorCode::ServiceError, ErrorCode::Throttled] {
        assert_eq!(link(ToolError::new(code, "Try again.")), None, "{code:?}");
    }
    assert_eq!(link(Error::new(ErrorKind::Throttled).into()), None);
}

#[tokio::test]
async fn the_ids_of_graph_travel_in_the_details() {
    let office = Office::small().await;

    let arguments = json!({"uri": "mail:///messages/AAMkAGone"});
    let error = office.call("read_resource", arguments).await.unwrap_err();

    assert_eq!(code(&error), "VALIDATION_ERROR", "{error}");
    assert!(error["details"]["graphCode"].as_str().is_some_and(|code| !code.is_empty()), "{error}");
    assert!(error["details"]["status"].is_u64(), "{error}");
    assert!(error["details"]["requestId"].is_string(), "{error}");
}

#[tokio::test]
async fn whoever_has_to_sign_in_is_told_how() {
    let hint = "Run `m365-local sign-in` on this device, then make the same call again.";
    let usual = "Sign in, then make the same call again.";
    let hinted = Catalog::new(options().with_sign_in_hint(hint));
    let plain = Catalog::new(options());
    let search = ("outlook_email_search", json!({}));
    let several = ("read_resource", json!({"uri": ["mail:///folders/", "mail:///folders/inbox"]}));
    let single = ("read_resource", json!({"uri": "mail:///folders/"}));

    for (tool, arguments) in [search, several, single] {
        for (catalog, hint) in [(&hinted, hint), (&plain, usual)] {
            let nobody = stranger(&SignedIn::default());

            let reply = catalog.call(tool, object(arguments.clone()), nobody).await.unwrap();

            assert_eq!(reply.error, Some(ErrorCode::SignInRequired));
            let told = format!("{:?}", reply.content);
            assert!(told.contains(hint), "{told}");
        }
    }
}

/// Admits nothing.
struct AllOff;

impl GraphObserver for AllOff {
    fn admits(&self, _: Workload) -> bool {
        false
    }

    fn finished(&self, _: &FinishedRequest) {}
}

#[tokio::test]
async fn r33_what_the_operator_switched_off_is_forbidden_and_says_so() {
    let token = AccessToken::new("secret".to_owned(), Timestamp::MAX, ["User.Read"]);
    let nowhere = "http://127.0.0.1:1".parse().unwrap();
    let graph = GraphClient::builder(Arc::new(FixedToken::new(token))).base_url(nowhere);
    let graph = graph.build().unwrap().observed_by(Arc::new(AllOff));

    let error = ToolError::from(graph.me().await.unwrap_err());

    assert_eq!(error.code(), ErrorCode::Forbidden);
    assert!(error.message().contains("switched off"), "{}", error.message());
}
