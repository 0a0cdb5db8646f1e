//! Refusals.

use std::time::Duration;

use jiff::fmt::rfc2822::DateTimeParser;
use m365_sim::{Fault, Sim, SimCloud};
use serde_json::json;

use super::{MESSAGES, messages};
use crate::client;

#[tokio::test]
async fn g01_a_throttled_request_says_when_to_come_back_and_the_next_succeeds() {
    let tenant = Sim::start().await;
    tenant.graph().next_response(Fault::throttled(Duration::from_secs(2)));

    let first = messages(&tenant).await;
    tenant.clock().advance(Duration::from_secs(2));
    let second = messages(&tenant).await;

    assert_eq!((first.status, first.header("retry-after")), (429, "2"));
    assert_eq!(first.json()["error"]["code"], "ApplicationThrottled");
    assert_eq!(second.status, 200);
}

#[tokio::test]
async fn s57_who_comes_back_before_the_wait_is_over_waits_longer() {
    let tenant = Sim::start().await;
    tenant.graph().next_response(Fault::throttled(Duration::from_secs(10)));

    messages(&tenant).await;
    tenant.clock().advance(Duration::from_secs(9));
    let early = messages(&tenant).await;
    tenant.clock().advance(Duration::from_secs(18));
    let still_early = messages(&tenant).await;
    tenant.clock().advance(Duration::from_secs(40));
    let late = messages(&tenant).await;

    assert_eq!((early.status, early.header("retry-after")), (429, "20"));
    assert_eq!((still_early.status, still_early.header("retry-after")), (429, "40"));
    assert_eq!(late.status, 200);
}

#[tokio::test]
async fn s57_a_wait_is_one_users_and_one_workloads_and_ends_with_its_fault() {
    let tenant = Sim::start().await;
    let adele = tenant.issue_token("adele.vance@fjordlight.example", &["Mail.Read"]);
    let address = format!("{}{}", tenant.graph_endpoint(), MESSAGES);
    tenant.graph().next_response(Fault::throttled_date(Duration::from_secs(60)));
    messages(&tenant).await;

    let other_user = client::http().get(address).bearer_auth(adele);
    let other_user = super::Answer::of(other_user).await;
    let other_workload = super::Answer::of(super::request(&tenant, "/v1.0/me")).await;
    let same = messages(&tenant).await;
    tenant.graph().clear();
    let cleared = messages(&tenant).await;

    assert_eq!((other_user.status, other_workload.status), (200, 200));
    assert_eq!((same.status, cleared.status), (429, 200));
}

#[tokio::test]
async fn g03_a_throttled_request_may_say_nothing() {
    let tenant = Sim::start().await;
    tenant.graph().next_responses(2, Fault::throttled_bare());

    let answers = [messages(&tenant).await, messages(&tenant).await, messages(&tenant).await];

    assert_eq!(answers.each_ref().map(|answer| answer.status), [429, 429, 200]);
    assert!(answers.iter().all(|answer| answer.header("retry-after").is_empty()));
}

#[tokio::test]
async fn g05_a_date_to_come_back_at_is_relative_to_the_responses_own() {
    let tenant = Sim::start().await;
    tenant.graph().next_response(Fault::throttled_date(Duration::from_secs(3)));

    let answer = messages(&tenant).await;

    let time = |name| DateTimeParser::new().parse_timestamp(answer.header(name)).unwrap();
    assert_eq!(time("retry-after").duration_since(time("date")).as_secs(), 3);
}

#[tokio::test]
async fn g08_g09_a_service_or_its_gateway_is_out() {
    let tenant = Sim::start().await;
    tenant.graph().next_response(Fault::unavailable(Duration::from_secs(1)));
    tenant.graph().next_response(Fault::gateway_timeout_html());
    tenant.graph().next_response(Fault::status(502));

    let unavailable = messages(&tenant).await;
    let gateway = messages(&tenant).await;
    let bad_gateway = messages(&tenant).await;

    assert_eq!((unavailable.status, unavailable.header("retry-after")), (503, "1"));
    assert_eq!((gateway.status, gateway.header("content-type")), (504, "text/html"));
    assert_eq!(bad_gateway.status, 502);
    assert_eq!(bad_gateway.header("request-id").len(), 36);
}

#[tokio::test]
async fn g16_a_redirect_leads_wherever_it_is_told() {
    let tenant = Sim::start().await;
    let target = format!("{}/stolen", tenant.foreign_endpoint());
    tenant.graph().next_response(Fault::redirect(307, target.as_str()));

    let answer = messages(&tenant).await;

    assert_eq!((answer.status, answer.header("location")), (307, target.as_str()));
    assert_eq!(tenant.foreign().requests(), 0);
}

#[tokio::test]
async fn g25_g27_a_token_is_refused_with_and_without_a_challenge() {
    let tenant = Sim::start().await;
    let claims = json!({"access_token": {"nbf": {"essential": true, "value": "1790000000"}}});
    tenant.graph().next_response(Fault::unauthorized_plain());
    tenant.graph().next_response(Fault::unauthorized_claims(claims));

    let plain = messages(&tenant).await;
    let challenged = messages(&tenant).await;

    assert_eq!((plain.status, challenged.status), (401, 401));
    assert!(!plain.header("www-authenticate").contains("claims"));
    assert!(challenged.header("www-authenticate").contains(
        "claims=\"eyJhY2Nlc3NfdG9rZW4iOnsibmJmIjp7ImVzc2VudGlhbCI6dHJ1ZSwidmFsdWUiOiIxNzkwMDAwMDAwIn19fQ==\""
    ));
}

#[tokio::test]
async fn s06_a_refusal_names_the_request_by_the_clients_id_in_headers_and_body() {
    let tenant = Sim::start().await;
    let id = "3d2f0a6e-5a55-4a0e-9a3c-0b0a1c2d3e4f";
    let claims = json!({"access_token": {}});
    let faults = [
        Fault::throttled(Duration::from_secs(2)),
        Fault::unavailable(Duration::from_secs(1)),
        Fault::status(500),
        Fault::unauthorized_plain(),
        Fault::unauthorized_claims(claims),
    ];
    let ask = async || {
        let request = super::request(&tenant, MESSAGES).header("client-request-id", id);
        super::Answer::of(request).await
    };

    for fault in faults {
        tenant.graph().next_response(fault.clone());
        let answer = ask().await;
        let body = &answer.json()["error"]["innerError"];
        assert_eq!(
            (answer.header("client-request-id"), &body["client-request-id"]),
            (id, &json!(id))
        );
        assert_eq!(body["request-id"], answer.header("request-id"), "{fault:?}");
        tenant.clock().advance(Duration::from_secs(2));
    }
}

#[tokio::test]
async fn s06_a_refused_token_is_named_alike_in_headers_and_body() {
    let tenant = Sim::start().await;
    let address = format!("{}/v1.0/me", tenant.graph_endpoint());
    let request = client::http().get(address).bearer_auth("no-token");

    let answer = super::Answer::of(request.header("client-request-id", "mine")).await;

    let body = &answer.json()["error"]["innerError"];
    assert_eq!((answer.status, &body["client-request-id"]), (401, &json!("mine")));
    assert_eq!(body["request-id"], answer.header("request-id"));
}

#[tokio::test]
async fn g30_each_service_names_what_goes_wrong_in_its_own_words() {
    let tenant = Sim::start().await;
    let drive = "/v1.0/me/drive/root/children";
    let cases = [
        (MESSAGES, 400, "ErrorInvalidRequest"),
        (MESSAGES, 403, "ErrorAccessDenied"),
        (MESSAGES, 404, "ErrorItemNotFound"),
        (MESSAGES, 410, "SyncStateNotFound"),
        (MESSAGES, 429, "ApplicationThrottled"),
        (MESSAGES, 500, "ErrorInternalServerError"),
        (MESSAGES, 503, "ServiceUnavailable"),
        ("/v1.0/me/calendarView", 403, "ErrorAccessDenied"),
        ("/v1.0/me/people", 403, "ErrorAccessDenied"),
        ("/v1.0/me", 403, "Authorization_RequestDenied"),
        ("/v1.0/users/x", 404, "Request_ResourceNotFound"),
        ("/v1.0/me/chats", 403, "Forbidden"),
        ("/v1.0/chats/x", 404, "NotFound"),
        ("/v1.0/teams/x/channels", 429, "TooManyRequests"),
        ("/v1.0/me/chats", 502, "UnknownError"),
        ("/v1.0/me/onlineMeetings", 403, "Forbidden"),
        ("/v1.0/search/query", 403, "Forbidden"),
        ("/v1.0/search/query", 429, "TooManyRequests"),
        (drive, 400, "invalidRequest"),
        (drive, 403, "accessDenied"),
        (drive, 404, "itemNotFound"),
        (drive, 406, "notSupported"),
        (drive, 410, "resyncRequired"),
        (drive, 412, "preconditionFailed"),
        ("/v1.0/drives/x", 416, "invalidRange"),
        ("/v1.0/sites/x/lists", 423, "resourceLocked"),
        ("/v1.0/shares/x", 429, "activityLimitReached"),
        (drive, 500, "generalException"),
        (drive, 503, "serviceNotAvailable"),
        (drive, 509, "bandwidthLimitExceeded"),
        (drive, 401, "InvalidAuthenticationToken"),
        (MESSAGES, 401, "InvalidAuthenticationToken"),
    ];

    for (path, status, code) in cases {
        tenant.graph().next_response(Fault::status(status));
        let answer = super::Answer::of(super::request(&tenant, path)).await;
        let found = (answer.status, answer.json()["error"]["code"].clone());
        assert_eq!(found, (status, json!(code)), "{path}");
    }
}

#[tokio::test]
async fn g01_sharepoint_tells_how_its_throttling_is_counted() {
    let tenant = Sim::start().await;
    tenant.graph().next_response(Fault::throttled(Duration::from_secs(31)));

    let answer = super::Answer::of(super::request(&tenant, "/v1.0/me/drive")).await;
    let early = super::Answer::of(super::request(&tenant, "/v1.0/me/drive")).await;

    let headers = ["retry-after", "ratelimit-limit", "ratelimit-remaining", "ratelimit-reset"];
    assert_eq!(headers.map(|name| answer.header(name)), ["31", "1200", "0", "31"]);
    let error = &answer.json()["error"];
    assert_eq!(error["code"], "activityLimitReached");
    assert_eq!(error["innerError"]["code"], "throttledRequest");
    assert_eq!(error["innerError"]["innerError"]["code"], "quota");
    assert_eq!(early.json()["error"]["code"], "activityLimitReached");
    assert_eq!((early.status, early.header("ratelimit-reset")), (429, "62"));
}

#[tokio::test]
async fn g30_a_list_of_changes_that_is_too_old_leads_to_a_new_one() {
    let tenant = Sim::start().await;
    let delta = "/v1.0/me/drive/root/delta";
    tenant.graph().next_response(Fault::status(410));

    let answer = super::Answer::of(super::request(&tenant, &format!("{delta}?token=old"))).await;

    let anew = format!("{}{delta}?token=", tenant.graph_endpoint());
    assert_eq!((answer.status, answer.header("location")), (410, anew.as_str()));
}

#[tokio::test]
async fn s58_a_refused_token_is_sent_to_the_clouds_own_sign_in() {
    for (cloud, host) in [
        (SimCloud::Global, "login.microsoftonline.com"),
        (SimCloud::UsGovHigh, "login.microsoftonline.us"),
        (SimCloud::UsGovDod, "login.microsoftonline.us"),
    ] {
        let tenant = Sim::builder().cloud(cloud).start().await.unwrap();
        let address = format!("{}/v1.0/me", tenant.graph_endpoint());

        let answer = super::Answer::of(client::http().get(address).bearer_auth("no-token")).await;

        let uri = format!("authorization_uri=\"https://{host}/common/oauth2/authorize\"");
        assert!(answer.header("www-authenticate").contains(&uri), "{cloud}");
    }
}

#[tokio::test]
async fn g31_a_brown_out_meets_its_share_of_the_requests_in_the_same_order_each_time() {
    let run = async || {
        let tenant = Sim::builder().seed(7).start().await.unwrap();
        tenant.graph().sometimes(25, Fault::unavailable(Duration::ZERO));
        let mut statuses = Vec::new();
        for _ in 0..40 {
            statuses.push(messages(&tenant).await.status);
        }
        statuses
    };

    let first = run().await;

    assert!((4..18).contains(&first.iter().filter(|status| **status == 503).count()));
    assert_eq!(run().await, first);
}

#[tokio::test]
async fn a_standing_fault_lasts_under_its_path_until_it_is_cleared() {
    let tenant = Sim::start().await;
    tenant.graph().on("/v1.0/me/messages", Fault::status(500));

    let under = messages(&tenant).await;
    let beside = super::Answer::of(super::request(&tenant, "/v1.0/me")).await;
    tenant.graph().clear();
    let after = messages(&tenant).await;

    assert_eq!((under.status, beside.status, after.status), (500, 200, 200));
}
