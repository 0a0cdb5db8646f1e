//! Single events: ids, properties, filters, attachments.

use m365_sim::{Sim, SimCloud};
use serde_json::Value;

use super::{
    asking::{Asking, MIRA, bad, texts},
    calendar::{calendar, on_tuesday, rows},
};

async fn first(graph: &Asking, filter: &str) -> Value {
    rows(&graph.json(&format!("/me/events?$filter={filter}")).await).remove(0)
}

async fn named(graph: &Asking, subject: &str) -> Value {
    first(graph, &format!("subject%20eq%20'{subject}'")).await
}

fn path(event: &Value) -> String {
    format!("/me/events/{}", event["id"].as_str().unwrap())
}

const AROUND: &str = "startDateTime=2026-02-01&endDateTime=2026-04-10";

#[tokio::test]
async fn a_series_says_how_it_repeats() {
    let graph = calendar().await;

    let master = named(&graph, "Budget%20review").await;

    let recurrence = &master["recurrence"];
    assert_eq!(master["type"], "seriesMaster");
    assert_eq!(recurrence["pattern"]["type"], "weekly");
    assert_eq!(recurrence["pattern"]["daysOfWeek"], serde_json::json!(["tuesday"]));
    assert_eq!(recurrence["range"]["startDate"], "2025-12-16");
    assert_eq!(recurrence["range"]["endDate"], "2026-07-14");
    assert_eq!(recurrence["range"]["recurrenceTimeZone"], "W. Europe Standard Time");
    assert_eq!(master["start"]["dateTime"], "2025-12-16T14:00:00.0000000");
    assert!(master["seriesMasterId"].is_null());
    let answers: Vec<_> = rows(&serde_json::json!({"value": master["attendees"]}))
        .iter()
        .map(|own| own["status"]["response"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(answers, ["accepted", "tentativelyAccepted", "accepted", "accepted"]);
}

#[tokio::test]
async fn an_event_has_the_members_of_the_documented_one() {
    let graph = calendar().await;
    let path = path(&named(&graph, "Budget%20review").await);

    let event = graph.json(&path).await;

    let mut members: Vec<_> = event.as_object().unwrap().keys().map(String::as_str).collect();
    members.sort_unstable();
    let documented = "@odata.context @odata.etag allowNewTimeProposals attendees body bodyPreview \
        categories changeKey createdDateTime end hasAttachments hideAttendees iCalUId id \
        importance isAllDay isCancelled isDraft isOnlineMeeting isOrganizer isReminderOn \
        lastModifiedDateTime location locations onlineMeeting onlineMeetingProvider \
        onlineMeetingUrl organizer originalEndTimeZone originalStartTimeZone recurrence \
        reminderMinutesBeforeStart responseRequested responseStatus sensitivity \
        seriesMasterId showAs start subject transactionId type uid webLink";
    assert_eq!(members.join(" "), documented);
}

#[tokio::test]
async fn the_kinds_of_patterns_are_named_as_graph_names_them() {
    let graph = calendar().await;

    for (subject, kind, member, value) in [
        ("Walk", "daily", "interval", serde_json::json!(3)),
        ("Apollo%20supplier%20round", "weekly", "interval", serde_json::json!(2)),
        ("Monthly%20closing", "absoluteMonthly", "dayOfMonth", serde_json::json!(31)),
        ("Safety%20walk", "relativeMonthly", "index", serde_json::json!("last")),
        ("Programme%20anniversary%20review", "absoluteYearly", "month", serde_json::json!(3)),
        ("Evacuation%20drill", "relativeYearly", "index", serde_json::json!("first")),
    ] {
        let pattern = named(&graph, subject).await["recurrence"]["pattern"].clone();
        assert_eq!(pattern["type"], kind, "{subject}");
        assert_eq!(pattern[member], value, "{subject}");
    }
}

#[tokio::test]
async fn instances_of_a_series_have_ids_of_their_own() {
    let graph = calendar().await;
    let master = named(&graph, "Budget%20review").await;

    let page = graph.json(&format!("{}/instances?{AROUND}", path(&master))).await;
    let instances = rows(&page);
    let again = graph.json(&path(&instances[0])).await;

    let mut ids = texts(&page["value"], "id");
    assert_eq!(ids.len(), 9);
    assert!(ids.iter().all(|id| id.len() == 152 && !id.contains(['/', '+'])), "{ids:?}");
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), 9);
    assert!(instances.iter().all(|own| own["seriesMasterId"] == master["id"]));
    assert_eq!(again["start"], instances[0]["start"]);
    assert_eq!(again["uid"], master["uid"]);
    assert_ne!(again["iCalUId"], master["iCalUId"]);
}

#[tokio::test]
async fn only_a_series_has_instances_and_they_need_a_window() {
    let graph = calendar().await;
    let master = named(&graph, "Budget%20review").await;
    let single = named(&graph, "Contract%20wording").await;

    let of_single = graph.error(&format!("{}/instances?{AROUND}", path(&single))).await;
    let without = graph.error(&format!("{}/instances", path(&master))).await;

    assert_eq!(of_single, bad("ErrorInvalidRequest"));
    assert_eq!(without, bad("ErrorInvalidRequest"));
}

#[tokio::test]
async fn what_was_taken_out_of_a_series_is_told_on_request() {
    let graph = calendar().await;
    let path = path(&named(&graph, "Budget%20review").await);

    let usual = graph.json(&path).await;
    let selected = graph.json(&format!("{path}?$select=cancelledOccurrences")).await;
    let expanded = graph.json(&format!("{path}?$expand=exceptionOccurrences")).await;

    assert!(usual["cancelledOccurrences"].is_null());
    let gone = selected["cancelledOccurrences"][0].as_str().unwrap();
    assert!(gone.starts_with("OID.AAMk") && gone.ends_with(".2026-02-03"), "{gone}");
    let moved = &expanded["exceptionOccurrences"][0];
    assert_eq!(moved["type"], "exception");
    assert_eq!(moved["originalStart"], Value::Null);
    assert_eq!(moved["start"]["dateTime"], "2026-03-17T15:00:00.0000000");
}

#[tokio::test]
async fn s58_government_clouds_do_not_tell_what_was_taken_out() {
    let tenant = Sim::builder().cloud(SimCloud::UsGovHigh).start().await.unwrap();
    let graph = Asking::on(tenant, MIRA, &["Calendars.Read"]);
    let path = path(&named(&graph, "Budget%20review").await);

    let selected = graph.error(&format!("{path}?$select=cancelledOccurrences")).await;
    let expanded = graph.error(&format!("{path}?$expand=exceptionOccurrences")).await;

    assert_eq!(selected, bad("RequestBroker--ParseUri"));
    assert_eq!(expanded, bad("RequestBroker--ParseUri"));
}

#[tokio::test]
async fn s28_a_join_address_comes_with_is_online_meeting_only() {
    let graph = calendar().await;
    let path = path(&named(&graph, "Budget%20review").await);

    let alone = graph.json(&format!("{path}?$select=onlineMeeting")).await;
    let both = graph.json(&format!("{path}?$select=onlineMeeting,isOnlineMeeting")).await;

    assert!(alone["onlineMeeting"]["joinUrl"].is_null());
    let url = both["onlineMeeting"]["joinUrl"].as_str().unwrap();
    assert!(url.contains("meetup-join/19%3ameeting_QnVkZ2V0UmV2aWV3RlkyNw%40thread.v2"), "{url}");
}

#[tokio::test]
async fn s28_a_lenient_tenant_gives_the_join_address_alone() {
    let tenant = Sim::builder().lenient_join_urls().start().await.unwrap();
    let graph = Asking::on(tenant, MIRA, &["Calendars.Read"]);
    let path = path(&named(&graph, "Budget%20review").await);

    let alone = graph.json(&format!("{path}?$select=onlineMeeting")).await;

    assert!(alone["onlineMeeting"]["joinUrl"].is_string());
}

#[tokio::test]
async fn events_are_filtered_by_what_the_store_knows() {
    let graph = calendar().await;

    for (filter, expected) in [
        ("startswith(subject,'Apollo')%20and%20type%20eq%20'seriesMaster'", 2),
        ("isCancelled%20eq%20true", 2),
        ("contains(subject,'flight')", 0),
        ("isAllDay%20eq%20true%20and%20showAs%20eq%20'elsewhere'", 0),
        ("isAllDay%20eq%20true%20and%20showAs%20eq%20'workingElsewhere'", 2),
        ("start/dateTime%20ge%20'2026-03-17T10:00'%20and%20start/dateTime%20lt%20'2026-03-18'", 0),
        ("start/dateTime%20ge%20'2026-09-01'", 3),
        ("organizer/emailAddress/address%20eq%20'adele.vance@fjordlight.example'", 2),
    ] {
        let page = graph.json(&format!("/me/events?$top=1000&$filter={filter}")).await;
        let subjects = texts(&page["value"], "subject");
        assert_eq!(subjects.len(), expected, "{filter} {subjects:?}");
    }
}

#[tokio::test]
async fn what_events_cannot_be_asked_for_is_refused() {
    let graph = calendar().await;

    let any = "attendees/any(a:a/emailAddress/address%20eq%20'x')";
    for (query, expected) in [
        ("$search=%22budget%22", bad("ErrorInvalidRequest")),
        (&format!("$filter={any}"), bad("UnsupportedEntityExpression")),
        ("$filter=contains(body/content,'x')", (500, "ErrorInternalServerError".to_owned())),
        ("$filter=colour%20eq%20'x'", bad("RequestBroker--ParseUri")),
        ("$select=colour", bad("RequestBroker--ParseUri")),
        ("$orderby=colour", bad("RequestBroker--ParseUri")),
        ("$top=1001", bad("BadRequest")),
    ] {
        assert_eq!(graph.error(&format!("/me/events?{query}")).await, expected, "{query}");
    }
}

#[tokio::test]
async fn s15_ids_are_checked() {
    let graph = calendar().await;
    let id = named(&graph, "Budget%20review").await["id"].as_str().unwrap().to_owned();
    let message = Asking::on(graph.tenant, MIRA, &["Mail.Read", "Calendars.Read"]);

    let slash = message.error(&format!("/me/events/{}", id.replace('-', "%2F"))).await;
    let as_mail = message.error(&format!("/me/messages/{id}")).await;
    let mail_id = message.ids("/me/messages?$top=1").await.remove(0);
    let as_event = message.error(&format!("/me/events/{mail_id}")).await;

    assert_eq!(slash, bad("ErrorInvalidIdMalformed"));
    assert_eq!(as_mail, (404, "ErrorItemNotFound".to_owned()));
    assert_eq!(as_event, (404, "ErrorItemNotFound".to_owned()));
}

#[tokio::test]
async fn bodies_come_as_html_or_text() {
    let graph = calendar().await;
    let path = path(&named(&graph, "Budget%20review").await);

    let html = graph.json(&path).await["body"].clone();
    let request = graph.get(&path).header("prefer", "outlook.body-content-type=\"text\"");
    let response = request.send().await.unwrap();
    let applied = response.headers()["preference-applied"].clone();
    let text: Value = serde_json::from_str(&response.text().await.unwrap()).unwrap();

    assert!(html["content"].as_str().unwrap().contains("Join the meeting now"));
    assert_eq!(applied, "outlook.body-content-type=\"text\"");
    let text = text["body"]["content"].as_str().unwrap();
    assert!(text.contains("Q3 budget deck.pptx") && !text.contains("<ol>"), "{text}");
}

#[tokio::test]
async fn attachments_are_listed_and_read() {
    let graph = calendar().await;
    let event = named(&graph, "Quotation%202291:%20last%20questions").await;
    let list = format!("{}/attachments", path(&event));

    let page = graph.json(&format!("{list}?$select=name,size")).await;
    let own = &page["value"][0];
    let file = format!("{list}/{}", own["id"].as_str().unwrap());
    let value = graph.get(&format!("{file}/$value")).send().await.unwrap();

    assert_eq!(event["hasAttachments"], true);
    assert_eq!(own["name"], "quotation-2291.pdf");
    assert!(own["contentBytes"].is_null());
    assert!(graph.json(&file).await["contentBytes"].is_string());
    assert!(value.bytes().await.unwrap().starts_with(b"%PDF"));
}

#[tokio::test]
async fn immutable_ids_are_other_ids_of_the_same_events() {
    let graph = calendar().await;
    let event = named(&graph, "Contract%20wording").await;

    let request = graph.get(&path(&event)).header("prefer", "IdType=\"ImmutableId\"");
    let text = request.send().await.unwrap().text().await.unwrap();
    let immutable: Value = serde_json::from_str(&text).unwrap();

    assert_ne!(immutable["id"], event["id"]);
    assert_eq!(graph.json(&path(&immutable)).await["subject"], "Contract wording");
}

#[tokio::test]
async fn a_basic_token_sees_no_bodies_and_no_attachments() {
    let graph = on_tuesday(&["Calendars.ReadBasic"]).await;
    let event = named(&graph, "Budget%20review").await;

    let refused = graph.error(&format!("{}/attachments", path(&event))).await;

    assert!(event["body"].is_null() && event["bodyPreview"].is_null());
    assert_eq!(event["subject"], "Budget review");
    assert_eq!(refused, (403, "ErrorAccessDenied".to_owned()));
}

#[tokio::test]
async fn s03_events_need_a_calendar_scope() {
    let graph = on_tuesday(&["Mail.Read", "User.Read"]).await;

    for path in ["/me/events", "/me/calendars", &format!("/me/calendarView?{AROUND}")] {
        assert_eq!(graph.error(path).await, (403, "ErrorAccessDenied".to_owned()), "{path}");
    }
}

#[tokio::test]
async fn the_same_meeting_is_in_the_calendars_of_all_who_come() {
    let graph = calendar().await;
    let own = named(&graph, "Design%20review%20turbine%2014").await;
    let noa = Asking::on(graph.tenant, "noa.bendavid@fjordlight.example", &["Calendars.Read"]);

    let other = named(&noa, "Design%20review%20turbine%2014").await;

    assert_eq!(own["iCalUId"], other["iCalUId"]);
    assert_ne!(own["id"], other["id"]);
    assert_eq!(other["isOrganizer"], false);
}
