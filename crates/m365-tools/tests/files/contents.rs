//! What files hold.

use m365_sim::{Fault, Sim};
use m365_tools::Block;
use serde_json::{Value, json};

use super::{NOTES, item, office, opened, own};
use crate::{
    office::{Office, text},
    support::code,
};

async fn refused(office: &Office, path: &str) -> Value {
    office.refusal(&own(office, path).await).await
}

#[tokio::test]
async fn files_with_text_are_read() {
    let office = office().await;
    let cases = [
        ("latin-1.txt", "fünf Stück", "text/plain"),
        ("utf-16.txt", "bølgehøyde 3,5 m", "text/plain"),
        ("page.html", "- Bjørn Ås", "text/html"),
        ("wind.json", "monthly_mean", "application/json"),
        ("cables.xml", "export", "xml"),
        ("Clearance.eml", "Clearance no. 4711", "message/rfc822"),
        ("Toolbox talk.vtt", "Hard hats on", ""),
    ];

    for (name, part, media_type) in cases {
        let read =
            item(&office, &own(&office, &format!("Formats/{}", name.replace(' ', "%20"))).await)
                .await;

        assert_eq!((&read["type"], &read["title"]), (&json!("file"), &json!(name)));
        assert!(text(&read, "text").contains(part), "{name}: {read}");
        // What SharePoint has no type for is given none.
        let declared = read["contentType"].as_str().unwrap_or_default();
        let is_right = declared.contains(media_type) && !declared.contains("octet-stream");
        assert!(is_right, "{name}: {read}");
    }
}

#[tokio::test]
async fn a_file_is_described_by_what_a_reader_wants_to_know() {
    let read = item(&office().await, NOTES).await;

    assert!(text(&read, "text").contains("70 350"), "{read}");
    assert_eq!(read["path"], "Shared Documents/Budget");
    assert_eq!(text(&read, "webUrl"), NOTES);
    assert_eq!(read["author"]["name"], "Adele Vance");
    assert_eq!(read["lastModifiedBy"]["name"], "Mira Solberg");
    assert!(
        text(&read, "lastModifiedDateTime").ends_with(":00") || read["size"].as_u64() > Some(0)
    );
    assert!(text(&read, "uri").starts_with("file:///b!"), "{read}");
}

#[tokio::test]
async fn a_picture_is_handed_on_as_a_picture() {
    let office = office().await;
    let uri = own(&office, "Formats/stamp.png").await;

    let reply = office.reply("read_resource", json!({"uri": uri})).await;

    let is_picture = |block: &Block| matches!(block, Block::Image { media_type, .. } if media_type == "image/png");
    assert!(reply.content.iter().any(is_picture));
}

#[tokio::test]
async fn raw_gives_a_text_as_it_is_and_html_a_page_that_does_nothing() {
    let office = office().await;
    let uri = own(&office, "Formats/page.html").await;
    let read = async |format: &str| {
        let answer = office.call("read_resource", json!({"uri": uri, "format": format})).await;
        text(&answer.unwrap()["results"][0], "text").to_owned()
    };

    assert!(read("raw").await.starts_with("<!DOCTYPE html>"));
    let html = read("html").await;
    assert!(html.contains("<li>Bjørn Ås</li>") && !html.contains("<html"), "{html}");
}

#[tokio::test]
async fn what_only_graph_can_turn_into_text_is_read_through_it_and_said_so() {
    let office = office().await;
    let uri = own(&office, "Formats/Brainstorm.loop").await;

    let answer = office.read(&uri).await;
    let raw = office.call("read_resource", json!({"uri": uri, "format": "raw"})).await.unwrap_err();

    assert!(text(&answer["results"][0], "text").contains("Drone inspection"), "{answer}");
    assert!(answer["notices"].to_string().contains("converted this from Loop"), "{answer}");
    assert_eq!(code(&raw), "VALIDATION_ERROR");
}

#[tokio::test]
async fn what_cannot_be_read_says_why_and_where_a_person_can_open_it() {
    let office = office().await;
    let cases = [
        ("Notebook", "UNSUPPORTED_CONTENT", "OneNote notebook"),
        ("Formats/invoice.docm", "UNSUPPORTED_CONTENT", "malware"),
        ("Formats/Board%20papers.docx", "FORBIDDEN", "does not give out"),
        ("Formats/Sketch.whiteboard", "UNSUPPORTED_CONTENT", ""),
    ];

    for (path, expected, why) in cases {
        let error = refused(&office, path).await;

        assert_eq!(code(&error), expected, "{path}: {error}");
        assert!(text(&error, "message").contains(why), "{path}: {error}");
        let link = text(&error["details"], "webLink");
        assert!(link.starts_with("https://fjordlight-my.sharepoint.com/"), "{path}: {error}");
    }
    assert_eq!(office.tenant.downloads().requests(), 0);
}

#[tokio::test]
async fn a_file_without_a_byte_is_read_as_such() {
    let office = office().await;

    let answer = office.read(&own(&office, "Empty.txt").await).await;

    assert_eq!(answer["results"][0]["size"], 0, "{answer}");
    assert_eq!(answer["results"][0].get("text"), None, "{answer}");
    assert!(answer["notices"].to_string().contains("0 bytes"), "{answer}");
}

#[tokio::test]
async fn names_of_every_script_and_sign_are_found_by_id_and_by_path() {
    let office = office().await;
    let folder = own(&office, "Odd%20names").await;

    for (name, path, part) in [
        ("Mira's list.txt", "Mira%27s%20list.txt", "gloves"),
        ("Gründungspfähle Übersicht.txt", "Gr%C3%BCndungspf%C3%A4hle%20%C3%9Cbersicht.txt", "62 m"),
        (
            "محطة العقبة.txt",
            "%D9%85%D8%AD%D8%B7%D8%A9%20%D8%A7%D9%84%D8%B9%D9%82%D8%A8%D8%A9.txt",
            "عرض",
        ),
        ("100%25 ready.txt", "100%2525%20ready.txt", "written like this"),
        ("a+b & c.txt", "a+b%20%26%20c.txt", "ampersand"),
    ] {
        let by_id = opened(&office, &folder, name).await;
        let by_path = item(&office, &format!("{folder}/{path}")).await;

        assert_eq!(by_id["title"], name);
        assert!(text(&by_id, "text").contains(part), "{by_id}");
        assert_eq!(by_id["text"], by_path["text"], "{name}");
    }
}

#[tokio::test]
async fn a_download_that_breaks_goes_on_and_one_whose_address_has_expired_gets_another() {
    let office = office().await;
    let uri = own(&office, "Formats/wind.json").await;
    let downloads = office.tenant.downloads();

    downloads.next_response(Fault::reset_mid_body());
    let broken = office.text(&uri).await;
    downloads.next_response(Fault::status(401));
    let expired = office.text(&uri).await;

    assert!(broken.contains("monthly_mean") && broken == expired, "{broken}");
    assert_eq!(downloads.requests(), 4);
    assert!(office.tenant.violations().is_empty(), "{:?}", office.tenant.violations());
}

#[tokio::test]
async fn a_download_from_elsewhere_is_refused_and_nobody_there_hears_of_it() {
    let office = office().await;
    let uri = own(&office, "Formats/wind.json").await;
    let foreign = "https://downloads.example/steal?x=1";

    office.tenant.graph().on("/v1.0/drives", Fault::redirect(302, foreign));
    let error = office.refusal(&uri).await;

    assert_eq!(code(&error), "SERVICE_ERROR");
    assert!(!error.to_string().contains("downloads.example"), "{error}");
}

#[tokio::test]
async fn a_long_text_comes_in_pages() {
    let office = office().await.limited(4_000);
    let uri = own(&office, "Formats/Raw%20wind%20speeds.csv").await;

    let answer = office.read(&uri).await;

    let pages = &answer["results"][0]["pages"];
    assert_eq!((&pages["from"], pages["total"].as_u64() > Some(1)), (&json!(1), true), "{pages}");
    assert!(text(&answer["results"][0], "text").contains("[page 1 of "), "{pages}");
    assert_eq!(answer["moreResults"], true);
}

#[tokio::test]
async fn an_attachment_that_is_a_link_is_the_only_file_of_its_name() {
    let scopes = ["User.Read", "Mail.Read", "Files.Read.All", "Sites.Read.All"];
    let office = Office::with(Sim::builder().messages(20), &scopes).await;
    let uri = office.attachment("Audit: list of samples", "Shared workbook.xlsx").await;

    let reply = office.reply("read_resource", json!({"uri": uri})).await;

    let Block::Json(item) = &reply.content[0] else { panic!("{reply:?}") };
    assert!(item.contains("fjordlight-my.sharepoint.com"), "{item}");
    assert!(!item.contains("does not tell where it leads"), "{item}");
}
