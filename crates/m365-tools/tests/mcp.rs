//! What a host sees of the server, in both eras.

use m365_tools::{Catalog, mcp::Server};
use rmcp::model::{
    CallToolRequest, CallToolRequestParams, ClientRequest, CustomRequest, ErrorCode,
    PaginatedRequestParams, ReadResourceRequestParams,
};
use rmcp::service::PeerRequestOptions;
use serde_json::{Value, json};

use crate::{
    host::{Callers, ERAS, Era, Host, User, connect, protocol_error},
    support::{Probe, SignedIn, catalog, code, object, options, policy},
};

const SERVER_INFO: &str = "io.modelcontextprotocol/serverInfo";

#[tokio::test]
async fn both_eras_list_the_same_tools() {
    for era in ERAS {
        let client = connect(catalog(), era).await;

        let tools = client.0.list_all_tools().await.unwrap();

        let names: Vec<_> = tools.iter().map(|tool| tool.name.as_ref()).collect();
        let catalog = catalog();
        let defined: Vec<_> = catalog.definitions().map(|one| one.name()).collect();
        assert_eq!(names, defined, "{era:?}");
    }
}

#[tokio::test]
async fn the_list_is_the_callers_own_in_the_modern_era() {
    let client = connect(catalog(), Era::Modern).await;

    let list = client.0.list_tools(None).await.unwrap();

    let list = serde_json::to_value(list).unwrap();
    assert_eq!((&list["ttlMs"], &list["cacheScope"]), (&json!(300_000), &json!("private")));
    assert_eq!(list["_meta"][SERVER_INFO]["name"], "m365");
}

#[tokio::test]
async fn a_cursor_that_was_never_given_out_is_refused() {
    for era in ERAS {
        let client = connect(catalog(), era).await;

        let page = PaginatedRequestParams::default().with_cursor(Some("x".into()));
        let error = protocol_error(client.0.list_tools(Some(page)).await);

        assert_eq!(error.code, ErrorCode::INVALID_PARAMS, "{era:?}");
    }
}

#[tokio::test]
async fn discovery_may_be_shared_and_kept() {
    let client = connect(catalog(), Era::Modern).await;

    let found = client.0.discover(<_>::default()).await;

    let found = serde_json::to_value(found.unwrap()).unwrap();
    assert_eq!((&found["ttlMs"], &found["cacheScope"]), (&json!(3_600_000), &json!("public")));
    let versions = ["2025-03-26", "2025-06-18", "2025-11-25", "2026-07-28"];
    assert_eq!(found["supportedVersions"], json!(versions));
    assert_eq!(Server::protocol_versions(), versions);
}

#[tokio::test]
async fn only_what_is_offered_is_declared() {
    let client = connect(catalog(), Era::Handshake).await;

    let info = serde_json::to_value(client.0.peer_info().unwrap()).unwrap();

    let declared: Vec<_> = info["capabilities"].as_object().unwrap().keys().collect();
    assert_eq!(declared, ["completions", "resources", "tools"]);
    assert_eq!(
        info["serverInfo"],
        json!({"name": "m365", "title": "Microsoft 365", "version": "1.2.3"})
    );
    assert!(info["instructions"].as_str().unwrap().contains("read_resource"));
}

#[tokio::test]
async fn an_answer_has_the_same_data_as_text_and_structured() {
    for era in ERAS {
        let client = connect(catalog(), era).await;

        let result = client.call("probe", json!({"query": "q"})).await.unwrap();

        let result = serde_json::to_value(result).unwrap();
        let hit: Value =
            serde_json::from_str(result["content"][0]["text"].as_str().unwrap()).unwrap();
        assert_eq!(hit["query"], "q");
        assert_eq!(result["structuredContent"]["results"][0]["query"], "q");
        assert_eq!(result["_meta"].is_object(), era == Era::Modern);
    }
}

#[tokio::test]
async fn a_wrong_argument_is_a_tool_error_and_an_unknown_tool_is_none() {
    for era in ERAS {
        let client = connect(catalog(), era).await;

        let error = client.error("probe", json!({"limit": "ten"})).await;
        let unknown = protocol_error(client.call("send_mail", json!({})).await);

        assert_eq!(code(&error), "VALIDATION_ERROR", "{era:?}");
        assert_eq!(unknown.code, ErrorCode::INVALID_PARAMS, "{era:?}");
        assert!(unknown.message.contains("send_mail"));
    }
}

#[tokio::test]
async fn a_panic_is_answered_and_the_next_call_works() {
    for era in ERAS {
        let client = connect(catalog(), era).await;

        let panicked = client.call("probe", json!({"mode": "panic", "query": "secret"})).await;
        let next = client.call("probe", json!({})).await;

        let error = protocol_error(panicked);
        assert_eq!(error.code, ErrorCode::INTERNAL_ERROR, "{era:?}");
        assert!(!error.message.contains("secret"));
        assert!(next.is_ok());
    }
}

#[tokio::test]
async fn prompts_are_not_offered() {
    for era in ERAS {
        let client = connect(catalog(), era).await;

        let error = protocol_error(client.0.list_prompts(None).await);

        assert_eq!(error.code, ErrorCode::METHOD_NOT_FOUND, "{era:?}");
    }
}

async fn send(method: &str, params: Value, era: Era) -> ErrorCode {
    let client = connect(catalog(), era).await;
    let request = ClientRequest::CustomRequest(CustomRequest::new(method, Some(params)));

    protocol_error(client.0.send_request(request).await).code
}

#[tokio::test]
async fn h05_a_method_is_unknown_or_its_parameters_are_wrong() {
    for era in ERAS {
        assert_eq!(send("tools/dance", json!({}), era).await, ErrorCode::METHOD_NOT_FOUND);
        assert_eq!(send("tools/call", json!({"name": 7}), era).await, ErrorCode::INVALID_PARAMS);
        assert_eq!(send("resources/read", json!({}), era).await, ErrorCode::INVALID_PARAMS);
    }
}

#[tokio::test]
async fn h02_a_cancelled_call_stops_its_work_and_frees_its_place() {
    for era in ERAS {
        let probe = Probe::default();
        let catalog = Catalog::new(options().with_tool(probe.clone()).unwrap());
        let server = Server::builder(catalog, Callers::signed_in()).in_flight(1).build();
        let client = Host::new(User::Absent).connect(server, era).await;
        let arguments = object(json!({"mode": "hang"}));
        let params = CallToolRequestParams::new("probe").with_arguments(arguments);
        let request = ClientRequest::CallToolRequest(CallToolRequest::new(params));

        let handle = client
            .0
            .send_cancellable_request(request, PeerRequestOptions::default())
            .await
            .unwrap();
        probe.running.started().await;
        handle.cancel(None).await.unwrap();

        probe.running.dropped().await;
        assert!(client.call("probe", json!({})).await.unwrap().is_error != Some(true), "{era:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn h09_a_call_that_finds_no_place_is_told_to_come_back() {
    for era in ERAS {
        let probe = Probe::default();
        let catalog = Catalog::new(options().with_tool(probe.clone()).unwrap());
        let server = Server::builder(catalog, Callers::signed_in()).in_flight(1).build();
        let client = Host::new(User::Absent).connect(server, era).await;

        let hanging = client.call("probe", json!({"mode": "hang"}));
        let error = tokio::select! {
            biased;
            _ = hanging => panic!("it hangs"),
            error = async {
                probe.running.started().await;
                client.error("probe", json!({})).await
            } => error,
        };

        assert_eq!(code(&error), "THROTTLED", "{era:?}");
        assert_eq!(error["details"]["retryAfterSeconds"], 2);
    }
}

#[tokio::test]
async fn h09_none_of_many_parallel_calls_is_lost() {
    let client = connect(catalog(), Era::Modern).await;

    let calls = (0..1_000).map(|n| client.call("probe", json!({"limit": n + 1})));
    let results = futures_util::future::join_all(calls).await;

    for (n, result) in results.into_iter().enumerate() {
        let result = result.unwrap();
        if result.is_error != Some(true) {
            assert_eq!(result.structured_content.unwrap()["results"][0]["limit"], n + 1);
        }
    }
}

#[tokio::test]
async fn progress_grows_and_is_sent_to_who_asked_for_it() {
    for era in ERAS {
        let host = Host::new(User::Absent);
        let server = Server::builder(catalog(), Callers::signed_in()).build();
        let client = host.connect(server, era).await;

        client.call("probe", json!({"mode": "progress"})).await.unwrap();

        assert_eq!(host.progress(), [1.0, 2.0, 3.0], "{era:?}");
    }
}

#[tokio::test]
async fn the_forms_of_addresses_are_resource_templates() {
    for era in ERAS {
        let client = connect(catalog(), era).await;

        let templates = client.0.list_all_resource_templates().await.unwrap();
        let resources = client.0.list_all_resources().await.unwrap();

        assert!(resources.is_empty());
        assert_eq!(templates.len(), 16, "{era:?}");
        for template in templates {
            assert!(template.uri_template.contains(":///"));
            assert!(template.description.is_some_and(|text| !text.is_empty()));
        }
    }
}

#[tokio::test]
async fn an_address_that_means_nothing_is_a_resource_not_found() {
    for (era, expected) in
        [(Era::Handshake, ErrorCode::RESOURCE_NOT_FOUND), (Era::Modern, ErrorCode::INVALID_PARAMS)]
    {
        let client = connect(catalog(), era).await;

        let params = ReadResourceRequestParams::new("test://nothing");
        let error = protocol_error(client.0.read_resource(params).await);

        assert_eq!(error.code, expected);
        assert_eq!(error.data.unwrap()["uri"], "test://nothing");
    }
}

#[tokio::test]
async fn where_reading_is_blocked_there_are_no_resources() {
    let rules = policy(&[("read_resource", "blocked")]);
    let client = connect(Catalog::new(options().with_policy(rules)), Era::Handshake).await;

    let info = serde_json::to_value(client.0.peer_info().unwrap()).unwrap();
    let error = protocol_error(client.0.list_resource_templates(None).await);
    let params = ReadResourceRequestParams::new("mail:///folders/inbox");
    let refused = protocol_error(client.0.read_resource(params).await);

    assert_eq!(info["capabilities"], json!({"tools": {}}));
    assert_eq!(error.code, ErrorCode::METHOD_NOT_FOUND);
    assert_eq!(refused.code, ErrorCode::INVALID_PARAMS);
    assert!(refused.message.contains("toolPolicy"), "{}", refused.message);
    assert_eq!(refused.data.unwrap()["code"], "FORBIDDEN");
}

#[tokio::test]
async fn folders_are_completed_by_their_well_known_names() {
    for era in ERAS {
        let strangers = Callers::strangers(&SignedIn::default());
        let server = Server::builder(catalog(), strangers).build();
        let client = Host::new(User::Absent).connect(server, era).await;
        let template = "mail:///folders/{folder}{?owner}";

        let values = client.0.complete_resource_simple(template, "folder", "IN").await.unwrap();
        let others = client.0.complete_resource_simple(template, "owner", "a").await.unwrap();

        assert_eq!(values, ["inbox"], "{era:?}");
        assert!(others.is_empty());
    }
}

#[tokio::test]
async fn a_template_that_we_do_not_have_is_not_completed() {
    for era in ERAS {
        let client = connect(catalog(), era).await;

        let error = protocol_error(client.0.complete_resource_simple("x:///{a}", "a", "").await);

        assert_eq!(error.code, ErrorCode::INVALID_PARAMS, "{era:?}");
    }
}
