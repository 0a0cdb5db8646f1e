//! Ready, reloaded, switched off, drained.

use std::{sync::Arc, time::Duration};

use m365_sim::Fault;
use serde_json::json;
use tokio::time::{Instant, sleep};

use crate::{
    abuse::at_once,
    harness::{Bench, Era, Host, results},
};

#[tokio::test]
async fn a_server_is_ready_when_it_has_keys_and_says_what_it_does() {
    let bench = Bench::start().await;

    assert_eq!(bench.admin("/livez").await.status, 200);
    let ready = bench.admin("/readyz").await;
    assert_eq!((ready.status, &ready.json()["parts"]["keys"]["ok"]), (200, &json!(true)));
    let config = bench.admin("/admin/config").await.json();
    assert_eq!(config["credential"], "client secret from the environment", "{config}");
    let metrics = bench.admin("/metrics").await.text;
    assert!(metrics.contains("m365_build_info"), "{metrics}");
}

#[tokio::test]
async fn h16_a_drained_server_ends_with_code_0_and_a_whole_audit() {
    let mut bench = Bench::start().await;
    let host = bench.host().await;
    host.call(Era::Modern, "outlook_email_search", json!({ "query": "budget" })).await;

    bench.server().signal("TERM");

    assert_eq!(bench.server().ended().await, Some(0));
    let kinds: Vec<_> = bench.audit().iter().map(|it| it["event"].clone()).collect();
    for kind in ["server.started", "server.ready", "tool.call", "server.draining", "server.stopped"]
    {
        assert!(kinds.iter().any(|it| it == kind), "{kind} in {kinds:?}");
    }
    bench.finish().await;
}

#[tokio::test]
async fn r34_a_wrong_configuration_changes_nothing_and_a_right_one_does() {
    let mut bench = Bench::start().await;
    let (host, setup) = (bench.host().await, bench.setup());
    let listed = || host.post(Era::Modern, "tools/list", json!({}));

    bench.write(&setup.clone().in_table("limits", "user_burst", "\"many\""));
    bench.server().logged("the new configuration is refused").await;
    assert_eq!(listed().await.status, 200);

    let (tenant, other) = (setup.tenant().to_owned(), bench.sim.other_host_client_id());
    bench.write(&setup.allowing_nobody().allowing(&tenant, &[other], ""));
    bench.server().logged("the configuration was read again").await;
    assert_eq!(listed().await.status, 403);
    let outcomes: Vec<_> = bench.audited("config.reloaded", 2).await;
    assert_eq!(outcomes[0]["outcome"], "refused");
    assert_eq!(outcomes[1]["outcome"], "ok");
}

#[tokio::test]
async fn r10_an_allow_list_that_is_emptied_while_the_server_runs_lets_nobody_in() {
    let mut bench = Bench::start().await;
    let (host, setup) = (bench.host().await, bench.setup());
    let (tenant, client) = (setup.tenant().to_owned(), setup.client().to_owned());
    let nobody = setup.allowing_nobody();

    for (emptied, warning) in [
        (nobody.clone(), "the allow-list is empty"),
        (nobody.clone().allowing(&tenant, &[], ""), "client_ids of tenant"),
    ] {
        bench.write(&emptied);
        bench.server().logged(warning).await;

        let refused = host.post(Era::Modern, "tools/list", json!({})).await;
        assert_eq!(
            (refused.status, &refused.json()["error"]),
            (403, &json!("unauthorized_client"))
        );
        let config = bench.admin("/admin/config").await.json();
        assert!(config["warnings"].to_string().contains(warning), "{config}");
    }
    let metadata = bench.stranger(None).get("/.well-known/oauth-protected-resource").await;
    assert_eq!(metadata.status, 200);
    bench.write(&nobody.allowing(&tenant, &[&client], ""));
    until_listed(&host).await;
    bench.finish().await;
}

/// Waits until the host may call: files tell nobody when they change.
async fn until_listed(host: &Host) {
    let deadline = Instant::now() + Duration::from_secs(20);
    while host.post(Era::Modern, "tools/list", json!({})).await.status != 200 {
        assert!(Instant::now() < deadline, "it is let in again");
        sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test]
async fn places_that_are_added_while_the_server_runs_are_places_for_graph_too() {
    const CALLS: usize = 20;
    let mut bench = Bench::start().await;
    let host = Arc::new(bench.host().await);
    let me = |host: &Host, _| {
        host.message(Era::Modern, "tools/call", json!({ "name": "get_me", "arguments": {} }))
    };
    // The first call also asks for the mailbox's zone.
    assert_eq!(at_once(&host, 1, me).await[0].status, 200);
    bench.write(&bench.setup().in_table("limits", "user_concurrency", CALLS.to_string()));
    bench.server().logged("the configuration was read again").await;
    bench.sim.graph().on("/v1.0/me", Fault::delay(Duration::from_secs(3)));

    for answer in at_once(&host, CALLS, me).await {
        results(&answer.json()["result"]);
    }
    bench.finish().await;
}

#[tokio::test]
async fn r33_what_operators_switch_off_is_refused_and_audited_until_it_is_on_again() {
    let mut bench = Bench::start().await;
    let host = bench.host().await;
    let search =
        || host.try_call(Era::Modern, "outlook_email_search", json!({ "query": "budget" }));

    for (switches, status) in [
        (json!({ "tools": ["outlook_*"] }), 403),
        (json!({ "tenants": [bench.sim.tenant_id()] }), 403),
        (json!({ "clients": [bench.sim.host_client_id()] }), 403),
        (json!({ "all": true }), 503),
        (json!({}), 200),
    ] {
        let kind = if status == 503 { "SERVICE_ERROR" } else { "FORBIDDEN" };
        assert_eq!(bench.set_switches(&switches).await.status, 200, "{switches}");
        let answer = search().await;
        assert_eq!(answer.status, status, "{switches}: {answer:?}");
        if status != 200 {
            let error = &answer.json()["error"];
            assert_eq!((&error["code"], &error["data"]["code"]), (&json!(-31003), &json!(kind)));
        }
    }

    assert_eq!(bench.set_switches(&json!({ "tool": ["x"] })).await.status, 400);
    assert_eq!(bench.audited("policy.denied", 4).await.len(), 4);
    assert_eq!(bench.audited("switch.changed", 5).await.len(), 5);
    bench.finish().await;
}

#[tokio::test]
async fn r33_a_workload_that_is_switched_off_is_not_asked() {
    let mut bench = Bench::start().await;
    let host = bench.host().await;
    bench.set_switches(&json!({ "workloads": ["outlook"] })).await;

    let refused = host.call(Era::Modern, "outlook_email_search", json!({ "query": "a" })).await;

    assert_eq!(crate::harness::error(&refused)["code"], "FORBIDDEN", "{refused}");
    let asked = bench.sim.graph().log();
    assert!(asked.iter().all(|request| !request.path.contains("/messages")), "{asked:?}");
    bench.finish().await;
}

#[tokio::test]
async fn h16_a_hangup_reads_the_configuration_again() {
    let mut bench = Bench::start().await;

    bench.server().signal("HUP");

    bench.server().logged("the configuration was read again").await;
    assert_eq!(bench.audited("config.reloaded", 1).await[0]["detail"]["cause"], "signal");
    bench.finish().await;
}

#[tokio::test]
async fn a_user_who_calls_too_often_is_told_when_to_come_back() {
    let mut bench = Bench::start_with(|it| {
        it.in_table("limits", "user_per_minute", "1").in_table("limits", "user_burst", "1")
    })
    .await;
    let host = bench.host().await;
    let search =
        || host.try_call(Era::Modern, "outlook_email_search", json!({ "query": "budget" }));

    assert_eq!(search().await.status, 200);
    let limited = search().await;

    assert_eq!((limited.status, &limited.json()["error"]["code"]), (429, &json!(-31001)));
    let seconds: u64 = limited.header("retry-after").parse().unwrap();
    assert!(seconds > 1, "{limited:?}");
    let data = json!({ "code": "THROTTLED", "retryAfterSeconds": seconds });
    assert_eq!(limited.json()["error"]["data"], data);
    assert_eq!(bench.audited("limit.hit", 1).await[0]["reason"], "user");
    assert_eq!(host.post(Era::Modern, "tools/list", json!({})).await.status, 200);
    bench.finish().await;
}
