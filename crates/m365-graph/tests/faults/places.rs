//! Limits on requests in flight.

use std::time::Duration;

use futures_util::future::join_all;
use m365_auth::SystemClock;
use m365_graph::{Address, Call, ChatId, DriveId, ErrorKind, Mailbox, MessageId, TeamId};

use crate::{
    pool::{client, pool},
    support::{
        ID, builder, message,
        raw::{Act, Counting, RawServer, http},
        read, short_limits,
    },
};

#[tokio::test]
async fn g33_no_more_than_three_requests_reach_one_mailbox_at_once() {
    let graph = Counting::start(Duration::from_millis(30)).await;
    let client = builder(&graph.root, SystemClock::default()).build().unwrap();

    let reads = join_all((0..9).map(|_| {
        let call = client.for_call(Call::new());
        async move { read(&call).await }
    }));

    assert!(reads.await.iter().all(Result::is_ok));
    assert_eq!(graph.most_at_once(), 3);
}

#[tokio::test]
async fn g33_users_who_read_one_mailbox_share_its_places() {
    let graph = Counting::start(Duration::from_millis(30)).await;
    let pool = pool(&graph.root, SystemClock::default()).limits(short_limits()).build().unwrap();
    let users = ["first", "second", "third"].map(|user| client(&pool, "tenant", user));
    let spellings = ["dockdesk@brightquay.example", "DockDesk@BrightQuay.example"];

    let reads = users.iter().flat_map(|user| {
        spellings.map(|address| {
            let owner = Mailbox::Of(Address::new(address).unwrap());
            let mail = user.for_call(Call::new()).mail(&owner);
            async move { mail.message(&MessageId::new(ID).unwrap()).get().await }
        })
    });
    let reads = join_all(reads).await;

    assert!(reads.iter().all(Result::is_ok));
    assert_eq!(graph.most_at_once(), 3);
}

#[tokio::test]
async fn g33_all_mailboxes_together_keep_below_the_users_limit() {
    let graph = Counting::start(Duration::from_millis(30)).await;
    let limits = short_limits().with_per_user(2);
    let client = builder(&graph.root, SystemClock::default()).limits(limits).build().unwrap();

    let reads = join_all((0..6).map(|owner| {
        let owner = Mailbox::Of(Address::new(&format!("owner{owner}@brightquay.example")).unwrap());
        let mail = client.for_call(Call::new()).mail(&owner);
        async move { mail.message(&MessageId::new(ID).unwrap()).get().await }
    }));

    assert!(reads.await.iter().all(Result::is_ok));
    assert_eq!(graph.most_at_once(), 2);
}

#[tokio::test]
async fn g33_a_call_that_finds_no_place_in_time_is_told_so() {
    let graph = RawServer::start([Act::Hang]).await;
    let limits = short_limits().with_per_mailbox(1).with_slot_wait(Duration::from_millis(50));
    let client = builder(&graph.root, SystemClock::default()).limits(limits).build().unwrap();

    let (first, second) = tokio::join!(read(&client), read(&client));

    let kinds = [first, second].map(|answer| answer.unwrap_err().kind());
    assert_eq!(kinds, [ErrorKind::Timeout, ErrorKind::Throttled]);
}

#[tokio::test]
async fn the_requests_of_one_call_queue_as_long_as_the_call_lives() {
    let graph = Counting::start(Duration::from_millis(30)).await;
    let limits = short_limits().with_slot_wait(Duration::from_millis(50));
    let client = builder(&graph.root, SystemClock::default()).limits(limits).build().unwrap();
    let call = client.for_call(Call::new());

    let reads = join_all((0..12).map(|_| read(&call))).await;

    assert!(reads.iter().all(Result::is_ok));
    assert_eq!(graph.most_at_once(), 3);
}

#[tokio::test]
async fn a_dropped_request_frees_its_place() {
    let hanging = Act::Hang;
    let whole = Act::Answer(http("200 OK", &message("x").to_string()));
    let graph = RawServer::start([hanging, whole]).await;
    let limits = short_limits().with_per_mailbox(1).with_first_byte(Duration::from_secs(20));
    let client = builder(&graph.root, SystemClock::default()).limits(limits).build().unwrap();

    let cancelled = tokio::time::timeout(Duration::from_millis(100), read(&client)).await;
    let next = read(&client).await;

    assert!(cancelled.is_err());
    assert_eq!(next.unwrap().id.unwrap().as_str(), ID);
}

#[tokio::test]
async fn no_more_than_four_requests_reach_all_chats_at_once() {
    let graph = Counting::start(Duration::from_millis(30)).await;
    let client = builder(&graph.root, SystemClock::default()).build().unwrap();

    join_all((0..9).map(|number| {
        let chat = ChatId::new(&format!("19:{number}@thread.v2")).unwrap();
        let request = client.for_call(Call::new()).teams().chat(&chat);
        async move { request.get().await.ok() }
    }))
    .await;

    assert_eq!(graph.most_at_once(), 4);
}

#[tokio::test]
async fn teams_do_not_wait_for_each_other() {
    let graph = Counting::start(Duration::from_millis(30)).await;
    let limits = short_limits().with_per_team(1);
    let client = builder(&graph.root, SystemClock::default()).limits(limits).build().unwrap();

    join_all((0..3).map(|number| {
        let team = TeamId::new(&format!("6f1f0c1e-0000-4000-8000-00000000000{number}")).unwrap();
        let teams = client.for_call(Call::new()).teams();
        async move { teams.channels(&team).await.ok() }
    }))
    .await;

    assert_eq!(graph.most_at_once(), 3);
}

#[tokio::test]
async fn files_have_a_limit_of_their_own() {
    let graph = Counting::start(Duration::from_millis(30)).await;
    let limits = short_limits().with_files(2);
    let client = builder(&graph.root, SystemClock::default()).limits(limits).build().unwrap();

    join_all((0..6).map(|_| {
        let drive = client.for_call(Call::new()).drive(&DriveId::new("b!abc").unwrap());
        async move { drive.get().await.ok() }
    }))
    .await;

    assert_eq!(graph.most_at_once(), 2);
}
