use m365_tools::{Extraction, Extractor};

use super::*;

fn metrics() -> Metrics {
    Metrics::new(["get_me", "outlook_email_search"])
}

/// Returns the series of the text, without their values.
fn series(metrics: &Metrics) -> Vec<String> {
    let text = metrics.text();
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    lines.filter_map(|line| line.rsplit_once(' ')).map(|(series, _)| series.to_owned()).collect()
}

#[test]
fn r36_ten_thousand_unknown_tools_add_one_series() {
    let metrics = metrics();
    metrics.tool_call("unknown", "unknown_tool", Duration::ZERO);
    let before = series(&metrics);

    for number in 0..10_000 {
        metrics.tool_call(&format!("tool{number}"), "unknown_tool", Duration::ZERO);
    }

    assert_eq!(series(&metrics), before);
    let count = "m365_tool_calls_total{tool=\"other\",outcome=\"unknown_tool\"} 10001";
    assert!(metrics.text().contains(count));
}

#[test]
fn odd_statuses_share_a_series() {
    let metrics = metrics();
    for status in 100..1_000 {
        metrics.graph_request("outlook", Some(status), Duration::ZERO);
    }

    let requests = series(&metrics);
    let requests = requests.iter().filter(|name| name.starts_with("m365_graph_requests_total"));

    assert_eq!(requests.count(), 19);
}

#[test]
fn every_metric_of_the_documentation_is_there() {
    let metrics = metrics();
    record_everything(&metrics);
    let text = metrics.text();

    for name in [
        "m365_tool_calls_total{tool=\"get_me\",outcome=\"ok\"} 1",
        "m365_tool_duration_seconds_bucket{le=\"0.25\",tool=\"get_me\",outcome=\"ok\"} 1",
        "m365_graph_requests_total{workload=\"outlook\",status=\"200\"} 1",
        "m365_graph_duration_seconds_count{workload=\"outlook\",status=\"200\"} 1",
        "m365_graph_throttled_total{workload=\"outlook\",reason=\"429\"} 1",
        "m365_graph_retries_total{workload=\"outlook\",reason=\"503\"} 1",
        "m365_retry_budget_empty_total{workload=\"outlook\",reason=\"503\"} 1",
        "m365_obo_total{outcome=\"miss\"} 1",
        "m365_obo_duration_seconds_count{outcome=\"miss\"} 1",
        "m365_obo_cache_total{outcome=\"miss\"} 1",
        "m365_obo_cache_entries 7",
        "m365_auth_rejections_total{reason=\"expired\"} 1",
        "m365_jwks_age_seconds 60",
        "m365_jwks_refresh_total{outcome=\"ok\"} 2",
        "m365_in_flight{scope=\"user\"} 0",
        "m365_queue_wait_seconds_count{scope=\"user\"} 1",
        "m365_shed_total{scope=\"process\"} 0",
        "m365_rate_limited_total{scope=\"tenant\"} 0",
        "m365_audit_events_total{outcome=\"written\"} 3",
        "m365_audit_queue 4",
        "m365_audit_lost_total{outcome=\"queue_full\"} 1",
        "m365_connections 2",
        "m365_config_info{hash=\"abc\"} 1",
        "m365_build_info{version=\"1.0\",revision=\"r\"} 1",
        "m365_certificate_expiry_timestamp_seconds{kind=\"tls\"} 0",
        "tokio_workers",
        "process_start_time_seconds",
        "# EOF",
    ] {
        assert!(text.contains(name), "{name} in {text}");
    }
}

fn record_everything(metrics: &Metrics) {
    let took = Duration::from_millis(200);
    metrics.tool_call("get_me", "ok", took);
    metrics.graph_request("outlook", Some(200), took);
    metrics.graph_throttled("outlook", "429");
    metrics.graph_retried("outlook", "503");
    metrics.retry_budget_empty("outlook", "503");
    metrics.obo("miss", took);
    metrics.rejection("expired");
    metrics.queue_wait("user", took);
    metrics.audit_written(3);
    metrics.audit_lost("queue_full", 1);
    metrics.watch_audit_queue(|| 4);
    metrics.config_info("old".to_owned());
    metrics.config_info("abc".to_owned());
    metrics.build_info("1.0", "r");
    metrics.certificate_expires("tls", Timestamp::UNIX_EPOCH);
    metrics.watch_token_cache(|| 7);
    metrics.watch_keys(|| KeyFigures {
        age: Some(Duration::from_secs(60)),
        refreshed: 2,
        failed: 0,
    });
    metrics.obo_error("unavailable");
    metrics.switches("tool", 1);
    metrics.switched_off("tool");
    metrics.telemetry_export("exported");
    metrics.watch_connections(|| 2);
    drop(metrics.in_flight("user"));
    metrics.watch_extraction(&Extraction::new(Extractor::in_process()));
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    metrics.watch_runtime(runtime.handle());
}

#[test]
fn only_the_configuration_in_force_is_named() {
    let metrics = metrics();
    record_everything(&metrics);

    assert!(!metrics.text().contains("hash=\"old\""));
}

#[cfg(target_os = "linux")]
#[test]
fn the_system_tells_of_memory_files_and_time() {
    let text = metrics().text();

    for name in [
        "process_resident_memory_bytes",
        "process_virtual_memory_bytes",
        "process_cpu_seconds_total",
        "process_open_fds",
        "process_max_fds",
        "process_threads",
    ] {
        let value = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
        assert!(value.unwrap().parse::<f64>().unwrap() > 0.0, "{name}");
    }
}

#[test]
fn an_exchange_that_fails_was_not_in_the_cache() {
    let metrics = metrics();

    metrics.obo("failed", Duration::ZERO);
    metrics.obo("negative", Duration::ZERO);

    let text = metrics.text();
    for line in [
        "m365_obo_total{outcome=\"failed\"} 1",
        "m365_obo_total{outcome=\"negative\"} 1",
        "m365_obo_cache_total{outcome=\"miss\"} 1",
        "m365_obo_cache_total{outcome=\"negative\"} 1",
    ] {
        assert!(text.contains(line), "{line} in {text}");
    }
}

#[test]
fn alerts_dashboard_and_documentation_name_metrics_that_exist() {
    let metrics = metrics();
    record_everything(&metrics);
    let text = metrics.text();
    let exists = |name: &str| {
        let kinds = ["_total", "_bucket", "_count", "_sum", ""];
        kinds.iter().filter_map(|kind| name.strip_suffix(kind)).any(|name| {
            text.lines().any(|line| {
                line.strip_prefix("# TYPE ")
                    .is_some_and(|line| line.split(' ').next() == Some(name))
            })
        })
    };

    for file in [
        include_str!("../../../../deploy/alerts.yml"),
        include_str!("../../../../deploy/dashboard.json"),
        include_str!("../../../../docs/operations.md"),
    ] {
        let words = file.split(|c: char| !c.is_ascii_alphanumeric() && c != '_');
        let named = words.filter(|word| word.starts_with("m365_") && !word.ends_with('_'));
        for name in named {
            assert!(exists(name), "{name} is no metric");
        }
    }
}

#[test]
fn the_documentation_names_every_metric_of_ours() {
    let metrics = metrics();
    record_everything(&metrics);
    let page = include_str!("../../../../docs/operations.md");

    for line in metrics.text().lines() {
        let Some(name) = line.strip_prefix("# TYPE m365_") else { continue };
        let name = name.split(' ').next().unwrap();
        let short = name.strip_prefix("extraction").unwrap_or(name);
        assert!(page.contains(name) || page.contains(short), "{name}");
    }
}
