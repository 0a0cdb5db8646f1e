//! Tenants beside each other: what one of them does, the others do not notice.

use std::{sync::Arc, time::Duration};

use m365_sim::{Fault, Sim};
use tokio::time::Instant;

use crate::{
    abuse::{at_once, call, of_status, retry_after},
    harness::{Answer, Bench, Host, Setup, answer, error},
};

/// Starts a server for the demo tenant and two more of `users` each.
async fn crowded(users: usize, change: impl FnOnce(Setup, [&str; 2]) -> Setup) -> Bench {
    let mut bench = Bench::before(|sim| sim.crowd(2, users)).await;
    let setup = change(bench.setup(), crowds(&bench.sim));
    bench.write(&setup);
    bench.serve().await;
    bench.server().logged("calls are taken").await;
    bench
}

fn crowds(sim: &Sim) -> [&str; 2] {
    let id = |domain| sim.tenants().find(|tenant| tenant.domain() == domain).unwrap().id();
    [id("crowd1.example"), id("crowd2.example")]
}

fn member(bench: &Bench, number: usize, crowd: usize) -> Arc<Host> {
    let token = bench.sim.caller_token(&format!("user{number}@crowd{crowd}.example")).issue();
    Arc::new(bench.stranger(Some(&token)))
}

fn is_throttled(answer: &Answer) -> bool {
    answer.status == 200 && error(&answer.json()["result"])["code"] == "THROTTLED"
}

/// The refill of a minute, and other codes of Entra's, are shown in `m365-auth`'s own `r28_…`.
#[tokio::test]
async fn r28_a_tenant_whose_exchanges_fail_is_stopped_before_entra_is_asked() {
    const USERS: usize = 240;
    const AT_ONCE: usize = 12;
    let mut bench = crowded(USERS, |it, [first, second]| {
        let client = it.client().to_owned();
        it.allowing(first, &[&client], "").allowing(second, &[&client], "")
    })
    .await;
    let [first, _] = crowds(&bench.sim).map(str::to_owned);
    bench.sim.entra().on(&format!("/{first}/"), Fault::entra_error(50_057));
    let host = Arc::new(bench.stranger(None));
    let start = Instant::now();

    let mut answers = Vec::new();
    while answers.len() < USERS {
        let done = answers.len();
        let call_of = |host: &Host, number| {
            let upn = format!("user{}@crowd1.example", 1 + done + number);
            let token = bench.sim.caller_token(&upn).issue();
            call(host, number).header("authorization", format!("Bearer {token}"))
        };
        answers.extend(at_once(&host, AT_ONCE, call_of).await);
    }

    let throttled = answers.iter().filter(|answer| is_throttled(answer)).count();
    let asked = bench.sim.entra().log();
    let asked = asked.iter().filter(|record| record.tenant() == first && !record.form.is_empty());
    let refilled = start.elapsed().as_secs() as usize * 100 / 60 + 1;
    let asked = asked.count();
    assert!((100..100 + refilled + AT_ONCE).contains(&asked), "{asked}");
    assert_eq!(asked + throttled, USERS);
    assert!(throttled > 0, "{:?}", start.elapsed());
    let other = answer(call(&member(&bench, 1, 2), 0)).await;
    assert_ne!(other.json()["result"]["isError"], true, "{other:?}");
    bench.finish().await;
}

/// That others' p99 stays within 1.2 of its baseline is measured by the load run, in release.
#[tokio::test]
async fn r29_a_tenant_that_sends_a_hundred_times_its_rate_is_limited_and_no_other() {
    let mut bench = crowded(10, |it, [first, _]| {
        let client = it.client().to_owned();
        it.allowing(first, &[&client], "tenant_per_minute = 4")
    })
    .await;
    let host = bench.host().await;
    let storm = (1..=10).map(|number| member(&bench, number, 1));
    let storm: Vec<_> = storm.collect();
    let storm = tokio::spawn(async move {
        let mut answers = Vec::new();
        for host in &storm {
            answers.extend(at_once(host, 40, call).await);
        }
        answers
    });

    let mut others = Vec::new();
    while !storm.is_finished() {
        let asked = Instant::now();
        others.push(answer(call(&host, 0)).await);
        assert!(asked.elapsed() < Duration::from_secs(5), "{:?}", asked.elapsed());
    }

    let answers = storm.await.unwrap();
    let (served, limited) = (of_status(&answers, 200), of_status(&answers, 429));
    assert!((4..20).contains(&served.len()), "{}", served.len());
    assert_eq!(served.len() + limited.len(), 400);
    for answer in limited {
        assert_eq!(answer.json()["error"]["code"], -31_001, "{answer:?}");
        assert!(retry_after(answer) >= 1);
    }
    assert!(others.iter().all(|answer| answer.status == 200));
    keeps_apart(&bench.sim, &others, &answers);
    bench.finish().await;
}

/// I6: the demo tenant's user sees nothing of the crowd, and the other way round.
fn keeps_apart(sim: &Sim, ours: &[Answer], theirs: &[Answer]) {
    for tenant in sim.tenants() {
        let foreign = if tenant.id() == sim.tenant_id() { theirs } else { ours };
        for user in tenant.users() {
            let shown = foreign.iter().find(|answer| answer.text.contains(&user.canary()));
            assert!(shown.is_none(), "I6: {} in {shown:?}", user.upn);
        }
    }
}
