//! The program `m365-extract`.

use std::{
    fs,
    io::Write,
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
};

use serde_json::Value;

fn corpus(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus").join(name)
}

fn program() -> Command {
    Command::new(env!("CARGO_BIN_EXE_m365-extract"))
}

fn out(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn err(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

#[test]
fn a_file_is_printed_as_markdown() {
    let output = program().arg(corpus("own_notes.md")).output().unwrap();

    assert!(out(&output).starts_with("# Notes NNR-194\n"), "{}", out(&output));
    assert_eq!((output.status.code(), err(&output).as_str()), (Some(0), ""));
}

#[test]
fn several_files_are_printed_each_below_its_name() {
    let folder = tempfile::tempdir().unwrap();
    let empty = folder.path().join("empty.txt");
    fs::write(&empty, "").unwrap();

    let output = program().args([corpus("own_notes.md"), empty.clone()]).output().unwrap();

    assert!(out(&output).starts_with("==> "), "{}", out(&output));
    assert!(out(&output).contains(&format!("==> {} <==", empty.display())));
    assert!(out(&output).contains("# Notes NNR-194"));
    assert_eq!(output.status.code(), Some(1));
}

#[test]
fn a_refusal_is_one_line_and_the_exit_code_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("plan.docx");
    fs::write(&file, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1").unwrap();

    let output = program().arg(&file).output().unwrap();

    assert_eq!((output.status.code(), out(&output).as_str()), (Some(1), ""));
    assert_eq!(err(&output).lines().count(), 1, "{}", err(&output));
    assert!(err(&output).starts_with(&format!("{}: ", file.display())));
}

#[test]
fn a_file_comes_by_the_standard_input_too() {
    let mut child =
        program().arg("-").stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();

    child.stdin.take().unwrap().write_all(b"<p><b>Plan</b></p>").unwrap();
    let output = child.wait_with_output().unwrap();

    assert_eq!(out(&output), "**Plan**\n");
}

#[test]
fn some_pages_are_printed_alone() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("long.txt");
    let text: Vec<String> = (1..=9).map(|n| format!("{n}{}", " word".repeat(1_900))).collect();
    fs::write(&file, text.join("\n\n")).unwrap();
    let pages = |pages| program().args(["--pages", pages]).arg(&file).output().unwrap();

    assert!(out(&pages("2-")).starts_with("3 word"), "{}", out(&pages("2-")));
    assert!(err(&pages("99")).contains("The document has"), "{}", err(&pages("99")));
}

#[test]
fn wrong_arguments_have_an_exit_code_of_their_own() {
    for wrong in [&[] as &[&str], &["--wrong", "a"], &["--pages", "0", "a"]] {
        let output = program().args(wrong).output().unwrap();

        assert_eq!(output.status.code(), Some(2), "{wrong:?}");
        assert!(err(&output).contains("--help"), "{}", err(&output));
    }
    let help = program().arg("--help").output().unwrap();
    assert!(out(&help).contains("Usage: m365-extract"));
}

#[test]
fn results_are_written_for_every_file_whatever_the_others_are() {
    let folder = tempfile::tempdir().unwrap();
    let png = folder.path().join("dot.png");
    image::RgbImage::new(64, 48).save(&png).unwrap();
    let bad = folder.path().join("bad.pdf");
    fs::write(&bad, [0; 100]).unwrap();
    let missing = folder.path().join("missing.txt");
    let results = folder.path().join("results");

    let output = program()
        .arg("--results")
        .arg(&results)
        .args([&png, &bad, &missing, &corpus("own_mixed.eml")])
        .output()
        .unwrap();

    assert_eq!(output.status.code(), Some(1), "one was missing");
    let text = |name: &str| fs::read_to_string(results.join(name)).unwrap();
    let json = |name: &str| serde_json::from_str::<Value>(&text(name)).unwrap();
    assert!(text("own_mixed.eml.md").contains("Mira Okafor"));
    assert!(!text("bad.pdf.err").is_empty());
    assert!(!results.join("bad.pdf.md").exists());
    let size = serde_json::json!({ "mime": "image/png", "width": 64, "height": 48 });
    assert_eq!(json("dot.png.image.json"), size);
    let runs = json("_run.json");
    for (name, outcome) in
        [("dot.png", "ok"), ("own_mixed.eml", "ok"), ("bad.pdf", "error"), ("missing.txt", "error")]
    {
        assert_eq!(runs[name]["outcome"], outcome, "{name}");
    }
    assert!(runs["own_mixed.eml"]["ms"].as_f64().unwrap() > 0.0);
}
