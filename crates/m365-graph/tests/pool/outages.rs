//! What an outage costs, and whom.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use async_trait::async_trait;
use futures_util::future::join_all;
use jiff::Timestamp;
use m365_auth::{Clock, ManualClock};
use m365_graph::{GraphEvent, RetryReason, Workload};

use super::{client, pool};
use crate::support::{
    clock, message, read,
    server::{Answer, Server},
    watch::Watch,
};

const OUTLOOK: Workload = Workload::Outlook;

/// Time goes on at the callers' pace, since the waits of one call are not those of another.
#[derive(Debug)]
struct OwnPace(ManualClock);

#[async_trait]
impl Clock for OwnPace {
    fn now(&self) -> Timestamp {
        self.0.now()
    }

    async fn sleep(&self, _: Duration) {}
}

fn answer(is_well: bool) -> Answer {
    let (status, body) = match is_well {
        true => (200, message("Keel inspection").to_string()),
        false => (503, String::new()),
    };
    Answer { delay: Duration::ZERO, status, body }
}

#[tokio::test]
async fn g32_an_outage_of_many_tenants_adds_few_attempts_and_ends_with_it() {
    let is_well = Arc::new(AtomicBool::new(false));
    let state = Arc::clone(&is_well);
    let graph = Server::plain(move |_| answer(state.load(Ordering::Relaxed))).await;
    let clock = clock();
    let pool = pool(&graph.root, OwnPace(clock.clone())).build().unwrap();
    let tick = async || {
        clock.advance(Duration::from_millis(30));
        let calls = ["first", "second", "third"].map(|tenant| {
            let client = client(&pool, tenant, "user");
            async move { read(&client).await.is_ok() }
        });
        join_all(calls).await.into_iter().filter(|is_ok| *is_ok).count()
    };

    for _ in 0..2000 {
        assert_eq!(tick().await, 0);
    }
    let attempts = graph.seen().requests;
    is_well.store(true, Ordering::Relaxed);
    let mut succeeded = 0;
    for _ in 0..100 {
        succeeded += tick().await;
    }

    assert!((6000..=6300).contains(&attempts), "{attempts} attempts");
    assert_eq!(succeeded, 300);
}

#[tokio::test]
async fn g32_an_outage_costs_no_connection_per_request() {
    let graph = Server::plain(|_| answer(false)).await;
    let clock = clock();
    let pool = pool(&graph.root, OwnPace(clock)).build().unwrap();
    let client = client(&pool, "tenant", "user");

    for _ in 0..200 {
        read(&client).await.unwrap_err();
    }

    let seen = graph.seen();
    assert!(seen.connections <= 40, "{} connections", seen.connections);
}

#[tokio::test]
async fn r29_an_outage_of_one_tenant_leaves_the_others_their_retries() {
    let has_failed = AtomicBool::new(false);
    let graph = Server::plain(move |user| {
        answer(user == "calm" && has_failed.fetch_or(true, Ordering::Relaxed))
    })
    .await;
    let pool = pool(&graph.root, OwnPace(clock())).build().unwrap();
    let failing = client(&pool, "failing", "user");
    for _ in 0..20 {
        read(&failing).await.unwrap_err();
    }
    let watch = Watch::new();

    read(&failing.observed_by(watch.clone())).await.unwrap_err();
    let calm = client(&pool, "calm", "calm").observed_by(watch.clone());
    read(&calm).await.unwrap();

    assert_eq!(
        watch.events(),
        [
            (OUTLOOK, GraphEvent::BudgetEmpty(RetryReason::Overloaded)),
            (OUTLOOK, GraphEvent::Retried(RetryReason::Overloaded)),
        ]
    );
    assert_eq!(watch.finished().iter().map(|it| it.attempts).collect::<Vec<_>>(), [1, 2]);
}
