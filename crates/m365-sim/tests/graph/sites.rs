//! Sites, lists and pages.

use m365_sim::Sim;
use serde_json::json;

use super::asking::{Asking, MIRA, bad, texts};

const FINANCE: &str = "/sites/fjordlight.sharepoint.com:/sites/Finance";
const APOLLO: &str = "/sites/fjordlight.sharepoint.com:/sites/Apollo";

async fn sites() -> Asking {
    Asking::with(&["Sites.Read.All"]).await
}

/// The path of a site by its id.
async fn by_id(graph: &Asking, path: &str) -> String {
    let site = graph.json(path).await;
    format!("/sites/{}", site["id"].as_str().unwrap())
}

#[tokio::test]
async fn a_site_has_several_addresses() {
    let graph = sites().await;
    let site = graph.json(FINANCE).await;
    let id = site["id"].as_str().unwrap();
    let (_, guids) = id.split_once(',').unwrap();
    let (collection, _) = guids.split_once(',').unwrap();

    for path in [format!("/sites/{id}"), format!("/sites/{collection}"), format!("{FINANCE}:/")] {
        assert_eq!(graph.json(&path).await["id"], id, "{path}");
    }
    assert_eq!(id.split(',').next(), Some("fjordlight.sharepoint.com"));
    assert_eq!(site["webUrl"], "https://fjordlight.sharepoint.com/sites/Finance");
    assert_eq!(site["displayName"], "Finance");
}

#[tokio::test]
async fn the_root_is_found_by_name_and_by_host() {
    let graph = sites().await;

    let root = graph.json("/sites/root").await;
    let host = graph.json("/sites/fjordlight.sharepoint.com").await;

    assert_eq!(root["displayName"], "Intranet");
    assert_eq!(root["id"], host["id"]);
}

#[tokio::test]
async fn sites_are_searched_by_words() {
    let graph = sites().await;

    let apollo = graph.json("/sites?search=apollo").await;
    let all = graph.json("/sites?search=*").await;

    let names = texts(&apollo["value"], "displayName");
    assert!(names.contains(&"Apollo".to_owned()) && names.contains(&"Apollo Archive".to_owned()));
    let names = texts(&all["value"], "displayName");
    assert!(names.len() > 5 && !names.contains(&"Board".to_owned()), "{names:?}");
}

#[tokio::test]
async fn a_search_for_sites_has_no_dollar_sign() {
    let graph = sites().await;

    for path in ["/sites", "/sites?$search=apollo"] {
        assert_eq!(graph.error(path).await.0, 400, "{path}");
    }
}

#[tokio::test]
async fn subsites_lie_below_their_site() {
    let graph = sites().await;
    let apollo = by_id(&graph, APOLLO).await;

    let below = graph.json(&format!("{apollo}/sites")).await;
    let by_path = graph.json(&format!("{APOLLO}/Engineering")).await;

    assert_eq!(texts(&below["value"], "displayName"), ["Engineering"]);
    assert_eq!(below["value"][0]["id"], by_path["id"]);
}

#[tokio::test]
async fn libraries_are_drives_but_pages_are_not() {
    let graph = sites().await;

    let drives = graph.json(&format!("{FINANCE}:/drives")).await;
    let lists = graph.json(&format!("{FINANCE}:/lists")).await;

    assert_eq!(texts(&drives["value"], "name"), ["Documents", "Contracts"]);
    let url = "https://fjordlight.sharepoint.com/sites/Finance/Shared%20Documents";
    assert_eq!(drives["value"][0]["webUrl"], url);
    let names = texts(&lists["value"], "displayName");
    assert_eq!(names, ["Documents", "Contracts", "Site Pages", "Risks"]);
}

#[tokio::test]
async fn a_list_gives_its_columns_where_they_are_expanded() {
    let graph = sites().await;
    let items = format!("{APOLLO}:/lists/Issues/items");

    let plain = graph.json(&format!("{items}?$top=2")).await;
    let expanded = graph.json(&format!("{items}?$expand=fields($select=Title,Position)")).await;
    let all = graph.all_ids(&format!("{items}?$top=2")).await;

    assert!(plain["value"][0].get("fields").is_none());
    let first = json!({
        "@odata.etag": expanded["value"][0]["fields"]["@odata.etag"],
        "Title": "Hairline crack in flange", "Position": "A4",
    });
    assert_eq!(expanded["value"][0]["fields"], first);
    assert_eq!(all, ["1", "2", "3", "4", "5", "6"]);
}

#[tokio::test]
async fn a_filter_needs_an_indexed_column_or_a_promise() {
    let graph = sites().await;
    let items = format!("{APOLLO}:/lists/Issues/items?$expand=fields");
    let by = |name: &str, value: &str| format!("{items}&$filter=fields/{name}%20eq%20'{value}'");

    let open = graph.json(&by("Status", "Open")).await;
    let refused = graph.error(&by("Priority", "High")).await;
    let promise = graph
        .get(&by("Priority", "High"))
        .header("prefer", "HonorNonIndexedQueriesWarningMayFailRandomly");

    assert_eq!(open["value"].as_array().unwrap().len(), 4);
    assert_eq!(refused, (400, "invalidRequest".to_owned()));
    assert_eq!(promise.send().await.unwrap().status(), 200);
    assert_eq!(graph.error(&by("Nonsense", "x")).await.0, 400);
}

#[tokio::test]
async fn a_filter_compares_what_is_quoted_and_times_as_times() {
    let graph = sites().await;
    let issues = format!("{APOLLO}:/lists/Issues/items?$select=id");
    let files = format!("{FINANCE}:/lists/Documents/items?$select=id");

    let quoted = "fields/Title eq 'Paint and primer peel above splash zone'";
    let either = "fields/Status eq 'Closed' or startswith(fields/Title,'Wrong')";
    let past = "fields/Modified gt 2020-01-01 and fields/Modified gt '2020-01-01T00:00:00Z'";

    assert_eq!(graph.ids(&format!("{issues}&$filter={quoted}")).await, ["2"]);
    assert_eq!(graph.ids(&format!("{issues}&$filter={either}")).await, ["3", "4", "5"]);
    assert!(!graph.ids(&format!("{files}&$filter={past}")).await.is_empty());
    for wrong in ["fields/Title gt true", "fields/Title eq Paint", "Title eq 'x'", "fields/Title"] {
        let refused = graph.error(&format!("{issues}&$filter={wrong}")).await;
        assert_eq!(refused, bad("invalidRequest"), "{wrong}");
    }
    let day = graph.error(&format!("{files}&$filter=fields/Modified gt 'yesterday'")).await;
    assert_eq!(day, bad("invalidRequest"));
}

#[tokio::test]
async fn what_a_type_does_not_have_cannot_be_selected() {
    let graph = sites().await;

    for path in [
        "/sites?search=apollo&$select=".to_owned(),
        "/me/followedSites?$select=".to_owned(),
        format!("{APOLLO}?$select="),
        format!("{APOLLO}:/sites?$select="),
        format!("{APOLLO}:/drive?$select="),
        format!("{APOLLO}:/drives?$select="),
        format!("{APOLLO}:/lists?$select="),
        format!("{APOLLO}:/lists/Issues?$select="),
        format!("{APOLLO}:/lists/Issues/items?$select="),
        format!("{APOLLO}:/lists/Issues/items/1?$select="),
        format!("{APOLLO}:/pages/microsoft.graph.sitePage?$select="),
    ] {
        graph.json(&format!("{path}id,webUrl")).await;
        let refused = graph.error(&format!("{path}id,nonsense")).await;
        assert_eq!(refused, bad("BadRequest"), "{path}");
    }
    let uncast = graph.error(&format!("{APOLLO}:/pages?$select=promotionKind")).await;
    assert_eq!(uncast, bad("BadRequest"));
}

#[tokio::test]
async fn options_that_sites_do_not_have_are_refused() {
    let graph = sites().await;

    for path in [
        "/sites?search=apollo&$orderby=displayName".to_owned(),
        "/sites?search=apollo&$filter=name eq 'Apollo'".to_owned(),
        "/sites?search=apollo&$skip=1".to_owned(),
        "/me/followedSites?$orderby=name".to_owned(),
        format!("{APOLLO}?$top=1"),
        format!("{APOLLO}:/sites?$filter=name eq 'Engineering'"),
        format!("{APOLLO}:/drives?$orderby=name"),
        format!("{APOLLO}:/lists?$search=issues"),
        format!("{APOLLO}:/lists/Issues?$top=1"),
        format!("{APOLLO}:/lists/Issues/items?$skip=1"),
        format!("{APOLLO}:/lists/Issues/items/1?$filter=id eq '1'"),
        format!("{APOLLO}:/pages/microsoft.graph.sitePage?$filter=title eq 'x'"),
    ] {
        assert_eq!(graph.error(&path).await, bad("invalidRequest"), "{path}");
    }
}

#[tokio::test]
async fn a_search_for_sites_is_ordered_by_their_age_alone() {
    let graph = sites().await;
    let by = |order: &str| format!("/sites?search=*&$orderby={order}");

    let oldest = graph.json(&by("createdDateTime")).await;
    let newest = graph.json(&by("createdDateTime desc")).await;

    let (oldest, newest) =
        [oldest, newest].map(|page| texts(&page["value"], "createdDateTime")).into();
    assert!(oldest.is_sorted() && oldest.first() < oldest.last(), "{oldest:?}");
    assert!(newest.is_sorted_by(|a, b| a >= b), "{newest:?}");
}

#[tokio::test]
async fn s56_lists_of_sites_lists_and_drives_are_paged() {
    let graph = sites().await;

    for path in [
        "/sites?search=*".to_owned(),
        "/me/followedSites?$select=id".to_owned(),
        format!("{FINANCE}:/drives?$select=id"),
        format!("{FINANCE}:/lists?$select=id"),
        "/sites/root/pages/microsoft.graph.sitePage?$select=id".to_owned(),
    ] {
        let all = graph.ids(&path).await;
        let first = graph.json(&format!("{path}&$top=1")).await;
        let paged = graph.all_ids(&format!("{path}&$top=1")).await;

        assert!(all.len() > 1, "{path}");
        assert_eq!(first["value"].as_array().unwrap().len(), 1, "{path}");
        assert_eq!(paged, all, "{path}");
        let link = first["@odata.nextLink"].as_str().unwrap();
        let altered = graph.error(&link.replace("%24top=1", "%24top=2")).await;
        assert_eq!(altered, bad("BadRequest"), "{path}");
    }
}

#[tokio::test]
async fn s03_sites_need_a_scope_of_their_own() {
    let graph = Asking::with(&["Files.Read.All"]).await;
    let denied = (403, "accessDenied".to_owned());

    for path in ["/sites?search=apollo", "/sites/root", "/sites/root/lists", "/me/followedSites"] {
        assert_eq!(graph.error(path).await, denied, "{path}");
    }
}

#[tokio::test]
async fn a_list_item_leads_to_its_file() {
    let graph = sites().await;
    let file = graph
        .json(&format!("{FINANCE}:/drive/root:/Budget/Budget%20notes.md?$select=id,sharepointIds"))
        .await;
    let number = file["sharepointIds"]["listItemId"].as_str().unwrap();

    let item = format!("{FINANCE}:/lists/Documents/items/{number}");
    let found = graph.json(&format!("{item}/driveItem")).await;
    let fields = graph.json(&format!("{item}?$expand=fields")).await;

    assert_eq!(found["id"], file["id"]);
    assert_eq!(fields["fields"]["FileLeafRef"], "Budget notes.md");
}

#[tokio::test]
async fn a_page_has_its_text_in_sections() {
    let graph = sites().await;
    let list = graph.json(&format!("{FINANCE}:/pages/microsoft.graph.sitePage")).await;
    let id = list["value"][0]["id"].as_str().unwrap();

    let page = format!("{FINANCE}:/pages/{id}/microsoft.graph.sitePage");
    let plain = graph.json(&page).await;
    let full = graph.json(&format!("{page}?$expand=canvasLayout")).await;

    assert_eq!(plain["title"], "Budget process");
    assert!(plain.get("canvasLayout").is_none());
    let sections = full["canvasLayout"]["horizontalSections"].as_array().unwrap();
    assert_eq!(sections.len(), 2);
    let [text, links] = [0, 1].map(|column| &sections[0]["columns"][column]["webparts"][0]);
    assert!(text["innerHtml"].as_str().unwrap().contains("<h2>Each quarter</h2>"));
    let processed = &links["data"]["serverProcessedContent"];
    assert_eq!(processed["searchablePlainTexts"][0]["value"], "Q3 budget deck");
    assert_eq!(links["@odata.type"], "#microsoft.graph.standardWebPart");
}

#[tokio::test]
async fn only_the_cast_has_what_modern_pages_have() {
    let graph = sites().await;

    let base = graph.json("/sites/root/pages").await;
    let cast = graph.json("/sites/root/pages/microsoft.graph.sitePage").await;

    assert!(base["value"][0].get("promotionKind").is_none());
    let kinds = texts(&cast["value"], "promotionKind");
    assert_eq!(kinds, ["newsPost", "page"]);
}

#[tokio::test]
async fn a_classic_page_is_in_the_library_only() {
    let graph = sites().await;
    let library = graph.json("/sites/root/lists/SitePages?$select=id").await;
    let found = json!({"requests": [{
        "entityTypes": ["listItem"], "query": {"queryString": "canteen wiki"},
    }]});
    let found = graph.posted("/search/query", &found).await;
    let guid = found["value"][0]["hitsContainers"][0]["hits"][0]["hitId"].clone();
    let (library, guid) = (library["id"].as_str().unwrap(), guid.as_str().unwrap());

    let page = format!("/sites/root/pages/{guid}/microsoft.graph.sitePage");
    let item = format!("/sites/root/lists/{library}/items/{guid}?$expand=fields");

    assert_eq!(graph.error(&page).await, (404, "itemNotFound".to_owned()));
    assert_eq!(graph.json(&item).await["fields"]["Title"], "Canteen wiki");
}

#[tokio::test]
async fn a_site_without_access_is_closed() {
    let graph = sites().await;
    let board = "/sites/fjordlight.sharepoint.com:/sites/Board";

    assert_eq!(graph.error(board).await, (403, "accessDenied".to_owned()));
    assert_eq!(graph.error(&format!("{board}:/drives")).await, (403, "accessDenied".to_owned()));
    let unknown = "/sites/fjordlight.sharepoint.com:/sites/Nowhere";
    assert_eq!(graph.error(unknown).await, (404, "itemNotFound".to_owned()));
    assert_eq!(graph.error("/sites/elsewhere.example:/sites/Apollo").await.0, 400);
}

#[tokio::test]
async fn the_caller_follows_some_sites() {
    let graph = sites().await;

    let followed = graph.json("/me/followedSites").await;

    assert_eq!(texts(&followed["value"], "name"), ["Finance", "Apollo"]);
}

#[tokio::test]
async fn s47_a_selected_site_is_open_and_nothing_else() {
    let tenant = Sim::builder().grant_site("Apollo").start().await.unwrap();
    let graph = Asking::on(tenant, MIRA, &["Sites.Selected"]);
    let denied = (403, "accessDenied".to_owned());

    assert_eq!(graph.json(APOLLO).await["displayName"], "Apollo");
    let charter = format!("{APOLLO}:/drive/root:/Apollo%20charter.docx");
    assert_eq!(graph.json(&charter).await["name"], "Apollo charter.docx");
    assert_eq!(graph.error(FINANCE).await, denied);
    assert_eq!(graph.error("/sites?search=apollo").await, denied);
    let body = json!({"requests": [{
        "entityTypes": ["driveItem"], "query": {"queryString": "apollo"},
    }]});
    assert_eq!(graph.refused("/search/query", &body).await, (403, "Forbidden".to_owned()));
}
