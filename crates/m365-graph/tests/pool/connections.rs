//! Places and connections that many users share.

use std::time::Duration;

use futures_util::future::{join_all, select_all};
use m365_auth::SystemClock;
use m365_graph::{ErrorKind, GraphEvent, Limits, Queue};

use super::{LONG, client, pool};
use crate::support::{
    message, read,
    server::{Answer, Server},
    watch::Watch,
};

fn after(delay: Duration) -> Answer {
    Answer { delay, status: 200, body: message("Keel inspection").to_string() }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn g34_a_thousand_requests_have_as_many_connections_as_they_need() {
    let graph = Server::encrypted(|_| after(Duration::from_millis(250))).await;
    // A machine that is busy with other tests must not make anybody give up.
    let limits = Limits::default().with_slot_wait(Duration::from_secs(20));
    let pool = pool(&graph.root, SystemClock::default()).limits(limits).build().unwrap();

    let reads = (0..1000).map(|number| {
        let client = client(&pool, &format!("tenant{}", number % 20), &format!("user{number}"));
        async move { read(&client).await }
    });
    let failed = join_all(reads).await.into_iter().filter(Result::is_err).count();

    let seen = graph.seen();
    assert_eq!(failed, 0);
    assert!((10..=40).contains(&seen.connections), "{} connections", seen.connections);
    assert!(seen.most_streams <= 100, "{} streams", seen.most_streams);
}

#[tokio::test]
async fn a_few_users_share_one_connection() {
    let graph = Server::encrypted(|_| after(Duration::from_millis(5))).await;
    let pool = pool(&graph.root, SystemClock::default()).build().unwrap();
    read(&client(&pool, "tenant", "first")).await.unwrap();

    let reads = (0..20).map(|number| {
        let client = client(&pool, "tenant", &format!("user{number}"));
        async move { read(&client).await }
    });

    assert!(join_all(reads).await.iter().all(Result::is_ok));
    assert_eq!(graph.seen().connections, 1);
}

#[tokio::test]
async fn the_first_requests_do_not_each_open_a_connection() {
    let graph = Server::encrypted(|_| after(Duration::from_millis(50))).await;
    let pool = pool(&graph.root, SystemClock::default()).build().unwrap();

    let reads = (0..40).map(|number| {
        let client = client(&pool, "tenant", &format!("user{number}"));
        async move { read(&client).await }
    });

    assert!(join_all(reads).await.iter().all(Result::is_ok));
    assert!(graph.seen().connections <= 2, "{} connections", graph.seen().connections);
}

#[tokio::test]
async fn r29_a_tenant_with_all_its_places_taken_keeps_nobody_else_waiting() {
    let graph =
        Server::plain(|user| after(if user.starts_with("slow") { LONG } else { Duration::ZERO }))
            .await;
    let limits = Limits::default().with_per_tenant(2).with_slot_wait(Duration::from_millis(100));
    let pool = pool(&graph.root, SystemClock::default()).limits(limits).build().unwrap();
    let watch = Watch::new();

    let slow = (0..3).map(|number| {
        let client = client(&pool, "busy", &format!("slow{number}")).observed_by(watch.clone());
        Box::pin(async move { read(&client).await })
    });
    let (third, _, _others) = select_all(slow).await;
    let other = read(&client(&pool, "calm", "quick")).await;

    let error = third.unwrap_err();
    assert_eq!((error.kind(), error.code()), (ErrorKind::Throttled, Some("busy")));
    assert!(other.is_ok());
    let [(_, GraphEvent::Queued { queue, is_admitted, .. })] = watch.events()[..] else {
        panic!("{:?}", watch.events());
    };
    assert_eq!((queue, is_admitted), (Queue::Tenant, false));
}

#[tokio::test]
async fn all_tenants_together_keep_below_the_limit_of_the_process() {
    let graph = Server::plain(|_| after(LONG)).await;
    let limits = Limits::default().with_per_process(2).with_slot_wait(Duration::from_millis(100));
    let pool = pool(&graph.root, SystemClock::default()).limits(limits).build().unwrap();

    let reads = (0..3).map(|number| {
        let client = client(&pool, &format!("tenant{number}"), "user");
        Box::pin(async move { read(&client).await })
    });
    let (third, ..) = select_all(reads).await;

    assert_eq!(third.unwrap_err().code(), Some("busy"));
    assert!(graph.seen().requests <= 2);
}

#[tokio::test]
async fn there_are_more_places_or_fewer_once_the_limits_are_changed() {
    for (queue, few) in [
        (Queue::User, Limits::default().with_per_user(1)),
        (Queue::Tenant, Limits::default().with_per_tenant(1)),
        (Queue::Process, Limits::default().with_per_process(1)),
    ] {
        let graph = Server::plain(|_| after(Duration::from_millis(300))).await;
        let limits = few.clone().with_slot_wait(Duration::from_millis(50));
        let pool = pool(&graph.root, SystemClock::default()).limits(limits).build().unwrap();
        // Kept, as by a call that began before the change.
        let (one, two) = (client(&pool, "tenant", "user"), client(&pool, "tenant", "user"));
        let both = async || {
            let (one, two) = tokio::join!(read(&one), read(&two));
            usize::from(one.is_ok()) + usize::from(two.is_ok())
        };

        assert_eq!(both().await, 1, "{queue:?}");
        pool.set_limits(&Limits::default());
        assert_eq!(both().await, 2, "{queue:?}");
        pool.set_limits(&few);
        assert_eq!(both().await, 1, "{queue:?}");
    }
}
