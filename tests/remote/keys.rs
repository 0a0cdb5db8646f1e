//! The keys that callers' tokens are signed with: new ones, withdrawn ones, and none to be had.
//! What takes hours is shown with a clock of its own in `m365-auth`, `tests/validation`.

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use m365_sim::{Fault, Sim};
use serde_json::{Value, json};
use tokio::task::JoinSet;

use crate::harness::{Bench, Era, Host, Setup, USER};

const KEYS: &str = "/common/discovery/v2.0/keys";

fn fetches(sim: &Sim) -> usize {
    sim.entra().log().iter().filter(|request| request.path == KEYS).count()
}

/// Lets one source, and one user, send as much as a test wants to.
fn patient(setup: Setup) -> Setup {
    setup.in_table("limits", "rejections_per_minute", "1000000").in_table(
        "limits",
        "user_concurrency",
        "64",
    )
}

async fn status(host: &Host) -> u16 {
    host.post(Era::Modern, "tools/list", json!({})).await.status
}

/// Asks with each token, those of one list by one host and the lists side by side; returns how each
/// was answered.
async fn statuses(bench: &Bench, lists: Vec<Vec<String>>) -> Vec<u16> {
    let mut tasks = JoinSet::new();
    for tokens in lists {
        let host = bench.stranger(None);
        tasks.spawn(async move {
            let mut found = Vec::new();
            for token in tokens {
                let message = host.message(Era::Modern, "tools/list", json!({}));
                found.push(host.send(message.bearer_auth(token)).await.status);
            }
            found
        });
    }
    tasks.join_all().await.concat()
}

/// Lets a key sign that was not published when the server last looked.
fn rotate(sim: &Sim) {
    // The next key is published before it signs.
    sim.rotate_keys();
    sim.rotate_keys();
}

fn usual(bench: &Bench) -> Host {
    bench.stranger(Some(&bench.sim.caller_token(USER).issue()))
}

async fn last_reason(bench: &Bench, count: usize) -> Value {
    bench.audited("auth.rejected", count).await.pop().unwrap()["reason"].take()
}

#[tokio::test]
async fn e11_a_new_key_costs_one_fetch_for_a_thousand_requests() {
    let mut bench = Bench::start_with(patient).await;
    assert_eq!(fetches(&bench.sim), 1);
    rotate(&bench.sim);
    let token = bench.sim.caller_token(USER).issue();

    let statuses = statuses(&bench, vec![vec![token; 100]; 10]).await;

    assert_eq!((statuses.len(), statuses.iter().all(|it| *it == 200)), (1_000, true));
    assert_eq!(fetches(&bench.sim), 2);
    bench.finish().await;
}

/// Names another key in a token's header.
fn renamed(token: &str, number: usize) -> String {
    let header = json!({ "alg": "RS256", "typ": "JWT", "kid": format!("key-{number:06}") });
    let rest = token.split_once('.').unwrap().1;
    format!("{}.{rest}", BASE64_URL_SAFE_NO_PAD.encode(header.to_string()))
}

/// Ten thousand of them are in `e14_ten_thousand_unknown_keys_cost_one_fetch` of `m365-auth`, where
/// nothing but the check counts.
#[tokio::test]
async fn e14_unknown_keys_cost_one_fetch_and_valid_callers_are_served_meanwhile() {
    let mut bench = Bench::start_with(patient).await;
    let good = bench.sim.caller_token(USER).issue();
    let unknown: Vec<_> = (0..2_000).map(|number| renamed(&good, number)).collect();
    let unknown = unknown.chunks(125).map(<[_]>::to_vec).collect();

    let (refused, served) =
        tokio::join!(statuses(&bench, unknown), statuses(&bench, vec![vec![good; 50]]));

    assert_eq!((refused.len(), refused.iter().all(|it| *it == 401)), (2_000, true));
    assert!(served.iter().all(|it| *it == 200), "{served:?}");
    assert_eq!(fetches(&bench.sim), 2, "one at the start, one for all of them");
    bench.finish().await;
}

/// That the set is fetched every 12 hours is in `pauses_grow_and_end_early_without_keys` there.
#[tokio::test]
async fn e15_tokens_of_a_withdrawn_key_are_refused_once_the_set_was_fetched_again() {
    let mut bench = Bench::start().await;
    let before = usual(&bench);
    assert_eq!(status(&before).await, 200);

    bench.sim.withdraw_key(&bench.sim.signing_key_id());
    bench.sim.rotate_keys();
    let after = usual(&bench);
    assert_eq!(status(&after).await, 200, "its key is new, so the set is fetched");

    assert_eq!(status(&before).await, 401);
    assert_eq!(last_reason(&bench, 1).await, "unknown_key");
    assert_eq!(fetches(&bench.sim), 2);
    bench.finish().await;
}

/// Forty hours of it, and the end after fifty, are in
/// `e13_known_keys_outlast_an_outage_of_forty_hours_and_not_of_fifty` there.
#[tokio::test]
async fn e13_while_keys_cannot_be_fetched_those_that_are_known_go_on_working() {
    let mut bench = Bench::start().await;
    let known = usual(&bench);
    bench.sim.entra().on("/common", Fault::status(503));
    rotate(&bench.sim);

    let unknown = usual(&bench);
    assert_eq!(status(&unknown).await, 401);
    assert_eq!(last_reason(&bench, 1).await, "unknown_key");
    assert_eq!(status(&known).await, 200);
    let ready = bench.admin("/readyz").await;
    assert_eq!(ready.status, 200, "{ready:?}");
    assert!(ready.json()["parts"]["keys"]["failure"].is_string(), "{ready:?}");
    let metrics = bench.admin("/metrics").await.text;
    assert!(metrics.contains("m365_jwks_refresh_total{outcome=\"failed\"} 1"), "{metrics}");

    bench.check_records().await;
}

#[tokio::test]
async fn e16_metadata_of_another_host_is_refused_and_the_keys_stay() {
    let mut bench = Bench::start().await;
    let known = usual(&bench);
    bench.sim.entra().on("/common", Fault::foreign_metadata());
    rotate(&bench.sim);

    assert_eq!(status(&usual(&bench)).await, 401);
    assert_eq!(status(&known).await, 200);
    let ready = bench.admin("/readyz").await;
    let failure = ready.json()["parts"]["keys"]["failure"].as_str().unwrap().to_owned();
    assert!(failure.contains("outside of the sign-in address"), "{failure}");

    // That nothing reached the other host is among what always holds.
    bench.check_records().await;
}

#[tokio::test]
async fn e16_a_server_that_only_finds_metadata_of_another_host_lets_nobody_in() {
    let mut bench = Bench::without_server().await;
    bench.write(&bench.setup());
    bench.sim.entra().on("/common", Fault::foreign_metadata());
    bench.serve().await;
    let host = usual(&bench);

    let refused = host.post(Era::Modern, "tools/list", json!({})).await;
    assert_eq!((refused.status, refused.header("retry-after")), (503, "5"), "{refused:?}");
    assert_eq!(bench.admin("/readyz").await.status, 503);

    bench.sim.entra().clear();
    bench.server().logged("calls are taken").await;
    bench.finish().await;
}
