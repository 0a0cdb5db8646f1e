//! The entry of device management, by the built program.

use serde_json::Value;

use crate::harness::Bench;

const OTHER: &str = "99999999-2222-4333-8444-555555555555";

#[tokio::test]
async fn without_a_managed_document_the_program_stops_and_says_who_can_help() {
    let bench = Bench::without_server().await;

    let ended = bench.run(&["tools", "--managed"]).await;

    assert_eq!(ended.code, Some(2), "{ended:?}");
    for part in ["--managed", "m365-local", "--config"] {
        assert!(ended.stderr.contains(part), "{part} is not in: {ended:?}");
    }
    assert_eq!(ended.stdout, "");
}

#[cfg(target_os = "linux")]
mod linux {
    use std::{fs, os::unix::fs::PermissionsExt, process::Output};

    use serde_json::json;
    use tempfile::TempDir;
    use tokio::process::Command;

    use super::*;

    /// Puts the folder in place of `/etc`, in a namespace of its own, and runs the rest.
    const AS_ETC: &str = r#"mount --bind "$0" /etc && exec "$@""#;

    /// Tells whether this machine lets a user have such a namespace; many containers do not.
    async fn is_possible() -> bool {
        let probe = Command::new("unshare").args(["-rm", "true"]).output().await;
        let possible = probe.is_ok_and(|output| output.status.success());
        if !possible {
            eprintln!("not tried: there are no user namespaces here");
        }
        possible
    }

    /// Runs the program on a device that is managed by this document, as this tenant's user would.
    async fn run(bench: &Bench, document: &Value, mode: u32, arguments: &[&str]) -> Output {
        let etc = TempDir::new().unwrap();
        let folder = etc.path().join("m365-local");
        fs::create_dir(&folder).unwrap();
        fs::set_permissions(&folder, fs::Permissions::from_mode(0o755)).unwrap();
        fs::write(folder.join("managed.json"), document.to_string()).unwrap();
        fs::set_permissions(folder.join("managed.json"), fs::Permissions::from_mode(mode)).unwrap();
        let program = bench.command(arguments);
        let program = program.as_std();
        let mut command = Command::new("unshare");
        command.args(["-rm", "sh", "-c", AS_ETC]).arg(etc.path());
        command.arg(program.get_program()).args(program.get_args());
        command.envs(program.get_envs().filter_map(|(name, value)| Some((name, value?))));
        command.output().await.unwrap()
    }

    fn stderr(output: &Output) -> String {
        String::from_utf8(output.stderr.clone()).unwrap()
    }

    #[tokio::test]
    async fn the_managed_entry_decides_and_what_the_user_says_is_named() {
        if !is_possible().await {
            return;
        }
        let bench = Bench::without_server().await;
        let entry = json!({
            "name": "Managed", "server": "microsoft365", "tenantId": OTHER, "clientId": OTHER,
            "azureCloud": "us-gov-dod", "scopes": ["Mail.Read"]
        });
        let document = json!({ "managedMcpServers": json!([entry]).to_string() });
        let arguments = ["status", "--json", "--managed", "--scope", "Chat.Read"];

        let output = run(&bench, &document, 0o644, &arguments).await;

        let report: Value = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!(output.status.code(), Some(3), "{output:?}");
        assert_eq!((&report["tenantId"], &report["entry"]), (&json!(OTHER), &json!("Managed")));
        assert_eq!(report["azureCloud"], "us-gov-dod");
        for ignored in ["M365_TENANT_ID", "M365_LOGIN_ENDPOINT", "M365_GRAPH_ENDPOINT", "--scope"] {
            assert!(stderr(&output).contains(ignored), "{ignored}: {}", stderr(&output));
        }
        assert_eq!(bench.sim.entra().requests(), 0, "an endpoint override was obeyed");
    }

    #[tokio::test]
    async fn a_document_that_others_can_write_is_refused() {
        if !is_possible().await {
            return;
        }
        let bench = Bench::without_server().await;
        let document = bench.entry_named("Managed", json!({}));

        let output = run(&bench, &document, 0o666, &["tools", "--managed"]).await;

        assert_eq!(output.status.code(), Some(2), "{output:?}");
        assert!(stderr(&output).contains("chmod go-w"), "{}", stderr(&output));
    }
}
