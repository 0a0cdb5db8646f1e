//! Several tenants behind one server: guests, consent, policies.

use m365_sim::Sim;
use serde_json::{Value, json};

use crate::harness::{Bench, Era, Host, USER, error, results};

const NORTHWIND: &str = "99999999-8888-4777-8666-555555555555";
const TIDEWATER: &str = "77777777-2222-4333-8444-555555555555";
/// At home in Northwind, and a guest in the main tenant.
const SAM: &str = "sam.rivers@northwind.example";

/// A server for the main tenant and another one; `more` are further lines of the latter's entry.
async fn bench_with(tenant: &str, more: &str) -> Bench {
    Bench::start_with(|setup| setup.clone().allowing(tenant, &[setup.client()], more)).await
}

async fn search(host: &Host) -> Value {
    host.call(Era::Modern, "outlook_email_search", json!({ "limit": 25 })).await
}

/// Returns the text that is in the data of one user alone.
fn canary(sim: &Sim, upn: &str) -> String {
    let mut users = sim.tenants().flat_map(|tenant| tenant.users());
    users.find(|user| user.upn == upn && user.tenant == user.home_tenant).unwrap().canary()
}

/// Reads the message that holds the secret of its mailbox's owner.
async fn secret(host: &Host) -> String {
    let welcome = json!({ "subject": "Welcome", "folderName": "Archive" });
    let found = host.call(Era::Modern, "outlook_email_search", welcome).await;
    let uri = results(&found)[0]["uri"].clone();
    host.call(Era::Modern, "read_resource", json!({ "uri": uri })).await.to_string()
}

#[tokio::test]
async fn r12_a_guest_is_exchanged_where_he_is_one_and_has_no_mail_there() {
    let mut bench = bench_with(NORTHWIND, "").await;
    let tenant = bench.sim.tenant_id().to_owned();
    let token = |tenant: &str| bench.sim.caller_token(SAM).tenant(tenant).issue();
    let abroad = bench.stranger(Some(&token(&tenant)));
    let at_home = bench.stranger(Some(&token(NORTHWIND)));

    let (there, here) = (search(&abroad).await, search(&at_home).await);

    assert_eq!(there["isError"], true, "{there}");
    assert!(!results(&here).is_empty());
    assert!(secret(&at_home).await.contains(&canary(&bench.sim, SAM)));
    let log = bench.sim.entra().log();
    let exchanges =
        log.iter().filter_map(|record| Some((record.on_behalf_of()?.0, record.tenant())));
    let exchanges: Vec<_> = exchanges.map(|(of, at)| (of, at.to_owned())).collect();
    let at_own = [tenant, NORTHWIND.to_owned()].map(|tenant| (tenant.clone(), tenant));
    assert_eq!(exchanges, at_own);
    let calls = bench.audited("tool.call", 4).await;
    assert_ne!(calls[0]["user_oid"], calls[1]["user_oid"]);
    bench.finish().await;
}

#[tokio::test]
async fn i6_users_of_two_tenants_see_what_is_theirs() {
    let mut bench = bench_with(NORTHWIND, "").await;
    let [dana, sam] = ["dana.whitfield@northwind.example", SAM];
    let [first, second, third] =
        [bench.host().await, bench.host_of(dana).await, bench.host_of(sam).await];

    let (one, two, three) =
        tokio::join!(async { search(&first).await.to_string() }, secret(&second), secret(&third));

    assert!(two.contains(&canary(&bench.sim, dana)) && three.contains(&canary(&bench.sim, sam)));
    for (upn, seen) in [(USER, [&two, &three]), (dana, [&one, &three]), (sam, [&one, &two])] {
        let canary = canary(&bench.sim, upn);
        assert!(seen.iter().all(|seen| !seen.contains(&canary)), "I6: of {upn}");
    }
    bench.finish().await;
}

#[tokio::test]
async fn e03_a_tenant_that_has_never_heard_of_the_connector_is_told_where_to_consent() {
    let mut bench = bench_with(TIDEWATER, "").await;
    let stranger = bench.sim.caller_token("mei.tan@tidewater.example").issue();

    let refused = error(&search(&bench.stranger(Some(&stranger))).await);

    assert_eq!(refused["code"], "CONSENT_REQUIRED", "{refused}");
    let message = refused["message"].as_str().unwrap();
    assert!(
        message.contains(TIDEWATER) && message.contains("/adminconsent?client_id="),
        "{message}"
    );
    bench.finish().await;
}

#[tokio::test]
async fn each_tenant_has_its_own_policy() {
    let policy = "tool_policy = { \"outlook_*\" = \"blocked\", \"sharepoint_search\" = \"ask\" }";
    let mut bench = bench_with(NORTHWIND, policy).await;
    let (free, bound) = (bench.host().await, bench.host_of(SAM).await);

    let listed = async |host: &Host| {
        let listed = host.post(Era::Modern, "tools/list", json!({})).await;
        let tools = listed.json()["result"]["tools"].as_array().unwrap().clone();
        tools.iter().map(|tool| tool["name"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    let (all, fewer) = (listed(&free).await, listed(&bound).await);

    let outlook = |name: &&String| name.starts_with("outlook_");
    assert!(all.iter().any(|name| outlook(&name)), "{all:?}");
    assert_eq!(fewer, all.iter().filter(|name| !outlook(name)).cloned().collect::<Vec<_>>());
    assert!(!results(&search(&free).await).is_empty());
    let refused = error(&search(&bound).await);
    assert_eq!(refused["code"], "FORBIDDEN", "{refused}");
    let asked = bound.call(Era::Handshake, "sharepoint_search", json!({ "query": "audit" })).await;
    assert_eq!(error(&asked)["code"], "FORBIDDEN", "a host that cannot be asked: {asked}");
    let calls = bench.audited("tool.call", 3).await;
    assert_eq!(calls[1]["policy"], json!(["blocked"]), "{calls:?}");
    assert_eq!(bench.sim.exchanges(SAM), 0);
    bench.finish().await;
}

#[tokio::test]
async fn a_policy_of_ask_is_left_to_hosts_where_the_operator_wants_that() {
    let mut bench = Bench::without_server().await;
    let ask = "tool_policy = { \"*\" = \"ask\" }";
    let setup = bench.setup().allowing_nobody();
    let setup = setup.allowing(bench.sim.tenant_id(), &[bench.sim.host_client_id()], ask);
    bench.serve_as(&setup.clone().with("tool_policy_by_host", "true")).await;
    let host = bench.host().await;
    let call = || host.call(Era::Handshake, "outlook_email_search", json!({ "limit": 25 }));

    assert!(!results(&call().await).is_empty());
    bench.write(&setup);
    bench.server().logged("the configuration was read again").await;
    assert_eq!(error(&call().await)["code"], "FORBIDDEN");
    bench.finish().await;
}

#[tokio::test]
async fn a_resource_that_a_policy_blocks_is_refused_and_recorded_as_its_tool_is() {
    let policy = "tool_policy = { \"read_resource\" = \"blocked\" }";
    let mut bench = bench_with(NORTHWIND, policy).await;
    let host = bench.host_of(SAM).await;
    let uri = "mail:///folders/inbox";

    for era in Era::BOTH {
        let refused = host.post(era, "resources/read", json!({ "uri": uri })).await.json();
        let refused = &refused["error"];
        assert_eq!(refused["data"]["code"], "FORBIDDEN", "{refused}");
        assert!(refused["message"].as_str().unwrap().contains("toolPolicy"), "{refused}");
    }
    error(&host.call(Era::Modern, "read_resource", json!({ "uri": uri })).await);

    for event in bench.audited("tool.call", 3).await {
        let refused = (&event["tool"], &event["reason"], &event["policy"]);
        assert_eq!(refused, (&json!("read_resource"), &json!("forbidden"), &json!(["blocked"])));
    }
    assert_eq!(bench.sim.exchanges(SAM), 0);
    bench.finish().await;
}
