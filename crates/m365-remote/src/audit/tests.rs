use std::{fs, sync::MutexGuard};

use m365_auth::ManualClock;
use serde_json::json;
use tempfile::TempDir;

use super::{sink::tests as script, *};

const SECOND: Duration = Duration::from_secs(1);

fn options(sink: AuditSink, on_loss: OnLoss) -> AuditOptions {
    let instance = "pod-7c".to_owned();
    AuditOptions { sink, on_loss, instance, version: "1.4.0", key: [7; 32] }
}

fn metrics() -> Metrics {
    Metrics::new(["get_me"])
}

fn clock() -> Arc<dyn Clock> {
    Arc::new(ManualClock::new("2026-11-21T10:15:02.113Z".parse().unwrap()))
}

/// An audit with a sink of its own.
fn scripted(on_loss: OnLoss) -> (Audit, script::Script, Metrics) {
    let script = script::Script::default();
    let metrics = metrics();
    let options = options(AuditSink::Stdout, on_loss);
    let sink = Sink::Test(script.clone());
    let audit = Audit::start(sink, &options, clock(), metrics.clone()).unwrap();
    (audit, script, metrics)
}

fn state(script: &script::Script) -> MutexGuard<'_, script::State> {
    script.0.lock().unwrap()
}

fn event(number: usize) -> Event {
    Event::new(EventKind::ToolCall, "ok").request(number.to_string(), None)
}

fn lines(text: &[u8]) -> Vec<Value> {
    let text = std::str::from_utf8(text).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// Waits until `condition` holds; the writer is a thread.
async fn until(condition: impl Fn() -> bool) {
    while !condition() {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

#[tokio::test]
async fn an_event_has_the_fields_of_the_schema() {
    let (audit, script, _) = scripted(OnLoss::FailClosed);
    let tenant = "11111111-1111-4111-8111-111111111111".parse().unwrap();
    let client = "33333333-3333-4333-8333-333333333333".parse().unwrap();
    let arguments = json!({ "query": "budget", "limit": 25 });
    let arguments = audit.arguments(&tenant, arguments.as_object().unwrap());
    let request = GraphRequest {
        template: "GET /me/messages".into(),
        status: Some(200),
        attempts: 1,
        request_id: Some("r".to_owned()),
        bytes: 20_211,
        ms: 412,
    };
    let event = Event::new(EventKind::ToolCall, "ok")
        .request("4bf92f35", Some("203.0.113.9".parse().unwrap()))
        .client_request_id("6b0f")
        .caller(&tenant, "2222", &client)
        .token_id(Some("x9"))
        .protocol(Some("2026-07-28"))
        .tool("outlook_email_search", Some(arguments))
        .graph(vec![request], Some("hit"))
        .answer(Some(25), 8_120, false)
        .duration(Duration::from_millis(431))
        .policy::<&str>([]);

    audit.reserve().unwrap().write(event);
    assert!(audit.flush(SECOND).await);

    let mut line = lines(&state(&script).written).remove(0);
    let digest = line["args"]["digest"].take();
    assert!(digest.as_str().unwrap().starts_with("hmac-sha256:"));
    assert_eq!(
        line,
        json!({
            "schema": "m365.audit/1", "time": "2026-11-21T10:15:02.113Z", "event": "tool.call",
            "outcome": "ok", "instance": "pod-7c", "version": "1.4.0", "request_id": "4bf92f35",
            "client_request_id": "6b0f", "tenant_id": "11111111-1111-4111-8111-111111111111",
            "user_oid": "2222", "client_app_id": "33333333-3333-4333-8333-333333333333",
            "token_uti": "x9", "protocol": "2026-07-28", "transport": "http",
            "source_ip": "203.0.113.9", "tool": "outlook_email_search",
            "args": { "fields": ["query", "limit"], "digest": null },
            "graph": [{ "template": "GET /me/messages", "status": 200, "attempts": 1,
                "request_id": "r", "bytes": 20_211, "ms": 412 }],
            "obo": "hit", "items": 25, "bytes_out": 8_120, "truncated": false,
            "duration_ms": 431, "policy": []
        })
    );
}

#[tokio::test]
async fn what_is_not_known_is_left_out() {
    let (audit, script, _) = scripted(OnLoss::FailClosed);

    audit.write(Event::new(EventKind::AuthRejected, "rejected").reason("expired"));
    assert!(audit.flush(SECOND).await);

    let line = lines(&state(&script).written).remove(0);
    let fields: Vec<_> = line.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(fields, ["schema", "time", "event", "outcome", "instance", "version", "reason"]);
}

#[tokio::test]
async fn r35_a_full_sink_closes_and_opens_again_without_a_lost_line() {
    let (audit, script, metrics) = scripted(OnLoss::FailClosed);
    state(&script).is_broken = true;

    audit.reserve().unwrap().write(event(1));
    until(|| audit.is_failing()).await;
    assert_eq!(audit.reserve().unwrap_err(), Lost);
    assert!(!audit.flush(Duration::from_millis(10)).await);

    state(&script).is_broken = false;
    until(|| !audit.is_failing()).await;
    audit.reserve().unwrap().write(event(2));
    assert!(audit.flush(SECOND).await);

    assert_eq!(lines(&state(&script).written).len(), 2);
    assert!(metrics.text().contains("m365_audit_lost_total{outcome=\"sink_failed\"} 0"));
}

#[tokio::test]
async fn r35_an_open_policy_goes_on_and_counts_what_is_lost() {
    let (audit, script, metrics) = scripted(OnLoss::FailOpen);
    state(&script).is_broken = true;

    audit.reserve().unwrap().write(event(1));
    until(|| metrics.text().contains("m365_audit_lost_total{outcome=\"sink_failed\"} 1")).await;

    state(&script).is_broken = false;
    audit.reserve().unwrap().write(event(2));
    assert!(audit.flush(SECOND).await);

    assert_eq!(lines(&state(&script).written)[0]["request_id"], "2");
    assert!(!audit.is_failing());
    assert!(metrics.text().contains("m365_audit_events_total{outcome=\"lost\"} 1"));
}

#[tokio::test]
async fn r35_the_queue_is_bounded() {
    for on_loss in [OnLoss::FailClosed, OnLoss::FailOpen] {
        let (audit, _, metrics) = scripted(on_loss);
        let slots: Vec<_> = (0..QUEUE).map(|_| audit.reserve().unwrap()).collect();
        assert!(metrics.text().contains("m365_audit_queue 8192"));

        match on_loss {
            OnLoss::FailClosed => assert_eq!(audit.reserve().unwrap_err(), Lost),
            OnLoss::FailOpen => audit.reserve().unwrap().write(event(1)),
        }

        let lost = usize::from(on_loss == OnLoss::FailOpen);
        let count = format!("m365_audit_lost_total{{outcome=\"queue_full\"}} {lost}");
        assert!(metrics.text().contains(&count), "{on_loss:?}");
        drop(slots);
        assert!(audit.reserve().is_ok());
    }
}

fn refusal(number: u32) -> Event {
    let source = std::net::Ipv4Addr::from_bits(number).into();
    Event::new(EventKind::AuthRejected, "rejected").reason("expired").request("id", Some(source))
}

#[tokio::test]
async fn refusals_leave_places_for_calls_where_the_sink_is_slow() {
    let (audit, script, _) = scripted(OnLoss::FailClosed);
    let held = state(&script);

    let refused = (0..8_192).filter(|number| audit.record(refusal(*number)).is_err()).count();
    let is_free = audit.reserve().is_ok();
    drop(held);

    assert!(refused > 5_000, "{refused}");
    assert!(is_free);
    assert!(audit.flush(10 * SECOND).await);
    assert!(audit.record(refusal(0)).is_ok());
}

#[tokio::test]
async fn a_refusal_that_is_repeated_without_end_is_told_by_number() {
    let (audit, script, _) = scripted(OnLoss::FailClosed);

    let limited = |source: u8| {
        let source = std::net::Ipv4Addr::from([0, 0, 0, source]).into();
        Event::new(EventKind::LimitHit, "refused").reason("user").source(source)
    };
    for event in (0..1_500).flat_map(|_| [limited(7), refusal(9)]) {
        while audit.record(event.clone()).is_err() {
            assert!(audit.flush(SECOND).await);
        }
    }
    audit.record(limited(8)).unwrap();
    audit.settle(SECOND).await;
    assert!(audit.flush(10 * SECOND).await);

    let lines = lines(&state(&script).written);
    let of = |source: &str| lines.iter().filter(|it| it["source_ip"] == source).count();
    assert_eq!((of("0.0.0.7"), of("0.0.0.8")), (1_001, 1));
    assert_eq!(of("0.0.0.9"), 1_500, "each rejected token has its line");
    assert!(lines.iter().any(|line| line["detail"]["more"] == 500));
}

#[tokio::test]
async fn a_slow_sink_gets_whole_lines() {
    let (audit, script, _) = scripted(OnLoss::FailClosed);
    state(&script).at_once = 7;

    for number in 0..300 {
        audit.reserve().unwrap().write(event(number));
    }
    assert!(audit.flush(10 * SECOND).await);

    let ids: Vec<_> = (0..300).map(|number| json!(number.to_string())).collect();
    let written: Vec<_> =
        lines(&state(&script).written).iter().map(|l| l["request_id"].clone()).collect();
    assert_eq!(written, ids);
}

#[tokio::test]
async fn a_line_that_is_lost_in_part_does_not_spoil_the_next() {
    let (audit, script, metrics) = scripted(OnLoss::FailOpen);
    state(&script).breaks_after = Some(7);
    audit.reserve().unwrap().write(event(1));
    until(|| metrics.text().contains("m365_audit_lost_total{outcome=\"sink_failed\"} 1")).await;

    state(&script).is_broken = false;
    audit.reserve().unwrap().write(event(2));
    assert!(audit.flush(SECOND).await);

    let written = String::from_utf8(state(&script).written.clone()).unwrap();
    let (torn, whole) = written.split_once('\n').unwrap();
    assert_eq!(torn.len(), 7);
    assert_eq!(lines(whole.as_bytes())[0]["request_id"], "2");
}

#[cfg(unix)]
#[tokio::test]
async fn a_file_that_was_moved_away_is_begun_anew() {
    use std::os::unix::fs::PermissionsExt as _;

    let folder = TempDir::new().unwrap();
    let (path, moved) = (folder.path().join("audit.jsonl"), folder.path().join("audit.1"));
    let options = options(AuditSink::File(path.clone()), OnLoss::FailClosed);
    let audit = Audit::open(&options, clock(), metrics()).unwrap();
    audit.write(event(1));
    assert!(audit.flush(SECOND).await);

    fs::rename(&path, &moved).unwrap();
    audit.reopen();
    audit.write(event(2));
    assert!(audit.flush(SECOND).await);

    assert_eq!(lines(&fs::read(&moved).unwrap())[0]["request_id"], "1");
    assert_eq!(lines(&fs::read(&path).unwrap())[0]["request_id"], "2");
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
}

#[tokio::test]
async fn a_file_that_cannot_be_opened_is_named() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("none").join("audit.jsonl");
    let options = options(AuditSink::File(path), OnLoss::FailClosed);

    let error = Audit::open(&options, clock(), metrics()).unwrap_err().to_string();

    assert!(error.contains("audit.jsonl") && error.contains("[audit] sink"), "{error}");
}

#[cfg(unix)]
#[tokio::test]
async fn a_pipe_without_a_reader_is_an_error_and_one_that_is_not_read_fills_the_queue() {
    use nix::sys::stat::Mode;

    let folder = TempDir::new().unwrap();
    let path = folder.path().join("pipe");
    nix::unistd::mkfifo(&path, Mode::S_IRWXU).unwrap();
    let options = options(AuditSink::File(path.clone()), OnLoss::FailClosed);
    assert!(Audit::open(&options, clock(), metrics()).is_err());
    let _reader = fs::OpenOptions::new().read(true).write(true).open(&path).unwrap();
    let audit = Audit::open(&options, clock(), metrics()).unwrap();

    let accepted = std::iter::from_fn(|| audit.reserve().ok().map(|slot| slot.write(event(1))));
    let accepted = accepted.take(100_000).count();

    assert!((QUEUE..30_000).contains(&accepted), "{accepted}");
    assert_eq!(audit.reserve().unwrap_err(), Lost);
}

#[tokio::test]
async fn callers_events_leave_places_for_those_of_operators() {
    let (audit, script, metrics) = scripted(OnLoss::FailClosed);
    let calls: Vec<_> = std::iter::from_fn(|| audit.reserve().ok()).collect();
    assert_eq!(audit.record(event(1)).unwrap_err(), Lost, "a refusal too waits for its place");

    audit.write(event(2));
    assert!(audit.flush(SECOND).await);

    assert_eq!(lines(&state(&script).written)[0]["request_id"], "2");
    assert!(metrics.text().contains("m365_audit_lost_total{outcome=\"queue_full\"} 0"));
    drop(calls);
    assert!(audit.record(event(3)).is_ok());
}

#[tokio::test]
async fn the_end_waits_for_the_events_of_calls_that_were_cut() {
    let (audit, script, _) = scripted(OnLoss::FailClosed);
    let call = audit.reserve().unwrap();
    let cut = tokio::spawn(async move {
        tokio::task::yield_now().await;
        call.write(event(1));
    });

    audit.settle(SECOND).await;
    audit.write(event(2));
    assert!(audit.flush(SECOND).await);

    cut.await.unwrap();
    let written = lines(&state(&script).written);
    assert_eq!([&written[0]["request_id"], &written[1]["request_id"]], ["1", "2"]);
}
