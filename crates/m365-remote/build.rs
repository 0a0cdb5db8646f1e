//! Notes the git revision for `--version`.

use std::{fs, process::Command};

fn main() {
    for file in ["HEAD", "logs/HEAD"] {
        println!("cargo::rerun-if-changed=../../.git/{file}");
    }
    let revision = packaged().or_else(checked_out);
    println!("cargo::rustc-env=M365_GIT_REVISION={}", revision.as_deref().unwrap_or("unknown"));
}

/// Asks what `cargo package` noted: a published crate lies in no repository, or in somebody else's.
fn packaged() -> Option<String> {
    let note = fs::read_to_string(".cargo_vcs_info.json").ok()?;
    Some(note.split_once("\"sha1\": \"")?.1.get(..10)?.to_owned())
}

fn checked_out() -> Option<String> {
    let output = Command::new("git").args(["rev-parse", "--short=10", "HEAD"]).output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    output.status.success().then(|| text.trim().to_owned())
}
