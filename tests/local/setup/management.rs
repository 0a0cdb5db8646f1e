//! `setup --managed`: what device management hands out.

use serde_json::{Value, json};

use super::home::Home;

const TENANT: [&str; 4] = [
    "--tenant-id",
    "11111111-2222-4333-8444-555555555555",
    "--client-id",
    "aaaaaaaa-0000-4000-8000-000000000001",
];

#[tokio::test]
async fn the_document_is_one_that_this_program_reads() {
    let home = Home::new();
    let given = json!({
        "name": "Contoso", "server": "microsoft365", "tenantId": TENANT[1], "clientId": TENANT[3],
        "azureCloud": "us-gov-high", "scope": "Mail.Read User.Read offline_access",
        "account": "mira@contoso.com", "toolPolicy": { "teams_*": "blocked", "read_*": "ask" },
        "toolPolicyByHost": true, "caFile": "/etc/ssl/contoso.pem", "answerLimit": 9000,
        "markUntrusted": true
    });
    home.write("given.json", &given.to_string());

    let printed = home.run(&["setup", "json", "--managed", "--config", "given.json"]).await;
    home.write("printed.json", &printed.stdout);
    let again = home.run(&["setup", "json", "--managed", "--config", "printed.json"]).await;

    assert_eq!(printed.code, Some(0), "{printed:?}");
    let document: Value = serde_json::from_str(&printed.stdout).unwrap();
    assert_eq!(document, json!({ "managedMcpServers": [given] }));
    assert_eq!(again.stdout, printed.stdout);
}

#[tokio::test]
async fn it_says_where_each_system_keeps_it_and_what_starts_the_server() {
    let home = Home::new();

    let ended = home.run(&[&["setup", "claude-desktop", "--managed"], &TENANT[..]].concat()).await;

    for part in [
        "/Library/Managed Preferences/m365-local.plist",
        r"HKLM\SOFTWARE\Policies\m365-local",
        "/etc/m365-local/managed.json",
        r#""args":["serve","--managed"]"#,
    ] {
        assert!(ended.stderr.contains(part), "{part} in {ended:?}");
    }
    let line = ended.stderr.lines().find(|line| line.starts_with("Windows")).unwrap();
    let array: Value = serde_json::from_str(&line[line.find('[').unwrap()..]).unwrap();
    let document: Value = serde_json::from_str(&ended.stdout).unwrap();
    assert_eq!(array, document["managedMcpServers"]);
}

#[tokio::test]
async fn what_device_management_cannot_hand_out_is_refused_or_left_out() {
    let home = Home::new();
    let managed = ["setup", "json", "--managed"];
    for (arguments, part) in [
        (&["--demo"][..], "--demo"),
        (&[], "--tenant-id"),
        (&[&TENANT[..], &["--write"]].concat(), "--write"),
        (&[&TENANT[..], &["--name", "a b"]].concat(), "--name"),
    ] {
        let ended = home.run(&[&managed, arguments].concat()).await;
        assert_eq!(ended.code, Some(2), "{ended:?}");
        assert!(ended.stderr.contains(part), "{part} in {ended:?}");
    }

    let endpoint = [&TENANT[..], &["--login-endpoint", "https://login.example"]].concat();
    let ended = home.run(&[&managed, endpoint.as_slice()].concat()).await;

    assert_eq!(ended.code, Some(0), "{ended:?}");
    assert!(!ended.stdout.contains("login.example"), "{ended:?}");
    assert!(ended.stderr.contains("left out"), "{ended:?}");
}
