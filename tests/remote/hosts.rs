//! What administrators and hosts are given: `host-config` and `entra-app`.

use serde_json::Value;

use crate::harness::{Bench, Setup};

const OTHER_TENANT: &str = "22222222-3333-4444-8555-666666666666";
const OTHER_CLIENT: &str = "bbbbbbbb-0000-4000-8000-000000000009";

async fn bench(change: impl FnOnce(Setup) -> Setup) -> Bench {
    let bench = Bench::without_server().await;
    let setup = bench.setup().with("public_url", "\"https://m365.example.com\"");
    bench.write(&change(setup));
    bench
}

async fn printed(bench: &Bench, arguments: &[&str]) -> (String, String) {
    let (code, stdout, stderr) = bench.run(arguments).await;
    assert_eq!(code, Some(0), "{stderr}");
    (stdout, stderr)
}

#[tokio::test]
async fn claude_desktop_gets_an_entry_with_its_sign_in() {
    let bench = bench(|it| it).await;

    let (stdout, _) = printed(&bench, &["host-config", "claude-desktop"]).await;

    let document: Value = serde_json::from_str(&stdout).unwrap();
    let entry = &document["managedMcpServers"][0];
    assert_eq!(entry["url"], "https://m365.example.com/mcp");
    assert_eq!(entry["transport"], "http");
    assert_eq!(entry["oauth"]["clientId"], bench.sim.host_client_id());
    assert_eq!(entry["oauth"]["tenantId"], bench.sim.tenant_id());
    let scope = format!("api://{}/access_as_user", bench.sim.connector_client_id());
    assert_eq!(entry["oauth"]["scope"], scope.as_str());
}

#[tokio::test]
async fn every_other_host_gets_address_and_client_in_its_own_form() {
    let bench = bench(|it| it).await;
    let client = bench.sim.host_client_id();

    for host in ["claude-code", "vscode", "cursor", "json"] {
        let (stdout, _) = printed(&bench, &["host-config", host]).await;

        assert!(stdout.contains("https://m365.example.com/mcp"), "{stdout}");
        assert!(stdout.contains(client), "{stdout}");
        if host != "claude-code" {
            serde_json::from_str::<Value>(&stdout).unwrap();
        }
    }
}

#[tokio::test]
async fn what_hosts_need_takes_no_secret_of_the_server() {
    let bench = bench(|it| {
        it.with("state_key_file", "\"/nowhere/state-key\"")
            .with("ca_file", "\"/nowhere/ca.pem\"")
            .in_table("tls", "certificate_file", "\"/nowhere/m365.pem\"")
            .in_table("tls", "private_key_file", "\"/nowhere/m365.key\"")
            .in_table("entra", "credential", "{ client_secret_env = \"UNSET\" }")
    })
    .await;

    let (stdout, _) = printed(&bench, &["host-config", "json"]).await;

    let document: Value = serde_json::from_str(&stdout).unwrap();
    assert_eq!(document["url"], "https://m365.example.com/mcp");
    assert_eq!(document["clients"][0]["tenantId"], bench.sim.tenant_id());
    assert_eq!(bench.run(&["check"]).await.0, Some(2), "the server itself takes them");
}

#[tokio::test]
async fn tenant_and_client_choose_among_the_allow_list() {
    let bench = bench(|it| it.allowing(OTHER_TENANT, &[OTHER_CLIENT], "")).await;

    let (first, note) = printed(&bench, &["host-config", "claude-code"]).await;
    let (other, _) =
        printed(&bench, &["host-config", "claude-code", "--tenant", OTHER_TENANT]).await;
    let (all, _) = printed(&bench, &["host-config", "claude-desktop"]).await;
    let (code, _, refused) = bench.run(&["host-config", "vscode", "--client", OTHER_TENANT]).await;

    assert!(first.contains(bench.sim.host_client_id()), "{first}");
    assert!(note.contains("--tenant") && note.contains("the first of 2"), "{note}");
    assert!(other.contains(OTHER_CLIENT), "{other}");
    assert_eq!(all.matches("\"clientId\"").count(), 2, "{all}");
    assert_eq!(code, Some(2), "{refused}");
    assert!(refused.contains(OTHER_CLIENT), "{refused}");
}

#[tokio::test]
async fn the_registration_fits_the_configuration() {
    let bench = bench(|it| {
        it.with("scopes", "[\"People.Read\"]").in_table("entra", "azure_cloud", "\"us-gov-dod\"")
    })
    .await;

    for format in ["az", "powershell", "terraform", "json"] {
        let (stdout, stderr) = printed(&bench, &["entra-app", format]).await;

        assert!(stdout.contains("access_as_user"), "{stdout}");
        assert!(stdout.contains("http://127.0.0.1/callback"), "{stdout}");
        assert!(!stdout.contains("Mail.Read"), "{stdout}");
        assert!(stderr.contains("adminconsent"), "{stderr}");
    }
}

#[tokio::test]
async fn the_registration_needs_no_configuration_and_refuses_what_it_cannot_write() {
    let bench = Bench::without_server().await;
    let run = async |arguments: &[&str]| {
        let mut command = bench.command(arguments);
        let output = command.env_remove("M365_CONFIG").output().await.unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        (output.status.code(), text(output.stdout), text(output.stderr))
    };

    let (code, script, stderr) = run(&["entra-app", "az", "--credential", "secret"]).await;

    assert_eq!(code, Some(0), "{stderr}");
    assert!(script.contains("shown this once"), "{script}");
    for (arguments, part) in [
        (&["entra-app", "az", "--credential", "federation"][..], "--issuer"),
        (&["entra-app", "az", "--credential", "password"], "certificate, secret, federation"),
        (&["entra-app", "az", "--resource-url", "http://x.example/mcp"], "https"),
        (&["entra-app", "bicep"], "az, powershell, terraform, json"),
    ] {
        let (code, _, stderr) = run(arguments).await;
        assert_eq!(code, Some(2), "{stderr}");
        assert!(stderr.contains(part), "{part} in {stderr}");
    }
}
