//! Arguments that try to get further than their tool: rows R21 to R24.

use serde_json::{Value, json};

use crate::harness::{Bench, Era, Host, error};

/// Expects that each tool call is refused for its arguments, and that nobody was asked about it.
async fn refused(calls: impl IntoIterator<Item = (&'static str, Value)>) {
    let mut bench = Bench::start().await;
    let host = bench.host().await;
    for (tool, arguments) in calls {
        let refused = error(&host.call(Era::Modern, tool, arguments.clone()).await);
        assert_eq!(refused["code"], "VALIDATION_ERROR", "{tool} {arguments}: {refused}");
        assert!(refused.to_string().len() < 1_500, "{tool}: {refused}");
    }
    assert_eq!(bench.sim.graph().requests(), 0);
    bench.finish().await;
}

fn reading(uri: impl Into<String>) -> (&'static str, Value) {
    ("read_resource", json!({ "uri": uri.into() }))
}

/// Addresses of resources that leave their place.
fn climbing() -> Vec<String> {
    let long = format!("mail:///messages/{}", "A".repeat(10_000));
    let wrong = [
        "mail:///messages/..",
        "mail:///messages/../folders/inbox",
        "mail:///messages/%2e%2e",
        "mail:///messages//AAMk",
        "mail:////messages/AAMk",
        "mail:///messages/a\\b",
        "mail://evil/messages/AAMk",
        "file:///b!a/../b",
        "file:///b!a/x%2F..",
        "file:///etc/passwd",
        "ftp:///messages/AAMk",
        "mail:///messages/A?tenant=99999999-8888-4777-8666-555555555555",
        &long,
    ];
    wrong.map(str::to_owned).into()
}

#[tokio::test]
async fn r21_addresses_of_resources_that_leave_their_place_are_refused() {
    refused(climbing().into_iter().map(reading)).await;
}

#[tokio::test]
async fn r21_reading_them_as_resources_is_refused_too() {
    let mut bench = Bench::start().await;
    let host = bench.host().await;

    for uri in climbing() {
        let answer = host.post(Era::Handshake, "resources/read", json!({ "uri": uri })).await;
        let shown: String = uri.chars().take(60).collect();
        assert!(answer.json()["error"]["code"].is_i64(), "{shown}: {answer:?}");
        // The protocol has the address in the error.
        assert!(answer.text.len() < uri.len() + 1_500, "{shown}: {answer:?}");
    }

    assert_eq!(bench.sim.graph().requests(), 0);
    assert_eq!(bench.audited("tool.call", climbing().len()).await.len(), climbing().len());
    bench.check_secrets().await;
}

#[tokio::test]
async fn r22_ids_of_another_shape_are_refused() {
    let too_long = "A".repeat(1025);
    let ids = [
        "A%0d%0aX-Injected:%201",
        "A%3F$expand=x",
        "A?$expand=attachments",
        "A%23b",
        "A#b",
        "A'b",
        "A%00",
        "A%E2%80%AE",
        &too_long,
    ];
    let kinds = ["mail:///messages/", "calendar:///events/", "mail:///messages/AAMk/attachments/"];

    refused(ids.iter().flat_map(|id| kinds.map(|kind| reading(format!("{kind}{id}"))))).await;
}

#[tokio::test]
async fn r24_an_address_in_place_of_an_id_is_refused_and_never_fetched() {
    let mut bench = Bench::start().await;
    let host = bench.host().await;
    let foreign = bench.sim.foreign_endpoint().to_owned();

    for address in [
        format!("{foreign}/latest/meta-data"),
        "https://evil.example/owa/?ItemID=AAMk".to_owned(),
        "http://169.254.169.254/metadata/identity/oauth2/token".to_owned(),
        "https://graph.microsoft.com@evil.example/x".to_owned(),
        "https://fjordlight.sharepoint.com.evil.example/sites/Finance".to_owned(),
    ] {
        let encoded = address.replace('/', "%2F");
        let calls = [
            reading(address.clone()),
            reading(format!("mail:///messages/{address}")),
            reading(format!("mail:///messages/{encoded}")),
            reading(format!("drive:///sites/{encoded}")),
            ("outlook_email_search", json!({ "mailboxOwnerEmail": address })),
            ("outlook_calendar_search", json!({ "calendarOwnerEmail": address })),
            ("sharepoint_folder_search", json!({ "name": "a", "parent": address })),
        ];
        for (tool, arguments) in calls {
            let refused = error(&host.call(Era::Modern, tool, arguments.clone()).await);
            assert_eq!(refused["code"], "VALIDATION_ERROR", "{tool} {arguments}: {refused}");
        }
    }

    // Somebody's own time zone may have been asked for.
    for record in bench.sim.graph().log() {
        let asked =
            format!("{} {} {}", record.path, record.query, String::from_utf8_lossy(record.body()));
        assert!(!["evil", "169.254", "meta-data"].iter().any(|it| asked.contains(it)), "{asked}");
    }
    bench.finish().await;
}

/// Words that would be more than words if they were not quoted.
const TRICKS: [&str; 7] = [
    "a OR from:adele",
    "\") OR from:adele OR (\"",
    "a) OR (b",
    "\") OR path:\"https://fjordlight.sharepoint.com",
    "' or 1 eq 1",
    "&$select=body&$top=999",
    "\"unbalanced",
];

async fn hits(host: &Host, tool: &str, arguments: &Value) -> Vec<Value> {
    let found = host.call(Era::Modern, tool, arguments.clone()).await;
    found["structuredContent"]["results"].as_array().cloned().unwrap_or_default()
}

#[tokio::test]
async fn r23_what_a_caller_writes_does_not_widen_what_is_added_to_it() {
    let mut bench = Bench::start().await;
    let host = bench.host().await;

    for query in TRICKS {
        // Nobody of this name has ever written, so that each hit is one too many.
        let mail = json!({ "query": query, "sender": "nobody@nowhere.example" });
        assert_eq!(hits(&host, "outlook_email_search", &mail).await, [json!(null); 0], "{query}");
        let mail = json!({ "sender": query, "subject": "no subject is like this" });
        assert_eq!(hits(&host, "outlook_email_search", &mail).await, [json!(null); 0], "{query}");
        let files = json!({ "query": query, "site": "Finance", "limit": 50 });
        for hit in hits(&host, "sharepoint_search", &files).await {
            assert_eq!(hit["site"], "Finance", "{query}: {hit}");
        }
    }

    for record in bench.sim.graph().log() {
        let count = |name: &str| record.query.split('&').filter(|it| it.starts_with(name)).count();
        assert!(count("$top=") <= 1 && count("$select=") <= 1, "{record:?}");
    }
    bench.finish().await;
}
