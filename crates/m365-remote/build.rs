//! Notes the git revision for `--version`.

use std::process::Command;

fn main() {
    for file in ["HEAD", "logs/HEAD"] {
        println!("cargo::rerun-if-changed=../../.git/{file}");
    }
    println!("cargo::rustc-env=M365_GIT_REVISION={}", revision().as_deref().unwrap_or("unknown"));
}

fn revision() -> Option<String> {
    let output = Command::new("git").args(["rev-parse", "--short=10", "HEAD"]).output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    output.status.success().then(|| text.trim().to_owned())
}
