//! The tools about oneself and one's people.

use m365_sim::Sim;
use serde_json::{Value, json};

use crate::{
    office::{MIRA, Office},
    support::code,
};

async fn office(scopes: &[&'static str]) -> Office {
    Office::with(Sim::builder().messages(50), scopes).await
}

#[tokio::test]
async fn who_is_signed_in_is_told_with_the_time_zone_of_the_mailbox() {
    let office = office(&["User.Read", "Calendars.Read"]).await;

    let me = office.call("get_me", json!({})).await.unwrap();

    let user = &me["results"][0];
    assert_eq!(user["name"], "Mira Solberg");
    assert_eq!(user["addresses"], json!([MIRA]));
    assert_eq!(user["title"], "Program Manager");
    assert_eq!(
        (&user["timeZone"], &me["timeZone"]),
        (&json!("Europe/Berlin"), &json!("Europe/Berlin"))
    );
    assert!(me["nowDateTime"].is_string() && me["moreResults"] == false);
}

#[tokio::test]
async fn scopes_are_told_apart_by_what_is_granted_and_what_is_configured() {
    let office = office(&["User.Read", "Mail.Read"]).await;
    let office = office.configured(&[
        "User.Read",
        "Mail.Read",
        "Chat.Read",
        "People.Read",
        "offline_access",
    ]);

    let told = office.call("get_granted_scopes", json!({})).await.unwrap();

    let told = &told["results"][0];
    assert_eq!(told["granted"], json!(["Mail.Read", "User.Read"]));
    assert_eq!(told["configuredNotGranted"], json!(["Chat.Read", "People.Read"]));
    let tool = |name: &str| {
        let tools = told["tools"].as_array().unwrap();
        tools.iter().find(|one| one["tool"] == name).cloned().unwrap_or(Value::Null)
    };
    assert_eq!(
        tool("outlook_email_search"),
        json!({"tool": "outlook_email_search", "works": true})
    );
    assert_eq!(tool("search_people")["works"], false);
    assert_eq!(tool("search_people")["needsOneOf"], json!(["People.Read"]));
    assert_eq!(tool("teams_list_teams"), Value::Null);
    assert_eq!(office.tenant.graph().requests(), 0);
}

#[tokio::test]
async fn a_tool_works_only_with_all_scopes_that_it_cannot_do_without() {
    for (scope, tool, works) in [
        ("ChannelMessage.Read.All", "chat_message_search", false),
        ("Chat.Read", "chat_message_search", true),
        ("Calendars.Read.Shared", "outlook_calendar_search", false),
        ("Mail.Read.Shared", "outlook_email_search", false),
        ("OnlineMeetings.Read", "read_resource", false),
        ("Mail.ReadBasic", "read_resource", true),
    ] {
        let told = office(&[scope]).await.call("get_granted_scopes", json!({})).await.unwrap();

        let tools = told["results"][0]["tools"].as_array().unwrap();
        let state = tools.iter().find(|one| one["tool"] == tool).unwrap();
        assert_eq!(state["works"], works, "{scope}: {state}");
        assert_eq!(state["needsOneOf"].is_array(), !works, "{scope}: {state}");
    }
}

#[tokio::test]
async fn a_scope_that_is_configured_and_not_granted_is_named() {
    let office = office(&["Mail.Read"]).await.configured(&["User.Read", "People.Read"]);

    for (tool, scope) in [("get_me", "User.Read"), ("search_people", "People.Read")] {
        let error = office.call(tool, json!({})).await.unwrap_err();
        assert_eq!(code(&error), "FORBIDDEN");
        assert!(error.to_string().contains(scope), "{error}");
    }
}

#[tokio::test]
async fn people_are_found_by_a_part_of_their_name() {
    let office = office(&["People.Read"]).await;

    let found = office.call("search_people", json!({"query": "adele"})).await.unwrap();

    let adele = &found["results"][0];
    assert_eq!(adele["name"], "Adele Vance");
    assert_eq!(adele["address"], "adele.vance@fjordlight.example");
    assert_eq!(adele["title"], "Finance Director");
}

#[tokio::test]
async fn more_people_are_behind_the_next_offset() {
    let office = office(&["People.Read"]).await;

    let first = office.call("search_people", json!({"limit": 3})).await.unwrap();
    let next = json!({"limit": 3, "offset": first["nextOffset"]});
    let second = office.call("search_people", next).await.unwrap();

    assert_eq!((&first["moreResults"], &first["nextOffset"]), (&json!(true), &json!(3)));
    let names = |found: &Value| found["results"].as_array().unwrap().clone();
    assert_eq!((names(&first).len(), names(&second).len()), (3, 3));
    assert!(names(&first).iter().all(|one| !names(&second).contains(one)));
}
