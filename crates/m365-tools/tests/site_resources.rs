//! Sites and pages, read by their addresses.

use m365_sim::{Fault, Sim};
use serde_json::{Value, json};

use crate::office::{Office, text};

pub(crate) const SCOPES: [&str; 4] =
    ["User.Read", "Calendars.Read", "Files.Read.All", "Sites.Read.All"];

const HOST: &str = "fjordlight.sharepoint.com";

async fn office() -> Office {
    Office::with(Sim::builder().messages(150), &SCOPES).await
}

/// The id of the site at a path.
async fn site(office: &Office, path: &str) -> String {
    office.graph().sites().at(HOST, path).await.unwrap().id.unwrap().to_string()
}

/// The address of a page by its title.
async fn page(office: &Office, path: &str, title: &str) -> String {
    let read = office.read(&format!("site:///{}", site(office, path).await)).await;
    let items = read["results"][0]["items"].as_array().unwrap();
    let page = items.iter().find(|item| item["name"] == title).unwrap();
    text(page, "uri").to_owned()
}

fn named<'a>(read: &'a Value, kind: &str) -> Vec<&'a str> {
    let items = read["results"][0]["items"].as_array().unwrap();
    items.iter().filter(|item| item["type"] == kind).map(|item| text(item, "name")).collect()
}

#[tokio::test]
async fn a_site_says_what_it_is_and_lists_libraries_sites_and_pages() {
    let office = office().await;
    let uri = format!("site:///{}", site(&office, "/sites/Apollo").await);

    let read = office.read(&uri).await;

    let about = &read["results"][0];
    assert_eq!((text(about, "type"), text(about, "title")), ("site", "Apollo"));
    assert_eq!(about["description"], "The Apollo wind farm");
    assert_eq!(about["uri"], uri);
    assert_eq!(named(&read, "library"), ["Documents", "Contracts"]);
    assert_eq!(named(&read, "site"), ["Engineering"]);
    assert!(!named(&read, "page").is_empty());
}

#[tokio::test]
async fn a_library_of_a_site_can_be_listed() {
    let office = office().await;
    let read = office.read(&format!("site:///{}", site(&office, "/sites/Finance").await)).await;
    let library = &read["results"][0]["items"][0];

    let listed = office.read(text(library, "uri")).await;

    assert!(named(&listed, "folder").contains(&"Budget"), "{listed}");
}

#[tokio::test]
async fn a_page_is_its_title_and_its_sections_in_order_with_their_links() {
    let office = office().await;
    let uri = page(&office, "/sites/Finance", "Budget process").await;

    let read = office.read(&uri).await;

    let page = &read["results"][0];
    assert_eq!((text(page, "type"), text(page, "title")), ("page", "Budget process"));
    assert_eq!(page["author"], "Adele Vance");
    let text = text(page, "text");
    assert!(text.starts_with("# Budget process\n"), "{text}");
    let places: Vec<_> =
        ["## Each quarter", "Papers", "Q3 budget deck", "## Objections", "**16:00**"]
            .iter()
            .map(|part| text.find(part).unwrap_or_else(|| panic!("no {part} in {text}")))
            .collect();
    assert!(places.is_sorted(), "{text}");
    assert!(
        text.contains(&format!("https://{HOST}/sites/Finance/Shared%20Documents/Budget/")),
        "{text}"
    );
}

#[tokio::test]
async fn a_page_is_read_where_a_bad_one_does_no_harm() {
    let (office, extraction) = office().await.queued();

    office.read(&page(&office, "/sites/Finance", "Budget process").await).await;

    let read = extraction.metrics().seconds;
    assert_eq!(read.iter().map(|it| (it.format, it.count)).collect::<Vec<_>>(), [("html", 1)]);
}

#[tokio::test]
async fn news_is_told_from_other_pages() {
    let office = office().await;

    let read = office.read(&format!("site:///{}", site(&office, "").await)).await;

    assert!(named(&read, "news").contains(&"Second crew boat arrives"), "{read}");
    assert!(named(&read, "page").contains(&"Welcome"), "{read}");
}

#[tokio::test]
async fn a_pasted_address_of_a_page_leads_to_the_page() {
    let office = office().await;

    let read =
        office.read(&format!("https://{HOST}/sites/Finance/SitePages/Budget-process.aspx")).await;

    assert_eq!(read["results"][0]["title"], "Budget process");
}

/// Makes the library of the host's pages answer with `item` for a page that is no modern one.
async fn classic(office: &Office, item: Value) -> String {
    let site = site(office, "").await;
    let page = "11111111-2222-4333-8444-555555555555";
    let lists = office.graph().sites().site(&site.parse().unwrap()).lists().await.unwrap().items;
    let pages = lists.iter().find(|list| list.web_url.ends_with("/SitePages")).unwrap();
    let pages = pages.id.clone().unwrap();
    let path = format!("/v1.0/sites/{}/lists/{pages}/items/{page}", site.replace(',', "%2C"));
    office.tenant.graph().on(&path, Fault::body(200, "application/json", item.to_string()));
    format!("page:///sites/{site}/pages/{page}")
}

#[tokio::test]
async fn a_page_in_the_classic_style_is_read_where_its_item_has_the_text() {
    let office = office().await;
    let fields = json!({"Title": "Canteen", "WikiField": "<p>Opens at <b>eleven</b>.</p>"});
    let uri = classic(&office, json!({"id": "3", "fields": fields})).await;

    let read = office.read(&uri).await;

    assert_eq!(read["results"][0]["text"], "# Canteen\n\nOpens at **eleven**.");
}

#[tokio::test]
async fn a_page_in_the_classic_style_without_text_is_refused_with_its_link() {
    let office = office().await;
    let link = format!("https://{HOST}/SitePages/Parts.aspx");
    let item = json!({"id": "3", "webUrl": link, "fields": {"Title": "Parts"}});
    let uri = classic(&office, item).await;

    let error = office.refusal(&uri).await;

    assert_eq!(error["code"], "UNSUPPORTED_CONTENT", "{error}");
    assert_eq!(error["details"]["webLink"], link);
}

#[tokio::test]
async fn what_is_not_there_is_not_found() {
    let office = office().await;
    let site = site(&office, "/sites/Finance").await;
    let missing = "11111111-2222-4333-8444-555555555555";

    for uri in [
        format!("page:///sites/{site}/pages/{missing}"),
        format!("site:///{HOST},{missing},{missing}"),
    ] {
        assert_eq!(office.refusal(&uri).await["code"], "NOT_FOUND", "{uri}");
    }
}

#[tokio::test]
async fn a_site_needs_a_scope_that_is_named() {
    let builder = Sim::builder().messages(150);
    let office = Office::with(builder, &["User.Read", "Calendars.Read", "Files.Read.All"]).await;

    let error = office.refusal(&format!("site:///{HOST}")).await;

    assert_eq!(error["code"], "FORBIDDEN");
    assert!(text(&error, "message").contains("Missing scope 'Sites.Read.All'"), "{error}");
}

#[tokio::test]
async fn a_long_listing_goes_on_with_a_cursor_and_repeats_nothing() {
    let office = office().await.limited(1_200);
    let uri = format!("site:///{}", site(&office, "/sites/Apollo").await);
    let mut arguments = json!({"uri": uri});
    let mut names = Vec::new();

    for _ in 0..20 {
        let read = office.call("read_resource", arguments.clone()).await.unwrap();
        let items = read["results"][0]["items"].as_array().unwrap();
        names.extend(items.iter().map(|item| text(item, "uri").to_owned()));
        if read["moreResults"] == false {
            break;
        }
        arguments["cursor"] = read["nextCursor"].clone();
    }

    let whole = self::office().await.read(&uri).await;
    let whole = whole["results"][0]["items"].as_array().unwrap().clone();
    assert_eq!(names, whole.iter().map(|item| text(item, "uri").to_owned()).collect::<Vec<_>>());
}
