//! Drives, items, and the host that gives out their content.

use m365_sim::{Fault, Sim};
use reqwest::Response;
use serde_json::{Value, json};

use super::asking::{Asking, MIRA, texts};
use crate::client;

const FINANCE: &str = "/sites/fjordlight.sharepoint.com:/sites/Finance:";
const APOLLO: &str = "/sites/fjordlight.sharepoint.com:/sites/Apollo:";

async fn files() -> Asking {
    Asking::with(&["Files.Read.All", "Sites.Read.All"]).await
}

/// Where the content of the file at a path below the version is.
async fn location(graph: &Asking, path: &str) -> String {
    let response = graph.get(&format!("{path}/content")).send().await.unwrap();
    assert_eq!(response.status(), 302, "{path}");
    response.headers()["location"].to_str().unwrap().to_owned()
}

async fn download(address: &str) -> Response {
    client::http().get(address).send().await.unwrap()
}

async fn content(graph: &Asking, path: &str) -> Vec<u8> {
    let response = download(&location(graph, path).await).await;
    assert_eq!(response.status(), 200, "{path}");
    response.bytes().await.unwrap().to_vec()
}

#[tokio::test]
async fn ids_are_spelled_as_graph_spells_them() {
    let graph = files().await;

    let drive = graph.json("/me/drive").await;
    let item = graph.json("/me/drive/root:/Notes/Ideas.txt").await;

    assert!(drive["id"].as_str().unwrap().starts_with("b!"));
    assert_eq!(drive["id"].as_str().unwrap().len(), 66);
    let id = item["id"].as_str().unwrap();
    assert!(id.starts_with("01") && id.len() == 34, "{id}");
    assert_eq!(id, id.to_ascii_uppercase());
    assert_eq!(item["parentReference"]["driveId"], drive["id"]);
    assert_eq!(item["parentReference"]["name"], "Notes");
}

#[tokio::test]
async fn one_file_has_many_addresses() {
    let graph = files().await;
    let by_path = graph.json(&format!("{FINANCE}/drive/root:/Budget/Budget%20notes.md?$select=id,parentReference,sharepointIds")).await;
    let (id, drive) = (&by_path["id"], &by_path["parentReference"]["driveId"]);
    let (id, drive) = (id.as_str().unwrap(), drive.as_str().unwrap());
    let guid = by_path["sharepointIds"]["listItemUniqueId"].as_str().unwrap();
    let folder = by_path["parentReference"]["id"].as_str().unwrap();

    for path in [
        format!("/drives/{drive}/items/{id}"),
        format!("/drives/{drive}/items/{guid}"),
        format!("/drives/{drive}/root:/budget/BUDGET%20NOTES.MD"),
        format!("/drives/{drive}/root:/Budget/Budget%20notes.md:"),
        format!("/drives/{drive}/items/{folder}:/Budget%20notes.md"),
        "/groups/6f1f0c1e-0000-4000-8000-000000000b01/drive/root:/Budget/Budget%20notes.md"
            .to_owned(),
    ] {
        assert_eq!(graph.json(&path).await["id"], id, "{path}");
    }
}

#[tokio::test]
async fn s40_content_comes_from_another_host_without_a_token() {
    let graph = files().await;

    let address =
        location(&graph, &format!("{FINANCE}/drive/root:/Budget/Budget%20notes.md:")).await;
    let response = download(&address).await;

    assert!(address.starts_with(graph.tenant.download_endpoint()));
    assert_eq!(response.status(), 200);
    assert!(response.headers()["content-disposition"].to_str().unwrap().contains("Budget%20notes"));
    assert!(response.text().await.unwrap().contains("70 350 kNOK"));
}

#[tokio::test]
async fn s40_folders_packages_and_what_is_locked_have_no_content() {
    let graph = files().await;

    for (path, status, code) in [
        ("Notes", 400, "invalidRequest"),
        ("Notebook", 400, "invalidRequest"),
        ("Formats/invoice.docm", 403, "accessDenied"),
        ("Formats/Board%20papers.docx", 403, "accessDenied"),
        ("Nowhere.txt", 404, "itemNotFound"),
        ("Old%20draft.docx", 404, "itemNotFound"),
        ("What%3F.txt", 400, "invalidRequest"),
    ] {
        let found = graph.error(&format!("/me/drive/root:/{path}:/content")).await;

        assert_eq!(found, (status, code.to_owned()), "{path}");
    }
}

#[tokio::test]
async fn an_id_that_is_none_is_told_from_one_that_nothing_has() {
    let graph = files().await;
    let malformed = (400, "invalidRequest".to_owned());
    let missing = (404, "itemNotFound".to_owned());

    for (id, expected) in [
        ("nonsense", &malformed),
        ("01SHORT", &malformed),
        ("01K7Q2LDZRPRX6WZ7O3UFDGYAASUCZEUW1", &malformed),
        ("01K7Q2LDZRPRX6WZ7O3UFDGYAASUCZEUWU", &missing),
        ("00000000-0000-4000-8000-000000000000", &missing),
    ] {
        for rest in ["", "/children", "/content", ":/Notes"] {
            let found = graph.error(&format!("/me/drive/items/{id}{rest}")).await;

            assert_eq!(found, *expected, "{id}{rest}");
        }
    }
}

#[tokio::test]
async fn ones_own_drive_is_told_to_who_may_read_the_profile() {
    let graph = Asking::with(&["User.Read"]).await;
    let denied = (403, "accessDenied".to_owned());

    assert_eq!(graph.json("/me/drive").await["driveType"], "business");
    assert_eq!(graph.error("/me/drive/root/children").await, denied);
    assert_eq!(graph.error("/users/adele.vance@fjordlight.example/drive").await, denied);
}

#[tokio::test]
async fn s41_a_bearer_token_at_the_download_host_is_refused_and_noted() {
    let graph = files().await;
    let address = location(&graph, "/me/drive/root:/Notes/Ideas.txt:").await;

    let refused = client::http().get(address).bearer_auth("x").send().await.unwrap();

    assert_eq!(refused.status(), 401);
    assert!(graph.tenant.violations().iter().any(|violation| violation.starts_with("S41")));
}

#[tokio::test]
async fn s42_an_address_that_was_changed_is_refused() {
    let graph = files().await;
    let address = location(&graph, "/me/drive/root:/Notes/Ideas.txt:").await;
    let other = graph.json("/me/drive/root:/Salary%20talk.docx?$select=sharepointIds").await;
    let guid = other["sharepointIds"]["listItemUniqueId"].as_str().unwrap();
    let (front, rest) = address.split_once("UniqueId=").unwrap();
    let (_, rest) = rest.split_once('&').unwrap();
    let (path, query) = address.split_once('?').unwrap();
    let mut parts: Vec<_> = query.split('&').collect();
    parts.reverse();

    for changed in [
        format!("{front}UniqueId={guid}&{rest}"),
        format!("{path}?{}", parts.join("&")),
        format!("{address}&x=1"),
        address.replace("Translate=false", "Translate=%66alse"),
        path.to_owned(),
    ] {
        assert_eq!(download(&changed).await.status(), 401, "{changed}");
    }
    assert_eq!(download(&address).await.status(), 200);
}

#[tokio::test]
async fn s42_an_address_ends_with_its_time() {
    let now = "2026-03-18T10:00:00Z".parse().unwrap();
    let graph = Asking::on(Sim::builder().now(now).start().await.unwrap(), MIRA, &["Files.Read"]);
    let redirected = location(&graph, "/me/drive/root:/Notes/Ideas.txt:").await;
    let item = graph.json("/me/drive/root:/Notes/Ideas.txt").await;
    let listed = item["@microsoft.graph.downloadUrl"].as_str().unwrap();

    graph.tenant.clock().advance(std::time::Duration::from_secs(301));

    assert_eq!(download(&redirected).await.status(), 401);
    assert_eq!(download(listed).await.status(), 200);
}

#[tokio::test]
async fn s43_a_part_of_a_file_can_be_had() {
    let graph = files().await;
    let address = location(&graph, "/me/drive/root:/Notes/Ideas.txt:").await;
    let whole = download(&address).await.text().await.unwrap();
    let length = whole.len();
    let asked = async |range: &str| {
        client::http().get(&address).header("range", range).send().await.unwrap()
    };

    let first = asked("bytes=0-2").await;
    let last = asked("bytes=-4").await;
    let rest = asked("bytes=4-").await;
    let beyond = asked(&format!("bytes={length}-")).await;

    assert_eq!(first.status(), 206);
    assert_eq!(first.headers()["content-range"], format!("bytes 0-2/{length}"));
    assert_eq!(first.text().await.unwrap(), whole[..3]);
    assert_eq!(last.text().await.unwrap(), whole[length - 4..]);
    assert_eq!(rest.text().await.unwrap(), whole[4..]);
    assert_eq!(beyond.status(), 416);
    assert_eq!(beyond.headers()["content-range"], format!("bytes */{length}"));
}

#[tokio::test]
async fn a_head_tells_the_length() {
    let graph = files().await;
    let address = location(&graph, "/me/drive/root:/Formats/Raw%20wind%20speeds.csv:").await;

    let head = client::http().head(address).send().await.unwrap();

    assert_eq!(head.status(), 200);
    assert_eq!(head.headers()["content-length"], (30 << 20).to_string());
    assert!(head.text().await.unwrap().is_empty());
}

#[tokio::test]
async fn a_long_file_is_the_same_in_parts() {
    let graph = files().await;
    let address = location(&graph, "/me/drive/root:/Formats/Raw%20wind%20speeds.csv:").await;
    let asked = async |range: &str| {
        let answer = client::http().get(&address).header("range", range).send().await.unwrap();
        answer.bytes().await.unwrap()
    };

    let whole = asked("bytes=1000000-1000199").await;
    let (first, second) =
        (asked("bytes=1000000-1000099").await, asked("bytes=1000100-1000199").await);

    assert_eq!(whole.len(), 200);
    assert_eq!(whole, [first, second].concat());
}

#[tokio::test]
async fn s44_only_what_office_reads_becomes_a_pdf() {
    let graph = files().await;
    let converted = async |path: &str, format: &str| {
        let path = format!("/me/drive/root:/{path}:/content?format={format}");
        let response = graph.get(&path).send().await.unwrap();
        let status = response.status().as_u16();
        let location = response.headers().get("location").cloned();
        (status, location.map(|location| location.to_str().unwrap().to_owned()))
    };

    let (status, address) = converted("Salary%20talk.docx", "pdf").await;
    let (refused, _) = converted("Notes/Ideas.txt", "pdf").await;
    let (page, html) = converted("Formats/Brainstorm.loop", "html").await;

    assert_eq!((status, refused, page), (302, 406, 302));
    let pdf = download(&address.unwrap()).await;
    assert_eq!(pdf.headers()["content-type"], "application/pdf");
    assert!(pdf.bytes().await.unwrap().starts_with(b"%PDF-"));
    assert!(download(&html.unwrap()).await.text().await.unwrap().contains("<p>Crew boat"));
}

#[tokio::test]
async fn s44_a_refused_conversion_says_why_inside() {
    let graph = files().await;

    let response = graph.get("/me/drive/root:/Notes/Ideas.txt:/content?format=pdf").send();

    let body: Value = serde_json::from_str(&response.await.unwrap().text().await.unwrap()).unwrap();
    assert_eq!(body["error"]["code"], "notSupported");
    assert_eq!(body["error"]["innerError"]["code"], "invalidFileFormat");
}

#[tokio::test]
async fn files_are_what_their_names_say() {
    let graph = files().await;

    for (path, start) in [
        ("Salary%20talk.docx", &b"PK\x03\x04"[..]),
        ("Travel/Expenses.xlsx", b"PK\x03\x04"),
        ("Presentations/Programme%20overview.pptx", b"PK\x03\x04"),
        ("Travel/Hamburg%20itinerary.pdf", b"%PDF-1.4"),
        ("Formats/papers.zip", b"PK\x03\x04"),
        ("Formats/Crew%20rules.odt", b"PK\x03\x04"),
        ("Formats/Bank%20details.pdf", b"%PDF-"),
        ("Formats/Salaries%202026.xlsx", b"\xd0\xcf\x11\xe0"),
        ("Formats/Drum%20list.xls", b"\xd0\xcf\x11\xe0"),
        ("Formats/Blade%20lift.mp4", b"\0\0\0\x18ftyp"),
        ("Formats/stamp.png", b"\x89PNG"),
        ("Formats/utf-16.txt", b"\xff\xfe"),
        ("Formats/latin-1.txt", b"Sm\xf8rbr\xf8d"),
        ("Empty.txt", b""),
    ] {
        let path = format!("/me/drive/root:/{path}:");
        let bytes = content(&graph, &path).await;

        assert!(bytes.starts_with(start), "{path}");
        assert_eq!(graph.json(&path).await["size"], bytes.len(), "{path}");
    }
}

#[tokio::test]
async fn odd_names_are_found_by_their_encoded_paths() {
    let graph = files().await;
    let children = graph.json("/me/drive/root:/Odd%20names:/children").await;
    let urls = texts(&children["value"], "webUrl");
    assert!(urls.len() >= 7);

    for url in urls {
        let (_, path) = url.split_once("/Documents/").unwrap();
        let item = graph.json(&format!("/me/drive/root:/{path}")).await;

        assert_eq!(item["webUrl"], url);
    }
}

#[tokio::test]
async fn s56_a_long_folder_is_paged() {
    let graph = files().await;
    let path = format!("{APOLLO}/drive/root:/Readings:/children");

    let first = graph.json(&format!("{path}?$select=id,name")).await;
    let all = graph.all_ids(&format!("{path}?$select=id,name")).await;
    let by_hundred = graph.all_ids(&format!("{path}?$top=100")).await;

    assert_eq!(first["value"].as_array().unwrap().len(), 200);
    let link = first["@odata.nextLink"].as_str().unwrap();
    assert!(link.contains("skiptoken=") && !link.contains("24skip="), "{link}");
    assert_eq!(all.len(), 260);
    assert_eq!(all, by_hundred);
    let changed = link.replace("skiptoken=", "skiptoken=A");
    assert_eq!(graph.error(&changed).await.0, 400);
}

#[tokio::test]
async fn a_listing_is_ordered_and_trimmed_as_asked() {
    let graph = files().await;

    let newest = graph
        .json("/me/drive/root/children?$orderby=lastModifiedDateTime%20desc&$select=name,lastModifiedDateTime")
        .await;
    let expanded = graph.json("/me/drive/root/children?$expand=listItem($expand=fields)").await;

    let dates = texts(&newest["value"], "lastModifiedDateTime");
    assert!(dates.is_sorted_by(|a, b| a >= b));
    assert!(newest["value"][0].get("size").is_none());
    assert!(expanded["value"][0]["listItem"]["fields"]["FileLeafRef"].is_string());
    for wrong in ["$orderby=webUrl", "$skip=3", "$filter=name%20eq%20'x'", "$select=nonsense"] {
        let path = format!("/me/drive/root/children?{wrong}");
        assert_eq!(graph.error(&path).await.0, 400, "{wrong}");
    }
}

#[tokio::test]
async fn an_item_tells_what_it_is() {
    let graph = files().await;
    let item = async |path: &str| graph.json(&format!("/me/drive/root:/{path}")).await;

    assert_eq!(item("Notes").await["folder"]["childCount"], 3);
    assert_eq!(item("Notebook").await["package"]["type"], "oneNote");
    assert!(item("Formats/invoice.docm").await["malware"]["description"].is_string());
    assert_eq!(item("Formats/wind.json").await["file"]["mimeType"], "application/json");
    assert_eq!(graph.json("/me/drive/root").await["root"], json!({}));
}

#[tokio::test]
async fn a_shortcut_leads_to_another_drive() {
    let graph = files().await;

    let shortcut = graph.json("/me/drive/root:/Drawings").await;

    let remote = &shortcut["remoteItem"];
    let drive = remote["parentReference"]["driveId"].as_str().unwrap();
    let path = format!("/drives/{drive}/items/{}/children", remote["id"].as_str().unwrap());
    assert_eq!(texts(&graph.json(&path).await["value"], "name").len(), 2);
    assert_eq!(graph.error("/me/drive/root:/Drawings:/children").await.0, 404);
}

#[tokio::test]
async fn a_known_version_is_not_sent_again() {
    let graph = files().await;
    let item = graph.json("/me/drive/root:/Notes/Ideas.txt").await;

    let known = graph
        .get("/me/drive/root:/Notes/Ideas.txt")
        .header("if-none-match", item["eTag"].as_str().unwrap());

    assert_eq!(known.send().await.unwrap().status(), 304);
}

#[tokio::test]
async fn who_never_opened_onedrive_has_no_drive() {
    let graph = files().await;

    for name in ["sofia.marin@fjordlight.example", "dock.terminal@fjordlight.example"] {
        let refused = graph.error(&format!("/users/{name}/drive")).await;

        assert_eq!(refused, (404, "ResourceNotFound".to_owned()));
    }
}

#[tokio::test]
async fn what_the_caller_may_not_see_is_not_there() {
    let graph = files().await;
    let budget = graph.json(&format!("{FINANCE}/drive/root:/Budget:/children")).await;

    let names = texts(&budget["value"], "name");
    let hidden = format!("{FINANCE}/drive/root:/Budget/Board%20version.docx");
    let other = graph.error("/users/adele.vance@fjordlight.example/drive/root/children").await;

    assert!(!names.contains(&"Board version.docx".to_owned()), "{names:?}");
    assert_eq!(graph.error(&hidden).await, (404, "itemNotFound".to_owned()));
    assert_eq!(other, (403, "accessDenied".to_owned()));
}

#[tokio::test]
async fn the_drives_of_others_are_as_closed_as_their_drive() {
    let graph = files().await;
    let denied = (403, "accessDenied".to_owned());

    for path in [
        "/users/jonas.lindqvist@fjordlight.example/drive",
        "/users/adele.vance@fjordlight.example/drive",
    ] {
        assert_eq!(graph.error(path).await, denied, "{path}");
        assert_eq!(graph.error(&format!("{path}s")).await, denied, "{path}s");
    }
    let own = graph.json(&format!("/users/{MIRA}/drives")).await;
    assert_eq!(own["value"][0]["id"], graph.json("/me/drive").await["id"]);
}

#[tokio::test]
async fn what_others_share_is_found_from_ones_own_drive() {
    let graph = files().await;

    let found = graph.json("/me/drive/search(q='torque%20bolt')").await;

    let row = &found["value"][0];
    assert_eq!(row["name"], "Turbine torque values.xlsx");
    let remote = &row["remoteItem"];
    let drive = remote["parentReference"]["driveId"].as_str().unwrap();
    let path = format!("/drives/{drive}/items/{}", remote["id"].as_str().unwrap());
    assert_eq!(graph.json(&path).await["name"], row["name"]);
    assert!(graph.error(&format!("/drives/{drive}/root:/Private/Job%20offer.docx")).await.0 >= 400);
}

#[tokio::test]
async fn a_search_in_a_drive_knows_no_query_language() {
    let graph = files().await;

    let quoted = graph.json("/me/drive/root/search(q='mira''s')").await;
    let kql = graph.json("/me/drive/root/search(q='filetype:md')").await;

    assert_eq!(quoted["value"][0]["name"], "Mira's list.txt");
    assert_eq!(quoted["value"][0]["searchResult"], json!({}));
    assert_eq!(kql["value"], json!([]));
}

#[tokio::test]
async fn s03_a_token_opens_what_its_scopes_say() {
    let own = Asking::with(&["Files.Read"]).await;
    let none = Asking::with(&["Mail.Read"]).await;
    let denied = (403, "accessDenied".to_owned());

    let drives = own.json(&format!("{FINANCE}/drives")).await;
    let finance = drives["value"][0]["id"].as_str().unwrap();

    assert!(!own.json("/me/drive/root/children").await["value"].as_array().unwrap().is_empty());
    assert_eq!(own.error(&format!("/drives/{finance}/root")).await, denied);
    assert_eq!(own.error("/sites/root").await, denied);
    assert_eq!(none.error("/me/drive").await, denied);
}

#[tokio::test]
async fn s45_and_s46_a_link_is_read_but_not_redeemed() {
    let graph = files().await;
    let url = format!(
        "{}/Shared%20Documents/Budget/Budget%20notes.md",
        "https://fjordlight.sharepoint.com/sites/Finance"
    );
    let link = graph.tenant.sharing_link(&url).unwrap();

    for url in [url.clone(), link, url.replace("/sites/", "/:u:/r/sites/")] {
        let path = format!("/shares/{}/driveItem", token(&url));
        let item = graph.json(&path).await;

        assert_eq!(item["name"], "Budget notes.md", "{url}");
        let bytes = content(&graph, &path).await;
        assert!(String::from_utf8(bytes).unwrap().contains("70 350"));
    }
    assert!(graph.tenant.violations().is_empty());
    let path = format!("/shares/{}/driveItem", token(&url));
    let redeemed = graph.get(&path).header("prefer", "redeemSharingLink").send().await.unwrap();
    assert_eq!(redeemed.status(), 200);
    assert!(graph.tenant.violations()[0].starts_with("S45"));
}

#[tokio::test]
async fn s46_links_can_be_closed_to_readers() {
    let tenant = Sim::builder().shares_denied().start().await.unwrap();
    let graph = Asking::on(tenant, MIRA, &["Files.Read.All", "Sites.Read.All"]);
    let url = "https://fjordlight.sharepoint.com/sites/Finance/Shared%20Documents/Budget";

    let path = format!("/shares/{}/driveItem", token(url));
    let refused = graph.error(&path).await;
    let writer = Asking::on(graph.tenant, MIRA, &["Files.ReadWrite"]);

    assert_eq!(refused, (403, "accessDenied".to_owned()));
    assert_eq!(writer.json(&path).await["name"], "Budget");
}

#[tokio::test]
async fn a_link_to_what_the_caller_may_not_see_is_refused() {
    let graph = files().await;
    let board =
        "https://fjordlight.sharepoint.com/sites/Board/Shared%20Documents/Takeover%20plan.pptx";

    for url in [board.to_owned(), graph.tenant.sharing_link(board).unwrap(), format!("{board}x")] {
        let refused = graph.error(&format!("/shares/{}/driveItem", token(&url))).await;

        assert_eq!(refused, (403, "accessDenied".to_owned()), "{url}");
    }
    assert_eq!(graph.error("/shares/nonsense/driveItem").await.0, 400);
}

fn token(url: &str) -> String {
    use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};

    format!("u!{}", BASE64_URL_SAFE_NO_PAD.encode(url))
}

#[tokio::test]
async fn the_address_of_a_download_can_be_selected() {
    let graph = files().await;

    let item =
        graph.json("/me/drive/root:/Notes/Ideas.txt?select=id,@microsoft.graph.downloadUrl").await;
    let trimmed = graph.json("/me/drive/root:/Notes/Ideas.txt?$select=id,name").await;

    let address = item["@microsoft.graph.downloadUrl"].as_str().unwrap();
    assert_eq!(download(address).await.status(), 200);
    assert!(item.get("name").is_none());
    assert!(trimmed.get("@microsoft.graph.downloadUrl").is_none());
}

#[tokio::test]
async fn loop_files_can_only_be_read_as_pages() {
    let graph = files().await;

    let raw = content(&graph, "/me/drive/root:/Formats/Brainstorm.loop:").await;

    assert!(!String::from_utf8_lossy(&raw).contains("Crew boat"));
}

#[tokio::test]
async fn s58_each_cloud_has_its_own_hosts() {
    let tenant = Sim::builder().cloud(m365_sim::SimCloud::UsGovHigh).start().await.unwrap();
    let graph = Asking::on(tenant, MIRA, &["Files.Read.All", "Sites.Read.All"]);

    let site = graph.json("/sites/fjordlight.sharepoint.us:/sites/Finance").await;
    let own = graph.json("/me/drive").await;

    assert_eq!(site["webUrl"], "https://fjordlight.sharepoint.us/sites/Finance");
    assert!(own["webUrl"].as_str().unwrap().starts_with("https://fjordlight-my.sharepoint.us/"));
}

#[tokio::test]
async fn a_batch_gives_the_redirect_itself() {
    let graph = files().await;
    let body = json!({"requests": [
        {"id": "1", "method": "GET", "url": "/me/drive/root:/Notes/Ideas.txt:/content"},
    ]});

    let answer = graph.posted("/$batch", &body).await;

    assert_eq!(answer["responses"][0]["status"], 302);
    let address = answer["responses"][0]["headers"]["Location"].as_str().unwrap();
    assert_eq!(download(address).await.status(), 200);
}

#[tokio::test]
async fn the_secret_of_an_address_is_a_canary() {
    let graph = files().await;
    let address = location(&graph, "/me/drive/root:/Notes/Ideas.txt:").await;

    let canaries = graph.tenant.canaries();

    assert!(canaries.iter().any(|canary| address.contains(canary.as_str())));
}

#[tokio::test]
async fn a_download_can_break() {
    let graph = files().await;
    let address = location(&graph, "/me/drive/root:/Salary%20talk.docx:").await;
    graph.tenant.downloads().next_response(Fault::reset_mid_body());

    let broken = download(&address).await.bytes().await;

    assert!(broken.is_err());
}
