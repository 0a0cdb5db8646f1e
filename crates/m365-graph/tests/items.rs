//! Search of files, pages, lists and sites.

use m365_graph::{FoundKind, ItemKind, ItemSearch};
use serde_json::{Value, json};
use wiremock::ResponseTemplate;

use crate::support::Service;

const SITE: &str = "brightquay.sharepoint.com,7aff99a4-3299-45bc-b54f-890980d85d35,5cd3d3ec-cbaf-44f0-9886-079a7b950c2d";

fn answer(container: Value) -> ResponseTemplate {
    let value = json!([{"searchTerms": ["torque"], "hitsContainers": [container]}]);
    ResponseTemplate::new(200).set_body_json(json!({"value": value}))
}

async fn found(resource: Value) -> m365_graph::ItemHit {
    let hit = json!({"hitId": "h1", "rank": null, "summary": "Bolt <c0>torque</c0> &amp; more<ddd/>",
                     "resource": resource});
    let graph = Service::answering([answer(json!({"hits": [hit], "total": 137}))]).await;
    let search = ItemSearch::new(ItemKind::DriveItem, "torque");
    graph.client().search_items(&search).await.unwrap().hits.remove(0)
}

#[tokio::test]
async fn a_file_comes_with_its_place_and_what_matched_in_bold() {
    let hit = found(json!({
        "@odata.type": "#microsoft.graph.driveItem", "id": "01K7Q2LDCP7HX6EBX3VULO6NONRZ4GDJ5Q",
        "name": "Torque sheet.xlsx", "size": 48211,
        "createdBy": {"user": {"displayName": "Ife Okafor", "email": "ife@brightquay.example"}},
        "lastModifiedDateTime": "2026-03-10T14:05:00+00:00",
        "listItem": {"@odata.type": "#microsoft.graph.listItem", "id": "f87bfe13-be81-45eb-bbcd-73639e1869ec",
                     "fields": {"title": "Torque sheet"}},
        "parentReference": {"driveId": "b!pJn_epkyvEW1T4kJgNhd", "siteId": SITE},
    }))
    .await;

    let item = &hit.item;
    assert_eq!(hit.summary, "Bolt **torque** & more…");
    assert_eq!(item.kind, FoundKind::DriveItem);
    assert_eq!(item.parent_reference.site_id.as_ref().unwrap().as_str(), SITE);
    assert_eq!(item.created_by.display_name.as_deref(), Some("Ife Okafor"));
    assert_eq!(item.unique_id().unwrap().as_str(), "f87bfe13-be81-45eb-bbcd-73639e1869ec");
    assert_eq!(item.title(), Some("Torque sheet"));
    assert_eq!(item.last_modified_date_time, Some("2026-03-10T14:05:00Z".parse().unwrap()));
    assert!(!item.is_folder);
}

#[tokio::test]
async fn the_kind_is_read_with_and_without_its_hash_and_may_be_unknown() {
    for (name, kind) in [
        ("#microsoft.graph.site", FoundKind::Site),
        ("microsoft.graph.list", FoundKind::List),
        ("#microsoft.graph.listItem", FoundKind::ListItem),
        ("#microsoft.graph.bookmark", FoundKind::Other),
    ] {
        assert_eq!(found(json!({"@odata.type": name, "webUrl": "x"})).await.item.kind, kind);
    }
}

#[tokio::test]
async fn a_title_may_come_under_both_its_names() {
    for fields in
        [json!({"title": "Torque sheet", "Title": "Other"}), json!({"Title": "Torque sheet"})]
    {
        let hit = found(json!({"listItem": {"fields": fields}})).await;

        assert_eq!(hit.item.title(), Some("Torque sheet"));
    }
}

#[tokio::test]
async fn what_is_null_or_missing_does_not_spoil_a_hit() {
    let hit = found(json!({
        "@odata.type": "#microsoft.graph.driveItem", "id": "", "name": null, "createdBy": null, "size": null,
        "lastModifiedBy": {"application": {}}, "parentReference": null, "listItem": {"id": "41", "fields": null},
        "sharepointIds": null, "folder": {"childCount": 3}, "lastModifiedDateTime": "soon",
    }))
    .await;

    assert_eq!(hit.item.id.as_deref(), Some("h1"));
    assert!(hit.item.is_folder && hit.item.unique_id().is_none());
}

#[tokio::test]
async fn a_search_says_its_place_order_and_kind() {
    let nothing = json!({"total": 0, "moreResultsAvailable": false});
    let graph = Service::answering([answer(nothing)]).await;
    let search = ItemSearch::new(ItemKind::Site, "torque").skip(50).size(700).newest();

    let page = graph.client().search_items(&search).await.unwrap();

    let sent: Value = serde_json::from_slice(&graph.requests().await[0].body).unwrap();
    let request = &sent["requests"][0];
    assert_eq!(request["entityTypes"], json!(["site"]));
    assert_eq!((&request["from"], &request["size"]), (&json!(50), &json!(200)));
    assert_eq!(
        request["sortProperties"],
        json!([{"name": "lastModifiedDateTime", "isDescending": true}])
    );
    assert!(page.hits.is_empty() && !page.more);
}

#[tokio::test]
async fn a_better_spelling_is_passed_on() {
    let body = json!({"value": [{
        "hitsContainers": [{"total": 0, "moreResultsAvailable": false}],
        "queryAlterationResponse": {"originalQueryString": "torqe", "queryAlterationType": "Suggestion",
                                    "queryAlteration": {"alteredQueryString": "torque"}},
    }]});
    let graph = Service::answering([ResponseTemplate::new(200).set_body_json(body)]).await;

    let search = ItemSearch::new(ItemKind::DriveItem, "torqe");
    let page = graph.client().search_items(&search).await.unwrap();

    assert_eq!(page.suggestion.as_deref(), Some("torque"));
}
