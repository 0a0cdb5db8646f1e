//! What Graph and Entra ID do to the server: sections 4.1 and 4.2 of the fault catalogue, as a host
//! sees them. The invariants are checked after each case.

use std::time::{Duration, Instant};

use m365_sim::Fault;
use serde_json::{Value, json};

use crate::harness::{Bench, error, results};

/// The words whose hits the cases look for.
const QUERY: &str = "budget";

/// A fault that is meant to meet the mail request, not the look-up of the time zone beside it.
const MAIL: &str = "/v1.0/me/messages";

async fn search(bench: &mut Bench) -> Value {
    bench.search(json!({ "query": QUERY })).await
}

/// Lets one request of the search fail, and expects hits all the same.
async fn recovers(fault: Fault) -> Duration {
    let mut bench = Bench::start().await;
    bench.sim.graph().next_on(MAIL, fault);
    let start = Instant::now();

    let found = search(&mut bench).await;

    assert!(!results(&found).is_empty());
    assert_eq!(attempts(&bench), 2);
    let took = start.elapsed();
    bench.check_invariants().await;
    took
}

/// Lets every request of the search fail, and returns the tool error with the attempts.
async fn fails(fault: Fault) -> (Value, usize) {
    let mut bench = Bench::start().await;
    bench.sim.graph().on(MAIL, fault);

    let refused = error(&search(&mut bench).await);

    let attempts = attempts(&bench);
    assert!(attempts <= 4, "I7: {attempts} attempts");
    bench.check_invariants().await;
    (refused, attempts)
}

fn attempts(bench: &Bench) -> usize {
    bench.sim.graph().log().iter().filter(|record| record.path.starts_with(MAIL)).count()
}

#[tokio::test]
async fn g01_a_throttled_search_is_sent_again_after_the_wait_that_graph_asks_for() {
    let took = recovers(Fault::throttled(Duration::from_secs(2))).await;

    assert!(took >= Duration::from_secs(2) && took < Duration::from_millis(3_500), "{took:?}");
}

#[tokio::test]
async fn g02_a_long_wait_is_told_at_once_and_holds_for_the_next_call() {
    let mut bench = Bench::start().await;
    bench.sim.graph().next_on(MAIL, Fault::throttled(Duration::from_secs(120)));

    let first = error(&search(&mut bench).await);
    let second = error(&search(&mut bench).await);

    for refused in [first, second] {
        assert_eq!(refused["code"], "THROTTLED");
        let seconds = refused["details"]["retryAfterSeconds"].as_u64().unwrap();
        assert!((110..=120).contains(&seconds), "{refused}");
    }
    assert_eq!(attempts(&bench), 1);
    bench.check_invariants().await;
}

#[tokio::test]
async fn g04_throttling_without_end_is_reported_after_four_attempts() {
    let (refused, attempts) = fails(Fault::throttled_bare()).await;

    assert_eq!((refused["code"].as_str(), attempts), (Some("THROTTLED"), 4));
}

#[tokio::test]
async fn g05_a_wait_until_a_date_is_measured_by_graphs_clock() {
    let took = recovers(Fault::throttled_date(Duration::from_secs(3))).await;

    assert!(took >= Duration::from_secs(2) && took < Duration::from_millis(4_500), "{took:?}");
}

#[tokio::test]
async fn g08_a_service_that_is_busy_for_a_moment_is_asked_again() {
    recovers(Fault::unavailable(Duration::from_secs(1))).await;
    recovers(Fault::gateway_timeout_html()).await;
}

#[tokio::test]
async fn g09_a_server_error_that_stays_is_reported_with_graphs_request_id() {
    for status in [500, 502] {
        let (refused, attempts) = fails(Fault::status(status)).await;

        assert_eq!(refused["code"], "SERVICE_ERROR");
        assert!(refused["details"]["requestId"].is_string(), "{refused}");
        assert!(attempts <= 3, "{attempts} attempts");
    }
}

#[tokio::test]
async fn g10_a_connection_that_breaks_is_tried_again() {
    recovers(Fault::reset_before_headers()).await;
    recovers(Fault::reset_mid_body()).await;
}

#[tokio::test]
async fn g13_an_answer_that_is_cut_is_asked_for_once_more_and_never_shown() {
    recovers(Fault::truncated_json()).await;
    let (refused, attempts) = fails(Fault::truncated_json()).await;

    assert_eq!((refused["code"].as_str(), attempts), (Some("SERVICE_ERROR"), 2));
}

#[tokio::test]
async fn g14_an_answer_that_is_no_json_is_reported() {
    for fault in [Fault::html_200(), Fault::empty_200(), Fault::no_content_204()] {
        assert_eq!(fails(fault).await.0["code"], "SERVICE_ERROR");
    }
}

#[tokio::test]
async fn g15_an_answer_that_ends_in_an_error_is_failed() {
    recovers(Fault::error_tail()).await;
}

#[tokio::test]
async fn g16_a_redirect_to_a_stranger_is_not_followed() {
    for status in [301, 302, 307, 308] {
        let mut bench = Bench::start().await;
        let stranger = format!("{}/v1.0/me/messages", bench.sim.foreign_endpoint());
        bench.sim.graph().on(MAIL, Fault::redirect(status, stranger));

        let refused = error(&search(&mut bench).await);

        assert_eq!(refused["code"], "SERVICE_ERROR");
        bench.check_invariants().await;
    }
}

#[tokio::test]
async fn g20_a_next_link_to_a_stranger_is_not_followed_and_said() {
    let mut bench = Bench::start().await;
    let stranger = format!("{}/v1.0/me/messages?$skiptoken=x", bench.sim.foreign_endpoint());
    bench.sim.graph().on(MAIL, Fault::foreign_next_link(stranger));

    let found = search(&mut bench).await;

    assert!(!results(&found).is_empty());
    let notices = found["structuredContent"]["notices"].as_array().expect("it is said");
    assert!(!notices.is_empty(), "{found}");
    bench.check_invariants().await;
}

#[tokio::test]
async fn g21_pages_that_lead_in_circles_end() {
    for fault in [Fault::looping_next_link(), Fault::ring(), Fault::empty_pages(10_000)] {
        let mut bench = Bench::start().await;
        bench.sim.graph().on("/v1.0/me/mailFolders/inbox/messages", fault);

        let arguments = json!({ "query": QUERY, "folderName": "Inbox", "unreadOnly": true });
        let answer = bench.search(arguments).await;

        assert!(answer["content"].is_array());
        let asked = bench.sim.graph().log().len();
        assert!(asked <= 16, "{asked} requests");
        bench.check_invariants().await;
    }
}

#[tokio::test]
async fn g22_a_page_of_20_mib_is_too_large() {
    let (refused, _) = fails(Fault::huge_page(20 << 20)).await;

    assert_eq!(refused["code"], "TOO_LARGE");
}

#[tokio::test]
async fn g24_a_small_body_that_unpacks_to_a_gibibyte_is_stopped() {
    let (refused, _) = fails(Fault::gzip_bomb(1 << 30)).await;

    assert_eq!(refused["code"], "TOO_LARGE");
}

#[tokio::test]
async fn g25_a_token_that_graph_refuses_once_is_renewed() {
    let mut bench = Bench::start().await;
    bench.sim.graph().next_on(MAIL, Fault::unauthorized_plain());
    let before = bench.sim.entra().requests();

    let found = search(&mut bench).await;

    assert!(!results(&found).is_empty());
    assert_eq!(bench.sim.entra().requests() - before, 1);
    bench.check_invariants().await;
}

#[tokio::test]
async fn g26_a_token_that_graph_goes_on_refusing_needs_a_sign_in() {
    let (refused, attempts) = fails(Fault::unauthorized_plain()).await;

    assert_eq!((refused["code"].as_str(), attempts), (Some("SIGN_IN_REQUIRED"), 2));
}

#[tokio::test]
async fn g27_a_claims_challenge_is_answered_once_in_silence() {
    let mut bench = Bench::start().await;
    let claims = json!({ "access_token": { "nbf": { "essential": true, "value": "1" } } });
    bench.sim.graph().next_on(MAIL, Fault::unauthorized_claims(claims));

    let found = search(&mut bench).await;

    assert!(!results(&found).is_empty());
    bench.check_invariants().await;
}

#[tokio::test]
async fn g29_a_mailbox_that_is_not_shared_is_forbidden_and_no_scope_is_blamed() {
    let mut bench = Bench::start().await;
    let owner = "adele.vance@fjordlight.example";

    let refused = error(&bench.search(json!({ "mailboxOwnerEmail": owner })).await);

    assert!(matches!(refused["code"].as_str(), Some("FORBIDDEN" | "NOT_FOUND")), "{refused}");
    assert!(!refused["message"].as_str().unwrap().contains("Missing scope"), "{refused}");
    bench.check_invariants().await;
}

#[tokio::test]
async fn g30_what_is_gone_locked_or_not_acceptable_is_not_asked_for_again() {
    for (status, code) in [(404, "NOT_FOUND"), (410, "NOT_FOUND"), (423, "FORBIDDEN")] {
        let (refused, attempts) = fails(Fault::status(status)).await;

        assert_eq!((refused["code"].as_str(), attempts), (Some(code), 1), "{refused}");
    }
}

#[tokio::test]
async fn g33_six_tools_at_once_stay_below_the_limit_of_the_mailbox() {
    let mut bench = Bench::start().await;
    bench.sim.graph().on(MAIL, Fault::delay(Duration::from_millis(100)));

    for _ in 0..6 {
        let params = json!({ "name": "outlook_email_search", "arguments": { "query": QUERY } });
        bench.server().begin("tools/call", params).await;
    }

    for _ in 0..6 {
        assert!(!results(&bench.server().next().await["result"]).is_empty());
    }
    let throttled = bench.sim.graph().log().iter().any(|record| record.status == Some(429));
    assert!(!throttled, "the simulator refused a request");
    bench.check_invariants().await;
}

#[tokio::test]
async fn e01_a_revoked_refresh_token_signs_out_without_a_second_try() {
    let mut bench = Bench::start().await;
    bench.sim.revoke(crate::harness::USER);
    bench.sim.expire_tokens();
    let before = bench.sim.entra().requests();

    let first = error(&search(&mut bench).await);
    let second = error(&search(&mut bench).await);

    assert_eq!([&first["code"], &second["code"]], ["SIGN_IN_REQUIRED"; 2]);
    assert_eq!(bench.sim.entra().requests() - before, 1);
    bench.check_invariants().await;
}

#[tokio::test]
async fn e10_a_tool_whose_scope_was_not_granted_says_so_before_it_asks_graph() {
    let mut bench = Bench::without_server().await;
    bench.sim.entra().on("/", Fault::fewer_scopes(&["User.Read", "Calendars.Read"]));
    bench.sign_in().await;
    bench.serve(&[]).await;

    let refused = error(&search(&mut bench).await);

    assert_eq!(refused["code"], "FORBIDDEN");
    assert!(refused["message"].as_str().unwrap().contains("'Mail.Read'"), "{refused}");
    assert_eq!(attempts(&bench), 0);
    bench.check_invariants().await;
}
