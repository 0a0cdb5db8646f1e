//! Users and routes.

use super::asking::{Asking, bad};

#[tokio::test]
async fn me_is_the_signed_in_user() {
    let graph = Asking::with(&["User.Read"]).await;

    let me = graph.json("/me?$select=displayName,mail").await;

    assert_eq!(me["displayName"], "Mira Solberg");
    assert_eq!(me["mail"], "mira.solberg@fjordlight.example");
    assert!(me["userPrincipalName"].is_null());
}

#[tokio::test]
async fn every_answer_names_its_request() {
    let graph = Asking::with(&["User.Read"]).await;
    let id = "0b7a4b52-92a7-4c0a-8c7b-6a2d8d0c8f11";

    let response = graph.get("/me").header("client-request-id", id).send().await.unwrap();

    assert_eq!(response.headers()["client-request-id"], id);
    assert_eq!(response.headers()["request-id"].len(), 36);
    assert!(response.headers().contains_key("date"));
}

#[tokio::test]
async fn s04_an_unknown_segment_is_named() {
    let graph = Asking::mail().await;

    let response = graph.get("/me/mesages").send().await.unwrap();

    assert_eq!(response.status(), 400);
    let body = response.text().await.unwrap();
    assert!(body.contains("Resource not found for the segment 'mesages'."), "{body}");
}

#[tokio::test]
async fn a_route_that_the_demo_tenant_lacks_answers_501_with_its_name() {
    let graph = Asking::mail().await;

    let response = graph.get("/me/planner").send().await.unwrap();

    assert_eq!(response.status(), 501);
    assert!(response.text().await.unwrap().contains("/me/planner"));
}

#[tokio::test]
async fn s05_writing_is_not_allowed_and_is_noticed() {
    let graph = Asking::mail().await;

    let refused = graph.refused("/me/messages", &serde_json::json!({"subject": "no"})).await;

    assert_eq!(refused, (405, "Request_BadRequest".to_owned()));
    assert_eq!(graph.tenant.violations().len(), 1);
}

#[tokio::test]
async fn other_users_need_a_scope_of_their_own() {
    let graph = Asking::with(&["User.Read"]).await;

    let refused = graph.error("/users/adele.vance@fjordlight.example").await;

    assert_eq!(refused, (403, "Authorization_RequestDenied".to_owned()));
}

#[tokio::test]
async fn who_is_not_in_the_directory_is_not_found_by_who_may_look() {
    let graph = Asking::with(&["User.ReadBasic.All"]).await;
    let blind = Asking::with(&["User.Read"]).await;

    for name in ["nobody@fjordlight.example", "00000000-0000-4000-8000-000000000000"] {
        let path = format!("/users/{name}");
        let (missing, refused) = (graph.error(&path).await, blind.error(&path).await);

        assert_eq!(missing, (404, "Request_ResourceNotFound".to_owned()), "{name}");
        assert_eq!(refused, (403, "Authorization_RequestDenied".to_owned()), "{name}");
    }
}

#[tokio::test]
async fn answers_are_packed_when_the_client_can_unpack_them() {
    let graph = Asking::with(&["User.Read"]).await;

    let packed = graph.get("/me").header("accept-encoding", "gzip").send().await.unwrap();

    assert!(packed.text().await.unwrap().contains("Mira Solberg"));
}

#[tokio::test]
async fn a_compressed_request_is_refused() {
    let graph = Asking::mail().await;
    let body = serde_json::json!({"requests": []});

    let request = graph.post("/search/query", &body).header("content-encoding", "gzip");

    assert_eq!(request.send().await.unwrap().status(), 415);
}

#[tokio::test]
async fn other_versions_are_refused() {
    let graph = Asking::mail().await;
    let root = graph.tenant.graph_endpoint().to_owned();

    let beta = graph.error(&format!("{root}/beta/me")).await;
    let unknown = graph.error(&format!("{root}/v3.0/me")).await;

    assert_eq!(beta, (501, "NotImplemented".to_owned()));
    assert_eq!(unknown, bad("BadRequest"));
}
