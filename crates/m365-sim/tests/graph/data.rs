//! The invented company's data.

use jiff::Timestamp;
use m365_sim::Sim;

use super::asking::{Asking, MIRA, texts};

#[tokio::test]
async fn the_main_mailbox_has_as_many_messages_as_asked_for() {
    let tenant = Sim::builder().messages(1234).start().await.unwrap();
    let graph = Asking::on(tenant, MIRA, &["Mail.Read"]);

    let page = graph.json("/me/messages?$top=1000&$count=true&$select=subject").await;

    assert_eq!(page["@odata.count"], 1234);
    let ids = graph.all_ids("/me/messages?$top=1000&$select=id").await;
    assert_eq!(ids.len(), 1234);
}

#[tokio::test]
async fn two_demo_tenants_are_alike() {
    let now = "2026-03-17T09:30:12Z".parse().unwrap();
    let path = "/me/messages?$top=100&$select=id,subject,receivedDateTime";
    let mut seen = Vec::new();

    for _ in 0..2 {
        let tenant = Sim::builder().now(now).start().await.unwrap();
        let graph = Asking::on(tenant, MIRA, &["Mail.Read"]);
        seen.push(graph.json(path).await["value"].clone());
    }

    assert_eq!(seen[0], seen[1]);
}

#[tokio::test]
async fn no_mail_is_from_the_future() {
    let graph = Asking::mail().await;
    let now = graph.tenant.clock().now().to_string();

    let page = graph.json("/me/messages?$select=receivedDateTime&$top=1000").await;

    let newest = texts(&page["value"], "receivedDateTime").into_iter().max().unwrap();
    assert!(newest <= now, "{newest}");
}

#[tokio::test]
async fn every_mailbox_carries_the_canary_of_its_owner() {
    let tenant = Sim::start().await;
    let canaries = tenant.canaries();
    let people: Vec<_> = tenant.users().iter().map(|user| user.upn.clone()).collect();
    let mut graph = Asking::on(tenant, MIRA, &["Mail.Read"]);

    for upn in people.iter().take(3) {
        graph = Asking::on(graph.tenant, upn, &["Mail.Read"]);
        let path = graph.message("\"Recovery phrase\" subject:welcome").await;
        let body = graph.json(&path).await["body"]["content"].to_string();

        let found = canaries.iter().filter(|canary| body.contains(canary.as_str())).count();
        assert_eq!(found, 1, "{upn}");
    }
}

#[tokio::test]
async fn hostile_characters_are_served_as_they_are() {
    let graph = Asking::mail().await;
    let path = graph.message("\"Harmless on the surface\"").await;

    let message = graph.json(&path).await;

    let body = message["body"]["content"].as_str().unwrap();
    assert!(body.contains('\u{200b}') && body.contains('\u{202e}') && body.contains('\u{e0041}'));
    assert!(message["subject"].as_str().unwrap().contains('\u{e0049}'));
}

#[tokio::test]
async fn at_any_hour_answers_come_after_what_they_answer_and_no_mail_is_from_the_future() {
    let scopes = ["Mail.Read", "Mail.Read.Shared", "User.Read"];
    let visit = "/users/projects@fjordlight.example/messages?$search=%22Aqaba%22&$select=subject";
    for hour in 0..24 {
        let now: Timestamp = format!("2026-11-22T{hour:02}:10:00Z").parse().unwrap();
        let tenant = Sim::builder().now(now).start().await.unwrap();
        let graph = Asking::on(tenant, MIRA, &scopes);

        let subjects = texts(&graph.json(visit).await["value"], "subject");
        let filter = format!("/me/messages?$filter=receivedDateTime%20gt%20{now}&$select=subject");
        let ahead = texts(&graph.json(&filter).await["value"], "subject");

        assert_eq!(subjects, ["RE: Site visit in Aqaba", "Site visit in Aqaba"], "{now}");
        assert_eq!(ahead, Vec::<String>::new(), "{now}");
    }
}
