//! Entries of a document: what each run uses, and what stays apart.

use serde_json::{Value, json};

use crate::harness::{Bench, error, results};

async fn status(bench: &Bench, arguments: &[&str]) -> (Option<i32>, Value) {
    let ended = bench.run(&[&["status", "--json"], arguments].concat()).await;
    (ended.code, serde_json::from_str(&ended.stdout).unwrap_or_default())
}

#[tokio::test]
async fn entries_of_one_document_run_side_by_side_with_stores_of_their_own() {
    let bench = Bench::without_server().await;
    let both = json!({ "managedMcpServers": [
        bench.entry_named("Work", json!({ "scope": "Mail.Read" })),
        bench.entry_named("Calendar", json!({ "scope": "Calendars.Read" })),
    ] });
    let document = bench.document("both.json", &both);
    let work = ["--config", document.as_str(), "--entry", "Work"];
    let calendar = ["--config", document.as_str(), "--entry", "Calendar"];
    let mut worker = bench.another(&work, json!({})).await;
    let mut planner = bench.another(&calendar, json!({})).await;

    assert_eq!(bench.sign_in_as(&work).await.code, Some(0));
    let read = worker.call("outlook_email_search", json!({ "query": "budget" })).await;
    let refused = planner.call("outlook_calendar_search", json!({})).await;
    let foreign = worker.call("outlook_calendar_search", json!({})).await;
    let apart = (status(&bench, &work).await, status(&bench, &calendar).await);
    assert_eq!(bench.sign_in_as(&calendar).await.code, Some(0));
    let planned = planner.call("outlook_calendar_search", json!({})).await;
    assert_eq!(bench.run(&[&["sign-out"], &work[..]].concat()).await.code, Some(0));
    let stays = status(&bench, &calendar).await;

    assert!(!results(&read).is_empty());
    assert_eq!(error(&refused)["code"], "SIGN_IN_REQUIRED");
    assert_eq!(error(&foreign)["code"], "FORBIDDEN", "{foreign}");
    assert_eq!((apart.0.0, apart.1.0), (Some(0), Some(3)));
    assert_eq!((&apart.0.1["entry"], &apart.1.1["entry"]), (&json!("Work"), &json!("Calendar")));
    results(&planned);
    assert_eq!(stays.0, Some(0), "{stays:?}");
}

#[tokio::test]
async fn a_document_with_several_entries_asks_which_and_a_broken_one_harms_no_other() {
    let bench = Bench::without_server().await;
    let broken = bench.entry_named("Broken", json!({ "tenantId": "x" }));
    let (work, home) = (bench.entry_named("Work", json!({})), bench.entry_named("Home", json!({})));
    let several = bench.document("several.json", &json!([work, home]));
    let mixed = bench.document("mixed.json", &json!([broken, work]));

    let undecided = bench.run(&["tools", "--config", &several]).await;
    let loaded = bench.run(&["tools", "--config", &mixed]).await;
    let named = bench.run(&["tools", "--config", &mixed, "--entry", "Broken"]).await;

    assert_eq!(undecided.code, Some(2));
    assert!(undecided.stderr.contains("--entry: `Work`, `Home`"), "{undecided:?}");
    assert_eq!(loaded.code, Some(0), "{loaded:?}");
    for ended in [loaded, named] {
        assert!(ended.stderr.contains("entry `Broken`, `tenantId`"), "{ended:?}");
    }
}

#[tokio::test]
async fn tools_keep_to_the_scopes_of_the_entry_though_the_token_carries_more() {
    let bench = Bench::without_server().await;
    let entry = bench.entry(json!({ "scope": "Mail.Read" }));
    let config = ["--config", entry.as_str()];
    assert_eq!(bench.sign_in_as(&config).await.code, Some(0));
    let mut server = bench.another(&config, json!({})).await;

    let (code, report) = status(&bench, &config).await;
    let told = bench.run(&[&["status"], &config[..]].concat()).await;
    let listed = server.request("tools/list", json!({})).await;
    let chats = server.call("chat_message_search", json!({ "query": "budget" })).await;
    let shared = json!({ "query": "x", "mailboxOwnerEmail": "projects@fjordlight.example" });
    let shared = server.call("outlook_email_search", shared).await;
    let own = server.call("outlook_email_search", json!({ "query": "budget" })).await;

    let asked = bench.sim.entra().log();
    let asked = asked.iter().find_map(|record| record.query_value("scope")).unwrap();
    assert_eq!(
        asked,
        "openid profile offline_access https://graph.microsoft.com/Mail.Read \
         https://graph.microsoft.com/User.Read"
    );
    assert_eq!(code, Some(0));
    let extra = report["extraScopes"].as_array().unwrap();
    assert!(
        extra.contains(&json!("Chat.Read")) && !extra.contains(&json!("Mail.Read")),
        "{extra:?}"
    );
    assert!(told.stdout.contains("not configured"), "{}", told.stdout);
    assert!(!listed.to_string().contains("\"teams_list_chats\""), "{listed}");
    for (refused, scope) in [(chats, "Chat.Read"), (shared, "Mail.Read.Shared")] {
        assert_eq!(error(&refused)["code"], "FORBIDDEN", "{refused}");
        assert!(error(&refused)["message"].as_str().unwrap().contains(scope), "{refused}");
    }
    assert!(!results(&own).is_empty());
}
