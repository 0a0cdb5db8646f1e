//! The connector in each cloud: where it signs in, what it asks for, and what its links look like.

use m365_sim::{Fault, Sim, SimCloud};
use serde_json::json;

use crate::harness::{Bench, Ended, error, results};

/// A cloud's name, its Graph root, and what the names of its SharePoint end in.
const CLOUDS: [(&str, SimCloud, &str, &str); 3] = [
    ("global", SimCloud::Global, "https://graph.microsoft.com", "sharepoint.com"),
    ("us-gov-high", SimCloud::UsGovHigh, "https://graph.microsoft.us", "sharepoint.us"),
    ("us-gov-dod", SimCloud::UsGovDod, "https://dod-graph.microsoft.us", "sharepoint-mil.us"),
];

/// A meeting of the government cloud, as its invitations link it.
const BUDGET_REVIEW: &str = "https://gov.teams.microsoft.us/l/meetup-join/19%3ameeting_QnVkZ2V0UmV2aWV3RlkyNw%40thread.v2/0?context=%7b%22Tid%22%3a%2211111111-2222-4333-8444-555555555555%22%2c%22Oid%22%3a%226f1f0c1e-0000-4000-8000-000000000a02%22%7d";

async fn in_cloud(cloud: SimCloud) -> Bench {
    Bench::of(Sim::builder().cloud(cloud)).await
}

/// Runs `sign-in` without a browser that could open anything.
async fn refused(bench: &Bench, cloud: &str) -> Ended {
    bench.sign_in_as(&["--azure-cloud", cloud]).await
}

#[tokio::test]
async fn each_cloud_signs_in_searches_and_reads_by_its_own_names() {
    for (name, cloud, root, sharepoint) in CLOUDS {
        let bench = in_cloud(cloud).await;
        let entry = bench.entry(json!({ "azureCloud": name, "scope": "Mail.Read Files.Read.All" }));

        let signed_in = bench.sign_in_as(&["--config", &entry]).await;
        assert_eq!(signed_in.code, Some(0), "{name}: {signed_in:?}");
        let mut server = bench.another(&["--config", &entry], json!({})).await;
        let mail = server.call("outlook_email_search", json!({ "query": "budget" })).await;
        let files = server.call("sharepoint_search", json!({ "query": "budget" })).await;
        let file = &results(&files)[0];
        let link = file["webUrl"].as_str().or(file["uri"].as_str()).unwrap();
        let read = server.call("read_resource", json!({ "uri": link })).await;

        let log = bench.sim.entra().log();
        let asked: Vec<_> = log
            .iter()
            .filter_map(|record| record.query_value("scope").or(record.form_value("scope")))
            .collect();
        let scopes = format!(
            "openid profile offline_access {root}/Files.Read.All {root}/Mail.Read {root}/User.Read"
        );
        assert!(
            asked.len() >= 2 && asked.iter().all(|scope| *scope == scopes),
            "{name}: {asked:?}"
        );
        assert!(!results(&mail).is_empty(), "{name}");
        assert!(link.contains(&format!(".{sharepoint}/")), "{name}: {link}");
        assert!(!results(&read).is_empty(), "{name}");
    }
}

#[tokio::test]
async fn a_link_of_another_cloud_is_refused_with_the_hosts_of_ones_own() {
    let bench = in_cloud(SimCloud::UsGovHigh).await;
    let cloud = ["--azure-cloud", "us-gov-high"];
    assert_eq!(bench.sign_in_as(&cloud).await.code, Some(0));
    let mut server = bench.another(&cloud, json!({})).await;
    bench.sim.graph().clear_log();

    for link in [
        "https://fjordlight.sharepoint.com/sites/Finance/Shared%20Documents/x.docx",
        "https://teams.microsoft.com/l/chat/19:ab@unq.gbl.spaces/0",
        "https://outlook.office365.com/mail/inbox/id/AAQkA%3D",
    ] {
        let refused = error(&server.call("read_resource", json!({ "uri": link })).await);

        assert_eq!(refused["code"], "VALIDATION_ERROR", "{refused}");
        let message = refused["message"].as_str().unwrap();
        assert!(message.contains("sharepoint.us"), "{message}");
    }
    assert_eq!(bench.sim.graph().requests(), 0);
}

#[tokio::test]
async fn a_tenant_of_another_cloud_is_told_before_a_browser_opens() {
    for (configured, actual, right) in [
        ("global", SimCloud::UsGovHigh, "us-gov-high or us-gov-dod"),
        ("us-gov-dod", SimCloud::Global, "global"),
    ] {
        let bench = in_cloud(actual).await;

        let ended = refused(&bench, configured).await;

        assert_eq!(ended.code, Some(2), "{ended:?}");
        let advice = format!("set azureCloud to {right}");
        assert!(ended.stderr.contains(&advice), "{ended:?}");
        assert!(!ended.stderr.contains("/authorize?"), "{ended:?}");
    }
}

#[tokio::test]
async fn the_government_clouds_are_not_taken_for_one_another() {
    let bench = in_cloud(SimCloud::UsGovHigh).await;

    let ended = refused(&bench, "us-gov-dod").await;

    assert_eq!(ended.code, Some(2), "{ended:?}");
    assert!(ended.stderr.contains("AADSTS500011"), "{ended:?}");
    assert!(ended.stderr.contains("azureCloud"), "{ended:?}");
}

#[tokio::test]
async fn what_entra_says_of_a_tenant_elsewhere_leads_to_the_setting() {
    for code in [90_002, 90_038, 900_382] {
        let bench = in_cloud(SimCloud::Global).await;
        bench.sim.entra().next_on("/", Fault::entra_error(code));

        let ended = refused(&bench, "global").await;

        assert_eq!(ended.code, Some(2), "{ended:?}");
        assert!(ended.stderr.contains(&format!("AADSTS{code}")), "{ended:?}");
        assert!(ended.stderr.contains("azureCloud"), "{ended:?}");
        assert!(ended.stderr.contains(bench.sim.tenant_id()), "{ended:?}");
    }
}

#[tokio::test]
async fn what_a_cloud_lacks_is_told_and_the_rest_is_read() {
    let tenant = Sim::builder().cloud(SimCloud::UsGovHigh).transcripts(true).consent_to_all();
    let bench = Bench::of(tenant).await;
    let entry = bench.entry(json!({ "azureCloud": "us-gov-high", "scopes": [
        "Calendars.Read", "OnlineMeetings.Read", "OnlineMeetingTranscript.Read.All",
        "OnlineMeetingAiInsight.Read"
    ] }));
    assert_eq!(bench.sign_in_as(&["--config", &entry]).await.code, Some(0));
    let mut server = bench.another(&["--config", &entry], json!({})).await;

    let uri = format!("meeting-transcript:///events/{BUDGET_REVIEW}");
    let read = server.call("read_resource", json!({ "uri": uri })).await;

    assert_eq!(results(&read)[0]["type"], "transcript", "{read}");
    let notices = read["structuredContent"]["notices"].to_string();
    assert!(notices.contains("not offered in this cloud"), "{notices}");
}
