//! The life of an account: sign in, be found by another process, sign out.

use m365_sim::Fault;
use serde_json::{Value, json};

use crate::harness::{Bench, USER, error, results};

async fn status(bench: &Bench) -> (Option<i32>, Value) {
    let ended = bench.run(&["status", "--json"]).await;
    (ended.code, serde_json::from_str(&ended.stdout).unwrap())
}

#[tokio::test]
async fn a_second_process_finds_the_account_until_it_is_signed_out() {
    let bench = Bench::without_server().await;

    let before = status(&bench).await;
    bench.sign_in().await;
    let signed_in = status(&bench).await;
    let out = bench.run(&["sign-out"]).await;
    let after = status(&bench).await;

    assert_eq!((before.0, after.0), (Some(3), Some(3)));
    assert_eq!(signed_in.0, Some(0));
    assert_eq!(signed_in.1["account"]["username"], USER);
    let granted = signed_in.1["grantedScopes"].as_array().unwrap();
    assert!(granted.contains(&json!("Mail.Read")), "{granted:?}");
    assert!(out.stdout.contains(USER), "{out:?}");
    assert!(after.1["account"].is_null());
}

#[tokio::test]
async fn a_server_that_runs_already_uses_an_account_that_signs_in_later() {
    let mut bench = Bench::without_server().await;
    bench.serve(&[]).await;

    let before = bench.search(json!({ "query": "budget" })).await;
    bench.sign_in().await;
    let after = bench.search(json!({ "query": "budget" })).await;

    assert_eq!(error(&before)["code"], "SIGN_IN_REQUIRED");
    assert!(!results(&after).is_empty());
    bench.check_invariants().await;
}

#[tokio::test]
async fn the_tools_are_listed_without_an_account_or_a_request() {
    let mut bench = Bench::without_server().await;
    bench.serve(&[]).await;

    let listed = bench.server().request("tools/list", json!({})).await;

    assert!(listed["result"]["tools"].as_array().unwrap().len() >= 2);
    assert_eq!(bench.sim.entra().requests() + bench.sim.graph().requests(), 0);
}

#[tokio::test]
async fn another_account_than_the_pinned_one_is_refused_before_anything_is_stored() {
    let bench = Bench::without_server().await;

    let ended = bench.sign_in_as(&["--account", "somebody@fjordlight.example"]).await;

    assert_eq!(ended.code, Some(3), "{ended:?}");
    assert!(ended.stderr.contains("somebody@fjordlight.example"), "{ended:?}");
    assert_eq!(status(&bench).await.0, Some(3));
}

#[tokio::test]
async fn status_of_another_account_than_the_pinned_one_says_so_and_nothing_of_its_permissions() {
    let bench = Bench::without_server().await;
    bench.sign_in().await;

    let ended =
        bench.run(&["status", "--json", "--account", "adele.vance@fjordlight.example"]).await;

    let report: Value = serde_json::from_str(&ended.stdout).unwrap();
    assert_eq!(ended.code, Some(3), "{ended:?}");
    assert_eq!(report["grantedScopes"], json!([]));
    assert_eq!(report["extraScopes"], json!([]));
    for account in ["mira.solberg@fjordlight.example", "adele.vance@fjordlight.example"] {
        assert!(ended.stderr.contains(account), "{ended:?}");
    }
}

#[tokio::test]
async fn who_has_to_sign_in_is_told_the_command_with_the_options_of_the_host() {
    let mut bench = Bench::without_server().await;
    bench.serve(&["--scope", "Mail.Read Chat.Read"]).await;

    let refused = bench.call("get_me", json!({})).await;

    let message = error(&refused)["message"].as_str().unwrap().to_owned();
    for part in ["`m365-local sign-in --tenant-id ", " --scope 'Mail.Read Chat.Read' "] {
        assert!(message.contains(part), "{part} is not in: {message}");
    }
}

#[tokio::test]
async fn status_knows_what_is_granted_of_another_list_of_permissions_than_that_of_the_sign_in() {
    let bench = Bench::without_server().await;
    assert_eq!(bench.sign_in_as(&["--scope", "Mail.Read"]).await.code, Some(0));

    let ended = bench.run(&["status", "--json", "--scope", "Calendars.Read"]).await;

    let report: Value = serde_json::from_str(&ended.stdout).unwrap();
    assert_eq!(ended.code, Some(0), "{ended:?}");
    let granted = report["grantedScopes"].as_array().unwrap();
    assert!(granted.contains(&json!("Calendars.Read")), "{granted:?}");
    assert!(report["extraScopes"].as_array().unwrap().contains(&json!("Mail.Read")), "{report}");
}

#[tokio::test]
async fn what_is_granted_stays_unknown_while_entra_id_cannot_be_asked() {
    let bench = Bench::without_server().await;
    bench.sign_in().await;
    let tokens = format!("/{}/oauth2/v2.0/token", bench.sim.tenant_id());
    bench.sim.entra().on(&tokens, Fault::status(503));

    let ended = bench.run(&["status", "--json", "--scope", "Mail.Read"]).await;

    let report: Value = serde_json::from_str(&ended.stdout).unwrap();
    assert_eq!(ended.code, Some(0), "{ended:?}");
    assert_eq!(report["account"]["username"], USER);
    assert_eq!((&report["grantedScopes"], &report["missingScopes"]), (&json!([]), &json!([])));
}

#[tokio::test]
async fn a_permission_that_was_not_granted_is_named_by_status_and_by_the_tool() {
    let mut bench = Bench::without_server().await;
    let granted = ["User.Read", "Mail.Read", "Calendars.Read"];
    bench.sim.entra().on("/", Fault::fewer_scopes(&granted));
    bench.sign_in().await;
    bench.serve(&[]).await;

    let status = status(&bench).await.1;
    let arguments = json!({ "mailboxOwnerEmail": "projects@fjordlight.example" });
    let refused = error(&bench.search(arguments).await);

    assert!(status["missingScopes"].as_array().unwrap().contains(&json!("Mail.Read.Shared")));
    assert_eq!(refused["code"], "FORBIDDEN");
    assert!(refused["message"].as_str().unwrap().contains("'Mail.Read.Shared'"), "{refused}");
}
