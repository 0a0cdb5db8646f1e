//! Reads the files of a corpus and writes a result beside each name, for a program that scores them.
//!
//! `results CORPUS OUT [FORMAT,…]` reads `CORPUS/manifest.json` and `CORPUS/files`, and writes to `OUT` for each
//! file `NAME` (of these formats) its text as `NAME.md`, or why there is none as `NAME.err`; the newest part of a mail
//! body as `NAME.trimmed.md`; the size of a picture as `NAME.image.json`; and times to `_run.json`.

use std::{
    error::Error,
    fs,
    panic::catch_unwind,
    path::{Path, PathBuf},
    time::Instant,
};

use m365_extract::{
    Document, Input, Options, extract,
    mail::{BodyKind, body},
};
use serde_json::{Map, Value, json};

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<PathBuf> = std::env::args_os().skip(1).map(PathBuf::from).collect();
    let [corpus, out, only @ ..] = arguments.as_slice() else {
        return Err("usage: results CORPUS OUT [FORMAT,…]".into());
    };
    let only = only.first().map(|formats| formats.to_string_lossy().into_owned());
    fs::create_dir_all(out)?;
    let manifest: Value = serde_json::from_slice(&fs::read(corpus.join("manifest.json"))?)?;
    let mut runs = Map::new();
    for entry in manifest["files"].as_array().into_iter().flatten() {
        let name = entry["file"].as_str().unwrap_or_default();
        let format = entry["format"].as_str().unwrap_or_default();
        if only.as_ref().is_some_and(|only| !only.split(',').any(|wanted| wanted == format)) {
            continue;
        }
        runs.insert(name.to_owned(), run(&corpus.join("files"), name, &out.join(name), entry)?);
    }
    fs::write(out.join("_run.json"), Value::Object(runs).to_string())?;
    Ok(())
}

/// Reads one file; says how long it took and how it ended.
fn run(files: &Path, name: &str, out: &Path, entry: &Value) -> Result<Value, Box<dyn Error>> {
    let bytes = fs::read(files.join(name))?;
    let is_mail_body = entry["kind"] == "mail_body";
    let start = Instant::now();
    let done = catch_unwind(|| match is_mail_body {
        true => Ok(mail_body(name, &bytes, out)),
        false => extract(&Input::new(&bytes).named(name), &Options::default()),
    });
    let took = start.elapsed().as_secs_f64() * 1000.0;
    let outcome = match done {
        Err(_) => "panic",
        Ok(Ok(document)) => write(&document, out, is_mail_body)?,
        Ok(Err(refusal)) => {
            fs::write(with(out, ".err"), refusal.to_string())?;
            "error"
        }
    };
    Ok(json!({ "ms": took, "outcome": outcome }))
}

fn mail_body(name: &str, bytes: &[u8], out: &Path) -> Document {
    let kind = if name.ends_with(".txt") { BodyKind::Text } else { BodyKind::Html };
    let body = body(&String::from_utf8_lossy(bytes), kind);
    for (ending, text) in [(".md", &body.full_markdown), (".trimmed.md", &body.markdown)] {
        fs::write(with(out, ending), text).expect("the result can be written");
    }
    Document::default()
}

fn write(document: &Document, out: &Path, done: bool) -> Result<&'static str, Box<dyn Error>> {
    if let Some(image) = document.images.first() {
        let size = json!({
            "mime": image.media_type, "width": image.width, "height": image.height,
        });
        fs::write(with(out, ".image.json"), size.to_string())?;
    } else if !done {
        fs::write(with(out, ".md"), document.markdown())?;
    }
    Ok("ok")
}

fn with(path: &Path, ending: &str) -> PathBuf {
    let mut path = path.as_os_str().to_owned();
    path.push(ending);
    path.into()
}
