//! Pasted links of SharePoint and OneDrive.

use m365_sim::{Fault, Sim};
use serde_json::json;

use super::{FILES, FINANCE, HOME, NOTES, entries, item, named, office};
use crate::{
    office::{Office, text},
    support::code,
};

/// The same file by every address that a browser or a sharing dialog shows.
async fn addresses(office: &Office) -> Vec<String> {
    let known = office.graph().shared_item(NOTES).await;
    let id = match known {
        Ok(item) => item.sharepoint_ids.unwrap().list_item_unique_id.unwrap(),
        Err(_) => super::office()
            .await
            .graph()
            .shared_item(NOTES)
            .await
            .unwrap()
            .sharepoint_ids
            .unwrap()
            .list_item_unique_id
            .unwrap(),
    };
    let path = NOTES.strip_prefix("https://fjordlight.sharepoint.com").unwrap();
    let shown = path.replace('/', "%2F");
    vec![
        NOTES.to_owned(),
        format!("{NOTES}?web=1"),
        format!("https://fjordlight.sharepoint.com/:t:/r{path}?csf=1&web=1&e=aB12cd"),
        format!(
            "{FINANCE}/_layouts/15/Doc.aspx?sourcedoc=%7B{id}%7D&file=Budget%20notes.md&action=default"
        ),
        format!(
            "{FINANCE}/Shared%20Documents/Forms/AllItems.aspx?id={shown}&parent=%2Fsites%2FFinance"
        ),
        format!("{FINANCE}/_layouts/15/download.aspx?SourceUrl={shown}"),
    ]
}

async fn denied() -> Office {
    Office::with(Sim::builder().messages(20).shares_denied(), &FILES).await
}

#[tokio::test]
async fn every_address_of_a_file_leads_to_the_same_uri() {
    for office in [office().await, denied().await] {
        let uri = text(&item(&office, NOTES).await, "uri").to_owned();

        for link in addresses(&office).await {
            let read = item(&office, &link).await;

            assert_eq!(text(&read, "uri"), uri, "{link}");
            assert!(text(&read, "text").contains("70 350"), "{link}");
        }
        assert!(office.tenant.violations().is_empty(), "{:?}", office.tenant.violations());
        assert_eq!(office.tenant.foreign().requests(), 0);
    }
}

#[tokio::test]
async fn links_to_folders_libraries_and_drives_are_listed() {
    for office in [office().await, denied().await] {
        for (link, inside) in [
            (format!("{FINANCE}/Shared%20Documents/Budget"), "Budget notes.md"),
            (format!("{FINANCE}/Shared%20Documents"), "Budget"),
            (format!("{FINANCE}/Shared%20Documents/Forms/AllItems.aspx"), "Budget"),
            (
                format!(
                    "{FINANCE}/Shared%20Documents/Forms/AllItems.aspx?RootFolder=%2Fsites%2FFinance%2FShared%20Documents%2FBudget"
                ),
                "Budget notes.md",
            ),
            (FINANCE.replace("Finance", "Apollo/Engineering/Shared%20Documents"), ""),
            (HOME.to_owned(), "Formats"),
            (format!("{HOME}/Odd%20names"), "100%25 ready.txt"),
        ] {
            let list = entries(&office, &link).await;
            assert!(!list.is_empty(), "{link}");
            if !inside.is_empty() {
                named(&list, inside);
            }
        }
    }
}

#[tokio::test]
async fn links_to_sites_and_pages_are_read_as_such() {
    for office in [office().await, denied().await] {
        for (link, kind, title) in [
            (FINANCE.to_owned(), "site", "Finance"),
            (format!("{FINANCE}/"), "site", "Finance"),
            (FINANCE.replace("Finance", "Apollo/Engineering"), "site", "Engineering"),
            (format!("{FINANCE}/SitePages/Budget-process.aspx"), "page", "Budget process"),
        ] {
            let read = item(&office, &link).await;
            assert_eq!((&read["type"], &read["title"]), (&json!(kind), &json!(title)), "{link}");
        }
        let error = office.refusal(&format!("{FINANCE}/SitePages/None.aspx")).await;
        assert_eq!(code(&error), "NOT_FOUND");
    }
}

#[tokio::test]
async fn a_link_that_graph_does_not_follow_says_what_the_user_can_do() {
    let office = office().await;
    let link = "https://fjordlight.sharepoint.com/:x:/s/Finance/EInventedToken?e=ab12cd";

    let error = office.refusal(link).await;

    assert_eq!(code(&error), "FORBIDDEN");
    assert!(text(&error, "message").contains("open it once in a browser"), "{error}");
    assert_eq!(text(&error["details"], "webLink"), link);
}

#[tokio::test]
async fn a_link_into_what_is_not_there_or_closed_says_so() {
    for office in [office().await, denied().await] {
        for (link, expected) in [
            (format!("{FINANCE}/Shared%20Documents/Budget/None.md"), "NOT_FOUND"),
            (format!("{FINANCE}/Nothing/None.md"), "NOT_FOUND"),
            (FINANCE.replace("Finance", "NoSuchSite/Shared%20Documents/a.md"), "NOT_FOUND"),
            (
                FINANCE.replace("Finance", "Board/Shared%20Documents/Takeover%20plan.pptx"),
                "FORBIDDEN",
            ),
        ] {
            let error = office.refusal(&link).await;
            assert_eq!(code(&error), expected, "{link}: {error}");
            assert!(!error.to_string().contains("Windwerk"), "{error}");
        }
    }
}

#[tokio::test]
async fn without_the_scope_for_sites_a_link_that_needs_it_names_it() {
    let builder = Sim::builder().messages(20).shares_denied();
    let office = Office::with(builder, &["User.Read", "Files.Read.All"]).await;

    let error = office.refusal(NOTES).await;

    assert_eq!(code(&error), "FORBIDDEN");
    assert!(text(&error, "message").contains("Missing scope 'Sites.Read.All'"), "{error}");
}

#[tokio::test]
async fn a_link_and_an_address_are_read_in_one_call() {
    let office = office().await;
    let uri = text(&item(&office, NOTES).await, "uri").to_owned();

    let answer = office.call("read_resource", json!({"uri": [NOTES, uri]})).await.unwrap();

    assert_eq!(answer["results"][0]["text"], answer["results"][1]["text"]);
}

#[tokio::test]
async fn links_of_other_hosts_are_refused_unasked() {
    let office = office().await;

    for link in [
        "https://fjordlight.sharepoint.us/sites/Finance",
        "https://fjordlight.sharepoint.com.evil.example/sites/Finance",
        "https://sharepoint.com/sites/Finance",
        "https://fjordlight.sharepoint.com@evil.example/sites/Finance",
        "http://fjordlight.sharepoint.com/sites/Finance",
    ] {
        assert_eq!(code(&office.refusal(link).await), "VALIDATION_ERROR", "{link}");
    }
    assert_eq!(office.tenant.graph().requests(), 0);
}

#[tokio::test]
async fn a_link_into_another_organisation_is_refused_by_name() {
    let office = office().await;
    let link = "https://contoso.sharepoint.com/sites/x";

    for (tool, field, arguments) in [
        ("read_resource", "uri", json!({"uri": link})),
        ("sharepoint_folder_search", "parent", json!({"name": "a", "parent": link})),
    ] {
        let error = office.call(tool, arguments).await.unwrap_err();

        assert_eq!(code(&error), "VALIDATION_ERROR");
        let expected =
            format!("{field}: {link:?} is not accepted; a link to a site, page, folder or file of");
        assert!(text(&error, "message").starts_with(&expected), "{error}");
    }
}

#[tokio::test]
async fn of_pages_with_one_name_the_one_at_the_address_is_read() {
    let office = office().await;
    let link = format!("{FINANCE}/SitePages/Budget-process.aspx");
    let uri = text(&item(&office, &link).await, "uri").to_owned();
    let (_, id) = uri.rsplit_once('/').unwrap();
    let page =
        |id: &str, url: String| json!({"id": id, "name": "Budget-process.aspx", "webUrl": url});
    let old = "11111111-2222-4333-8444-555555555555";
    let pages = json!({"value": [
        page(old, format!("{FINANCE}/SitePages/Old/Budget-process.aspx")), page(id, link.clone()),
    ]});
    let pages = Fault::body(200, "application/json", pages.to_string());
    office.tenant.graph().next_on("/v1.0/sites/fjordlight.sharepoint.com,", pages);

    assert_eq!(text(&item(&office, &link).await, "uri"), uri);
}

#[tokio::test]
async fn a_link_may_have_blanks_and_letters_as_people_write_them() {
    let office = office().await;

    let read = item(&office, &NOTES.replace("%20", " ")).await;

    assert_eq!(read["title"], "Budget notes.md");
}
