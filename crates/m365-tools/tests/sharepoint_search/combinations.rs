//! Every parameter, alone and with others, compared with a look at each folder.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::{
    diary::{NOW, office_at},
    library::{HOST, Library, SCOPES, all, nothing, urls, with},
    office::{Office, text},
};

async fn office() -> Office {
    office_at(NOW, &SCOPES).await
}

/// A day so many days before that of the tests.
fn ago(days: i64) -> Value {
    let today = NOW.parse::<jiff::Timestamp>().unwrap().to_zoned(jiff::tz::TimeZone::UTC).date();
    json!((today - jiff::Span::new().days(days)).to_string())
}

/// The values of each parameter.
fn dimensions() -> Vec<(&'static str, Vec<Value>)> {
    vec![
        ("fileType", vec![json!("docx"), json!(["pdf", "pptx"])]),
        ("author", vec![json!("Adele Vance"), json!("Jonas Lindqvist")]),
        ("site", vec![json!("Finance"), json!("Apollo")]),
        ("library", vec![json!("Documents"), json!("Contracts")]),
        ("path", vec![json!(format!("{HOST}/sites/Finance/Shared%20Documents/Budget"))]),
        ("folderName", vec![json!("Shared Documents/Budget")]),
        ("contentType", vec![json!("file"), json!("page")]),
        ("afterDateTime", vec![ago(60)]),
        ("beforeDateTime", vec![ago(20)]),
        ("order", vec![json!("newest"), json!("relevance")]),
    ]
}

/// Compares a search with a look at each folder; returns how much both found.
async fn agrees(office: &Office, library: &Library, arguments: &Value) -> usize {
    let found = all(office, "sharepoint_search", &with(arguments, "limit", &json!(50))).await;

    let found = urls(&found);
    let unique: BTreeSet<_> = found.iter().cloned().collect();
    assert_eq!(unique.len(), found.len(), "a file twice: {arguments}");
    let known: BTreeSet<_> = unique.into_iter().filter(|url| library.knows(url)).collect();
    assert_eq!(known, library.expected(arguments), "{arguments}");
    known.len()
}

#[tokio::test]
async fn each_parameter_works_alone() {
    let office = office().await;
    let library = Library::of(&office).await;

    for (name, values) in dimensions() {
        for value in values {
            let found = agrees(&office, &library, &json!({name: value})).await;
            assert!(found > 0, "{name} {value}");
        }
    }
}

#[tokio::test]
async fn each_two_parameters_work_together() {
    let office = office().await;
    let library = Library::of(&office).await;
    let dimensions = dimensions();

    for (at, (name, values)) in dimensions.iter().enumerate() {
        for (other, others) in &dimensions[at + 1..] {
            let arguments = json!({*name: values[0], *other: others[0]});
            agrees(&office, &library, &arguments).await;
        }
    }
}

#[tokio::test]
async fn site_path_author_and_dates_work_together() {
    let office = office().await;
    let library = Library::of(&office).await;
    let arguments = json!({
        "site": "Finance", "path": format!("{HOST}/sites/Finance/Shared Documents"),
        "author": "Adele Vance", "afterDateTime": ago(60), "beforeDateTime": ago(5),
        "fileType": ["pptx", "csv", "docx"],
    });

    assert!(agrees(&office, &library, &arguments).await >= 2);
}

#[tokio::test]
async fn pages_of_any_size_join_to_the_same_list() {
    let office = office().await;
    let arguments = json!({"site": "Apollo", "fileType": "docx"});
    let whole =
        urls(&all(&office, "sharepoint_search", &with(&arguments, "limit", &json!(50))).await);

    for limit in [1, 7, 30] {
        let arguments = with(&arguments, "limit", &json!(limit));
        assert_eq!(urls(&all(&office, "sharepoint_search", &arguments).await), whole, "{limit}");
    }
    assert!(whole.len() > 60);
}

#[tokio::test]
async fn browsing_gives_the_newest_first() {
    let office = office().await;

    for arguments in
        [nothing(), json!({"query": "*"}), json!({"query": "apollo", "order": "newest"})]
    {
        let found = all(&office, "sharepoint_search", &with(&arguments, "limit", &json!(50))).await;

        let times: Vec<_> = found
            .iter()
            .map(|hit| text(hit, "lastModifiedDateTime").parse::<jiff::Timestamp>().unwrap())
            .collect();
        assert!(times.len() > 40 && times.is_sorted_by(|one, other| one >= other), "{arguments}");
    }
}
