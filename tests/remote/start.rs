//! What keeps the server from starting, each with the line to change.

use crate::harness::{Bench, Setup};

async fn refused(change: impl FnOnce(Setup) -> Setup) -> String {
    let bench = Bench::without_server().await;
    bench.write(&change(bench.setup()));
    let (code, stdout, stderr) = bench.run(&["serve"]).await;
    assert_eq!(code, Some(2), "{stderr}");
    assert_eq!(stdout, "");
    assert!(!stderr.contains("s3cr3t"), "{stderr}");
    stderr
}

fn names(error: &str, parts: &[&str]) {
    for part in parts {
        assert!(error.contains(part), "{part} in {error}");
    }
}

#[tokio::test]
async fn r10_an_empty_allow_list_is_refused() {
    let error = refused(Setup::allowing_nobody).await;

    names(&error, &["config.toml", "[[allow]]", "tenant_id", "client_ids"]);
}

#[tokio::test]
async fn a_public_listener_without_tls_or_proxy_is_refused() {
    let error = refused(|it| it.with("listen", "\"0.0.0.0:0\"")).await;

    names(&error, &["config.toml:", "listen", "[tls]", "trusted_proxies"]);
}

#[tokio::test]
async fn an_unreadable_credential_is_refused() {
    let credential = "{ client_secret_file = \"/nowhere/secret\" }";
    let error = refused(|it| it.in_table("entra", "credential", credential)).await;

    names(&error, &["config.toml:", "client_secret_file", "/nowhere/secret"]);
}

#[tokio::test]
async fn a_secret_in_the_file_is_refused_and_not_repeated() {
    let error =
        refused(|it| it.in_table("entra", "credential", "{ client_secret = \"s3cr3t\" }")).await;

    names(&error, &["config.toml:", "client_secret_file", "client_secret_env"]);
}

/// A change of the configuration, and what the refusal names.
type Case = (fn(Setup) -> Setup, &'static [&'static str]);

#[tokio::test]
async fn wrong_keys_and_values_are_named_with_what_is_accepted() {
    let cases: [Case; 13] = [
        (|it| it.with("lisen", "\"x\""), &["config.toml:", "lisen"]),
        (|it| it.with("scopes", "[\"Mail.Reed\"]"), &["scopes", "Mail.Reed", "Mail.Read"]),
        (|it| it.with("public_url", "\"http://m365.example.com\""), &["public_url", "https"]),
        (|it| it.with("state_key_file", "\"/dev/null\""), &["state_key_file"]),
        (|it| it.with("allowed_origins", "[\"*\"]"), &["allowed_origins", "https://"]),
        (|it| it.in_table("limits", "call_seconds", "500"), &["call_seconds", "500", "120"]),
        (|it| it.in_table("limits", "call_seconds", "-5"), &["call_seconds", "`-5`", "1 to 120"]),
        (|it| it.in_table("cache", "obo_entries", "true"), &["obo_entries", "`true`", "10000000"]),
        (|it| it.with("answer_limit", "1000"), &["answer_limit", "`1000`", "2000 to 1000000"]),
        (|it| it.with("mark_untrusted", "1"), &["mark_untrusted", "`1`", "true or false"]),
        (|it| it.with("listen", "8365"), &["config.toml:", "listen", "`8365`", "in quotes"]),
        (|it| it.in_table("audit", "on_loss", "\"ignore\""), &["on_loss", "fail_closed"]),
        (|it| it.in_table("entra", "azure_cloud", "\"mars\""), &["azure_cloud", "us-gov-high"]),
    ];
    for (change, parts) in cases {
        names(&refused(change).await, parts);
    }
}

#[tokio::test]
async fn a_tenant_that_is_listed_twice_is_refused() {
    let error = refused(|it| {
        let (tenant, client) = (it.tenant().to_owned(), it.client().to_owned());
        it.allowing(&tenant, &[&client], "")
    })
    .await;

    names(&error, &["allow.tenant_id", "entry already"]);
}

#[tokio::test]
async fn check_says_what_would_be_served() {
    let bench = Bench::without_server().await;
    bench.write(&bench.setup());

    let (code, stdout, stderr) = bench.run(&["check"]).await;

    assert_eq!(code, Some(0), "{stderr}");
    names(&stdout, &["/mcp", bench.sim.tenant_id(), "access_as_user", "can be served"]);
    names(&stdout, &["11 tools", "a user 100000 calls a minute", "audit"]);
}

#[tokio::test]
async fn check_refuses_what_serve_would_refuse() {
    let bench = Bench::without_server().await;
    let nowhere = bench.folder.path().join("missing/audit.jsonl");
    let switches = bench.folder.path().join("switches.toml");
    std::fs::write(&switches, "bogus = 1").unwrap();

    for (setup, named) in [
        (
            bench.setup().in_table("audit", "sink", format!("{{ file = {nowhere:?} }}")),
            "audit.jsonl",
        ),
        (bench.setup().with("switches_file", format!("{switches:?}")), "bogus"),
    ] {
        bench.write(&setup);

        let (code, _, stderr) = bench.run(&["check"]).await;

        assert_eq!(code, Some(2), "{stderr}");
        names(&stderr, &[named]);
    }
    assert!(!nowhere.exists());
}

#[tokio::test]
async fn a_value_of_another_type_is_repeated_unless_it_stands_where_a_secret_may() {
    let burst = refused(|it| it.in_table("limits", "user_burst", "\"many\"")).await;
    let credential = refused(|it| it.in_table("entra", "credential", "\"s3cr3t\"")).await;

    names(&burst, &["config.toml:", "user_burst", "`\"many\"`", "1 to 10000000"]);
    names(&credential, &["config.toml:", "credential", "another type is expected"]);
}

#[tokio::test]
async fn check_fails_when_entra_cannot_be_reached() {
    let bench = Bench::without_server().await;
    bench.write(&bench.setup().with("login_endpoint", "\"http://127.0.0.1:1\""));

    let (code, _, stderr) = bench.run(&["check"]).await;

    assert_eq!(code, Some(6), "{stderr}");
}
