//! What operators set and see, and how the server ends.

use std::{
    io::Read,
    os::unix::{fs::OpenOptionsExt, process::ExitStatusExt},
    path::Path,
    sync::Arc,
    time::Duration,
};

use m365_sim::{Fault, Policy, PolicyApp};
use nix::{sys::stat::Mode, unistd::mkfifo};
use serde_json::{Value, json};
use tokio::{
    task::JoinHandle,
    time::{Instant, sleep},
};

use crate::harness::{Answer, Bench, Era, Host, USER, results};

const TOOL: &str = "outlook_email_search";
const MAIL: &str = "/v1.0/me/messages";

async fn search(host: &Host) -> Answer {
    host.try_call(Era::Modern, TOOL, json!({ "query": "budget" })).await
}

/// Waits until `condition` holds, since files and other processes tell nobody when they change.
async fn until(what: &str, mut condition: impl AsyncFnMut() -> bool) {
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

async fn has_metric(bench: &Bench, line: &str) -> bool {
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
async fn r32_no_secret_is_in_logs_at_any_level() {
    for format in ["text", "json"] {
        let mut bench = Bench::without_server().await;
        bench.write(&bench.setup());
        bench.serve_with(&["--log-level", "trace", "--log-format", format]).await;
        bench.server().logged("calls are taken").await;

        all_that_happens(&bench).await;

        bench.finish().await;
        let log = bench.server().log();
        assert!(log.lines().count() > 20, "it is logged at all: {log}");
        for said in ["budgetary", "Bearer ey", "client_secret="] {
            assert!(!log.contains(said), "{said} in the log");
        }
    }
}

/// Calls that go well, and each way in which they do not.
async fn all_that_happens(bench: &Bench) {
    let desktop = bench.sim.desktop(USER);
    let host = bench.stranger(Some(&desktop.token().await.unwrap()));
    let found = host.call(Era::Handshake, TOOL, json!({ "query": "budget" })).await;
    let uri = results(&found)[0]["uri"].clone();
    host.post(Era::Modern, "resources/read", json!({ "uri": uri })).await;
    for (tool, arguments) in [
        ("sharepoint_search", json!({ "query": "budgetary" })),
        ("chat_message_search", json!({ "query": "budgetary" })),
        ("outlook_calendar_search", json!({ "query": "budgetary" })),
        ("no_such_tool", json!({ "query": "budgetary" })),
        (TOOL, json!({ "queri": "budgetary" })),
    ] {
        host.try_call(Era::Modern, tool, arguments).await;
    }
    bench.sim.graph().next_on(MAIL, Fault::status(500));
    search(&host).await;
    bench.sim.graph().next_on(MAIL, Fault::truncated_json());
    search(&host).await;
    let expired = bench.sim.caller_token(USER).expires_in(-600).issue();
    let foreign = bench.sim.caller_token(USER).signed_by("foreign").issue();
    for token in [expired.as_str(), &foreign, "eyJ.eyJ.secret"] {
        assert_eq!(search(&bench.stranger(Some(token))).await.status, 401);
    }
    bench.sim.policy(Policy::mfa().for_app(PolicyApp::Graph));
    desktop.forget_token();
    let challenged = bench.stranger(Some(&bench.sim.caller_token(USER).cae(true).issue()));
    assert_eq!(search(&challenged).await.status, 401);
    bench.sim.clear_policies();
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

/// Opens a pipe that is never waited for.
fn reader(pipe: &Path) -> std::fs::File {
    let mut options = std::fs::OpenOptions::new();
    options.read(true).custom_flags(nix::libc::O_NONBLOCK).open(pipe).unwrap()
}

/// Reads all lines that a pipe holds.
fn drained(pipe: &mut std::fs::File) -> Vec<Value> {
    let mut bytes = Vec::new();
    // The pipe is empty, or has no writer: both end it.
    let _ = pipe.read_to_end(&mut bytes);
    let text = String::from_utf8(bytes).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// What a call and a refusal are answered while the audit takes nothing.
async fn is_closed(host: &Host, stranger: &Host) -> bool {
    let (call, refusal) = (search(host).await, search(stranger).await);
    if call.status == 200 || refusal.status == 401 {
        return false;
    }
    assert_eq!((call.status, &call.json()["error"]["code"]), (503, &json!(-31_002)), "{call:?}");
    assert_eq!(refusal.status, 503, "{refusal:?}");
    assert_eq!((call.header("retry-after"), refusal.header("retry-after")), ("5", "5"));
    true
}

#[tokio::test]
async fn r35_an_audit_that_nobody_reads_closes_the_server_until_it_is_read_again() {
    let mut bench = Bench::without_server().await;
    let pipe = bench.folder.path().join("pipe");
    mkfifo(&pipe, Mode::S_IRWXU).unwrap();
    let mut first = reader(&pipe);
    bench.write(&bench.setup().in_table("audit", "sink", format!("{{ file = {pipe:?} }}")));
    bench.serve().await;
    bench.server().logged("calls are taken").await;
    let (host, stranger) = (bench.host().await, bench.stranger(Some("x.y.z")));
    assert_eq!(search(&host).await.status, 200);
    assert_eq!(search(&stranger).await.status, 401);

    let mut events = Vec::new();
    until("both are written", async || {
        events.extend(drained(&mut first));
        events.iter().any(|event| event["event"] == "auth.rejected")
    })
    .await;
    drop(first);
    until("the server is closed", async || is_closed(&host, &stranger).await).await;
    assert_eq!(host.post(Era::Modern, "tools/list", json!({})).await.status, 200);
    let ready = bench.admin("/readyz").await.json();
    assert_eq!(ready["parts"]["audit"]["ok"], false, "{ready}");
    assert_eq!(bench.admin("/livez").await.status, 200);

    let mut second = reader(&pipe);
    until("the server is open", async || search(&host).await.status == 200).await;
    bench.check_secrets().await;
    let tally = bench.tally();
    until("no event is lost", async || {
        events.extend(drained(&mut second));
        let count = |kind: &str| events.iter().filter(|event| event["event"] == kind).count();
        let found = (count("tool.call"), count("auth.rejected"));
        found.0 + found.1 == tally.calls + tally.rejected + tally.unclear
    })
    .await;
    assert!(has_metric(&bench, "m365_audit_lost_total{outcome=\"sink_failed\"} 0").await);
}

/// That the queue of a slow sink is bounded is shown by the binary's own `r35_the_queue_is_bounded`.
#[cfg(target_os = "linux")]
#[tokio::test]
async fn r35_a_full_disk_closes_the_server_or_is_counted_as_configured() {
    for (policy, is_open) in [("\"fail_closed\"", false), ("\"fail_open\"", true)] {
        let mut bench = Bench::start_with(|it| {
            it.in_table("audit", "sink", "{ file = \"/dev/full\" }")
                .in_table("audit", "on_loss", policy)
        })
        .await;
        let (host, stranger) = (bench.host().await, bench.stranger(Some("x.y.z")));
        bench.server().logged("the audit cannot be written").await;

        if is_open {
            assert_eq!(search(&host).await.status, 200);
            assert_eq!(search(&stranger).await.status, 401);
            let lost = "m365_audit_lost_total{outcome=\"sink_failed\"} 4";
            until("the loss is counted", async || has_metric(&bench, lost).await).await;
        } else {
            assert!(is_closed(&host, &stranger).await);
            // What operators do is never held up.
            assert_eq!(bench.set_switches(&json!({ "tools": ["chat_*"] })).await.status, 200);
        }
        bench.check_secrets().await;
    }
}
