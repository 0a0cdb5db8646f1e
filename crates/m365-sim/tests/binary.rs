//! The program by itself.

use std::{
    io::{BufRead, BufReader},
    process::{Child, Command, Stdio},
};

use serde_json::Value;

use crate::client::{self, Answer};

/// A running program, ended with the test.
struct Program {
    child: Child,
    description: Value,
}

impl Program {
    fn start(arguments: &[&str]) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_m365-sim"))
            .args(arguments)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        Self { child, description: serde_json::from_str(&line).unwrap() }
    }

    fn text(&self, name: &str) -> &str {
        self.description[name].as_str().unwrap()
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        self.child.wait().unwrap();
    }
}

#[tokio::test]
async fn the_first_line_says_where_everything_is() {
    let program = Program::start(&["--azure-cloud", "us-gov-high", "--messages", "10"]);

    let path = format!("{}/v2.0/.well-known/openid-configuration", program.text("tenantId"));
    let address = format!("{}/{path}", program.text("loginEndpoint"));
    let document = Answer::of(client::http().get(address)).await.json();

    assert!(document["issuer"].as_str().unwrap().contains("login.microsoftonline.us"));
    assert!(program.text("graphEndpoint").starts_with("http://127.0.0.1:"));
    assert_eq!(program.text("localClientId").len(), 36);
    assert_eq!(program.text("connectorClientId").len(), 36);
    assert_eq!(program.description["users"][0]["upn"], "mira.solberg@fjordlight.example");
    assert!(program.description.get("caFile").is_none());
}

#[test]
fn the_first_line_names_all_tenants_and_what_a_connector_needs() {
    let program = Program::start(&[]);

    let tenants = program.description["tenants"].as_array().unwrap();
    assert_eq!(tenants[0]["tenantId"], program.text("tenantId"));
    assert_eq!(tenants[0]["users"], program.description["users"]);
    let domains: Vec<_> = tenants.iter().map(|tenant| tenant["domain"].as_str().unwrap()).collect();
    assert_eq!(domains, ["fjordlight.example", "northwind.example", "tidewater.example"]);
    assert!(tenants.iter().all(|tenant| tenant["users"].as_array().unwrap().len() >= 3));
    assert_eq!(program.text("hostClientId").len(), 36);
    assert!(!program.text("connectorSecret").is_empty());
}

#[test]
fn tls_comes_with_the_authoritys_file() {
    let program = Program::start(&["--tls"]);

    let file = program.text("caFile").to_owned();

    assert!(std::fs::read_to_string(&file).unwrap().contains("BEGIN CERTIFICATE"));
    assert!(program.text("loginEndpoint").starts_with("https://"));
    std::fs::remove_file(file).unwrap();
}

#[cfg(unix)]
#[test]
fn a_signal_ends_it_in_good_order() {
    let mut program = Program::start(&["--tls"]);
    let file = program.text("caFile").to_owned();

    Command::new("kill").arg(program.child.id().to_string()).status().unwrap();
    let status = program.child.wait().unwrap();

    assert_eq!(status.code(), Some(0));
    assert!(!std::path::Path::new(&file).exists());
}

#[test]
fn a_wrong_cloud_is_a_usage_error_that_names_the_right_ones() {
    let output = Command::new(env!("CARGO_BIN_EXE_m365-sim"))
        .args(["--azure-cloud", "mars"])
        .output()
        .unwrap();

    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8(output.stderr).unwrap().contains("us-gov-high"));
}
