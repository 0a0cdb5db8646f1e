//! `POST /search/query` for files, list items, lists, sites and drives.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::asking::{Asking, bad};

async fn sharepoint() -> Asking {
    Asking::with(&["Files.Read.All", "Sites.Read.All"]).await
}

/// One request for files with `more` members.
fn body(query: &str, more: Value) -> Value {
    let mut request = json!({
        "entityTypes": ["driveItem"], "query": {"queryString": query}, "from": 0, "size": 200,
    });
    for (name, value) in more.as_object().unwrap() {
        request[name] = value.clone();
    }
    json!({"requests": [request]})
}

async fn answer(graph: &Asking, query: &str, more: Value) -> Value {
    graph.posted("/search/query", &body(query, more)).await["value"][0].clone()
}

async fn container(graph: &Asking, query: &str, more: Value) -> Value {
    answer(graph, query, more).await["hitsContainers"][0].clone()
}

fn values(container: &Value, member: &str) -> Vec<String> {
    let hits = container["hits"].as_array().into_iter().flatten();
    hits.map(|hit| hit["resource"][member].as_str().unwrap_or_default().to_owned()).collect()
}

async fn names(graph: &Asking, query: &str) -> Vec<String> {
    values(&container(graph, query, json!({})).await, "name")
}

#[tokio::test]
async fn the_budget_papers_are_found_by_their_text() {
    let graph = sharepoint().await;

    let found = container(&graph, "objections AND Bergen", json!({})).await;

    let names = values(&found, "name");
    assert!(names.contains(&"Q3 budget deck.pptx".to_owned()), "{names:?}");
    assert!(names.contains(&"Budget notes.md".to_owned()), "{names:?}");
    assert!(names.contains(&"Budget-process.aspx".to_owned()), "{names:?}");
    let summary = found["hits"][0]["summary"].as_str().unwrap();
    assert!(summary.to_lowercase().contains("<c0>objections"), "{summary}");
}

#[tokio::test]
async fn a_hit_leads_to_its_item() {
    let graph = sharepoint().await;

    let found = container(&graph, "filename:\"Budget notes\"", json!({})).await;

    let hit = &found["hits"][0];
    let resource = &hit["resource"];
    assert_eq!(hit["hitId"], resource["id"]);
    assert_eq!(resource["@odata.type"], "#microsoft.graph.driveItem");
    let drive = resource["parentReference"]["driveId"].as_str().unwrap();
    let path = format!("/drives/{drive}/items/{}", hit["hitId"].as_str().unwrap());
    assert_eq!(graph.json(&path).await["webUrl"], resource["webUrl"]);
}

#[tokio::test]
async fn properties_narrow_a_query() {
    let graph = sharepoint().await;

    for (query, expected) in [
        (
            "filetype:pptx budget",
            vec!["Q3 budget deck.pptx", "Q2 budget deck.pptx", "Q4 budget deck.pptx"],
        ),
        ("budget fileextension:csv", vec!["Q3 budget.csv"]),
        ("title:\"Torque rules\"", vec!["Torque-rules.aspx"]),
        ("author:\"Claire Fontaine\" filetype:md", vec!["Stakeholder meeting.md"]),
        (
            "path:\"https://fjordlight.sharepoint.com/sites/Finance/Shared Documents/Budget/Archive\" isDocument=true",
            vec!["Q4 budget deck.pptx", "Q4 budget.xlsx"],
        ),
        (
            "path:\"https://fjordlight.sharepoint.com/sites/Finance/Shared%20Documents/Budget/Archive\" filetype:xlsx",
            vec!["Q4 budget.xlsx"],
        ),
        (
            "site:\"https://fjordlight.sharepoint.com/sites/Apollo\" filetype:md",
            vec!["Stakeholder meeting.md"],
        ),
        ("size>30000000", vec!["Raw wind speeds.csv"]),
        ("foundat* corrosion", vec!["Foundation design.docx"]),
        ("bubble curtain", vec!["Construction plan.docx"]),
        ("boulder filetype:pdf", vec!["Ground investigation.pdf"]),
        ("安全靴", vec!["タービン点検 手順.docx"]),
        ("Grundungspfahle", vec!["Gründungspfähle Übersicht.txt"]),
        ("zzqqxx:5", vec![]),
    ] {
        let found: BTreeSet<_> = names(&graph, query).await.into_iter().collect();

        assert_eq!(found, expected.into_iter().map(str::to_owned).collect(), "{query}");
    }
}

#[tokio::test]
async fn dates_narrow_a_query() {
    let graph = sharepoint().await;

    let today = names(&graph, "lastmodifiedtime>=\"last week\" filetype:docx").await;
    let old = names(&graph, "lastmodifiedtime<2025-01-01 created<today tender").await;

    assert!(today.len() < names(&graph, "filetype:docx").await.len());
    assert!(old.iter().all(|name| name.contains("Tender") || name.contains("Scores")), "{old:?}");
}

#[tokio::test]
async fn folders_and_pages_are_hits_too() {
    let graph = sharepoint().await;
    let class = "contentclass:STS_ListItem_DocumentLibrary";

    let folders = names(&graph, &format!("budget {class} isDocument=false")).await;
    let pages = names(&graph, "contentclass:STS_ListItem_WebPageLibrary").await;

    assert_eq!(folders, ["Budget"]);
    assert!(pages.iter().all(|name| name.ends_with(".aspx")) && pages.len() >= 6, "{pages:?}");
}

#[tokio::test]
async fn hits_do_not_always_say_what_they_are() {
    let graph = sharepoint().await;

    let found = container(&graph, "turbine", json!({"size": 300})).await;

    let hits = found["hits"].as_array().unwrap();
    let told = hits.iter().filter(|hit| {
        hit["resource"].get("file").is_some() || hit["resource"].get("folder").is_some()
    });
    let told = told.count();
    assert!(told > 0 && told < hits.len(), "{told}");
    let dates = values(&found, "lastModifiedDateTime");
    assert!(dates.iter().any(|date| date.ends_with("+00:00")));
    assert!(dates.iter().any(|date| date.ends_with('Z')));
}

#[tokio::test]
async fn s13_the_total_is_that_of_all_pages() {
    let graph = sharepoint().await;
    let (mut ids, mut from, mut more) = (Vec::new(), 0, true);

    while more {
        let page = container(&graph, "turbine", json!({"from": from, "size": 100})).await;
        assert!(page["total"].as_u64().unwrap() > 260);
        ids.extend(page["hits"].as_array().unwrap().iter().map(|hit| hit["hitId"].to_string()));
        more = page["moreResultsAvailable"].as_bool().unwrap();
        from += 100;
    }

    let found = ids.len();
    ids.sort();
    ids.dedup();
    assert!(found > 260);
    assert_eq!(ids.len(), found);
}

#[tokio::test]
async fn s11_no_hits_is_a_container_without_hits() {
    let graph = sharepoint().await;

    let found = container(&graph, "zzqqxx", json!({})).await;

    assert_eq!(found, json!({"total": 0, "moreResultsAvailable": false}));
}

#[tokio::test]
async fn what_the_caller_may_not_see_is_not_found() {
    let graph = sharepoint().await;

    for query in ["takeover", "filename:\"Board version\"", "filename:\"Job offer\""] {
        assert_eq!(names(&graph, query).await, Vec::<String>::new(), "{query}");
    }
    assert_eq!(names(&graph, "filename:\"torque values\"").await, ["Turbine torque values.xlsx"]);
}

#[tokio::test]
async fn the_index_lists_what_was_deleted_meanwhile() {
    let graph = sharepoint().await;

    let found = container(&graph, "filename:\"Q2 budget\"", json!({})).await;

    let resource = &found["hits"][0]["resource"];
    let drive = resource["parentReference"]["driveId"].as_str().unwrap();
    let path = format!("/drives/{drive}/items/{}", resource["id"].as_str().unwrap());
    assert_eq!(graph.error(&path).await, (404, "itemNotFound".to_owned()));
}

#[tokio::test]
async fn everything_is_found_by_a_star_and_sorted_as_asked() {
    let graph = sharepoint().await;
    let sort = |name: &str, descending: bool| json!({"sortProperties": [{"name": name, "isDescending": descending}], "size": 50});

    let newest = container(&graph, "*", sort("lastModifiedDateTime", true)).await;
    let largest = container(&graph, "*", sort("Size", true)).await;
    let first = container(&graph, "isDocument=true", sort("name", false)).await;

    let dates: Vec<_> = values(&newest, "lastModifiedDateTime");
    let dates: Vec<_> = dates.iter().map(|date| date.replace("+00:00", "Z")).collect();
    assert!(dates.is_sorted_by(|a, b| a >= b), "{dates:?}");
    assert_eq!(values(&largest, "name")[0], "Raw wind speeds.csv");
    let names: Vec<_> = values(&first, "name").iter().map(|name| name.to_lowercase()).collect();
    assert!(names.is_sorted());
}

#[tokio::test]
async fn managed_properties_that_any_tenant_has_can_be_sorted_by() {
    let graph = sharepoint().await;
    let sort = |name: &str| json!({"sortProperties": [{"name": name}], "size": 5});

    for name in ["RefinableDate00", "RefinableString199", "refinableint07"] {
        let found = container(&graph, "*", sort(name)).await;

        assert_eq!(values(&found, "name").len(), 5, "{name}");
    }
}

#[tokio::test]
async fn a_template_stands_around_the_query() {
    let graph = sharepoint().await;
    let template = "{searchTerms} path:\"https://fjordlight.sharepoint.com/sites/Sales\"";
    let query = json!({"query": {"queryString": "offer", "queryTemplate": template}});

    let found = answer(&graph, "offer", query).await;

    let urls = values(&found["hitsContainers"][0], "webUrl");
    assert!(!urls.is_empty() && urls.iter().all(|url| url.contains("/sites/Sales/")), "{urls:?}");
    assert_eq!(found["searchTerms"], json!(["offer"]));
}

#[tokio::test]
async fn several_types_come_in_one_list() {
    let graph = sharepoint().await;
    let kinds = ["driveItem", "listItem", "list", "site"];

    let found = container(&graph, "apollo OR crack", json!({"entityTypes": kinds})).await;

    let types: BTreeSet<_> = values(&found, "@odata.type").into_iter().collect();
    assert_eq!(types, kinds.map(|kind| format!("#microsoft.graph.{kind}")).into());
    let ranks = found["hits"].as_array().unwrap().iter().map(|hit| hit["rank"].as_u64().unwrap());
    assert!(ranks.eq(1..=found["hits"].as_array().unwrap().len() as u64));
}

#[tokio::test]
async fn sites_lists_and_drives_are_found_by_name() {
    let graph = sharepoint().await;
    let named = async |kind: &str, query: &str| {
        container(&graph, query, json!({"entityTypes": [kind]})).await
    };

    let sites = named("site", "apollo").await;
    let libraries = named("list", "contentclass:STS_List_DocumentLibrary contracts").await;
    let drives = named("drive", "contracts").await;

    assert_eq!(values(&sites, "displayName").len(), 3);
    assert!(sites["hits"][0]["hitId"].as_str().unwrap().starts_with("fjordlight.sharepoint.com,"));
    assert_eq!(values(&libraries, "displayName"), ["Contracts"; 3]);
    assert_eq!(values(&drives, "driveType"), ["documentLibrary"; 3]);
}

#[tokio::test]
async fn columns_come_through_list_items_and_only_when_named() {
    let graph = sharepoint().await;
    let of_list = json!({"entityTypes": ["listItem"], "fields": ["title", "Priority", "nonsense"]});

    let named = container(&graph, "hairline", of_list).await;
    let plain = container(&graph, "hairline", json!({"entityTypes": ["listItem"]})).await;

    let fields = &named["hits"][0]["resource"]["fields"];
    assert_eq!(*fields, json!({"title": "Hairline crack in flange", "Priority": "High"}));
    assert_eq!(
        plain["hits"][0]["resource"]["fields"],
        json!({"title": "Hairline crack in flange"})
    );
}

#[tokio::test]
async fn only_named_fields_come_back() {
    let graph = sharepoint().await;

    let found =
        container(&graph, "hairline OR charter", json!({"fields": ["name", "webUrl"]})).await;

    let resource = found["hits"][0]["resource"].as_object().unwrap();
    let names: BTreeSet<_> = resource.keys().map(String::as_str).collect();
    assert_eq!(names, BTreeSet::from(["@odata.type", "id", "listItem", "name", "webUrl"]));
}

#[tokio::test]
async fn a_misspelled_word_is_corrected_where_that_is_asked_for() {
    let graph = sharepoint().await;
    let options = |name: &str| json!({"queryAlterationOptions": {name: true}});

    let suggested = answer(&graph, "fundation", options("enableSuggestion")).await;
    let modified = answer(&graph, "fundation", options("enableModification")).await;
    let silent = answer(&graph, "fundation", json!({})).await;
    let query = "(fundation) AND path:\"https://fjordlight.sharepoint.com/sites/Apollo\"";
    let within = answer(&graph, query, options("enableSuggestion")).await;

    let altered = &suggested["queryAlterationResponse"];
    assert_eq!(altered["queryAlterationType"], "Suggestion");
    assert_eq!(altered["queryAlteration"]["alteredQueryString"], "foundation");
    assert_eq!(suggested["hitsContainers"][0]["total"], 0);
    assert_eq!(modified["queryAlterationResponse"]["queryAlterationType"], "Modification");
    assert!(modified["hitsContainers"][0]["total"].as_u64().unwrap() > 0);
    assert_eq!(modified["searchTerms"], json!(["foundation"]));
    assert!(silent.get("queryAlterationResponse").is_none());
    let altered = &within["queryAlterationResponse"]["queryAlteration"];
    assert_eq!(altered["alteredQueryTokens"][0]["offset"], 1);
    assert_eq!(altered["alteredQueryString"], query.replace("fundation", "foundation"));
}

#[tokio::test]
async fn file_types_are_counted_and_filtered_by() {
    let graph = sharepoint().await;
    let aggregation = json!([{"field": "fileType", "size": 20}]);

    let found = container(&graph, "budget", json!({"aggregations": aggregation})).await;

    let buckets = found["aggregations"][0]["buckets"].as_array().unwrap();
    let pptx = buckets.iter().find(|bucket| bucket["key"] == "pptx").unwrap();
    let token = pptx["aggregationFilterToken"].as_str().unwrap();
    let filter = json!({"aggregationFilters": [format!("fileType:{token}")]});
    let filtered = container(&graph, "budget", filter).await;
    assert_eq!(filtered["total"], pptx["count"]);
    assert!(values(&filtered, "name").iter().all(|name| name.ends_with(".pptx")));
}

#[tokio::test]
async fn so_many_of_each_value_are_left() {
    let graph = sharepoint().await;
    let collapse = |limits: [u32; 2]| {
        json!({"collapseProperties": [
            {"fields": ["fileType"], "limit": limits[0]}, {"fields": ["author"], "limit": limits[1]},
        ]})
    };

    let found = container(&graph, "budget", collapse([2, 1])).await;
    let refused = graph.refused("/search/query", &body("budget", collapse([1, 2]))).await;

    let pptx = values(&found, "name").iter().filter(|name| name.ends_with(".pptx")).count();
    assert!(pptx <= 2);
    assert_eq!(refused, bad("BadRequest"));
}

#[tokio::test]
async fn s07_to_s09_requests_that_break_a_rule_are_refused() {
    let graph = Asking::with(&["Files.Read.All", "Mail.Read", "Sites.Read.All"]).await;
    let sort = |name: &str| json!([{"name": name}]);
    let both = json!(["driveItem", "site"]);

    for (query, more) in [
        ("", json!({})),
        ("(a", json!({})),
        ("*a", json!({})),
        ("a", json!({"size": 1001})),
        ("a", json!({"from": 100_001})),
        ("a", json!({"region": "EUR"})),
        ("a", json!({"contentSources": ["x"]})),
        ("a", json!({"entityTypes": ["driveItem", "message"]})),
        ("a", json!({"sortProperties": sort("summary")})),
        ("a", json!({"sortProperties": sort("name"), "entityTypes": both})),
        ("a", json!({"sortProperties": sort("name"), "entityTypes": ["drive"]})),
        ("a", json!({"sortProperties": {"name": "name"}})),
        ("a", json!({"sortProperties": sort("RefinableColour00")})),
        ("a", json!({"aggregations": [{"field": "nonsense"}], "size": 5})),
        ("a", json!({"aggregations": [{"field": "fileType"}], "entityTypes": ["drive"]})),
        ("contr*", json!({"entityTypes": ["drive"]})),
    ] {
        let body = body(query, more);

        assert_eq!(graph.refused("/search/query", &body).await, bad("BadRequest"), "{body}");
    }
}

#[tokio::test]
async fn s03_files_and_lists_need_their_scopes() {
    let files = Asking::with(&["Files.Read.All"]).await;
    let own = Asking::with(&["Files.Read"]).await;
    let forbidden = (403, "Forbidden".to_owned());

    assert!(!names(&files, "budget").await.is_empty());
    let sites = body("budget", json!({"entityTypes": ["site"]}));
    assert_eq!(files.refused("/search/query", &sites).await, forbidden);
    assert_eq!(own.refused("/search/query", &body("budget", json!({}))).await, forbidden);
}
