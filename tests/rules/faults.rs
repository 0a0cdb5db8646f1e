//! The table of docs/faults.md names the tests of each row: `UPDATE_README=1 cargo test -p m365-local --test rules faults`
//! writes that column anew.

use std::{collections::BTreeMap, env, fs, path::Path};

use crate::{root, rust_files};

/// A test named after a row of the catalogue, e.g. `g03_…`.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Named {
    file: String,
    sentence: String,
}

/// Rows that the remote connector has to show with the built program.
const OF_THE_BUILT_REMOTE: &[&str] = &[
    "E02", "E03", "E04", "E11", "E12", "E13", "E14", "E15", "E17", "E20", "G25", "G26", "G27",
    "G31", "G32", "G34", "H03", "H08", "H09", "H16", "R01", "R02", "R03", "R04", "R05", "R06",
    "R07", "R08", "R09", "R10", "R11", "R12", "R13", "R14", "R15", "R16", "R17", "R18", "R19",
    "R20", "R21", "R22", "R23", "R24", "R25", "R26", "R27", "R28", "R29", "R30", "R31", "R32",
    "R33", "R34", "R35", "R36",
];

/// Rows that the local connector has to show with the built program.
const OF_THE_BUILT_LOCAL: &[&str] = &[
    "E01", "E05", "E06", "E07", "E08", "E09", "E10", "E16", "E18", "E19", "H01", "H02", "H04",
    "H05", "H06", "H07", "H09", "H10", "H11", "H12", "H13", "H14", "H15", "H16", "H17", "H18",
];

/// Returns the row's number and the rest of a name such as `g03_waits_grow`.
fn split(name: &str) -> Option<(String, String)> {
    let (number, rest) = name.split_once('_')?;
    let digits = number.strip_prefix(['c', 'e', 'g', 'h', 'r'])?;
    let is_row = digits.len() == 2 && digits.bytes().all(|byte| byte.is_ascii_digit());
    is_row.then(|| (number.to_ascii_uppercase(), rest.replace('_', " ")))
}

fn names(source: &str) -> impl Iterator<Item = &str> {
    let functions = source.split("fn ").skip(1);
    functions.filter_map(|rest| rest.split(['(', '<']).next()).filter(|name| !name.contains(' '))
}

fn tests() -> BTreeMap<String, Vec<Named>> {
    let mut found = BTreeMap::<String, Vec<Named>>::new();
    let files = ["crates", "tests"].map(|folder| rust_files(&root().join(folder)));
    for path in files.into_iter().flatten() {
        let source = fs::read_to_string(&path).unwrap();
        let file = relative(&path);
        for (row, sentence) in names(&source).filter_map(split) {
            found.entry(row).or_default().push(Named { file: file.clone(), sentence });
        }
    }
    found.values_mut().for_each(|tests| tests.sort());
    found
}

fn relative(path: &Path) -> String {
    path.strip_prefix(root()).unwrap().to_str().unwrap().replace('\\', "/")
}

fn cell(tests: Option<&Vec<Named>>) -> String {
    let link = |test: &Named| format!("[{}](../{})", test.sentence, test.file);
    let links = tests.into_iter().flatten().map(link).collect::<Vec<_>>();
    if links.is_empty() { "not tested by name yet".to_owned() } else { links.join("; ") }
}

/// Returns the number that a line of the table begins with.
fn row(line: &str) -> Option<&str> {
    let number = line.strip_prefix("| ")?.split(' ').next()?;
    (number.len() == 3 && number.ends_with(|last: char| last.is_ascii_digit())).then_some(number)
}

fn written(table: &str, tests: &BTreeMap<String, Vec<Named>>) -> String {
    let line = |line: &str| match row(line) {
        Some(number) => {
            let kept: Vec<_> = line.split(" | ").take(3).collect();
            let kept = kept.join(" | ");
            format!("{} | {} |\n", kept.trim_end_matches(['|', ' ']), cell(tests.get(number)))
        }
        None => format!("{line}\n"),
    };
    table.lines().map(line).collect()
}

#[test]
#[expect(clippy::disallowed_methods, reason = "a switch of the test, not of the product")]
fn the_table_of_faults_names_the_tests_that_there_are() {
    let path = root().join("docs/faults.md");
    let (table, tests) = (fs::read_to_string(&path).unwrap(), tests());

    let rows: Vec<_> = table.lines().filter_map(row).collect();
    let strangers: Vec<_> = tests.keys().filter(|test| !rows.contains(&test.as_str())).collect();
    assert!(strangers.is_empty(), "no such row: {strangers:?}");
    let written = written(&table, &tests);
    if env::var_os("UPDATE_README").is_some() {
        fs::write(&path, &written).unwrap();
        return;
    }
    assert_eq!(table, written, "run it with UPDATE_README=1");
}

/// Returns those of `rows` that no test of the built program in `folder` is named after.
fn missing(rows: &[&'static str], folder: &str) -> Vec<&'static str> {
    let tests = tests();
    let shown = |row: &&str| {
        let of_row = tests.get(*row).into_iter().flatten();
        of_row.into_iter().any(|test| test.file.starts_with(folder))
    };
    rows.iter().copied().filter(|row| !shown(row)).collect()
}

#[test]
fn the_built_remote_connector_is_tested_for_each_row_that_concerns_it() {
    assert_eq!(missing(OF_THE_BUILT_REMOTE, "tests/remote/"), Vec::<&str>::new());
}

#[test]
fn the_built_local_connector_is_tested_for_each_row_that_concerns_it() {
    assert_eq!(missing(OF_THE_BUILT_LOCAL, "tests/local/"), Vec::<&str>::new());
}
