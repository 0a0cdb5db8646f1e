//! The directory's list of users, and the people who matter to someone.

use m365_sim::Sim;
use serde_json::Value;

use super::{
    asking::{Asking, MIRA, bad, texts},
    calendar::rows,
};

async fn directory() -> Asking {
    Asking::with(&["User.ReadBasic.All", "User.Read"]).await
}

async fn eventual(graph: &Asking, path: &str) -> Value {
    let response = graph.get(path).header("consistencylevel", "eventual").send().await.unwrap();
    let status = response.status();
    let text = response.text().await.unwrap();
    assert_eq!(status, 200, "{text}");
    serde_json::from_str(&text).unwrap()
}

async fn names(graph: &Asking, query: &str) -> Vec<String> {
    texts(&graph.json(&format!("/users?{query}")).await["value"], "displayName")
}

#[tokio::test]
async fn users_are_listed_with_basic_properties_only() {
    let graph = directory().await;

    let users = rows(&graph.json("/users").await);

    let adele = users.iter().find(|user| user["displayName"] == "Adele Vance").unwrap();
    assert_eq!(adele["mail"], "adele.vance@fjordlight.example");
    assert!(adele["jobTitle"].is_null());
    assert!(users.iter().any(|user| user["mail"] == "sam.rivers@northwind.example"));
    assert!(!users.iter().any(|user| user["displayName"] == "Apollo Team"));
}

#[tokio::test]
async fn who_may_read_all_of_users_sees_all_of_them() {
    let graph = Asking::with(&["User.Read.All"]).await;

    let users = graph.json("/users?$select=mail,jobTitle").await;
    let adele = graph.json("/users/adele.vance@fjordlight.example?$select=jobTitle").await;

    let listed = users["value"].as_array().unwrap().iter();
    assert!(listed.clone().any(|user| user["jobTitle"] == adele["jobTitle"]));
    assert!(adele["jobTitle"].is_string());
}

#[tokio::test]
async fn users_are_filtered_by_the_beginnings_of_properties() {
    let graph = directory().await;

    assert_eq!(names(&graph, "$filter=startswith(displayName,'jon')").await, ["Jonas Lindqvist"]);
    let mail = "$filter=mail%20eq%20'Tom.Okafor@fjordlight.example'";
    assert_eq!(names(&graph, mail).await, ["Tom Okafor"]);
    let either = "$filter=startswith(givenName,'priya')%20or%20startswith(surname,'marín')";
    assert_eq!(names(&graph, either).await, ["Sofía Marín", "Priya Nair"]);
}

#[tokio::test]
async fn a_search_for_users_needs_a_header() {
    let graph = directory().await;
    let path = "/users?$search=%22displayName:vance%22";

    let refused = graph.error(path).await;
    let found = eventual(&graph, path).await;

    assert_eq!(refused, bad("Request_UnsupportedQuery"));
    assert_eq!(texts(&found["value"], "displayName"), ["Adele Vance"]);
}

#[tokio::test]
async fn a_search_for_users_knows_words_and_alternatives() {
    let graph = directory().await;

    for (search, expected) in [
        ("%22displayName:lu%20bra%22", vec!["Lukas Brandt"]),
        ("%22displayName:nair%22%20OR%20%22mail:tom%22", vec!["Tom Okafor", "Priya Nair"]),
        ("%22displayName:ran%22", vec![]),
        ("%22displayName:田中%22", vec!["田中 陽斗"]),
    ] {
        let page = eventual(&graph, &format!("/users?$search={search}&$count=true")).await;
        assert_eq!(texts(&page["value"], "displayName"), expected, "{search}");
        assert_eq!(page["@odata.count"], expected.len());
    }
}

#[tokio::test]
async fn what_the_directory_does_not_do_is_refused() {
    let graph = directory().await;

    for query in [
        "$filter=contains(displayName,'a')",
        "$filter=endswith(mail,'example')",
        "$filter=department%20eq%20'IT'",
        "$skip=1",
        "$count=true",
    ] {
        let refused = graph.error(&format!("/users?{query}")).await;
        assert_eq!(refused, bad("Request_UnsupportedQuery"), "{query}");
    }
    assert_eq!(graph.error("/users?$top=1000").await, bad("BadRequest"));
}

#[tokio::test]
async fn s56_the_list_of_users_goes_on_with_a_token() {
    let graph = directory().await;

    let page = graph.json("/users?$top=5&$select=id").await;
    let all = graph.all_ids("/users?$top=5&$select=id").await;

    let link = page["@odata.nextLink"].as_str().unwrap();
    assert!(link.contains("%24skiptoken=") && !link.contains("%24skip="), "{link}");
    assert_eq!(all.len(), graph.ids("/users?$select=id").await.len());
}

#[tokio::test]
async fn s03_the_list_of_users_needs_its_scope_and_is_not_for_guests() {
    let without = Asking::with(&["User.Read"]).await;
    let guest = Asking::on(
        Sim::start().await,
        "sam.rivers@northwind.example",
        &["User.Read", "User.ReadBasic.All"],
    );

    for graph in [without, guest] {
        let refused = graph.error("/users").await;
        assert_eq!(refused, (403, "Authorization_RequestDenied".to_owned()));
    }
}

#[tokio::test]
async fn the_closest_people_come_first_with_what_is_known_of_them() {
    let graph = Asking::with(&["People.Read"]).await;

    let people = rows(&graph.json("/me/people?$top=50").await);

    let score =
        |person: &Value| person["scoredEmailAddresses"][0]["relevanceScore"].as_u64().unwrap();
    assert!(people.windows(2).all(|pair| score(&pair[0]) >= score(&pair[1])));
    let jonas = people.iter().find(|own| own["displayName"] == "Jonas Lindqvist").unwrap();
    assert_eq!(jonas["jobTitle"], "Chief Engineer");
    assert_eq!(jonas["department"], "Engineering");
    assert_eq!(jonas["personType"]["subclass"], "OrganizationUser");
    let petra = people.iter().find(|own| own["displayName"] == "Petra Novák").unwrap();
    assert_eq!(petra["personType"]["subclass"], "PersonalContact");
    assert!(petra["userPrincipalName"].is_null());
    assert!(!people.iter().any(|own| own["displayName"] == "Mira Solberg"));
}

#[tokio::test]
async fn people_are_found_by_name_also_those_one_never_meets() {
    let graph = Asking::with(&["People.Read"]).await;

    for (search, name) in
        [("dock", "Dock Terminal"), ("%22brandt%20lukas%22", "Lukas Brandt"), ("sam", "Sam Rivers")]
    {
        let page = graph.json(&format!("/me/people?$search={search}&$select=displayName")).await;
        assert_eq!(texts(&page["value"], "displayName"), [name], "{search}");
    }
}

#[tokio::test]
async fn people_are_filtered_by_their_kind() {
    let graph = Asking::with(&["People.Read"]).await;
    let filter =
        "personType/class%20eq%20'Person'%20and%20personType/subclass%20eq%20'OrganizationUser'";

    let page = graph.json(&format!("/me/people?$top=100&$filter={filter}")).await;

    assert!(page["value"].as_array().unwrap().len() > 8);
    assert!(rows(&page).iter().all(|own| own["personType"]["subclass"] == "OrganizationUser"));
}

#[tokio::test]
async fn s03_people_need_their_scope_and_are_ones_own() {
    let without = Asking::with(&["User.Read"]).await;
    let graph = Asking::on(Sim::start().await, MIRA, &["People.Read"]);

    let denied = (403, "ErrorAccessDenied".to_owned());
    assert_eq!(without.error("/me/people").await, denied);
    assert_eq!(graph.error("/users/adele.vance@fjordlight.example/people").await, denied);
}
