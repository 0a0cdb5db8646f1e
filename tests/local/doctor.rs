//! `doctor`: what it finds, what it says to do about it, and its exit code.

use std::{net::TcpListener, time::Instant};

use m365_sim::{Fault, Sim};
use serde_json::Value;

use crate::harness::{Bench, Ended};

/// One entry of the report.
fn check<'a>(report: &'a Value, id: &str) -> &'a Value {
    let checks = report["checks"].as_array().unwrap();
    checks.iter().find(|check| check["id"] == id).unwrap_or_else(|| panic!("{id}: {report}"))
}

fn report(ended: &Ended) -> Value {
    serde_json::from_str(&ended.stdout).unwrap_or_else(|_| panic!("{ended:?}"))
}

async fn examine(bench: &Bench, arguments: &[&str]) -> (Option<i32>, Value) {
    let ended = bench.run(&[&["doctor", "--json"], arguments].concat()).await;
    (ended.code, report(&ended))
}

/// Expects that `id` failed with the exit code, and that detail and fix together name `parts`.
#[track_caller]
fn expect(outcome: &(Option<i32>, Value), code: i32, id: &str, parts: &[&str]) {
    let (ended, report) = outcome;
    let check = check(report, id);
    assert_eq!((*ended, &check["status"]), (Some(code), &"failed".into()), "{report:#}");
    let text = format!("{} {}", check["detail"], check["fix"]);
    for part in parts {
        assert!(text.contains(part), "{part} is not in {text}");
    }
}

/// Returns an address of this machine where nothing listens.
fn closed_port() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap().to_string()
}

#[tokio::test]
async fn the_demo_is_in_perfect_health() {
    let bench = Bench::without_server().await;

    let ended = bench.run(&["--demo", "doctor", "--json"]).await;

    let report = report(&ended);
    assert_eq!((ended.code, &report["ok"]), (Some(0), &true.into()), "{report:#}");
    for check in report["checks"].as_array().unwrap() {
        assert_eq!(check["status"], "ok", "{check}");
        assert!(check["fix"].is_null() && check["title"].is_string(), "{check}");
    }
}

#[tokio::test]
async fn a_signed_in_device_has_a_line_for_everything_that_a_call_depends_on() {
    let bench = Bench::without_server().await;
    bench.sign_in().await;

    let (code, report) = examine(&bench, &[]).await;

    assert_eq!((code, &report["ok"]), (Some(0), &true.into()), "{report:#}");
    for id in ["clock", "network.login", "network.graph", "token-store", "broker", "account"] {
        assert_eq!(check(&report, id)["status"], "ok", "{id}");
    }
    for service in ["mail", "calendar", "chats", "files", "sites"] {
        assert_eq!(check(&report, &format!("service.{service}"))["status"], "ok", "{service}");
    }
    assert_eq!(check(&report, "tool.outlook_email_search")["status"], "ok");
    assert_eq!(check(&report, "configuration")["status"], "warning", "endpoints are replaced");
}

#[tokio::test]
async fn nobody_signed_in_is_told_how_and_what_depends_on_it_is_skipped() {
    let bench = Bench::without_server().await;

    let outcome = examine(&bench, &[]).await;

    expect(&outcome, 3, "account", &["m365-local sign-in"]);
    for id in ["permissions", "service.mail"] {
        assert_eq!(check(&outcome.1, id)["status"], "skipped");
    }
    assert_eq!(check(&outcome.1, "network.graph")["status"], "ok");
    assert_eq!(bench.sim.violations(), Vec::<String>::new());
}

#[tokio::test]
async fn a_wrong_configuration_is_a_check_that_failed() {
    let bench = Bench::without_server().await;

    let wrong = examine(&bench, &["--tenant-id", "x"]).await;
    let no_file = examine(&bench, &["--ca-file", "/no/such/file.pem"]).await;

    expect(&wrong, 2, "configuration", &["--tenant-id", "'x'"]);
    expect(&no_file, 2, "configuration", &["--ca-file", "/no/such/file.pem"]);
    assert_eq!(check(&wrong.1, "network.login")["status"], "skipped");
}

#[tokio::test]
async fn e18_a_wrong_clock_is_named_with_its_direction() {
    let bench = Bench::without_server().await;
    bench.sign_in().await;
    bench.sim.entra().on("/", Fault::clock_skew(7_200));

    let outcome = examine(&bench, &[]).await;

    expect(&outcome, 1, "clock", &["2 hours behind Entra ID", "Set the date"]);
}

#[tokio::test]
async fn a_host_where_nothing_listens_refuses() {
    let bench = Bench::without_server().await;
    bench.sign_in().await;

    let login = format!("http://{}", closed_port());
    let outcome = examine(&bench, &["--login-endpoint", &login]).await;

    expect(&outcome, 6, "network.login", &["127.0.0.1 refuses", "HTTPS_PROXY"]);
    assert_eq!(check(&outcome.1, "network.graph")["status"], "ok");
}

#[tokio::test]
async fn a_host_that_never_answers_costs_ten_seconds() {
    let bench = Bench::without_server().await;
    bench.sign_in().await;
    bench.sim.graph().on("/", Fault::hang());
    let start = Instant::now();

    let outcome = examine(&bench, &[]).await;

    expect(&outcome, 6, "network.graph", &["within 10 s"]);
    assert_eq!(check(&outcome.1, "service.mail")["status"], "skipped");
    assert!(start.elapsed().as_secs() < 20, "{:?}", start.elapsed());
}

#[tokio::test]
async fn h18_a_private_certificate_is_told_apart_and_mended_by_the_ca_file() {
    let mut bench = Bench::without_server().await;
    bench.sim = Sim::builder().tls(true).start().await.unwrap();
    let ca = bench.sim.ca_file().unwrap().to_str().unwrap().to_owned();

    let without = examine(&bench, &[]).await;
    let with = examine(&bench, &["--ca-file", &ca]).await;

    expect(&without, 6, "network.login", &["certificate", "--ca-file", "inspects TLS"]);
    expect(&without, 6, "network.graph", &["certificate"]);
    assert_eq!(check(&with.1, "network.login")["status"], "ok", "{:#}", with.1);
    assert_eq!(check(&with.1, "network.graph")["status"], "ok");
}

#[tokio::test]
async fn h18_a_proxy_is_named_without_its_password() {
    let bench = Bench::without_server().await;
    let proxy = closed_port();
    let hosts =
        ["--login-endpoint", "https://login.example", "--graph-endpoint", "https://g.example"];
    let mut command = bench.command(&[&["doctor", "--json"], &hosts[..]].concat());

    let output = command.env("HTTPS_PROXY", format!("http://me:s3cret@{proxy}")).output().await;

    let output = output.unwrap();
    let printed = String::from_utf8(output.stdout).unwrap();
    let outcome = (output.status.code(), serde_json::from_str(&printed).unwrap());
    expect(&outcome, 6, "network.login", &[&format!("through the proxy {proxy}"), "NO_PROXY"]);
    assert!(!printed.contains("s3cret"), "{printed}");
}

#[tokio::test]
async fn a_tenant_that_does_not_exist_is_a_matter_of_configuration() {
    let bench = Bench::without_server().await;

    let tenant = "99999999-2222-4333-8444-555555555555";
    let outcome = examine(&bench, &["--tenant-id", tenant]).await;

    expect(&outcome, 2, "network.login", &["AADSTS90002"]);
}

#[tokio::test]
async fn a_missing_consent_fails_the_tools_that_need_it() {
    let bench = Bench::without_server().await;
    bench.sim.entra().on("/", Fault::fewer_scopes(&["User.Read", "Calendars.Read"]));
    bench.sign_in().await;

    let outcome = examine(&bench, &[]).await;

    expect(&outcome, 4, "tool.outlook_email_search", &["Mail.Read", "the user's consent"]);
    expect(&outcome, 4, "tool.sharepoint_search", &["Sites.Read.All", "m365-local sign-in"]);
    assert_eq!(check(&outcome.1, "tool.outlook_calendar_search")["status"], "warning");
    assert_eq!(check(&outcome.1, "service.mail")["status"], "skipped");
}

#[tokio::test]
async fn a_permission_that_an_administrator_has_to_grant_comes_with_the_address_for_it() {
    let bench = Bench::without_server().await;
    bench.sign_in().await;

    let wider = ["--scope", "Mail.Read ChannelMessage.Read.All"];
    let outcome = examine(&bench, &wider).await;

    expect(&outcome, 4, "account", &["AADSTS65001", "/adminconsent?client_id="]);
}

#[tokio::test]
async fn a_tool_whose_permissions_are_not_configured_is_passed_over() {
    let bench = Bench::without_server().await;
    let narrow = ["--scope", "Mail.Read"];
    assert_eq!(bench.sign_in_as(&narrow).await.code, Some(0));

    let (code, report) = examine(&bench, &narrow).await;

    assert_eq!(code, Some(0), "{report:#}");
    assert_eq!(check(&report, "service.calendar")["status"], "skipped");
    let skipped = check(&report, "tool.outlook_calendar_search");
    assert_eq!(skipped["status"], "skipped");
    assert!(skipped["detail"].as_str().unwrap().contains("Calendars.Read"), "{skipped}");
}

#[tokio::test]
async fn a_service_that_refuses_is_reported_with_graphs_own_words() {
    let bench = Bench::without_server().await;
    bench.sign_in().await;
    let denied = r#"{"error":{"code":"ErrorAccessDenied","message":"no"}}"#;
    bench.sim.graph().on("/v1.0/me/drive", Fault::body(403, "application/json", denied));

    let outcome = examine(&bench, &[]).await;

    expect(&outcome, 4, "service.files", &["HTTP 403", "ErrorAccessDenied", "denies access"]);
    assert_eq!(check(&outcome.1, "service.mail")["status"], "ok");
}

#[tokio::test]
async fn h15_a_damaged_store_is_told_apart_from_an_empty_one() {
    let bench = Bench::without_server().await;
    bench.sign_in().await;
    std::fs::write(bench.token_file(), "no token file").unwrap();

    let outcome = examine(&bench, &[]).await;

    expect(&outcome, 1, "token-store", &["damaged", "sign-in"]);
}

#[tokio::test]
async fn nothing_secret_is_printed() {
    let bench = Bench::without_server().await;
    bench.sign_in().await;

    let ended = bench.run(&["doctor", "--log-level", "trace"]).await;

    assert_eq!(ended.code, Some(0), "{ended:?}");
    assert!(ended.stdout.contains("It works; warnings: 1."), "{ended:?}");
    for secret in bench.sim.canaries() {
        assert!(!ended.stdout.contains(&secret) && !ended.stderr.contains(&secret));
    }
}
