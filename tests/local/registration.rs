//! `entra-app`: what an administrator gets to register the app with.

use std::process::{Output, Stdio};

use serde_json::Value;
use tokio::process::Command;

async fn entra_app(arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_m365-local"));
    command.arg("entra-app").args(arguments).env_clear().stdin(Stdio::null());
    command.output().await.unwrap()
}

fn texts(output: &Output) -> (String, String) {
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    (text(&output.stdout), text(&output.stderr))
}

#[tokio::test]
async fn each_language_registers_a_public_client_with_the_configured_permissions() {
    for format in ["az", "powershell", "terraform", "json"] {
        let output = entra_app(&[format, "--scope", "People.Read Mail.Read"]).await;

        let (stdout, stderr) = texts(&output);
        assert!(output.status.success(), "{stderr}");
        assert!(stdout.contains("http://localhost"), "{stdout}");
        assert!(stdout.contains("/adminconsent?client_id="), "{stdout}");
        assert!(stderr.contains("/adminconsent?client_id="), "{stderr}");
        let people =
            if format == "json" { "ba47897c-39ec-4d83-8086-ee8256fa737d" } else { "People.Read" };
        assert!(stdout.contains(people) && !stdout.contains("Calendars.Read"), "{stdout}");
    }
}

#[tokio::test]
async fn a_tenant_and_a_cloud_are_kept_to() {
    let tenant = "11111111-2222-4333-8444-555555555555";
    let output = entra_app(&["json", "--tenant-id", tenant, "--azure-cloud", "us-gov-high"]).await;

    let document: Value = serde_json::from_slice(&output.stdout).unwrap();

    assert_eq!(document["graph"], "https://graph.microsoft.us/v1.0");
    let consent = document["adminConsentUrl"].as_str().unwrap();
    let page = format!("https://login.microsoftonline.us/{tenant}/adminconsent?client_id=");
    assert!(consent.starts_with(&page), "{consent}");
}

#[tokio::test]
async fn brokers_are_added_when_asked_for() {
    let output = entra_app(&["az", "--broker", "--bundle-id", "com.example.app"]).await;

    let (stdout, _) = texts(&output);
    assert!(stdout.contains("ms-appx-web://Microsoft.AAD.BrokerPlugin/$local"), "{stdout}");
    assert!(stdout.contains("'msauth.com.example.app://auth'"), "{stdout}");
}

#[tokio::test]
async fn wrong_options_are_refused_with_what_is_accepted() {
    for (arguments, part) in [
        (&["bicep"][..], "az, powershell, terraform, json"),
        (&["az", "--name", ""], "--name"),
        (&["az", "--bundle-id", "$(x)"], "com.example.app"),
        (&["az", "--azure-cloud", "mars"], "us-gov-high"),
        (&["az", "--scope", "Mail.Send"], "Mail.Read"),
    ] {
        let output = entra_app(arguments).await;

        let (stdout, stderr) = texts(&output);
        assert_eq!(output.status.code(), Some(2), "{stderr}");
        assert!(stdout.is_empty() && stderr.contains(part), "{part} in {stderr}");
    }
}
