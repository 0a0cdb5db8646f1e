//! The audit when its sink fails.

use std::{io::Read, os::unix::fs::OpenOptionsExt, path::Path};

use nix::{sys::stat::Mode, unistd::mkfifo};
use serde_json::{Value, json};

use crate::{
    harness::{Bench, Era, Host},
    operators::{has_metric, search, until},
};

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
    assert_eq!(call.json()["error"]["data"]["code"], "THROTTLED", "{call:?}");
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
            assert!(has_metric(&bench, "m365_shed_total{scope=\"audit\"} 2").await);
            // What operators do is never held up.
            assert_eq!(bench.set_switches(&json!({ "tools": ["chat_*"] })).await.status, 200);
        }
        bench.check_secrets().await;
    }
}
