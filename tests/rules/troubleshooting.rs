//! docs/troubleshooting.md and the code in step: each error that we link has its row, and each row its error. The
//! table of numbers is the code's own: `UPDATE_README=1 cargo test -p m365-local --test rules troubleshooting`
//! writes it anew.

use std::{collections::BTreeSet, env, fmt::Write as _, fs, path::PathBuf};

use m365_auth::{
    aadsts::{self, Class},
    help_url,
};

use crate::{readme::with_block, root, rust_files};

fn path() -> PathBuf {
    root().join("docs/troubleshooting.md")
}

fn guide() -> String {
    fs::read_to_string(path()).unwrap()
}

/// What stands between each `open` and the next `close`.
fn between<'a>(text: &'a str, open: &'a str, close: &'a str) -> impl Iterator<Item = &'a str> {
    text.split(open).skip(1).filter_map(move |rest| Some(rest.split_once(close)?.0))
}

/// The anchor that GitHub makes of a heading.
fn slug(heading: &str) -> String {
    let kept = heading.trim().to_lowercase();
    let kept = kept.chars().filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'));
    kept.collect::<String>().replace(' ', "-")
}

fn anchors(text: &str) -> BTreeSet<String> {
    let headings = text.lines().filter(|line| line.starts_with('#'));
    let headings = headings.map(|line| slug(line.trim_start_matches('#')));
    headings.chain(between(text, "<a id=\"", "\"").map(str::to_owned)).collect()
}

const fn who(class: Class) -> &'static str {
    match class {
        Class::Consent | Class::Policy => "administrator",
        Class::Configuration => "whoever set it up",
        Class::Grant | Class::Interaction | Class::User => "user",
        Class::Request => "report it",
        Class::Retryable => "nobody: it passes",
        _ => "",
    }
}

fn sentence(phrase: &str) -> String {
    let (first, rest) = phrase.split_at(1);
    format!("{}{rest}", first.to_uppercase())
}

fn number_table() -> String {
    let mut table = "| Number | Why | What to do | Who |\n|---|---|---|---|\n".to_owned();
    for row in aadsts::all() {
        let (code, why, who) = (row.code(), sentence(row.cause()), who(row.class()));
        let number = format!("<a id=\"aadsts{code}\"></a>AADSTS{code}");
        writeln!(table, "| {number} | {why} | {} | {who} |", row.fix()).unwrap();
    }
    table
}

/// The rows that the sources lead to: those of the two tables of kinds, and those named where a link is made.
fn linked() -> BTreeSet<String> {
    let tables = ["crates/m365-auth/src/help.rs", "crates/m365-tools/src/error/help.rs"];
    let mut rows = BTreeSet::new();
    for table in tables {
        let text = fs::read_to_string(root().join(table)).unwrap();
        rows.extend(between(&text, "=> \"", "\"").map(str::to_owned));
    }
    for path in rust_files(&root().join("crates")) {
        let text = fs::read_to_string(path).unwrap();
        rows.extend(between(&text, "help_url(\"", "\"").map(str::to_owned));
        let exits = text.split("const fn row(code: u8)").nth(1).unwrap_or_default();
        let exits = exits.split("\n}\n").next().unwrap_or_default();
        rows.extend(between(exits, "=> \"", "\"").map(str::to_owned));
    }
    rows.extend(aadsts::all().map(|row| format!("aadsts{}", row.code())));
    rows
}

/// The codes that tools answer with, from the type's own variants.
fn tool_codes() -> BTreeSet<String> {
    let text = fs::read_to_string(root().join("crates/m365-tools/src/error/help.rs")).unwrap();
    let table = text.split("const fn row").nth(1).unwrap();
    let variants = between(table.split("\n    }\n").next().unwrap(), "Self::", " =>");
    let shouted = |name: &str| {
        let letters = name.char_indices().flat_map(|(at, letter)| {
            let gap = (at > 0 && letter.is_uppercase()).then_some('_');
            gap.into_iter().chain(letter.to_uppercase())
        });
        letters.collect()
    };
    variants.map(shouted).collect()
}

#[test]
#[expect(clippy::disallowed_methods, reason = "a switch of the test, not of the product")]
fn the_table_of_numbers_is_that_of_the_code() {
    let text = guide();

    let written = with_block(&text, "aadsts", &number_table());
    if env::var_os("UPDATE_README").is_some() {
        fs::write(path(), &written).unwrap();
        return;
    }

    assert_eq!(text, written, "run it with UPDATE_README=1");
}

#[test]
fn every_link_to_the_guide_ends_at_a_row() {
    let (anchors, linked) = (anchors(&guide()), linked());

    let dead: Vec<_> = linked.difference(&anchors).collect();

    for one_of_each in ["token-store", "forbidden", "sign-in-not-expected", "other-failures"] {
        assert!(linked.contains(one_of_each), "the sources are not read as expected: {linked:?}");
    }
    assert_eq!(dead, Vec::<&String>::new());
}

#[test]
fn the_links_are_addresses_of_this_repository() {
    let url = help_url("clock");

    let path = url.strip_prefix(env!("CARGO_PKG_REPOSITORY")).unwrap();

    assert_eq!(path, "/blob/main/docs/troubleshooting.md#clock");
}

#[test]
fn every_code_of_a_tool_error_has_its_row_and_every_row_its_code() {
    let text = guide();
    let (_, section) = text.split_once("## Errors of tools").unwrap();
    let section = section.split("\n## ").next().unwrap();

    let rows: BTreeSet<_> = between(section, "</a>`", "`").collect();

    assert_eq!(rows.iter().map(|code| (*code).to_owned()).collect::<BTreeSet<_>>(), tool_codes());
    for code in rows {
        assert!(section.contains(&format!("<a id=\"{}\"></a>`{code}`", code.to_lowercase())));
    }
}

#[test]
fn every_reason_to_reject_a_token_has_its_row_and_every_row_its_reason() {
    let text = guide();
    let rows: BTreeSet<_> = between(&text, "<a id=\"rejected-", "\"").collect();

    let source = root().join("crates/m365-auth/src/validation/rejection.rs");
    let source = fs::read_to_string(source).unwrap();
    let table = source.split("\nreasons! {").nth(1).unwrap().split("\n}\n").next().unwrap();
    let mut reasons: BTreeSet<_> = between(table, " = \"", "\"").collect();
    // The heading of them all.
    reasons.insert("tokens");

    assert_eq!(rows, reasons);
}

#[test]
fn no_anchor_is_there_twice_and_no_link_within_the_documents_is_dead() {
    let text = guide();
    let mut seen = BTreeSet::new();
    for anchor in between(&text, "<a id=\"", "\"") {
        assert!(seen.insert(anchor), "{anchor} is there twice");
    }
    for link in between(&text, "](", ")").filter(|link| !link.starts_with("http")) {
        let (file, anchor) = link.split_once('#').unwrap_or((link, ""));
        let target = match file {
            "" => text.clone(),
            file => fs::read_to_string(root().join("docs").join(file)).unwrap(),
        };
        assert!(anchor.is_empty() || anchors(&target).contains(anchor), "{link}");
    }
}

#[test]
fn each_row_says_what_why_and_what_to_do() {
    for line in guide().lines().filter(|line| line.starts_with("| <a id")) {
        let cells: Vec<_> = line.trim_matches('|').split(" | ").map(str::trim).collect();
        assert!(cells.len() >= 3, "{line}");
        assert!(cells.iter().all(|cell| cell.split("</a>").last() != Some("")), "{line}");
    }
}
