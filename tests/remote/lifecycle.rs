//! Ready, reloaded, switched off, drained.

use serde_json::json;

use crate::harness::{Bench, Era};

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
}

#[tokio::test]
async fn r34_a_wrong_configuration_changes_nothing_and_a_right_one_does() {
    let mut bench = Bench::start().await;
    let (host, setup) = (bench.host().await, bench.setup());
    let listed = || host.post(Era::Modern, "tools/list", json!({}));

    bench.write(&setup.clone().allowing_nobody());
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
