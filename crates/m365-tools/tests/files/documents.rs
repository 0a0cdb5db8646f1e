//! Documents: their pages, sheets and slides, and the way through long ones.

use m365_sim::{Fault, Sim};
use m365_tools::{CatalogOptions, Extraction, ExtractionLimits, Extractor};
use serde_json::{Value, json};

use super::{FILES, FINANCE, item, office, own};
use crate::{
    office::{Office, text},
    support::code,
};

const APOLLO: &str = "https://fjordlight.sharepoint.com/sites/Apollo/Shared%20Documents/Design";

fn deck() -> String {
    format!("{FINANCE}/Shared%20Documents/Budget/Q3%20budget%20deck.pptx")
}

fn workbook() -> String {
    format!("{FINANCE}/Shared%20Documents/Budget/Q3%20budget.xlsx")
}

fn report() -> String {
    format!("{APOLLO}/Ground%20investigation.pdf")
}

/// What an answer to `arguments` says of its only resource.
async fn part(office: &Office, arguments: Value) -> Value {
    match office.call("read_resource", arguments.clone()).await {
        Ok(answer) => answer["results"][0].clone(),
        Err(error) => panic!("{arguments}: {error}"),
    }
}

async fn refusal(office: &Office, arguments: Value) -> Value {
    office.call("read_resource", arguments).await.unwrap_err()
}

/// The text of all answers, without what each of them adds: the line of pages, the call for more, and
/// what stands above the rest of a page.
async fn whole(office: &Office, uri: &str) -> (String, usize) {
    let mut arguments = json!({"uri": uri});
    let mut read = String::new();
    for answers in 1..200 {
        let answer = office.call("read_resource", arguments.clone()).await.unwrap();
        let found = text(&answer["results"][0], "text");
        let body = found.rsplit_once("\n\n[page").map_or(found, |(body, _)| body);
        let body = match body.split_once(", continued*\n\n") {
            Some((name, rest)) if name.starts_with('*') && name.len() < 20 => rest,
            _ => body,
        };
        read.push_str(body);
        read.push('\n');
        if answer["moreResults"] == false {
            return (read, answers);
        }
        arguments["cursor"] = answer["nextCursor"].clone();
    }
    panic!("{uri}: no end")
}

/// The words of a text, without what each answer may repeat: the heads of tables, and of pages.
fn words(text: &str) -> Vec<&str> {
    const REPEATED: [&str; 6] = [
        "| --- |",
        "| Due |",
        "| Position |",
        "| Programme |",
        "Fjordlight Energy – Ground investigation",
        "Page 12",
    ];
    let is_repeated = |line: &&str| REPEATED.iter().any(|start| line.starts_with(start));
    text.lines().filter(|line| !is_repeated(line)).flat_map(str::split_whitespace).collect()
}

#[tokio::test]
async fn documents_of_each_kind_are_read() {
    let office = office().await;
    let cases: [(&str, &[&str]); 9] = [
        ("Formats/Crew%20rules.odt", &["# Crew rules", "- Life jackets on deck", "| Bjørn Ås |"]),
        ("Formats/Drum%20list.xls", &["## Drums", "| 17 | 1200 | 2026-03-02 |"]),
        ("Formats/Marta%20O%27Neill.vcf", &["Harbour Logistics", "Shift manager"]),
        ("Formats/Mooring.rtf", &["**Mooring**", "Ågotnes, gate 3."]),
        ("Formats/Safety%20walk.ics", &["Safety walk", "Ågotnes, gate 3", "Bring a helmet."]),
        ("Formats/papers.zip", &["readme.txt", "lists/packing.csv"]),
        ("Presentations/Programme%20overview.pptx", &["*Slide 2*\n\n## Milestones"]),
        ("Travel/Expenses.xlsx", &["## Hamburg", "| Taxi | 34 |", "## Oslo"]),
        ("Travel/Hamburg%20itinerary.pdf", &["*Page 1*\n\n", "BGO 06:45", "*Page 2*\n\n"]),
    ];

    for (path, parts) in cases {
        let read = item(&office, &own(&office, path).await).await;

        for part in parts {
            assert!(text(&read, "text").contains(part), "{path}: {read}");
        }
    }
}

#[tokio::test]
async fn a_deck_is_read_slide_by_slide_with_notes_and_the_hidden_one_named() {
    let office = office().await;

    let all = part(&office, json!({"uri": deck()})).await;
    let fourth = part(&office, json!({"uri": deck(), "startPage": 4, "endPage": 4})).await;

    let said = text(&all, "text");
    assert!(said.ends_with("\n\n[pages 1–7 of 7]"), "{said}");
    for part in ["**Notes:** Ten minutes in all.", "- Studies go on", "*Hidden slide.*"] {
        assert!(said.contains(part), "{part}: {said}");
    }
    assert_eq!(fourth["pages"], json!({"from": 4, "to": 4, "total": 7}));
    let said = text(&fourth, "text");
    assert!(said.starts_with("*Slide 4*\n\n## Approved by programme\n\n| Programme |"), "{said}");
    assert!(said.contains("| Borealis | 12 150 | 4 310 | 35 % |"), "{said}");
    assert!(said.contains("\n\n[page 4 of 7]\n"), "{said}");
}

#[tokio::test]
async fn a_workbook_shows_what_its_cells_show() {
    let office = office().await;

    let read = part(&office, json!({"uri": workbook()})).await;

    let said = text(&read, "text");
    for part in [
        "## Summary",
        "| Borealis | 12,150 | 4,310 | 35 % |",
        "| Approved total | 70,350 | 45,380 | 65 % |",
        "**Comment on B4 (Adele Vance):** 600 kNOK moved to Operations.",
        "| 2026-08-14 | Hokuto Turbine | Nacelles 1 to 4 | 5,200,000.50 NOK |",
        "*Hidden sheet.*",
        "[pages 1–4 of 4]",
    ] {
        assert!(said.contains(part), "{part}: {said}");
    }
}

#[tokio::test]
async fn a_sheet_is_read_by_its_name_or_its_number() {
    let office = office().await;

    let named = part(&office, json!({"uri": workbook(), "sheet": "cash  PLAN"})).await;
    let third = part(&office, json!({"uri": workbook(), "startPage": 3, "endPage": 3})).await;

    let said = text(&named, "text");
    assert!(said.starts_with("## Cash plan\n\n") && said.ends_with("[page 3 of 4]"), "{said}");
    assert_eq!(named["pages"], third["pages"]);
    assert!(text(&third, "text").starts_with(said), "{third}");
}

#[tokio::test]
async fn the_end_of_a_sheet_that_was_named_is_the_end() {
    let answer = office()
        .await
        .call("read_resource", json!({"uri": workbook(), "sheet": "Lines"}))
        .await
        .unwrap();

    assert_eq!((&answer["moreResults"], answer.get("nextCursor")), (&json!(false), None));
}

#[tokio::test]
async fn a_sheet_that_is_not_there_is_answered_with_those_that_are() {
    let office = office().await;
    let cases = [
        (
            json!({"uri": workbook(), "sheet": "Line"}),
            "\"Summary\", \"Lines\", \"Cash plan\", \"Rates\"",
        ),
        (json!({"uri": report(), "sheet": "Lines"}), "only a workbook has sheets"),
        (json!({"uri": workbook(), "sheet": "Lines", "startPage": 2}), "beside sheet"),
        (json!({"uri": workbook(), "startPage": 9}), "startPage: 9 is not accepted"),
    ];

    for (arguments, part) in cases {
        let error = refusal(&office, arguments).await;

        assert_eq!(code(&error), "VALIDATION_ERROR", "{error}");
        assert!(text(&error, "message").contains(part), "{error}");
    }
}

#[tokio::test]
async fn a_plan_of_word_keeps_what_its_authors_did_to_it() {
    let office = office().await;

    let read = part(&office, json!({"uri": format!("{APOLLO}/Construction%20plan.docx")})).await;

    let said = text(&read, "text");
    for part in [
        "1. Foundations",
        "- Drive the piles, A1 to A8 first",
        "[inserted by Mira Solberg: Position A5 gets a longer pile.]",
        "[deleted by Mira Solberg: A6 waits.]",
        "**Comment (Haruto Tanaka):** Claire: is this condition 8 of the concession?",
        "The site is the area of the concession, 61 km².",
        "the permit page (https://www.nve.no/concession/apollo)",
        "| A4 | 41 | 44 | 62 |",
    ] {
        assert!(said.contains(part), "{part}: {said}");
    }
    assert!(said.matches("Fjordlight Energy – Apollo").count() <= 1, "{said}");
}

#[tokio::test]
async fn a_report_in_columns_is_read_page_by_page_in_its_order() {
    let office = office().await;

    let read = part(&office, json!({"uri": report(), "startPage": 5, "endPage": 6})).await;

    let said = text(&read, "text");
    let places =
        ["*Page 5*", "Position A4", "down to 66 m", "What follows", "*Page 6*", "Position A5"]
            .map(|part| said.find(part).unwrap_or_else(|| panic!("{part}: {said}")));
    assert!(places.is_sorted(), "{said}");
    assert!(said.contains("\n\n[pages 5–6 of 12]\nMore: read_resource"), "{said}");
}

#[tokio::test]
async fn the_first_answer_of_a_long_document_has_an_outline() {
    let office = office().await;

    let first = part(&office, json!({"uri": report()})).await;
    let second = part(&office, json!({"uri": report(), "startPage": 2})).await;
    let short = part(&office, json!({"uri": deck()})).await;

    let outline = first["outline"].as_array().unwrap();
    assert!(outline.contains(&json!({"page": 5, "title": "Position A4"})), "{outline:?}");
    assert!(first["outline"].to_string().len() <= 1_500);
    assert_eq!((second.get("outline"), short.get("outline")), (None, None));
}

#[tokio::test]
async fn what_does_not_fit_one_answer_is_long_and_its_outline_names_sheets() {
    let office = office().await.limited(3_000);

    let read = part(&office, json!({"uri": workbook()})).await;

    let sheets = json!([
        {"page": 1, "title": "Summary"},
        {"page": 2, "title": "Lines"},
        {"page": 3, "title": "Cash plan"},
        {"page": 4, "title": "Rates (hidden)"},
    ]);
    assert_eq!(read["outline"], sheets, "{read}");
}

#[tokio::test]
async fn answers_one_after_the_other_give_the_whole_document() {
    let unlimited = office().await;
    let plan = format!("{APOLLO}/Construction%20plan.docx");

    for uri in [report(), deck(), workbook(), plan] {
        let (expected, _) = whole(&unlimited, &uri).await;
        for room in [1_400, 3_000, 9_000] {
            let (read, answers) = whole(&office().await.limited(room), &uri).await;

            assert_eq!(words(&read), words(&expected), "{uri} in answers of {room}");
            assert!(answers > 1 || room > 1_400, "{uri}: {answers}");
        }
    }
}

#[tokio::test]
async fn pages_behind_the_first_mebibyte_are_reached() {
    let office = office().await;
    let uri = own(&office, "Formats/latin-1.txt").await;
    let long: String = (0..60_000).map(|line| format!("line {line} of the log\n")).collect();
    let read = async |arguments: Value| {
        office.tenant.downloads().next_response(Fault::file(long.clone()));
        office.call("read_resource", arguments).await.unwrap()
    };

    let total = read(json!({"uri": uri})).await["results"][0]["pages"]["total"].clone();
    let last = read(json!({"uri": uri, "startPage": total})).await;

    assert!(total.as_u64().unwrap() * 8_000 > 1024 * 1024, "{total}");
    let said = text(&last["results"][0], "text");
    assert!(said.contains("line 59999 of the log"), "{said}");
    assert_eq!((&last["moreResults"], last.get("notices")), (&json!(false), None));
}

#[tokio::test]
async fn what_has_no_text_says_why_and_where_a_person_can_open_it() {
    let office = office().await;
    let cases = [
        ("Salaries%202026.xlsx", "password"),
        ("Bank%20details.pdf", "password"),
        ("Delivery%20note%208812.pdf", "has no text: its pages are pictures"),
        ("Blade%20lift.mp4", "Video and sound are not read"),
    ];

    for (name, why) in cases {
        let error = office.refusal(&own(&office, &format!("Formats/{name}")).await).await;

        assert_eq!(code(&error), "UNSUPPORTED_CONTENT", "{name}: {error}");
        assert!(text(&error, "message").contains(why), "{name}: {error}");
        let link = text(&error["details"], "webLink");
        assert!(link.starts_with("https://fjordlight-my.sharepoint.com/"), "{name}: {error}");
    }
    assert_eq!(office.tenant.downloads().requests(), 3, "the film is not downloaded");
}

#[tokio::test]
async fn html_and_raw_are_of_texts_only() {
    let office = office().await;

    for format in ["html", "raw"] {
        let error = refusal(&office, json!({"uri": deck(), "format": format})).await;

        assert_eq!(code(&error), "UNSUPPORTED_CONTENT", "{error}");
        assert!(text(&error, "message").contains("use markdown"), "{error}");
        assert!(text(&error["details"], "webLink").contains("/sites/Finance/"), "{error}");
    }
}

#[tokio::test]
async fn html_and_raw_are_of_texts_that_are_not_large() {
    let office = office().await;
    let uri = own(&office, "Formats/latin-1.txt").await;
    let large = "a line of the log\n".repeat((9 << 20) / 18);

    for format in ["html", "raw"] {
        office.tenant.downloads().next_response(Fault::file(large.clone()));
        let error = refusal(&office, json!({"uri": uri, "format": format})).await;

        assert_eq!(code(&error), "TOO_LARGE", "{error}");
        assert!(text(&error, "message").ends_with("; use markdown."), "{error}");
    }
}

#[tokio::test]
async fn the_call_for_more_gives_more_of_the_same_form() {
    let office = office().await.limited(12_000);
    let uri = own(&office, "Formats/page.html").await;
    let items: String = (0..900).map(|at| format!("<p>Item <b>{at}</b></p>\n")).collect();
    let page = format!("<!DOCTYPE html><html><body>{items}</body></html>");
    let read = async |arguments: Value| {
        office.tenant.downloads().next_response(Fault::file(page.clone()));
        text(&part(&office, arguments).await, "text").to_owned()
    };

    for format in ["html", "raw"] {
        let mut told = read(json!({"uri": uri, "format": format, "endPage": 2})).await;
        let mut given = told.clone();
        while let Some((_, call)) = told.rsplit_once("\nMore: read_resource ") {
            told = read(serde_json::from_str(call).unwrap()).await;
            given.push_str(&told);
        }

        let lost = (0..900).find(|at| !given.contains(&format!("Item <b>{at}</b>")));
        assert_eq!(lost, None, "{format}");
    }
}

#[tokio::test]
async fn when_too_much_is_being_read_a_caller_is_told_when_to_come_back() {
    let limits = ExtractionLimits::default().with_bytes(1).with_waiting(0);
    let extraction = Extraction::with_limits(Extractor::in_process(), &limits);
    let taken = extraction.admit(1).await.unwrap();
    let options = CatalogOptions::new([7; 32], extraction).with_scopes(FILES.to_vec());
    let office = Office::with(Sim::builder().messages(20), &FILES).await.offering(options);

    let busy = refusal(&office, json!({"uri": deck()})).await;
    let listed =
        office.call("read_resource", json!({"uri": format!("{FINANCE}/Shared%20Documents")}));
    let listed = listed.await;
    drop(taken);
    let read = office.call("read_resource", json!({"uri": deck()})).await;

    assert_eq!(code(&busy), "THROTTLED", "{busy}");
    assert!(busy["details"]["retryAfterSeconds"].as_u64() > Some(0), "{busy}");
    assert!(listed.is_ok() && read.is_ok(), "{listed:?} {read:?}");
}
