//! Results as files, for a program that scores them.

use std::{
    ffi::OsString,
    fs, io,
    path::{Path, PathBuf},
    sync::Arc,
    thread,
};

use m365_extract::{
    Document, Refusal, RefusalKind,
    isolation::{Extractor, Reading},
};
use serde_json::{Map, Value, json};
use tokio::task::{JoinSet, spawn_blocking};

use crate::source;

/// Reads the files, as many side by side as there are cores, and writes what came of each into `folder`;
/// says whether all could be taken from the disk.
pub(crate) async fn write(
    extractor: &Extractor,
    folder: &Path,
    files: Vec<PathBuf>,
) -> io::Result<bool> {
    fs::create_dir_all(folder)?;
    let (folder, cores) =
        (Arc::from(folder), thread::available_parallelism().map_or(1, usize::from));
    let (mut running, mut runs, mut all) = (JoinSet::new(), Map::new(), true);
    let mut files = files.into_iter();
    loop {
        while running.len() < cores
            && let Some(file) = files.next()
        {
            running.spawn(one(extractor.clone(), Arc::clone(&folder), file));
        }
        let Some(done) = running.join_next().await else { break };
        let Run { name, figures, was_there } = done??;
        all &= was_there;
        runs.insert(name, figures);
    }
    fs::write(folder.join("_run.json"), Value::Object(runs).to_string())?;
    Ok(all)
}

/// One file's place in `_run.json`.
struct Run {
    name: String,
    figures: Value,
    was_there: bool,
}

async fn one(extractor: Extractor, folder: Arc<Path>, path: PathBuf) -> io::Result<Run> {
    let name = path.file_name().unwrap_or(path.as_os_str()).to_owned();
    let out = folder.join(&name);
    let name = name.to_string_lossy().into_owned();
    match spawn_blocking(move || source::file(&path)).await? {
        Ok(file) => {
            let options = source::whole().newest_part(true);
            let reading = extractor.read(file, &options).await;
            save(&reading.result, &out)?;
            Ok(Run { name, figures: figures(&reading), was_there: true })
        }
        Err(error) => {
            eprintln!("{name}: {error}");
            fs::write(with(&out, ".err"), error.to_string())?;
            Ok(Run { name, figures: json!({ "outcome": "error" }), was_there: false })
        }
    }
}

fn save(result: &Result<Document, Refusal>, out: &Path) -> io::Result<()> {
    let document = match result {
        Ok(document) => document,
        Err(refusal) => return fs::write(with(out, ".err"), refusal.to_string()),
    };
    if let Some(newest) = &document.newest_part {
        fs::write(with(out, ".trimmed.md"), newest)?;
    }
    let markdown = document.markdown();
    match document.images.first() {
        Some(image) if markdown.is_empty() => {
            let size = json!({
                "mime": image.media_type, "width": image.width, "height": image.height,
            });
            fs::write(with(out, ".image.json"), size.to_string())
        }
        _ => fs::write(with(out, ".md"), markdown),
    }
}

/// `NAME` with another ending behind its own.
fn with(path: &Path, ending: &str) -> PathBuf {
    let mut path: OsString = path.as_os_str().to_owned();
    path.push(ending);
    path.into()
}

fn figures(reading: &Reading) -> Value {
    let mut figures = json!({
        "ms": reading.took.as_secs_f64() * 1000.0,
        "outcome": outcome(&reading.result),
    });
    if let Some(bytes) = reading.peak_memory {
        figures["peak_mb"] = json!(bytes as f64 / 1e6);
    }
    if let Some(cpu) = reading.cpu {
        figures["cpu_ms"] = json!(cpu.as_secs_f64() * 1000.0);
    }
    figures
}

fn outcome(result: &Result<Document, Refusal>) -> &'static str {
    match result.as_ref().map_err(Refusal::kind) {
        Ok(_) => "ok",
        Err(RefusalKind::Crashed) => "crash",
        Err(RefusalKind::TimedOut) => "timeout",
        Err(RefusalKind::OutOfMemory) => "oom",
        Err(_) => "error",
    }
}
