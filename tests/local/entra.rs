//! What Entra ID does while a server renews tokens, and while somebody signs in: section 4.2 of the
//! fault catalogue. What takes minutes is shown in `m365-auth`, where the clock can be moved.

use std::{
    net::TcpListener,
    time::{Duration, Instant},
};

use m365_sim::Fault;
use serde_json::{Value, json};
use url::Url;

use crate::harness::{Bench, Ended, error, results, sign_in_by};

/// Less than a token needs to be used without being renewed, in seconds.
const SHORT: i64 = 200;

/// A tool that needs a token for Graph, and nothing else of it.
const TOKEN_ALONE: &str = "get_granted_scopes";

/// Serves an account whose token has to be renewed, and lasts so many seconds.
async fn renewing(life: i64) -> Bench {
    let mut bench = Bench::without_server().await;
    bench.sim.entra().on("/", Fault::expires_in(life));
    bench.sign_in().await;
    // That a second has passed is what the shortest life means.
    tokio::time::sleep(Duration::from_secs(1)).await;
    bench.sim.entra().clear();
    bench.sim.entra().clear_log();
    bench.serve(&[]).await;
    bench
}

/// Serves an account whose token has ended.
async fn without_token() -> Bench {
    renewing(1).await
}

fn token_endpoint(bench: &Bench) -> String {
    format!("/{}/oauth2/v2.0/token", bench.sim.tenant_id())
}

async fn search(bench: &mut Bench) -> Value {
    bench.search(json!({ "query": "budget" })).await
}

/// Searches twice; both must be refused by the one answer of the token endpoint, `fault`.
async fn refused_twice(fault: Fault) -> (Bench, [u64; 2]) {
    let mut bench = without_token().await;
    bench.sim.entra().on(&token_endpoint(&bench), fault);

    let refused = [error(&search(&mut bench).await), error(&search(&mut bench).await)];

    assert_eq!(bench.token_requests().len(), 1, "Entra ID is left alone");
    assert!(bench.sim.graph().log().iter().all(|record| record.status != Some(200)));
    let seconds = refused.map(|refused| {
        assert_eq!(refused["code"], "THROTTLED", "{refused}");
        refused["details"]["retryAfterSeconds"].as_u64().unwrap()
    });
    (bench, seconds)
}

#[tokio::test]
async fn e01_a_session_that_was_revoked_is_gone_from_the_store() {
    let mut bench = without_token().await;
    bench.sim.revoke(crate::harness::USER);

    let refused = error(&search(&mut bench).await);
    let status = bench.run(&["status", "--json"]).await;
    bench.sign_in().await;
    let found = search(&mut bench).await;

    assert_eq!(refused["code"], "SIGN_IN_REQUIRED");
    assert_eq!(status.code, Some(3), "{status:?}");
    assert!(!results(&found).is_empty());
    bench.check_invariants().await;
}

#[tokio::test]
async fn e05_a_failure_of_the_token_endpoint_is_repeated_once_after_a_second() {
    for fault in [Fault::entra_error(90_033), Fault::status(503)] {
        let mut bench = without_token().await;
        bench.sim.entra().next_on(&token_endpoint(&bench), fault);

        let found = search(&mut bench).await;

        assert!(!results(&found).is_empty());
        let asked = bench.token_requests();
        assert_eq!(asked.len(), 2);
        let waited = asked[1].at.duration_since(asked[0].at).as_millis();
        assert!(waited >= 1_000, "{waited} ms");
        bench.check_invariants().await;
    }
}

#[tokio::test]
async fn e05_a_token_that_still_is_valid_is_used_while_entra_id_is_out() {
    let mut bench = renewing(SHORT).await;
    bench.sim.entra().on(&token_endpoint(&bench), Fault::status(503));

    for _ in 0..3 {
        assert!(!results(&search(&mut bench).await).is_empty());
    }

    assert_eq!(bench.token_requests().len(), 2, "one attempt and its repetition");
    bench.check_invariants().await;
}

#[tokio::test]
async fn e05_without_a_token_an_outage_of_entra_id_is_told() {
    let mut bench = without_token().await;
    bench.sim.entra().on(&token_endpoint(&bench), Fault::entra_error(90_033));

    let refused = [error(&search(&mut bench).await), error(&search(&mut bench).await)];

    assert!(refused.iter().all(|refused| refused["code"] == "SERVICE_ERROR"), "{refused:?}");
    assert_eq!(bench.token_requests().len(), 2, "one attempt and its repetition");
    bench.check_invariants().await;
}

#[tokio::test]
async fn e06_a_token_endpoint_that_throttles_is_left_alone_and_the_seconds_are_told() {
    let (mut bench, seconds) = refused_twice(Fault::throttled(Duration::from_secs(60))).await;

    assert!(seconds.iter().all(|seconds| (1..=60).contains(seconds)), "{seconds:?}");
    bench.check_invariants().await;
}

#[tokio::test]
async fn e07_a_loop_is_told_as_our_error_and_broken_for_five_minutes() {
    let (mut bench, seconds) = refused_twice(Fault::entra_error(50_196)).await;

    assert!(seconds.iter().all(|seconds| (200..=300).contains(seconds)), "{seconds:?}");
    let line = bench.server().logged("sends requests in a loop").await;
    assert!(line.contains("ERROR"), "{line}");
    bench.check_invariants().await;
}

/// As many calls as a host may have in flight; two hundred share one renewal in `m365-auth`.
async fn sixty_calls(bench: &mut Bench) -> Vec<Value> {
    let server = bench.server();
    for _ in 0..60 {
        server.begin("tools/call", json!({ "name": TOKEN_ALONE, "arguments": {} })).await;
    }
    let mut answers = Vec::new();
    for _ in 0..60 {
        answers.push(server.next().await["result"].take());
    }
    answers
}

#[tokio::test]
async fn e08_sixty_calls_that_wait_for_a_slow_token_cost_one_request() {
    let mut bench = without_token().await;
    bench.sim.entra().on(&token_endpoint(&bench), Fault::delay(Duration::from_secs(3)));

    let answers = sixty_calls(&mut bench).await;

    assert!(answers.iter().all(|answer| answer["isError"] != true), "{answers:?}");
    assert_eq!(bench.token_requests().len(), 1);
    bench.check_invariants().await;
}

#[tokio::test]
async fn e08_a_token_endpoint_that_never_answers_is_given_up_by_all_who_wait() {
    let mut bench = without_token().await;
    bench.sim.entra().on(&token_endpoint(&bench), Fault::hang());
    let start = Instant::now();

    let answers = sixty_calls(&mut bench).await;

    let took = start.elapsed();
    assert!(answers.iter().all(|answer| error(answer)["code"] == "SERVICE_ERROR"), "{answers:?}");
    assert_eq!(bench.token_requests().len(), 2, "one attempt and its repetition");
    assert!(took >= Duration::from_secs(20) && took < Duration::from_secs(40), "{took:?}");
    bench.check_invariants().await;
}

#[tokio::test]
async fn e09_a_lifetime_as_text_or_of_years_is_accepted_and_the_token_kept() {
    for life in [json!("3599"), json!(1_000_000_000)] {
        let mut bench = without_token().await;
        bench.sim.entra().next_on(&token_endpoint(&bench), Fault::expires_in(life));

        for _ in 0..2 {
            assert!(!results(&search(&mut bench).await).is_empty());
        }

        assert_eq!(bench.token_requests().len(), 1);
        bench.check_invariants().await;
    }
}

#[tokio::test]
async fn e09_a_token_answer_that_is_none_is_refused_and_nothing_of_it_is_kept() {
    let faults = [
        Fault::html_200(),
        Fault::missing_access_token(),
        Fault::expires_in(0),
        Fault::expires_in(-1),
    ];
    for fault in faults {
        let mut bench = without_token().await;
        bench.sim.entra().next_on(&token_endpoint(&bench), fault);

        let refused = error(&search(&mut bench).await);
        let found = search(&mut bench).await;

        assert_eq!(refused["code"], "SERVICE_ERROR", "{refused}");
        assert!(!results(&found).is_empty());
        assert_eq!(bench.token_requests().len(), 2);
        bench.check_invariants().await;
    }
}

/// Runs `sign-in` and counts how often the page was opened.
async fn sign_in(bench: &Bench) -> (Ended, usize) {
    bench.sim.entra().clear_log();
    let ended = bench.sign_in_as(&[]).await;
    let log = bench.sim.entra().log();
    (ended, log.iter().filter(|record| record.path.ends_with("/authorize")).count())
}

#[tokio::test]
async fn e16_metadata_of_a_stranger_is_refused_and_the_sign_in_goes_where_it_should() {
    let mut bench = Bench::without_server().await;
    let metadata = format!("/{}/v2.0", bench.sim.tenant_id());
    bench.sim.entra().on(&metadata, Fault::foreign_metadata());

    let (ended, pages) = sign_in(&bench).await;
    bench.serve(&[]).await;
    let found = search(&mut bench).await;

    assert_eq!((ended.code, pages), (Some(0), 1), "{ended:?}");
    assert!(ended.stderr.contains(bench.sim.login_endpoint()), "{ended:?}");
    assert!(!ended.stderr.contains(bench.sim.foreign_endpoint()), "{ended:?}");
    assert!(!results(&found).is_empty());
    bench.check_invariants().await;
}

#[tokio::test]
async fn e18_a_sign_in_with_a_wrong_clock_says_so_and_ends() {
    let mut bench = Bench::without_server().await;
    // Half a minute more, for the seconds that a busy machine takes.
    bench.sim.clock().advance(Duration::from_secs(2 * 3_600 + 30));

    let (ended, pages) = sign_in(&bench).await;
    bench.serve(&[]).await;
    let found = search(&mut bench).await;

    assert_eq!((ended.code, pages), (Some(0), 1), "{ended:?}");
    assert!(ended.stderr.contains("2 h behind the clock of Entra ID"), "{ended:?}");
    assert!(!results(&found).is_empty());
    bench.check_invariants().await;
}

#[tokio::test]
async fn e19_strange_requests_do_not_end_a_sign_in_and_its_port_is_freed() {
    let bench = Bench::without_server().await;
    let mut redirect = None;

    let ended = sign_in_by(bench.command(&["sign-in", "--no-browser"]), async |address| {
        let url = Url::parse(&address).unwrap();
        let own: Url = parameter(&url, "redirect_uri").parse().unwrap();
        let state = parameter(&url, "state");
        for (path, status) in [
            ("?code=stolen&state=wrong".to_owned(), 400),
            ("?code=stolen".to_owned(), 400),
            (format!("?state={state}"), 404),
            (format!("elsewhere?code=stolen&state={state}"), 404),
        ] {
            let answer = reqwest::get(own.join(&path).unwrap()).await.unwrap();
            assert_eq!(answer.status(), status, "{path}");
        }
        assert!(reqwest::get(address).await.unwrap().status().is_success());
        redirect = Some(own);
    })
    .await;

    let redirect = redirect.expect("the address was printed");
    assert_eq!(ended.code, Some(0), "{ended:?}");
    let codes =
        bench.token_requests().iter().filter_map(|it| it.form_value("code")).collect::<Vec<_>>();
    assert!(codes.len() == 1 && codes[0] != "stolen", "a stranger's code was redeemed");
    assert!(reqwest::get(redirect.clone()).await.is_err(), "a second hit finds nobody");
    TcpListener::bind(("127.0.0.1", redirect.port().unwrap())).unwrap();
}

fn parameter(url: &Url, name: &str) -> String {
    let (_, value) = url.query_pairs().find(|(key, _)| key == name).unwrap();
    value.into_owned()
}
