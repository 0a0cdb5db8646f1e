//! One caller is not another: what is cached for whom, and for how long.

use std::time::Duration;

use m365_sim::{Sim, User, UserKind};
use serde_json::{Value, json};
use tokio::time::{Instant, sleep};

use crate::harness::{Answer, Bench, Era, Host, USER, error};

const PATIENCE: Duration = Duration::from_secs(30);

async fn call(host: &Host) -> Answer {
    host.try_call(Era::Modern, "get_me", json!({})).await
}

fn is_done(answer: &Answer) -> bool {
    answer.status == 200 && answer.json()["result"]["isError"] != true
}

/// Returns how each call so far came by its token for Graph.
async fn outcomes(bench: &Bench, calls: usize) -> Vec<Value> {
    let events = bench.audited("tool.call", calls).await;
    events.into_iter().map(|mut event| event["obo"].take()).collect()
}

/// Returns whose tokens were exchanged, by tenant and object id.
fn exchanged(sim: &Sim) -> Vec<(String, String)> {
    sim.entra().log().iter().filter_map(m365_sim::Record::on_behalf_of).collect()
}

fn found(sim: &Sim, is_sought: impl Fn(&User) -> bool) -> User {
    sim.tenants().flat_map(m365_sim::Tenant::users).find(|it| is_sought(it)).unwrap().clone()
}

#[tokio::test]
async fn r12_one_object_id_in_two_tenants_is_two_users() {
    let mut bench = Bench::before(|sim| sim.twin_oid()).await;
    let mira = found(&bench.sim, |user| user.upn == USER);
    let twin = found(&bench.sim, |it| it.oid == mira.oid && it.tenant != mira.tenant);
    bench.sim.give_connector_consent(&twin.tenant);
    let setup = bench.setup().allowing(&twin.tenant, &[bench.sim.host_client_id()], "");
    bench.serve_as(&setup).await;
    let hosts = [bench.host_of(&mira.upn).await, bench.host_of(&twin.upn).await];

    for _ in 0..2 {
        for (host, user) in hosts.iter().zip([&mira, &twin]) {
            let answer = call(host).await;
            assert!(is_done(&answer) && answer.text.contains(&user.upn), "{user:?}: {answer:?}");
        }
    }

    assert_eq!(outcomes(&bench, 4).await, ["miss", "miss", "hit", "hit"]);
    let of = |user: &User| (user.tenant.clone(), user.oid.clone());
    assert_eq!(exchanged(&bench.sim), [of(&mira), of(&twin)]);
    bench.finish().await;
}

#[tokio::test]
async fn r12_another_token_client_or_audience_of_one_user_shares_nothing() {
    let mut bench = Bench::without_server().await;
    let (tenant, usual) = (bench.sim.tenant_id(), bench.sim.host_client_id());
    let other = bench.sim.other_host_client_id();
    let setup = bench.setup().in_table("entra", "accept_v1_tokens", "true");
    let setup = setup.allowing_nobody().allowing(tenant, &[usual, other], "");
    bench.serve_as(&setup).await;
    let mira = || bench.sim.caller_token(USER);
    let other = bench.sim.other_host_client_id();
    let tokens = [mira(), mira(), mira().client(other), mira().version(1)].map(|it| it.issue());
    assert_ne!(tokens[0], tokens[1]);

    for token in tokens.iter().chain(&tokens) {
        let answer = call(&bench.stranger(Some(token))).await;
        assert!(is_done(&answer), "{answer:?}");
    }

    let expected = [["miss"; 4], ["hit"; 4]].concat();
    assert_eq!(outcomes(&bench, 8).await, expected);
    assert_eq!(bench.sim.exchanges(USER), 4);
    bench.finish().await;
}

#[tokio::test]
async fn r13_a_cached_token_ends_with_the_callers_own() {
    const LIFE: Duration = Duration::from_secs(3);

    let mut bench = Bench::start().await;
    let start = Instant::now();
    let host = bench.stranger(Some(&bench.sim.caller_token(USER).expires_in(3).issue()));
    let mut calls = 0;

    let (refused, asked) = loop {
        let asked = bench.sim.graph().requests();
        let answer = call(&host).await;
        calls += 1;
        if !is_done(&answer) {
            break (answer, asked);
        }
        assert!(start.elapsed() < PATIENCE, "the token for Graph is used for ever");
        // It is used until the second in which it ends.
        sleep(Duration::from_millis(50)).await;
    };

    // The end of a token is a whole second.
    assert!(calls > 1 && start.elapsed() >= LIFE - Duration::from_secs(1), "{calls} calls");
    // The server itself would still take the token: clocks differ. Entra does not.
    assert_eq!(refused.status, 401, "{refused:?}");
    assert!(refused.header("www-authenticate").contains("error=\"invalid_token\""));
    assert_eq!(bench.sim.graph().requests(), asked, "Graph was not asked again");
    let outcomes = outcomes(&bench, calls).await;
    assert_eq!((&outcomes[0], &outcomes[1]), (&json!("miss"), &json!("hit")));
    bench.finish().await;
}

#[tokio::test]
async fn r13_what_is_cached_for_a_user_is_not_used_once_entra_has_refused_him() {
    let mut bench = Bench::start().await;
    let other = found(&bench.sim, |it| it.kind == UserKind::Person && it.upn != USER);
    let hosts = [bench.host_of(&other.upn).await, bench.host_of(&other.upn).await];
    assert!(is_done(&call(&hosts[0]).await));
    bench.sim.disable(&other.upn);
    let asked = bench.sim.graph().requests();

    for host in [&hosts[1], &hosts[0]] {
        let answer = call(host).await;
        let is_refused =
            answer.status == 401 || error(&answer.json()["result"])["code"] == "SIGN_IN_REQUIRED";
        assert!(is_refused, "{answer:?}");
    }

    assert_eq!(bench.sim.graph().requests(), asked, "Graph was not asked again");
    bench.finish().await;
}
