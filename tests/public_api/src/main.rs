//! Compares the public API of each library, all features on, with `api/CRATE.txt`; `--update` writes these
//! files anew, and their diff is the review.

#![expect(clippy::print_stdout, reason = "the program's output")]

use std::{
    collections::BTreeSet,
    error::Error,
    fs,
    path::{Path, PathBuf},
    process::{Command, ExitCode},
};

/// The libraries that are published.
const LIBRARIES: [&str; 5] = ["m365-auth", "m365-extract", "m365-graph", "m365-sim", "m365-tools"];

type Result<T> = std::result::Result<T, Box<dyn Error>>;

fn main() -> Result<ExitCode> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize()?;
    let update = std::env::args().any(|argument| argument == "--update");
    let documents = rustdoc(&root)?;
    let mut same = true;
    for library in LIBRARIES {
        let api = public_api(&documents, library)?;
        let file = root.join("api").join(library).with_extension("txt");
        if update {
            fs::write(&file, &api)?;
        }
        same &= compare(library, &fs::read_to_string(&file).unwrap_or_default(), &api);
    }
    if !same {
        println!("Is that meant? Then: cargo run -p m365-public-api -- --update");
    }
    Ok(if same { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Has rustdoc write JSON, and returns the folder.
fn rustdoc(root: &Path) -> Result<PathBuf> {
    let target = root.join("target");
    let status = Command::new(env!("CARGO"))
        .args(["doc", "--locked", "--quiet", "--no-deps", "--lib", "--all-features"])
        .args(LIBRARIES.map(|library| format!("--package={library}")))
        .arg("--target-dir")
        .arg(&target)
        .env("RUSTDOC", root.join("tests/public_api/rustdoc"))
        .env("RUSTDOCFLAGS", "-Zunstable-options --output-format=json --cap-lints=allow")
        .current_dir(root)
        .status()?;
    if status.success() { Ok(target.join("doc")) } else { Err("rustdoc failed".into()) }
}

/// Returns the public API, one item a line, without what the compiler adds to every type.
fn public_api(documents: &Path, library: &str) -> Result<String> {
    let json = documents.join(library.replace('-', "_")).with_extension("json");
    let api = public_api::Builder::from_rustdoc_json(json)
        .omit_blanket_impls(true)
        .omit_auto_trait_impls(true)
        .sorted(true)
        .build();
    let api = api.map_err(|error| format!("{error}\nThis needs the Rust that CI uses."))?;
    Ok(api.to_string())
}

/// Prints what differs, and tells whether nothing does.
fn compare(library: &str, before: &str, now: &str) -> bool {
    let (old, new): (BTreeSet<_>, BTreeSet<_>) = (before.lines().collect(), now.lines().collect());
    for line in old.difference(&new) {
        println!("{library}: gone: {line}");
    }
    for line in new.difference(&old) {
        println!("{library}: new:  {line}");
    }
    old == new
}
