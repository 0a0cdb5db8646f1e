//! Search of one's own mailbox, and schedules.

use jiff::civil::date;
use m365_graph::{Address, ErrorKind, MessageSearch, ScheduleRequest};
use serde_json::{Value, json};
use wiremock::ResponseTemplate;

use crate::support::{Service, refusal};

fn json(body: Value) -> ResponseTemplate {
    ResponseTemplate::new(200).set_body_json(body)
}

fn hits(container: Value) -> ResponseTemplate {
    json(json!({"value": [{"searchTerms": ["keel"], "hitsContainers": [container]}]}))
}

async fn body(graph: &Service) -> Value {
    serde_json::from_slice(&graph.requests().await[0].body).unwrap()
}

#[tokio::test]
async fn a_hit_has_an_id_that_can_be_read_and_a_plain_summary() {
    let graph = Service::answering([hits(json!({"hits": [{
        "hitId": "AAMkA/x+9b0YGn=", "rank": 1, "summary": "…the <c0>keel</c0> &amp; hull<ddd/>",
        "resource": {"@odata.type": "#microsoft.graph.message", "subject": "Keel inspection",
                     "receivedDateTime": "2026-03-12T07:41:04Z"}
    }], "total": 1, "moreResultsAvailable": true}))])
    .await;

    let found = graph.client().search_messages(&MessageSearch::new("keel")).await.unwrap();

    let hit = &found.hits[0];
    assert!(found.more);
    assert_eq!(hit.id.as_str(), "AAMkA-x_9b0YGn=");
    assert_eq!(hit.summary, "…the keel & hull…");
    assert_eq!(hit.message.subject.as_deref(), Some("Keel inspection"));
}

#[tokio::test]
async fn a_search_asks_for_messages_alone() {
    let graph =
        Service::answering([hits(json!({"total": 0, "moreResultsAvailable": false}))]).await;
    let search = MessageSearch::new("torque from:\"Ife\"").skip(25).size(80).top_results();

    graph.client().search_messages(&search).await.unwrap();

    assert_eq!(
        body(&graph).await,
        json!({"requests": [{
            "entityTypes": ["message"],
            "query": {"queryString": "torque from:\"Ife\""},
            "from": 25,
            "size": 25,
            "enableTopResults": true
        }]})
    );
    assert_eq!(graph.requests().await[0].headers["content-type"], "application/json");
}

#[tokio::test]
async fn a_search_without_hits_finds_nothing() {
    for answer in [
        hits(json!({"total": 0, "moreResultsAvailable": false})),
        hits(json!({"hits": null})),
        json(json!({"value": [{"searchTerms": []}]})),
        json(json!({"value": []})),
        json(json!({"value": null})),
        hits(json!({"hits": [], "moreResultsAvailable": null})),
    ] {
        let graph = Service::answering([answer]).await;

        let found = graph.client().search_messages(&MessageSearch::new("zzqqxx")).await.unwrap();

        assert!(found.hits.is_empty() && !found.more);
    }
}

#[tokio::test]
async fn an_answer_with_an_error_inside_is_a_protocol_error() {
    let graph = Service::answering([json(json!({"error": {"code": "BadRequest"}}))]).await;

    let error = graph.client().search_messages(&MessageSearch::new("x")).await.unwrap_err();

    assert_eq!(error.kind(), ErrorKind::Protocol);
}

fn schedule() -> ScheduleRequest {
    let own = Address::new("maren@brightquay.example").unwrap();
    let day = date(2026, 3, 19);
    ScheduleRequest::new([own], day.at(8, 0, 0, 0), day.at(12, 0, 0, 0), "W. Europe Standard Time")
}

fn custom_zone() -> Value {
    let change = |month: u8, time: &str| json!({"time": time, "dayOccurrence": 5, "dayOfWeek": "sunday", "month": month, "year": 0});
    json!({
        "@odata.type": "#microsoft.graph.customTimeZone",
        "bias": -60,
        "name": "Customized Time Zone",
        "standardOffset": change(10, "03:00:00.0000000"),
        "daylightOffset": change(3, "02:00:00.0000000")
    })
}

#[tokio::test]
async fn a_schedule_tells_the_owners_zone() {
    let zone = "W. Europe Standard Time";
    let graph = Service::answering([json(json!({"value": [
        {
            "scheduleId": "maren@brightquay.example",
            "availabilityView": "0200",
            "scheduleItems": [{
                "status": "busy",
                "start": {"dateTime": "2026-03-19T09:00:00.0000000", "timeZone": zone}
            }],
            "workingHours": {
                "daysOfWeek": ["monday"],
                "startTime": "08:00:00.0000000",
                "timeZone": {"name": zone}
            }
        },
        {"scheduleId": "tobias@brightquay.example", "workingHours": {"timeZone": custom_zone()}},
        {
            "scheduleId": "nobody@brightquay.example",
            "scheduleItems": null,
            "error": {"message": "No mailbox", "responseCode": 5016}
        }
    ]}))])
    .await;

    let schedules = graph.client().schedule(&schedule()).await.unwrap();

    let zone = |at: usize| schedules[at].working_hours.as_ref().unwrap().time_zone.clone().unwrap();
    assert_eq!(zone(0).name, "W. Europe Standard Time");
    assert_eq!((zone(1).bias, zone(1).daylight_offset.unwrap().month), (Some(-60), Some(3)));
    assert_eq!(schedules[2].error.as_ref().unwrap().response_code.as_deref(), Some("5016"));
}

#[tokio::test]
async fn a_schedule_is_asked_for_in_the_zone_of_its_times() {
    let graph = Service::answering([json(json!({"value": []}))]).await;

    graph.client().schedule(&schedule().interval(60)).await.unwrap();

    let sent = body(&graph).await;
    let prefer = graph.requests().await[0].headers["prefer"].to_str().unwrap().to_owned();
    assert_eq!(
        sent["startTime"],
        json!({"dateTime": "2026-03-19T08:00:00", "timeZone": "W. Europe Standard Time"})
    );
    assert_eq!(
        (&sent["schedules"], &sent["availabilityViewInterval"]),
        (&json!(["maren@brightquay.example"]), &json!(60))
    );
    assert_eq!(prefer, "outlook.timezone=\"W. Europe Standard Time\"");
}

#[tokio::test]
async fn too_long_a_schedule_is_refused_by_name() {
    let graph = Service::answering([refusal(400, "ErrorTimeIntervalTooBig")]).await;

    let error = graph.client().schedule(&schedule()).await.unwrap_err();

    assert_eq!(
        (error.kind(), error.code()),
        (ErrorKind::BadRequest, Some("ErrorTimeIntervalTooBig"))
    );
}
