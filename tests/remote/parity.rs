//! The catalog of both connectors is one.

use std::{
    path::PathBuf,
    process::{Command, Stdio},
};

use serde::de::IgnoredAny;
use serde_json::{Deserializer, json};

use crate::harness::{Bench, Era};

/// Returns the local connector's binary, which lies beside ours where the whole workspace is built.
fn local() -> PathBuf {
    let ours = PathBuf::from(env!("CARGO_BIN_EXE_m365-remote"));
    let local = ours.with_file_name(format!("m365-local{}", std::env::consts::EXE_SUFFIX));
    assert!(local.exists(), "build the local connector first: cargo build -p m365-local");
    local
}

/// Returns the tools that the local connector lists, as it writes them.
fn listed_locally(bench: &Bench, entry: &serde_json::Value) -> String {
    let file = bench.folder.path().join("managed.json");
    std::fs::write(&file, json!({ "managedMcpServers": [entry] }).to_string()).unwrap();
    let mut command = Command::new(local());
    command.arg("serve").arg("--config").arg(&file).env_clear();
    command.env("M365_DATA_DIR", bench.folder.path()).env("M365_TOKEN_STORE", "memory");
    command.env("M365_LOGIN_ENDPOINT", bench.sim.login_endpoint());
    command.env("M365_GRAPH_ENDPOINT", bench.sim.graph_endpoint());
    let mut child =
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let params = json!({ "_meta": {
        "io.modelcontextprotocol/protocolVersion": "2026-07-28",
        "io.modelcontextprotocol/clientCapabilities": {},
    } });
    let message = json!({ "jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": params });
    let mut stdin = child.stdin.take().unwrap();
    std::io::Write::write_all(&mut stdin, format!("{message}\n").as_bytes()).unwrap();
    let mut line = String::new();
    let mut stdout = std::io::BufReader::new(child.stdout.take().unwrap());
    std::io::BufRead::read_line(&mut stdout, &mut line).unwrap();
    drop(stdin);
    assert!(child.wait().unwrap().success());
    tools(&line)
}

/// Cuts the array `tools` out of an answer.
fn tools(answer: &str) -> String {
    let key = "\"tools\":";
    let start = answer.find(key).unwrap_or_else(|| panic!("no tools: {answer}")) + key.len();
    let mut values = Deserializer::from_str(&answer[start..]).into_iter::<IgnoredAny>();
    values.next().unwrap().unwrap();
    answer[start..start + values.byte_offset()].to_owned()
}

#[tokio::test]
async fn both_connectors_list_the_same_tools_byte_for_byte() {
    for (scopes, policy) in [
        (None, json!({})),
        (Some("User.Read Mail.Read"), json!({})),
        (None, json!({ "outlook_*": "blocked", "sharepoint_search": "ask" })),
    ] {
        let bench = Bench::start_with(|setup| {
            let rules = policy.as_object().unwrap().iter();
            let rules: Vec<_> = rules.map(|(tool, mode)| format!("{tool:?} = {mode}")).collect();
            let line = format!("tool_policy = {{ {} }}", rules.join(", "));
            let (tenant, client) = (setup.tenant().to_owned(), setup.client().to_owned());
            let setup = setup.allowing_nobody().allowing(&tenant, &[&client], &line);
            match scopes {
                Some(scopes) => {
                    let list: Vec<_> = scopes.split(' ').collect();
                    setup.with("scopes", format!("{list:?}"))
                }
                None => setup,
            }
        })
        .await;
        let mut entry = json!({
            "name": "Microsoft 365", "server": "microsoft365", "tenantId": bench.sim.tenant_id(),
            "clientId": bench.sim.local_client_id(), "toolPolicy": policy,
        });
        if let Some(scopes) = scopes {
            entry["scope"] = json!(scopes);
        }

        let remote = bench.host().await.post(Era::Modern, "tools/list", json!({})).await;

        assert_eq!(tools(&remote.text), listed_locally(&bench, &entry), "{scopes:?} {policy}");
    }
}
