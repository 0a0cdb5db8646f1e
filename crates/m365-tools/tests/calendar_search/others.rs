//! Other calendars: the user's own further ones, shared ones, and those that are not shared.

use serde_json::json;

use crate::{
    diary::{Diary, NOW, notices, office, office_at},
    office::{text, uris},
    support::code,
};

const JONAS: &str = "jonas.lindqvist@fjordlight.example";
const LUKAS: &str = "lukas.brandt@fjordlight.example";

#[tokio::test]
async fn a_further_calendar_is_found_by_its_name() {
    let office = office().await;

    let found = office.all_events(&json!({"calendarName": "travel", "limit": 50})).await;

    assert!(!found.is_empty());
    assert!(found.iter().all(|hit| hit["calendarName"] == "Travel"));
    let usual = office.all_events(&json!({"limit": 50})).await;
    assert!(found.iter().all(|hit| usual.iter().all(|one| one["uri"] != hit["uri"])));
}

#[tokio::test]
async fn a_calendar_that_was_shared_in_the_manner_of_old_is_read_as_its_owners() {
    let office = office().await;
    let owned = json!({"calendarOwnerEmail": JONAS, "limit": 50});

    let named = office.all_events(&json!({"calendarName": "Jonas Lindqvist", "limit": 50})).await;

    assert!(!named.is_empty());
    assert_eq!(uris(&named), uris(&office.all_events(&owned).await));
    assert!(named.iter().all(|hit| hit["calendarName"] == "Jonas Lindqvist"));
}

#[tokio::test]
async fn without_the_scope_for_it_the_owner_of_such_a_calendar_is_named() {
    let office = office_at(NOW, &["User.Read", "Calendars.Read", "Calendars.Read.Shared"]).await;
    let calendar =
        json!({"id": "AAMkA", "name": "Rota", "owner": {"name": "Jonas", "address": JONAS}});
    let calendars = json!({"value": [calendar]}).to_string();
    let graph = office.tenant.graph();
    graph.on("/v1.0/me/calendars", m365_sim::Fault::body(200, "application/json", calendars));
    let refused = json!({"error": {"code": "ErrorInternalServerTransientError", "message": "-"}});
    let refused = m365_sim::Fault::body(400, "application/json", refused.to_string());
    graph.on("/v1.0/me/calendars/AAMkA/calendarView", refused);

    let error = office.no_events(json!({"calendarName": "Rota"})).await;

    assert!(text(&error, "message").contains(&format!("calendarOwnerEmail {JONAS}")), "{error}");
}

#[tokio::test]
async fn an_unknown_calendar_is_answered_with_the_nearest_names() {
    let office = office().await;

    let error = office.no_events(json!({"calendarName": "Travels"})).await;

    assert_eq!(code(&error), "NOT_FOUND");
    assert!(text(&error, "message").contains("are: Travel"), "{error}");
}

#[tokio::test]
async fn a_name_that_several_calendars_bear_is_answered_with_what_tells_them_apart() {
    let office = office().await;
    let calendar = |id: &str, owner: &str| json!({"id": id, "name": "Team", "owner": {"name": owner, "address": owner}});
    let calendars = json!({"value": [calendar("AAMkA", LUKAS), calendar("AAMkB", JONAS)]});
    let fault = m365_sim::Fault::body(200, "application/json", calendars.to_string());
    office.tenant.graph().on("/v1.0/me/calendars", fault);

    let error = office.no_events(json!({"calendarName": "team"})).await;

    assert_eq!(code(&error), "VALIDATION_ERROR");
    assert!(text(&error, "message").contains(&format!("Team ({LUKAS})")), "{error}");
}

#[tokio::test]
async fn a_shared_calendar_is_searched_like_ones_own() {
    let office = office().await;
    let days = ["2026-11-02T00:00", "2026-12-04T23:59:59"];
    let diary = Diary::of(&office, Some(JONAS), "Europe/Berlin", days).await;

    for conditions in [json!({}), json!({"query": "blade"}), json!({"attendee": "haruto"})] {
        let mut arguments = conditions.clone();
        arguments["calendarOwnerEmail"] = json!(JONAS);
        arguments["afterDateTime"] = json!("2026-11-02");
        arguments["beforeDateTime"] = json!("2026-12-04");
        arguments["limit"] = json!(50);
        let found = office.all_events(&arguments).await;

        if conditions.get("attendee").is_none() {
            assert_eq!(uris(&found), diary.expected(&conditions), "{conditions}");
        }
        assert!(!found.is_empty(), "{conditions}");
        assert!(uris(&found).iter().all(|uri| uri.ends_with(&format!("?owner={JONAS}"))));
    }
}

#[tokio::test]
async fn of_a_calendar_that_is_not_shared_the_busy_times_are_told() {
    let office = office().await;
    let span = json!({
        "calendarOwnerEmail": LUKAS, "afterDateTime": "2026-11-16", "beforeDateTime": "2027-02-28", "limit": 7,
    });

    let first = office.events(span.clone()).await;
    let all = office.all_events(&span).await;

    assert!(notices(&first).contains("not shared"), "{first}");
    assert!(all.len() > 7);
    assert!(all.iter().all(|hit| hit.get("uri").is_none() && hit["showAs"] != "free"), "{all:?}");
    let starts: Vec<_> = all.iter().map(|hit| text(hit, "start")).collect();
    assert!(starts.is_sorted());
}

#[tokio::test]
async fn words_cannot_be_looked_for_in_busy_times() {
    let office = office().await;

    for field in ["query", "organizer", "attendee", "location", "calendarName"] {
        let error = office.no_events(json!({"calendarOwnerEmail": LUKAS, field: "budget"})).await;

        assert_eq!(code(&error), "FORBIDDEN", "{field}: {error}");
        assert!(text(&error, "message").contains("not shared"), "{field}: {error}");
    }
}

#[tokio::test]
async fn a_group_has_no_calendar_and_the_error_says_why() {
    let office = office().await;

    let group = json!({"calendarOwnerEmail": "apollo@fjordlight.example"});
    let error = office.no_events(group).await;

    assert_eq!(code(&error), "NOT_FOUND");
    assert!(text(&error, "message").contains("Microsoft 365 group"), "{error}");
}

#[tokio::test]
async fn another_calendar_needs_its_scope() {
    let office = office_at(NOW, &["User.Read", "Calendars.Read"]).await;

    let error = office.no_events(json!({"calendarOwnerEmail": JONAS})).await;

    assert_eq!(code(&error), "FORBIDDEN");
    assert!(text(&error, "message").contains("Missing scope 'Calendars.Read.Shared'"));
}

#[tokio::test]
async fn ones_own_address_means_ones_own_calendar() {
    let office = office().await;
    let own = office.all_events(&json!({"limit": 50})).await;

    let named = json!({"limit": 50, "calendarOwnerEmail": "Mira.Solberg@fjordlight.example"});

    assert_eq!(uris(&office.all_events(&named).await), uris(&own));
}

#[tokio::test]
async fn without_a_calendar_scope_the_missing_one_is_named() {
    let office = office_at(NOW, &["User.Read", "Mail.Read"]).await;

    let error = office.no_events(json!({})).await;

    assert_eq!(code(&error), "FORBIDDEN");
    assert!(text(&error, "message").contains("Missing scope 'Calendars.Read'"));
}
