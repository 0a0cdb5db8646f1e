//! What operators set and see, and how the server ends.

use std::{os::unix::process::ExitStatusExt, sync::Arc, time::Duration};

use m365_sim::Fault;
use serde_json::json;
use tokio::{
    task::JoinHandle,
    time::{Instant, sleep},
};

use crate::harness::{Answer, Bench, Era, Host, USER, results};

pub(crate) const TOOL: &str = "outlook_email_search";
pub(crate) const MAIL: &str = "/v1.0/me/messages";

pub(crate) async fn search(host: &Host) -> Answer {
    host.try_call(Era::Modern, TOOL, json!({ "query": "budget" })).await
}

/// Waits until `condition` holds, since files and other processes tell nobody when they change.
pub(crate) async fn until(what: &str, mut condition: impl AsyncFnMut() -> bool) {
    let deadline = Instant::now() + Duration::from_secs(20);
    while !condition().await {
        assert!(Instant::now() < deadline, "{what}");
        sleep(Duration::from_millis(20)).await;
    }
}

/// Starts a search that Graph answers after `delay`, and returns when it has reached Graph.
async fn slow_search(bench: &Bench, host: &Arc<Host>, fault: Fault) -> JoinHandle<Answer> {
    bench.sim.graph().next_on(MAIL, fault);
    let host = Arc::clone(host);
    let call = tokio::spawn(async move { search(&host).await });
    let asked = || bench.sim.graph().log().iter().any(|record| record.path.starts_with(MAIL));
    until("the search reaches Graph", async || asked()).await;
    call
}

pub(crate) async fn has_metric(bench: &Bench, line: &str) -> bool {
    bench.admin("/metrics").await.text.lines().any(|it| it == line)
}

#[tokio::test]
async fn h03_who_leaves_cancels_his_call_and_frees_its_place() {
    for is_http2 in [false, true] {
        let mut bench = Bench::start().await;
        let host = bench.host().await;
        let host = Arc::new(if is_http2 { host.over_http2() } else { host });
        let call = slow_search(&bench, &host, Fault::hang()).await;

        call.abort();
        let left = Instant::now();

        let events = bench.audited("tool.call", 1).await;
        assert!(left.elapsed() < Duration::from_secs(5), "{:?}", left.elapsed());
        assert_eq!(events[0]["outcome"], "cancelled", "{events:?}");
        let free = "m365_in_flight{scope=\"process\"} 0";
        until("its place is free", async || has_metric(&bench, free).await).await;
        bench.note_left(1);
        assert_eq!(search(&host).await.status, 200);
        bench.finish().await;
    }
}

#[tokio::test]
async fn h16_a_call_that_runs_is_answered_before_an_interrupted_server_ends() {
    let mut bench = Bench::start().await;
    let host = Arc::new(bench.host().await);
    let call = slow_search(&bench, &host, Fault::delay(Duration::from_secs(2))).await;

    bench.server().signal("INT");
    bench.server().logged("the server drains").await;
    assert_eq!(bench.admin("/readyz").await.status, 503);
    assert_eq!(bench.admin("/livez").await.status, 200);

    let found = call.await.unwrap().json();
    assert!(!results(&found["result"]).is_empty());
    assert_eq!(bench.server().ended().await, Some(0));
    bench.finish().await;
}

#[tokio::test]
async fn h16_a_second_signal_cuts_what_runs() {
    let mut bench = Bench::start().await;
    let host = Arc::new(bench.host().await);
    let call = slow_search(&bench, &host, Fault::hang()).await;

    bench.server().signal("TERM");
    bench.server().logged("the server drains").await;
    bench.server().signal("TERM");

    assert_eq!(bench.server().ended().await, Some(0));
    assert!(call.await.is_err(), "nobody answers");
    bench.note_left(1);
    assert_eq!(bench.audited("tool.call", 1).await[0]["outcome"], "cancelled");
    assert_eq!(bench.audit().last().unwrap()["event"], "server.stopped");
    bench.finish().await;
}

/// That a panic in a tool is answered, counted and says nothing is shown by the tests of `m365-tools`
/// (`a_panic_is_answered_and_the_next_call_works`) and of the binary (`r31_a_panic_is_counted`).
#[cfg(target_os = "linux")]
#[tokio::test]
async fn r31_a_server_that_is_killed_leaves_no_memory_behind() {
    let mut bench = Bench::start().await;
    search(&bench.host().await).await;
    let limits = format!("/proc/{}/limits", bench.server().id());
    let limits = std::fs::read_to_string(limits).unwrap();
    let core = limits.lines().find(|line| line.starts_with("Max core file size")).unwrap();
    let core: Vec<_> = core.split_whitespace().skip(4).take(2).collect();
    assert_eq!(core, ["0", "0"]);

    bench.server().signal("QUIT");

    let end = bench.server().end().await;
    assert_eq!((end.signal(), end.core_dumped()), (Some(3), false));
    bench.finish().await;
}

#[tokio::test]
async fn r33_a_user_is_switched_off_by_the_file_and_what_he_has_begun_ends_well() {
    let mut bench = Bench::without_server().await;
    let switches = bench.folder.path().join("switches.toml");
    std::fs::write(&switches, "").unwrap();
    bench.write(&bench.setup().with("switches_file", format!("{switches:?}")));
    bench.serve().await;
    bench.server().logged("calls are taken").await;
    let host = Arc::new(bench.host().await);
    let other = bench.sim.users().iter().find(|user| user.upn != USER).unwrap().upn.clone();
    let other = bench.stranger(Some(&bench.sim.caller_token(&other).issue()));
    let call = slow_search(&bench, &host, Fault::delay(Duration::from_secs(4))).await;

    let user = bench.sim.users().iter().find(|user| user.upn == USER).unwrap();
    let rule = format!("users = [\"{}/{}\"]", user.tenant, user.oid);
    std::fs::write(&switches, rule).unwrap();
    let set = Instant::now();
    let list = || host.post(Era::Modern, "tools/list", json!({}));
    until("the switch is in force", async || list().await.status == 403).await;
    assert!(set.elapsed() < Duration::from_secs(5), "{:?}", set.elapsed());

    assert_eq!(other.post(Era::Modern, "tools/list", json!({})).await.status, 200);
    let found = call.await.unwrap().json();
    assert!(!results(&found["result"]).is_empty(), "{found}");
    let changed = bench.audited("switch.changed", 1).await;
    assert_eq!(changed[0]["detail"]["source"], "file", "{changed:?}");
    std::fs::write(&switches, "").unwrap();
    until("the switch is lifted", async || list().await.status == 200).await;
    bench.finish().await;
}

#[tokio::test]
async fn operators_can_read_what_is_in_force() {
    let policy = "tool_policy = { \"chat_*\" = \"ask-session\" }";
    let mut bench = Bench::start_with(|setup| {
        let (tenant, client) = (setup.tenant().to_owned(), setup.client().to_owned());
        setup.allowing_nobody().allowing(&tenant, &[&client], policy)
    })
    .await;

    let config = bench.admin("/admin/config").await.json();

    let graph = config["graph_endpoint"].as_str().unwrap().trim_end_matches('/');
    assert_eq!(graph, bench.sim.graph_endpoint().trim_end_matches('/'));
    assert_eq!(config["allow"][0]["tool_policy"], json!({ "chat_*": "ask" }), "{config}");
    let audit = &config["audit"];
    assert!(audit["sink"].as_str().unwrap().contains("audit"), "{config}");
    assert_eq!(audit["on_loss"], "fail_closed");
    assert_eq!(config["cache"]["obo_entries"], 10_000);
    assert_eq!(config["telemetry"]["service_name"], "m365-remote");
    for key in ["switches_file", "ca_file", "accept_v1_tokens", "login_endpoint"] {
        assert!(config.get(key).is_some(), "{key}: {config}");
    }
    bench.check_secrets().await;
}

#[tokio::test]
async fn r34_a_refused_configuration_is_counted_and_the_end_is_as_ever() {
    let mut bench = Bench::start().await;
    let host = bench.host().await;

    std::fs::write(bench.config(), "[limits\nuser_burst = ").unwrap();
    let refused = bench.server().logged("the new configuration is refused").await;
    assert!(refused.contains("config.toml:1"), "{refused}");

    assert_eq!(search(&host).await.status, 200);
    assert!(has_metric(&bench, "m365_config_reloads_total{outcome=\"refused\"} 1").await);
    let config = bench.admin("/admin/config").await.json();
    assert_eq!(config["limits"]["user_burst"], 10_000, "{config}");
    bench.finish().await;
    bench.server().signal("TERM");
    assert_eq!(bench.server().ended().await, Some(0));
}
